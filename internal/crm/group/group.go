// Package group is 集团: the tree of customers that belong to one another by 上级客户, a field
// that every company has (x_parent). A viewer sees of it what he reaches, and no more.
package group

import (
	"context"
	"slices"
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/customfield/own"
	"zhike/internal/crm/customer"
	"zhike/internal/platform/db"
)

// Parent is the field that names whom a customer belongs to.
const Parent = "x_parent"

// How far a tree is followed.
const (
	mostLevels = 8
	mostNodes  = 200
)

const (
	told  = `SELECT c.id, c.name, c.kind, c.stage, c.grade, c.owner_id, o.name AS owner_name, v.text AS parent_id FROM {customers c} LEFT JOIN {users o} ON o.id = c.owner_id `
	above = `LEFT JOIN {custom_value v} ON v.record_id = c.id AND v.field_id = :field `
	below = `JOIN {custom_value v} ON v.record_id = c.id AND v.field_id = :field `
)

var (
	one     = db.SQL(told+above+`WHERE c.id = :id`, customer.Table, account.Users, own.Rows)
	belongs = db.SQL(told+below+`WHERE v.text IN (:parents) ORDER BY c.id LIMIT :most`, customer.Table, account.Users, own.Rows)
)

// A Node is one customer of a group, with those that belong to it.
type Node struct {
	ID        string   `db:"id" json:"id"`
	Name      string   `db:"name" json:"name"`
	Kind      string   `db:"kind" json:"kind"`
	Stage     string   `db:"stage" json:"stage"`
	Grade     api.Text `db:"grade" json:"grade"`
	OwnerID   api.Ref  `db:"owner_id" json:"owner_id"`
	OwnerName api.Text `db:"owner_name" json:"owner_name"`
	ParentID  api.Ref  `db:"parent_id" json:"parent_id" doc:"Null at the top, and where the viewer does not reach it."`
}

// A Group is its customers, each after the one it belongs to.
type Group struct {
	Items []Node `json:"items" doc:"Empty where a customer stands alone."`
	More  bool   `json:"more" doc:"The group is larger than is told: 200 customers, eight levels."`
}

// Service reads groups.
type Service struct {
	DB        *db.DB
	Own       *own.Book
	Customers *customer.Service
}

// Of gives the group of a customer: up to the highest that the viewer reaches, and all below.
func (s *Service) Of(ctx context.Context, who access.Actor, id string, _ struct{}) (Group, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (Group, error) { return s.in(tx, id) })
}

func (s *Service) in(tx *db.Tx, id string) (g Group, err error) {
	g.Items = []Node{}
	who, _ := tx.Who().(access.Actor)
	fields, err := s.Own.Of(tx, "customer")
	if err != nil || !slices.ContainsFunc(fields, func(f own.Field) bool { return f.Name == Parent && f.Active && f.Sees(who) }) {
		return g, err
	}
	top, err := s.top(tx, id)
	if err != nil {
		return g, err
	}
	top.ParentID = ""
	seen, level := map[string]bool{top.ID: true}, []string{top.ID}
	g.Items = append(g.Items, top)
	for depth := 0; len(level) > 0; depth++ {
		rows, err := db.All[Node](tx, belongs, db.Args{"field": Parent, "parents": level, "most": mostNodes + 1})
		if err != nil {
			return g, err
		}
		level = nil
		for _, n := range rows {
			if seen[n.ID] { // a ring ends where it began
				continue
			}
			if depth >= mostLevels || len(g.Items) >= mostNodes {
				g.More = true
				break
			}
			seen[n.ID] = true
			g.Items, level = append(g.Items, n), append(level, n.ID)
		}
		if g.More {
			break
		}
	}
	if len(g.Items) == 1 {
		g.Items = []Node{}
	}
	return g, s.named(tx, g.Items)
}

// top goes up as far as the viewer sees.
func (s *Service) top(tx *db.Tx, id string) (Node, error) {
	n, err := db.One[Node](tx, one, db.Args{"id": id, "field": Parent})
	seen := map[string]bool{id: true}
	for depth := 0; err == nil && n.ParentID != "" && !seen[string(n.ParentID)] && depth < mostLevels; depth++ {
		seen[string(n.ParentID)] = true
		up, found, err := db.Maybe[Node](tx, one, db.Args{"id": string(n.ParentID), "field": Parent})
		if err != nil || !found {
			return n, err
		}
		n = up
	}
	return n, err
}

// named gives individuals their names where the viewer may know them, and puts siblings in order.
func (s *Service) named(tx *db.Tx, all []Node) error {
	var ids []string
	for _, n := range all {
		ids = append(ids, n.ID)
	}
	clear, err := s.Customers.ClearNames(tx, ids)
	for i, n := range all {
		if name, ok := clear[n.ID]; ok {
			all[i].Name = name
		}
	}
	if len(all) > 1 {
		slices.SortStableFunc(all[1:], func(a, b Node) int { return strings.Compare(a.Name, b.Name) })
	}
	return err
}

// Routes is the one reading.
func (s *Service) Routes(r *api.Router) {
	api.ListUnder(r, api.Op{Path: "/customers/{id}/group", May: access.CustomerRead, On: customer.Table}, s.Of)
}
