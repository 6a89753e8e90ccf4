package api

import (
	"context"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"

	"github.com/danielgtaylor/huma/v2"
)

type (
	whoKey    struct{}
	paramsKey struct{}
	langKey   struct{}
	tokenKey  struct{}
)

// LanguageOf is the viewer's language, zh-CN or en.
func LanguageOf(ctx context.Context) string {
	if lang, ok := ctx.Value(langKey{}).(string); ok {
		return lang
	}
	return "zh-CN"
}

// SessionToken is the session's token that the request came with; "" for none.
func SessionToken(ctx context.Context) string {
	token, _ := ctx.Value(tokenKey{}).(string)
	return token
}

// Param is a value of the path.
func Param(ctx context.Context, name string) string {
	params, _ := ctx.Value(paramsKey{}).(map[string]string)
	return params[name]
}

var (
	inPath             = regexp.MustCompile(`\{(\w+)\}`)
	errUnauthenticated = fault.New(fault.Unauthenticated, "unauthenticated")
)

// register puts one operation on the API. What the caller may not do, and what is out
// of reach, is refused before the body is looked at (DECISIONS 5: 401, 403, 404, 422 …).
func register[In, Out any](r *Router, verb string, op Op, status int, fn func(context.Context, access.Actor, *In) (*Out, error), more ...func(*huma.Operation)) {
	table := ""
	if op.On != nil {
		table = op.On.Name()
	}
	r.ops = append(r.ops, Operation{verb, op.Path, op.May, table, op.Sure})
	id := strings.Trim(strings.NewReplacer("/", "-", "{", "", "}", "").Replace(strings.ToLower(verb)+op.Path), "-")
	tag, _, _ := strings.Cut(strings.TrimPrefix(op.Path, "/"), "/")
	o := huma.Operation{
		OperationID: id, Method: verb, Path: Root + op.Path, DefaultStatus: status, Tags: []string{tag}, MaxBodyBytes: MaxBody,
		Errors: []int{401, 403, 422}, Extensions: map[string]any{"x-permission": string(op.May)},
	}
	if op.May != access.Public {
		o.Security = []map[string][]string{{"session": {}}, {"bearer": {}}}
	}
	var names []string
	for _, m := range inPath.FindAllStringSubmatch(op.Path, -1) {
		names = append(names, m[1])
		maxID := 64
		o.Parameters = append(o.Parameters, &huma.Param{Name: m[1], In: "path", Required: true, Schema: &huma.Schema{Type: "string", MaxLength: &maxID}})
	}
	if len(names) > 0 {
		o.Errors = append(o.Errors, 404)
	}
	o.Middlewares = huma.Middlewares{func(c huma.Context, next func(huma.Context)) {
		params := map[string]string{}
		for _, n := range names {
			params[n] = c.Param(n)
		}
		who, err := r.judge(c, op, params["id"])
		if err != nil {
			write(c, problem(err))
			return
		}
		c = huma.WithValue(huma.WithValue(c, whoKey{}, who), langKey{}, Language(c.Header("Accept-Language")))
		c = huma.WithValue(c, tokenKey{}, SessionOf(c.Header("Cookie")))
		next(huma.WithValue(c, paramsKey{}, params))
	}}
	huma.Register(r.api, o, func(ctx context.Context, in *In) (*Out, error) {
		who, _ := ctx.Value(whoKey{}).(access.Actor)
		out, err := fn(ctx, who, in)
		if err != nil {
			return nil, problem(err)
		}
		return out, nil
	})
	for _, say := range more { // of the document alone: huma would judge the request by it
		say(r.documented(verb, Root+op.Path))
	}
	r.remember(reflect.TypeFor[Out]())
}

func (r *Router) documented(verb, path string) *huma.Operation {
	at := r.api.OpenAPI().Paths[path]
	return map[string]*huma.Operation{http.MethodGet: at.Get, http.MethodPost: at.Post}[verb]
}

// beforeChange is all that a password given by another opens; beforeEnrol, what opens to
// whoever lacks the second factor that the company asks for.
var (
	beforeChange = []string{"/session", "/me", "/me/password"}
	beforeEnrol  = []string{"/session", "/session/confirm", "/me", "/me/password", "/me/second-factor", "/me/second-factor/confirm"}
)

var (
	errMustChange = fault.New(fault.Denied, "must_change_password")
	errMustEnrol  = fault.New(fault.Denied, "must_enrol")
	errLooking    = fault.New(fault.Denied, "looking")
	errConfirm    = fault.New(fault.Denied, "confirm_needed")
)

