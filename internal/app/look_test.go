package app

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/door"
)

// looking is the administrator at a session that looks as a role.
func (w *world) looking(t *testing.T, role, login string) *visitor {
	t.Helper()
	v := w.comes(t, "admin")
	v.must(t, 200, "POST /session/look", fmt.Sprintf(`{"role_id":%q,"user_id":%q}`, role, w.users[login]))
	return v
}

// shut are the GETs that give out or record something. One that is new and belongs here is a Download, or says Gives.
var shutToLooks = []string{
	"GET /archive-labels", "GET /attachments/{id}/content", "GET /backups/file", "GET /customers/{id}/dossier", "GET /events", "GET /exports/{id}/file",
	"GET /follow-ups/{id}/visit-record", "GET /import-templates/{target}", "GET /imports/{id}/marked", "GET /personal-fields/sheet", "GET /report-files",
}

// TestLookSeesWhatTheRoleSees: lists, their order, their masks and single records are, for whoever looks, what the colleague gets himself.
func TestLookSeesWhatTheRoleSees(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.papers(t)
		compared := 0
		for role, logins := range map[string][]string{"sales": {"east", "mate", "first", "second"}, "sales_lead": {"leader"}, "service": {"service"}, "finance": {"finance"},
			"marketing": {"marketing"}, "executive": {"executive"}, "hr": {"hr"}, "auditor": {"auditor"}} {
			for _, login := range logins {
				v, he := w.looking(t, w.roleOf(t, role), login), w.comes(t, login)
				paths := []string{"/customers", "/contacts", "/orders", "/tasks", "/tasks?owner=all", "/needs", "/feedback", "/suspects", "/promises?mine=true", "/fields/customer", "/archives?state=all",
					"/pools", "/segments", "/search?q=温州", "/users", "/audit?limit=1&action=customer.create", "/settings", "/exports"}
				for _, p := range placementNames {
					id := w.placements[p]
					paths = append(paths, "/customers/"+id["customers"], "/customers/"+id["customers"]+"/contacts", "/customers/"+id["customers"]+"/timeline", "/customers/"+id["customers"]+"/history",
						"/contacts/"+id["contacts"], "/tasks/"+id["tasks"], "/orders/"+id["orders"], "/needs/"+id["needs"])
				}
				for _, path := range paths {
					his, mine := he.ask("GET "+path, ""), v.ask("GET "+path, "")
					if his.code != mine.code || restated(his.body) != restated(mine.body) {
						t.Errorf("GET %s as %s at %s's place: %d, he gets %d\n%s\n%s", path, role, login, mine.code, his.code, mine.body, his.body)
					}
					compared++
				}
				var me, him struct {
					User account.Me `json:"user"`
					Look *door.Look `json:"look"`
				}
				must(t, json.Unmarshal([]byte(v.ask("GET /session", "").body), &me))
				must(t, json.Unmarshal([]byte(he.ask("GET /session", "").body), &him))
				if !slices.Equal(me.User.Permissions, him.User.Permissions) || fmt.Sprint(me.User.Fields) != fmt.Sprint(him.User.Fields) {
					t.Errorf("%s at %s: may %v, sees %v", role, login, me.User.Permissions, me.User.Fields)
				}
				if me.User.ID != w.users["admin"] || me.Look == nil || me.Look.UserID != w.users[login] || me.Look.UserName != login || me.Look.RoleName == "" || him.Look != nil {
					t.Errorf("%s at %s: %+v", role, login, me)
				}
			}
		}
		if compared < 500 {
			t.Errorf("only %d answers were compared", compared)
		}
		// At his own place he has the role's eyes and his own rows: none here.
		v := w.comes(t, "admin")
		v.must(t, 200, "POST /session/look", fmt.Sprintf(`{"role_id":%q}`, w.roleOf(t, "sales")), `"user_id":""`)
		if a := v.must(t, 404, "GET /customers/"+w.placements["own"]["customers"], ""); strings.Contains(a.body, "温州") {
			t.Error(a.body)
		}
		v.must(t, 403, "GET /users", "", `"forbidden"`)
		v.must(t, 204, "DELETE /session/look", "")
		v.must(t, 200, "GET /customers/"+w.placements["own"]["customers"], "")
		v.must(t, 200, "GET /users", "")
		v.must(t, 200, "GET /session", "", `"look":null`)
	})
}

