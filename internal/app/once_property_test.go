package app

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"zhike/internal/base/api"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/followup"
	"zhike/internal/crm/task"
	"zhike/internal/platform/clock"
	"zhike/internal/platform/db"
	"zhike/internal/platform/db/dbtest"

	"pgregory.net/rapid"
)

var talksThere = db.SQL(`SELECT count(*) AS n FROM {follow_ups f}`, followup.Table)

// remembered is what the plain model knows of a key: whose, where, of what body, and which record it made.
type remembered struct {
	body, record, answer string
	at                   time.Time
	gone                 bool
}

// TestKeysServeOnce: two people send with few keys what makes records, again and again, here and there, and time passes. A key makes one record and answers with it for a day, to its
// person at its place; another body is refused; a refusal keeps no key; afterwards it serves anew.
func TestKeysServeOnce(t *testing.T) {
	hand := clock.At(start)
	dbtest.Each(t, hand.Now, func(outer *testing.T, d *db.DB) {
		hand.Set(start)
		w := peopled(outer, d, hand)
		mux := func() http.Handler {
			m := http.NewServeMux()
			w.Routes(m, w.who)
			return api.Serving{}.Guard(m)
		}
		places := []string{"/tasks"}
		for i := range 2 {
			c, err := w.Customers.Create(outer.Context(), w.actors["east"], customer.New{Duplicates: "new", Change: customer.Change{Kind: api.Some(customer.Enterprise), Name: api.Some(fmt.Sprintf("宁波%s泽科技有限公司", spelled(i)))}})
			must(outer, err)
			places = append(places, "/customers/"+c.ID+"/follow-ups")
		}
		seen := map[string]int{}
		lives(outer, 40, func(t *rapid.T, _ int) {
			server, kept, made := mux(), map[string]*remembered{}, map[string]bool{}
			hand.Advance(25 * time.Hour) // keys of another life
			stood := w.standingNow(t)
			post := func(t *rapid.T, wrong bool) {
				who, place, key := rapid.SampledFrom([]string{"east", "leader"}).Draw(t, "who"), rapid.SampledFrom(places).Draw(t, "place"), rapid.SampledFrom([]string{"k1", "k2", ""}).Draw(t, "key")
				title := rapid.SampledFrom([]string{"送样品上门", "送样品上门并记录"}).Draw(t, "title")
				body := fmt.Sprintf(`{"title":%q,"due_at":"2026-12-01T09:00:00+08:00"}`, title)
				if place != "/tasks" {
					body = fmt.Sprintf(`{"method":"call","content":"%s,谈了交期和付款方式"}`, title)
				}
				if wrong {
					body = strings.NewReplacer("2026-12-01T09:00:00+08:00", "2026-12-01T09", "call", "no such").Replace(body)
				}
				r := httptest.NewRequest("POST", api.Root+place, strings.NewReader(body))
				r.Header.Set("Content-Type", "application/json")
				if key != "" {
					r.Header.Set("Idempotency-Key", key)
				}
				rec := httptest.NewRecorder()
				server.ServeHTTP(rec, r.WithContext(context.WithValue(t.Context(), whoKey{}, w.actors[who])))
				var got struct{ ID, Code string }
				_ = json.Unmarshal(rec.Body.Bytes(), &got)
				k := kept[who+place+key]
				if k != nil && hand.Now().Sub(k.at) > 24*time.Hour {
					k = nil
					delete(kept, who+place+key)
				}
				status, code := 201, ""
				switch {
				case wrong && place == "/tasks": // no time at all: refused before anything is asked
					status, code = 422, "invalid"
				case k != nil && k.body != body:
					status, code = 409, "idempotency_mismatch"
				case k != nil && k.gone:
					status, code = 404, "not_found"
				case wrong:
					status, code = 422, "invalid"
				}
				if rec.Code != status || code != "" && got.Code != code {
					t.Fatalf("%d %s, the model says %d %s (%+v): %s", rec.Code, got.Code, status, code, k, rec.Body)
				}
				seen[fmt.Sprint(status, code)]++
				switch {
				case status != 201:
				case k != nil && (got.ID != k.record || rec.Body.String() != k.answer):
					t.Fatalf("the same answers otherwise: %s, and first %s", rec.Body, k.answer)
				case k != nil:
					seen["again"]++
				case made[got.ID]:
					t.Fatalf("%s was made before", got.ID)
				default:
					made[got.ID] = true
					if key != "" {
						kept[who+place+key] = &remembered{body: body, record: got.ID, answer: rec.Body.String(), at: hand.Now()}
					}
				}
			}
			t.Repeat(map[string]func(*rapid.T){
				"post":      func(t *rapid.T) { post(t, false) },
				"and again": func(t *rapid.T) { post(t, false) },
				"and on":    func(t *rapid.T) { post(t, false) },
				"wrong":     func(t *rapid.T) { post(t, true) },
				"delete": func(t *rapid.T) {
					for _, at := range []string{"eastk1", "eastk2", "leaderk1"} {
						k := kept[strings.Replace(at, "k", "/tasksk", 1)]
						if k == nil || k.gone {
							continue
						}
						if err := w.Tasks.Delete(t.Context(), w.actors["admin"], k.record, 1); err != nil {
							t.Fatal(err)
						}
						k.gone = true
						delete(made, k.record)
						return
					}
					t.Skip("nothing to delete")
				},
				"forget": func(t *rapid.T) {
					if err := api.ForgetKeys(t.Context(), w.DB); err != nil {
						t.Fatal(err)
					}
				},
				"start anew": func(*rapid.T) { server = mux() },
				"time": func(t *rapid.T) {
					hand.Advance(rapid.SampledFrom([]time.Duration{time.Minute, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour, 24*time.Hour + time.Millisecond}).Draw(t, "time"))
				},
				"": func(t *rapid.T) {
					if now := w.standingNow(t); now-stood != len(made) {
						t.Fatalf("%d records were made, the model says %d", now-stood, len(made))
					}
				},
			})
		})
		outer.Log("what came of it:", seen)
	})
}

// standingNow counts tasks and follow-ups.
func (w *world) standingNow(t *rapid.T) int {
	n, err := db.Read(t.Context(), w.DB, w.actors["admin"], func(tx *db.Tx) (int64, error) {
		tasks, err := w.Tasks.Counted(tx, task.Query{View: "open", Owner: "all"})
		if err != nil {
			return 0, err
		}
		talks, err := db.One[db.Count](tx, talksThere, nil)
		return tasks + talks.N, err
	})
	if err != nil {
		t.Fatal(err)
	}
	return int(n)
}
