-- What was done to many customers at once: each record by itself, and undone as one.
CREATE TABLE operations (
	id TEXT PRIMARY KEY,
	verb TEXT NOT NULL,                      -- transfer tag change collaborate release playbook
	act {json} NOT NULL,                     -- what is done to each
	owner_id TEXT REFERENCES users (id),
	department_id TEXT REFERENCES departments (id),
	state TEXT NOT NULL,                     -- running done undoing undone
	total BIGINT NOT NULL,
	created_at BIGINT NOT NULL,
	ended_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX operations_by_person ON operations (owner_id, created_at);
CREATE INDEX operations_by_age ON operations (created_at, id);

CREATE TABLE operation_items (
	id TEXT PRIMARY KEY,
	operation_id TEXT NOT NULL REFERENCES operations (id),
	customer_id TEXT NOT NULL,               -- as the caller named it: there may be no such customer
	position BIGINT NOT NULL,
	version BIGINT NOT NULL,                 -- as the caller saw it; after it was done, the version it has then
	state TEXT NOT NULL,                     -- waiting done refused undone kept
	code TEXT NOT NULL DEFAULT '',           -- why it was refused, or kept as it is when the rest was undone
	was {json} NOT NULL                      -- what stood before: no personal value
);
CREATE INDEX operation_items_in_turn ON operation_items (operation_id, state, position);
CREATE INDEX operation_items_by_customer ON operation_items (customer_id);
