package ladder

import (
	"slices"
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/crm/customer"
	"zhike/internal/platform/db"
)

var (
	users       = db.SQL(`SELECT u.id, u.name, u.department_id, u.role_ids FROM {users u} WHERE u.state = 'active'`, account.Users)
	departments = db.SQL(`SELECT d.id, d.parent_id, d.leader_id FROM {departments d} ORDER BY d.position, d.name, d.id`, account.Departments)
	roles       = db.SQL(`SELECT r.id, r.code FROM {roles r}`, account.Roles)
)

// The program's own acts here: knowing who works here, whoever asks.
var program = access.Program("alert ladder")

type person struct {
	ID         string            `db:"id"`
	Name       string            `db:"name"`
	Department api.Ref           `db:"department_id"`
	Roles      db.JSON[[]string] `db:"role_ids"`
}

type department struct {
	ID     string  `db:"id"`
	Parent api.Ref `db:"parent_id"`
	Leader api.Ref `db:"leader_id"`
}

// A Company is who works here and who leads whom, read once for a sweep.
type Company struct {
	active      map[string]person
	all         []person
	departments map[string]department
	order       []department
	roles       map[string]string // code → id
	sees        func(user, customer string) (bool, error)
}

// CompanyOf reads it; actor gives somebody with his rights of today.
func CompanyOf(tx *db.Tx, actor func(*db.Tx, string) (access.Actor, error)) (c Company, err error) {
	p := tx.As(program)
	c = Company{active: map[string]person{}, departments: map[string]department{}, roles: map[string]string{}}
	if c.all, err = db.All[person](p, users, nil); err != nil {
		return c, err
	}
	for _, u := range c.all {
		c.active[u.ID] = u
	}
	if c.order, err = db.All[department](p, departments, nil); err != nil {
		return c, err
	}
	for _, d := range c.order {
		c.departments[d.ID] = d
	}
	named, err := db.All[struct {
		ID   string `db:"id"`
		Code string `db:"code"`
	}](p, roles, nil)
	for _, r := range named {
		c.roles[r.Code] = r.ID
	}
	c.sees = func(user, id string) (bool, error) {
		who, err := actor(tx, user)
		if err != nil || !who.Can(access.CustomerRead) {
			return false, err
		}
		return tx.As(who).Reaches(customer.Table, id, customer.Table.ToSee())
	}
	return c, err
}

// Name of somebody who is active.
func (c Company) Name(user string) string { return c.active[user].Name }

// About is what people are told about.
type About struct{ Customer, Owner, Department, Manager, RecordOwner string }

// Told are the people of a rung; where it has nobody, those of the next that has, and where none has, the customer's owner.
func (c Company) Told(rungs []Rung, i int, f About) ([]string, error) {
	for ; i < len(rungs); i++ {
		var out []string
		for _, to := range rungs[i].To {
			some, err := c.named(to, f)
			if err != nil {
				return nil, err
			}
			for _, u := range some {
				if !slices.Contains(out, u) {
					out = append(out, u)
				}
			}
		}
		if len(out) > 0 {
			return out, nil
		}
	}
	return c.named("owner", f)
}

func (c Company) named(to string, f About) ([]string, error) {
	kind, id, _ := strings.Cut(to, ":")
	switch kind {
	case "owner":
		return c.fit(f.Customer, f.Owner)
	case "record_owner":
		return c.fit(f.Customer, f.RecordOwner)
	case "account_manager":
		return c.fit(f.Customer, f.Manager)
	case "leader", "next_leader":
		above, err := c.leaders(f.Department, f.Customer, f.Owner)
		n := map[string]int{"leader": 0, "next_leader": 1}[kind]
		if err != nil || len(above) <= n {
			return nil, err
		}
		return above[n : n+1], nil
	case "service_leader":
		return c.serviceLeader(f)
	case "user":
		return c.fit(f.Customer, id)
	case "role":
		var some []string
		for _, u := range c.all {
			if slices.Contains(u.Roles.V, id) || slices.Contains(u.Roles.V, c.roles[id]) && c.roles[id] != "" {
				some = append(some, u.ID)
			}
		}
		return c.fit(f.Customer, some...)
	}
	return nil, nil
}

// fit keeps who is active and sees the customer.
func (c Company) fit(customer string, some ...string) (out []string, err error) {
	for _, u := range some {
		if _, ok := c.active[u]; !ok {
			continue
		}
		ok, err := c.sees(u, customer)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, u)
		}
	}
	return out, nil
}

// leaders of a department and those above it, nearest first, each once, but one.
func (c Company) leaders(id, customer, but string) (out []string, err error) {
	for n := 0; id != "" && n < 50; n++ {
		d := c.departments[id]
		if l := string(d.Leader); l != "" && l != but && !slices.Contains(out, l) {
			fit, err := c.fit(customer, l)
			if err != nil {
				return nil, err
			}
			out = append(out, fit...)
		}
		id = string(d.Parent)
	}
	return out, nil
}

func (c Company) serves(u person) bool { return slices.Contains(u.Roles.V, c.roles["service"]) }

// serviceLeader leads whoever of customer service looks after the record; else whoever leads
// a department of people of customer service.
func (c Company) serviceLeader(f About) ([]string, error) {
	if u, ok := c.active[f.RecordOwner]; ok && c.serves(u) {
		if above, err := c.leaders(string(u.Department), f.Customer, ""); err != nil || len(above) > 0 {
			return above[:min(1, len(above))], err
		}
	}
	for _, d := range c.order {
		if d.Leader == "" || !slices.ContainsFunc(c.all, func(u person) bool { return c.serves(u) && string(u.Department) == d.ID }) {
			continue
		}
		if fit, err := c.fit(f.Customer, string(d.Leader)); err != nil || len(fit) > 0 {
			return fit, err
		}
	}
	return nil, nil
}
