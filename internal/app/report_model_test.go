package app

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"testing"
	"time"

	"zhike/internal/base/api"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/feedback"
	"zhike/internal/crm/followup"
	"zhike/internal/crm/journey"
	"zhike/internal/crm/need"
)

// A life is what this test did with a customer, written down as it did it: what reports say
// is worked out of it a second time, without asking the product.
type life struct {
	id       string
	created  time.Time
	moves    []step // the first is its creation
	talks    []talk
	needs    []enquiry
	feedback []enquiry
	tags     []tagged
	wonAt    time.Time
}

type step struct {
	to string
	at time.Time
}
type talk struct {
	kind string
	at   time.Time
}
type enquiry struct {
	kind           string
	at, answeredAt time.Time
	closed         bool
}
type tagged struct {
	tag     string
	on, off time.Time
}

var statusOf = map[string]string{"first_contact": "potential", "need_clear": "interested", "proposal": "interested", "negotiating": "interested", "signed": "won", "paid": "won", "ended": "lost"}

// lives leads customers through five months, by chance but the same each time.
func (w *world) lives(t *testing.T) (all []*life) {
	t.Helper()
	ctx := t.Context()
	random := rand.New(rand.NewPCG(7, 11))
	owners := []string{"east", "mate", "first", "second"}
	ahead := map[string][]string{"first_contact": {"need_clear", "proposal", "ended"}, "need_clear": {"proposal", "ended"}, "proposal": {"negotiating", "need_clear"}, "negotiating": {"signed", "ended"},
		"signed": {"ended"}, "ended": {"first_contact"}}
	for i := range 14 {
		w.hand.Advance(time.Duration(random.IntN(70)+1) * time.Hour)
		who := w.actors[owners[i%4]]
		c, err := w.Customers.Create(ctx, who, customer.New{Change: customer.Change{Kind: api.Some(customer.Institution), Name: api.Some(fmt.Sprintf("衢州己原第%c幼儿园", []rune("一二三四五六七八九十百千甲乙")[i])), Industry: api.Some("C14")}, Duplicates: "new"})
		must(t, err)
		l := &life{id: c.ID, created: w.hand.Now(), moves: []step{{"first_contact", w.hand.Now()}}}
		must(t, w.effective(t, who, c.ID))
		all = append(all, l)
	}
	owner := func(i int) string { return owners[i%4] }
	for range 300 {
		w.hand.Advance(time.Duration(random.IntN(30)+1)*time.Hour + time.Duration(random.IntN(3600))*time.Second)
		i := random.IntN(len(all))
		l, who, now := all[i], w.actors[owner(i)], w.hand.Now()
		c, err := w.Customers.Get(ctx, who, l.id)
		must(t, err)
		switch random.IntN(6) {
		case 0, 1:
			at := l.moves[len(l.moves)-1].to
			to := ahead[at][random.IntN(len(ahead[at]))]
			_, err := w.Journeys.Move(ctx, who, l.id, c.Version, journey.Move{To: to, Reason: "price"})
			must(t, err)
			l.moves = append(l.moves, step{to, now})
			if statusOf[to] == "won" && statusOf[at] != "won" {
				l.wonAt = now
			}
		case 2:
			k := talk{[]string{"pre_sales", "sales"}[random.IntN(2)], now.Add(-time.Duration(random.IntN(30)) * time.Hour)}
			_, err := w.FollowUps.Record(ctx, who, l.id, followup.New{Method: "call", Content: "谈了样机和交期", Kind: k.kind, HappenedAt: api.On(k.at)})
			must(t, err)
			l.talks = append(l.talks, k)
		case 3:
			if len(l.needs) > 0 && random.IntN(2) == 0 {
				w.answer(t, owner(i), "/customers/"+l.id+"/needs", "/needs/", l.needs, []string{"in_progress", "done"}[random.IntN(2)])
				continue
			}
			kind := []string{"product", "technical"}[random.IntN(2)]
			_, err := w.Needs.Create(ctx, who, need.New{CustomerID: l.id, Kind: kind, Description: "需要样机说明"})
			must(t, err)
			l.needs = append(l.needs, enquiry{kind: kind, at: now})
		case 4:
			if len(l.feedback) > 0 && random.IntN(2) == 0 {
				w.answer(t, owner(i), "/customers/"+l.id+"/feedback", "/feedback/", l.feedback, "in_progress")
				continue
			}
			kind := []string{"complaint", "praise"}[random.IntN(2)]
			_, err := w.Feedback.Create(ctx, who, feedback.New{CustomerID: l.id, Kind: kind, Description: "送货晚了两天"})
			must(t, err)
			l.feedback = append(l.feedback, enquiry{kind: kind, at: now})
		case 5:
			tag := []string{"cost_efficiency", "new_channels"}[random.IntN(2)]
			l.tag(tag, now)
			var on []string
			for _, x := range l.tags {
				if x.off.IsZero() {
					on = append(on, x.tag)
				}
			}
			_, err := w.Customers.Change(ctx, who, l.id, c.Version, customer.Change{Tags: api.Some(on)})
			must(t, err)
		}
	}
	return all
}

