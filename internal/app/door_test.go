package app

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"zhike/internal/app/house"
	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/door"
	"zhike/internal/base/exchange"
	"zhike/internal/base/setting"
	"zhike/internal/platform/clock"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
	"zhike/internal/platform/db/dbtest"

	"github.com/pquerna/otp/totp"
)

// A visitor comes in through the real door: over HTTP, with a cookie or a token.
type visitor struct {
	mux    http.Handler
	cookie *http.Cookie
	bearer string
	from   string
}

type said struct {
	code   int
	body   string
	header http.Header
}

func (s said) get(key string) any {
	m := map[string]any{}
	_ = json.Unmarshal([]byte(s.body), &m)
	return m[key]
}

func (v *visitor) ask(call, body string) said {
	method, path, _ := strings.Cut(call, " ")
	r := httptest.NewRequest(method, api.Root+path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if v.cookie != nil {
		r.AddCookie(v.cookie)
	}
	if v.bearer != "" {
		r.Header.Set("Authorization", "Bearer "+v.bearer)
	}
	if v.from != "" {
		r.RemoteAddr = v.from + ":4711"
	}
	if method == "PATCH" || method == "POST" && strings.Contains(path, "able") {
		r.Header.Set("If-Match", `"1"`)
	}
	rec := httptest.NewRecorder()
	v.mux.ServeHTTP(rec, r)
	for _, c := range rec.Result().Cookies() {
		v.cookie = c
	}
	return said{rec.Code, rec.Body.String(), rec.Header()}
}

// must asks and expects.
func (v *visitor) must(t *testing.T, status int, call, body string, has ...string) said {
	t.Helper()
	a := v.ask(call, body)
	if a.code != status {
		t.Fatalf("%s: %d, want %d: %s", call, a.code, status, a.body)
	}
	for _, h := range has {
		if !strings.Contains(a.body, h) {
			t.Errorf("%s lacks %s: %s", call, h, a.body)
		}
	}
	return a
}

func (w *world) visitor() *visitor { return &visitor{mux: api.Serving{}.Guard(w.Mux())} }

func signing(login, code string) string {
	return fmt.Sprintf(`{"login":%q,"password":"a long enough passphrase","code":%q}`, login, code)
}

func (w *world) comes(t *testing.T, login string) *visitor {
	t.Helper()
	v := w.visitor()
	v.must(t, 200, "POST /session", signing(login, ""))
	return v
}

// code is what somebody's telephone shows so many steps from now.
func (w *world) code(t *testing.T, secret string, steps int) string {
	t.Helper()
	c, err := totp.GenerateCode(secret, w.hand.Now().Add(time.Duration(steps)*30*time.Second))
	must(t, err)
	return c
}

// enrols gives a person of the fixture a second factor.
func (w *world) enrols(t *testing.T, name string) (secret string, codes []string) {
	t.Helper()
	seed, err := w.Door.Enrol(t.Context(), w.actors[name], struct{}{})
	must(t, err)
	r, err := w.Door.ConfirmFactor(t.Context(), w.actors[name], door.FirstCode{Code: crypt.NewSecret(w.code(t, seed.Key, 0))})
	must(t, err)
	w.hand.Advance(time.Minute)
	return seed.Key, r.Codes
}

// logged counts the entries of an action about a record.
func (w *world) logged(t *testing.T, action, record string) (all []audit.Shown) {
	t.Helper()
	page, err := w.Audit.List(t.Context(), program, audit.Filter{Action: action, Record: record, Limit: 200})
	must(t, err)
	return page.Items
}

// TestSecondFactor: enrolled by a code, asked for after a right password only, each code and each recovery code once.
func TestSecondFactor(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		v := w.comes(t, "east")
		v.must(t, 200, "GET /me/second-factor", "", `"on":false`)
		seed := v.must(t, 200, "POST /me/second-factor", "{}", "data:image/png;base64,", "otpauth://totp/")
		key, _ := seed.get("key").(string)
		w.visitor().must(t, 200, "POST /session", signing("east", "")) // begun is not yet asked for
		v.must(t, 422, "POST /me/second-factor/confirm", `{"code":"000000"}`, "wrong_code")
		first := w.code(t, key, 0)
		made := v.must(t, 200, "POST /me/second-factor/confirm", `{"code":"`+first+`"}`)
		codes, _ := made.get("recovery_codes").([]any)
		if len(codes) != 10 {
			t.Fatal(made.body)
		}
		v.must(t, 409, "POST /me/second-factor", "{}", "second_factor_stands")
		v.must(t, 200, "GET /me/second-factor", "", `"on":true`, `"recovery_codes_left":10`)
		for range 8 { // a right password without a code is no failure
			w.visitor().must(t, 401, "POST /session", signing("east", ""), "second_factor_needed")
		}
		w.visitor().must(t, 401, "POST /session", `{"login":"east","password":"not this one at all","code":"`+w.code(t, key, 1)+`"}`, `"unauthenticated"`)
		w.visitor().must(t, 401, "POST /session", signing("east", first), `"unauthenticated"`) // it served when it was enrolled
		w.visitor().must(t, 200, "POST /session", signing("east", w.code(t, key, 1)))          // a telephone that is fast
		w.visitor().must(t, 401, "POST /session", signing("east", w.code(t, key, 1)), `"unauthenticated"`)
		w.hand.Advance(3 * time.Minute)
		for _, far := range []int{-2, 2, 3} {
			w.visitor().must(t, 401, "POST /session", signing("east", w.code(t, key, far)), `"unauthenticated"`)
		}
		w.visitor().must(t, 200, "POST /session", signing("east", w.code(t, key, -1)))
		w.visitor().must(t, 200, "POST /session", signing("east", w.code(t, key, 0)))
		one := strings.ToUpper(codes[3].(string))
		w.visitor().must(t, 200, "POST /session", signing("east", one))
		w.visitor().must(t, 401, "POST /session", signing("east", one), `"unauthenticated"`)
		v.must(t, 200, "GET /me/second-factor", "", `"recovery_codes_left":9`)
		if n := len(w.logged(t, "second_factor.recover", w.users["east"])); n != 1 {
			t.Errorf("%d entries of a recovery code used", n)
		}
		w.hand.Advance(time.Hour)
		v.must(t, 403, "DELETE /me/second-factor", "", "confirm_needed")
		v.must(t, 401, "POST /session/confirm", `{"password":"a long enough passphrase"}`, "second_factor_needed")
		v.must(t, 204, "POST /session/confirm", `{"password":"a long enough passphrase","code":"`+w.code(t, key, 0)+`"}`)
		v.must(t, 200, "POST /me/second-factor/recovery-codes", "{}")
		w.visitor().must(t, 401, "POST /session", signing("east", codes[5].(string)))
		admin := w.comes(t, "admin")
		admin.must(t, 200, "POST /users/"+w.users["east"]+"/reset-second-factor", "", `"login":"east"`)
		v.must(t, 401, "GET /me", "") // his sessions ended with it
		w.visitor().must(t, 200, "POST /session", signing("east", ""))
		for _, action := range []string{"second_factor.begin", "second_factor.codes", "second_factor.reset"} {
			if len(w.logged(t, action, w.users["east"])) != 1 {
				t.Error("no entry of", action)
			}
		}
	})
}

