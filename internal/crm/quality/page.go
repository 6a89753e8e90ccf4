package quality

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/setting"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/duplicate"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// What is looked at are customers in hand: with an owner, not archived.
const inHand = `c.owner_id IS NOT NULL AND NOT c.archived AND c.deleted_at = 0`

// mostMissed is how many customers the fields that are missed most are counted of: each has
// to be read. Where there are more, a department has to be chosen.
const mostMissed = 50_000

var (
	// Reads one index from end to end, and no row: customers_by_care.
	sums = db.SQL(`SELECT coalesce(c.department_id, '') AS department, coalesce(c.owner_id, '') AS owner, count(*) AS held, CAST(sum(c.completeness) AS BIGINT) AS score,
			count(CASE WHEN c.completeness < :low THEN 1 END) AS low, count(CASE WHEN c.status <> 'lost' THEN 1 END) AS checked,
			count(CASE WHEN c.status <> 'lost' AND c.checked_at < :begun AND c.created_at < :begun THEN 1 END) AS due,
			count(CASE WHEN c.last_follow_up_at < :edge THEN 1 END) AS silent
		FROM {customers c} WHERE `+inHand+` AND {filter} GROUP BY c.department_id, c.owner_id`, customer.Table)
	pairs = db.SQL(`SELECT coalesce(c.department_id, '') AS department, coalesce(c.owner_id, '') AS owner, count(*) AS pairs
		FROM {customers c} WHERE `+inHand+` AND c.id IN (SELECT s.customer_id FROM {suspects s} WHERE s.state = 'open' AND NOT s.away) AND {filter} GROUP BY c.department_id, c.owner_id`, customer.Table, duplicate.Table)
	lacks = db.SQL(`SELECT c.missing, count(*) AS n FROM {customers c} WHERE `+inHand+` AND {filter} GROUP BY c.missing`, customer.Table)
	open  = db.SQL(`SELECT s.customer_id AS id, 1 AS v FROM {suspects s} WHERE s.state = 'open' AND NOT s.away`, duplicate.Table)

	people = db.SQL(`SELECT u.id, u.name FROM {users u} WHERE u.id IN (:ids)`, account.Users)
	places = db.SQL(`SELECT d.id, d.name FROM {departments d} WHERE d.id IN (:ids)`, account.Departments)
)

// suspected answers {"field":"suspected","op":"eq","value":true}: who may be there twice.
func suspected(tx *db.Tx, _ *time.Location, op string, value json.RawMessage, _ func(string) (db.Cond, error)) (db.Cond, error) {
	yes, err := said(op, value, "suspected")
	if err != nil {
		return db.Nothing(), err
	}
	c, err := tx.Within(db.Col("c.id"), open, nil, db.With{}, "", nil)
	if !yes {
		c = db.Not(c)
	}
	return c, err
}

// missing answers {"field":"missing","op":"eq","value":"industry"}: who lacks a field.
func missing(_ *db.Tx, _ *time.Location, op string, value json.RawMessage, _ func(string) (db.Cond, error)) (db.Cond, error) {
	var name string
	if json.Unmarshal(value, &name) != nil || op != "eq" || name == "" || strings.ContainsFunc(name, func(r rune) bool { return r != '_' && r != '.' && (r < 'a' || r > 'z') && (r < '0' || r > '9') }) {
		return db.Nothing(), fault.Rule("invalid", "filter").With(map[string]any{"field": "missing"})
	}
	return db.When(`CAST(c.missing AS VARCHAR) LIKE :has ESCAPE '!'`, db.Args{"has": `%"` + strings.ReplaceAll(name, "_", "!_") + `"%`}), nil
}

// Query says which department, or which person's; left out is all in reach.
type Query struct {
	Department string `query:"department_id" maxLength:"64" doc:"One department alone; none: of no department."`
	Owner      string `query:"owner_id" maxLength:"64"`
}

// A Figure is a number, and the filter of the list of customers behind it.
type Figure struct {
	N      int64  `json:"n"`
	Filter string `json:"filter"`
}

