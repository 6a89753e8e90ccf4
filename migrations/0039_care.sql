-- 季度核对: when somebody last said that what is known of a customer is so.
ALTER TABLE customers ADD COLUMN checked_at BIGINT NOT NULL DEFAULT 0;
-- Completeness, checks and silence by department and owner are read off this index alone.
CREATE INDEX customers_by_care ON customers (department_id, owner_id, completeness, status, checked_at, created_at, last_follow_up_at, archived, deleted_at, id)
	WHERE deleted_at = 0 AND owner_id IS NOT NULL;

CREATE TABLE customer_checks (
	id TEXT PRIMARY KEY,
	customer_id TEXT NOT NULL REFERENCES customers (id),
	at BIGINT NOT NULL,
	by_id TEXT NOT NULL REFERENCES users (id),
	before_at BIGINT NOT NULL,               -- when it had been checked until then
	back_at BIGINT NOT NULL DEFAULT 0        -- taken back
);
CREATE INDEX customer_checks_by_customer ON customer_checks (customer_id, at);

-- What colleagues say to one another about a follow-up.
CREATE TABLE comments (
	id TEXT PRIMARY KEY,
	customer_id TEXT NOT NULL REFERENCES customers (id),
	follow_up_id TEXT NOT NULL REFERENCES follow_ups (id),
	author_id TEXT NOT NULL REFERENCES users (id),
	at BIGINT NOT NULL,
	changed_at BIGINT NOT NULL DEFAULT 0,
	deleted_at BIGINT NOT NULL DEFAULT 0,    -- that something was said stays, what it was does not
	mention_ids {json} NOT NULL,
	texts {bytes},                           -- sealed under the customer's key
	updated_at BIGINT NOT NULL,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX comments_by_follow_up ON comments (follow_up_id, at, id);
CREATE INDEX comments_by_customer ON comments (customer_id, at);
