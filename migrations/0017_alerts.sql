-- Days that differ from the week and the notices the program knows: a company's own, or next year's notice.
CREATE TABLE calendar_days (
	id TEXT PRIMARY KEY,                     -- 2027-01-01
	name TEXT NOT NULL DEFAULT '',
	work BOOLEAN NOT NULL,
	own BOOLEAN NOT NULL,                    -- the company's own word; else a line of a year's notice
	updated_at BIGINT NOT NULL
);

-- When a customer came in with a sheet; 0 for one made by hand. Its clocks start then.
ALTER TABLE customers ADD COLUMN imported_at BIGINT NOT NULL DEFAULT 0;

CREATE TABLE alert_rules (
	id TEXT PRIMARY KEY,
	code TEXT NOT NULL DEFAULT '',           -- of one that ships
	name TEXT NOT NULL DEFAULT '',           -- '' with a code: the shipped words
	active BOOLEAN NOT NULL,
	subject TEXT NOT NULL,                   -- customer task feedback
	filter TEXT NOT NULL DEFAULT '',         -- a tree over the subject's catalogue, as JSON
	clock TEXT NOT NULL,                     -- from when it counts: last_talk stage next_follow_up due feedback_at none
	rungs {json} NOT NULL,                   -- after how long, who
	repeat_days BIGINT NOT NULL DEFAULT 0,
	planned_days BIGINT NOT NULL DEFAULT 0,  -- a next follow-up planned within so many days makes it quiet
	imported_days BIGINT NOT NULL DEFAULT 0, -- silent so long after an import
	recorded_hours BIGINT NOT NULL DEFAULT 0,-- a follow-up recorded from so long before the moment on makes it quiet
	position BIGINT NOT NULL DEFAULT 0,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX alert_rules_by_code ON alert_rules (code) WHERE code <> '';

CREATE TABLE alerts (
	id TEXT PRIMARY KEY,
	rule_id TEXT NOT NULL REFERENCES alert_rules (id),
	customer_id TEXT NOT NULL REFERENCES customers (id),
	record_id TEXT NOT NULL,                 -- of the rule's subject
	anchor BIGINT NOT NULL,                  -- the instant its clock counts from; with the record, the cause
	rung BIGINT NOT NULL,                    -- how far up the ladder it has come
	owner_id TEXT NOT NULL,                  -- of the customer, when people were told last
	params {json} NOT NULL,                  -- the figures that say why; no contact, no number to call
	raised_at BIGINT NOT NULL,
	told_at BIGINT NOT NULL,
	ended_at BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX alerts_once ON alerts (rule_id, record_id, anchor) WHERE ended_at = 0;
CREATE INDEX alerts_standing ON alerts (raised_at, id, customer_id) WHERE ended_at = 0;
CREATE INDEX alerts_by_customer ON alerts (customer_id, ended_at);

CREATE TABLE alert_recipients (
	id TEXT PRIMARY KEY,
	alert_id TEXT NOT NULL REFERENCES alerts (id),
	customer_id TEXT NOT NULL REFERENCES customers (id),
	user_id TEXT NOT NULL REFERENCES users (id),
	rung BIGINT NOT NULL,
	told_at BIGINT NOT NULL,
	snoozed_until BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX alert_recipients_once ON alert_recipients (alert_id, user_id);
CREATE INDEX alert_recipients_by_customer ON alert_recipients (customer_id);
CREATE INDEX alert_recipients_by_user ON alert_recipients (user_id, alert_id);

-- What the rules read each minute: who has stood too long in a stage, who is planned.
CREATE INDEX customers_by_stage_age ON customers (stage, stage_entered_at, id) WHERE deleted_at = 0 AND owner_id IS NOT NULL;
CREATE INDEX customers_open_by_talk ON customers (status, last_follow_up_at, effective_at, id) WHERE deleted_at = 0 AND owner_id IS NOT NULL;
