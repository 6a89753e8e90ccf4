package vocabulary

import (
	"encoding/json"
	"slices"

	"zhike/internal/base/api"
	"zhike/internal/base/customfield/own"
	"zhike/internal/base/listview"
	"zhike/internal/crm/alert"
	"zhike/internal/crm/phrase"
	"zhike/internal/crm/report"
	"zhike/internal/crm/segment"
	"zhike/internal/platform/db"
)

var (
	segments   = db.SQL(`SELECT s.id, s.filter FROM {segments s}`, segment.Table)
	setSegment = db.SQL(`UPDATE {segments!change s} SET filter = :filter WHERE s.id = :id`, segment.Table)
	rules      = db.SQL(`SELECT r.id, r.filter FROM {alert_rules r} WHERE r.filter <> ''`, alert.Rules)
	setRule    = db.SQL(`UPDATE {alert_rules!change r} SET filter = :filter WHERE r.id = :id`, alert.Rules)
	views      = db.SQL(`SELECT v.id, v.filter FROM {list_views v} WHERE v.filter <> ''`, listview.Table)
	setView    = db.SQL(`UPDATE {list_views!change v} SET filter = :filter WHERE v.id = :id`, listview.Table)
	phrases    = db.SQL(`SELECT p.id, p.methods FROM {phrases p}`, phrase.Table)
	setPhrase  = db.SQL(`UPDATE {phrases!change p} SET methods = :tagged WHERE p.id = :id`, phrase.Table)
	reports    = db.SQL(`SELECT r.id, r.ask FROM {reports r}`, report.Table)
	setReport  = db.SQL(`UPDATE {reports!change r} SET ask = :ask WHERE r.id = :id`, report.Table)
)

// asked writes one word for another in what segments, alert rules, views of lists and kept reports ask, and in what phrases fit.
func (s *Service) asked(tx *db.Tx, dictionary string, fields []own.Field, word, to string) error {
	names := namesOf(dictionary, fields)
	for _, q := range []struct{ read, write db.Query }{{segments, setSegment}, {rules, setRule}, {views, setView}} {
		all, err := db.All[struct {
			ID     string `db:"id"`
			Filter string `db:"filter"`
		}](tx, q.read, nil)
		if err != nil {
			return err
		}
		for _, x := range all {
			if filter, changed := reask(x.Filter, names, word, to); changed {
				if _, err := tx.ChangeAll(q.write, db.Args{"id": x.ID, "filter": filter}); err != nil {
					return err
				}
			}
		}
	}
	if dictionary == "method" {
		if err := spoken(tx, word, to); err != nil {
			return err
		}
	}
	kept, err := db.All[struct {
		ID  string              `db:"id"`
		Ask db.JSON[report.Ask] `db:"ask"`
	}](tx, reports, nil)
	for _, x := range kept {
		filter, changed := reask(x.Ask.V.Filter, names, word, to)
		if !changed {
			continue
		}
		x.Ask.V.Filter = filter
		if _, err := tx.ChangeAll(setReport, db.Args{"id": x.ID, "ask": x.Ask}); err != nil {
			return err
		}
	}
	return err
}

// spoken writes one method for another where a phrase fits it.
func spoken(tx *db.Tx, word, to string) error {
	all, err := db.All[struct {
		ID      string      `db:"id"`
		Methods api.Strings `db:"methods"`
	}](tx, phrases, nil)
	if err != nil {
		return err
	}
	for _, p := range all {
		at := slices.Index(p.Methods, word)
		if at < 0 {
			continue
		}
		if p.Methods[at] = to; slices.Index(p.Methods, to) != at || slices.Contains(p.Methods[at+1:], to) {
			p.Methods = slices.Delete(p.Methods, at, at+1)
		}
		if _, err := tx.ChangeAll(setPhrase, db.Args{"id": p.ID, "tagged": p.Methods}); err != nil {
			return err
		}
	}
	return nil
}

// namesOf are the fields whose values are words of a dictionary, as filters name them.
func namesOf(dictionary string, fields []own.Field) (names []string) {
	for _, u := range uses {
		if u.dictionary == dictionary && u.field != "" {
			names = append(names, u.field, "customer."+u.field)
		}
	}
	switch dictionary {
	case "tag":
		names = append(names, "tags", "customer.tags")
	case "loss_reason":
		names = append(names, "loss_reason", "customer.loss_reason")
	}
	for _, f := range fields {
		names = append(names, f.Name, "customer."+f.Name)
	}
	return names
}

// reask writes one word for another in a filter tree, where it is a value of one of some fields.
func reask(filter string, names []string, word, to string) (string, bool) {
	var tree any
	if filter == "" || json.Unmarshal([]byte(filter), &tree) != nil {
		return filter, false
	}
	changed := false
	var walk func(any)
	walk = func(n any) {
		switch x := n.(type) {
		case []any:
			for _, y := range x {
				walk(y)
			}
		case map[string]any:
			name, _ := x["field"].(string)
			if !slices.Contains(names, name) {
				for _, y := range x {
					walk(y)
				}
				return
			}
			switch v := x["value"].(type) {
			case string:
				if v == word {
					x["value"], changed = to, true
				}
			case []any:
				texts, had := []any{}, false
				for _, y := range v {
					if y == any(word) {
						y, had = to, true
					}
					if !slices.Contains(texts, y) {
						texts = append(texts, y)
					}
				}
				if had {
					x["value"], changed = texts, true
				}
			}
		}
	}
	walk(tree)
	if !changed {
		return filter, false
	}
	out, err := json.Marshal(tree)
	return string(out), err == nil
}
