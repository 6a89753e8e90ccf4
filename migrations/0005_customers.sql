-- Missing is '' or 0 wherever a list may sort, so that pages never meet a null.
CREATE TABLE customers (
	id TEXT PRIMARY KEY,
	code TEXT NOT NULL UNIQUE,
	kind TEXT NOT NULL,                      -- enterprise individual institution
	name TEXT NOT NULL,                      -- an individual's: masked
	name_sealed {bytes},                     -- an individual's
	name_key TEXT NOT NULL,                  -- normalised for duplicates; an individual's: keyed hash
	name_sort TEXT NOT NULL DEFAULT '',
	short_name TEXT NOT NULL DEFAULT '',
	credit_code TEXT NOT NULL DEFAULT '',
	credit_code_override TEXT NOT NULL DEFAULT '',
	industry TEXT NOT NULL DEFAULT '',
	size TEXT NOT NULL DEFAULT '',
	size_proposed TEXT NOT NULL DEFAULT '',
	employees BIGINT NOT NULL DEFAULT 0,
	annual_revenue_fen BIGINT NOT NULL DEFAULT 0,
	assets_fen BIGINT NOT NULL DEFAULT 0,
	founded_on TEXT NOT NULL DEFAULT '',
	region TEXT NOT NULL DEFAULT '',
	area TEXT NOT NULL DEFAULT '',
	source TEXT NOT NULL DEFAULT '',
	referred_by TEXT,
	stage_id TEXT NOT NULL REFERENCES stages (id),
	stage TEXT NOT NULL,
	status TEXT NOT NULL,
	stage_entered_at BIGINT NOT NULL,
	reactivated BOOLEAN NOT NULL DEFAULT FALSE,
	won_at BIGINT NOT NULL DEFAULT 0,
	grade TEXT NOT NULL DEFAULT '',
	intent TEXT NOT NULL DEFAULT '',
	strategic BOOLEAN NOT NULL DEFAULT FALSE,
	urgency TEXT NOT NULL DEFAULT '',
	tags {json} NOT NULL,
	budget_from_fen BIGINT NOT NULL DEFAULT 0,
	budget_to_fen BIGINT NOT NULL DEFAULT 0,
	buy_by TEXT NOT NULL DEFAULT '',
	texts {bytes},                           -- the free texts, sealed under the customer's key
	texts_filled TEXT NOT NULL DEFAULT '',   -- which of them are filled: ,remark,core_need,
	custom {json} NOT NULL,
	owner_id TEXT REFERENCES users (id),
	department_id TEXT REFERENCES departments (id),
	creator_id TEXT REFERENCES users (id),
	pool_id TEXT REFERENCES pools (id),
	pooled_at BIGINT NOT NULL DEFAULT 0,
	last_owner_id TEXT NOT NULL DEFAULT '',
	review TEXT NOT NULL DEFAULT 'draft',    -- draft pending effective returned
	effective_at BIGINT NOT NULL DEFAULT 0,
	completeness BIGINT NOT NULL DEFAULT 0,  -- percent
	missing {json} NOT NULL,
	primary_contact_id TEXT,
	last_follow_up_at BIGINT NOT NULL DEFAULT 0,
	next_follow_up_at BIGINT NOT NULL DEFAULT 0,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	version BIGINT NOT NULL DEFAULT 1,
	deleted_at BIGINT NOT NULL DEFAULT 0
);
-- What lists filter by stands in the index they page by: a rare mix of filters over a million rows took 810 ms without and 23 with it.
CREATE INDEX customers_by_update ON customers (updated_at, id, owner_id, department_id, pool_id, industry, status, stage, grade, source, region, review, kind) WHERE deleted_at = 0;
CREATE INDEX customers_by_owner ON customers (owner_id, updated_at, id, industry, status, stage, grade, source, region, review) WHERE deleted_at = 0;
CREATE INDEX customers_by_department ON customers (department_id, updated_at, id, industry, status, stage, grade, source, region, review) WHERE deleted_at = 0;
CREATE INDEX customers_by_industry ON customers (industry, updated_at, id, owner_id, department_id) WHERE deleted_at = 0;
CREATE INDEX customers_by_name ON customers (name_sort, id) WHERE deleted_at = 0;
CREATE INDEX customers_by_name_key ON customers (name_key) WHERE deleted_at = 0;
CREATE INDEX customers_by_creation ON customers (created_at, id) WHERE deleted_at = 0;
CREATE INDEX customers_by_last_follow_up ON customers (last_follow_up_at, id) WHERE deleted_at = 0;
CREATE INDEX customers_by_next_follow_up ON customers (next_follow_up_at, id) WHERE deleted_at = 0;
CREATE INDEX customers_by_pool ON customers (pool_id, updated_at, id) WHERE deleted_at = 0 AND owner_id IS NULL;
CREATE INDEX customers_binned ON customers (deleted_at, id) WHERE deleted_at > 0;
CREATE UNIQUE INDEX customers_by_credit_code ON customers (credit_code) WHERE credit_code <> '' AND deleted_at = 0;