// TestCodesServeOnce: twenty at once with one code are one who comes in; so with a recovery code.
func TestCodesServeOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		key, codes := w.enrols(t, "east")
		for _, code := range []string{w.code(t, key, 0), codes[0]} {
			in := w.atOnce(20, func(i int) string { return "10.0.0." + fmt.Sprint(i) }, func(int) string { return signing("east", code) })
			if in[200] != 1 || in[200]+in[401]+in[429] != 20 || in[401] > 5 {
				t.Errorf("one code let in as %v", in)
			}
			w.hand.Advance(24 * time.Hour)
		}
	})
}

// atOnce signs in n times at once and counts the answers.
func (w *world) atOnce(n int, from, body func(int) string) map[int]int {
	var mu sync.Mutex
	var wg sync.WaitGroup
	got := map[int]int{}
	mux := w.visitor().mux
	for i := range n {
		wg.Go(func() {
			a := (&visitor{mux: mux, from: from(i)}).ask("POST /session", body(i))
			mu.Lock()
			defer mu.Unlock()
			got[a.code]++
		})
	}
	wg.Wait()
	return got
}

// TestGuessing: fifty guesses at once are five, of a known login as of an unknown one; a restart
// forgives nothing, and a right password forgives the account but not the address.
func TestGuessing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		from := func(i int) string { return "10.1.0." + fmt.Sprint(i+1) }
		for _, login := range []string{"east", "no-such"} {
			got := w.atOnce(50, from, func(int) string { return `{"login":"` + login + `","password":"not this one"}` })
			if got[401] != 5 || got[429] != 45 {
				t.Errorf("fifty guesses at %s: %v", login, got)
			}
		}
		again := (&world{House: house.Build(w.DB, w.Keys)}).visitor().mux
		late := &visitor{mux: again, from: "10.2.0.1"}
		a := late.must(t, 429, "POST /session", signing("east", ""), "locked_out")
		if a.header.Get("Retry-After") == "" {
			t.Error("no Retry-After")
		}
		late.must(t, 429, "POST /session", `{"login":"`+canaryValue+`","password":"a long enough passphrase"}`) // his mobile is the same account
		late.must(t, 429, "POST /session", signing("no-such", ""))
		w.hand.Advance(2 * time.Minute)
		late.must(t, 200, "POST /session", signing("east", ""))
		// By address: other logins each time, a right one in between.
		got := w.atOnce(50, func(int) string { return "10.3.0.1" }, func(i int) string { return fmt.Sprintf(`{"login":"guess%d","password":"not this one"}`, i) })
		if got[401] != 20 || got[429] != 30 {
			t.Errorf("fifty logins from one address: %v", got)
		}
		w.hand.Advance(20 * time.Minute)
		for i := range 19 {
			v := &visitor{mux: again, from: "10.4.0.1"}
			v.must(t, 401, "POST /session", fmt.Sprintf(`{"login":"other%d","password":"not this one"}`, i))
			if i == 10 {
				v.must(t, 200, "POST /session", signing("mate", ""))
			}
		}
		v := &visitor{mux: again, from: "10.4.0.1"}
		v.must(t, 401, "POST /session", `{"login":"other20","password":"not this one"}`)
		v.must(t, 429, "POST /session", signing("mate", ""))
		(&visitor{mux: again, from: "10.4.0.2"}).must(t, 200, "POST /session", signing("mate", ""))
		if n := len(w.logged(t, "session.refuse", w.users["east"])); n < 5 || n > 50 {
			t.Errorf("%d refusals of east are logged", n)
		}
		if n := len(w.logged(t, "access.refuse", w.users["east"])); n == 0 {
			t.Error("no entry of a try at a locked door")
		}
	})
}

