-- Customers that may be one: a row for each side, reached as its customer is.
CREATE TABLE suspects (
	id TEXT PRIMARY KEY,
	customer_id TEXT NOT NULL REFERENCES customers (id),
	other_id TEXT NOT NULL REFERENCES customers (id),
	raised BOOLEAN NOT NULL,                 -- this side was made or changed last: who sees both is shown it
	why {json} NOT NULL,                     -- name mobile phone email
	state TEXT NOT NULL DEFAULT 'open',      -- open apart
	away BOOLEAN NOT NULL DEFAULT FALSE,     -- the other side lies in the recycle bin
	decided_by TEXT REFERENCES users (id),
	decided_at BIGINT NOT NULL DEFAULT 0,
	reason {bytes},                          -- sealed under the customer's key, on the side where it was said
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX suspects_once ON suspects (customer_id, other_id);
CREATE INDEX suspects_by_other ON suspects (other_id);
-- Under which names meet that may mean one customer; 0 is none.
ALTER TABLE customers ADD COLUMN mark_same BIGINT NOT NULL DEFAULT 0;
ALTER TABLE customers ADD COLUMN mark_sound BIGINT NOT NULL DEFAULT 0;
ALTER TABLE customers ADD COLUMN mark_head BIGINT NOT NULL DEFAULT 0;
ALTER TABLE customers ADD COLUMN mark_tail BIGINT NOT NULL DEFAULT 0;
ALTER TABLE customers ADD COLUMN mark_short BIGINT NOT NULL DEFAULT 0;
ALTER TABLE customers ADD COLUMN mark_first BIGINT NOT NULL DEFAULT 0;
CREATE INDEX customers_by_same ON customers (mark_same);
CREATE INDEX customers_by_sound ON customers (mark_sound);
CREATE INDEX customers_by_head ON customers (mark_head);
CREATE INDEX customers_by_tail ON customers (mark_tail);
CREATE INDEX customers_by_short ON customers (mark_short);
CREATE INDEX customers_by_first ON customers (mark_first);
CREATE INDEX suspects_by_creation ON suspects (state, created_at, id, customer_id) WHERE NOT away;