// sealedRef leads to a record for one person, and is made anew at each asking.
var sealedRef = regexp.MustCompile(`"ref":"[^"]*"`)

// restated is an answer without what is told of the moment it was asked.
func restated(body string) string {
	var x any
	if json.Unmarshal([]byte(body), &x) != nil {
		return body
	}
	out, _ := json.Marshal(x)
	return sealedRef.ReplaceAllString(string(out), "")
}

// TestLookWritesNothing asks every operation there is while looking: no write is done, no GET gives out or records, but the ways out.
func TestLookWritesNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.sheets(t)
		w.papers(t)
		w.ownFields(t)
		w.affiliated(t)
		w.owned(t)
		w.joined(t)
		w.proposed(t)
		admin := w.actors["admin"]
		at := access.Person{User: w.users["east"], Login: "east", Name: "east"}
		w.actors["looking"] = admin.Looking(access.Role{ID: "every", Scope: access.All, Permissions: access.Permissions,
			Fields: map[access.Group]access.Visibility{access.ContactValues: access.Shown, access.Amounts: access.Shown, access.FreeText: access.Shown, access.Custom: access.Shown, access.Bank: access.Shown}}, at)
		var shut, writing []string
		refused := 0
		for _, o := range w.router.Operations() {
			what := o.Method + " " + o.Path
			if o.Permission == access.Public {
				continue // the door: whoever comes in or goes is not known yet, or no more
			}
			body, _ := w.sample(o.Method, o.Path)
			for _, p := range []string{"own", "team", "pool"} {
				a := w.call("looking", o.Method, w.path(o.Path, p), body, w.match(p, o.Table), true)
				looked := a.status == 403 && strings.Contains(a.body, `"looking"`)
				switch {
				case looked && o.Method == "GET" && p == "own":
					shut = append(shut, what)
				case looked:
					refused++
				case o.Method == "GET" && a.status == 299 && p == "own":
					writing = append(writing, what)
				case o.Method != "GET" && what != "DELETE /session/look" && (a.status == 299 || !slices.Contains(readingPosts, what)):
					t.Errorf("%s (%s) is open while looking: %d %s", what, p, a.status, a.body)
				}
			}
		}
		slices.Sort(shut)
		if !slices.Equal(shut, shutToLooks) {
			t.Errorf("shut: %q", shut)
		}
		if !slices.Equal(writing, recordingGets) {
			t.Errorf("GETs that write: %q", writing)
		}
		if refused < 400 {
			t.Errorf("only %d were refused", refused)
		}
	})
}

// readingPosts are questions whose words do not fit a path.
var readingPosts = []string{"POST /reports/ask", "POST /segments/count"}

// recordingGets note that somebody read: in the administrator's name.
var recordingGets = []string{}

