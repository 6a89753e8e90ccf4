package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"zhike/internal/app/house"
	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/customfield"
	"zhike/internal/crm/contact"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/feedback"
	"zhike/internal/crm/followup"
	"zhike/internal/crm/need"
	"zhike/internal/crm/order"
	"zhike/internal/platform/clock"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
	"zhike/internal/platform/db/dbtest"
	"zhike/internal/platform/fault"

	"pgregory.net/rapid"
)

// A sieve is a company with a few records of every kind, to be filtered.
type sieve struct {
	*House
	who  access.Actor
	keep map[string]func(filter string) ([]string, error)
	all  map[string][]string
}

func newSieve(t testing.TB, d *db.DB) *sieve {
	keys, _, err := crypt.Create(crypt.NewKEK())
	mustHold(t, err)
	h := house.Build(d, keys)
	s := &sieve{House: h, all: map[string][]string{}}
	mustHold(t, h.Ready(t.Context()))
	first, err := h.Account.First(t.Context(), account.SetUp{Company: "总部", Login: "admin", Name: "管理员", Password: secret})
	mustHold(t, err)
	s.who, err = db.Read(t.Context(), d, program, func(tx *db.Tx) (access.Actor, error) { return h.Account.ActorOf(tx, first.ID) })
	mustHold(t, err)
	for i, name := range []string{"温州甲泽食品有限公司", "杭州乙云软件有限公司", "北京100%_丙机械有限公司", "丁's贸易有限公司", "嘉兴戊纺织有限公司"} {
		in := customer.New{Change: customer.Change{Kind: api.Some(customer.Institution), Name: api.Some(name)}, Duplicates: "new"}
		if i%2 == 0 { // the others lack nearly everything
			in.Region, in.Industry, in.Employees, in.AnnualRevenueFen, in.Tags = api.Some("330300"), api.Some("C14"), api.Some(int64(100*i)), api.Some(int64(31415926)), api.Some([]string{"cost_efficiency", "new_channels"}[:1+i/4])
			in.Grade, in.Remark = api.Some("A"), api.Some("说过")
			in.Contacts = []contact.New{{Name: api.Some("欧阳修远"), Primary: api.Some(true)}}
		}
		c, err := h.Customers.Create(t.Context(), s.who, in)
		mustHold(t, err)
		if i > 2 {
			continue
		}
		_, err = h.FollowUps.Record(t.Context(), s.who, c.ID, followup.New{Method: []string{"call", "visit", "wechat"}[i], Content: "谈了交期和价格"})
		mustHold(t, err)
		_, err = h.Needs.Create(t.Context(), s.who, need.New{CustomerID: c.ID, Kind: "product", Description: "想要样机看看"})
		mustHold(t, err)
		_, err = h.Feedback.Create(t.Context(), s.who, feedback.New{CustomerID: c.ID, Kind: "complaint", Description: "晚到三天没有通知"})
		mustHold(t, err)
	}
	const most = 100
	s.keep = map[string]func(string) ([]string, error){
		"customer": func(f string) ([]string, error) {
			p, err := h.Customers.List(context.Background(), s.who, api.ListQuery{Filter: f, Limit: most, Count: true})
			return ids(p.Items, func(x customer.Summary) string { return x.ID }), err
		},
		"follow_up": func(f string) ([]string, error) {
			p, err := h.FollowUps.List(context.Background(), s.who, followup.Query{Filter: f, Limit: most})
			return ids(p.Items, func(x followup.FollowUp) string { return x.ID }), err
		},
		"need": func(f string) ([]string, error) {
			p, err := h.Needs.List(context.Background(), s.who, need.Query{Filter: f, Limit: most})
			return ids(p.Items, func(x need.Need) string { return x.ID }), err
		},
		"feedback": func(f string) ([]string, error) {
			p, err := h.Feedback.List(context.Background(), s.who, feedback.Query{Filter: f, Limit: most})
			return ids(p.Items, func(x feedback.Feedback) string { return x.ID }), err
		},
		"order": func(f string) ([]string, error) {
			p, err := h.Orders.List(context.Background(), s.who, order.Query{Filter: f, Limit: most, Sum: true})
			return ids(p.Items, func(x order.Order) string { return x.ID }), err
		},
	}
	for kind, keep := range s.keep {
		s.all[kind], err = keep("")
		mustHold(t, err)
	}
	return s
}

