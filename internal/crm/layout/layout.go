// Package layout is how the page of a customer stands for a role: which tab it opens on, and which fields stand beside it.
package layout

import (
	"context"
	"slices"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/customfield"
	"zhike/internal/base/customfield/own"
	"zhike/internal/crm/customer"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// Tabs are those of a customer's page, in their order; the first is what opens without a word.
var Tabs = []string{"timeline", "contacts", "chain", "tasks", "orders", "service", "care", "files", "fields", "history"}

// common stands for whoever has no role with a layout.
var common = Page{"timeline", api.Strings{"grade", "intent", "industry", "size", "region", "source", "tags", "budget_from_fen", "buy_by", "budget_enough", "decision_months", "follow_state",
	"renewal_intent", "account_manager_id", "urgency", "core_need", "next_follow_up_at", "address"}}

// selling is what a seller asks first: budget, who decides, who else is there, what is next (DOMAIN §15).
var selling = Page{"timeline", api.Strings{"budget_from_fen", "decision_process", "competitors", "next_follow_up_at", "buy_by", "grade", "intent", "budget_enough", "decision_months", "follow_state",
	"core_need", "tags", "industry", "size", "region", "source", "urgency", "renewal_intent", "account_manager_id", "address"}}

// shipped are the layouts of the house, by the code of a role.
var shipped = map[string]Page{
	"sales": selling, "sales_lead": selling,
	"service":   {"service", api.Strings{"tags", "grade", "core_need", "last_order_on", "first_order_on", "renewal_intent", "last_follow_up_at", "next_follow_up_at", "account_manager_id", "industry", "region", "address"}},
	"executive": {"orders", api.Strings{"grade", "strategic", "annual_revenue_fen", "budget_from_fen", "status", "stage", "won_at", "last_order_on", "renewal_intent", "industry", "size", "region", "source", "account_manager_id"}},
}

// A Page is a layout.
type Page struct {
	Tab    string      `json:"tab" doc:"Which opens."`
	Fields api.Strings `json:"fields" doc:"Beside it, in their order."`
}

// A Layout is that of a role.
type Layout struct {
	RoleID string `json:"role_id"`
	Role   string `json:"role"`
	Page
	Ours    bool  `json:"ours" doc:"The company's; else the house's."`
	Version int64 `json:"version"`
}

// Revision implements api.Versioned.
func (l Layout) Revision() int64 { return l.Version }

// Change is what may be said of one.
type Change struct {
	Tab    api.Opt[string]   `json:"tab,omitzero" maxLength:"20"`
	Fields api.Opt[[]string] `json:"fields,omitzero" maxItems:"60"`
}

// Service keeps layouts.
type Service struct {
	DB  *db.DB
	Own *own.Book
}

var program = access.Program("layout")

// Table of the layouts that a company made, one a role.
var Table = db.Shared("page_layouts", db.Rights{Add: db.Change(string(access.FieldManage)), Change: db.Change(string(access.FieldManage))})

var (
	every = db.SQL(`SELECT l.id, l.tab, l.fields, l.version FROM {page_layouts l}`, Table)
	drop  = db.SQL(`DELETE FROM {page_layouts!change l} WHERE l.id = :id`, Table)
)

type row struct {
	ID      string      `db:"id"`
	Tab     string      `db:"tab"`
	Fields  api.Strings `db:"fields"`
	Version int64       `db:"version"`
}

type newRow struct {
	row
	UpdatedAt int64 `db:"updated_at"`
}

type changedRow struct {
	Tab    string      `db:"tab"`
	Fields api.Strings `db:"fields"`
}

// Routes are the operations on layouts.
func (s *Service) Routes(r *api.Router) {
	at := func(path string, may access.Permission) api.Op { return api.Op{Path: path, May: may} }
	api.List(r, at("/layout", access.Self), s.Mine)
	api.List(r, at("/layouts", access.FieldManage), s.List)
	api.Change(r, at("/layouts/{id}", access.FieldManage), s.Change)
	api.Act(r, at("/layouts/{id}/reset", access.FieldManage), s.Reset)
}

// Mine is the page as it stands for the viewer: that of the first of his roles which has one.
func (s *Service) Mine(ctx context.Context, who access.Actor, _ struct{}) (Page, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (Page, error) {
		roles, err := account.AllRoles(tx, api.LanguageOf(ctx))
		if err != nil {
			return common, err
		}
		rows, err := s.rows(tx)
		if err != nil {
			return common, err
		}
		for _, r := range roles {
			if !who.Holds([]string{r.ID}) {
				continue
			}
			if own, ok := rows[r.ID]; ok {
				return Page{own.Tab, own.Fields}, nil
			}
			if p, ok := shipped[r.Code]; ok {
				return p, nil
			}
		}
		return common, nil
	})
}

