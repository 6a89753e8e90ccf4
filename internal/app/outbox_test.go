package app

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/outbox"
	"zhike/internal/base/setting"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
	"zhike/internal/platform/job"
	"zhike/internal/platform/mail"
	"zhike/internal/platform/mail/mailtest"
	"zhike/internal/platform/outward"
)

// postal gives a world a mail server that runs here, and its people addresses.
func (w *world) postal(t *testing.T, s *mailtest.Server) {
	t.Helper()
	ctx := t.Context()
	w.Outbox.Mail = func(m mail.Server) mail.Server {
		m.Host, m.Port, m.Roots, m.Timeout = "127.0.0.1", s.Port, s.Roots, time.Second
		return m
	}
	_, err := w.Settings.Change(ctx, w.actors["admin"], setting.Change{Values: map[string]any{"mail.host": "mail.example", "mail.from": "crm@mail.example", "mail.user": "crm", "mail.password": canaryPassword}})
	must(t, err)
	for _, who := range []string{"east"} {
		_, err := w.Account.ChangeUser(ctx, program, w.users[who], 1, account.ChangedUser{Email: api.Some(who + "@mail.example")})
		must(t, err)
	}
}

// works has the queue do all that is due, at the hand's time.
func (w *world) works(t *testing.T, until func() bool) {
	t.Helper()
	w.Queue = nil
	q := w.Notices.Queue
	if !q.Working() {
		q.Start()
		t.Cleanup(func() {
			ctx, stop := context.WithTimeout(context.Background(), 5*time.Second)
			defer stop()
			q.Stop(ctx)
		})
	}
	for range 200 {
		if until() {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("the queue did not do it")
}

func (w *world) deliveries(t *testing.T, state string) []any {
	t.Helper()
	return w.say(t, saying{as: "admin", call: "GET /deliveries?state=" + state, status: 200})["items"].([]any)
}

// TestMailOfNotices: what a person is told goes to him by mail, many of a kind as one line,
// under a name that stays the same; nothing private is in it, nor in what the administrator sees.
func TestMailOfNotices(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		s := mailtest.Start(t, &mailtest.Server{User: "crm", Pass: canaryPassword}, "tls")
		w.postal(t, s)
		before := len(w.deliveries(t, "failed"))
		w.raise(t, 6, "mail")
		w.hand.Advance(time.Minute)
		w.works(t, func() bool { return len(s.Messages()) > 0 && len(w.deliveries(t, "sent")) > 0 })
		raw := s.Messages()[0]
		if !strings.Contains(raw, "east@mail.example") || strings.Contains(raw, canaryText) {
			t.Error(raw)
		}
		w.say(t, saying{as: "admin", call: "GET /deliveries?state=sent", status: 200, has: []string{`"way":"mail"`, `"user":"east"`}, lacks: []string{"mail.example", "甲", canaryPassword}})
		w.say(t, saying{as: "admin", call: "GET /settings", status: 200, has: []string{`"key":"mail.password","value":"***"`}, lacks: []string{canaryPassword}})
		w.say(t, saying{as: "admin", call: "GET /audit?limit=200", status: 200, has: []string{"mail.password"}, lacks: []string{canaryPassword, canaryToken}})
		w.say(t, saying{as: "admin", call: "PATCH /settings", body: `{"values":{"mail.port":587}}`, status: 200, has: []string{`"key":"mail.password","value":"***"`}})
		w.say(t, saying{as: "admin", call: "PATCH /settings", body: `{"values":{"mail.host":"elsewhere.example"}}`, status: 200, has: []string{`"key":"mail.password","value":""`}}) // not to be sent to another
		if n := len(w.deliveries(t, "failed")); n != before {
			t.Errorf("%d failed", n-before)
		}
	})
}