func mustHold(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func ids[T any](all []T, id func(T) string) []string {
	out := []string{}
	for _, x := range all {
		out = append(out, id(x))
	}
	slices.Sort(out)
	return out
}

// holds checks one filter: it is refused by name, or it and its opposite share the records out, and twice is once.
func (s *sieve) holds(t interface{ Fatalf(string, ...any) }, kind, text string) bool {
	kept, err := s.keep[kind](text)
	if err != nil {
		var f *fault.Fault
		if !errors.As(err, &f) || f.Kind == fault.Internal {
			t.Fatalf("%s filtered by %s: %v", kind, text, err)
		}
		return false
	}
	if strings.TrimSpace(text) == "" || strings.Count(text, "{") > 12 || len(text) > 1500 {
		return true // its opposite might be too deep or too long
	}
	rest := slices.DeleteFunc(slices.Clone(s.all[kind]), func(id string) bool { return slices.Contains(kept, id) })
	for form, want := range map[string][]string{
		`{"not":%[1]s}`:                           rest,
		`{"all":[%[1]s,%[1]s]}`:                   kept,
		`{"any":[%[1]s,{"any":[]}]}`:              kept,
		`{"all":[{"all":[]},%[1]s]}`:              kept,
		`{"any":[%[1]s,{"not":%[1]s}]}`:           s.all[kind],
		`{"all":[{"any":[%[1]s]},{"not":%[1]s}]}`: {},
	} {
		got, err := s.keep[kind](fmt.Sprintf(form, text))
		if err != nil && strings.Contains(err.Error(), "too_complex") {
			continue // it was as deep as one may be
		}
		if err != nil || !slices.Equal(got, want) {
			t.Fatalf("%s: %s keeps %v, but "+form+" keeps %v and not %v (%v)", kind, text, kept, text, got, want, err)
		}
	}
	return true
}

// filterValues are what people and attackers put into filters.
var filterValues = []string{`0`, `1`, `-1`, `100`, `31415926`, `9223372036854775807`, `-9223372036854775808`, `1e3`, `1.5`, `99999999999999999999`, `true`, `false`, `null`, `""`, `"me"`, `"A"`, `"C14"`, `"C"`, `"3303"`, `"330300"`, `"0000"`,
	`"cost_efficiency"`, `"温州"`, `"%"`, `"_"`, `"100%_丙"`, `"'"`, `"丁's"`, `"\\"`, `"\""`, `"\u0000"`, `"'); DROP TABLE customers; --"`, `"2026-03-02"`, `"2026-02-30"`, `"0000-00-00"`, `"9999-12-31"`, `"2026-03-02T01:00:00Z"`, `"0000-01-01T00:00:00Z"`,
	`["A"]`, `["A","B"]`, `[]`, `[""]`, `[null]`, `[0,100]`, `[100,0]`, `["2026-01-01","2026-12-31"]`, `["",""]`, `{}`, `{"field":"grade","op":"eq","value":"A"}`, `30`, `36500`, `36501`}

func filterTree(t *rapid.T, fields []customfield.Field, depth int) string {
	if shape := rapid.IntRange(0, 9).Draw(t, "shape"); depth > 0 && shape < 4 {
		var parts []string
		for range rapid.IntRange(0, 3).Draw(t, "parts") {
			parts = append(parts, filterTree(t, fields, depth-1))
		}
		switch {
		case shape < 2:
			return `{"all":[` + strings.Join(parts, ",") + `]}`
		case shape == 2:
			return `{"any":[` + strings.Join(parts, ",") + `]}`
		}
		return `{"not":` + filterTree(t, fields, depth-1) + `}`
	}
	f := rapid.SampledFrom(fields).Draw(t, "field")
	ops := append(slices.Clone(f.Operators), "eq")
	op, _ := json.Marshal(rapid.SampledFrom(ops).Draw(t, "op"))
	name, _ := json.Marshal(f.Name)
	value := rapid.SampledFrom(filterValues).Draw(t, "value")
	if rapid.IntRange(0, 9).Draw(t, "free") == 0 {
		b, _ := json.Marshal(rapid.String().Draw(t, "text"))
		value = string(b)
	}
	return `{"field":` + string(name) + `,"op":` + string(op) + `,"value":` + value + `}`
}

func (s *sieve) check(t *rapid.T) {
	kind := rapid.SampledFrom([]string{"customer", "customer", "customer", "follow_up", "need", "feedback", "order"}).Draw(t, "kind")
	fields := map[string]*customfield.Catalogue{"customer": s.Customers.Fields, "follow_up": s.FollowUps.Fields(), "need": s.Needs.Fields(), "feedback": s.Feedback.Fields(), "order": s.Orders.Fields()}
	s.holds(t, kind, filterTree(t, fields[kind].For(s.who), 3))
}

// TestFilters: any tree of fields, operators and values, on both databases.
func TestFilters(t *testing.T) {
	dbtest.Each(t, clock.At(start).Now, func(t *testing.T, d *db.DB) {
		s := newSieve(t, d)
		rapid.Check(t, s.check)
	})
}

// FuzzFilter goes on where TestFilters ends, on SQLite.
func FuzzFilter(f *testing.F) {
	s := newSieve(f, dbtest.SQLite(f, clock.At(start).Now))
	f.Fuzz(rapid.MakeFuzz(s.check))
}

// FuzzFilterText: any text at all for a tree, as the address of a list brings it.
func FuzzFilterText(f *testing.F) {
	s := newSieve(f, dbtest.SQLite(f, clock.At(start).Now))
	for _, text := range []string{"", " ", "{", `{"all":[]}`, `{"any":[]}`, `{"not":{}}`, `{"field":"name"}`, `{"field":"name","op":"eq","value":"x"}{}`, `{"all":null}`, `{"ALL":[]}`, `[]`, `null`, `{"field":"customer","op":"in","value":{"field":"grade","op":"eq","value":"A"}}`,
		`{"field":"segment","op":"in","value":["x"]}`, `{"field":"status_on","op":"eq","value":{"status":"potential","on":"2026-03-01"}}`, `{"field":"customer","op":"in"}`, strings.Repeat(`{"not":`, 40), `{"field":"talked_on","op":"between","value":["2026-01-01","2026-12-31"]}`} {
		for _, kind := range []string{"customer", "follow_up"} {
			f.Add(kind, text)
		}
	}
	f.Fuzz(func(t *testing.T, kind, text string) {
		if s.keep[kind] == nil {
			return
		}
		if text, err := url.QueryUnescape(url.QueryEscape(text)); err == nil && api.Holdable(text) {
			s.holds(t, kind, text)
		}
	})
}
