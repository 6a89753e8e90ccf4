-- 已与客户确认: somebody asked the customer himself. It falls when the value changes, by whatever road.
CREATE TABLE confirmations (
	id TEXT PRIMARY KEY,
	customer_id TEXT NOT NULL REFERENCES customers (id),
	contact_id TEXT REFERENCES contacts (id) ON DELETE CASCADE, -- NULL: of the customer itself
	field TEXT NOT NULL,                     -- budget buy_by; of a contact: name title mobile
	by_id TEXT REFERENCES users (id),
	at BIGINT NOT NULL
);
CREATE UNIQUE INDEX confirmations_once ON confirmations (customer_id, field) WHERE contact_id IS NULL;
CREATE UNIQUE INDEX confirmations_of_contact ON confirmations (contact_id, field) WHERE contact_id IS NOT NULL;
CREATE INDEX confirmations_by_customer ON confirmations (customer_id);
CREATE TRIGGER customers_unconfirmed_budget AFTER UPDATE OF budget_from_fen, budget_to_fen ON customers
	WHEN OLD.budget_from_fen <> NEW.budget_from_fen OR OLD.budget_to_fen <> NEW.budget_to_fen
	BEGIN DELETE FROM confirmations WHERE customer_id = NEW.id AND field = 'budget' AND contact_id IS NULL; END;
CREATE TRIGGER customers_unconfirmed_buy_by AFTER UPDATE OF buy_by ON customers WHEN OLD.buy_by <> NEW.buy_by
	BEGIN DELETE FROM confirmations WHERE customer_id = NEW.id AND field = 'buy_by' AND contact_id IS NULL; END;