// Sure refuses who is not surely the person himself: a token, and a session whose person
// proved who he is too long ago.
func Sure(who access.Actor) error {
	switch {
	case who.Bounded():
		return db.ErrDenied
	case who.IsStale():
		return errConfirm
	}
	return nil
}

// judge says who asks, whether he may, and whether he reaches the record in the path.
func (r *Router) judge(c huma.Context, op Op, id string) (access.Actor, error) {
	who, err := r.who(c.Context(), credential(c))
	if err != nil {
		return who, err
	}
	if op.May == access.Public {
		return who, nil
	}
	if !who.Known() {
		return who, errUnauthenticated
	}
	if who.MustChange() && !slices.Contains(beforeChange, op.Path) {
		return who, errMustChange
	}
	if who.MustEnrol() && !slices.Contains(beforeEnrol, op.Path) {
		return who, errMustEnrol
	}
	if who.IsLooking() && !op.Looks && (op.Gives || c.Method() != http.MethodGet) {
		return who, errLooking
	}
	if !op.allows(who) || op.May == access.Self && !op.Token && who.Bounded() && c.Method() != http.MethodGet {
		r.refused(c, who, op)
		return who, db.ErrDenied // a token does not change who its person is
	}
	if op.Sure {
		if err := Sure(who); err != nil {
			if who.Bounded() {
				r.refused(c, who, op)
			}
			return who, err
		}
	}
	if op.On == nil {
		return who, nil
	}
	_, err = db.Read(c.Context(), r.db, who, func(tx *db.Tx) (bool, error) {
		if op.Bin {
			return tx.InBin(op.On, id)
		}
		ok, err := tx.Reaches(op.On, id, op.On.ToSee())
		if err == nil && !ok {
			// What one may change without seeing it, such as a pool's row to claim.
			err = db.ErrNotFound
			if r.Instead != nil {
				if instead := r.Instead(tx, op.On, id); instead != nil {
					err = instead
				}
			}
		}
		return ok, err
	})
	return who, err
}

func (r *Router) refused(c huma.Context, who access.Actor, op Op) {
	if r.Refused != nil {
		r.Refused(c.Context(), who, Operation{Method: c.Method(), Path: op.Path, Permission: op.May})
	}
}

func (op Op) allows(who access.Actor) bool {
	return who.Can(op.May) || op.Or != "" && who.Can(op.Or)
}

// Cookie names of the session; the first under HTTPS.
var Cookies = []string{"__Host-zhike", "zhike"}

func credential(c huma.Context) Credential {
	cred := Credential{Origin: access.Origin{Address: RemoteAddress(c.Context()), Agent: agentOf(c.Header("User-Agent"))}}
	if bearer, ok := strings.CutPrefix(c.Header("Authorization"), "Bearer "); ok {
		cred.Bearer = bearer
		return cred
	}
	cred.Session = SessionOf(c.Header("Cookie"))
	return cred
}

// SessionOf is the session's token in a Cookie header.
func SessionOf(header string) string {
	h := http.Header{"Cookie": {header}}
	for _, name := range Cookies {
		if cookie, err := (&http.Request{Header: h}).Cookie(name); err == nil {
			return cookie.Value
		}
	}
	return ""
}

var errNoVersion = fault.New(fault.VersionMissing, "version_missing").At("If-Match")

func version(header string, loose bool) (int64, error) {
	if header == "" {
		if loose {
			return 0, nil
		}
		return 0, errNoVersion
	}
	v, err := strconv.ParseInt(strings.Trim(strings.TrimPrefix(header, "W/"), `"`), 10, 64)
	if err != nil || v < 1 {
		return 0, db.ErrStale // no version of ours
	}
	return v, nil
}

func etag(v int64) string { return `"` + strconv.FormatInt(v, 10) + `"` }

// remember notes the fields of an answer, so that one sent back is called read-only
// and not unknown.
func (r *Router) remember(t reflect.Type) {
	if r.known == nil {
		r.known = map[string]map[string]bool{}
	}
	f, ok := t.FieldByName("Body")
	if !ok || f.Type.Kind() != reflect.Struct {
		return
	}
	for _, x := range reflect.VisibleFields(f.Type) {
		if name, _, _ := strings.Cut(x.Tag.Get("json"), ","); name != "" && name != "-" {
			readOnly.Store(name, true)
		}
	}
}
