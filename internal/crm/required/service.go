package required

import (
	"context"
	"slices"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/customfield"
	"zhike/internal/base/customfield/own"
	"zhike/internal/base/dictionary"
	"zhike/internal/crm/contact"
	"zhike/internal/crm/profile"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
	"zhike/locale"
)

var program = access.Program("required")

// Service knows what is asked of customers.
type Service struct {
	DB    *db.DB
	Words *dictionary.Book
	Own   *own.Book
	// Customers are the fields of customers, Named those of every kind in a unit; app.go gives both.
	Customers func() *customfield.Catalogue
	// Changed is told when customers may lack other fields than before.
	Changed func(tx *db.Tx, record string) error
}

// Sets are the rules as a screen needs them.
type Sets struct {
	Rules   []Rule   `json:"rules"`
	Shipped bool     `json:"shipped" doc:"The rules of the house."`
	Fields  []Choice `json:"fields" doc:"What a rule may name."`
	Version int64    `json:"version"`
}

// Revision implements api.Versioned.
func (s Sets) Revision() int64 { return s.Version }

// A Choice is a field that a rule may name.
type Choice struct {
	Name  string      `json:"name"`
	Label string      `json:"label"`
	Of    string      `json:"of" enum:"customer,contact,own"`
	Kinds api.Strings `json:"kinds" doc:"Kinds of customers that have it; empty: all."`
}

// Change is what may be said of them: all rules at once.
type Change struct {
	Rules []Rule `json:"rules" maxItems:"60"`
}

// Routes are the operations on what is required.
func (s *Service) Routes(r *api.Router) {
	at := api.Op{Path: "/required-fields", May: access.FieldManage}
	api.List(r, at, func(ctx context.Context, who access.Actor, _ struct{}) (Sets, error) {
		return db.Read(ctx, s.DB, who, func(tx *db.Tx) (Sets, error) { return s.shown(ctx, tx) })
	})
	api.Change(r, at, func(ctx context.Context, who access.Actor, _ string, version int64, in Change) (Sets, error) {
		return s.Change(ctx, who, version, in)
	})
	api.Act(r, api.Op{Path: "/required-fields/reset", May: access.FieldManage}, func(ctx context.Context, who access.Actor, _ string, version int64) (Sets, error) {
		return s.Reset(ctx, who, version)
	})
}

func (s *Service) rules(tx *db.Tx) (row setRow, stood bool, err error) {
	row, stood, err = db.Maybe[setRow](tx.As(program), stands, nil)
	if !stood {
		row = setRow{Shipped: true, Version: 1}
	}
	if row.Shipped {
		row.Rules.V = Shipped()
	}
	return row, stood, err
}

func (s *Service) shown(ctx context.Context, tx *db.Tx) (out Sets, err error) {
	row, _, err := s.rules(tx)
	if err != nil {
		return out, err
	}
	out = Sets{Rules: row.Rules.V, Shipped: row.Shipped, Version: row.Version}
	out.Fields, err = s.choices(tx, api.LanguageOf(ctx))
	return out, err
}

func (s *Service) choices(tx *db.Tx, lang string) (out []Choice, err error) {
	customers, err := s.Customers().In(tx)
	if err != nil {
		return nil, err
	}
	people, err := contact.Catalogue.In(tx)
	if err != nil {
		return nil, err
	}
	all := api.Strings{}
	said, err := customfield.Called(tx)
	if err != nil {
		return nil, err
	}
	label := func(c *customfield.Catalogue, name string) string {
		if name == "budget_from_fen" {
			return locale.Text(lang, "customer.field.budget", nil) // either end of it will do
		}
		if at := slices.IndexFunc(c.Fields, func(f customfield.Field) bool { return f.Name == name }); at >= 0 {
			return said.Of(c.Fields[at], c.Kind, lang)
		}
		return locale.Text(lang, "intake.field.contact.reach", nil)
	}
	for _, name := range append(profile.Askable(), owner) {
		kinds := all
		if !profile.Has(profile.Individual, name) {
			kinds = api.Strings{profile.Enterprise, profile.Institution}
		}
		out = append(out, Choice{name, label(customers, name), "customer", kinds})
	}
	for _, name := range contact.Askable {
		out = append(out, Choice{ofContact + name, label(people, name), "contact", all})
	}
	ours, err := s.ours(tx)
	for _, f := range ours {
		out = append(out, Choice{f.Name, f.Word(lang), "own", append(api.Strings{}, f.Kinds...)})
	}
	return out, err
}