// A Line is how the data of a department's or a person's customers stands.
type Line struct {
	ID           api.Ref  `json:"id"`
	Name         api.Text `json:"name"`
	Customers    Figure   `json:"customers"`
	Completeness int64    `json:"completeness" doc:"The mean, 0 to 100."`
	Low          Figure   `json:"low" doc:"Below low_below."`
	Checked      int64    `json:"checked" doc:"Checked in this period, of to_check."`
	ToCheck      int64    `json:"to_check"`
	Due          Figure   `json:"due" doc:"Still to be checked."`
	Silent       Figure   `json:"silent" doc:"No talk for silent_days, or none at all."`
	Suspects     Figure   `json:"suspects" doc:"May be there twice."`
	score        int64
}

// A Missed field, and how many lack it.
type Missed struct {
	Field  string `json:"field"`
	Figure Figure `json:"figure"`
}

// State of a company's data, as far as the viewer reaches.
type State struct {
	Period      Period   `json:"period"`
	LowBelow    int64    `json:"low_below"`
	SilentDays  int64    `json:"silent_days"`
	Total       Line     `json:"total"`
	Departments []Line   `json:"departments"`
	People      []Line   `json:"people"`
	Missed      []Missed `json:"missed"`
	TooMany     bool     `json:"too_many" doc:"What is missed most is told of a department or a person: there are too many customers to read."`
}

type sumRow struct {
	Department string `db:"department"`
	Owner      string `db:"owner"`
	Customers  int64  `db:"held"`
	Score      int64  `db:"score"`
	Low        int64  `db:"low"`
	Checked    int64  `db:"checked"`
	Due        int64  `db:"due"`
	Silent     int64  `db:"silent"`
}

type pairRow struct {
	Department string `db:"department"`
	Owner      string `db:"owner"`
	Suspects   int64  `db:"pairs"`
}

// Page tells how the data of customers stands, by department and by person.
func (s *Service) Page(ctx context.Context, who access.Actor, q Query) (State, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (out State, err error) {
		if out.Period, err = Now(tx); err != nil {
			return out, err
		}
		if out.LowBelow, err = setting.QualityLow.In(tx); err != nil {
			return out, err
		}
		if out.SilentDays, err = setting.QualitySilent.In(tx); err != nil {
			return out, err
		}
		zone, err := setting.Zone(tx)
		if err != nil {
			return out, err
		}
		w := db.With{Where: q.where()}
		rows, err := db.Find[sumRow](tx, sums, db.Args{"low": out.LowBelow, "begun": out.Period.begin.UnixMilli(), "edge": tx.Now().In(zone).AddDate(0, 0, -int(out.SilentDays)).UnixMilli()}, w)
		if err != nil {
			return out, err
		}
		twice, err := db.Find[pairRow](tx, pairs, nil, w)
		if err != nil {
			return out, err
		}
		out.fill(q, rows, twice)
		if err := names(tx, places, out.Departments); err != nil {
			return out, err
		}
		if err := names(tx, people, out.People); err != nil {
			return out, err
		}
		out.Missed = []Missed{}
		if out.TooMany = out.Total.Customers.N > mostMissed; !out.TooMany {
			out.Missed, err = s.missed(tx, q, w)
		}
		return out, err
	})
}

func (q Query) where() (out []db.Cond) {
	switch q.Department {
	case "":
	case "none":
		out = append(out, db.IsNull(db.Col("c.department_id")))
	default:
		out = append(out, db.Compare(db.Col("c.department_id"), "=", q.Department))
	}
	if q.Owner != "" {
		out = append(out, db.Compare(db.Col("c.owner_id"), "=", q.Owner))
	}
	return out
}