// tag puts a tag on, or takes it off: within a day that is as if it had not been.
func (l *life) tag(tag string, now time.Time) {
	zone := start.Location()
	today := now.In(zone).Format(time.DateOnly)
	for i, x := range l.tags {
		switch {
		case x.tag != tag:
		case x.off.IsZero() && x.on.In(zone).Format(time.DateOnly) == today:
			l.tags = slices.Delete(l.tags, i, i+1)
			return
		case x.off.IsZero():
			l.tags[i].off = now
			return
		case x.off.In(zone).Format(time.DateOnly) == today:
			l.tags[i].off = time.Time{}
			return
		}
	}
	l.tags = append(l.tags, tagged{tag, now, time.Time{}})
}

// answer takes the first unanswered in hand, or moves an answered one on: the first answer counts.
func (w *world) answer(t *testing.T, as, list, at string, all []enquiry, state string) {
	t.Helper()
	i := slices.IndexFunc(all, func(a enquiry) bool { return a.answeredAt.IsZero() })
	if i < 0 {
		return
	}
	for _, x := range w.say(t, saying{as: as, call: "GET " + list + "?limit=200", status: 200})["items"].([]any) {
		m := x.(map[string]any)
		if m["responded_at"] == nil && m["created_at"].(string) == all[i].at.UTC().Truncate(time.Millisecond).Format("2006-01-02T15:04:05Z07:00") {
			body := `{"state":"` + state + `"}`
			if state == "done" {
				body = `{"state":"done","solution":"换了传感器,已恢复正常运行"}`
			}
			w.say(t, saying{as: as, call: "PATCH " + at + m["id"].(string), body: body, match: version(m), status: 200})
			all[i].answeredAt, all[i].closed = w.hand.Now(), state == "done"
			return
		}
	}
	t.Fatalf("%s does not hold what was asked at %v", list, all[i].at)
}

// The second computation, in the plainest way there is.

func (l *life) statusAt(at time.Time) (s string) {
	for _, m := range l.moves {
		if m.at.Before(at) {
			s = statusOf[m.to]
		}
	}
	return s
}

func (l *life) turned(from, to string, a, b time.Time) bool {
	for i := 1; i < len(l.moves); i++ {
		was, is := statusOf[l.moves[i-1].to], statusOf[l.moves[i].to]
		if was != is && is == to && (from == "" || was == from) && !l.moves[i].at.Before(a) && l.moves[i].at.Before(b) {
			return true
		}
	}
	return false
}

func howMany(all []*life, meets func(*life) bool) (n float64) {
	for _, l := range all {
		if meets(l) {
			n++
		}
	}
	return n
}

const theirs = `{"field":"name","op":"contains","value":"衢州己原"}`