// TestLookIsTheAdministrators: whatever is noted names him, and nothing of his colleague's own is shown.
func TestLookIsTheAdministrators(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		role, id := w.roleOf(t, "sales"), w.placements["own"]["customers"]
		w.comes(t, "east") // a session that is nobody else's to see
		_, err := w.Door.AddToken(t.Context(), w.actors["east"], door.NewToken{Name: "east-own", Scopes: []string{"customer.read"}})
		must(t, err)
		w.hand.Advance(time.Minute)
		v := w.looking(t, role, "east")
		v.must(t, 200, "GET /customers/"+id, "")
		for _, e := range w.logged(t, "role.look", role) {
			if string(e.ActorID) != w.users["admin"] || fmt.Sprint(e.Also["user"]) != w.users["east"] {
				t.Errorf("%+v", e)
			}
		}
		if n := len(w.logged(t, "role.look", role)); n != 1 {
			t.Errorf("%d entries of the beginning", n)
		}
		page, err := w.Audit.List(t.Context(), program, audit.Filter{Actor: w.users["east"], Limit: 200})
		must(t, err)
		for _, e := range page.Items {
			if !e.At.Time().Before(w.hand.Now()) {
				t.Errorf("the log names the colleague: %+v", e)
			}
		}
		for _, path := range []string{"/sessions", "/tokens", "/notices", "/me", "/me/second-factor"} {
			if a := v.must(t, 200, "GET "+path, ""); strings.Contains(a.body, "east") {
				t.Errorf("%s shows what is the colleague's own: %s", path, a.body)
			}
		}
		if a := v.ask("GET /tokens", ""); strings.Contains(a.body, "east-own") {
			t.Error(a.body)
		}
		// Looking out of looking is no way.
		v.must(t, 403, "POST /session/look", `{"role_id":"`+role+`"}`, `"looking"`)
		v.must(t, 403, "POST /tokens", `{"name":"t","scopes":["customer.read"]}`, `"looking"`)
		v.must(t, 204, "DELETE /session/look", "")
		v.must(t, 204, "DELETE /session/look", "") // over is over
		ends := w.logged(t, "role.look_end", role)
		if len(ends) != 1 || string(ends[0].ActorID) != w.users["admin"] || ends[0].Also["why"] != "exit" || ends[0].Also["user"] != w.users["east"] {
			t.Errorf("%+v", ends)
		}
		// Signing out ends both.
		v.must(t, 200, "POST /session/look", `{"role_id":"`+role+`"}`)
		v.must(t, 204, "DELETE /session", "")
		if ends = w.logged(t, "role.look_end", role); len(ends) != 2 {
			t.Errorf("%+v", ends)
		}
		v.must(t, 401, "GET /session", "")
	})
}

// TestLookEnds: by itself after half an hour, and as soon as role, colleague or the right to it is gone.
func TestLookEnds(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		role := w.roleOf(t, "sales")
		ended := func(v *visitor, why string) {
			t.Helper()
			if a := v.must(t, 200, "GET /session", "", `"look":null`); !strings.Contains(a.body, "role.manage") {
				t.Error(a.body)
			}
			if ends := w.logged(t, "role.look_end", role); len(ends) == 0 || ends[0].Also["why"] != why || string(ends[0].ActorID) != w.users["admin"] {
				t.Errorf("%+v", ends)
			}
		}
		v := w.looking(t, role, "east")
		other := w.comes(t, "admin") // another session of his looks as itself
		other.must(t, 200, "GET /users", "")
		w.hand.Advance(door.LookLife - time.Second)
		v.must(t, 403, "GET /users", "")
		w.hand.Advance(time.Second)
		ended(v, "time")
		for range 3 {
			v.must(t, 200, "GET /users", "")
		}
		if ends := w.logged(t, "role.look_end", role); len(ends) != 1 {
			t.Errorf("%d ends of one look", len(ends))
		}

		v = w.looking(t, role, "mate")
		mate, err := w.Account.ByLogin(t.Context(), program, "mate")
		must(t, err)
		_, err = w.Door.SetState(t.Context(), program, mate.ID, mate.Version, "disabled")
		must(t, err)
		ended(v, "gone")

		v = w.looking(t, role, "east")
		_, err = w.Account.ChangeUser(t.Context(), program, w.users["east"], 1, account.ChangedUser{RoleIDs: api.Some([]string{w.roleOf(t, "hr")})})
		must(t, err)
		ended(v, "gone")
	})
}

