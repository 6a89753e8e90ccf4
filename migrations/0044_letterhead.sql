-- What stands at the head of the company's papers: one row. The picture is drawn anew by the
-- program from what was sent, so that nothing else comes in with it.
CREATE TABLE letterhead (
	id TEXT PRIMARY KEY,                     -- 'company'
	logo {bytes} NOT NULL,                   -- PNG
	mark TEXT NOT NULL,                      -- of the picture, for addresses that may be kept
	version BIGINT NOT NULL DEFAULT 1,
	updated_at BIGINT NOT NULL
);
