package intake

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/base/exchange"
	"zhike/internal/base/numbering"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/intake/company"
	"zhike/internal/crm/intake/reading"
	"zhike/internal/crm/rule"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// customerSession takes in customers with the people and talks of their rows.
type customerSession struct {
	session
	numbers []string // of the unit under way
	groups  company.Groups
}

// Key puts rows of one customer together where the sheet tells of people or talks: the
// second row of a company brings another person, not another company.
func (s *customerSession) Key(r exchange.Row) string {
	if s.options.Duplicates == exchange.Anew || !s.tellsMore() {
		return ""
	}
	name := r.Values["name"]
	if rule.Vague(name) {
		name = ""
	}
	if s.individual(r) { // many are called 张伟: the number tells them apart
		if name == "" {
			return ""
		}
		return "person " + rule.NormalName(name) + " " + company.Digits(r.Values["contact.mobile"]+r.Values["contact.phone"])
	}
	if name != "" {
		name = rule.NormalName(name)
	}
	code, err := rule.CreditCode(r.Values["credit_code"])
	if err != nil {
		code = ""
	}
	return s.groups.Of(code, name)
}

func (s *customerSession) tellsMore() bool {
	for field := range s.options.Headings {
		if strings.HasPrefix(field, ofContact) || strings.HasPrefix(field, ofTalk) {
			return true
		}
	}
	return false
}

// read is what rows that belong together say.
type read struct {
	in       customer.New
	contacts []placedContact
	talks    []placedTalk
	code     string
	stage    string
	// shortName is as the cell has it.
	shortName string
	problems  []exchange.Problem
	verdict   customer.Verdict
}

// atOnce is how many numbers are taken at a time: one statement for many rows.
const atOnce = 32

func (s *customerSession) number(tx *db.Tx) (string, error) {
	if len(s.numbers) == 0 {
		var err error
		if s.numbers, err = numbering.Block(tx, "customer", atOnce); err != nil {
			return "", err
		}
	}
	n := s.numbers[0]
	s.numbers = s.numbers[1:]
	return n, nil
}

// Flush implements exchange.Flusher: numbers live no longer than their unit.
func (s *customerSession) Flush(tx *db.Tx) error {
	left := len(s.numbers)
	s.numbers = nil
	if tx == nil {
		return nil
	}
	return numbering.Return(tx, "customer", left)
}

func (s *session) reader(tx *db.Tx, row exchange.Row) (*reader, error) {
	w, err := s.Book.In(tx)
	return &reader{s, reading.Reader{Row: row, Words: w, Colleagues: s.colleagues, Customers: s.Customers, Options: s.options, Now: tx.Now(), Zone: s.zone}}, err
}

func (s *customerSession) read(tx *db.Tx, rows []exchange.Row) (out read, err error) {
	for i, row := range rows {
		r, err := s.reader(tx, row)
		if err != nil {
			return out, err
		}
		if i == 0 {
			out.in = r.customer()
			own, err := s.own(tx, ofCustomer)
			if err != nil {
				return out, err
			}
			if out.in.Custom, err = r.Own(tx, own); err != nil {
				return out, err
			}
			out.code, _ = r.Cell("code")
			out.shortName = row.Values["short_name"]
			r.choiceOfStage(&out.stage)
			r.long(out.in.Change)
		}
		for _, c := range r.contacts() {
			if !slices.ContainsFunc(out.contacts, func(o placedContact) bool { return reflect.DeepEqual(o.New, c.New) }) {
				out.contacts = append(out.contacts, c)
			}
		}
		out.talks = append(out.talks, r.talks()...)
		out.problems = append(out.problems, r.Problems...)
	}
	for _, c := range out.contacts {
		out.in.Contacts = append(out.in.Contacts, c.New)
	}
	return out, nil
}

// choiceOfStage reads a stage by its name; one that is not known is told, and no hindrance:
// where a customer stands is moved to, not written.
func (r *reader) choiceOfStage(into *string) {
	text, ok := r.Cell("stage")
	if !ok {
		return
	}
	for _, st := range r.Words.Stages("customer") {
		if st.Active && (st.Code == text || st.Name == text || st.NameEN == text) {
			*into = st.Code
			return
		}
	}
	r.Hint("stage", "unknown_stage", nil)
}

