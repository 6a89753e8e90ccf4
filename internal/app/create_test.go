package app

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/crm/contact"
	"zhike/internal/crm/customer"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

func named(name string) customer.New {
	return customer.New{Change: customer.Change{Name: api.Some(name)}}
}

// TestJudgeSaysWhatCreateDoes: the preview of a form and the check of an import are
// refused with what CreateIn refuses, and write nothing (S40, S46, S47).
func TestJudgeSaysWhatCreateDoes(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		held := named("绍兴越岭茶业有限公司")
		held.CreditCode = api.Some("91330602MAXDEM072R")
		_, err := w.Customers.Create(t.Context(), w.actors["second"], held)
		must(t, err)
		wrong := named("公司")
		wrong.CreditCode, wrong.Industry = api.Some("91330602MAXDEM0729"), api.Some("Q99")
		wrong.Contacts = []contact.New{{Name: api.Some("钱一"), Mobile: api.Some("138****5678"), ReportsTo: api.Some("x")}}
		twin := named("绍兴越岭茶业有限责任公司")
		meant := twin
		meant.Duplicates = "new"
		code := named("杭州别家茶业有限公司")
		code.CreditCode = held.CreditCode
		past, future := named("宁波旧日茶业有限公司"), named("宁波来日茶业有限公司")
		past.Created, past.Imported = start.AddDate(-2, 0, 0).UnixMilli(), true
		future.Created = start.Add(time.Hour).UnixMilli()
		given, stolen, nobody := named("湖州给人茶业有限公司"), named("湖州给错茶业有限公司"), named("湖州没人茶业有限公司")
		given.OwnerID, stolen.OwnerID, nobody.OwnerID = w.users["mate"], w.users["mate"], "nobody"
		person := customer.New{Change: customer.Change{Name: api.Some("陆晓峰"), Kind: api.Some(customer.Individual)}, Contacts: []contact.New{{WeChat: api.Some("luxf")}}}
		for _, x := range []struct {
			as, refused string
			in          customer.New
		}{
			{"east", "", named("宁波麦垛茶业有限公司")}, {"east", "vague", wrong}, {"east", "duplicate_same", twin}, {"east", "", meant}, {"east", "duplicate_same", code},
			{"east", "", past}, {"east", "invalid", future}, {"east", "", given}, {"service", "not_yours", stolen}, {"east", "invalid", nobody}, {"east", "", person},
			{"marketing", "forbidden", named("舟山市场茶业有限公司")}, {"east", "required", customer.New{Change: customer.Change{Kind: api.Some(customer.Individual)}}},
		} {
			who := w.actors[x.as]
			var said error
			v, err := db.Read(t.Context(), w.DB, who, func(tx *db.Tx) (v customer.Verdict, _ error) {
				v, said = w.Customers.JudgeIn(tx, x.in)
				return v, nil
			})
			must(t, err)
			id, did := db.Write(t.Context(), w.DB, who, func(tx *db.Tx) (string, error) { return w.Customers.CreateIn(tx, x.in) })
			if !alike(said, did) || (said == nil) != (x.refused == "") || said != nil && fault.Code(said) != x.refused {
				t.Errorf("%s says %v: judged %v, done %v, want %q", x.as, x.in.Name.V, said, did, x.refused)
			}
			if x.refused == "duplicate_same" && v.Holder == "" {
				t.Errorf("%s: nobody is named as holder", x.in.Name.V)
			}
			if did != nil {
				continue
			}
			c, err := db.Read(t.Context(), w.DB, access.Program("test"), func(tx *db.Tx) (customer.Customer, error) { return w.Customers.Load(tx, id) })
			must(t, err)
			if c.Name != v.Name || string(c.ShortName) != v.ShortName || !reflect.DeepEqual(c.Missing, v.Missing) || c.Completeness != v.Completeness {
				t.Errorf("judged %+v, made %s %s %v %d", v, c.Name, c.ShortName, c.Missing, c.Completeness)
			}
			if made := int64(c.CreatedAt); x.in.Created > 0 && made != x.in.Created || int64(c.UpdatedAt) != start.UnixMilli() {
				t.Errorf("%s was made at %d and changed at %d", c.Name, made, c.UpdatedAt)
			}
		}
	})
}

// alike tells whether two refusals are one to the caller.
func alike(a, b error) bool {
	var x, y *fault.Fault
	if !errors.As(a, &x) || !errors.As(b, &y) {
		return a == nil && b == nil
	}
	return x.Kind == y.Kind && x.Code == y.Code && reflect.DeepEqual(x.Details, y.Details)
}
