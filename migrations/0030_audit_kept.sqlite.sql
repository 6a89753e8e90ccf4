-- Up to which position of the chain entries went that had been kept for long enough.
CREATE TABLE audit_pruned (upto BIGINT PRIMARY KEY, at BIGINT NOT NULL);

-- An entry may go when the log says so and it is older than 183 days; nothing else lets it.
DROP TRIGGER audit_entries_last;
CREATE TRIGGER audit_entries_last BEFORE DELETE ON audit_entries
WHEN OLD.at > (CAST(strftime('%s', 'now') AS INTEGER) - 15811200) * 1000
	OR NOT EXISTS (SELECT 1 FROM audit_seal s WHERE s.entry_id = OLD.id AND s.position <= (SELECT max(p.upto) FROM audit_pruned p))
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