// TestEveryDoorIsThrottled: the current password, the confirmation, the code, the token, the link.
func TestEveryDoorIsThrottled(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		doors := []struct{ as, call, body string }{
			{"east", "POST /me/password", `{"current":"not this one","new":"another long passphrase"}`},
			{"mate", "POST /session/confirm", `{"password":"not this one"}`},
			{"first", "POST /me/second-factor/confirm", `{"code":"000000"}`},
		}
		for _, d := range doors {
			v := w.comes(t, d.as)
			v.from = "10.5.0." + fmt.Sprint(len(d.call))
			if d.as == "first" {
				v.must(t, 200, "POST /me/second-factor", "{}")
			}
			for range 5 {
				v.must(t, 422, d.call, d.body)
			}
			v.must(t, 429, d.call, d.body, "locked_out")
			w.visitor().must(t, 429, "POST /session", signing(d.as, ""), "locked_out") // one counter for every door
		}
		v := &visitor{mux: w.visitor().mux, from: "10.6.0.1"}
		for i := range 20 {
			v.bearer = fmt.Sprint("zk_guess", i)
			v.must(t, 401, "GET /me", "")
		}
		v.must(t, 429, "GET /me", "", "locked_out")
		made, err := w.Door.AddToken(t.Context(), w.actors["leader"], door.NewToken{Name: "x", Scopes: []string{"customer.read"}, Days: 1})
		must(t, err)
		v.bearer, v.from = made.Token, "10.6.0.2"
		v.must(t, 200, "GET /me", "")
		w.hand.Advance(25 * time.Hour)
		for range 30 { // one that has ended is known: no guess
			v.must(t, 401, "GET /me", "")
		}
	})
}

