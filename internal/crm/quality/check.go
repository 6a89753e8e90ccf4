package quality

import (
	"context"
	"encoding/json"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/customfield"
	"zhike/internal/base/setting"
	"zhike/internal/crm/customer"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// Checks are who said when that what is known of a customer is so. They are its past: what was
// taken back stays.
var Checks = db.Through("customer_checks", "customer_id", customer.Table,
	db.Rights{See: db.See(string(access.CustomerRead)), Add: db.Change(string(access.CustomerWrite)), Change: db.Change(string(access.CustomerWrite))})

var (
	checksOf = db.SQL(`SELECT k.id, k.customer_id, k.at, k.by_id, u.name AS by_name, k.before_at, k.back_at FROM {customer_checks k} LEFT JOIN {users u} ON u.id = k.by_id
		WHERE k.customer_id = :customer ORDER BY k.at DESC, k.id DESC LIMIT 50`, Checks, account.Users)
	checkOf = db.SQL(`SELECT k.id, k.customer_id, k.at, k.by_id, '' AS by_name, k.before_at, k.back_at FROM {customer_checks k} WHERE k.id = :id`, Checks)
	back    = db.SQL(`UPDATE {customer_checks!change k} SET back_at = :now WHERE k.id = :id AND k.back_at = 0`, Checks)
	purge   = db.SQL(`DELETE FROM {customer_checks!change k} WHERE k.customer_id = :customer`, Checks)
	stands  = db.SQL(`SELECT c.id, coalesce(c.owner_id, '') AS owner, c.checked_at FROM {customers c} WHERE c.id = :id`, customer.Table)
	dueNow  = db.SQL(`SELECT c.id, c.owner_id AS owner, c.checked_at FROM {customers c} WHERE c.id = :id AND `+due, customer.Table)
	mineDue = db.SQL(`SELECT count(*) AS n FROM (SELECT c.id FROM {customers c} WHERE c.owner_id = :owner AND `+due+` LIMIT 1001) x`, customer.Table)
	dueOf   = db.SQL(`SELECT c.id FROM {customers c} WHERE c.owner_id = :owner AND `+due+` LIMIT 1`, customer.Table)
)

// due is a customer that its owner has yet to check: in hand, neither lost nor archived, and
// neither made nor checked since the period began.
const due = `c.owner_id IS NOT NULL AND c.status <> 'lost' AND NOT c.archived AND c.deleted_at = 0 AND c.checked_at < :begun AND c.created_at < :begun`

// A Check is one confirmation.
type Check struct {
	ID         string   `db:"id" json:"id"`
	CustomerID string   `db:"customer_id" json:"customer_id"`
	At         api.Time `db:"at" json:"at"`
	ByID       api.Ref  `db:"by_id" json:"by_id"`
	ByName     api.Text `db:"by_name" json:"by_name"`
	Before     int64    `db:"before_at" json:"-"`
	BackAt     api.Time `db:"back_at" json:"taken_back_at" doc:"Null while it stands."`
}

// A Period is what is checked once: a quarter, unless the company says otherwise.
type Period struct {
	From  string    `json:"from"`
	To    string    `json:"to"`
	On    bool      `json:"on" doc:"Whether the company checks at all."`
	begin time.Time // its first midnight, and that after its last day
	end   time.Time
}

// before is the period before this one.
func (p Period) before(months int) Period { return around(p.begin.AddDate(0, 0, -1), months, p.On) }

// around is the period that holds an instant: months are counted from a January, so three of
// them are calendar quarters.
func around(now time.Time, months int, on bool) Period {
	n := now.Year()*12 + int(now.Month()) - 1
	n -= n % months
	begin := time.Date(n/12, time.Month(n%12+1), 1, 0, 0, 0, 0, now.Location())
	end := begin.AddDate(0, months, 0)
	return Period{From: begin.Format(time.DateOnly), To: end.AddDate(0, 0, -1).Format(time.DateOnly), On: on, begin: begin, end: end}
}

// Now is the period of today, by the company's calendar.
func Now(tx *db.Tx) (p Period, err error) {
	zone, err := setting.Zone(tx)
	if err != nil {
		return p, err
	}
	months, err := setting.CheckMonths.In(tx)
	if err != nil {
		return p, err
	}
	on, err := setting.CheckOn.In(tx)
	return around(tx.Now().In(zone), int(months), on), err
}

// Due answers {"field":"check_due","op":"eq","value":true}: who is still to be checked.
func Due(tx *db.Tx, _ *time.Location, op string, value json.RawMessage, _ func(string) (db.Cond, error)) (db.Cond, error) {
	yes, err := said(op, value, "check_due")
	if err != nil {
		return db.Nothing(), err
	}
	p, err := Now(tx)
	if err != nil {
		return db.Nothing(), err
	}
	c := db.Nothing()
	if p.On {
		c = db.When(due, db.Args{"begun": p.begin.UnixMilli()})
	}
	if !yes {
		c = db.Not(c)
	}
	return c, nil
}

// Owing counts the customers that somebody has yet to check in this period, up to 1,001.
func Owing(tx *db.Tx, owner string) (int64, error) {
	p, err := Now(tx)
	if err != nil || !p.On {
		return 0, err
	}
	n, err := db.One[db.Count](tx, mineDue, db.Args{"owner": owner, "begun": p.begin.UnixMilli()})
	return n.N, err
}

// said reads the yes or no that a filter asks for.
func said(op string, value json.RawMessage, field string) (bool, error) {
	var yes *bool
	if json.Unmarshal(value, &yes) != nil || yes == nil || op != "eq" && op != "ne" {
		return false, fault.Rule("invalid", "filter").With(map[string]any{"field": field})
	}
	return *yes == (op == "eq"), nil
}

// Asks are the fields that lists of customers can be filtered by because of this package.
func Asks(c *customfield.Catalogue) *customfield.Catalogue {
	return c.Besides("check_due", Due).Besides("suspected", suspected).Asking("missing", missing)
}

// Check says that what is known of a customer is so: by whoever may change it.
func (s *Service) Check(ctx context.Context, who access.Actor, id string, _ int64) (Check, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Check, err error) {
		made, err := s.CheckIn(tx, id)
		if err != nil {
			return none, err
		}
		rows, err := db.All[Check](tx, checksOf, db.Args{"customer": id})
		if err != nil || len(rows) == 0 {
			return none, err
		}
		for _, r := range rows {
			if r.ID == made {
				return r, nil
			}
		}
		return rows[0], nil
	})
}

