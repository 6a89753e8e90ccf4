-- Files that hang on a customer: what they are stands here, their content lies sealed outside the database.
CREATE TABLE attachments (
	id TEXT PRIMARY KEY,
	customer_id TEXT NOT NULL REFERENCES customers (id),
	record_kind TEXT NOT NULL,               -- customer, or what of the customer it hangs on: order, feedback …
	record_id TEXT NOT NULL,
	kind TEXT NOT NULL,                      -- a code of the dictionary file_type
	day TEXT NOT NULL,                       -- of the company, when it was added
	number BIGINT NOT NULL,                  -- 1, or more where the day has one of the kind
	extension TEXT NOT NULL,
	name_sealed {bytes} NOT NULL,            -- as it was called where it came from
	media TEXT NOT NULL,
	size BIGINT NOT NULL,
	sum {bytes} NOT NULL,                    -- of the clear content, keyed
	blob TEXT NOT NULL,                      -- the random name under which it lies
	creator_id TEXT REFERENCES users (id),
	created_at BIGINT NOT NULL,
	version BIGINT NOT NULL DEFAULT 1,
	updated_at BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX attachments_by_name ON attachments (customer_id, kind, day, number, extension);
CREATE UNIQUE INDEX attachments_by_blob ON attachments (blob);
CREATE INDEX attachments_by_record ON attachments (record_kind, record_id, created_at);