// fill adds rows up and gives every figure its filter.
func (out *State) fill(q Query, rows []sumRow, twice []pairRow) {
	departments, owners := map[string]*Line{}, map[string]*Line{}
	at := func(all map[string]*Line, id string) *Line {
		if all[id] == nil {
			all[id] = &Line{ID: api.Ref(id)}
		}
		return all[id]
	}
	for _, r := range rows {
		for _, l := range []*Line{&out.Total, at(departments, r.Department), at(owners, r.Owner)} {
			l.Customers.N += r.Customers
			l.score += r.Score
			l.Low.N += r.Low
			l.ToCheck += r.Checked
			l.Silent.N += r.Silent
			if out.Period.On {
				l.Due.N += r.Due
			}
		}
	}
	for _, r := range twice {
		for _, l := range []*Line{&out.Total, at(departments, r.Department), at(owners, r.Owner)} {
			l.Suspects.N += r.Suspects
		}
	}
	out.Total.tell(out, q.parts("", ""))
	out.Departments, out.People = []Line{}, []Line{}
	for id, l := range departments {
		l.tell(out, q.parts(cmp.Or(id, "none"), ""))
		out.Departments = append(out.Departments, *l)
	}
	for id, l := range owners {
		l.tell(out, q.parts("", id))
		out.People = append(out.People, *l)
	}
	worst := func(a, b Line) int {
		return cmp.Or(cmp.Compare(b.Due.N, a.Due.N), cmp.Compare(a.Completeness, b.Completeness), cmp.Compare(a.ID, b.ID))
	}
	slices.SortFunc(out.Departments, worst)
	slices.SortFunc(out.People, worst)
}

type leaf map[string]any

func is(field, op string, value any) leaf {
	l := leaf{"field": field, "op": op}
	if value != nil {
		l["value"] = value
	}
	return l
}

// parts are the conditions of a line's customers.
func (q Query) parts(department, owner string) []any {
	all := []any{is("owner_id", "not_empty", nil)}
	switch department = cmp.Or(department, q.Department); department {
	case "":
	case "none":
		all = append(all, is("department_id", "empty", nil))
	default:
		all = append(all, is("department_id", "eq", department))
	}
	if owner = cmp.Or(owner, q.Owner); owner != "" {
		all = append(all, is("owner_id", "eq", owner))
	}
	return all
}

func filter(parts []any, more ...any) string {
	text, _ := json.Marshal(map[string]any{"all": append(slices.Clone(parts), more...)}) // of maps and words
	return string(text)
}

// tell gives the figures of a line their filters.
func (l *Line) tell(s *State, parts []any) {
	if l.Customers.N > 0 {
		l.Completeness = (l.score + l.Customers.N/2) / l.Customers.N
	}
	if l.Checked = l.ToCheck - l.Due.N; !s.Period.On {
		l.Checked = 0
	}
	l.Customers.Filter = filter(parts)
	l.Low.Filter = filter(parts, is("completeness", "lt", s.LowBelow))
	l.Due.Filter = filter(parts, is("check_due", "eq", true))
	l.Silent.Filter = filter(parts, map[string]any{"any": []any{is("last_follow_up_at", "older_than_days", s.SilentDays), is("last_follow_up_at", "empty", nil)}})
	l.Suspects.Filter = filter(parts, is("suspected", "eq", true))
}

// missed counts what is missed, the most first.
func (s *Service) missed(tx *db.Tx, q Query, w db.With) ([]Missed, error) {
	rows, err := db.Find[struct {
		Missing api.Strings `db:"missing"`
		N       int64       `db:"n"`
	}](tx, lacks, nil, w)
	if err != nil {
		return nil, err
	}
	of := map[string]int64{}
	for _, r := range rows {
		for _, field := range r.Missing {
			of[field] += r.N
		}
	}
	out := []Missed{}
	for field, n := range of {
		out = append(out, Missed{field, Figure{n, filter(q.parts("", ""), is("missing", "eq", field))}})
	}
	slices.SortFunc(out, func(a, b Missed) int {
		return cmp.Or(cmp.Compare(b.Figure.N, a.Figure.N), cmp.Compare(a.Field, b.Field))
	})
	return out[:min(len(out), 12)], nil
}

// names gives lines the names of what they are of.
func names(tx *db.Tx, q db.Query, lines []Line) error {
	var ids []string
	for _, l := range lines {
		if l.ID != "" {
			ids = append(ids, string(l.ID))
		}
	}
	if len(ids) == 0 {
		return nil
	}
	rows, err := db.All[struct {
		ID   string `db:"id"`
		Name string `db:"name"`
	}](tx, q, db.Args{"ids": ids})
	if err != nil {
		return err
	}
	for i := range lines {
		for _, r := range rows {
			if r.ID == string(lines[i].ID) {
				lines[i].Name = api.Text(r.Name)
			}
		}
	}
	return nil
}
