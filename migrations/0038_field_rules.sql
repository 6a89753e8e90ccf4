-- What a company asks of the fields that ship: which must be filled, what they are called, why and how long they are kept, where they stand.
CREATE TABLE required_sets (
	id TEXT PRIMARY KEY,                     -- the kind of record: customer
	rules {json} NOT NULL,                   -- of which customers, from which stage on, of whom, which fields
	shipped BOOLEAN NOT NULL,                -- the house's own; rules are empty then
	version BIGINT NOT NULL DEFAULT 1,
	updated_at BIGINT NOT NULL
);

-- What a company says of a built-in field; a field without a row is as it ships.
CREATE TABLE field_words (
	id TEXT PRIMARY KEY,
	record TEXT NOT NULL,                    -- customer contact follow-up task need feedback order
	name TEXT NOT NULL,
	label TEXT NOT NULL DEFAULT '',          -- '': the word that ships
	label_en TEXT NOT NULL DEFAULT '',
	purpose TEXT NOT NULL DEFAULT '',
	basis TEXT NOT NULL DEFAULT '',          -- of the law, where it is known
	retention_months BIGINT NOT NULL DEFAULT 0, -- 0: as long as the record
	described BOOLEAN NOT NULL DEFAULT FALSE,   -- purpose, basis and months are the company's and not those that ship
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX field_words_by_name ON field_words (record, name);

-- How the page of a customer stands for a role.
CREATE TABLE page_layouts (
	id TEXT PRIMARY KEY,                     -- the role
	tab TEXT NOT NULL,                       -- which opens; '' the first
	fields {json} NOT NULL,                  -- beside it, in their order
	updated_at BIGINT NOT NULL,
	version BIGINT NOT NULL DEFAULT 1
);
