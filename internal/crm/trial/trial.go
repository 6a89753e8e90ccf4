// Package trial is 新品试用: what a customer tried, from when to when, who of its people, what
// came of it and what they thought.
package trial

import (
	"context"
	"slices"
	"strings"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/desk"
	"zhike/internal/crm/directory"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

var (
	read   = db.See(string(access.FollowUpRead))
	write  = db.Add(string(access.FollowUpWrite))
	remove = db.Change(string(access.FollowUpWrite))

	// Table of trials: whoever may add to a customer writes them down, a collaborator too.
	Table = db.Through("trials", "customer_id", customer.Table, db.Rights{See: read, Add: write, Change: write}).Guard("owner_id", "creator_id")

	record = Table.Setter(write, "owner_id", "creator_id")
	give   = Table.Setter(write, "owner_id")
)

// What came of a trial.
const (
	Running    = "running"
	Bought     = "bought"
	Interested = "interested"
	Declined   = "declined"
)

var results = []string{Running, Bought, Interested, Declined}

// A Trial as its readers see it.
type Trial struct {
	ID           string   `db:"id" json:"id"`
	CustomerID   string   `db:"customer_id" json:"customer_id"`
	CustomerName api.Text `db:"customer_name" json:"customer_name"`
	Product      string   `json:"product"`
	From         string   `db:"from_on" json:"from"`
	To           api.Text `db:"to_on" json:"to"`
	ContactID    api.Ref  `db:"contact_id" json:"contact_id"`
	ContactName  api.Text `json:"contact_name" doc:"As the viewer may read names of this customer's people."`
	Result       string   `db:"result" json:"result" enum:"running,bought,interested,declined"`
	Opinion      api.Text `json:"opinion"`
	OwnerID      api.Ref  `db:"owner_id" json:"owner_id"`
	OwnerName    api.Text `db:"owner_name" json:"owner_name"`
	CreatedAt    api.Time `db:"created_at" json:"created_at"`
	MayChange    bool     `json:"may_change"`
	Version      int64    `db:"version" json:"version"`

	Sealed []byte `db:"texts" json:"-"`
}

func (x Trial) Revision() int64  { return x.Version }
func (x Trial) RecordID() string { return x.ID }

// New is what a caller says of one.
type New struct {
	Product   string `json:"product" minLength:"1" maxLength:"200"`
	From      string `json:"from" minLength:"10" maxLength:"10"`
	To        string `json:"to,omitempty" maxLength:"10"`
	ContactID string `json:"contact_id,omitempty" maxLength:"64" doc:"Of this customer."`
	Result    string `json:"result,omitempty" enum:"running,bought,interested,declined" doc:"Left out: running."`
	Opinion   string `json:"opinion,omitempty" maxLength:"5000"`
	OwnerID   string `json:"owner_id,omitempty" maxLength:"64" doc:"Left out: whoever writes it down."`
}

// Change is what a caller may change.
type Change struct {
	Product   api.Opt[string] `json:"product,omitempty,omitzero" maxLength:"200"`
	From      api.Opt[string] `json:"from,omitempty,omitzero" maxLength:"10"`
	To        api.Opt[string] `json:"to,omitempty,omitzero" maxLength:"10"`
	ContactID api.Opt[string] `json:"contact_id,omitempty,omitzero" maxLength:"64"`
	Result    api.Opt[string] `json:"result,omitempty,omitzero" maxLength:"40"`
	Opinion   api.Opt[string] `json:"opinion,omitempty,omitzero" maxLength:"5000"`
	OwnerID   api.Opt[string] `json:"owner_id,omitempty,omitzero" maxLength:"64"`
}

type texts struct {
	Product string `json:"product"`
	Opinion string `json:"opinion,omitempty"`
}

func place(id string) string { return "trials/texts/" + id }

func isDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

const columns = `x.id, x.customer_id, c.name AS customer_name, x.texts, x.from_on, x.to_on, x.contact_id, x.result, x.owner_id, o.name AS owner_name, x.created_at, x.version`

var (
	get   = db.SQL(`SELECT `+columns+` FROM {trials x} JOIN {customers c} ON c.id = x.customer_id LEFT JOIN {users o} ON o.id = x.owner_id WHERE x.id = :id`, Table, customer.Table, account.Users)
	list  = db.SQL(`SELECT `+columns+` FROM {trials x} JOIN {customers c} ON c.id = x.customer_id LEFT JOIN {users o} ON o.id = x.owner_id WHERE x.customer_id = :customer ORDER BY x.created_at DESC, x.id DESC LIMIT 100`, Table, customer.Table, account.Users)
	stood = db.SQL(`SELECT x.id FROM {trials x} WHERE x.customer_id = :customer AND x.created_at <= :before ORDER BY x.created_at DESC, x.id DESC LIMIT :most`, Table)

	person = db.SQL(`SELECT p.id FROM {contacts p} WHERE p.id = :contact AND p.customer_id = :customer`, directory.Table)
	drop   = db.SQL(`DELETE FROM {trials!change x} WHERE x.id = :id`, Table)
	purge  = db.SQL(`DELETE FROM {trials!change x} WHERE x.customer_id = :customer`, Table)
)

// Service is what may be done with trials.
type Service struct {
	DB *db.DB
	*desk.Desk
	People func(tx *db.Tx, customerID string) (map[string]string, error) // names of a customer's contacts, as the viewer may read them
}

// The program's own acts here: what a purge takes away.
var program = access.Program("trial")

func actor(tx *db.Tx) access.Actor {
	who, _ := tx.Who().(access.Actor)
	return who
}

func (s *Service) judge(tx *db.Tx, customerID string, in New) error {
	w, err := s.Book.In(tx)
	if err != nil {
		return err
	}
	j := &desk.Judge{Words: w}
	if in.Product == "" {
		j.Refuse("product", "required", nil)
	}
	j.Said("opinion", in.Opinion, false, true, false)
	switch {
	case !isDay(in.From):
		j.Refuse("from", "invalid", nil)
	case in.To != "" && !isDay(in.To):
		j.Refuse("to", "invalid", nil)
	case in.To != "" && in.To < in.From:
		j.Refuse("to", "before_start", nil)
	}
	if !slices.Contains(results, in.Result) {
		j.Refuse("result", "invalid", nil)
	}
	if in.ContactID != "" {
		_, found, err := db.Maybe[struct {
			ID string `db:"id"`
		}](tx, person, db.Args{"contact": in.ContactID, "customer": customerID})
		if err != nil {
			return err
		}
		if !found {
			j.Refuse("contact_id", "invalid", nil)
		}
	}
	return j.Err()
}

// Create writes a trial down.
func (s *Service) Create(ctx context.Context, who access.Actor, customerID string, in New) (Trial, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Trial, err error) {
		if err := desk.Hangs(tx, customerID, write); err != nil {
			return none, err
		}
		in.Product, in.Opinion = strings.TrimSpace(in.Product), strings.TrimSpace(in.Opinion)
		if in.Result == "" {
			in.Result = Running
		}
		if in.OwnerID == "" {
			in.OwnerID = who.ID()
		}
		if err := s.judge(tx, customerID, in); err != nil {
			return none, err
		}
		if err := s.Owner(tx, "owner_id", in.OwnerID, customerID, read); err != nil {
			return none, err
		}
		key, err := s.Vault.Of(tx, customerID)
		if err != nil {
			return none, err
		}
		row := struct {
			ID        string  `db:"id"`
			Customer  string  `db:"customer_id"`
			Texts     []byte  `db:"texts"`
			Contact   api.Ref `db:"contact_id"`
			From      string  `db:"from_on"`
			To        string  `db:"to_on"`
			Result    string  `db:"result"`
			CreatedAt int64   `db:"created_at"`
			UpdatedAt int64   `db:"updated_at"`
		}{ID: tx.NewID(), Customer: customerID, Contact: api.Ref(in.ContactID), From: in.From, To: in.To, Result: in.Result, CreatedAt: tx.At(), UpdatedAt: tx.At()}
		if row.Texts, err = desk.Seal(key, place(row.ID), texts{in.Product, in.Opinion}); err != nil {
			return none, err
		}
		if err := tx.Insert(Table, row, record.With(db.Args{"owner_id": api.Ref(in.OwnerID), "creator_id": api.Ref(who.ID())})); err != nil {
			return none, err
		}
		if err := audit.Note(tx, audit.Entry{Action: "trial.create", Kind: "trial", Record: row.ID, Customer: customerID, Details: map[string]any{"from": in.From, "result": in.Result}}); err != nil {
			return none, err
		}
		return s.load(tx, row.ID)
	})
}

