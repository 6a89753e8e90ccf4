-- How long a customer had a tag. until_at is 0 while it has it.
CREATE TABLE tag_spans (
	id TEXT PRIMARY KEY,
	customer_id TEXT NOT NULL REFERENCES customers (id),
	tag TEXT NOT NULL,
	from_at BIGINT NOT NULL,
	until_at BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX tag_spans_once ON tag_spans (customer_id, tag) WHERE until_at = 0;
CREATE INDEX tag_spans_by_customer ON tag_spans (customer_id, from_at);
CREATE INDEX tag_spans_by_tag ON tag_spans (tag, from_at, until_at, customer_id);

-- Of tags that stand nobody knows since when: since the customer stands.
INSERT INTO tag_spans (id, customer_id, tag, from_at)
SELECT 'tag-' || v.record_id || '-' || v.text, v.record_id, v.text, c.created_at FROM custom_value v JOIN customers c ON c.id = v.record_id WHERE v.field_id = 'tags';
