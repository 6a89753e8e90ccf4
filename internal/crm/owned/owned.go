// Package owned does what goes over the own fields of every kind of record: a word or a customer
// that becomes another is written anew in them, a sealed value is shown, and a customer that
// leaves takes the values of all that hangs on it along.
package owned

import (
	"zhike/internal/base/access"
	"zhike/internal/base/customfield/own"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/directory"
	"zhike/internal/crm/feedback"
	"zhike/internal/crm/followup"
	"zhike/internal/crm/need"
	"zhike/internal/crm/order"
	"zhike/internal/crm/task"
	"zhike/internal/platform/db"
)

// The program's own acts here: values are kept where no viewer reaches them.
var program = access.Program("owned")

// A column of values is read and written wherever its record lies, in the bin too.
type column struct{ read, write db.Query }

var columns = map[string]column{
	"customer":  {db.SQL(`SELECT c.custom FROM {customers c} WHERE c.id = :id`, customer.Table), db.SQL(`UPDATE {customers!change c} SET custom = :custom WHERE c.id = :id`, customer.Table)},
	"order":     {db.SQL(`SELECT o.custom FROM {orders o} WHERE o.id = :id`, order.Table), db.SQL(`UPDATE {orders!change o} SET custom = :custom WHERE o.id = :id`, order.Table)},
	"contact":   {db.SQL(`SELECT p.custom FROM {contacts p} WHERE p.id = :id`, directory.Table), db.SQL(`UPDATE {contacts!change p} SET custom = :custom WHERE p.id = :id`, directory.Table)},
	"follow-up": {db.SQL(`SELECT f.custom FROM {follow_ups f} WHERE f.id = :id`, followup.Table), db.SQL(`UPDATE {follow_ups!change f} SET custom = :custom WHERE f.id = :id`, followup.Table)},
	"feedback":  {db.SQL(`SELECT f.custom FROM {feedback f} WHERE f.id = :id`, feedback.Table), db.SQL(`UPDATE {feedback!change f} SET custom = :custom WHERE f.id = :id`, feedback.Table)},
	"need":      {db.SQL(`SELECT n.custom FROM {needs n} WHERE n.id = :id`, need.Table), db.SQL(`UPDATE {needs!change n} SET custom = :custom WHERE n.id = :id`, need.Table)},
	"task":      {db.SQL(`SELECT t.custom FROM {tasks t} WHERE t.id = :id`, task.Table), db.SQL(`UPDATE {tasks!change t} SET custom = :custom WHERE t.id = :id`, task.Table)},
}

// Rewrite changes the value of a field in the column of its record, in the bin too; change says
// what stands instead, and false to leave it. What filters look up is the caller's.
func Rewrite(tx *db.Tx, book *own.Book, name, id string, change func(v any) (any, bool)) error {
	p := tx.As(program)
	all, err := book.Of(p, "")
	if err != nil {
		return err
	}
	for _, f := range all {
		if f.Name != name {
			continue
		}
		c := columns[f.Record]
		row, found, err := db.Maybe[struct {
			Custom own.Custom `db:"custom"`
		}](p, c.read, db.Args{"id": id})
		if err != nil || !found {
			return err
		}
		v, ok := change(row.Custom[name])
		if !ok {
			return nil
		}
		row.Custom[name] = v
		_, err = p.ChangeAll(c.write, db.Args{"id": id, "custom": row.Custom})
		return err
	}
	return nil
}

// under are the records that hang on a customer.
var under = []db.Query{
	db.SQL(`SELECT o.id FROM {orders o} WHERE o.customer_id = :customer`, order.Table),
	db.SQL(`SELECT p.id FROM {contacts p} WHERE p.customer_id = :customer`, directory.Table),
	db.SQL(`SELECT f.id FROM {follow_ups f} WHERE f.customer_id = :customer`, followup.Table),
	db.SQL(`SELECT f.id FROM {feedback f} WHERE f.customer_id = :customer`, feedback.Table),
	db.SQL(`SELECT n.id FROM {needs n} WHERE n.customer_id = :customer`, need.Table),
	db.SQL(`SELECT t.id FROM {tasks t} WHERE t.customer_id = :customer`, task.Table),
}

// Purged forgets the values of all that hangs on a customer that leaves for good; it comes before the records go.
func Purged(tx *db.Tx, customerID string) error {
	p := tx.As(program)
	for _, q := range under {
		rows, err := db.All[struct {
			ID string `db:"id"`
		}](p, q, db.Args{"customer": customerID})
		if err != nil {
			return err
		}
		for _, r := range rows {
			if err := own.Drop(tx, r.ID); err != nil {
				return err
			}
		}
	}
	return nil
}