// TestSetUpLinkIsThrottled: before there is anybody, too.
func TestSetUpLinkIsThrottled(t *testing.T) {
	hand := clock.At(start)
	dbtest.Each(t, hand.Now, func(t *testing.T, d *db.DB) {
		keys, _, err := crypt.Create(crypt.NewKEK())
		must(t, err)
		h := house.Build(d, keys)
		must(t, h.Ready(t.Context()))
		link, _, err := h.Door.SetupToken(t.Context())
		must(t, err)
		v := &visitor{mux: api.Serving{}.Guard(h.Mux()), from: "10.7.0.1"}
		set := func(token string) string {
			return `{"token":"` + token + `","company":"甲","login":"boss","name":"老板","password":"a long enough passphrase"}`
		}
		for range 20 {
			v.must(t, 403, "POST /setup", set("guess"), `"forbidden"`)
		}
		v.must(t, 429, "POST /setup", set(link), "locked_out")
		hand.Advance(2 * time.Minute)
		v.must(t, 200, "POST /setup", set(link), `"boss"`)
	})
}

// TestConfirm: what is dangerous asks who did not prove himself lately to do so, and no token may.
func TestConfirm(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		v := w.comes(t, "admin")
		role := `{"name":"新角色一","scope":"own","permissions":["customer.read"]}`
		v.must(t, 201, "POST /roles", role) // he has just signed in
		made := v.must(t, 201, "POST /tokens", `{"name":"all","scopes":["role.manage","user.manage","setting.manage","token.manage","backup.manage"]}`)
		w.hand.Advance(16 * time.Minute)
		dangerous := map[string]string{
			"POST /roles": role, "PATCH /roles/" + w.role: `{"name":"乙"}`, "DELETE /roles/" + w.role: "", "POST /tokens": `{"name":"t","scopes":["task.read"]}`,
			"POST /users/" + w.users["second"] + "/disable": "", "POST /users/" + w.users["second"] + "/enable": "", "POST /users/" + w.users["second"] + "/reset-second-factor": "",
			"POST /users/" + w.users["second"] + "/password": `{"password":"another long passphrase"}`, "DELETE /users/" + w.users["second"] + "/sessions/x": "",
			"PATCH /settings": `{"values":{"sign_in.second_factor":"everybody"}}`, "POST /backups": "{}", "GET /backups/file": "", "DELETE /all-tokens/x": "",
			"POST /session/look": `{"role_id":"` + w.role + `"}`, "POST /me/second-factor": "{}", "POST /me/second-factor/recovery-codes": "{}", "DELETE /me/second-factor": "",
		}
		token := &visitor{mux: v.mux, bearer: made.get("token").(string)}
		for call, body := range dangerous {
			v.must(t, 403, call, body, "confirm_needed")
			token.must(t, 403, call, body, `"forbidden"`)
		}
		for _, o := range w.router.Operations() { // each that is marked stands in the list above
			if call := strings.NewReplacer("{session}", "x").Replace(o.Method + " " + o.Path); o.Sure {
				found := false
				for d := range dangerous {
					found = found || strings.HasPrefix(d, strings.Split(call, "{id}")[0]) && strings.HasSuffix(d, call[strings.LastIndex(call, "}")+1:])
				}
				if !found {
					t.Errorf("%s is dangerous and nobody tries it", call)
				}
			}
		}
		token.must(t, 200, "PATCH /settings", `{"values":{"customer.bin_days":31}}`)
		v.must(t, 200, "PATCH /settings", `{"values":{"customer.bin_days":32}}`)
		v.must(t, 422, "POST /session/confirm", `{"password":"not this one"}`, "wrong_password")
		v.must(t, 403, "POST /roles", role, "confirm_needed")
		v.must(t, 204, "POST /session/confirm", `{"password":"a long enough passphrase"}`)
		v.must(t, 200, "PATCH /roles/"+w.role, `{"name":"乙"}`)
		w.hand.Advance(16 * time.Minute)
		v.must(t, 403, "POST /roles", role, "confirm_needed")
		token.must(t, 403, "POST /session/confirm", `{"password":"a long enough passphrase"}`)
		if n := len(w.logged(t, "session.confirm", w.users["admin"])); n != 1 {
			t.Errorf("%d entries of confirming", n)
		}
	})
}

