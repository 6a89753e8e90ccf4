package app

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/platform/db"
	"zhike/internal/platform/job"
	"zhike/internal/platform/mail/mailtest"
)

// enclosed are the files of a mail as it stood on the wire.
func enclosed(t *testing.T, raw string) map[string]string {
	t.Helper()
	m, err := mail.ReadMessage(strings.NewReader(raw))
	must(t, err)
	files := map[string]string{}
	var walk func(kind string, r io.Reader)
	walk = func(kind string, r io.Reader) {
		media, params, err := mime.ParseMediaType(kind)
		must(t, err)
		if !strings.HasPrefix(media, "multipart/") {
			return
		}
		for parts := multipart.NewReader(r, params["boundary"]); ; {
			p, err := parts.NextRawPart()
			if err == io.EOF {
				return
			}
			must(t, err)
			if strings.HasPrefix(p.Header.Get("Content-Type"), "multipart/") {
				walk(p.Header.Get("Content-Type"), p)
				continue
			}
			_, about, _ := mime.ParseMediaType(p.Header.Get("Content-Disposition"))
			if name := about["filename"]; name != "" {
				decoder := mime.WordDecoder{}
				clear, err := decoder.DecodeHeader(name)
				must(t, err)
				text, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, p))
				must(t, err)
				files[clear] = string(text)
			}
		}
	}
	walk(m.Header.Get("Content-Type"), m.Body)
	return files
}