// TestLookIsForFew: who manages roles and reaches every customer, at a session of his own hand; and nobody's reach grows.
func TestLookIsForFew(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		sales := w.roleOf(t, "sales")
		body := `{"role_id":"` + sales + `"}`
		w.comes(t, "leader").must(t, 403, "POST /session/look", body, `"forbidden"`)
		keeper := func(name, scope string, permissions ...string) string {
			r, err := w.Account.AddRole(t.Context(), w.actors["admin"], account.NewRole{Name: name, Scope: scope, Permissions: permissions,
				Fields: map[string]string{"amounts": "hidden", "contact_values": "masked", "free_text": "shown", "custom": "masked", "bank": "hidden"}})
			must(t, err)
			u, err := w.Account.AddUser(t.Context(), program, account.NewUser{Login: name, Name: name, DepartmentID: w.branch, RoleIDs: []string{r.ID}, Password: secret})
			must(t, err)
			w.users[name] = u.ID
			return r.ID
		}
		keeper("narrow", "tree", "role.manage", "customer.read", "contact.read")
		w.comes(t, "narrow").must(t, 403, "POST /session/look", body, `"look_reach"`)
		keeper("blind", "all", "role.manage")
		w.comes(t, "blind").must(t, 403, "POST /session/look", body, `"look_reach"`)

		keeper("wide", "all", "role.manage", "customer.read", "contact.read")
		v := w.comes(t, "wide")
		v.must(t, 422, "POST /session/look", `{"role_id":"`+sales+`","user_id":"`+w.users["hr"]+`"}`, `"look_not_held"`)
		v.must(t, 422, "POST /session/look", `{"role_id":"`+sales+`","user_id":"`+w.users["disabled"]+`"}`, `"look_not_held"`)
		v.must(t, 422, "POST /session/look", `{"role_id":"none"}`, `"role_id"`)
		v.must(t, 200, "POST /session/look", `{"role_id":"`+sales+`","user_id":"`+w.users["east"]+`"}`)
		var me struct {
			User account.Me `json:"user"`
		}
		must(t, json.Unmarshal([]byte(v.ask("GET /session", "").body), &me))
		if got := strings.Join(me.User.Permissions, " "); got != "contact.read customer.read" {
			t.Errorf("looking he may %s", got)
		}
		if got := fmt.Sprint(me.User.Fields); got != "map[amounts:hidden bank:hidden contact_values:masked custom:masked free_text:shown]" {
			t.Errorf("looking he sees %s", got)
		}
		v.must(t, 403, "GET /orders", "", `"forbidden"`)
		v.must(t, 403, "GET /tasks?owner=all", "", `"forbidden"`) // the colleague's, which are out of his own reach
		if a := v.must(t, 200, "GET /customers/"+w.placements["own"]["customers"], ""); strings.Contains(a.body, "31415926") || strings.Contains(a.body, canaryValue) || strings.Contains(a.body, canaryText) {
			t.Errorf("more than his own: %s", a.body)
		}
		// A token of the administrator's begins nothing.
		token, err := w.Door.AddToken(t.Context(), w.actors["admin"], door.NewToken{Name: "all", Scopes: []string{"role.manage", "customer.read"}})
		must(t, err)
		bearer := w.visitor()
		bearer.bearer = token.Token
		bearer.must(t, 403, "POST /session/look", body, `"forbidden"`)
		bearer.must(t, 403, "DELETE /session/look", "", `"forbidden"`)
		// A quarter of an hour after he came he is asked who he is.
		admin := w.comes(t, "admin")
		w.hand.Advance(16 * time.Minute)
		admin.must(t, 403, "POST /session/look", body, `"confirm_needed"`)
		admin.must(t, 204, "POST /session/confirm", `{"password":"a long enough passphrase"}`)
		admin.must(t, 200, "POST /session/look", body)
		// An own field for other roles than his stays shut, whatever the role sees.
		if (access.Actor{}).Looking(access.Role{}, access.Person{}).Known() {
			t.Error("nobody looks")
		}
		token2 := w.actors["token"]
		if token2.Looking(access.Role{Scope: access.All, Permissions: access.Permissions}, access.Person{User: "x"}).Known() {
			t.Error("a token looks")
		}
	})
}

// TestLookShutsTheStream: what told a page of more ends with it, and a looking session opens none.
func TestLookShutsTheStream(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		v := w.comes(t, "admin")
		server := httptest.NewServer(v.mux)
		defer server.Close()
		r, err := http.NewRequestWithContext(t.Context(), "GET", server.URL+api.Root+"/events", nil)
		must(t, err)
		r.AddCookie(v.cookie)
		stream, err := server.Client().Do(r)
		must(t, err)
		defer stream.Body.Close()
		v.must(t, 200, "POST /session/look", `{"role_id":"`+w.roleOf(t, "sales")+`"}`)
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			for buf := make([]byte, 512); ; {
				if _, err := stream.Body.Read(buf); err != nil {
					return
				}
			}
		}()
		select {
		case <-ended:
		case <-time.After(10 * time.Second):
			t.Error("the stream goes on")
		}
		v.must(t, 403, "GET /events", "", `"looking"`)
	})
}