// TestMustEnrol: the company asks, and whoever has no second factor is led there before anything else.
func TestMustEnrol(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		east, admin := w.comes(t, "east"), w.comes(t, "admin")
		admin.must(t, 200, "PATCH /settings", `{"values":{"sign_in.second_factor":"administrators"}}`)
		east.must(t, 200, "GET /customers", "")
		admin.must(t, 403, "GET /customers", "", "must_enrol")
		admin.must(t, 200, "GET /session", "", `"must_enrol":true`)
		again := w.visitor()
		again.must(t, 200, "POST /session", signing("admin", ""), `"must_enrol":true`)
		key := admin.must(t, 200, "POST /me/second-factor", "{}").get("key").(string)
		admin.must(t, 200, "POST /me/second-factor/confirm", `{"code":"`+w.code(t, key, 0)+`"}`)
		admin.must(t, 200, "GET /customers", "")
		again.must(t, 200, "GET /session", "", `"must_enrol":false`)
		admin.must(t, 200, "PATCH /settings", `{"values":{"sign_in.second_factor":"everybody"}}`)
		east.must(t, 403, "GET /customers", "", "must_enrol")
		east.must(t, 403, "GET /events", "", "must_enrol")
		east.must(t, 200, "GET /me/second-factor", "", `"required":true`)
		admin.must(t, 200, "PATCH /settings", `{"values":{"sign_in.second_factor":null}}`)
		east.must(t, 200, "GET /customers", "")
	})
}

// TestPutOut: whoever is disabled loses sessions, token, stream and the export that waits, at once.
func TestPutOut(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		server := httptest.NewServer(api.Serving{}.Guard(w.Mux()))
		defer server.Close()
		defer w.Live.Close()
		one, two := w.comes(t, "leader"), w.comes(t, "leader")
		made := one.must(t, 201, "POST /tokens", `{"name":"t","scopes":["customer.read"]}`)
		program := &visitor{mux: one.mux, bearer: made.get("token").(string)}
		program.must(t, 200, "GET /customers", "")
		export := one.must(t, 201, "POST /exports", `{"target":"customer","format":"csv"}`).get("id")
		sheet := w.brought(t, "leader", "customer", "x.csv", "客户名称\n绍兴新桑纺织有限公司\n", exchange.NewPlan{}, "check")
		r, err := http.NewRequestWithContext(t.Context(), "GET", server.URL+api.Root+"/events", nil)
		must(t, err)
		r.AddCookie(two.cookie)
		stream, err := http.DefaultClient.Do(r)
		must(t, err)
		defer stream.Body.Close()
		ended := make(chan time.Time, 1)
		go func() {
			_, _ = io.Copy(io.Discard, stream.Body)
			ended <- time.Now()
		}()
		admin := w.comes(t, "admin")
		admin.must(t, 200, "GET /users/"+w.users["leader"]+"/sessions", "", `"agent"`)
		admin.must(t, 200, "POST /users/"+w.users["leader"]+"/disable", "", `"disabled"`)
		select {
		case <-ended:
		case <-time.After(time.Second):
			t.Error("the stream lives on")
		}
		for _, v := range []*visitor{one, two, program} {
			v.must(t, 401, "GET /me", "")
		}
		w.visitor().must(t, 401, "POST /session", signing("leader", ""))
		must(t, w.Export.Do(t.Context(), fmt.Sprint(export), w.users["leader"], nil, finished))
		admin.must(t, 200, "GET /users/"+w.users["leader"]+"/sessions", "", `"items":[]`)
		err = w.Exchange.Do(t.Context(), sheet.ID, "running", w.users["leader"], nil, finished)
		if made := w.say(t, saying{as: "admin", call: "GET /customers?q=绍兴新桑", status: 200})["items"].([]any); len(made) > 0 {
			t.Errorf("his import made a customer (%v): %v", err, made)
		}
		u := admin.must(t, 200, "GET /users/"+w.users["leader"], "")
		_, err = w.Door.SetState(t.Context(), w.actors["admin"], w.users["leader"], int64(u.get("version").(float64)), "active")
		must(t, err)
		w.comes(t, "leader").must(t, 200, "GET /exports/"+fmt.Sprint(export), "", `"state":"failed"`, `"forbidden"`)
		program.must(t, 401, "GET /customers", "") // opened again, what ended stays ended
	})
}

