// Package chain is 决策链: who of a customer decides, uses and evaluates, who reports to whom, which departments must say yes,
// and what is missing there.
package chain

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/privacy"
	"zhike/internal/base/setting"
	"zhike/internal/crm/contact"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/directory"
	"zhike/internal/crm/followup"
	"zhike/internal/crm/rule"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// Table of the steps of decisions: whoever sees the customer sees them, who changes him writes them.
var Table = db.Through("decision_steps", "customer_id", customer.Table,
	db.Rights{See: db.See(string(access.CustomerRead)), Add: db.Change(string(access.CustomerWrite)), Change: db.Change(string(access.CustomerWrite))})

// UntouchedDays is after how many days without a talk whoever decides counts as not reached (60天未接触).
var UntouchedDays = setting.Int("customer.untouched_days", 60).Between(1, 3650)

var (
	steps  = db.SQL(`SELECT s.id, s.customer_id, s.position, s.contact_id, s.passed, s.passed_on, s.texts FROM {decision_steps s} WHERE s.customer_id = :customer ORDER BY s.position, s.id`, Table)
	drop   = db.SQL(`DELETE FROM {decision_steps!change s} WHERE s.customer_id = :customer`, Table)
	talks  = db.SQL(`SELECT f.contact_ids, f.happened_at FROM {follow_ups f} WHERE f.customer_id = :customer ORDER BY f.happened_at DESC LIMIT 1000`, followup.Table)
	exists = db.SQL(`SELECT p.id FROM {contacts p} WHERE p.customer_id = :customer
		OR EXISTS (SELECT 1 FROM {affiliations a} WHERE a.contact_id = p.id AND a.customer_id = :customer)`, directory.Table, directory.Affiliations)
)

// Whose role says that he decides.
const decider = "decider"

// A Link is a person in the chain.
type Link struct {
	contact.Contact
	LastTalkAt api.Time `json:"last_talk_at" doc:"Of the latest follow-up that names him; null for none."`
	Affiliate  bool     `json:"affiliate" doc:"His home is another customer; title and role are those here."`
	Untouched  bool     `json:"untouched" doc:"No talk with him for longer than the setting customer.untouched_days."`
}

// A Step is a department that must say yes.
type Step struct {
	Department string   `json:"department" maxLength:"60"`
	Approver   api.Text `json:"approver,omitempty" maxLength:"60" doc:"In words, where he is no contact."`
	ContactID  api.Ref  `json:"contact_id,omitempty" maxLength:"64" doc:"Of this customer."`
	Passed     bool     `json:"passed"`
	PassedOn   api.Text `json:"passed_on,omitempty" maxLength:"10"`
}

// A Gap is what the chain lacks.
type Gap struct {
	Code      string  `json:"code" enum:"no_decider,decider_untouched,decider_opposes"`
	ContactID api.Ref `json:"contact_id"`
	Name      string  `json:"name" doc:"As this viewer may read it."`
	Days      int64   `json:"days" doc:"Since the last talk; 0 where there was none."`
}

// Chain is all of it.
type Chain struct {
	People []Link `json:"people"`
	Steps  []Step `json:"steps"`
	Gaps   []Gap  `json:"gaps"`
	Days   int64  `json:"untouched_days" doc:"The setting customer.untouched_days."`
}

type row struct {
	ID         string  `db:"id"`
	CustomerID string  `db:"customer_id"`
	Position   int64   `db:"position"`
	ContactID  api.Ref `db:"contact_id"`
	Passed     bool    `db:"passed"`
	PassedOn   string  `db:"passed_on"`
	Texts      []byte  `db:"texts"`
}

type texts struct {
	Department string `json:"department"`
	Approver   string `json:"approver,omitempty"`
}

func place(id string) string { return "decision_steps/texts/" + id }

var program = access.Program("chain")

// Service shows decision chains and writes their steps.
type Service struct {
	DB        *db.DB
	Vault     *privacy.Vault
	Directory *directory.Service
}

// Routes are the operations on decision chains.
func (s *Service) Routes(r *api.Router) {
	api.Get(r, api.Op{Path: "/customers/{id}/chain", May: access.ContactRead, On: customer.Table}, s.Of)
	api.Replace(r, api.Op{Path: "/customers/{id}/chain/steps", May: access.CustomerWrite, On: customer.Table, Loose: true}, s.SetSteps)
}

