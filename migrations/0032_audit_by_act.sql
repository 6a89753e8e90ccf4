-- What the log is searched by: an act, the newest first.
CREATE INDEX audit_by_action ON audit_entries (action, id);
