-- A second mobile, how far one has come with 微信, and what was agreed on keeping a person's data; and who belongs to further customers.
ALTER TABLE contacts ADD COLUMN mobile2_sealed {bytes};
ALTER TABLE contacts ADD COLUMN mobile2_masked TEXT NOT NULL DEFAULT '';
ALTER TABLE contacts ADD COLUMN mobile2_index {bytes};
ALTER TABLE contacts ADD COLUMN mobile2_last4 {bytes};
ALTER TABLE contacts ADD COLUMN wechat_state TEXT NOT NULL DEFAULT '';
ALTER TABLE contacts ADD COLUMN consent TEXT NOT NULL DEFAULT '';
ALTER TABLE contacts ADD COLUMN consent_on TEXT NOT NULL DEFAULT '';
CREATE INDEX contacts_by_mobile2 ON contacts (mobile2_index);
CREATE INDEX contacts_by_mobile2_last4 ON contacts (mobile2_last4);

-- A contact of one customer who belongs to another too; contacts.customer_id stays his home.
CREATE TABLE affiliations (
	id TEXT PRIMARY KEY,
	customer_id TEXT NOT NULL REFERENCES customers (id),
	contact_id TEXT NOT NULL REFERENCES contacts (id),
	title TEXT NOT NULL DEFAULT '',
	role TEXT NOT NULL DEFAULT '',
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX affiliations_once ON affiliations (contact_id, customer_id);
CREATE INDEX affiliations_by_customer ON affiliations (customer_id, id);
