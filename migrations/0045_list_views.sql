-- 视图: how somebody looks at a list, kept under a name.
CREATE TABLE list_views (
	id TEXT PRIMARY KEY,
	record TEXT NOT NULL,                    -- customer order contact …: the kind of its catalogue
	name TEXT NOT NULL,
	tab TEXT NOT NULL DEFAULT '',            -- of the list, on which it stands
	filter TEXT NOT NULL DEFAULT '',         -- the JSON tree of the API
	sort TEXT NOT NULL DEFAULT '',
	columns {json} NOT NULL,                 -- names and widths, in order
	shared TEXT NOT NULL DEFAULT 'mine',     -- mine roles all
	role_ids {json} NOT NULL,
	owner_id TEXT NOT NULL REFERENCES users (id),
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX list_views_by_record ON list_views (record, created_at, id);

-- What a person does with a view that he is shown: it stands in his menu, his list begins with it.
CREATE TABLE list_view_marks (
	id TEXT PRIMARY KEY,
	view_id TEXT NOT NULL REFERENCES list_views (id),
	user_id TEXT NOT NULL REFERENCES users (id),
	record TEXT NOT NULL,
	favourite BOOLEAN NOT NULL DEFAULT FALSE,
	begins BOOLEAN NOT NULL DEFAULT FALSE,
	created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX list_view_marks_once ON list_view_marks (user_id, view_id);
CREATE INDEX list_view_marks_by_view ON list_view_marks (view_id);
