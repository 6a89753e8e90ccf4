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
CREATE FUNCTION unconfirm_customer() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
	DELETE FROM confirmations WHERE customer_id = NEW.id AND field = TG_ARGV[0] AND contact_id IS NULL;
	RETURN NULL;
END $$;
CREATE TRIGGER customers_unconfirmed_budget AFTER UPDATE OF budget_from_fen, budget_to_fen ON customers FOR EACH ROW WHEN ((OLD.budget_from_fen, OLD.budget_to_fen) IS DISTINCT FROM (NEW.budget_from_fen, NEW.budget_to_fen)) EXECUTE FUNCTION unconfirm_customer('budget');
CREATE TRIGGER customers_unconfirmed_buy_by AFTER UPDATE OF buy_by ON customers FOR EACH ROW WHEN (OLD.buy_by IS DISTINCT FROM NEW.buy_by) EXECUTE FUNCTION unconfirm_customer('buy_by');
