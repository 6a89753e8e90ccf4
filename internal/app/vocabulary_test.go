package app

import (
	"slices"
	"strings"
	"testing"

	"zhike/internal/base/api"
	"zhike/internal/base/customfield"
	"zhike/internal/base/customfield/own"
	"zhike/internal/base/dictionary"
	"zhike/internal/base/exchange"
	"zhike/internal/base/listview"
	"zhike/internal/crm/alert"
	"zhike/internal/crm/contact"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/feedback"
	"zhike/internal/crm/followup"
	"zhike/internal/crm/need"
	"zhike/internal/crm/order"
	"zhike/internal/crm/phrase"
	"zhike/internal/crm/report"
	"zhike/internal/crm/segment"
	"zhike/internal/crm/task"
	"zhike/internal/crm/vocabulary"
	"zhike/internal/platform/db"
	"zhike/internal/platform/db/dbtest"
	"zhike/internal/platform/fault"
)

// TestEveryWordIsFound: every field of a catalogue whose words a company can change is known to what merges words.
func TestEveryWordIsFound(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		all, err := w.Words.List(t.Context(), w.actors["admin"], struct{}{})
		must(t, err)
		fixed := map[string]bool{}
		for _, d := range all.Items {
			fixed[d.Code] = d.Fixed || d.Free // other text stands beside free ones: what was typed stays
		}
		for record, fields := range map[string][]customfield.Field{"customer": customer.Catalogue.Fields, "contact": contact.Catalogue.Fields, "follow_up": followup.Catalogue.Fields,
			"task": task.Catalogue.Fields, "need": need.Catalogue.Fields, "feedback": feedback.Catalogue.Fields, "order": order.Catalogue.Fields} {
			for _, f := range fields {
				if is, dict := fixed[f.Dictionary]; dict && !is && !vocabulary.Covers(f.Dictionary, record, f.Name) {
					t.Errorf("%s.%s takes words of %s, and merging them forgets it", record, f.Name, f.Dictionary)
				}
			}
		}
	})
}

