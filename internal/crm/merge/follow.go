package merge

import (
	"context"
	"slices"
	"strconv"
	"sync"

	"zhike/internal/base/access"
	"zhike/internal/crm/archive"
	"zhike/internal/crm/attachment"
	"zhike/internal/crm/confirm"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/directory"
	"zhike/internal/crm/keychange"
	"zhike/internal/crm/review"
	"zhike/internal/crm/task"
	"zhike/internal/platform/db"
	"zhike/internal/platform/job"
)

// Stays are the tables whose rows are the past of the one they are of, or follow from the
// rest: they stay with the customer that is put aside.
var Stays = []string{"stage_moves", "status_spans", "owner_changes", "tag_spans", "alerts", "alert_recipients", "suspects", "segment_members", "review_rows", "merges", "customer_checks"}

// A mover moves the rows of one table from one customer to another.
type mover struct {
	table *db.Table
	to    *db.Setter
}

// movers are all tables that are reached through customers, but for those whose rows stay: a
// new table moves without anybody having to think of it. Besides, tasks, which belong to who
// does them.
var movers = sync.OnceValue(func() (all []mover) {
	for _, t := range db.Tables() {
		if (t.Parent() == customer.Table || t == task.Table) && !slices.Contains(Stays, t.Name()) {
			all = append(all, mover{t, t.Setter(change(access.CustomerMerge), "customer_id")})
		}
	}
	return all
})

// Moves are the tables whose rows move, by name.
func Moves() (names []string) {
	for _, m := range movers() {
		names = append(names, m.table.Name())
	}
	return names
}

// aside is a row that moved the other way.
const aside = "aside"

type moved struct {
	Merge string `db:"merge_id"`
	Table string `db:"of_table"`
	Row   string `db:"row_id"`
	Was   string `db:"was"`
}

var (
	taken = db.SQL(`SELECT m.id FROM {customer_members m} WHERE m.customer_id = :customer
		AND (m.user_id = :owner OR EXISTS (SELECT 1 FROM {customer_members o} WHERE o.customer_id = :into AND o.user_id = m.user_id AND o.kind = m.kind))`, customer.Members)
	marked = db.SQL(`SELECT k.id FROM {review_marks k} WHERE k.customer_id = :customer AND k.undone_at = 0
		AND EXISTS (SELECT 1 FROM {review_marks o} WHERE o.customer_id = :into AND o.review_id = k.review_id AND o.undone_at = 0)`, review.Marks)
	primary = db.SQL(`SELECT p.id FROM {contacts p} WHERE p.customer_id = :customer AND p.is_primary`, directory.Table)
	second  = db.SQL(`UPDATE {contacts!change p} SET is_primary = FALSE WHERE p.id = :id`, directory.Table)
	first   = db.SQL(`UPDATE {contacts!change p} SET is_primary = TRUE WHERE p.id = :id`, directory.Table)
	named   = db.SQL(`SELECT a.id, a.kind, a.day, a.extension, a.number, (SELECT max(o.number) FROM {attachments o} WHERE o.customer_id IN (:into, :customer) AND o.kind = a.kind AND o.day = a.day AND o.extension = a.extension) AS most
		FROM {attachments a} WHERE a.customer_id = :customer AND EXISTS (SELECT 1 FROM {attachments s} WHERE s.customer_id = :into AND s.kind = a.kind AND s.day = a.day AND s.extension = a.extension AND s.number = a.number)
		ORDER BY a.id`, attachment.Table)
	// The file of one that was archived before gives way to the other's, with its register.
	filed = db.SQL(`SELECT f.id FROM {archives f} WHERE f.customer_id = :customer AND EXISTS (SELECT 1 FROM {archives o} WHERE o.customer_id = :into)
		UNION ALL SELECT v.id FROM {archive_moves v} WHERE v.customer_id = :customer AND EXISTS (SELECT 1 FROM {archives p} WHERE p.customer_id = :into)
		UNION ALL SELECT l.id FROM {archive_loans l} WHERE l.customer_id = :customer AND EXISTS (SELECT 1 FROM {archives q} WHERE q.customer_id = :into)`, archive.Table, archive.Moves, archive.Loans)
	// A person does not belong twice to one customer, nor beside it to the customer that is his home.
	belongs = db.SQL(`SELECT a.id FROM {affiliations a} JOIN {contacts p} ON p.id = a.contact_id WHERE a.customer_id = :customer
		AND (p.customer_id = :into OR EXISTS (SELECT 1 FROM {affiliations o} WHERE o.customer_id = :into AND o.contact_id = a.contact_id))`, directory.Affiliations, directory.Table)
	// What was confirmed of the other itself was of its own values.
	ofItself = db.SQL(`SELECT k.id FROM {confirmations k} WHERE k.customer_id = :customer AND k.contact_id IS NULL`, confirm.Table)
	// What was asked of the other's own name and code is of a customer that is no more; of its people it goes with them.
	askedOfIt = db.SQL(`SELECT k.id FROM {key_changes k} WHERE k.customer_id = :customer AND k.kind = 'customer'`, keychange.Table)
	atHome    = db.SQL(`SELECT a.id FROM {affiliations a} JOIN {contacts p} ON p.id = a.contact_id WHERE a.customer_id = :into AND p.customer_id = :customer`, directory.Affiliations, directory.Table)
	saidOf    = db.SQL(`SELECT k.id FROM {review_comments k} WHERE k.customer_id = :customer`, review.Comments)
	saidOn    = db.SQL(`UPDATE {review_comments!change k} SET customer_id = :customer WHERE k.id = :id`, review.Comments)
	number    = db.SQL(`UPDATE {attachments!change a} SET number = :numbered WHERE a.id = :id`, attachment.Table)
)

