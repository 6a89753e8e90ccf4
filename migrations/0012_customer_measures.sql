-- What tiers, alerts and reports read of a customer.
ALTER TABLE customers ADD COLUMN budget_enough TEXT NOT NULL DEFAULT '';
ALTER TABLE customers ADD COLUMN decision_months BIGINT NOT NULL DEFAULT 0;
ALTER TABLE customers ADD COLUMN renewal_intent TEXT NOT NULL DEFAULT '';
ALTER TABLE customers ADD COLUMN follow_state TEXT NOT NULL DEFAULT '';
ALTER TABLE customers ADD COLUMN first_talk_on TEXT NOT NULL DEFAULT '';
ALTER TABLE customers ADD COLUMN deliver_by TEXT NOT NULL DEFAULT '';
ALTER TABLE customers ADD COLUMN account_manager_id TEXT REFERENCES users (id);
ALTER TABLE customers ADD COLUMN lost_at BIGINT NOT NULL DEFAULT 0;        -- since when it is lost; 0 when it is not
ALTER TABLE customers ADD COLUMN loss_reason TEXT NOT NULL DEFAULT '';     -- of the last loss
ALTER TABLE customers ADD COLUMN first_order_on TEXT NOT NULL DEFAULT '';  -- orders that count: not cancelled, not deleted
ALTER TABLE customers ADD COLUMN last_order_on TEXT NOT NULL DEFAULT '';
CREATE INDEX customers_by_last_order ON customers (status, last_order_on, won_at, id) WHERE deleted_at = 0;
CREATE INDEX customers_by_deal ON customers (won_at, id) WHERE deleted_at = 0 AND won_at > 0;

-- How long a customer was what: a row for each time its status changed. until_at is 0 while it lasts.
CREATE TABLE status_spans (
	id TEXT PRIMARY KEY,
	customer_id TEXT NOT NULL REFERENCES customers (id),
	status TEXT NOT NULL,
	from_at BIGINT NOT NULL,
	until_at BIGINT NOT NULL DEFAULT 0,
	next_status TEXT NOT NULL DEFAULT '',
	reason TEXT NOT NULL DEFAULT ''          -- for which it ended: a loss_reason's code
);
CREATE INDEX status_spans_by_customer ON status_spans (customer_id, from_at);
CREATE INDEX status_spans_by_status ON status_spans (status, from_at, until_at, customer_id);
CREATE INDEX status_spans_by_end ON status_spans (next_status, until_at, status, customer_id);

INSERT INTO status_spans (id, customer_id, status, from_at, until_at, next_status, reason)
SELECT y.id, y.customer_id, y.status, y.at,
	coalesce(lead(y.at) OVER (PARTITION BY y.customer_id ORDER BY y.at, y.id), 0),
	coalesce(lead(y.status) OVER (PARTITION BY y.customer_id ORDER BY y.at, y.id), ''),
	coalesce(lead(y.reason) OVER (PARTITION BY y.customer_id ORDER BY y.at, y.id), '')
FROM (
	SELECT x.id, x.customer_id, x.at, x.reason, x.status FROM (
		SELECT m.id, m.customer_id, m.at, m.reason, s.status, lag(s.status) OVER (PARTITION BY m.customer_id ORDER BY m.at, m.id) AS before
		FROM stage_moves m JOIN stages s ON s.code = m.to_stage JOIN pipelines p ON p.id = s.pipeline_id AND p.subject = 'customer'
	) x WHERE x.before IS NULL OR x.before <> x.status
) y;
UPDATE customers SET lost_at = stage_entered_at WHERE status = 'lost';
UPDATE customers SET loss_reason = coalesce((SELECT s.reason FROM status_spans s WHERE s.customer_id = customers.id AND s.next_status = 'lost' ORDER BY s.until_at DESC LIMIT 1), '') WHERE status = 'lost';
