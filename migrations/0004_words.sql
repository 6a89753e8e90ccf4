CREATE TABLE dictionaries (code TEXT PRIMARY KEY, fixed BOOLEAN NOT NULL DEFAULT FALSE, free BOOLEAN NOT NULL DEFAULT FALSE, position BIGINT NOT NULL DEFAULT 0);

CREATE TABLE dictionary_values (
	id TEXT PRIMARY KEY,
	dictionary TEXT NOT NULL REFERENCES dictionaries (code),
	code TEXT NOT NULL,
	label TEXT NOT NULL,
	label_en TEXT NOT NULL DEFAULT '',
	synonyms {json} NOT NULL,
	parent TEXT NOT NULL DEFAULT '',
	color TEXT NOT NULL DEFAULT '',
	position BIGINT NOT NULL DEFAULT 0,
	active BOOLEAN NOT NULL DEFAULT TRUE,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX dictionary_values_by_code ON dictionary_values (dictionary, code);

CREATE TABLE numbering (
	series TEXT PRIMARY KEY,
	pattern TEXT NOT NULL,
	updated_at BIGINT NOT NULL,
	version BIGINT NOT NULL DEFAULT 1
);

CREATE TABLE pipelines (id TEXT PRIMARY KEY, subject TEXT NOT NULL, name TEXT NOT NULL, position BIGINT NOT NULL DEFAULT 0);

CREATE TABLE stages (
	id TEXT PRIMARY KEY,
	pipeline_id TEXT NOT NULL REFERENCES pipelines (id),
	code TEXT NOT NULL,
	name TEXT NOT NULL,
	name_en TEXT NOT NULL DEFAULT '',
	phase TEXT NOT NULL,         -- lead deal service lost
	status TEXT NOT NULL,        -- potential interested won lost
	tone TEXT NOT NULL,
	probability BIGINT NOT NULL DEFAULT 0, -- percent
	day_limit BIGINT NOT NULL DEFAULT 0,   -- 0: none
	next {json} NOT NULL,        -- codes that may follow
	position BIGINT NOT NULL,
	active BOOLEAN NOT NULL DEFAULT TRUE
);
CREATE UNIQUE INDEX stages_by_code ON stages (pipeline_id, code);

CREATE TABLE pools (
	id TEXT PRIMARY KEY,
	name TEXT NOT NULL,
	everyone BOOLEAN NOT NULL DEFAULT TRUE, -- all who may claim are members
	created_at BIGINT NOT NULL
);
CREATE TABLE pool_members (
	id TEXT PRIMARY KEY,
	pool_id TEXT NOT NULL REFERENCES pools (id),
	user_id TEXT NOT NULL REFERENCES users (id),
	kind TEXT NOT NULL           -- member administrator
);
CREATE UNIQUE INDEX pool_members_by_user ON pool_members (user_id, pool_id);

-- Many values of one field of one record: tags now, custom fields later.
CREATE TABLE custom_value (
	id {rowkey},
	field_id TEXT NOT NULL,
	record_id TEXT NOT NULL,
	text TEXT NOT NULL DEFAULT '',
	num BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX custom_value_by_text ON custom_value (field_id, text, record_id);
CREATE INDEX custom_value_by_num ON custom_value (field_id, num, record_id);
CREATE INDEX custom_value_by_record ON custom_value (record_id, field_id);
