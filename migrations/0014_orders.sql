CREATE TABLE orders (
	id TEXT PRIMARY KEY,
	code TEXT NOT NULL UNIQUE,
	customer_id TEXT NOT NULL REFERENCES customers (id),
	owner_id TEXT REFERENCES users (id),     -- who sold it
	department_id TEXT REFERENCES departments (id),
	ordered_on TEXT NOT NULL,
	amount_fen BIGINT NOT NULL,
	state TEXT NOT NULL,                     -- open done cancelled
	contract_number TEXT NOT NULL DEFAULT '',
	reference TEXT NOT NULL DEFAULT '',      -- its number in another system
	products TEXT NOT NULL DEFAULT '',       -- the names of its lines, for lists
	texts {bytes},                           -- remark, sealed under the customer's key
	imported BOOLEAN NOT NULL DEFAULT FALSE,
	creator_id TEXT REFERENCES users (id),
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	version BIGINT NOT NULL DEFAULT 1,
	deleted_at BIGINT NOT NULL DEFAULT 0
);
-- The sums of windows (twelve months) are read from this one alone.
CREATE INDEX orders_by_day ON orders (ordered_on, id, customer_id, amount_fen, state, owner_id) WHERE deleted_at = 0;
CREATE INDEX orders_by_customer ON orders (customer_id, ordered_on, id, amount_fen, state, deleted_at);
CREATE INDEX orders_by_amount ON orders (amount_fen, id) WHERE deleted_at = 0;
CREATE INDEX orders_by_creation ON orders (created_at, id) WHERE deleted_at = 0;
CREATE INDEX orders_by_owner ON orders (owner_id, ordered_on, id) WHERE deleted_at = 0;
CREATE INDEX orders_binned ON orders (deleted_at, id) WHERE deleted_at > 0;
CREATE UNIQUE INDEX orders_by_reference ON orders (reference) WHERE reference <> '' AND deleted_at = 0;

CREATE TABLE order_lines (
	id TEXT PRIMARY KEY,
	order_id TEXT NOT NULL REFERENCES orders (id),
	customer_id TEXT NOT NULL REFERENCES customers (id),
	position BIGINT NOT NULL,
	product TEXT NOT NULL,
	unit TEXT NOT NULL DEFAULT '',
	quantity_milli BIGINT NOT NULL,          -- thousandths
	price_fen BIGINT NOT NULL,
	discount_bp BIGINT NOT NULL DEFAULT 0,   -- off, in hundredths of a percent
	amount_fen BIGINT NOT NULL
);
CREATE INDEX order_lines_by_order ON order_lines (order_id, position);
CREATE INDEX order_lines_by_customer ON order_lines (customer_id);
