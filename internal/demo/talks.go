package demo

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"zhike/internal/crm/followup"
	"zhike/internal/demo/season"
)

// talks are the words of generated follow-ups, by the stage in which they are said; to_X
// is the talk after which a customer moves to X.
type talks struct {
	Groups map[string][]template `json:"groups"`
	Ended  map[string][]template `json:"to_ended"`
	Next   map[string][]string   `json:"next"`
	Vows   map[string][]string   `json:"promises"`
}

// A template of a talk. In its words {a|b} is one of several, {2-5} a number, {who} what
// is known of the customer.
type template struct {
	Text       string   `json:"t"`
	Methods    []string `json:"m"`
	Kind       string   `json:"k"`
	Outcome    string   `json:"o"`
	Quote      string   `json:"q"`
	Conclusion string   `json:"c"`
	Form       string   `json:"f"` // of trade: machine or store; "" both
	Sources    []string `json:"s"`
}

var hole = regexp.MustCompile(`\{([^{}]*)\}`)
var span = regexp.MustCompile(`^(\d+)-(\d+)$`)

// say fills the holes of a text for a client, at a time.
func (f *fill) say(text string, slots map[string]string, at time.Time) string {
	for range 8 {
		if !strings.Contains(text, "{") {
			return text
		}
		text = hole.ReplaceAllStringFunc(text, func(h string) string {
			h = h[1 : len(h)-1]
			if strings.Contains(h, "|") {
				return pick(f, strings.Split(h, "|"))
			}
			if m := span.FindStringSubmatch(h); m != nil {
				from, _ := strconv.Atoi(m[1])
				to, _ := strconv.Atoi(m[2])
				return strconv.Itoa(f.between(from, to))
			}
			return f.slot(h, slots, at)
		})
	}
	return text
}

func (f *fill) slot(name string, slots map[string]string, at time.Time) string {
	if s, ok := slots[name]; ok {
		return s
	}
	c := f.crowd.Words
	switch name {
	case "date":
		t := season.Workday(at, f.between(3, 9))
		return fmt.Sprintf(c["date"], t.Month(), t.Day())
	case "month":
		return fmt.Sprintf(c["month"], at.AddDate(0, f.between(1, 3), 0).Month())
	case "rival":
		return pick(f, f.crowd.Rivals)
	}
	return "<" + name + "?>" // a test finds it
}

// words picks a template that was not said to this client yet: of the first group that
// has one, else any of the first.
func (f *fill) words(c *client, groups ...[]template) *template {
	var any []*template
	for n, group := range groups {
		var fresh []*template
		for i := range group {
			t := &group[i]
			if t.Form != "" && t.Form != c.trade.Form || len(t.Sources) > 0 && !slices.Contains(t.Sources, c.in.Source.V) {
				continue
			}
			if n == 0 {
				any = append(any, t)
			}
			if !c.said[t] {
				fresh = append(fresh, t)
			}
		}
		if len(fresh) > 0 {
			any = fresh
			break
		}
	}
	t := pick(f, any)
	c.said[t] = true
	return t
}

// spoken makes a talk of a template.
func (f *fill) spoken(c *client, t *template, at time.Time) said {
	n := 0
	if len(c.people) > 1 && f.chance(40) {
		n = f.rand.IntN(len(c.people))
	}
	slots := map[string]string{"who": c.people[n].call}
	for k, v := range c.slots {
		slots[k] = v
	}
	s := said{happened: at, with: []int{n}}
	s.in = followup.New{Method: pick(f, t.Methods), Kind: t.Kind, Outcome: t.Outcome, Content: f.say(t.Text, slots, at), Conclusion: f.say(t.Conclusion, slots, at), Quote: f.say(t.Quote, slots, at)}
	return s
}