// Of gives a customer's chain as the viewer may read it.
func (s *Service) Of(ctx context.Context, who access.Actor, id string) (Chain, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (Chain, error) { return s.load(tx, id) })
}

func (s *Service) load(tx *db.Tx, id string) (c Chain, err error) {
	c = Chain{People: []Link{}, Steps: []Step{}, Gaps: []Gap{}}
	people, err := s.Directory.People(tx, id)
	if err != nil {
		return c, err
	}
	too, err := s.Directory.AffiliatesIn(tx, id)
	if err != nil {
		return c, err
	}
	last, err := s.lastTalks(tx, id)
	if err != nil {
		return c, err
	}
	days, err := UntouchedDays.In(tx)
	if err != nil {
		return c, err
	}
	c.Days = days
	edge := tx.Now().AddDate(0, 0, -int(days)).UnixMilli()
	for _, p := range people {
		c.People = append(c.People, Link{p, last[p.ID], false, int64(last[p.ID]) < edge})
	}
	for _, a := range too {
		c.People = append(c.People, Link{here(a), last[a.ContactID], true, int64(last[a.ContactID]) < edge})
	}
	c.Gaps = gaps(c.People, tx.Now())
	rows, err := db.All[row](tx, steps, db.Args{"customer": id})
	if err != nil || len(rows) == 0 {
		return c, err
	}
	key, err := s.Vault.Of(tx, id)
	if err != nil {
		return c, err
	}
	near, err := tx.Reaches(customer.Table, id, db.Add(string(access.FollowUpWrite)))
	if err != nil {
		return c, err
	}
	who, _ := tx.Who().(access.Actor)
	for _, r := range rows {
		t, err := opened(key, r)
		if err != nil {
			return c, err
		}
		c.Steps = append(c.Steps, Step{customer.Prose(who, near, t.Department), api.Text(named(who, near, t.Approver)), r.ContactID, r.Passed, api.Text(r.PassedOn)})
	}
	return c, nil
}

// here is an affiliate as this customer knows him: what he is here, and of his own record nothing but the name and, for whoever
// reaches it, what he thinks of us.
func here(a directory.Affiliate) contact.Contact {
	p := contact.Contact{ID: a.ContactID, CustomerID: a.CustomerID, Name: a.Name, Title: a.Title, Role: a.Role, AlsoAt: a.AlsoAt}
	if a.Contact != nil {
		p.Attitude, p.Influence = a.Contact.Attitude, a.Contact.Influence
	}
	return p
}

// named is a person's name as somebody may read it who works with the customer, or does not.
func named(who access.Actor, near bool, name string) string {
	if near && who.Sees(access.FreeText) == access.Shown {
		return name
	}
	return rule.MaskName(name)
}

// lastTalks are when each contact was last spoken to, as far as the viewer sees the talks.
func (s *Service) lastTalks(tx *db.Tx, id string) (map[string]api.Time, error) {
	last := map[string]api.Time{}
	if !tx.Who().May(string(access.FollowUpRead)) {
		return last, nil
	}
	rows, err := db.All[struct {
		People api.Strings `db:"contact_ids"`
		At     api.Time    `db:"happened_at"`
	}](tx, talks, db.Args{"customer": id})
	for _, r := range rows {
		for _, p := range r.People {
			last[p] = max(last[p], r.At)
		}
	}
	return last, err
}

// gaps names what is missing, the gravest first.
func gaps(people []Link, now time.Time) []Gap {
	out, deciders := []Gap{}, 0
	for _, p := range people {
		if p.Role != decider {
			continue
		}
		deciders++
		gap := Gap{ContactID: api.Ref(p.ID), Name: p.Name}
		if p.LastTalkAt > 0 {
			gap.Days = int64(now.Sub(p.LastTalkAt.Time()) / (24 * time.Hour))
		}
		if p.Untouched {
			gap.Code = "decider_untouched"
			out = append(out, gap)
		}
		if p.Attitude == "oppose" {
			gap.Code = "decider_opposes"
			out = append(out, gap)
		}
	}
	if deciders == 0 {
		out = append([]Gap{{Code: "no_decider"}}, out...)
	}
	return out
}

// MaxSteps is how many one customer has.
const MaxSteps = 20

// Steps are those of a customer, in order, whole.
type Steps struct {
	Steps []Step `json:"steps" maxItems:"20"`
}

