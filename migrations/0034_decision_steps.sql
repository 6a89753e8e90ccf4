-- 决策流程: which departments of a customer must say yes, in which order.
CREATE TABLE decision_steps (
	id TEXT PRIMARY KEY,
	customer_id TEXT NOT NULL REFERENCES customers (id),
	position BIGINT NOT NULL,
	contact_id TEXT REFERENCES contacts (id) ON DELETE SET NULL,
	passed BOOLEAN NOT NULL DEFAULT FALSE,
	passed_on TEXT NOT NULL DEFAULT '',
	texts {bytes} NOT NULL,                  -- department and approver, sealed under the customer's key
	updated_at BIGINT NOT NULL,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX decision_steps_by_customer ON decision_steps (customer_id, position);
CREATE INDEX decision_steps_by_contact ON decision_steps (contact_id) WHERE contact_id IS NOT NULL;