type standing struct {
	ID      string `db:"id"`
	Owner   string `db:"owner"`
	Checked int64  `db:"checked_at"`
}

// CheckIn is Check within a unit; it gives what TakeBackIn takes.
func (s *Service) CheckIn(tx *db.Tx, id string) (string, error) {
	c, err := db.One[standing](tx, stands, db.Args{"id": id})
	if err != nil {
		return "", err
	}
	if err := tx.Set(customer.Checked, id, 0, db.Args{"checked_at": tx.At()}); err != nil {
		return "", err
	}
	row := struct {
		ID       string `db:"id"`
		Customer string `db:"customer_id"`
		At       int64  `db:"at"`
		By       string `db:"by_id"`
		Before   int64  `db:"before_at"`
	}{tx.NewID(), id, tx.At(), tx.Who().ID(), c.Checked}
	if err := tx.Insert(Checks, row); err != nil {
		return "", err
	}
	if err := s.finished(tx, c.Owner); err != nil {
		return "", err
	}
	return row.ID, audit.Note(tx, audit.Entry{Action: "quality.check", Kind: "customer", Record: id, Customer: id})
}

// TakeBackIn makes one check undone, unless the customer was checked again since.
func (s *Service) TakeBackIn(tx *db.Tx, id string) error {
	k, err := db.One[Check](tx, checkOf, db.Args{"id": id})
	if err != nil {
		return err
	}
	c, err := db.One[standing](tx, stands, db.Args{"id": k.CustomerID})
	if err != nil {
		return err
	}
	if c.Checked != int64(k.At) {
		return db.ErrStale
	}
	if err := tx.Set(customer.Checked, c.ID, 0, db.Args{"checked_at": k.Before}); err != nil {
		return err
	}
	if err := tx.Change(back, db.Args{"id": id, "now": tx.At()}); err != nil {
		return err
	}
	return audit.Note(tx, audit.Entry{Action: "quality.uncheck", Kind: "customer", Record: c.ID, Customer: c.ID})
}

// Standing is how a customer stands to its check.
type Standing struct {
	Items  []Check `json:"items" doc:"The latest first."`
	Due    bool    `json:"due" doc:"Still to be checked in this period."`
	Period Period  `json:"period"`
}

// List gives the checks of a customer, and whether one is due.
func (s *Service) List(ctx context.Context, who access.Actor, id string, _ struct{}) (Standing, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (out Standing, err error) {
		rows, err := db.All[Check](tx, checksOf, db.Args{"customer": id})
		if err != nil {
			return out, err
		}
		out.Items = append([]Check{}, rows...)
		if out.Period, err = Now(tx); err != nil || !out.Period.On {
			return out, err
		}
		_, out.Due, err = db.Maybe[standing](tx, dueNow, db.Args{"id": id, "begun": out.Period.begin.UnixMilli()})
		return out, err
	})
}

// Purged forgets the checks of a customer that leaves the bin for good.
func (s *Service) Purged(tx *db.Tx, id string) error {
	_, err := tx.As(program).ChangeAll(purge, db.Args{"customer": id})
	return err
}

// Routes are checking, and what stands of a company's data.
func (s *Service) Routes(r *api.Router) {
	at := func(path string, may access.Permission) api.Op {
		return api.Op{Path: path, May: may, On: customer.Table}
	}
	check := at("/customers/{id}/check", access.CustomerWrite)
	check.Loose = true
	api.Act(r, check, s.Check)
	api.ListUnder(r, at("/customers/{id}/checks", access.CustomerRead), s.List)
	api.List(r, api.Op{Path: "/quality", May: access.CustomerRead}, s.Page)
}