// TestSessionsAreEnded: one's own from afar, all others at once, and another's by an administrator.
func TestSessionsAreEnded(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		here, there, third := w.comes(t, "east"), w.comes(t, "east"), w.comes(t, "east")
		list, err := w.Door.SessionsOf(t.Context(), program, w.users["east"], struct{}{})
		must(t, err)
		if len(list.Items) != 3 {
			t.Fatal(list)
		}
		w.comes(t, "hr").must(t, 404, "DELETE /users/"+w.users["mate"]+"/sessions/"+list.Items[0].ID, "") // not of that person
		w.comes(t, "mate").must(t, 403, "GET /users/"+w.users["east"]+"/sessions", "")
		w.comes(t, "mate").must(t, 404, "DELETE /sessions/"+list.Items[0].ID, "")
		w.comes(t, "hr").must(t, 204, "DELETE /users/"+w.users["east"]+"/sessions/"+list.Items[0].ID, "")
		gone := 0
		for _, v := range []*visitor{here, there, third} {
			if v.ask("GET /me", "").code == 401 {
				gone++
			} else {
				here = v
			}
		}
		if gone != 1 {
			t.Fatalf("%d of three sessions ended", gone)
		}
		here.must(t, 204, "POST /sessions/end-others", "{}")
		here.must(t, 200, "GET /me", "")
		list, err = w.Door.SessionsOf(t.Context(), program, w.users["east"], struct{}{})
		must(t, err)
		if len(list.Items) != 1 {
			t.Error(list)
		}
		if len(w.logged(t, "session.end", w.users["east"])) != 1 || len(w.logged(t, "session.end_others", w.users["east"])) != 1 {
			t.Error("ended sessions are not logged")
		}
	})
}

// TestTokens: no more than their person may today, their last use told, seen and ended by whoever manages them.
func TestTokens(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		v := w.comes(t, "leader")
		v.must(t, 422, "POST /tokens", `{"name":"t","scopes":["user.manage"]}`)
		made := v.must(t, 201, "POST /tokens", `{"name":"t","scopes":["customer.read","report.read"]}`)
		p := &visitor{mux: v.mux, bearer: made.get("token").(string)}
		p.must(t, 200, "GET /customers", "")
		p.must(t, 200, "GET /reports/standard", "")
		p.must(t, 403, "POST /customers", `{"name":"温州新泽食品有限公司"}`)
		used := v.must(t, 200, "GET /tokens", "", `"last_used_at":"2026-03-02T`)
		w.hand.Advance(30 * time.Second)
		p.must(t, 200, "GET /customers", "")
		if again := v.must(t, 200, "GET /tokens", ""); again.body != used.body {
			t.Error("its use is written more often than each minute")
		}
		sales := w.roleID(t, "service")
		admin := w.comes(t, "admin")
		admin.must(t, 200, "PATCH /users/"+w.users["leader"], `{"role_ids":["`+sales+`"]}`)
		p.must(t, 403, "GET /reports/standard", "")
		w.comes(t, "hr").must(t, 403, "GET /all-tokens", "")
		admin.must(t, 200, "GET /all-tokens?limit=1", "", `"next":"`)
		admin.must(t, 200, "GET /all-tokens", "", `"user_name":"leader"`, `"name":"read"`)
		admin.must(t, 204, "DELETE /all-tokens/"+fmt.Sprint(made.get("id")), "")
		admin.must(t, 404, "DELETE /all-tokens/"+fmt.Sprint(made.get("id")), "")
		p.must(t, 401, "GET /customers", "")
	})
}

// TestRefusalsAreLogged: once a minute for each person and operation.
func TestRefusalsAreLogged(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		v := w.comes(t, "east")
		for range 7 {
			v.must(t, 403, "GET /users", "")
		}
		v.must(t, 403, "GET /audit", "")
		w.hand.Advance(61 * time.Second)
		v.must(t, 403, "GET /users", "")
		all := w.logged(t, "access.refuse", w.users["east"])
		if len(all) != 3 || all[0].Who != "east" || all[0].Also["operation"] != "GET /users" || all[0].Also["permission"] != string(access.UserManage) || all[0].Address == "" {
			t.Errorf("%d: %+v", len(all), all)
		}
		if len(w.logged(t, "session.open", w.users["east"])) != 1 {
			t.Error("signing in is not logged")
		}
	})
}

