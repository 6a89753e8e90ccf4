-- A sheet that came in. What its cells say is sealed under a key of the import's own,
-- which is destroyed when the import is forgotten.
CREATE TABLE imports (
	id TEXT PRIMARY KEY,
	target TEXT NOT NULL,                    -- customer contact follow_up
	name TEXT NOT NULL,                      -- of the file
	owner_id TEXT REFERENCES users (id),
	department_id TEXT REFERENCES departments (id),
	state TEXT NOT NULL,                     -- new checking checked running done partly cancelled failed undoing undone
	file TEXT NOT NULL DEFAULT '',           -- under this name in files/
	key {bytes} NOT NULL,                    -- that seals its rows and its file, wrapped
	mark {bytes} NOT NULL,                   -- keyed hash of the file, to know it again
	format {json} NOT NULL,                  -- how it is read: encoding, delimiter, sheet, heading row
	columns {json} NOT NULL,                 -- headings
	head {bytes} NOT NULL,                   -- the first rows, sealed
	mapping {json} NOT NULL,                 -- column → field
	duplicates TEXT NOT NULL DEFAULT 'skip', -- skip update new
	defaults {json} NOT NULL,
	plan BIGINT NOT NULL DEFAULT 1,          -- moves on with every change of the plan
	checked BIGINT NOT NULL DEFAULT 0,       -- the plan that was checked
	staged BOOLEAN NOT NULL DEFAULT FALSE,   -- its rows lie in import_rows
	cancel BOOLEAN NOT NULL DEFAULT FALSE,
	total BIGINT NOT NULL DEFAULT 0,         -- of the act under way
	progress BIGINT NOT NULL DEFAULT 0,
	good BIGINT NOT NULL DEFAULT 0,
	drafts BIGINT NOT NULL DEFAULT 0,
	bad BIGINT NOT NULL DEFAULT 0,
	duplicate BIGINT NOT NULL DEFAULT 0,
	failure {json} NOT NULL,
	kept {json} NOT NULL,                    -- what an undo left, and why
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	run_at BIGINT NOT NULL DEFAULT 0,
	ended_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX imports_by_owner ON imports (owner_id, created_at, id);
CREATE INDEX imports_by_creation ON imports (created_at, id);

CREATE TABLE import_rows (
	import_id TEXT NOT NULL REFERENCES imports (id),
	n BIGINT NOT NULL,                       -- the row as a spreadsheet numbers it
	cells {bytes} NOT NULL,                  -- sealed
	head BIGINT NOT NULL,                    -- the first row of what belongs together
	state TEXT NOT NULL,                     -- waiting good draft bad duplicate
	done BOOLEAN NOT NULL DEFAULT FALSE,     -- it is in, or has been passed over
	problems {json} NOT NULL,
	record_id TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (import_id, n)
);
CREATE INDEX import_rows_by_state ON import_rows (import_id, state, n);
CREATE INDEX import_rows_by_head ON import_rows (import_id, head, n);

-- What an import did, for undoing it.
CREATE TABLE import_effects (
	id TEXT PRIMARY KEY,
	import_id TEXT NOT NULL REFERENCES imports (id),
	n BIGINT NOT NULL,
	kind TEXT NOT NULL,                      -- customer contact follow_up
	record_id TEXT NOT NULL,
	made BOOLEAN NOT NULL,                   -- else changed
	before {bytes},                          -- sealed: what stood in the fields that it changed, and what it put there
	undone BOOLEAN NOT NULL DEFAULT FALSE
);
CREATE INDEX import_effects_by_import ON import_effects (import_id, id);

-- Which heading a company's people mean by which field.
CREATE TABLE remembered_headings (
	target TEXT NOT NULL,
	heading TEXT NOT NULL,                   -- normalised
	field TEXT NOT NULL,                     -- '' is left out
	used_at BIGINT NOT NULL,
	PRIMARY KEY (target, heading)
);

CREATE TABLE exports (
	id TEXT PRIMARY KEY,
	target TEXT NOT NULL,
	owner_id TEXT REFERENCES users (id),
	department_id TEXT REFERENCES departments (id),
	state TEXT NOT NULL,                     -- running done failed
	format TEXT NOT NULL,                    -- xlsx csv
	columns {json} NOT NULL,
	query {bytes} NOT NULL,                  -- filter, words sought, order; sealed: it may name people
	key {bytes} NOT NULL,                    -- that seals query and file, wrapped
	lang TEXT NOT NULL DEFAULT 'zh-CN',
	file TEXT NOT NULL DEFAULT '',
	total BIGINT NOT NULL DEFAULT 0,
	failure {json} NOT NULL,
	created_at BIGINT NOT NULL,
	ended_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX exports_by_owner ON exports (owner_id, created_at, id);
CREATE INDEX exports_by_creation ON exports (created_at, id);