// TestMergedWords (S18, S20): two words become one: in records of every kind, tags, the company's own fields, saved filters, and for
// imports; the word cannot be chosen or revived any more, and what is in use is not deleted.
func TestMergedWords(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, admin := t.Context(), w.actors["admin"]
		version := func(dict, code string) (v dictionary.Value) {
			t.Helper()
			all, err := w.Words.List(ctx, admin, struct{}{})
			must(t, err)
			for _, d := range all.Items {
				for _, x := range d.Values {
					if d.Code == dict && x.Code == code {
						return x
					}
				}
			}
			t.Fatalf("no %s.%s", dict, code)
			return v
		}
		one, other := w.placements["own"]["customers"], w.placements["binned"]["customers"]
		kinds := w.field(t, "合作产品", "choices", func(n *own.New) { n.Choices = []string{"包装机", "封箱机", "码垛机"} })
		first := w.field(t, "付款方", "choice", func(n *own.New) { n.Choices = []string{"总部", "总公司"} })
		code := func(f own.Field, label string) string {
			t.Helper()
			all, err := w.Words.List(ctx, admin, struct{}{})
			must(t, err)
			for _, d := range all.Items {
				for _, x := range d.Values {
					if d.Code == string(f.Dictionary) && x.Label == label {
						return x.Code
					}
				}
			}
			t.Fatal("no ", label)
			return ""
		}
		c, err := w.Customers.Get(ctx, admin, one)
		must(t, err)
		_, err = w.Customers.Change(ctx, admin, one, c.Version, customer.Change{Source: api.Some("exhibition"), Tags: api.Some([]string{"cost_efficiency", "new_channels"}), Custom: map[string]any{
			kinds.Name: []any{code(kinds, "包装机"), code(kinds, "封箱机")}, first.Name: code(first, "总公司")}})
		must(t, err)
		seg, err := w.Segments.Create(ctx, admin, segment.New{Name: "来源", Filter: `{"all":[{"field":"source","op":"in","value":["exhibition","online_promotion"]},{"not":{"field":"tags","op":"in","value":["cost_efficiency"]}}]}`, Shared: "all"})
		must(t, err)
		views := &listview.Service{DB: w.DB, Catalogues: w.Fields.Catalogues()}
		view, err := views.Create(ctx, w.actors["east"], listview.New{Record: "customer", Name: "展会来的", Filter: `{"all":[{"field":"source","op":"in","value":["exhibition"]}]}`})
		must(t, err)
		phrases := &phrase.Service{DB: w.DB, Book: w.Book}
		said, err := phrases.Create(ctx, w.actors["east"], phrase.New{Title: "问候", Text: "您好", Methods: []string{"call", "wechat", "visit"}})
		must(t, err)
		saved, err := w.Reports.Save(ctx, admin, report.Saving{Name: "来源", Ask: report.Ask{Subject: "order", Measures: []string{"count"}, Filter: `{"field":"customer","op":"in","value":{"field":"source","op":"in","value":["exhibition"]}}`}, Chart: "bar", Shared: "all"})
		must(t, err)
		rule, err := w.Alerts.Create(ctx, admin, alert.New{Name: "展会客户", Subject: "customer", Filter: `{"field":"source","op":"eq","value":"exhibition"}`, Clock: "last_talk", Rungs: []alert.Rung{{Limit: 48, Unit: "hours", To: []string{"owner"}}}})
		must(t, err)
		talk := w.placements["own"]["follow_ups"]
		for _, m := range []struct{ dict, from, to string }{{"source", "exhibition", "online_promotion"}, {"tag", "cost_efficiency", "new_channels"}, {"method", "call", "visit"}, {"contact_role", "decider", "user"},
			{string(kinds.Dictionary), code(kinds, "封箱机"), code(kinds, "码垛机")}, {string(first.Dictionary), code(first, "总公司"), code(first, "总部")}} {
			if err := w.Vocabulary.Delete(ctx, admin, m.dict, m.from, version(m.dict, m.from).Version); fault.Code(err) != "word_in_use" {
				t.Errorf("%s.%s was deleted: %v", m.dict, m.from, err)
			}
			was := version(m.dict, m.from)
			uses, err := w.Vocabulary.Uses(ctx, admin, m.dict, m.from)
			must(t, err)
			v, err := w.Vocabulary.Merge(ctx, admin, m.dict, m.from, was.Version, m.to)
			must(t, err)
			if !slices.Contains(v.Synonyms, was.LabelZH) || uses.Count == 0 {
				t.Errorf("%s: %v of %d uses", m.dict, v.Synonyms, uses.Count)
			}
			must(t, w.Vocabulary.Rewrite(ctx, m.dict, m.from, m.to))
			must(t, w.Vocabulary.Rewrite(ctx, m.dict, m.from, m.to)) // killed and done again
			if uses, err = w.Vocabulary.Uses(ctx, admin, m.dict, m.from); err != nil || uses.Count != 0 {
				t.Errorf("%s.%s is still used %d times, %v", m.dict, m.from, uses.Count, err)
			}
			now := version(m.dict, m.from)
			if string(now.Merged) != m.to || now.Active {
				t.Errorf("%+v", now)
			}
			if _, err := w.Words.Change(ctx, admin, m.dict, m.from, now.Version, dictionary.Change{Active: api.Some(true)}); err == nil {
				t.Errorf("%s.%s was revived", m.dict, m.from)
			}
		}
		c, err = w.Customers.Get(ctx, admin, one)
		must(t, err)
		if c.Source != "online_promotion" || len(c.Tags) != 1 || c.Tags[0] != "new_channels" || c.Custom[first.Name] != code(first, "总部") || len(c.Custom[kinds.Name].([]any)) != 2 {
			t.Errorf("%s %v %v", c.Source, c.Tags, c.Custom)
		}
		found, err := w.Customers.List(ctx, admin, api.ListQuery{Filter: `{"field":"tags","op":"in","value":["new_channels"]}`, Limit: 50})
		must(t, err)
		if len(found.Items) < 8 {
			t.Errorf("the filter finds %d", len(found.Items))
		}
		f, err := w.FollowUps.Get(ctx, admin, talk)
		must(t, err)
		if f.Method != "visit" {
			t.Errorf("the talk was a %s", f.Method)
		}
		bin, err := db.Read(ctx, w.DB, program, func(tx *db.Tx) (customer.Customer, error) { return w.Customers.Whole(tx, other) })
		must(t, err)
		if !slices.Equal(bin.Tags, []string{"new_channels"}) {
			t.Errorf("in the bin: %v", bin.Tags)
		}
		if v, err := views.Get(ctx, w.actors["east"], view.ID); err != nil || !strings.Contains(string(v.Filter), "online_promotion") || strings.Contains(string(v.Filter), "exhibition") {
			t.Errorf("a view asks %s, %v", v.Filter, err)
		}
		if p, err := phrases.Get(ctx, w.actors["east"], said.ID); err != nil || !slices.Equal(p.Methods, []string{"wechat", "visit"}) {
			t.Errorf("a phrase fits %v, %v", p.Methods, err)
		}
		s, err := w.Segments.Get(ctx, admin, seg.ID)
		must(t, err)
		r, err := w.Reports.GetSaved(ctx, admin, saved.ID)
		must(t, err)
		a, err := w.Alerts.Get(ctx, admin, rule.ID)
		must(t, err)
		for _, filter := range []string{s.Filter, r.Ask.Filter, a.Filter} {
			if strings.Contains(filter, "exhibition") || strings.Contains(filter, "cost_efficiency") || !strings.Contains(filter, "online_promotion") {
				t.Errorf("it still asks %s", filter)
			}
		}
		w.keepsFiles(t)
		i := w.brought(t, "admin", "customer", "a.csv", "客户名称,客户来源\n台州展会木器有限公司,展会推广\n", exchange.NewPlan{}, "check", "run")
		if i.Drafts != 1 || i.Bad != 0 {
			t.Errorf("the old word by sheet: %+v", i)
		}
		for table, rows := range dbtest.Dump(t, w.DB, "audit_entries", "dictionary_values", "jobs", "operations", "operation_items", "imports", "import_rows") {
			for _, row := range rows {
				if strings.Contains(row, "exhibition") || strings.Contains(row, "cost_efficiency") {
					t.Errorf("%s still says it: %.300s", table, row)
				}
			}
		}
	})
}

