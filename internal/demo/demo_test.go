package demo

import (
	"encoding/json"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"

	"zhike/internal/base/account"
	"zhike/internal/crm/rule"
	"zhike/internal/demo/mint"
	"zhike/internal/demo/story"
)

var sunday = time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC) // the morning of a Sunday in Hangzhou

// planned is a company on paper: no database is needed to plan one.
func planned(t *testing.T, count, days int, seed int64, now time.Time) *fill {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	f := &fill{Options: Options{Count: count, Days: days, Seed: seed, Now: now}, rand: rand.New(rand.NewPCG(uint64(seed), 1)), zone: zone,
		names: map[string]bool{}, planned: map[string]int{}, weights: map[int]float64{}}
	n := now.In(zone)
	f.today = time.Date(n.Year(), n.Month(), n.Day(), 0, 0, 0, 0, zone)
	for _, err := range []error{load(&f.company, "company.json"), load(&f.crowd, "crowd.json"), load(&f.talks, "talks.json"), f.plan()} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return f
}

func load[T any](into *T, name string) (err error) { *into, err = read[T](name); return err }

func TestPlan(t *testing.T) {
	for _, c := range []struct {
		name        string
		count, days int
		now         time.Time
	}{
		{"the demo", 200, 365, sunday},
		{"the smallest", LeastCustomers, LeastDays, sunday},
		{"an evening after 春节", 200, 365, time.Date(2026, 2, 27, 15, 30, 0, 0, time.UTC)},
		{"a year whose holidays are not known", 60, 365, time.Date(2029, 7, 3, 1, 0, 0, 0, time.UTC)},
		{"a large one", 1500, 365, sunday},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := planned(t, c.count, c.days, 1, c.now)
			if len(f.clients) != c.count+1 { // one of them goes into another
				t.Errorf("%d customers are planned, want %d", len(f.clients), c.count+1)
			}
			if low, high := 10*c.count, 15*c.count+60; f.talked < low || f.talked > high {
				t.Errorf("%d talks are planned, want %d to %d", f.talked, low, high)
			}
			begin := f.exact(-c.days-4, 0, 0)
			for _, a := range f.acts {
				if a.at.After(c.now) || a.at.Before(begin) {
					t.Errorf("%s at %s lies outside the history", a.what, a.at)
				}
			}
		})
	}
}

func TestSameSeedSameCompany(t *testing.T) {
	told := func(seed int64) string {
		f := planned(t, 80, 365, seed, sunday)
		var b strings.Builder
		for _, c := range f.clients {
			text, err := json.Marshal(c.in)
			if err != nil {
				t.Fatal(err)
			}
			b.Write(text)
			for _, p := range c.people {
				b.WriteString(p.in.Name.V + p.in.Mobile.V + p.in.Email.V)
			}
		}
		for _, a := range f.acts {
			b.WriteString(a.at.String() + a.what)
		}
		return b.String()
	}
	if once, again := told(7), told(7); once != again {
		t.Error("the same seed gave two companies")
	}
	if told(7) == told(8) {
		t.Error("two seeds gave the same company")
	}
}

var mobiles = regexp.MustCompile(`^1990000\d{4}$`)

// What stands in the demo must never be a real person's or company's.
func TestNothingIsReal(t *testing.T) {
	f := planned(t, 400, 365, 3, sunday)
	codes, names := map[string]bool{}, map[string]bool{}
	for _, c := range f.clients {
		name := c.in.Name.V
		if code := c.in.CreditCode.V; code != "" {
			if got, err := rule.CreditCode(code); err != nil || got != code || !strings.Contains(code, mint.Mark) {
				t.Errorf("%s has the code %s: %v", name, code, err)
			}
			if codes[code] {
				t.Errorf("the code %s is given twice", code)
			}
			codes[code] = true
		}
		if names[name] {
			t.Errorf("the name %s is given twice", name)
		}
		names[name] = true
		if c.in.Website.Set && !strings.HasSuffix(c.in.Website.V, ".example") {
			t.Errorf("%s has the website %s", name, c.in.Website.V)
		}
		for _, p := range c.people {
			if v := p.in.Mobile.V; v != "" && !mobiles.MatchString(v) {
				t.Errorf("%s of %s has the mobile %s", p.in.Name.V, name, v)
			}
			if v := p.in.Email.V; v != "" && !strings.HasSuffix(v, ".example") {
				t.Errorf("%s of %s has the address %s", p.in.Name.V, name, v)
			}
		}
	}
}

// Every text can be said: no hole stays open, nothing is vague, no number is hidden in it.
func TestWordsAreGood(t *testing.T) {
	f := planned(t, LeastCustomers, LeastDays, 1, sunday)
	slots := map[string]string{"who": "W", "line": "L", "pain": "P", "goal": "G", "prod": "HC-P100", "price": "16.8", "spot": "S", "qty": "Q", "sz": "Z"}
	good := func(text string) {
		t.Helper()
		if text == "" {
			return
		}
		for range 6 {
			said := f.say(text, slots, f.today)
			if strings.ContainsAny(said, "{}<>|") {
				t.Errorf("%q leaves a hole: %q", text, said)
			}
			if phrase, better, found := rule.BetterWording(said); found {
				t.Errorf("%q says %q; better %q", text, phrase, better)
			}
			if rule.Vague(said) || rule.HasNumber(said) {
				t.Errorf("%q is vague or holds a number", said)
			}
		}
	}
	groups := f.talks.Groups
	for name, group := range f.talks.Ended {
		groups["ended/"+name] = group
	}
	for _, stage := range []string{"open", "first_contact", "need_clear", "proposal", "negotiating", "signed", "paid", "in_use", "renewal", "issue", "ended", "analysis",
		"to_need_clear", "to_proposal", "to_negotiating", "to_signed", "to_paid", "to_in_use", "to_renewal", "to_issue", "to_analysis", "back", "back_in_use", "service", "meanwhile"} {
		forms := map[string]int{}
		for _, x := range groups[stage] {
			if len(x.Sources) == 0 {
				forms[x.Form]++
			}
		}
		if forms[""] == 0 && (forms["machine"] == 0 || forms["store"] == 0) {
			t.Errorf("%s has nothing to say to some", stage)
		}
	}
	for _, group := range groups {
		for _, x := range group {
			good(x.Text)
			good(x.Quote)
			good(x.Conclusion)
			if len(x.Methods) == 0 {
				t.Errorf("%q names no method", x.Text)
			}
		}
	}
	for _, texts := range f.talks.Next {
		for _, x := range texts {
			good(x)
		}
	}
	for _, texts := range f.talks.Vows {
		for _, x := range texts {
			good(x)
		}
	}
	for _, texts := range f.crowd.Texts {
		for _, x := range texts {
			good(x)
		}
	}
	stories, err := read[[]story.Story]("stories.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range stories {
		for _, a := range s.Acts {
			if a.Mend == "" { // the one that is mended on purpose
				good(a.Text)
			}
			good(a.Mend)
			good(a.Conclusion)
			good(a.Promise.What)
			good(a.Next.What)
		}
	}
}

// Everyone who may sign in has a login that the demo's password fits.
func TestStaff(t *testing.T) {
	f := planned(t, LeastCustomers, LeastDays, 1, sunday)
	for _, p := range f.company.Staff {
		if err := account.CheckPassword("kore-kufe-nafo-mape-43", p.Login, p.Name); err != nil {
			t.Errorf("%s: %v", p.Login, err)
		}
	}
}
