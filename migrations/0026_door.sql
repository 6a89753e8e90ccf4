-- A second factor: a secret sealed under its person's key, and the last step of its clock
-- that somebody came in with, so that no code serves twice.
CREATE TABLE second_factors (
	user_id TEXT PRIMARY KEY REFERENCES users (id),
	secret {bytes} NOT NULL,
	last_step BIGINT NOT NULL DEFAULT 0,
	created_at BIGINT NOT NULL,
	confirmed_at BIGINT NOT NULL DEFAULT 0 -- 0 until a first code showed that the secret arrived
);

-- What lets in where the telephone is lost; hashed, each once.
CREATE TABLE recovery_codes (
	hash TEXT PRIMARY KEY,
	user_id TEXT NOT NULL REFERENCES users (id),
	used_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX recovery_codes_by_user ON recovery_codes (user_id);

ALTER TABLE sessions ADD COLUMN confirmed_at BIGINT NOT NULL DEFAULT 0; -- when its person last proved who he is
ALTER TABLE tokens ADD COLUMN last_used_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX tokens_by_creation ON tokens (created_at, id);