// Change changes a trial: its days, what came of it, what they thought.
func (s *Service) Change(ctx context.Context, who access.Actor, id string, version int64, in Change) (Trial, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Trial, err error) {
		x, err := db.One[Trial](tx, get, db.Args{"id": id})
		if err != nil {
			return none, err
		}
		if x.Version != version {
			return none, db.ErrStale
		}
		if err := tx.May(Table, id, write); err != nil {
			return none, err
		}
		key, err := s.Vault.Of(tx, x.CustomerID)
		if err != nil {
			return none, err
		}
		var t texts
		if err := desk.Open(key, place(id), x.Sealed, &t); err != nil {
			return none, err
		}
		was, old := t, x
		diffs := api.Apply(&x, in, "product", "opinion")
		if t.Product, err = desk.Kept(who, true, "product", t.Product, in.Product); err != nil {
			return none, err
		}
		if t.Opinion, err = desk.Kept(who, true, "opinion", t.Opinion, in.Opinion); err != nil {
			return none, err
		}
		for field, changed := range map[string]bool{"product": t.Product != was.Product, "opinion": t.Opinion != was.Opinion} {
			if changed {
				diffs = append(diffs, api.Diff{Field: field})
			}
		}
		if x.OwnerID == "" {
			return none, fault.Rule("required", "owner_id")
		}
		said := New{Product: t.Product, From: x.From, To: string(x.To), Result: x.Result, Opinion: t.Opinion}
		if x.ContactID != old.ContactID { // one that was erased meanwhile may stay
			said.ContactID = string(x.ContactID)
		}
		if err := s.judge(tx, x.CustomerID, said); err != nil {
			return none, err
		}
		if x.OwnerID != old.OwnerID {
			if err := s.Owner(tx, "owner_id", string(x.OwnerID), x.CustomerID, read); err != nil {
				return none, err
			}
			if err := tx.Set(give, id, 0, db.Args{"owner_id": x.OwnerID}); err != nil {
				return none, err
			}
		}
		sealed, err := desk.Seal(key, place(id), t)
		if err != nil {
			return none, err
		}
		if err := tx.Update(Table, id, version, struct {
			Texts   []byte   `db:"texts"`
			Contact api.Ref  `db:"contact_id"`
			From    string   `db:"from_on"`
			To      api.Text `db:"to_on"`
			Result  string   `db:"result"`
		}{sealed, x.ContactID, x.From, x.To, x.Result}); err != nil {
			return none, err
		}
		if err := audit.Note(tx, audit.Entry{Action: "trial.change", Kind: "trial", Record: id, Customer: x.CustomerID, Changes: desk.Told(diffs, "product", "opinion")}); err != nil {
			return none, err
		}
		return s.load(tx, id)
	})
}

