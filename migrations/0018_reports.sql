CREATE INDEX stage_moves_by_entry ON stage_moves (to_stage, at, customer_id);
CREATE INDEX stage_moves_by_exit ON stage_moves (from_stage, at, stayed_ms, customer_id);

CREATE TABLE reports (
	id TEXT PRIMARY KEY,
	name TEXT NOT NULL,
	ask {json} NOT NULL,                     -- what it asks: subject, measures, by, filter, period
	chart TEXT NOT NULL,                     -- bar line pie funnel table
	shared TEXT NOT NULL DEFAULT 'mine',     -- mine roles all
	role_ids {json} NOT NULL,
	on_board BOOLEAN NOT NULL DEFAULT FALSE, -- shown on the dashboard of whom it is shared with
	owner_id TEXT REFERENCES users (id),
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX reports_by_creation ON reports (created_at, id);