func (s *Service) rows(tx *db.Tx) (map[string]row, error) {
	all, err := db.All[row](tx.As(program), every, nil)
	by := map[string]row{}
	for _, r := range all {
		by[r.ID] = r
	}
	return by, err
}

// List gives the layout of every role.
func (s *Service) List(ctx context.Context, who access.Actor, _ struct{}) (api.Items[Layout], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (out api.Items[Layout], err error) {
		out.Items, err = s.all(tx, api.LanguageOf(ctx))
		return out, err
	})
}

func (s *Service) all(tx *db.Tx, lang string) (out []Layout, err error) {
	roles, err := account.AllRoles(tx, lang)
	if err != nil {
		return nil, err
	}
	rows, err := s.rows(tx)
	for _, r := range roles {
		l := Layout{RoleID: r.ID, Role: r.Name, Page: common, Version: 1}
		if p, ok := shipped[r.Code]; ok {
			l.Page = p
		}
		if own, ok := rows[r.ID]; ok {
			l.Page, l.Ours, l.Version = Page{own.Tab, own.Fields}, true, own.Version
		}
		out = append(out, l)
	}
	return out, err
}

func (s *Service) one(tx *db.Tx, lang, id string, version int64) (Layout, error) {
	all, err := s.all(tx, lang)
	if err != nil {
		return Layout{}, err
	}
	at := slices.IndexFunc(all, func(l Layout) bool { return l.RoleID == id })
	switch {
	case at < 0:
		return Layout{}, db.ErrNotFound
	case version > 0 && all[at].Version != version:
		return Layout{}, db.ErrStale
	}
	return all[at], nil
}

// Change says how the page stands for a role. Errors: 422 for a tab or a field that there is not.
func (s *Service) Change(ctx context.Context, who access.Actor, id string, version int64, in Change) (Layout, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Layout, err error) {
		if err := tx.Lock("page_layouts"); err != nil {
			return none, err
		}
		l, err := s.one(tx, api.LanguageOf(ctx), id, version)
		if err != nil {
			return none, err
		}
		diffs := api.Apply(&l.Page, in)
		if err := s.judge(tx, &l.Page); err != nil {
			return none, err
		}
		if !l.Ours {
			if err := tx.Insert(Table, newRow{row{id, l.Tab, l.Fields, 1}, tx.At()}); err != nil {
				return none, err
			}
		}
		if err := tx.Update(Table, id, l.Version, changedRow{l.Tab, l.Fields}); err != nil {
			return none, err
		}
		if err := audit.Note(tx, audit.Entry{Action: "layout.change", Kind: "role", Record: id, Changes: audit.Changes(diffs, nil), Details: map[string]any{"name": l.Role}}); err != nil {
			return none, err
		}
		return s.one(tx, api.LanguageOf(ctx), id, 0)
	})
}

func (s *Service) judge(tx *db.Tx, p *Page) error {
	ours, err := s.Own.Of(tx, "customer")
	if err != nil {
		return err
	}
	if !slices.Contains(Tabs, p.Tab) {
		return fault.Rule("invalid", "tab")
	}
	fields := api.Strings{}
	for _, name := range p.Fields {
		if !slices.ContainsFunc(customer.Catalogue.Fields, func(f customfield.Field) bool { return f.Name == name }) && !slices.ContainsFunc(ours, func(f own.Field) bool { return f.Name == name }) {
			return fault.Rule("invalid", "fields")
		}
		if !slices.Contains(fields, name) {
			fields = append(fields, name)
		}
	}
	p.Fields = fields
	return nil
}

// Reset gives a role the layout of the house back.
func (s *Service) Reset(ctx context.Context, who access.Actor, id string, version int64) (Layout, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Layout, err error) {
		if err := tx.Lock("page_layouts"); err != nil {
			return none, err
		}
		l, err := s.one(tx, api.LanguageOf(ctx), id, version)
		if err != nil || !l.Ours {
			return l, err
		}
		if _, err := tx.ChangeAll(drop, db.Args{"id": id}); err != nil {
			return none, err
		}
		if err := audit.Note(tx, audit.Entry{Action: "layout.reset", Kind: "role", Record: id, Details: map[string]any{"name": l.Role}}); err != nil {
			return none, err
		}
		return s.one(tx, api.LanguageOf(ctx), id, 0)
	})
}
