// Package desk says what a row about a need or about feedback means; each sheet holds one
// of them, and names the customer by number, credit code or name.
package desk

import (
	_ "embed"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/dictionary"
	"zhike/internal/base/exchange"
	"zhike/internal/base/exchange/column"
	"zhike/internal/base/setting"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/feedback"
	"zhike/internal/crm/intake/colleague"
	"zhike/internal/crm/intake/form"
	"zhike/internal/crm/intake/reading"
	"zhike/internal/crm/intake/trace"
	"zhike/internal/crm/need"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// Service answers what base/exchange asks of them.
type Service struct {
	Book      *dictionary.Book
	Customers *customer.Service
	Needs     *need.Service
	Feedback  *feedback.Service
}

// Targets are what sheets bring in here.
func (s *Service) Targets() []exchange.Target {
	return []exchange.Target{target(s, s.needs()), target(s, s.feedback())}
}

//go:embed facts/headings.json
var headingFile []byte

// headings are the words by which people name a field, by kind and name.
var headings = sync.OnceValue(func() (all map[string]map[string][]string) {
	if err := json.Unmarshal(headingFile, &all); err != nil {
		panic("intake/desk: headings.json: " + err.Error())
	}
	return all
})

// The program's own acts here: knowing colleagues whom the importer does not reach.
var program = access.Program("intake.desk")

// A noun is one of the two, as its service speaks: C is what a caller may change, and
// stands for what a row says, with what only history knows beside it.
type noun[C any] struct {
	kind   string
	may    access.Permission
	fields []field
	read   func(r *reading.Reader) C
	own    func(in *C, custom map[string]any) // with what the company's own columns say
	// held finds what a row is about, and whose it is, where it stands already.
	held func(tx *db.Tx, code, customerID string, in C, history history, day [2]int64) (id, of string, err error)
	// judge says what make, or change, would say.
	judge  func(tx *db.Tx, id, customerID string, in C, h history) error
	make   func(tx *db.Tx, customerID string, in C, h history) (string, error)
	said   func(tx *db.Tx, id string) (C, int64, int64, error) // with version, and when it was closed
	change func(tx *db.Tx, id string, version int64, in C) error
	back   func(in *C, closed int64)
	drop   func(tx *db.Tx, id string) error
}

// history is what only an import says: when it began, and when it was closed.
type history struct{ began, ended api.Time }

func target[C any](s *Service, n *noun[C]) exchange.Target {
	return exchange.Target{Kind: n.kind, May: access.CustomerImport,
		Fields: func(tx *db.Tx, lang string) ([]column.Field, error) { return s.fields(tx, n.kind, n.fields, lang) },
		Open: func(tx *db.Tx, o exchange.Options) (exchange.Session, error) {
			all, err := colleague.Read(tx.As(program))
			if err != nil {
				return nil, err
			}
			zone, err := setting.Zone(tx)
			return &session[C]{s, n, o, all, zone, map[string]int{}}, err
		},
		Undo: func(tx *db.Tx, e exchange.Effect) (*exchange.Kept, error) {
			return trace.Undo(tx, e, func(trace.Change) error { return n.drop(tx, e.Record) }, func(was trace.Change) (string, error) { return n.putBack(tx, e.Record, was) })
		}}
}

// session takes the rows of one import in.
type session[C any] struct {
	*Service
	noun       *noun[C]
	options    exchange.Options
	colleagues colleague.All
	zone       *time.Location
	seen       map[string]int
}

func (s *session[C]) Key(exchange.Row) string { return "" }

// A row is what one says.
type row[C any] struct {
	in       C
	history  history
	customer string
	held     string
}

func (s *session[C]) judged(tx *db.Tx, x exchange.Row) (out row[C], o exchange.Outcome, err error) {
	w, err := s.Book.In(tx)
	if err != nil {
		return out, o, err
	}
	r := &reading.Reader{Row: x, Words: w, Colleagues: s.colleagues, Customers: s.Customers, Options: s.options, Now: tx.Now(), Zone: s.zone}
	out.in = s.noun.read(r)
	ours, err := reading.OwnFields(tx, s.Customers.Own, s.noun.kind)
	if err != nil {
		return out, o, err
	}
	custom, err := r.Own(tx, ours)
	if err != nil {
		return out, o, err
	}
	s.noun.own(&out.in, custom)
	day := [2]int64{0, tx.At() + int64(time.Minute/time.Millisecond)} // nobody wrote down when: the words alone tell
	for field, into := range map[string]*api.Time{"created_at": &out.history.began, "feedback_at": &out.history.began, "closed_at": &out.history.ended} {
		if at, ok := r.Moment(field); ok {
			if *into = at; field != "closed_at" {
				local := at.Time().In(s.zone)
				from := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, s.zone)
				day = [2]int64{from.UnixMilli(), from.AddDate(0, 0, 1).UnixMilli()}
			}
		}
	}
	for field, most := range form.TooLong(out.in) {
		r.Wrong(field, "cell_too_long", map[string]any{"row": x.N, "column": s.options.Headings[field], "most": most})
	}
	code, _ := r.Cell("code")
	if code != "" { // an export of ours: whose it is needs no name
		if out.held, out.customer, err = s.noun.held(tx, code, "", out.in, out.history, day); err != nil {
			return out, o, err
		}
	}
	if out.held == "" {
		if out.customer, err = r.Of(tx); err != nil {
			return out, o, err
		}
	}
	o = exchange.Outcome{State: exchange.Good, Problems: r.Problems}
	if out.customer != "" && out.held == "" {
		if out.held, _, err = s.noun.held(tx, "", out.customer, out.in, out.history, day); err != nil {
			return out, o, err
		}
	}
	if err := s.judge(tx, x, out, &o); err != nil {
		return out, o, err
	}
	for _, p := range o.Problems {
		if !p.Hint {
			o.State = exchange.Bad
			return out, o, nil
		}
	}
	if out.held != "" && s.options.Duplicates != exchange.Anew {
		o.State, o.Record = exchange.Duplicate, out.held
		o.Problems = append(o.Problems, exchange.Problem{Row: x.N, Field: "description", Code: "record_there", Hint: true})
	}
	return out, o, nil
}

