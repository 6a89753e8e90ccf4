-- What was erased for good: restored from an older backup it is erased again.
CREATE TABLE erasures (
	id TEXT PRIMARY KEY,         -- of the record
	kind TEXT NOT NULL,          -- customer contact
	at BIGINT NOT NULL
);
CREATE INDEX erasures_at ON erasures (at);
