-- Two customers become one: who, when, what was taken, and all that is needed to part them again.
ALTER TABLE customers ADD COLUMN merged_into TEXT REFERENCES customers (id);
CREATE INDEX customers_merged ON customers (merged_into) WHERE merged_into IS NOT NULL;

CREATE TABLE merges (
	id TEXT PRIMARY KEY,
	customer_id TEXT NOT NULL REFERENCES customers (id), -- who stays
	other_id TEXT NOT NULL REFERENCES customers (id),    -- who went into it
	other_code TEXT NOT NULL,
	other_name TEXT NOT NULL,                -- an individual's: masked
	by_id TEXT REFERENCES users (id),
	at BIGINT NOT NULL,
	until BIGINT NOT NULL,                   -- it can be undone so long
	took {json} NOT NULL,                    -- which fields came from the other
	kept {bytes},                            -- the one's row before and after, sealed under its key; gone when it cannot be undone any more
	undone_at BIGINT NOT NULL DEFAULT 0,
	undone_by TEXT REFERENCES users (id),
	version BIGINT NOT NULL DEFAULT 1,
	updated_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX merges_by_customer ON merges (customer_id, at);
CREATE INDEX merges_by_other ON merges (other_id);
CREATE INDEX merges_kept ON merges (until) WHERE kept IS NOT NULL;

-- The rows that moved, and what of them had to change.
CREATE TABLE merge_rows (
	id {rowkey},
	merge_id TEXT NOT NULL REFERENCES merges (id),
	of_table TEXT NOT NULL,
	row_id TEXT NOT NULL,
	was TEXT NOT NULL DEFAULT '',            -- of what changed besides, as it stood
	version BIGINT NOT NULL DEFAULT 0        -- of the row as it moved; 0 where it has none
);
CREATE INDEX merge_rows_by_merge ON merge_rows (merge_id, of_table);

-- A subject reads what those sealed that became one with it.
CREATE TABLE subject_joins (
	id TEXT PRIMARY KEY,
	holder_id TEXT NOT NULL,
	other_id TEXT NOT NULL,
	why TEXT NOT NULL,                       -- the merge
	created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX subject_joins_once ON subject_joins (holder_id, other_id, why);