// judge asks the judges of the record, for what is to be made or changed; a row that is
// passed over is not judged.
func (s *session[C]) judge(tx *db.Tx, x exchange.Row, in row[C], o *exchange.Outcome) error {
	id := in.held
	switch {
	case s.options.Duplicates == exchange.Anew:
		id = ""
	case id != "" && s.options.Duplicates == exchange.Skip:
		return nil
	}
	err := s.noun.judge(tx, id, in.customer, in.in, in.history)
	if wrong, ok := reading.Located(err, func(field string) (int, string) { return x.N, field }); ok {
		for _, p := range wrong {
			if !told(o.Problems, p.Field) {
				o.Problems = append(o.Problems, p)
			}
		}
	} else if err != nil {
		return err
	}
	if in.customer == "" {
		return nil
	}
	if err := tx.May(customer.Table, in.customer, db.Add(string(s.noun.may))); err != nil {
		if !errors.Is(err, db.ErrNotFound) && !errors.Is(err, db.ErrNotYours) && !errors.Is(err, db.ErrDenied) {
			return err
		}
		o.Problems = append(o.Problems, exchange.Problem{Row: x.N, Field: "customer.name", Code: fault.Code(err)})
	}
	return nil
}

// told says whether something stands against a field already: a cell that could not be
// read is not missing as well.
func told(all []exchange.Problem, field string) bool {
	for _, p := range all {
		if p.Field == field {
			return true
		}
	}
	return false
}

// Judge implements exchange.Session.
func (s *session[C]) Judge(tx *db.Tx, rows []exchange.Row) (exchange.Outcome, error) {
	in, o, err := s.judged(tx, rows[0])
	if err == nil && o.State == exchange.Good && s.options.Duplicates != exchange.Anew {
		key := in.customer + " " + rows[0].Values["description"] + " " + rows[0].Values["created_at"] + rows[0].Values["feedback_at"]
		if n, ok := s.seen[key]; ok {
			o.State = exchange.Duplicate
			o.Problems = append(o.Problems, exchange.Problem{Row: rows[0].N, Field: "description", Code: "duplicate_in_sheet", Params: map[string]any{"row": n}, Hint: true})
		} else {
			s.seen[key] = rows[0].N
		}
	}
	return o, err
}

// Keep implements exchange.Session.
func (s *session[C]) Keep(tx *db.Tx, rows []exchange.Row) (exchange.Outcome, error) {
	in, o, err := s.judged(tx, rows[0])
	switch {
	case err != nil || o.State == exchange.Bad || o.State == exchange.Duplicate && s.options.Duplicates == exchange.Skip:
		return o, err
	case o.State == exchange.Duplicate:
		o.Effects, err = s.noun.update(tx, in.held, in.in)
		return o, err
	}
	if o.Record, err = s.noun.make(tx, in.customer, in.in, in.history); err != nil {
		return o, err
	}
	e, err := trace.Effect(s.noun.kind, o.Record, true, trace.Change{At: in.customer})
	o.Effects = []exchange.Effect{e}
	return o, err
}

// update brings a record up to date with what a row says; what is no news moves no version.
func (n *noun[C]) update(tx *db.Tx, id string, in C) ([]exchange.Effect, error) {
	before, version, closed, err := n.said(tx, id)
	if err != nil {
		return nil, err
	}
	if err := n.change(tx, id, version, in); err != nil {
		return nil, err
	}
	after, now, _, err := n.said(tx, id)
	if err != nil || now == version {
		return nil, err
	}
	fields, err := trace.Differs[C](before, after)
	if err != nil {
		return nil, err
	}
	e, err := trace.Effect(n.kind, id, false, trace.Change{Fields: fields, Last: closed})
	return []exchange.Effect{e}, err
}

// putBack writes old values over imported ones that still stand.
func (n *noun[C]) putBack(tx *db.Tx, id string, was trace.Change) (left string, err error) {
	if len(was.Fields) == 0 {
		return "", nil
	}
	now, version, _, err := n.said(tx, id)
	if err != nil {
		return "", err
	}
	var back C
	if left, err = trace.Old(was, now, &back); err != nil {
		return left, err
	}
	n.back(&back, was.Last)
	return left, n.change(tx, id, version, back)
}
