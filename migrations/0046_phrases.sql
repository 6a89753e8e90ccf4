-- 话术: what is often said, by method and stage.
CREATE TABLE phrases (
	id TEXT PRIMARY KEY,
	code TEXT NOT NULL DEFAULT '',           -- of those that ship
	owner_id TEXT REFERENCES users (id),     -- NULL: the company's
	title TEXT NOT NULL,
	body TEXT NOT NULL,
	methods {json} NOT NULL,                 -- codes of the dictionary; none: any
	stage_codes {json} NOT NULL,                  -- codes of the customers' pipeline; none: any
	position BIGINT NOT NULL DEFAULT 0,      -- among its owner's, or the company's
	active BOOLEAN NOT NULL DEFAULT TRUE,
	removed_at BIGINT NOT NULL DEFAULT 0,    -- one that ships stays behind, so that it does not come back
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX phrases_by_owner ON phrases (owner_id, position, created_at, id);