// TestReportsAgainstAPlainComputation: growth, churn, the funnel, first responses, the trend of need tags, and the measures of ninety
// days, worked out a second time for every actor from what was done.
func TestReportsAgainstAPlainComputation(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		all := w.lives(t)
		zone := start.Location()
		now := w.hand.Now().In(zone)
		checked := 0
		for _, as := range []string{"east", "mate", "team", "first", "second", "leader", "executive"} {
			if w.users[as] == "" {
				continue
			}
			reached := w.filtered(t, as, theirs)
			var mine []*life
			for _, l := range all {
				if slices.Contains(reached, l.id) {
					mine = append(mine, l)
				}
			}
			ask := func(code, period string) [][]any {
				a := w.say(t, saying{as: as, call: "GET /reports/standard/" + code + "?" + period + "&filter=" + url.QueryEscape(theirs), status: 200})
				var rows [][]any
				for _, r := range a["rows"].([]any) {
					var row []any
					for _, k := range r.(map[string]any)["keys"].([]any) {
						row = append(row, k.(map[string]any)["value"])
					}
					for _, f := range r.(map[string]any)["figures"].([]any) {
						row = append(row, f.(map[string]any)["value"])
					}
					rows = append(rows, row)
				}
				return rows
			}
			is := func(what string, got, want any) {
				t.Helper()
				checked++
				if a, b := fmt.Sprint(got), fmt.Sprint(want); a != b {
					t.Errorf("%s: %s is %s, and %s by a plain computation", as, what, a, b)
				}
			}
			rate := func(of, n float64) any { // in hundredths of a percent, half up
				if n == 0 {
					return nil
				}
				return float64((int64(of)*20_000 + int64(n)) / (2 * int64(n)))
			}
			months := func(each func(name string, a, b time.Time)) {
				for m := time.Date(2026, 3, 1, 0, 0, 0, 0, zone); !m.After(now); m = m.AddDate(0, 1, 0) {
					each(m.Format("2006-01"), m, m.AddDate(0, 1, 0))
				}
			}
			row := func(rows [][]any, keys ...any) []any {
				for _, r := range rows {
					if slices.Equal(r[:len(keys)], keys) {
						return r[len(keys):]
					}
				}
				return nil
			}

			growth, churn := ask("growth", "period=this_year"), ask("churn", "period=this_year")
			months(func(name string, a, b time.Time) {
				in := func(at time.Time) bool { return !at.Before(a) && at.Before(b) }
				fresh := howMany(mine, func(l *life) bool { return in(l.created) })
				won := howMany(mine, func(l *life) bool { return l.turned("", "won", a, b) })
				lost := howMany(mine, func(l *life) bool { return l.turned("", "lost", a, b) })
				is("growth of "+name, row(growth, name), []any{fresh, won, lost, fresh - lost})
				held := howMany(mine, func(l *life) bool { return l.statusAt(a) == "won" })
				left := howMany(mine, func(l *life) bool { return l.turned("won", "lost", a, b) })
				is("churn of "+name, row(churn, name), []any{held, left, rate(left, held), rate(held-left, held)})
			})

			from, until := time.Date(2026, 4, 1, 0, 0, 0, 0, zone), time.Date(2026, 6, 1, 0, 0, 0, 0, zone)
			funnel := ask("funnel", "from=2026-04-01&to=2026-05-31")
			order := []string{"first_contact", "need_clear", "proposal", "negotiating", "signed", "paid"}
			for i, stage := range order {
				var in, on, deal float64
				var stays []int64
				for _, l := range mine {
					entered, wentOn, dealt := false, false, false
					for k, m := range l.moves {
						within := !m.at.Before(from) && m.at.Before(until)
						if m.to == stage && within {
							entered = true
							for _, next := range l.moves[k+1:] {
								wentOn = wentOn || next.to != stage && (slices.Contains(order[i+1:], next.to) || statusOf[next.to] == "won")
								dealt = dealt || statusOf[next.to] == "won"
							}
						}
						if k > 0 && l.moves[k-1].to == stage && within {
							stays = append(stays, m.at.Sub(l.moves[k-1].at).Milliseconds())
						}
					}
					in, on, deal = in+one(entered), on+one(wentOn), deal+one(dealt)
				}
				if statusOf[stage] == "won" {
					deal = in
				}
				var median any
				if n := len(stays); n > 0 {
					slices.Sort(stays)
					median = float64((stays[(n-1)/2] + stays[n/2]) * 100 / (2 * 24 * 3600 * 1000))
				}
				is("the funnel at "+stage, row(funnel, stage), []any{in, on, rate(on, in), rate(deal, in), median})
			}

			feedbackTimes := ask("first_response", "period=this_year")
			months(func(name string, a, b time.Time) {
				var sum, answered, n int64
				for _, l := range mine {
					for _, f := range l.feedback {
						if f.at.Before(a) || !f.at.Before(b) {
							continue
						}
						n++
						if !f.answeredAt.IsZero() {
							answered, sum = answered+1, sum+f.answeredAt.Sub(f.at).Milliseconds()
						}
					}
				}
				var mean any
				if answered > 0 {
					mean = float64((sum*200 + answered*3600_000) / (2 * answered * 3600_000))
				}
				if got := row(feedbackTimes, name); n > 0 || got != nil {
					is("first responses to feedback of "+name, got, []any{mean, float64(answered), float64(n)})
				}
			})

			trend := ask("need_tags", "period=this_year")
			months(func(name string, a, b time.Time) {
				for _, tag := range []string{"cost_efficiency", "new_channels"} {
					given := howMany(mine, func(l *life) bool {
						return slices.ContainsFunc(l.tags, func(x tagged) bool { return x.tag == tag && !x.on.Before(a) && x.on.Before(b) })
					})
					had := howMany(mine, func(l *life) bool {
						return slices.ContainsFunc(l.tags, func(x tagged) bool {
							return x.tag == tag && x.on.Before(b) && (x.off.IsZero() || !x.off.Before(b))
						})
					})
					if got := row(trend, name, tag); given+had > 0 || got != nil {
						is("tag "+tag+" in "+name, got, []any{given, had})
					}
				}
			})

			// The measures that stand in filters: who has exactly n, and who more.
			since := now.AddDate(0, 0, -90)
			three, six := now.AddDate(0, -3, 0), now.AddDate(0, -6, 0)
			measures := map[string]func(*life) (int, bool){
				"talks_90d": func(l *life) (n int, _ bool) {
					for _, k := range l.talks {
						if k.at.After(since) {
							n++
						}
					}
					return n, true
				},
				"complaints_90d": func(l *life) (n int, _ bool) {
					for _, f := range l.feedback {
						if f.kind == "complaint" && f.at.After(since) {
							n++
						}
					}
					return n, true
				},
				"open_needs": func(l *life) (n int, _ bool) {
					for _, x := range l.needs {
						if !x.closed {
							n++
						}
					}
					return n, true
				},
				"enquiries_growth": func(l *life) (int, bool) {
					recent, earlier := 0, 0
					at := func(x time.Time) {
						switch {
						case x.After(three):
							recent++
						case x.After(six):
							earlier++
						}
					}
					for _, k := range l.talks {
						if k.kind == "pre_sales" {
							at(k.at)
						}
					}
					for _, x := range l.needs {
						if x.kind == "product" {
							at(x.at)
						}
					}
					if earlier < 2 {
						return 0, false
					}
					return (recent - earlier) * 100 / earlier, true
				},
			}
			for name, of := range measures {
				for _, bound := range []int{-100, -50, 0, 1, 2, 3, 50, 100} {
					for op, holds := range map[string]func(int) bool{"eq": func(n int) bool { return n == bound }, "gte": func(n int) bool { return n >= bound }, "lt": func(n int) bool { return n < bound }} {
						var want []string
						for _, l := range mine {
							if n, known := of(l); known && holds(n) {
								want = append(want, l.id)
							}
						}
						slices.Sort(want)
						filter, _ := json.Marshal(map[string]any{"all": []any{json.RawMessage(theirs), map[string]any{"field": name, "op": op, "value": bound}}})
						is(fmt.Sprint(name, " ", op, " ", bound), w.filtered(t, as, string(filter)), want)
					}
				}
			}
		}
		if checked < 600 {
			t.Errorf("only %d figures were worked out twice", checked)
		}
	})
}

