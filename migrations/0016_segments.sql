CREATE TABLE segments (
	id TEXT PRIMARY KEY,
	code TEXT NOT NULL DEFAULT '',           -- of one that ships
	name TEXT NOT NULL DEFAULT '',           -- '' with a code: the shipped words
	kind TEXT NOT NULL,                      -- live static
	filter TEXT NOT NULL,                    -- the tree, as JSON
	badge BIGINT NOT NULL DEFAULT 0,         -- a tier: its place among the badges of a customer; 0 is none
	tone TEXT NOT NULL DEFAULT 'gray',
	followed BOOLEAN NOT NULL DEFAULT FALSE, -- when members come in and leave is kept
	playbook {json} NOT NULL,                -- what is proposed for who comes in
	shared TEXT NOT NULL DEFAULT 'mine',     -- mine roles all
	role_ids {json} NOT NULL,
	owner_id TEXT REFERENCES users (id),
	refreshed_at BIGINT NOT NULL DEFAULT 0,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX segments_by_code ON segments (code) WHERE code <> '';

CREATE TABLE segment_members (
	id TEXT PRIMARY KEY,
	segment_id TEXT NOT NULL REFERENCES segments (id),
	customer_id TEXT NOT NULL REFERENCES customers (id),
	since BIGINT NOT NULL,
	until BIGINT NOT NULL DEFAULT 0,         -- when it left; 0 while it is one
	figures {json} NOT NULL,                 -- as they were when it came in
	taken_at BIGINT NOT NULL DEFAULT 0,      -- when somebody made the playbook's tasks
	taken_by TEXT REFERENCES users (id)
);
CREATE UNIQUE INDEX segment_members_once ON segment_members (segment_id, customer_id) WHERE until = 0;
CREATE INDEX segment_members_by_customer ON segment_members (customer_id, since);
CREATE INDEX segment_members_by_time ON segment_members (segment_id, since, customer_id);
CREATE INDEX segment_members_by_end ON segment_members (segment_id, until, customer_id);