// A series of papers is numbered together.
type series struct {
	Kind      string `db:"kind"`
	Day       string `db:"day"`
	Extension string `db:"extension"`
}

type paper struct {
	series
	ID     string `db:"id"`
	Number int64  `db:"number"`
	Most   int64  `db:"most"`
}

// yield has what cannot stand twice give way, and says which rows do not move at all; was is
// how a row stood that had to change.
func yield(p *db.Tx, from, into, owner string) (stay map[string]bool, was map[string]string, err error) {
	stay, was = map[string]bool{}, map[string]string{}
	args := db.Args{"customer": from, "into": into}
	for _, q := range []struct {
		q    db.Query
		args db.Args
	}{{taken, db.Args{"customer": from, "into": into, "owner": owner}}, {marked, args}, {filed, args}, {belongs, args}, {ofItself, db.Args{"customer": from}}, {askedOfIt, db.Args{"customer": from}}} {
		ids, err := db.All[idRow](p, q.q, q.args)
		if err != nil {
			return nil, nil, err
		}
		for _, x := range ids {
			stay[x.ID] = true
		}
	}
	have, err := db.All[idRow](p, primary, db.Args{"customer": into})
	if err != nil {
		return nil, nil, err
	}
	theirs, err := db.All[idRow](p, primary, db.Args{"customer": from})
	if err != nil {
		return nil, nil, err
	}
	for _, x := range theirs {
		if len(have) > 0 {
			if _, err := p.ChangeAll(second, db.Args{"id": x.ID}); err != nil {
				return nil, nil, err
			}
			was[x.ID] = "primary"
		}
	}
	papers, err := db.All[paper](p, named, args)
	if err != nil {
		return nil, nil, err
	}
	next := map[series]int64{}
	for _, x := range papers { // behind all that stand on either side
		next[x.series] = max(next[x.series], x.Most) + 1
		if _, err := p.ChangeAll(number, db.Args{"id": x.ID, "numbered": next[x.series]}); err != nil {
			return nil, nil, err
		}
		was[x.ID] = strconv.FormatInt(x.Number, 10)
	}
	return stay, was, nil
}

// move moves everything of one customer to another and writes down what it moved.
func move(p *db.Tx, merge, from, into, owner string) (counts map[string]int, err error) {
	counts = map[string]int{}
	stay, was, err := yield(p, from, into, owner)
	if err != nil {
		return nil, err
	}
	if err := homecoming(p, merge, from, into, stay); err != nil {
		return nil, err
	}
	for _, m := range movers() {
		ids, err := p.Under(m.table, from)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			if stay[id] {
				continue
			}
			if err := p.Set(m.to, id, 0, db.Args{"customer_id": into}); err != nil {
				return nil, err
			}
			if err := p.Insert(rows, moved{merge, m.table.Name(), id, was[id]}); err != nil {
				return nil, err
			}
			counts[m.table.Name()]++
		}
	}
	return counts, comments(p, merge, from, into)
}

// JobGather looks once more for what somebody wrote to the other in the instant of the merge.
const JobGather = "merge.gather"

type gathering struct{ Merge string }

// Work does a JobGather; done twice it moves nothing twice.
func (s *Service) Work(ctx context.Context, j job.Job) error {
	var in gathering
	if err := j.Into(&in); err != nil {
		return err
	}
	return s.Gather(ctx, in.Merge)
}

// Gather moves what hangs on the other although it went into the one: on PostgreSQL a unit that
// began before the merge may be kept after it.
func (s *Service) Gather(ctx context.Context, id string) error {
	_, err := db.Write(ctx, s.DB, program, func(tx *db.Tx) (int, error) {
		if err := tx.Lock("merge"); err != nil {
			return 0, err
		}
		tx.Noted() // the log has it with the merge
		m, found, err := db.Maybe[Merge](tx, byID, db.Args{"id": id})
		if err != nil || !found || m.UndoneAt != 0 {
			return 0, err
		}
		owner, found, err := db.Maybe[idRow](tx, ownerOf, db.Args{"id": m.CustomerID})
		if err != nil || !found { // it went further, or lies in the bin
			return 0, err
		}
		counts, err := move(tx, m.ID, m.OtherID, m.CustomerID, owner.ID)
		if err != nil || len(counts) == 0 {
			return 0, err
		}
		return 0, s.Customers.PeopleChanged(tx, m.CustomerID)
	})
	return err
}

var ownerOf = db.SQL(`SELECT coalesce(c.owner_id, '') AS id FROM {customers c} WHERE c.id = :id AND c.deleted_at = 0`, customer.Table)

// homecoming puts aside that people belong to a customer which becomes their home.
func homecoming(p *db.Tx, merge, from, into string, stay map[string]bool) error {
	all, err := db.All[idRow](p, atHome, db.Args{"customer": from, "into": into})
	if err != nil {
		return err
	}
	m := movers()[slices.IndexFunc(movers(), func(m mover) bool { return m.table == directory.Affiliations })]
	for _, x := range all {
		if err := p.Set(m.to, x.ID, 0, db.Args{"customer_id": from}); err != nil {
			return err
		}
		if err := p.Insert(rows, moved{merge, m.table.Name(), x.ID, aside}); err != nil {
			return err
		}
		stay[x.ID] = true
	}
	return nil
}

// comments of reviews are told of the customer they speak of.
func comments(p *db.Tx, merge, from, into string) error {
	all, err := db.All[idRow](p, saidOf, db.Args{"customer": from})
	if err != nil {
		return err
	}
	for _, x := range all {
		if _, err := p.ChangeAll(saidOn, db.Args{"id": x.ID, "customer": into}); err != nil {
			return err
		}
		if err := p.Insert(rows, moved{merge, review.Comments.Name(), x.ID, ""}); err != nil {
			return err
		}
	}
	return nil
}