func one(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// all reads a whole list as an actor sees it.
func (w *world) all(t *testing.T, as, path, filter string) (rows []map[string]any) {
	t.Helper()
	for cursor := ""; ; {
		got := w.say(t, saying{as: as, call: "GET " + path + "?limit=200&filter=" + url.QueryEscape(filter) + "&cursor=" + url.QueryEscape(cursor), status: 200})
		for _, x := range got["items"].([]any) {
			rows = append(rows, x.(map[string]any))
		}
		next, _ := got["next"].(string)
		if cursor = next; cursor == "" {
			return rows
		}
	}
}

// TestRatesAndMeansAgainstAPlainComputation: what is no count or sum of a list is worked out of the
// rows of that list, one by one, for every actor and every group.
func TestRatesAndMeansAgainstAPlainComputation(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.year(t)
		checked := 0
		half := func(of, n float64) any { // a ratio in hundredths, half up
			if n == 0 {
				return nil
			}
			return float64((int64(of)*2 + int64(n)) / (2 * int64(n)))
		}
		num := func(r map[string]any, f string) float64 { v, _ := r[f].(float64); return v }
		for _, c := range []struct {
			subject, path, by string
			measures          string
			of                func(rows, all []map[string]any) []any
		}{
			{"customer", "/customers", "owner_id", `"count","share","won","won_rate","completeness"`, func(rows, all []map[string]any) []any {
				won, complete := 0.0, 0.0
				for _, r := range rows {
					won, complete = won+one(r["status"] == "won"), complete+num(r, "completeness")
				}
				n := float64(len(rows))
				return []any{n, half(n*10_000, float64(len(all))), won, half(won*10_000, n), half(complete*100, n)}
			}},
			{"order", "/orders", "owner_id", `"amount","amount_share","count","share","mean","customers"`, func(rows, all []map[string]any) []any {
				sum, whole, customers := 0.0, 0.0, map[any]bool{}
				for _, r := range rows {
					sum += num(r, "amount_fen")
					customers[r["customer_id"]] = true
				}
				for _, r := range all {
					whole += num(r, "amount_fen")
				}
				n := float64(len(rows))
				return []any{sum, half(sum*10_000, whole), n, half(n*10_000, float64(len(all))), half(sum, n), float64(len(customers))}
			}},
			{"follow_up", "/follow-ups", "author_id", `"count","share","late","on_time_rate","customers"`, func(rows, all []map[string]any) []any {
				late, own, customers := 0.0, 0.0, map[any]bool{}
				for _, r := range rows {
					late, own = late+one(r["late"] == true), own+one(r["imported"] != true)
					customers[r["customer_id"]] = true
				}
				n := float64(len(rows))
				return []any{n, half(n*10_000, float64(len(all))), late, half((own-late)*10_000, own), float64(len(customers))}
			}},
			{"need", "/needs", "kind", `"count","share","open","done_rate"`, func(rows, all []map[string]any) []any {
				open, done := 0.0, 0.0
				for _, r := range rows {
					open, done = open+one(r["state"] == "open" || r["state"] == "in_progress"), done+one(r["state"] == "done" || r["state"] == "closed")
				}
				n := float64(len(rows))
				return []any{n, half(n*10_000, float64(len(all))), open, half(done*10_000, n)}
			}},
			{"feedback", "/feedback", "kind", `"count","share","open","rated","satisfaction"`, func(rows, all []map[string]any) []any {
				open, rated, points := 0.0, 0.0, 0.0
				for _, r := range rows {
					open, rated, points = open+one(r["state"] != "closed"), rated+one(num(r, "satisfaction") > 0), points+num(r, "satisfaction")
				}
				n := float64(len(rows))
				return []any{n, half(n*10_000, float64(len(all))), open, rated, half(points*100, rated)}
			}},
		} {
			for _, as := range []string{"east", "mate", "first", "second", "leader", "executive"} {
				filter := `{"all":[]}`
				if c.subject == "order" {
					filter = `{"field":"state","op":"ne","value":"cancelled"}`
				}
				all := w.all(t, as, c.path, filter)
				groups := map[string][]map[string]any{}
				for _, r := range all {
					key, _ := r[c.by].(string)
					groups[key] = append(groups[key], r)
				}
				got := w.say(t, saying{as: as, call: "POST /reports/ask", body: fmt.Sprintf(`{"subject":%q,"measures":[%s],"by":[%q],"period":{"preset":"all"}}`, c.subject, c.measures, c.by), status: 200})
				figures := func(x any) (out []any) {
					for _, f := range x.([]any) {
						out = append(out, f.(map[string]any)["value"])
					}
					return out
				}
				if rows := got["rows"].([]any); len(rows) != len(groups) {
					t.Errorf("%s: %s has %d groups, and %d by a plain computation", as, c.subject, len(rows), len(groups))
				}
				for _, x := range got["rows"].([]any) {
					key := x.(map[string]any)["keys"].([]any)[0].(map[string]any)["value"].(string)
					if a, b := fmt.Sprint(figures(x.(map[string]any)["figures"])), fmt.Sprint(c.of(groups[key], all)); a != b {
						t.Errorf("%s: %s of %q is %s, and %s by a plain computation", as, c.subject, key, a, b)
					}
					checked++
				}
				if a, b := fmt.Sprint(figures(got["total"])), fmt.Sprint(c.of(all, all)); a != b {
					t.Errorf("%s: all %s are %s, and %s by a plain computation", as, c.subject, a, b)
				}
			}
		}
		if checked < 60 {
			t.Errorf("only %d groups", checked)
		}
	})
}
