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
) WITHOUT ROWID;

CREATE TABLE rollup_state (
	name TEXT PRIMARY KEY,
	step TEXT NOT NULL,                      -- filling summing ready
	zone TEXT NOT NULL,                      -- whose days these are
	edition BIGINT NOT NULL,                 -- of the definitions
	reached TEXT NOT NULL,                   -- the last customer that was filled
	holder TEXT NOT NULL, held_until BIGINT NOT NULL,
	turn BIGINT NOT NULL                     -- of the units that kept something
);

CREATE TRIGGER customers_rolled_in AFTER INSERT ON customers BEGIN INSERT INTO rollup_marks (customer_id) VALUES (NEW.id); END;
CREATE TRIGGER customers_rolled_on AFTER UPDATE OF owner_id, department_id, pool_id, deleted_at, status, created_at ON customers WHEN OLD.owner_id IS NOT NEW.owner_id OR OLD.department_id IS NOT NEW.department_id OR OLD.pool_id IS NOT NEW.pool_id OR OLD.deleted_at IS NOT NEW.deleted_at OR OLD.status IS NOT NEW.status OR OLD.created_at IS NOT NEW.created_at BEGIN INSERT INTO rollup_marks (customer_id) VALUES (NEW.id); END;
CREATE TRIGGER customers_rolled_out AFTER DELETE ON customers BEGIN INSERT INTO rollup_marks (customer_id) VALUES (OLD.id); END;
CREATE TRIGGER status_spans_rolled_in AFTER INSERT ON status_spans BEGIN INSERT INTO rollup_marks (customer_id) VALUES (NEW.customer_id); END;
CREATE TRIGGER status_spans_rolled_on AFTER UPDATE OF customer_id, status, from_at, until_at, next_status ON status_spans WHEN OLD.customer_id IS NOT NEW.customer_id OR OLD.status IS NOT NEW.status OR OLD.from_at IS NOT NEW.from_at OR OLD.until_at IS NOT NEW.until_at OR OLD.next_status IS NOT NEW.next_status BEGIN INSERT INTO rollup_marks (customer_id) VALUES (NEW.customer_id); INSERT INTO rollup_marks (customer_id) SELECT OLD.customer_id WHERE OLD.customer_id <> NEW.customer_id; END;
CREATE TRIGGER status_spans_rolled_out AFTER DELETE ON status_spans BEGIN INSERT INTO rollup_marks (customer_id) VALUES (OLD.customer_id); END;
CREATE TRIGGER orders_rolled_in AFTER INSERT ON orders BEGIN INSERT INTO rollup_marks (customer_id) VALUES (NEW.customer_id); END;
CREATE TRIGGER orders_rolled_on AFTER UPDATE OF customer_id, ordered_on, amount_fen, state, deleted_at ON orders WHEN OLD.customer_id IS NOT NEW.customer_id OR OLD.ordered_on IS NOT NEW.ordered_on OR OLD.amount_fen IS NOT NEW.amount_fen OR OLD.state IS NOT NEW.state OR OLD.deleted_at IS NOT NEW.deleted_at BEGIN INSERT INTO rollup_marks (customer_id) VALUES (NEW.customer_id); INSERT INTO rollup_marks (customer_id) SELECT OLD.customer_id WHERE OLD.customer_id <> NEW.customer_id; END;
CREATE TRIGGER orders_rolled_out AFTER DELETE ON orders BEGIN INSERT INTO rollup_marks (customer_id) VALUES (OLD.customer_id); END;
CREATE TRIGGER follow_ups_rolled_in AFTER INSERT ON follow_ups BEGIN INSERT INTO rollup_marks (customer_id) VALUES (NEW.customer_id); END;
CREATE TRIGGER follow_ups_rolled_on AFTER UPDATE OF customer_id, happened_at, late, imported ON follow_ups WHEN OLD.customer_id IS NOT NEW.customer_id OR OLD.happened_at IS NOT NEW.happened_at OR OLD.late IS NOT NEW.late OR OLD.imported IS NOT NEW.imported BEGIN INSERT INTO rollup_marks (customer_id) VALUES (NEW.customer_id); INSERT INTO rollup_marks (customer_id) SELECT OLD.customer_id WHERE OLD.customer_id <> NEW.customer_id; END;
CREATE TRIGGER follow_ups_rolled_out AFTER DELETE ON follow_ups BEGIN INSERT INTO rollup_marks (customer_id) VALUES (OLD.customer_id); END;
CREATE TRIGGER feedback_rolled_in AFTER INSERT ON feedback BEGIN INSERT INTO rollup_marks (customer_id) VALUES (NEW.customer_id); END;
CREATE TRIGGER feedback_rolled_on AFTER UPDATE OF customer_id, kind, feedback_at, deleted_at ON feedback WHEN OLD.customer_id IS NOT NEW.customer_id OR OLD.kind IS NOT NEW.kind OR OLD.feedback_at IS NOT NEW.feedback_at OR OLD.deleted_at IS NOT NEW.deleted_at BEGIN INSERT INTO rollup_marks (customer_id) VALUES (NEW.customer_id); INSERT INTO rollup_marks (customer_id) SELECT OLD.customer_id WHERE OLD.customer_id <> NEW.customer_id; END;
CREATE TRIGGER feedback_rolled_out AFTER DELETE ON feedback BEGIN INSERT INTO rollup_marks (customer_id) VALUES (OLD.customer_id); END;
