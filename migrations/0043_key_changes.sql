-- 关键信息变更: what others say of a name, a number or an address waits for the customer's owner or an administrator.
CREATE TABLE key_changes (
	id TEXT PRIMARY KEY,
	customer_id TEXT NOT NULL REFERENCES customers (id),
	contact_id TEXT REFERENCES contacts (id) ON DELETE SET NULL, -- of whom; NULL: of the customer itself, or of somebody who is to be added
	kind TEXT NOT NULL,                      -- customer contact contact_add contact_drop
	asker_id TEXT NOT NULL REFERENCES users (id),
	asked_at BIGINT NOT NULL,
	fields {json} NOT NULL,                  -- [{name, was, will}], masked where lists mask
	sealed {bytes},                          -- what is proposed, in clear, under the customer's key; NULL once it is settled
	state TEXT NOT NULL,                     -- open accepted declined withdrawn moot
	decided_by TEXT REFERENCES users (id),
	decided_at BIGINT NOT NULL DEFAULT 0,
	note {bytes},                            -- why it was declined, sealed
	updated_at BIGINT NOT NULL,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX key_changes_by_customer ON key_changes (customer_id, asked_at);
CREATE INDEX key_changes_by_contact ON key_changes (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX key_changes_open ON key_changes (asked_at, id) WHERE state = 'open';
CREATE INDEX key_changes_by_asker ON key_changes (asker_id, asked_at);
CREATE INDEX key_changes_by_decider ON key_changes (decided_by, asked_at) WHERE decided_by IS NOT NULL;

-- The administrator that ships gets the new right where he stands already.
UPDATE roles SET permissions = CAST(replace(CAST(permissions AS VARCHAR), '"customer.override"', '"customer.override", "key.decide"') AS {json})
	WHERE code = 'administrator';