// Delete takes a trial away that was written down by mistake: by whoever may change its customer.
func (s *Service) Delete(ctx context.Context, who access.Actor, id string, version int64) error {
	_, err := db.Write(ctx, s.DB, who, func(tx *db.Tx) (int, error) {
		x, err := s.load(tx, id)
		switch {
		case err != nil:
			return 0, err
		case x.Version != version:
			return 0, db.ErrStale
		}
		if err := tx.May(Table, id, remove); err != nil {
			return 0, err
		}
		if err := tx.Change(drop, db.Args{"id": id}); err != nil {
			return 0, err
		}
		return 0, audit.Note(tx, audit.Entry{Action: "trial.delete", Kind: "trial", Record: id, Customer: x.CustomerID})
	})
	return err
}

// Get gives one trial.
func (s *Service) Get(ctx context.Context, who access.Actor, id string) (Trial, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (Trial, error) { return s.load(tx, id) })
}

func (s *Service) load(tx *db.Tx, id string) (Trial, error) {
	x, err := db.One[Trial](tx, get, db.Args{"id": id})
	if err != nil {
		return x, err
	}
	all := []Trial{x}
	err = s.show(tx, all)
	return all[0], err
}

// Of gives the trials of one customer, the latest first.
func (s *Service) Of(ctx context.Context, who access.Actor, customerID string, _ struct{}) (api.Items[Trial], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (out api.Items[Trial], err error) {
		rows, err := db.All[Trial](tx, list, db.Args{"customer": customerID})
		if out.Items = append([]Trial{}, rows...); err != nil {
			return out, err
		}
		return out, s.show(tx, out.Items)
	})
}

