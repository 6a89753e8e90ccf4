-- Reports that go to people by mail, again and again.
CREATE TABLE mailings (
	id TEXT PRIMARY KEY,
	name TEXT NOT NULL,
	what {json} NOT NULL,                    -- which report: one that ships, one that was kept, or the dashboard; period, filter, chart, format
	every TEXT NOT NULL,                     -- day workday week month
	on_day BIGINT NOT NULL DEFAULT 0,        -- of a week 1 (Monday) to 7, of a month 1 to 31 (the last, where there are fewer)
	at TEXT NOT NULL,                        -- 08:30, in the company's zone
	to_ids {json} NOT NULL,
	owner_id TEXT NOT NULL REFERENCES users (id),
	active BOOLEAN NOT NULL,
	next_at BIGINT NOT NULL,                 -- 0 while it is not active
	sent_at BIGINT NOT NULL DEFAULT 0,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX mailings_due ON mailings (next_at, id) WHERE next_at > 0;
CREATE INDEX mailings_by_creation ON mailings (created_at, id);
