package intake

import (
	"errors"
	"fmt"
	"strings"

	"zhike/internal/base/api"
	"zhike/internal/base/exchange"
	"zhike/internal/crm/contact"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/directory"
	"zhike/internal/crm/intake/reading"
	"zhike/internal/crm/intake/trace"
	"zhike/internal/crm/rule"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

var ofContactID = db.SQL(`SELECT c.customer_id AS id FROM {contacts c} WHERE c.id = :contact`, directory.Table)

// contactSession takes in people by themselves.
type contactSession struct{ session }

func (s *contactSession) Key(exchange.Row) string { return "" }

type readContact struct {
	customer string
	person   placedContact
	id       string // of one that an export of ours names
}

func (s *contactSession) read(tx *db.Tx, row exchange.Row) (in readContact, o exchange.Outcome, err error) {
	r, err := s.reader(tx, row)
	if err != nil {
		return in, o, err
	}
	if in.id, _ = r.Cell("id"); in.id != "" { // an export of ours: whose it is needs no name
		found, _, err := db.Maybe[idRow](tx, ofContactID, db.Args{"contact": in.id})
		if err != nil {
			return in, o, err
		}
		in.customer = found.ID
	}
	if in.customer == "" {
		if in.customer, err = r.Of(tx); err != nil {
			return in, o, err
		}
	}
	all := r.contact()
	if len(all) == 0 {
		r.Wrong("name", "required", nil)
	} else {
		in.person = all[0]
		ours, err := s.own(tx, ofContact)
		if err != nil {
			return in, o, err
		}
		if in.person.Custom, err = r.Own(tx, ours); err != nil {
			return in, o, err
		}
	}
	if len(all) > 1 {
		r.Wrong("name", "one_person_a_row", nil)
	}
	o = exchange.Outcome{State: exchange.Good, Problems: r.Problems}
	for _, p := range r.Problems {
		if !p.Hint {
			o.State = exchange.Bad
		}
	}
	return in, o, nil
}

// judged finds who is there already under the name, at this customer.
func (s *contactSession) judged(tx *db.Tx, row exchange.Row) (in readContact, o exchange.Outcome, held contact.Contact, err error) {
	if in, o, err = s.read(tx, row); err != nil || o.State == exchange.Bad {
		return in, o, held, err
	}
	if err := tx.May(customer.Table, in.customer, db.Change("contact.write")); err != nil {
		o.State = exchange.Bad
		o.Problems = append(o.Problems, exchange.Problem{Row: row.N, Field: "customer.name", Code: fault.Code(err)})
		return in, o, held, nil
	}
	have, err := s.Directory.People(tx, in.customer)
	if err != nil {
		return in, o, held, err
	}
	for _, h := range have {
		if h.ID == in.id || in.id == "" && (h.Name == in.person.Name.V || h.NameMasked == in.person.Name.V) {
			held = h
		}
	}
	in.person.reportTo(have, row.N, &o)
	err = s.Directory.JudgeIn(tx, held.ID, in.person.New)
	if wrong, ok := reading.Located(err, func(field string) (int, string) { return row.N, field }); ok {
		o.State, err = exchange.Bad, nil
		o.Problems = append(o.Problems, wrong...)
	}
	if err == nil && held.ID != "" && o.State == exchange.Good && s.options.Duplicates != exchange.Anew {
		o.State, o.Record = exchange.Duplicate, held.ID
		o.Problems = append(o.Problems, exchange.Problem{Row: row.N, Field: "name", Code: "contact_there", Hint: true})
	}
	return in, o, held, err
}

// reportTo finds whom a person reports to, by name; a mask is no news. Whoever is not there yet may stand in a row above: the run finds him then.
func (p *placedContact) reportTo(have []contact.Contact, row int, o *exchange.Outcome) {
	if p.chief == "" || rule.IsMasked(p.chief) {
		return
	}
	for _, h := range have {
		if h.Name == p.chief {
			p.ReportsTo = api.Some(h.ID)
			return
		}
	}
	o.Problems = append(o.Problems, exchange.Problem{Row: row, Field: "reports_to", Code: "chief_not_there", Hint: true})
}

func (s *contactSession) Judge(tx *db.Tx, rows []exchange.Row) (exchange.Outcome, error) {
	in, o, _, err := s.judged(tx, rows[0])
	if err == nil && o.State != exchange.Bad {
		err = s.foretell(tx, in.customer, rows[0].N, &o)
	}
	if err == nil && o.State == exchange.Good && s.options.Duplicates != exchange.Anew {
		key := in.customer + " " + in.person.Name.V
		if row, ok := s.seen[key]; ok {
			o.State = exchange.Duplicate
			o.Problems = append(o.Problems, exchange.Problem{Row: rows[0].N, Field: "name", Code: "duplicate_in_sheet", Params: map[string]any{"row": row}, Hint: true})
		} else {
			s.seen[key] = rows[0].N
		}
	}
	return o, err
}

func (s *contactSession) Keep(tx *db.Tx, rows []exchange.Row) (exchange.Outcome, error) {
	in, o, held, err := s.judged(tx, rows[0])
	switch {
	case err != nil || o.State == exchange.Bad || o.State == exchange.Duplicate && s.options.Duplicates == exchange.Skip:
		return o, err
	case o.State == exchange.Duplicate:
		s.waits = nil
		e, err := s.changePerson(tx, held, in.person.New)
		if e.Record != "" {
			o.Effects = []exchange.Effect{e}
		}
		if err != nil {
			return o, err
		}
		return o, s.waiting(tx, in.customer, rows[0].N, &o)
	}
	waits := ""
	if o.Record, waits, err = s.Directory.AddIn(tx, in.customer, in.person.New); err != nil {
		return o, err
	}
	if waits != "" {
		s.waits = []string{"name"}
		return o, s.waiting(tx, in.customer, rows[0].N, &o)
	}
	e, err := trace.Effect(ofContact, o.Record, true, trace.Change{At: in.customer})
	o.Effects = []exchange.Effect{e}
	return o, err
}

// talkSession takes in talks by themselves.
type talkSession struct{ session }

func (s *talkSession) Key(exchange.Row) string { return "" }

func (s *talkSession) judged(tx *db.Tx, row exchange.Row) (id string, t placedTalk, o exchange.Outcome, err error) {
	r, err := s.reader(tx, row)
	if err != nil {
		return "", t, o, err
	}
	if id, err = r.Of(tx); err != nil {
		return id, t, o, err
	}
	said, ok := r.talk()
	if !ok {
		r.Wrong("content", "required", nil)
	}
	ours, err := s.own(tx, talks)
	if err != nil {
		return id, t, o, err
	}
	if said.Custom, err = r.Own(tx, ours); err != nil {
		return id, t, o, err
	}
	t = placedTalk{said, row.N, ""}
	o = exchange.Outcome{State: exchange.Good, Problems: r.Problems}
	if ok {
		if err := s.judgeTalks(tx, []placedTalk{t}, &o); err != nil {
			return id, t, o, err
		}
	}
	if id != "" {
		if err := tx.May(customer.Table, id, db.Add("followup.write")); err != nil {
			if !errors.Is(err, db.ErrNotFound) && !errors.Is(err, db.ErrNotYours) {
				return id, t, o, err
			}
			o.Problems = append(o.Problems, exchange.Problem{Row: row.N, Field: "customer.name", Code: fault.Code(err)})
		}
	}
	for _, p := range o.Problems {
		if !p.Hint {
			o.State = exchange.Bad
			return id, t, o, nil
		}
	}
	there, err := s.FollowUps.Recorded(tx, id, t.New)
	if there && s.options.Duplicates != exchange.Anew {
		o.State = exchange.Duplicate
		o.Problems = append(o.Problems, exchange.Problem{Row: row.N, Field: "content", Code: "talk_there", Hint: true})
	}
	return id, t, o, err
}

func (s *talkSession) Judge(tx *db.Tx, rows []exchange.Row) (exchange.Outcome, error) {
	id, t, o, err := s.judged(tx, rows[0])
	if err == nil && o.State == exchange.Good && s.options.Duplicates != exchange.Anew {
		key := fmt.Sprint(id, " ", t.Author, " ", int64(t.HappenedAt)/60_000, " ", strings.TrimSpace(t.Content))
		if row, ok := s.seen[key]; ok {
			o.State = exchange.Duplicate
			o.Problems = append(o.Problems, exchange.Problem{Row: rows[0].N, Field: "content", Code: "duplicate_in_sheet", Params: map[string]any{"row": row}, Hint: true})
		} else {
			s.seen[key] = rows[0].N
		}
	}
	return o, err
}

func (s *talkSession) Keep(tx *db.Tx, rows []exchange.Row) (exchange.Outcome, error) {
	id, t, o, err := s.judged(tx, rows[0])
	if err != nil || o.State != exchange.Good {
		return o, err
	}
	e, err := s.addTalk(tx, id, t)
	o.Record, o.Effects = e.Record, []exchange.Effect{e}
	return o, err
}