// TestEverySettingIsLogged: each declared setting is changed through the API, and its entry tells old and new; of a secret, stars.
func TestEverySettingIsLogged(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		list, err := w.Settings.List(t.Context(), w.actors["admin"], struct{}{})
		must(t, err)
		other := map[string]any{"company.timezone": "Asia/Urumqi", "company.code": "HC", "company.credit_code": "91320602MAXDEM11XQ", "notice.from": "10:00", "notice.to": "17:00", "mail.host": "post.example", "mail.from": "zhike@mail.example"}
		tried := 0
		for _, s := range list.Items {
			next, ok := other[s.Key]
			switch s.Kind {
			case setting.KindInt, setting.KindFen:
				next = *s.Min
				if fmt.Sprint(s.Value) == fmt.Sprint(next) {
					next = *s.Min + 1
				}
			case setting.KindBool:
				next = s.Value != true
			case setting.KindChoice:
				if len(s.Choices) < 2 {
					continue
				}
				next = s.Choices[1]
			default:
				if !ok {
					next = "abc"
				}
			}
			body, err := json.Marshal(map[string]any{"values": map[string]any{s.Key: next}})
			must(t, err)
			w.say(t, saying{as: "admin", call: "PATCH /settings", body: string(body), status: 200})
			log := w.logged(t, "setting.change", "")
			var said audit.Change
			for _, c := range log[0].Differs {
				if c.Field == s.Key {
					said = c
				}
			}
			if s.Kind == setting.KindSecret {
				next = setting.IsSet
			}
			before := s.Value
			if s.Kind == setting.KindSecret { // another server was set: it forgot the secret
				before = ""
			}
			if log[0].Who != "admin" || said.Field == "" || fmt.Sprint(said.New) != fmt.Sprint(next) || fmt.Sprint(said.Old) != fmt.Sprint(before) && !(said.Old == nil && before == "") {
				t.Errorf("%s: %v to %v is told as %+v", s.Key, s.Value, next, log[0])
			}
			tried++
		}
		if tried < 25 {
			t.Errorf("only %d settings", tried)
		}
	})
}

// TestUnusual: administrators hear of a new address after the first week, of a sign-in at night, and of many refusals; once each.
func TestUnusual(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		from := func(address string) *visitor { return &visitor{mux: w.visitor().mux, from: address} }
		heard := func(kind string) (n int) {
			for _, x := range w.say(t, saying{as: "admin", call: "GET /notices", status: 200})["items"].([]any) {
				if m := x.(map[string]any); m["kind"] == kind && strings.Contains(fmt.Sprint(m["text"]), "east") {
					n++
				}
			}
			return n
		}
		enter := func(address string) { from(address).must(t, 200, "POST /session", signing("east", "")) }
		enter("10.8.0.1")
		enter("10.8.0.2") // in the first week every address is new
		w.hand.Advance(8 * 24 * time.Hour)
		enter("10.8.0.1")
		enter("2001:db8::1")
		enter("2001:db8::2") // the same network
		if n := heard(door.NewAddress); n != 1 {
			t.Errorf("a new address is told %d times", n)
		}
		w.hand.Set(time.Date(2026, 3, 11, 23, 30, 0, 0, start.Location()))
		enter("10.8.0.1")
		w.hand.Set(time.Date(2026, 3, 12, 2, 0, 0, 0, start.Location()))
		enter("10.8.0.1")
		if n := heard(door.AtNight); n != 1 {
			t.Errorf("one night is told %d times", n)
		}
		w.hand.Set(time.Date(2026, 3, 12, 10, 0, 0, 0, start.Location()))
		for i := range 12 {
			from("10.9.0."+fmt.Sprint(i)).must(t, 401, "POST /session", `{"login":"east","password":"not this one"}`)
			if i%4 == 3 { // before it locks
				w.hand.Advance(16 * time.Minute)
			}
			if want := map[bool]int{true: 1}[i >= 9]; heard(door.Refusals) != want {
				t.Errorf("after %d refusals: %d", i+1, heard(door.Refusals))
			}
		}
		w.say(t, saying{as: "admin", call: "PATCH /settings", body: `{"values":{"sign_in.notices":false}}`, status: 200})
		enter("10.8.7.7")
		if n := heard(door.NewAddress); n != 1 {
			t.Error("told although nobody wants to hear of it")
		}
	})
}