CREATE TABLE customer_members (
	id TEXT PRIMARY KEY,
	customer_id TEXT NOT NULL REFERENCES customers (id),
	user_id TEXT NOT NULL REFERENCES users (id),
	kind TEXT NOT NULL,                      -- collaborator grant
	until BIGINT NOT NULL DEFAULT 0,         -- of a grant
	from_request TEXT NOT NULL DEFAULT '',
	created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX customer_members_once ON customer_members (customer_id, user_id, kind);
CREATE INDEX customer_members_by_user ON customer_members (user_id, kind, until, customer_id);

CREATE TABLE contacts (
	id TEXT PRIMARY KEY,
	customer_id TEXT NOT NULL REFERENCES customers (id),
	name_sealed {bytes} NOT NULL,
	name_masked TEXT NOT NULL,
	salutation TEXT NOT NULL DEFAULT '',
	title TEXT NOT NULL DEFAULT '',
	department TEXT NOT NULL DEFAULT '',
	mobile_sealed {bytes}, mobile_masked TEXT NOT NULL DEFAULT '', mobile_index {bytes}, mobile_last4 {bytes},
	phone_sealed {bytes}, phone_masked TEXT NOT NULL DEFAULT '', phone_index {bytes}, phone_last4 {bytes},
	email_sealed {bytes}, email_masked TEXT NOT NULL DEFAULT '', email_index {bytes},
	wechat_sealed {bytes}, wechat_masked TEXT NOT NULL DEFAULT '', wechat_index {bytes},
	texts {bytes},                           -- note and birthday, sealed
	preferred_channel TEXT NOT NULL DEFAULT '',
	role TEXT NOT NULL DEFAULT '',
	influence TEXT NOT NULL DEFAULT '',
	attitude TEXT NOT NULL DEFAULT '',
	reports_to TEXT REFERENCES contacts (id),
	is_primary BOOLEAN NOT NULL DEFAULT FALSE,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX contacts_by_customer ON contacts (customer_id, id);
CREATE INDEX contacts_by_update ON contacts (updated_at, id, customer_id);
CREATE UNIQUE INDEX contacts_one_primary ON contacts (customer_id) WHERE is_primary;
CREATE INDEX contacts_by_superior ON contacts (reports_to) WHERE reports_to IS NOT NULL;
CREATE INDEX contacts_by_mobile ON contacts (mobile_index);
CREATE INDEX contacts_by_mobile_last4 ON contacts (mobile_last4);
CREATE INDEX contacts_by_phone ON contacts (phone_index);
CREATE INDEX contacts_by_phone_last4 ON contacts (phone_last4);
CREATE INDEX contacts_by_email ON contacts (email_index);
CREATE INDEX contacts_by_wechat ON contacts (wechat_index);

CREATE TABLE stage_moves (
	id TEXT PRIMARY KEY,
	customer_id TEXT NOT NULL REFERENCES customers (id),
	from_stage TEXT NOT NULL DEFAULT '',
	to_stage TEXT NOT NULL,
	at BIGINT NOT NULL,
	by_id TEXT NOT NULL DEFAULT '',
	reason TEXT NOT NULL DEFAULT '',
	texts {bytes},
	stayed_ms BIGINT NOT NULL DEFAULT 0      -- in the stage that was left
);
CREATE INDEX stage_moves_by_customer ON stage_moves (customer_id, id);

CREATE TABLE owner_changes (
	id TEXT PRIMARY KEY,
	customer_id TEXT NOT NULL REFERENCES customers (id),
	from_id TEXT, to_id TEXT,
	kind TEXT NOT NULL,                      -- transfer claim release
	at BIGINT NOT NULL,
	by_id TEXT NOT NULL DEFAULT '',
	reason TEXT NOT NULL DEFAULT '',
	texts {bytes}
);
CREATE INDEX owner_changes_by_customer ON owner_changes (customer_id, id);
CREATE INDEX owner_changes_by_person ON owner_changes (to_id, kind, at);
