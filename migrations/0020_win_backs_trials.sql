-- What is done to keep a customer that is about to leave: one open plan each.
CREATE TABLE win_backs (
	id TEXT PRIMARY KEY,
	customer_id TEXT NOT NULL REFERENCES customers (id),
	segment_id TEXT,                         -- the tier that led to it; NULL: opened by hand
	texts {bytes} NOT NULL,                  -- cause and what came of it; sealed
	owner_id TEXT REFERENCES users (id),
	creator_id TEXT REFERENCES users (id),
	due_on TEXT NOT NULL DEFAULT '',
	state TEXT NOT NULL,                     -- open won_back failed given_up
	ended_on TEXT NOT NULL DEFAULT '',       -- the day of the result
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX win_backs_once ON win_backs (customer_id) WHERE state = 'open';
CREATE INDEX win_backs_by_customer ON win_backs (customer_id, created_at, id);
CREATE INDEX win_backs_by_state ON win_backs (state, created_at, id, customer_id);
CREATE INDEX win_backs_by_owner ON win_backs (owner_id, state, created_at, id);

CREATE TABLE win_back_measures (
	id TEXT PRIMARY KEY,
	customer_id TEXT NOT NULL REFERENCES customers (id),
	win_back_id TEXT NOT NULL REFERENCES win_backs (id),
	position BIGINT NOT NULL,
	texts {bytes} NOT NULL,                  -- what is to be done; sealed
	owner_id TEXT REFERENCES users (id),
	due_on TEXT NOT NULL DEFAULT '',
	done_on TEXT NOT NULL DEFAULT ''
);
CREATE INDEX win_back_measures_by_plan ON win_back_measures (win_back_id, position);
CREATE INDEX win_back_measures_by_customer ON win_back_measures (customer_id);

-- What a customer tried, from when to when, and what he thought of it.
CREATE TABLE trials (
	id TEXT PRIMARY KEY,
	customer_id TEXT NOT NULL REFERENCES customers (id),
	texts {bytes} NOT NULL,                  -- product and opinion; sealed
	contact_id TEXT,                         -- one who was taken away since leaves his id
	owner_id TEXT REFERENCES users (id),
	creator_id TEXT REFERENCES users (id),
	from_on TEXT NOT NULL,
	to_on TEXT NOT NULL DEFAULT '',          -- the last day, as agreed or as it was
	result TEXT NOT NULL,                    -- running bought interested declined
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX trials_by_customer ON trials (customer_id, created_at, id);
CREATE INDEX trials_by_contact ON trials (contact_id);