// TestMergeWordRefuses: what is fixed, grouped, or not there.
func TestMergeWordRefuses(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, admin := t.Context(), w.actors["admin"]
		for _, x := range []struct{ dict, from, to, code string }{{"urgency", "high", "low", "read_only"}, {"source", "other", "other", "invalid"}, {"source", "other", "nothing", "invalid"}, {"source", "nothing", "other", "not_found"},
			{"trade", "catering", "retail", "invalid"}, {"nothing", "a", "b", "not_found"}} {
			if _, err := w.Vocabulary.Merge(ctx, admin, x.dict, x.from, 1, x.to); fault.Code(err) != x.code {
				t.Errorf("%s.%s into %s: %v", x.dict, x.from, x.to, err)
			}
		}
		v, err := w.Words.Add(ctx, admin, "source", dictionary.New{Label: "同城活动", Code: "local"})
		must(t, err)
		must(t, w.Vocabulary.Delete(ctx, admin, "source", "local", v.Version))
		if _, err := w.Vocabulary.Uses(ctx, admin, "source", "local"); err != nil {
			t.Error(err)
		}
		if err := w.Vocabulary.Delete(ctx, admin, "source", "local", v.Version); fault.Code(err) != "not_found" {
			t.Errorf("deleted twice: %v", err)
		}
		if _, err := w.Words.Change(ctx, admin, "trade", "catering", 1, dictionary.Change{Parent: api.Some("retail")}); fault.Code(err) != "invalid" {
			t.Errorf("a group in a group: %v", err)
		}
	})
}
