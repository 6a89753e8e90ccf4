CREATE TABLE needs (
	id TEXT PRIMARY KEY,
	code TEXT NOT NULL UNIQUE,
	customer_id TEXT NOT NULL REFERENCES customers (id),
	kind TEXT NOT NULL,                      -- product technical customisation
	texts {bytes} NOT NULL,                  -- description and solution; sealed
	priority TEXT NOT NULL,                  -- high medium low
	owner_id TEXT REFERENCES users (id),
	creator_id TEXT REFERENCES users (id),
	state TEXT NOT NULL,                     -- open in_progress done closed
	created_at BIGINT NOT NULL,
	closed_at BIGINT NOT NULL DEFAULT 0,     -- when it was done or closed; 0 while it is open
	imported BOOLEAN NOT NULL DEFAULT FALSE,
	updated_at BIGINT NOT NULL,
	version BIGINT NOT NULL DEFAULT 1,
	deleted_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX needs_by_customer ON needs (customer_id, created_at, id);
CREATE INDEX needs_by_time ON needs (created_at, id, customer_id) WHERE deleted_at = 0;
CREATE INDEX needs_by_state ON needs (state, created_at, id) WHERE deleted_at = 0;
CREATE INDEX needs_by_owner ON needs (owner_id, state, created_at, id) WHERE deleted_at = 0;
CREATE INDEX needs_by_end ON needs (closed_at, id) WHERE deleted_at = 0;

CREATE TABLE feedback (
	id TEXT PRIMARY KEY,
	code TEXT NOT NULL UNIQUE,
	customer_id TEXT NOT NULL REFERENCES customers (id),
	kind TEXT NOT NULL,                      -- complaint suggestion praise
	topic TEXT NOT NULL DEFAULT '',
	texts {bytes} NOT NULL,                  -- description, handling and result; sealed
	satisfaction BIGINT NOT NULL DEFAULT 0,  -- 1 to 5; 0 while nobody has said
	feedback_at BIGINT NOT NULL,
	owner_id TEXT REFERENCES users (id),
	creator_id TEXT REFERENCES users (id),
	state TEXT NOT NULL,                     -- open in_progress to_revisit closed
	created_at BIGINT NOT NULL,
	closed_at BIGINT NOT NULL DEFAULT 0,
	imported BOOLEAN NOT NULL DEFAULT FALSE,
	updated_at BIGINT NOT NULL,
	version BIGINT NOT NULL DEFAULT 1,
	deleted_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX feedback_by_customer ON feedback (customer_id, feedback_at, id);
CREATE INDEX feedback_by_time ON feedback (feedback_at, id, customer_id) WHERE deleted_at = 0;
CREATE INDEX feedback_by_state ON feedback (state, feedback_at, id) WHERE deleted_at = 0;
CREATE INDEX feedback_by_kind ON feedback (kind, feedback_at, id) WHERE deleted_at = 0;
CREATE INDEX feedback_by_owner ON feedback (owner_id, state, feedback_at, id) WHERE deleted_at = 0;
CREATE INDEX feedback_by_end ON feedback (closed_at, id) WHERE deleted_at = 0;

CREATE TABLE feedback_measures (
	id TEXT PRIMARY KEY,
	customer_id TEXT NOT NULL REFERENCES customers (id),
	feedback_id TEXT NOT NULL REFERENCES feedback (id),
	position BIGINT NOT NULL,
	texts {bytes} NOT NULL,                  -- what is to be done better; sealed
	owner_id TEXT REFERENCES users (id),
	due_on TEXT NOT NULL DEFAULT '',
	done_on TEXT NOT NULL DEFAULT ''
);
CREATE INDEX feedback_measures_by_feedback ON feedback_measures (feedback_id, position);
CREATE INDEX feedback_measures_by_customer ON feedback_measures (customer_id);
CREATE INDEX feedback_measures_open ON feedback_measures (due_on, owner_id, id) WHERE done_on = '';

-- The words of these dictionaries were shipped before anything used them.
UPDATE dictionary_values SET code = 'product' WHERE dictionary = 'need_type' AND code = 'product_inquiry';
UPDATE dictionary_values SET code = 'technical' WHERE dictionary = 'need_type' AND code = 'technical_support';
UPDATE dictionary_values SET code = 'customisation' WHERE dictionary = 'need_type' AND code = 'custom_cooperation';
UPDATE dictionary_values SET code = 'open' WHERE dictionary IN ('done_state', 'feedback_state') AND code = 'pending';
UPDATE dictionary_values SET code = 'to_revisit' WHERE dictionary = 'feedback_state' AND code = 'awaiting_visit';
