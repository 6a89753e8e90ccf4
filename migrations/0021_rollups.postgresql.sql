-- What figures are added up of beforehand. A customer that something was written to is marked in that unit; a fold
-- works its cells out anew and adds the difference to the sums.
CREATE TABLE rollup_marks (id {rowkey}, customer_id TEXT NOT NULL);

CREATE TABLE rollup_customers (
	customer_id TEXT PRIMARY KEY,
	department_id TEXT NOT NULL DEFAULT '',
	owner_id TEXT NOT NULL DEFAULT '',
	pool_id TEXT NOT NULL DEFAULT '',
	cells TEXT NOT NULL                      -- day/month before/figure=value,… as internal/crm/rollup writes them
);

CREATE TABLE rollups (
	place TEXT NOT NULL,                     -- a everything, d:<department>, o:<owner>, p:<pool>
	grain TEXT NOT NULL,                     -- m months, d days
	day TEXT NOT NULL,                       -- the month or day, of the company
	back TEXT NOT NULL,                      -- the month in which the same happened to the same customer before
	department TEXT NOT NULL,                -- of owners and pools
	created BIGINT NOT NULL, won BIGINT NOT NULL, lost BIGINT NOT NULL, held BIGINT NOT NULL, amount BIGINT NOT NULL,
	gaps BIGINT NOT NULL, gap_ms BIGINT NOT NULL, talks BIGINT NOT NULL, late BIGINT NOT NULL, complaints BIGINT NOT NULL,
	PRIMARY KEY (place, grain, day, back, department)
);

CREATE TABLE rollup_state (
	name TEXT PRIMARY KEY,
	step TEXT NOT NULL,                      -- filling summing ready
	zone TEXT NOT NULL,                      -- whose days these are
	edition BIGINT NOT NULL,                 -- of the definitions
	reached TEXT NOT NULL,                   -- the last customer that was filled
	holder TEXT NOT NULL, held_until BIGINT NOT NULL,
	turn BIGINT NOT NULL                     -- of the units that kept something
);

CREATE FUNCTION rollup_mark_customer() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
	IF TG_OP = 'DELETE' THEN INSERT INTO rollup_marks (customer_id) VALUES (OLD.id); RETURN NULL; END IF;
	INSERT INTO rollup_marks (customer_id) VALUES (NEW.id);
	RETURN NULL;
END $$;
CREATE FUNCTION rollup_mark_record() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
	IF TG_OP = 'DELETE' THEN INSERT INTO rollup_marks (customer_id) VALUES (OLD.customer_id); RETURN NULL; END IF;
	INSERT INTO rollup_marks (customer_id) VALUES (NEW.customer_id);
	IF TG_OP = 'UPDATE' AND OLD.customer_id <> NEW.customer_id THEN INSERT INTO rollup_marks (customer_id) VALUES (OLD.customer_id); END IF;
	RETURN NULL;
END $$;
CREATE TRIGGER customers_rolled_in AFTER INSERT OR DELETE ON customers FOR EACH ROW EXECUTE FUNCTION rollup_mark_customer();
CREATE TRIGGER customers_rolled_on AFTER UPDATE OF owner_id, department_id, pool_id, deleted_at, status, created_at ON customers FOR EACH ROW WHEN ((OLD.owner_id, OLD.department_id, OLD.pool_id, OLD.deleted_at, OLD.status, OLD.created_at) IS DISTINCT FROM (NEW.owner_id, NEW.department_id, NEW.pool_id, NEW.deleted_at, NEW.status, NEW.created_at)) EXECUTE FUNCTION rollup_mark_customer();
CREATE TRIGGER status_spans_rolled_in AFTER INSERT OR DELETE ON status_spans FOR EACH ROW EXECUTE FUNCTION rollup_mark_record();
CREATE TRIGGER status_spans_rolled_on AFTER UPDATE OF customer_id, status, from_at, until_at, next_status ON status_spans FOR EACH ROW WHEN ((OLD.customer_id, OLD.status, OLD.from_at, OLD.until_at, OLD.next_status) IS DISTINCT FROM (NEW.customer_id, NEW.status, NEW.from_at, NEW.until_at, NEW.next_status)) EXECUTE FUNCTION rollup_mark_record();
CREATE TRIGGER orders_rolled_in AFTER INSERT OR DELETE ON orders FOR EACH ROW EXECUTE FUNCTION rollup_mark_record();
CREATE TRIGGER orders_rolled_on AFTER UPDATE OF customer_id, ordered_on, amount_fen, state, deleted_at ON orders FOR EACH ROW WHEN ((OLD.customer_id, OLD.ordered_on, OLD.amount_fen, OLD.state, OLD.deleted_at) IS DISTINCT FROM (NEW.customer_id, NEW.ordered_on, NEW.amount_fen, NEW.state, NEW.deleted_at)) EXECUTE FUNCTION rollup_mark_record();
CREATE TRIGGER follow_ups_rolled_in AFTER INSERT OR DELETE ON follow_ups FOR EACH ROW EXECUTE FUNCTION rollup_mark_record();
CREATE TRIGGER follow_ups_rolled_on AFTER UPDATE OF customer_id, happened_at, late, imported ON follow_ups FOR EACH ROW WHEN ((OLD.customer_id, OLD.happened_at, OLD.late, OLD.imported) IS DISTINCT FROM (NEW.customer_id, NEW.happened_at, NEW.late, NEW.imported)) EXECUTE FUNCTION rollup_mark_record();
CREATE TRIGGER feedback_rolled_in AFTER INSERT OR DELETE ON feedback FOR EACH ROW EXECUTE FUNCTION rollup_mark_record();
CREATE TRIGGER feedback_rolled_on AFTER UPDATE OF customer_id, kind, feedback_at, deleted_at ON feedback FOR EACH ROW WHEN ((OLD.customer_id, OLD.kind, OLD.feedback_at, OLD.deleted_at) IS DISTINCT FROM (NEW.customer_id, NEW.kind, NEW.feedback_at, NEW.deleted_at)) EXECUTE FUNCTION rollup_mark_record();