// TestMailServerDown: tried again with pauses; refused for good it is given up, and the administrator sees why and sends it again.
func TestMailServerDown(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		s := mailtest.Start(t, &mailtest.Server{User: "crm", Pass: canaryPassword}, "tls")
		w.postal(t, s)
		port := s.Port
		s.Port = 1 // nobody there
		w.raise(t, 1, "down")
		w.hand.Advance(time.Minute)
		waiting := func() bool {
			for _, x := range w.deliveries(t, "waiting") {
				if m := x.(map[string]any); m["way"] == "mail" && m["reason"] == "mail_unreachable" {
					return true
				}
			}
			return false
		}
		w.works(t, waiting)
		s.Port = port
		w.hand.Advance(20 * time.Second) // the first pause
		w.works(t, func() bool { return len(s.Messages()) == 1 })
		s.Pass = "changed"
		w.raise(t, 1, "refused")
		w.hand.Advance(time.Minute)
		failed := ""
		w.works(t, func() bool {
			for _, x := range w.deliveries(t, "failed") {
				if m := x.(map[string]any); m["way"] == "mail" && m["reason"] == "mail_auth" {
					failed = m["id"].(string)
				}
			}
			return failed != ""
		})
		s.Pass = canaryPassword
		w.say(t, saying{as: "admin", call: "POST /deliveries/" + failed + "/retry", status: 200, has: []string{`"state":"waiting"`}})
		w.works(t, func() bool { return len(s.Messages()) == 2 })
	})
}

// chatroom is a robot that runs here.
type chatroom struct {
	mu  sync.Mutex
	got []string
	say string
}

func (g *chatroom) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	b, _ := io.ReadAll(r.Body)
	g.mu.Lock()
	defer g.mu.Unlock()
	g.got = append(g.got, string(b))
	rw.Write([]byte(g.say))
}

func (g *chatroom) all() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return append([]string(nil), g.got...)
}

// TestRobots: a group hears what its channel takes, folded; a robot that is gone is said; a
// delivery found half done is sent once more and not twice; in a demo nothing leaves.
func TestRobots(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.Outbox.Out = outward.New(netip.MustParsePrefix("127.0.0.0/8"))
		must(t, w.Notices.Deliver(t.Context(), job.Job{})) // what the world itself was told
		g := &chatroom{say: `{"errcode":0,"errmsg":"ok"}`}
		s := httptest.NewServer(g)
		defer s.Close()
		// The world's own channel points outside: it is closed here.
		w.say(t, saying{as: "admin", call: "PATCH /channels/" + w.placements["own"]["channels"], body: `{"active":false}`, match: `"1"`, status: 200, has: []string{`"active":false`, `"signed":true`}, lacks: []string{canaryToken}})
		w.say(t, saying{as: "admin", call: "POST /channels", body: `{"name":"内网","kind":"wecom","url":"http://10.0.0.1/x","kinds":[]}`, status: 422, has: []string{"address_not_public"}})
		w.say(t, saying{as: "admin", call: "POST /channels", body: `{"name":"无","kind":"wecom","url":"` + s.URL + `","kinds":["nonsense"]}`, status: 422, has: []string{"kinds"}})
		c := w.say(t, saying{as: "admin", call: "POST /channels", body: `{"name":"销售群","kind":"wecom","url":"` + s.URL + `/send?key=` + canaryToken + `","kinds":["customer_given"]}`, status: 201, has: []string{`"host":"127.0.0.1`}, lacks: []string{canaryToken}})
		id := c["id"].(string)
		w.say(t, saying{as: "admin", call: "POST /channels/" + id + "/test", status: 200, has: []string{`"sent":true`}})
		if len(g.all()) != 1 || !strings.Contains(g.all()[0], "知客测试消息") {
			t.Fatal(g.all())
		}
		w.raise(t, 2, "group")
		w.hand.Advance(time.Minute)
		w.works(t, func() bool { return len(g.all()) == 2 })
		var said struct {
			Markdown struct{ Content string } `json:"markdown"`
		}
		must(t, json.Unmarshal([]byte(g.all()[1]), &said))
		if !strings.Contains(said.Markdown.Content, "east：系统 把客户「甲」转给了您") {
			t.Error(said.Markdown.Content)
		}
		half := func(cause string) string { // the program died between sending and noting it
			t.Helper()
			out, err := db.Write(t.Context(), w.DB, program, func(tx *db.Tx) (string, error) {
				ch, err := w.Outbox.Open(tx)
				if err != nil {
					return "", err
				}
				if err := w.Outbox.ToChannel(tx, ch[0], "notices", outbox.Text{Title: cause}, ""); err != nil {
					return "", err
				}
				d, err := db.One[struct {
					ID string `db:"id"`
				}](tx, firstDelivery, nil)
				if err != nil {
					return "", err
				}
				_, err = tx.ChangeAll(halfSent, db.Args{"id": d.ID, "repeats": map[string]int{"once": 0, "twice": 1}[cause]})
				return d.ID, err
			})
			must(t, err)
			return out
		}
		half("once")
		w.works(t, func() bool { return len(g.all()) == 3 })
		twice := half("twice")
		w.works(t, func() bool {
			for _, x := range w.deliveries(t, "failed") {
				if m := x.(map[string]any); m["id"] == twice {
					return m["reason"] == "unknown_outcome"
				}
			}
			return false
		})
		if len(g.all()) != 3 {
			t.Error("it was sent a third time")
		}
		g.mu.Lock()
		g.say = `{"errcode":93000,"errmsg":"invalid webhook url"}`
		g.mu.Unlock()
		w.say(t, saying{as: "admin", call: "POST /channels/" + id + "/test", status: 200, has: []string{`"sent":false`, `"reason":"robot_gone"`, `"code":93000`}, lacks: []string{canaryToken}})
		_, err := db.Write(t.Context(), w.DB, program, func(tx *db.Tx) (int, error) { return 0, setting.SetMeta(tx, "kind", "demo") })
		must(t, err)
		n := len(g.all())
		w.say(t, saying{as: "admin", call: "POST /channels/" + id + "/test", status: 409, has: []string{"nothing_leaves_demo"}})
		w.raise(t, 1, "demo")
		w.hand.Advance(time.Minute)
		w.works(t, func() bool { return len(w.deliveries(t, "held")) > 0 })
		if len(g.all()) != n {
			t.Error("it left a demo")
		}
	})
}

