CREATE TABLE audit_entries (
	id TEXT PRIMARY KEY,
	at BIGINT NOT NULL,
	actor_id TEXT NOT NULL DEFAULT '',
	actor TEXT NOT NULL,         -- login, or what the program was doing
	address TEXT NOT NULL DEFAULT '',
	action TEXT NOT NULL,
	kind TEXT NOT NULL DEFAULT '',
	record_id TEXT NOT NULL DEFAULT '',
	customer_id TEXT NOT NULL DEFAULT '',
	changes {json} NOT NULL,
	details {json} NOT NULL
);
CREATE INDEX audit_by_record ON audit_entries (record_id, id);
CREATE INDEX audit_by_customer ON audit_entries (customer_id, id) WHERE customer_id <> '';
CREATE INDEX audit_by_actor ON audit_entries (actor_id, action, id);

-- The chain: rows of audit_entries carry no hash, so that writers never queue at its head.
CREATE TABLE audit_seal (
	position BIGINT PRIMARY KEY,
	entry_id TEXT NOT NULL UNIQUE,
	entry_hash {bytes} NOT NULL,
	head {bytes} NOT NULL,
	sealed_at BIGINT NOT NULL
);

CREATE TABLE leases (name TEXT PRIMARY KEY, holder TEXT NOT NULL, until BIGINT NOT NULL);

CREATE TABLE jobs (
	id TEXT PRIMARY KEY,
	kind TEXT NOT NULL,
	unique_key TEXT,
	payload {json} NOT NULL,
	run_as TEXT NOT NULL DEFAULT '',
	state TEXT NOT NULL,         -- waiting running done dead
	run_at BIGINT NOT NULL,
	attempts BIGINT NOT NULL DEFAULT 0,
	token TEXT NOT NULL DEFAULT '',
	lease_until BIGINT NOT NULL DEFAULT 0,
	error TEXT NOT NULL DEFAULT '',
	created_at BIGINT NOT NULL,
	ended_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX jobs_due ON jobs (run_at, id) WHERE state = 'waiting';
CREATE INDEX jobs_running ON jobs (lease_until) WHERE state = 'running';
CREATE UNIQUE INDEX jobs_unique ON jobs (unique_key) WHERE unique_key IS NOT NULL AND state IN ('waiting', 'running');

CREATE TABLE schedules (name TEXT PRIMARY KEY, next_at BIGINT NOT NULL, last_at BIGINT NOT NULL DEFAULT 0);
