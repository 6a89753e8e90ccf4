-- 归档: customers that are read-only and left out of daily lists. The file of a customer keeps its number when it is reopened.
ALTER TABLE customers ADD COLUMN archived BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX customers_archived ON customers (id) WHERE archived;

CREATE TABLE archives (
	id TEXT PRIMARY KEY,
	customer_id TEXT NOT NULL REFERENCES customers (id),
	code TEXT NOT NULL UNIQUE,
	standing BOOLEAN NOT NULL,               -- archived now; false: reopened
	year BIGINT NOT NULL,
	category TEXT NOT NULL DEFAULT '',
	business TEXT NOT NULL DEFAULT '',
	project_type TEXT NOT NULL DEFAULT '',
	place TEXT NOT NULL DEFAULT '',          -- where the paper lies
	texts {bytes},                           -- the note, sealed under the customer's key
	archived_at BIGINT NOT NULL,
	archived_by TEXT NOT NULL REFERENCES users (id),
	used_at BIGINT NOT NULL,                 -- when somebody last opened or borrowed it
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX archives_once ON archives (customer_id);
CREATE INDEX archives_by_year ON archives (year, archived_at, id);
CREATE INDEX archives_by_time ON archives (archived_at, id);

-- Each time that a customer was archived or reopened.
CREATE TABLE archive_moves (
	id TEXT PRIMARY KEY,
	customer_id TEXT NOT NULL REFERENCES customers (id),
	kind TEXT NOT NULL,                      -- archived reopened
	at BIGINT NOT NULL,
	by_id TEXT NOT NULL REFERENCES users (id),
	texts {bytes}                            -- the reason, sealed under the customer's key
);
CREATE INDEX archive_moves_by_customer ON archive_moves (customer_id, at);

-- 借阅登记: who has the paper.
CREATE TABLE archive_loans (
	id TEXT PRIMARY KEY,
	customer_id TEXT NOT NULL REFERENCES customers (id),
	borrower_id TEXT NOT NULL REFERENCES users (id),
	lent_by TEXT NOT NULL REFERENCES users (id),
	lent_at BIGINT NOT NULL,
	due_on TEXT NOT NULL,
	returned_at BIGINT NOT NULL DEFAULT 0,
	returned_by TEXT REFERENCES users (id),
	texts {bytes} NOT NULL                   -- the purpose, sealed under the customer's key
);
CREATE INDEX archive_loans_by_customer ON archive_loans (customer_id, lent_at);
CREATE UNIQUE INDEX archive_loans_open ON archive_loans (customer_id) WHERE returned_at = 0;
CREATE INDEX archive_loans_due ON archive_loans (due_on) WHERE returned_at = 0;
