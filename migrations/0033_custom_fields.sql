-- The fields that a company adds to its records. Their values lie in the record's own column custom (to be shown), one row
-- each in custom_value (to be filtered and sorted by), and sealed here where they are secret.
CREATE TABLE custom_fields (
	id TEXT PRIMARY KEY,
	record TEXT NOT NULL,                    -- customer …
	name TEXT NOT NULL,                      -- what filters, columns and programs call it; never given twice
	label TEXT NOT NULL,
	label_en TEXT NOT NULL DEFAULT '',
	kind TEXT NOT NULL,
	group_label TEXT NOT NULL DEFAULT '',    -- the heading it stands under
	help TEXT NOT NULL DEFAULT '',
	dictionary TEXT NOT NULL DEFAULT '',     -- of choices
	decimals BIGINT NOT NULL DEFAULT 0,
	unit TEXT NOT NULL DEFAULT '',
	required BOOLEAN NOT NULL DEFAULT FALSE,
	once BOOLEAN NOT NULL DEFAULT FALSE,     -- no two live records hold one value
	listed BOOLEAN NOT NULL DEFAULT TRUE,
	sought BOOLEAN NOT NULL DEFAULT FALSE,   -- in the word index
	sensitive BOOLEAN NOT NULL DEFAULT FALSE,
	standard {json} NOT NULL,                -- its value in a new record
	see_roles {json} NOT NULL,               -- empty: whoever sees the record
	edit_roles {json} NOT NULL,
	kinds {json} NOT NULL,                   -- of customers that have it; empty: all
	industries {json} NOT NULL,
	asked_when {json} NOT NULL,              -- a form asks for it only where another field has one of some words
	template TEXT NOT NULL DEFAULT '',
	purpose TEXT NOT NULL DEFAULT '',
	retention_months BIGINT NOT NULL DEFAULT 0,
	position BIGINT NOT NULL DEFAULT 0,
	active BOOLEAN NOT NULL DEFAULT TRUE,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX custom_fields_by_name ON custom_fields (record, name);

CREATE TABLE custom_sealed (
	id {rowkey},
	field_id TEXT NOT NULL,                  -- the field's name
	record_id TEXT NOT NULL,
	sealed {bytes} NOT NULL,                 -- under the customer's key
	blind {bytes}                            -- of what is found by its value alone
);
CREATE UNIQUE INDEX custom_sealed_once ON custom_sealed (record_id, field_id);
CREATE INDEX custom_sealed_by_blind ON custom_sealed (field_id, blind);

ALTER TABLE dictionaries ADD COLUMN label TEXT NOT NULL DEFAULT '';
ALTER TABLE dictionaries ADD COLUMN label_en TEXT NOT NULL DEFAULT '';