// TestMailings: a report goes out at its time, once, to each reader as he may see it then;
// who lost the right gets none, who leaves gets no more.
func TestMailings(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		s := mailtest.Start(t, &mailtest.Server{User: "crm", Pass: canaryPassword}, "tls")
		w.postal(t, s)
		for _, who := range []string{"leader", "second"} {
			_, err := w.Account.ChangeUser(t.Context(), program, w.users[who], 1, account.ChangedUser{Email: api.Some(who + "@mail.example")})
			must(t, err)
		}
		w.say(t, saying{as: "east", call: "POST /mailings", body: `{"name":"周报","what":{"report":"growth","format":"pdf"},"every":"day","at":"08:30"}`, status: 403})
		w.say(t, saying{as: "leader", call: "POST /mailings", body: `{"name":"周报","what":{"report":"nope","format":"pdf"},"every":"day","at":"08:30"}`, status: 404})
		w.say(t, saying{as: "leader", call: "POST /mailings", body: `{"name":"周报","what":{"report":"growth","format":"pdf"},"every":"day","at":"8:30"}`, status: 422, has: []string{`"at"`}})
		w.say(t, saying{as: "leader", call: "POST /mailings", body: `{"name":"周报","what":{"report":"growth","format":"pdf"},"every":"day","at":"08:30","to":["nobody"]}`, status: 422, has: []string{`"to"`}})
		kept := w.say(t, saying{as: "leader", call: "POST /reports", body: `{"name":"按负责人","ask":{"subject":"customer","measures":["count"],"by":["owner_id"]},"chart":"pie"}`, status: 201})
		send := func(name, what string, to ...string) map[string]any {
			var ids []string
			for _, u := range to {
				ids = append(ids, `"`+w.users[u]+`"`)
			}
			return w.say(t, saying{as: "leader", call: "POST /mailings", body: fmt.Sprintf(`{"name":%q,"what":%s,"every":"day","at":"08:30","to":[%s]}`, name, what, strings.Join(ids, ",")), status: 201, has: []string{`"mine":true`, "next_at"}})
		}
		csv := send("名单", `{"saved":"`+kept["id"].(string)+`","format":"csv"}`, "leader", "second", "east")
		send("看板", `{"board":true,"format":"pdf"}`, "leader")
		at := "/mailings/" + csv["id"].(string)
		w.say(t, saying{as: "marketing", call: "GET " + at, status: 404})
		w.say(t, saying{as: "east", call: "GET " + at, status: 200, has: []string{`"mine":false`, w.users["east"]}, lacks: []string{w.users["second"]}})
		w.say(t, saying{as: "east", call: "PATCH " + at, body: `{"name":"我的"}`, match: version(csv), status: 403})
		w.say(t, saying{as: "leader", call: "DELETE " + at, match: `"9"`, status: 412})

		for _, body := range []string{`{"every":null}`, `{"every":"hour"}`, `{"what":{"report":"growth","board":true,"format":"pdf"}}`} {
			w.say(t, saying{as: "leader", call: "PATCH " + at, body: body, match: version(csv), status: 422})
		}
		must(t, w.Mailings.Handle(t.Context(), job.Job{}))
		if n := len(w.deliveries(t, "waiting")); n != 0 {
			t.Errorf("%d leave before their time", n)
		}
		w.hand.Advance(24 * time.Hour)
		dies := db.WithTail(t.Context(), func(*db.Tx, any) error { return errors.New("the power went") })
		if err := w.Mailings.Handle(dies, job.Job{}); err == nil { // what it had begun is as if it had not
			t.Error("it did not die")
		}
		if n := len(w.deliveries(t, "waiting")); n != 0 {
			t.Errorf("%d of half a sweep", n)
		}
		var two sync.WaitGroup // two nodes look at once
		for range 2 {
			two.Go(func() {
				if err := w.Mailings.Handle(t.Context(), job.Job{}); err != nil {
					t.Error(err)
				}
			})
		}
		two.Wait()
		reports := func(state string) (n int) {
			for _, d := range w.deliveries(t, state) {
				if d.(map[string]any)["kind"] == "report" {
					n++
				}
			}
			return n
		}
		w.works(t, func() bool { return reports("sent") == 2 && reports("failed") == 2 })
		files := map[string]map[string]string{}
		for _, raw := range s.Messages() {
			m, err := mail.ReadMessage(strings.NewReader(raw))
			must(t, err)
			for name, text := range enclosed(t, raw) {
				if files[name] == nil {
					files[name] = map[string]string{}
				}
				files[name][m.Header.Get("To")] = text
			}
		}
		sheet := files["按负责人.csv"]
		if len(sheet) != 1 || !strings.Contains(sheet["<leader@mail.example>"], "客户数") {
			t.Fatalf("the sheet went to %d: %v", len(sheet), sheet)
		}
		direct := w.call("leader", "GET", "/report-files?format=csv&saved="+kept["id"].(string), "", "", false).body
		if direct != sheet["<leader@mail.example>"] {
			t.Errorf("by mail:\n%s\nby hand:\n%s", sheet["<leader@mail.example>"], direct)
		}
		if board := files["管理看板.pdf"]["<leader@mail.example>"]; !strings.HasPrefix(board, "%PDF-") {
			t.Errorf("no dashboard: %.20q", board)
		}
		for _, d := range w.deliveries(t, "failed") { // east and second may not export
			if x := d.(map[string]any); x["kind"] == "report" && x["reason"] != "not_allowed" {
				t.Errorf("failed for %v", x["reason"])
			}
		}
		w.say(t, saying{as: "admin", call: "GET /audit?limit=200", status: 200, has: []string{"report.mail", "mailing.create"}})

		w.say(t, saying{as: "east", call: "POST " + at + "/leave", status: 200})
		w.say(t, saying{as: "east", call: "GET " + at, status: 404})
		w.say(t, saying{as: "east", call: "POST " + at + "/leave", status: 404})
		now := w.say(t, saying{as: "leader", call: "GET " + at, status: 200, lacks: []string{w.users["east"]}})
		w.say(t, saying{as: "leader", call: "PATCH " + at, body: `{"active":false}`, match: version(now), status: 200, has: []string{`"next_at":null`}})
		w.hand.Advance(48 * time.Hour)
		must(t, w.Mailings.Handle(t.Context(), job.Job{}))
		w.works(t, func() bool { return reports("sent") == 3 }) // the dashboard once, for the two days
		if n := reports("waiting") + reports("sending"); n != 0 {
			t.Errorf("%d more were on their way", n)
		}

		// Two leave at once: neither stays for the other's sake.
		both := "/mailings/" + send("周会", `{"report":"growth","format":"csv"}`, "leader", "second", "east")["id"].(string)
		var leaving sync.WaitGroup
		for _, as := range []string{"second", "east"} {
			leaving.Go(func() {
				if a := w.call(as, "POST", both+"/leave", "", "", false); a.status != 200 {
					t.Errorf("%s: %d", as, a.status)
				}
			})
		}
		leaving.Wait()
		w.say(t, saying{as: "leader", call: "GET " + both, status: 200, lacks: []string{w.users["second"], w.users["east"]}})
		if got := w.say(t, saying{as: "second", call: "GET /mailings", status: 200}); len(got["items"].([]any)) != 1 {
			t.Errorf("second has %v", got["items"])
		}

		// Whose right to give reports out is gone sends nothing, and nothing says that it was sent.
		actor, planned := w.Mailings.Actor, w.say(t, saying{as: "leader", call: "GET " + both, status: 200})["next_at"]
		w.Mailings.Actor = func(*db.Tx, string) (access.Actor, error) { return access.Actor{}, nil }
		w.hand.Advance(24 * time.Hour)
		must(t, w.Mailings.Handle(t.Context(), job.Job{}))
		w.Mailings.Actor = actor
		if m := w.say(t, saying{as: "leader", call: "GET " + both, status: 200}); m["sent_at"] != nil || m["next_at"] == planned {
			t.Errorf("sent %v, next %v after %v", m["sent_at"], m["next_at"], planned)
		}
	})
}