// ours are the company's own fields that can be asked for: a yes or no is always said.
func (s *Service) ours(tx *db.Tx) ([]own.Field, error) {
	all, err := s.Own.Of(tx, "customer")
	return slices.DeleteFunc(slices.Clone(all), func(f own.Field) bool { return !f.Active || f.Kind == customfield.Boolean }), err
}

// Lacks are what a customer lacks of what is asked of everybody, and how many fields that is.
func (s *Service) Lacks(tx *db.Tx, c Case) (missing api.Strings, needed int, err error) {
	return s.lacks(tx, c, func([]string) bool { return false }, func(string, []own.Field) bool { return true })
}

// LacksFor are what a customer lacks of what is asked of somebody who has it take effect or moves it to the case's stage.
func (s *Service) LacksFor(tx *db.Tx, who access.Actor, c Case) (api.Strings, error) {
	missing, _, err := s.lacks(tx, c, func(roles []string) bool { return !who.Program() && who.Holds(roles) },
		func(name string, ours []own.Field) bool { return writes(who, name, ours, s.Customers()) })
	return missing, err
}

func (s *Service) lacks(tx *db.Tx, c Case, holds func([]string) bool, of func(string, []own.Field) bool) (api.Strings, int, error) {
	row, _, err := s.rules(tx)
	if err != nil {
		return nil, 0, err
	}
	w, err := s.Words.In(tx)
	if err != nil {
		return nil, 0, err
	}
	ours, err := s.ours(tx)
	if err != nil {
		return nil, 0, err
	}
	ours = slices.DeleteFunc(ours, func(f own.Field) bool { return !f.Of(c.Kind, string(c.Industry)) })
	wanted := asked(row.Rules.V, c.Kind, w.Stages(dictionary.OfCustomer), c.Stage, holds)
	for _, f := range ours {
		if f.Required {
			wanted[f.Name] = true
		}
	}
	missing := slices.DeleteFunc(lacking(wanted, c, ours), func(name string) bool { return !of(name, ours) })
	return missing, len(wanted), nil
}

// Staged says whether some rule hangs on the stage, so that a step may be refused and changes what a customer lacks.
func (s *Service) Staged(tx *db.Tx) (bool, error) {
	row, _, err := s.rules(tx)
	return slices.ContainsFunc(row.Rules.V, func(r Rule) bool { return r.Stage != "" }), err
}

// Entering are what a customer lacks to be moved to a stage by somebody; only rules of stages are asked, and none of
// whoever goes back.
func (s *Service) Entering(tx *db.Tx, who access.Actor, c Case, to dictionary.Stage) (api.Strings, error) {
	row, _, err := s.rules(tx)
	if err != nil {
		return nil, err
	}
	w, err := s.Words.In(tx)
	if err != nil {
		return nil, err
	}
	if from, ok := w.StageByCode(dictionary.OfCustomer, c.Stage); ok && from.PipelineID == to.PipelineID && from.Phase != dictionary.Lost && to.Position < from.Position {
		return nil, nil
	}
	ours, err := s.ours(tx)
	if err != nil {
		return nil, err
	}
	ours = slices.DeleteFunc(ours, func(f own.Field) bool { return !f.Of(c.Kind, string(c.Industry)) })
	staged := slices.DeleteFunc(slices.Clone(row.Rules.V), func(r Rule) bool { return r.Stage == "" })
	wanted := asked(staged, c.Kind, w.Stages(dictionary.OfCustomer), to.Code, func(roles []string) bool { return !who.Program() && who.Holds(roles) })
	return slices.DeleteFunc(lacking(wanted, c, ours), func(name string) bool { return !writes(who, name, ours, s.Customers()) }), nil
}