// where finds the row and column of a judge's field: contacts[1].mobile is the second
// contact's, wherever it stood.
func (in read) where(first int) func(string) (int, string) {
	return func(field string) (int, string) {
		if rest, ok := strings.CutPrefix(field, "contacts["); ok {
			n, name, _ := strings.Cut(rest, "].")
			if i, err := strconv.Atoi(n); err == nil && i < len(in.contacts) {
				return in.contacts[i].row, in.contacts[i].prefix + name
			}
		}
		return first, field
	}
}

// Judge implements exchange.Session.
func (s *customerSession) Judge(tx *db.Tx, rows []exchange.Row) (exchange.Outcome, error) {
	in, o, held, err := s.judged(tx, rows)
	if err == nil {
		err = s.foretell(tx, held, rows[0].N, &o)
	}
	if err != nil || o.State != exchange.Good && o.State != exchange.Draft {
		return o, err
	}
	if s.options.Duplicates == exchange.Anew {
		return o, nil
	}
	for _, key := range s.about(in) {
		if row, ok := s.seen[key]; ok {
			o.State = exchange.Duplicate
			o.Problems = append(o.Problems, exchange.Problem{Row: rows[0].N, Field: "name", Code: "duplicate_in_sheet", Params: map[string]any{"row": row}, Hint: true})
			return o, nil
		}
	}
	for _, key := range s.about(in) {
		s.seen[key] = rows[0].N
	}
	return o, nil
}

// about are the keys under which a row further down is the same customer.
func (s *customerSession) about(in read) (keys []string) {
	if code, err := rule.CreditCode(in.in.CreditCode.V); err == nil {
		keys = append(keys, "code "+code)
	}
	return append(keys, "name "+in.in.Kind.V+" "+rule.NormalName(in.in.Name.V))
}

// judged reads and judges, and writes nothing. held is the customer that is there already.
func (s *customerSession) judged(tx *db.Tx, rows []exchange.Row) (in read, o exchange.Outcome, held string, err error) {
	if in, err = s.read(tx, rows); err != nil {
		return in, o, "", err
	}
	o.Problems = in.problems
	first := rows[0].N
	masks := in.unmask()
	verdict, err := s.Customers.JudgeIn(tx, in.in)
	in.verdict = verdict
	if wrong, ok := reading.Located(err, in.where(first)); ok {
		o.Problems, err = append(o.Problems, wrong...), nil
	}
	same := errors.Is(err, db.ErrTaken)
	if err != nil && !same {
		return in, o, "", err
	}
	var taken *fault.Fault
	errors.As(err, &taken)
	if err := s.judgeTalks(tx, in.talks, &o); err != nil {
		return in, o, "", err
	}
	switch {
	case slices.ContainsFunc(o.Problems, func(p exchange.Problem) bool { return !p.Hint }):
		o.State = exchange.Bad
		return in, o, "", nil
	case in.code != "":
		if held, err = reading.Numbered(tx, in.code); err != nil {
			return in, o, "", err
		}
	}
	if held == "" {
		held = verdict.Holder
	}
	if s.options.Duplicates != exchange.Skip || held == "" {
		wrong, err := s.unknownMasks(tx, held, in, masks)
		if err != nil || len(wrong) > 0 {
			o.State, o.Problems = exchange.Bad, append(o.Problems, wrong...)
			return in, o, "", err
		}
	}
	if held != "" || same {
		o.State, o.Record = exchange.Duplicate, held
		other := same && verdict.Holder != held && s.options.Duplicates == exchange.Update // what it is to be called is another's
		if taken != nil && (other || s.options.Duplicates == exchange.Anew) {              // a credit code is held once, always
			o.State = exchange.Bad
			o.Problems = append(o.Problems, exchange.Problem{Row: first, Field: taken.Field, Code: taken.Code, Params: taken.Params})
			return in, o, held, nil
		}
		p := exchange.Problem{Row: first, Field: "name", Code: "duplicate_same", Hint: true}
		if taken != nil {
			p.Field, p.Params = taken.Field, taken.Params
		}
		if s.options.Duplicates == exchange.Update {
			may := false
			if held != "" {
				if may, err = tx.Reaches(customer.Table, held, customer.Table.ToChange()); err != nil {
					return in, o, held, err
				}
			}
			if !may {
				p.Code, held = "duplicate_not_yours", ""
			}
		}
		o.Problems = append(o.Problems, p)
		return in, o, held, nil
	}
	o.State = exchange.Good
	if in.stage != "" && in.stage != "first_contact" { // it begins where all begin: a stage is moved to, with its evidence
		o.Problems = append(o.Problems, exchange.Problem{Row: first, Field: "stage", Code: "stage_not_taken", Hint: true})
	}
	if len(verdict.Missing) > 0 {
		o.State = exchange.Draft
		o.Problems = append(o.Problems, exchange.Problem{Row: first, Code: "draft_lacks", Params: map[string]any{"fields": verdict.Missing}, Hint: true})
	}
	return in, o, "", nil
}