var halfSent = db.SQL(`UPDATE {deliveries!change d} SET state = 'sending', repeats = :repeats WHERE d.id = :id`, outbox.Deliveries)

// TestTurns: a robot takes 20 messages a minute; the rest waits for its turn, which is no attempt.
func TestTurns(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.Outbox.Out = outward.New(netip.MustParsePrefix("127.0.0.0/8"))
		g := &chatroom{say: `{"errcode":0}`}
		s := httptest.NewServer(g)
		defer s.Close()
		c, err := w.Outbox.Add(t.Context(), w.actors["admin"], outbox.NewChannel{Name: "群", Kind: "wecom", URL: crypt.NewSecret(s.URL), Kinds: []string{}})
		must(t, err)
		_, err = db.Write(t.Context(), w.DB, program, func(tx *db.Tx) (int, error) {
			for range 25 {
				if err := w.Outbox.ToChannel(tx, c, "notices", outbox.Text{Title: "x"}, ""); err != nil {
					return 0, err
				}
			}
			return 0, nil
		})
		must(t, err)
		w.works(t, func() bool { return len(g.all()) == 20 })
		time.Sleep(300 * time.Millisecond)
		if n := len(g.all()); n != 20 {
			t.Errorf("%d within one minute", n)
		}
		w.hand.Advance(62 * time.Second)
		w.works(t, func() bool { return len(g.all()) == 25 })
	})
}

// TestDaily: one mail a working day at one's time, with what is unread and how many tasks are due; none on a day off, none twice.
func TestDaily(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		s := mailtest.Start(t, &mailtest.Server{}, "tls")
		w.postal(t, s)
		w.raise(t, 7, "daily")
		daily := func(at string) int {
			t.Helper()
			v, err := time.ParseInLocation("2006-01-02 15:04", at, inShanghai)
			must(t, err)
			w.hand.Set(v)
			must(t, w.Notices.Daily(t.Context(), job.Job{}))
			n, err := db.Read(t.Context(), w.DB, program, func(tx *db.Tx) (db.Count, error) { return db.One[db.Count](tx, digests, nil) })
			must(t, err)
			return int(n.N)
		}
		for _, c := range []struct {
			at   string
			want int
		}{{"2026-03-03 08:29", 0}, {"2026-03-03 08:30", 1}, {"2026-03-03 08:40", 1}, {"2026-03-03 17:00", 1}, {"2026-03-04 12:00", 2}, {"2026-03-07 08:30", 2}, {"2026-10-01 08:30", 2}, {"2026-10-10 08:30", 3}} {
			if n := daily(c.at); n != c.want {
				t.Errorf("by %s there were %d daily mails, not %d", c.at, n, c.want)
			}
		}
	})
}

var digests = db.SQL(`SELECT count(*) AS n FROM {deliveries d} WHERE d.kind = 'digest'`, outbox.Deliveries)