// show opens texts and names as the viewer may read them; all are of one customer.
func (s *Service) show(tx *db.Tx, all []Trial) error {
	if len(all) == 0 {
		return nil
	}
	id := all[0].CustomerID
	near, keys, names, err := s.Near(tx, []string{id}, write)
	if err != nil {
		return err
	}
	people, err := s.People(tx, id)
	if err != nil {
		return err
	}
	for i := range all {
		x := &all[i]
		x.MayChange, x.ContactName = near[id], api.Text(people[string(x.ContactID)])
		if name, ok := names[id]; ok {
			x.CustomerName = api.Text(name)
		}
		key, ok := keys[id]
		if !ok {
			continue
		}
		var t texts
		if err := desk.Open(key, place(x.ID), x.Sealed, &t); err != nil {
			return err
		}
		x.Product, x.Opinion = customer.Prose(actor(tx), near[id], t.Product), api.Text(customer.Prose(actor(tx), near[id], t.Opinion))
	}
	return nil
}

// Latest gives the last trials of a customer up to an instant, as its timeline asks for them.
func (s *Service) Latest(tx *db.Tx, customerID string, before int64, most int) (out []Trial, err error) {
	rows, err := db.All[struct {
		ID string `db:"id"`
	}](tx, stood, db.Args{"customer": customerID, "before": before, "most": most})
	for _, r := range rows {
		x, err := s.load(tx, r.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, err
}

// Purged deletes the trials of a customer that leaves the bin for good.
func (s *Service) Purged(tx *db.Tx, customerID string) error {
	_, err := tx.As(program).ChangeAll(purge, db.Args{"customer": customerID})
	return err
}

// Routes are the operations on trials.
func (s *Service) Routes(r *api.Router) {
	at := func(path string, may access.Permission) api.Op { return api.Op{Path: path, May: may, On: Table} }
	api.ListUnder(r, api.Op{Path: "/customers/{id}/trials", May: access.FollowUpRead, On: customer.Table}, s.Of)
	api.CreateUnder(r, api.Op{Path: "/customers/{id}/trials", May: access.FollowUpWrite, On: customer.Table}, s.Create, s.Get)
	api.Get(r, at("/trials/{id}", access.FollowUpRead), s.Get)
	api.Change(r, at("/trials/{id}", access.FollowUpWrite), s.Change)
	api.Delete(r, at("/trials/{id}", access.FollowUpWrite), s.Delete)
}
