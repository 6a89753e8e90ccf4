package report

import (
	"cmp"
	"slices"
	"strings"

	"zhike/internal/base/account"
	"zhike/internal/base/customfield"
	"zhike/internal/base/dictionary"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/rule"
	"zhike/internal/platform/db"
)

// label is what a value is called; names of users and departments come later, all at once.
func (s *Service) label(v view, f customfield.Field, grain, value string) string {
	switch {
	case value == "":
		return v.word("report.none")
	case f.Kind == customfield.Industry:
		return rule.IndustryLabel(value, v.lang)
	case grain == "province":
		return rule.RegionLabel(value+"0000", v.lang)
	case f.Kind == customfield.Region:
		return rule.RegionLabel(value, v.lang)
	case !f.Custom && f.Name == "area":
		return rule.AreaName(value, v.lang)
	case f.Kind == customfield.Stage:
		if st, ok := v.words.StageByCode(dictionary.OfCustomer, value); ok {
			return st.Label(v.lang)
		}
	case f.Dictionary != "":
		return v.words.Label(v.lang, f.Dictionary, value)
	}
	return value
}

var (
	userNames = db.SQL(`SELECT u.id, u.name FROM {users u} WHERE u.id IN (:ids)`, account.Users)
	deptNames = db.SQL(`SELECT d.id, d.name FROM {departments d} WHERE d.id IN (:ids)`, account.Departments)
	custNames = db.SQL(`SELECT c.id, c.name FROM {customers c} WHERE c.id IN (:ids)`, customer.Table)
)

// name gives users, departments and customers among the keys their names.
func (s *Service) name(v view, out *Answer) error {
	for i, by := range out.By {
		field, _, _ := strings.Cut(by.Name, ":")
		field = field[strings.LastIndex(field, ".")+1:]
		var q db.Query
		switch {
		case field == "department_id":
			q = deptNames
		case field == "customer_id":
			q = custNames
		case strings.HasSuffix(field, "_id"):
			q = userNames
		default:
			continue
		}
		var ids []string
		for _, r := range out.Rows {
			if v := r.Keys[i].Value; v != "" && !slices.Contains(ids, v) {
				ids = append(ids, v)
			}
		}
		rows, err := db.All[struct {
			ID   string `db:"id"`
			Name string `db:"name"`
		}](v.tx, q, db.Args{"ids": ids})
		if err != nil {
			return err
		}
		names := map[string]string{}
		for _, r := range rows {
			names[r.ID] = r.Name
		}
		for k := range out.Rows {
			if key := &out.Rows[k].Keys[i]; names[key.Value] != "" {
				key.Label = names[key.Value]
			}
		}
	}
	return nil
}

// sortRows puts time in its order and everything else by its first figure, the greatest first.
func sortRows(rows []Row, by []string) {
	timed := func(i int) bool {
		return i < len(by) && strings.ContainsAny(by[i], ":") && slices.Contains(grains, by[i][strings.Index(by[i], ":")+1:])
	}
	slices.SortStableFunc(rows, func(a, b Row) int {
		for i := range by {
			if timed(i) {
				if c := strings.Compare(a.Keys[i].Value, b.Keys[i].Value); c != 0 {
					return c
				}
			}
		}
		x, y := int64(-1<<62), int64(-1<<62)
		if v := a.Figures[0].Value; v != nil {
			x = *v
		}
		if v := b.Figures[0].Value; v != nil {
			y = *v
		}
		if c := cmp.Compare(y, x); c != 0 {
			return c
		}
		for i := range by {
			if c := strings.Compare(a.Keys[i].Value, b.Keys[i].Value); c != 0 {
				return c
			}
		}
		return 0
	})
}