// Change says what is asked of customers from now on. Errors: 422 by rule.
func (s *Service) Change(ctx context.Context, who access.Actor, version int64, in Change) (Sets, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Sets, err error) {
		rules, err := s.judge(tx, in.Rules)
		if err != nil {
			return none, err
		}
		return s.keep(ctx, tx, version, rules, false)
	})
}

// Reset brings the rules of the house back.
func (s *Service) Reset(ctx context.Context, who access.Actor, version int64) (Sets, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (Sets, error) { return s.keep(ctx, tx, version, []Rule{}, true) })
}

func (s *Service) keep(ctx context.Context, tx *db.Tx, version int64, rules []Rule, shipped bool) (none Sets, err error) {
	if err := tx.Lock("required_sets"); err != nil {
		return none, err
	}
	was, stood, err := s.rules(tx)
	if err != nil {
		return none, err
	}
	if was.Version != version {
		return none, db.ErrStale
	}
	if !stood {
		if err := tx.Insert(Table, newRow{"customer", setRow{db.Of([]Rule{}), true, 1}, tx.At()}); err != nil {
			return none, err
		}
	}
	if err := tx.Update(Table, "customer", version, changedRow{db.Of(rules), shipped}); err != nil {
		return none, err
	}
	if err := s.Changed(tx, "customer"); err != nil {
		return none, err
	}
	now := rules
	if shipped {
		now = Shipped()
	}
	if err := audit.Note(tx, audit.Entry{Action: "field.required", Kind: "field", Record: "customer", Changes: []audit.Change{{Field: "required", Old: lines(was.Rules.V), New: lines(now)}}}); err != nil {
		return none, err
	}
	return s.shown(ctx, tx)
}

// judge refuses what could never be filled or means nobody.
func (s *Service) judge(tx *db.Tx, in []Rule) (rules []Rule, err error) {
	if len(in) > mostRules {
		return nil, fault.Rule("invalid", "rules")
	}
	choices, err := s.choices(tx, "zh-CN")
	if err != nil {
		return nil, err
	}
	w, err := s.Words.In(tx)
	if err != nil {
		return nil, err
	}
	roles, err := account.RoleIDs(tx)
	if err != nil {
		return nil, err
	}
	var wrong []fault.Detail
	for i, r := range in {
		bad := func(field string) { wrong = append(wrong, fault.Detail{Field: place(i, field), Code: "invalid"}) }
		if slices.ContainsFunc(r.Kinds, func(k string) bool {
			return !slices.Contains([]string{profile.Enterprise, profile.Individual, profile.Institution}, k)
		}) {
			bad("kinds")
		}
		if st, ok := w.StageByCode(dictionary.OfCustomer, r.Stage); r.Stage != "" && (!ok || !st.Active) {
			bad("stage")
		}
		if slices.ContainsFunc(r.Roles, func(id string) bool { return !slices.Contains(roles, id) }) {
			bad("roles")
		}
		if slices.ContainsFunc(r.Fields, func(name string) bool {
			return !slices.ContainsFunc(choices, func(c Choice) bool { return c.Name == name })
		}) {
			bad("fields")
		}
		if len(r.Fields) == 0 {
			wrong = append(wrong, fault.Detail{Field: place(i, "fields"), Code: "required"})
		}
		r.Kinds, r.Roles, r.Fields = once(r.Kinds), once(r.Roles), once(r.Fields)
		rules = append(rules, r)
	}
	if rules == nil {
		rules = []Rule{} // nothing is asked for: a company may want so
	}
	return rules, fault.Fields(wrong)
}

// Refused tells what is missing, one error a field.
func Refused(missing api.Strings) error {
	var wrong []fault.Detail
	for _, field := range missing {
		wrong = append(wrong, fault.Detail{Field: field, Code: "required"})
	}
	return fault.Fields(wrong)
}
