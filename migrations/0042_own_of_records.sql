-- What a company's own fields hold of records other than customers, as it is shown. See 0033_custom_fields.sql.
ALTER TABLE orders ADD COLUMN custom {json} NOT NULL DEFAULT '{}';
ALTER TABLE contacts ADD COLUMN custom {json} NOT NULL DEFAULT '{}';
ALTER TABLE follow_ups ADD COLUMN custom {json} NOT NULL DEFAULT '{}';
ALTER TABLE feedback ADD COLUMN custom {json} NOT NULL DEFAULT '{}';
ALTER TABLE needs ADD COLUMN custom {json} NOT NULL DEFAULT '{}';
ALTER TABLE tasks ADD COLUMN custom {json} NOT NULL DEFAULT '{}';
