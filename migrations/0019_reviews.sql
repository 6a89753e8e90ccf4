-- How often a department looks back, and where it has come to.
CREATE TABLE review_plans (
	id TEXT PRIMARY KEY,
	department_id TEXT NOT NULL UNIQUE REFERENCES departments (id),
	every TEXT NOT NULL,                     -- weekly fortnightly monthly quarterly
	first_on TEXT NOT NULL,                  -- the first day of the first period; the others are counted from it
	next_on TEXT NOT NULL,                   -- the first day of the period whose review is opened next, once it has ended
	active BOOLEAN NOT NULL,
	creator_id TEXT REFERENCES users (id),
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	version BIGINT NOT NULL DEFAULT 1
);

CREATE INDEX review_plans_by_day ON review_plans (next_on, id);

CREATE TABLE reviews (
	id TEXT PRIMARY KEY,
	department_id TEXT NOT NULL REFERENCES departments (id),
	every TEXT NOT NULL,                     -- of the plan that opened it; '' by hand
	from_on TEXT NOT NULL,
	to_on TEXT NOT NULL,                     -- its last day
	state TEXT NOT NULL,                     -- open closed
	leader_id TEXT REFERENCES users (id),    -- whose it was as it was opened
	opened_at BIGINT NOT NULL,
	opened_by TEXT REFERENCES users (id),    -- NULL: the program
	closed_at BIGINT NOT NULL DEFAULT 0,
	closed_by TEXT REFERENCES users (id),
	figures {json} NOT NULL,                 -- as it was closed: numbers by section and line; no names
	updated_at BIGINT NOT NULL,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX reviews_once ON reviews (department_id, from_on, to_on);
CREATE INDEX reviews_by_period ON reviews (to_on, id, department_id);

-- Who was of the team as it was opened: they read it.
CREATE TABLE review_members (
	id TEXT PRIMARY KEY,
	review_id TEXT NOT NULL REFERENCES reviews (id),
	user_id TEXT NOT NULL REFERENCES users (id),
	kind TEXT NOT NULL,                      -- collaborator, as access calls it
	until BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX review_members_once ON review_members (user_id, review_id);
CREATE INDEX review_members_by_review ON review_members (review_id);

-- The records behind the figures as it was closed, by their ids.
CREATE TABLE review_rows (
	id TEXT PRIMARY KEY,
	review_id TEXT NOT NULL REFERENCES reviews (id),
	customer_id TEXT NOT NULL REFERENCES customers (id),
	section TEXT NOT NULL,
	item TEXT NOT NULL,                      -- the line: a stage, a reason, a kind, a person
	record_id TEXT NOT NULL,
	at BIGINT NOT NULL
);
CREATE INDEX review_rows_by_review ON review_rows (review_id, section, item, at, id);
CREATE INDEX review_rows_by_customer ON review_rows (customer_id);

CREATE TABLE review_marks (
	id TEXT PRIMARY KEY,
	review_id TEXT NOT NULL REFERENCES reviews (id),
	customer_id TEXT NOT NULL REFERENCES customers (id),
	by_id TEXT NOT NULL REFERENCES users (id),
	at BIGINT NOT NULL,
	undone_at BIGINT NOT NULL DEFAULT 0,     -- taken back; the row stays
	undone_by TEXT REFERENCES users (id)
);
CREATE UNIQUE INDEX review_marks_once ON review_marks (review_id, customer_id) WHERE undone_at = 0;
CREATE INDEX review_marks_by_customer ON review_marks (customer_id);

CREATE TABLE review_comments (
	id TEXT PRIMARY KEY,
	review_id TEXT NOT NULL REFERENCES reviews (id),
	customer_id TEXT REFERENCES customers (id), -- NULL: on the review as a whole
	author_id TEXT NOT NULL REFERENCES users (id),
	at BIGINT NOT NULL,
	texts {bytes} NOT NULL                   -- sealed under the customer's key, else the company's
);
CREATE INDEX review_comments_by_review ON review_comments (review_id, at, id);
CREATE INDEX review_comments_by_customer ON review_comments (customer_id);

-- The roles that ship get the new rights where they stand already.
UPDATE roles SET permissions = CAST(replace(CAST(permissions AS VARCHAR), '"report.read"', '"report.read", "review.read"') AS {json})
	WHERE code IN ('sales', 'sales_lead', 'executive', 'administrator');
UPDATE roles SET permissions = CAST(replace(CAST(permissions AS VARCHAR), '"review.read"', '"review.read", "review.write"') AS {json})
	WHERE code IN ('sales_lead', 'executive', 'administrator');
