CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);

CREATE TABLE settings (key TEXT PRIMARY KEY, value {json} NOT NULL, updated_at BIGINT NOT NULL);

-- The last number handed out of each series and period.
CREATE TABLE counters (series TEXT PRIMARY KEY, value BIGINT NOT NULL);

CREATE TABLE departments (
	id TEXT PRIMARY KEY,
	name TEXT NOT NULL,
	parent_id TEXT REFERENCES departments (id),
	leader_id TEXT,
	path TEXT NOT NULL,          -- /id/id/, so that a branch is a prefix
	position BIGINT NOT NULL DEFAULT 0,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	version BIGINT NOT NULL DEFAULT 1
);

CREATE TABLE roles (
	id TEXT PRIMARY KEY,
	code TEXT NOT NULL DEFAULT '',
	name TEXT NOT NULL,
	builtin BOOLEAN NOT NULL DEFAULT FALSE,
	scope TEXT NOT NULL,         -- own department tree departments all
	department_ids {json} NOT NULL,
	permissions {json} NOT NULL,
	fields {json} NOT NULL,      -- field group: shown masked hidden
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	version BIGINT NOT NULL DEFAULT 1
);

CREATE TABLE users (
	id TEXT PRIMARY KEY,
	login TEXT NOT NULL,
	name TEXT NOT NULL,
	employee_no TEXT NOT NULL DEFAULT '',
	department_id TEXT REFERENCES departments (id),
	role_ids {json} NOT NULL,
	state TEXT NOT NULL,         -- active disabled left
	mobile_sealed {bytes},
	mobile_masked TEXT NOT NULL DEFAULT '',
	email_sealed {bytes},
	email_masked TEXT NOT NULL DEFAULT '',
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX users_by_login ON users (login);
CREATE INDEX users_by_department ON users (department_id);

-- What a person signs in with; apart from users, so that no list can show it.
CREATE TABLE credentials (
	user_id TEXT PRIMARY KEY REFERENCES users (id),
	password TEXT NOT NULL,      -- argon2id
	must_change BOOLEAN NOT NULL DEFAULT FALSE,
	mobile_index {bytes},
	employee_no TEXT NOT NULL DEFAULT '',
	last_login_at BIGINT NOT NULL DEFAULT 0,
	changed_at BIGINT NOT NULL
);
CREATE INDEX credentials_by_mobile ON credentials (mobile_index);
CREATE INDEX credentials_by_employee_no ON credentials (employee_no);

CREATE TABLE sessions (
	token TEXT PRIMARY KEY,      -- hashed
	id TEXT NOT NULL,
	user_id TEXT NOT NULL,
	data {bytes} NOT NULL,
	created_at BIGINT NOT NULL,
	seen_at BIGINT NOT NULL,
	expires_at BIGINT NOT NULL,
	agent TEXT NOT NULL DEFAULT '',
	address TEXT NOT NULL DEFAULT ''
);
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_end ON sessions (expires_at);

CREATE TABLE tokens (
	id TEXT PRIMARY KEY,
	user_id TEXT NOT NULL REFERENCES users (id),
	name TEXT NOT NULL,
	hash TEXT NOT NULL UNIQUE,
	permissions {json} NOT NULL, -- what it may at the most; the user's rights stay the bound
	created_at BIGINT NOT NULL,
	expires_at BIGINT NOT NULL,
	ended_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX tokens_by_user ON tokens (user_id);

-- Wrong passwords, by account and by address.
CREATE TABLE sign_in_failures (
	subject TEXT PRIMARY KEY,
	failures BIGINT NOT NULL,
	first_at BIGINT NOT NULL,
	locked_until BIGINT NOT NULL,
	locks BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE idempotency (
	id TEXT PRIMARY KEY,         -- user, operation and key, hashed
	body {bytes} NOT NULL,       -- keyed hash of the body
	record_id TEXT NOT NULL,
	status BIGINT NOT NULL,
	created_at BIGINT NOT NULL
);
CREATE INDEX idempotency_by_age ON idempotency (created_at);

-- The data key of each person and customer, wrapped. Destroying a row erases what it sealed.
CREATE TABLE subject_keys (
	id TEXT PRIMARY KEY,
	kind TEXT NOT NULL,          -- contact customer user company
	wrapped {bytes} NOT NULL,
	created_at BIGINT NOT NULL
);