// SetSteps writes a customer's steps anew.
func (s *Service) SetSteps(ctx context.Context, who access.Actor, id string, _ int64, in Steps) (Chain, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Chain, err error) {
		if err := tx.May(customer.Table, id, Table.ToChange()); err != nil {
			return none, err
		}
		if err := s.unmask(tx, who, id, &in); err != nil {
			return none, err
		}
		if err := s.judge(tx, id, in); err != nil {
			return none, err
		}
		key, err := s.Vault.Of(tx, id)
		if err != nil {
			return none, err
		}
		if _, err := tx.ChangeAll(drop, db.Args{"customer": id}); err != nil {
			return none, err
		}
		for i, x := range in.Steps {
			text, err := json.Marshal(texts{strings.TrimSpace(x.Department), strings.TrimSpace(string(x.Approver))})
			if err != nil {
				return none, err
			}
			r := row{tx.NewID(), id, int64(i + 1), x.ContactID, x.Passed, string(x.PassedOn), nil}
			r.Texts = key.Seal(place(r.ID), text)
			if err := tx.Insert(Table, stamped{r, tx.At()}); err != nil {
				return none, err
			}
		}
		if err := audit.Note(tx, audit.Entry{Action: "customer.chain", Kind: "customer", Record: id, Customer: id, Details: map[string]any{"steps": len(in.Steps), "passed": passed(in.Steps)}}); err != nil {
			return none, err
		}
		return s.load(tx, id)
	})
}

// unmask puts back what stands where somebody sent it back as he was shown it, and refuses any other mask (DECISIONS 7).
func (s *Service) unmask(tx *db.Tx, who access.Actor, id string, in *Steps) error {
	rows, err := db.All[row](tx, steps, db.Args{"customer": id})
	if err != nil {
		return err
	}
	near, err := tx.Reaches(customer.Table, id, db.Add(string(access.FollowUpWrite)))
	if err != nil {
		return err
	}
	stands := map[string]string{}
	if len(rows) > 0 {
		key, err := s.Vault.Of(tx, id)
		if err != nil {
			return err
		}
		for _, r := range rows {
			t, err := opened(key, r)
			if err != nil {
				return err
			}
			for shown, clear := range map[string]string{customer.Prose(who, near, t.Department): t.Department, named(who, near, t.Approver): t.Approver} {
				if other, twice := stands[shown]; twice && other != clear {
					clear = shown // two names under one mask: which is meant, nobody can tell
				}
				stands[shown] = clear
			}
		}
	}
	for i := range in.Steps {
		x := &in.Steps[i]
		if clear, ok := stands[x.Department]; ok {
			x.Department = clear
		}
		if clear, ok := stands[string(x.Approver)]; ok {
			x.Approver = api.Text(clear)
		}
		if rule.IsMasked(string(x.Approver)) {
			return fault.Rule("masked_value", "approver")
		}
	}
	return nil
}

func opened(key crypt.Subject, r row) (t texts, err error) {
	text, err := key.Open(place(r.ID), r.Texts)
	if err != nil {
		return t, err
	}
	return t, json.Unmarshal(text, &t)
}

type stamped struct {
	row
	UpdatedAt int64 `db:"updated_at"`
}

func passed(all []Step) (n int) {
	for _, x := range all {
		if x.Passed {
			n++
		}
	}
	return n
}

func (s *Service) judge(tx *db.Tx, id string, in Steps) error {
	if len(in.Steps) > MaxSteps {
		return fault.Rule("invalid", "steps")
	}
	mine, err := db.All[struct {
		ID string `db:"id"`
	}](tx.As(program), exists, db.Args{"customer": id})
	if err != nil {
		return err
	}
	known := map[api.Ref]bool{"": true}
	for _, m := range mine {
		known[api.Ref(m.ID)] = true
	}
	today, err := setting.Today(tx)
	if err != nil {
		return err
	}
	for _, x := range in.Steps {
		if strings.TrimSpace(x.Department) == "" {
			return fault.Rule("required", "department")
		}
		if !known[x.ContactID] {
			return fault.Rule("invalid", "contact_id")
		}
		if x.PassedOn != "" {
			if _, err := time.Parse(time.DateOnly, string(x.PassedOn)); err != nil || string(x.PassedOn) > today || !x.Passed {
				return fault.Rule("invalid", "passed_on")
			}
		}
	}
	return nil
}

// Purged forgets the steps of a customer that leaves for good.
func (s *Service) Purged(tx *db.Tx, id string) error {
	_, err := tx.As(program).ChangeAll(drop, db.Args{"customer": id})
	return err
}
