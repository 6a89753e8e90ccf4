-- Up to which position of the chain entries went that had been kept for long enough.
CREATE TABLE audit_pruned (upto BIGINT PRIMARY KEY, at BIGINT NOT NULL);

-- An entry may go when the log says so and it is older than 183 days; nothing else lets it.
CREATE FUNCTION audit_goes_when_old() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
	IF OLD.at > (extract(epoch FROM clock_timestamp())::BIGINT - 15811200) * 1000
		OR NOT EXISTS (SELECT 1 FROM audit_seal s WHERE s.entry_id = OLD.id AND s.position <= (SELECT max(p.upto) FROM audit_pruned p)) THEN
		RAISE EXCEPTION 'the audit log is append-only';
	END IF;
	RETURN OLD;
END $$;
DROP TRIGGER audit_entries_stay ON audit_entries;
CREATE TRIGGER audit_entries_stay BEFORE UPDATE OR TRUNCATE ON audit_entries FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_entries_last BEFORE DELETE ON audit_entries FOR EACH ROW EXECUTE FUNCTION audit_goes_when_old();