func (s *session) judgeTalks(tx *db.Tx, talks []placedTalk, o *exchange.Outcome) error {
	for i := range talks {
		t := talks[i].New
		_, _, err := s.FollowUps.JudgeIn(tx, &t)
		wrong, ok := reading.Located(err, func(field string) (int, string) { return talks[i].row, talks[i].prefix + talkField(field) })
		if !ok && err != nil {
			return err
		}
		o.Problems = append(o.Problems, wrong...)
	}
	return nil
}

// talkField is the column of a follow-up's field.
func talkField(field string) string {
	switch field {
	case "next_step.what":
		return "next"
	case "next_step.due_on":
		return "next_due"
	}
	return field
}

type idRow struct {
	ID string `db:"id"`
}

// Keep implements exchange.Session.
func (s *customerSession) Keep(tx *db.Tx, rows []exchange.Row) (exchange.Outcome, error) {
	in, o, held, err := s.judged(tx, rows)
	switch {
	case err != nil || o.State == exchange.Bad:
		return o, err
	case o.State == exchange.Duplicate:
		if held == "" || s.options.Duplicates == exchange.Skip {
			return o, nil
		}
		s.waits = nil
		if o.Effects, err = s.update(tx, held, in); err != nil {
			return o, err
		}
		return o, s.waiting(tx, held, rows[0].N, &o)
	}
	if in.in.Number, err = s.number(tx); err != nil {
		return o, err
	}
	owner := in.in.OwnerID
	in.in.OwnerID = "" // who gives it away may not reach it any more: its talks go first
	if o.Record, err = s.Customers.CreateJudged(tx, in.in, in.verdict); err != nil {
		return o, err
	}
	if err := s.begin(tx, o.Record, in, o.State == exchange.Good); err != nil {
		return o, err
	}
	if err := s.give(tx, o.Record, owner); err != nil {
		return o, err
	}
	o.Effects = []exchange.Effect{{Kind: ofCustomer, Record: o.Record, Made: true}}
	return o, nil
}

// give makes somebody the owner, where he is not.
func (s *customerSession) give(tx *db.Tx, id, owner string) error {
	if owner == "" {
		return nil
	}
	c, err := s.Customers.Line(tx, id)
	if err != nil || string(c.OwnerID) == owner {
		return err
	}
	return s.Customers.TransferIn(tx, id, customer.Transfer{To: owner})
}

// begin adds what follows a new customer: its talks, its stage, and that it takes effect
// where nothing is missing.
func (s *customerSession) begin(tx *db.Tx, id string, in read, complete bool) error {
	for _, t := range in.talks {
		t.Recorded = tx.At()
		if _, err := s.FollowUps.RecordIn(tx, id, t.New); err != nil {
			return fmt.Errorf("intake: row %d: %w", t.row, err)
		}
	}
	who := actor(tx)
	if complete && who.Can(access.CustomerSubmit) {
		if ok, err := tx.Reaches(customer.Table, id, db.Change(string(access.CustomerSubmit))); err != nil || !ok {
			return err
		}
		var refused *fault.Fault
		err := s.Customers.SubmitIn(tx, id, 0)
		if errors.As(err, &refused) && refused.Kind == fault.Invalid {
			return nil // more is asked of who brings it in: it stays a draft, as in the form
		}
		return err
	}
	return nil
}
