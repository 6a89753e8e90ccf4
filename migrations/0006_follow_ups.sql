CREATE TABLE tasks (
	id TEXT PRIMARY KEY,
	texts {bytes} NOT NULL,                  -- title and remark, sealed under the customer's key or the company's
	owner_id TEXT REFERENCES users (id),
	department_id TEXT REFERENCES departments (id),
	creator_id TEXT REFERENCES users (id),
	customer_id TEXT REFERENCES customers (id),
	follow_up_id TEXT,
	priority TEXT NOT NULL DEFAULT 'medium',
	due_at BIGINT NOT NULL,
	done_at BIGINT NOT NULL DEFAULT 0,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	version BIGINT NOT NULL DEFAULT 1,
	deleted_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX tasks_open ON tasks (owner_id, due_at, id) WHERE deleted_at = 0 AND done_at = 0;
CREATE INDEX tasks_done ON tasks (owner_id, done_at, id) WHERE deleted_at = 0 AND done_at > 0;
CREATE INDEX tasks_by_creator ON tasks (creator_id, due_at, id) WHERE deleted_at = 0;
CREATE INDEX tasks_by_due ON tasks (due_at, id) WHERE deleted_at = 0;
CREATE INDEX tasks_by_customer ON tasks (customer_id, due_at, id);

CREATE TABLE follow_ups (
	id TEXT PRIMARY KEY,
	code TEXT NOT NULL UNIQUE,
	customer_id TEXT NOT NULL REFERENCES customers (id),
	author_id TEXT REFERENCES users (id),
	happened_at BIGINT NOT NULL,
	recorded_at BIGINT NOT NULL,             -- by the server's clock
	method TEXT NOT NULL,
	kind TEXT NOT NULL,
	outcome TEXT NOT NULL DEFAULT '',
	texts {bytes} NOT NULL,                  -- content, conclusion, quotation, next step; sealed
	contact_ids {json} NOT NULL,
	companion_ids {json} NOT NULL,
	next_owner_id TEXT, next_due_on TEXT NOT NULL DEFAULT '', next_task_id TEXT,
	next_follow_up_at BIGINT NOT NULL DEFAULT 0,
	late BOOLEAN NOT NULL DEFAULT FALSE,
	imported BOOLEAN NOT NULL DEFAULT FALSE,
	vague BOOLEAN NOT NULL DEFAULT FALSE,    -- saved although a better wording was offered
	corrected_at BIGINT NOT NULL DEFAULT 0,
	updated_at BIGINT NOT NULL,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX follow_ups_by_customer ON follow_ups (customer_id, happened_at, id);
CREATE INDEX follow_ups_by_time ON follow_ups (happened_at, id, customer_id);
CREATE INDEX follow_ups_by_author ON follow_ups (author_id, happened_at, id);

CREATE TABLE follow_up_corrections (
	id TEXT PRIMARY KEY,
	customer_id TEXT NOT NULL REFERENCES customers (id),
	follow_up_id TEXT NOT NULL REFERENCES follow_ups (id),
	at BIGINT NOT NULL,
	by_id TEXT NOT NULL,
	texts {bytes} NOT NULL                   -- what stood before, and why it was corrected; sealed
);
CREATE INDEX follow_up_corrections_by_customer ON follow_up_corrections (customer_id);
CREATE INDEX follow_up_corrections_by_follow_up ON follow_up_corrections (follow_up_id, id);

CREATE TABLE promises (
	id TEXT PRIMARY KEY,
	customer_id TEXT NOT NULL REFERENCES customers (id),
	follow_up_id TEXT NOT NULL REFERENCES follow_ups (id),
	promised_by TEXT NOT NULL,               -- us customer
	texts {bytes} NOT NULL,
	due_on TEXT NOT NULL DEFAULT '',
	kept BIGINT NOT NULL DEFAULT 0,          -- 0 open, 1 kept, 2 broken
	settled_at BIGINT NOT NULL DEFAULT 0,
	author_id TEXT NOT NULL
);
CREATE INDEX promises_by_follow_up ON promises (follow_up_id, id);
CREATE INDEX promises_by_customer ON promises (customer_id);
CREATE INDEX promises_open ON promises (due_on, id, customer_id) WHERE kept = 0;
