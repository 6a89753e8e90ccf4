// Package api turns the methods of a service into HTTP operations and their OpenAPI.
package api

import (
	"context"
	"net/http"
	"path"
	"reflect"
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/platform/db"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// Root is where every operation lies.
const Root = "/api/v1"

// A Router takes operations. Who judges a request's credential: the zero actor is nobody.
type Router struct {
	api  huma.API
	db   *db.DB
	who  func(context.Context, Credential) (access.Actor, error)
	keys Keeper
	ops  []Operation

	Refused func(context.Context, access.Actor, Operation) // is told whoever asks for what he may not do
	// Instead says of a record that is not there what stands in its place, as an error; nil for nothing.
	Instead func(tx *db.Tx, table *db.Table, id string) error
	known   map[string]map[string]bool // of an answer's schema: its fields, to tell read-only from unknown
}

// An Operation is what the golden list of the house holds of one.
type Operation struct {
	Method, Path string
	Permission   access.Permission
	Table        string // the record in the path
	Sure         bool
}

// A Credential is what a request shows: a session's cookie or a bearer token.
type Credential struct {
	Session, Bearer string
	Origin          access.Origin
	Quiet           bool // the program looks again: no use of the session
}

// Op is one operation: where it stands, who may, and on which record.
type Op struct {
	Path  string
	May   access.Permission
	Or    access.Permission // who lacks May may with this one too
	On    *db.Table         // of the {id} in the path; out of reach is 404 before anything else is looked at
	Bin   bool              // the record lies in the recycle bin
	Loose bool              // a verb that needs no If-Match
	Token bool              // open to an API token although anybody may: the method asks for more
	Looks bool              // a write that stays open, a file that is given, to whoever looks as a role: see [access.Actor.Looking]
	Gives bool              // a GET that gives out or records something, and is shut to him
	Sure  bool              // dangerous: for a person who proved lately that it is he, and for no token
}

// New puts an API on mux.
func New(mux *http.ServeMux, d *db.DB, keys Keeper, who func(context.Context, Credential) (access.Actor, error)) *Router {
	huma.NewError = refused // huma has them global
	huma.NewErrorWithContext = func(_ huma.Context, status int, msg string, errs ...error) huma.StatusError {
		return refused(status, msg, errs...)
	}
	huma.DefaultArrayNullable = false
	config := huma.DefaultConfig("Zhike", Version)
	config.CreateHooks = nil                                             // no $schema in answers
	config.OpenAPIPath, config.DocsPath, config.SchemasPath = "", "", "" // the document is served whole, once made
	config.Transformers = append(config.Transformers, localise)
	formats := map[string]huma.Format{} // huma's own map is everybody's
	for name, f := range config.Formats {
		formats[name] = jsonOf(f)
	}
	config.Formats = formats
	config.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"session": {Type: "apiKey", In: "cookie", Name: "zhike"},
		"bearer":  {Type: "http", Scheme: "bearer"},
	}
	return &Router{api: humago.New(mux, config), db: d, who: who, keys: keys}
}

// Version of the API and the program.
const Version = "0.1.0"

// schemaName is package and type, because every slice may have its own Page; a generic
// type names its parts too: ItemsOfSettingShown.
func schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	name := t.Name()
	if name == "" {
		return hint
	}
	outer, inner, generic := strings.Cut(strings.TrimSuffix(name, "]"), "[")
	if generic {
		for _, part := range strings.Split(inner, ",") {
			part = strings.TrimLeft(part, "[]*")
			pkg, kind, _ := strings.Cut(path.Base(part), ".")
			if kind == "" {
				pkg, kind = "", titled(pkg)
			}
			outer += "Of" + titled(pkg) + kind
		}
		return outer
	}
	return titled(path.Base(t.PkgPath())) + name
}

// titled is a package's name as the beginning of a type's; the API's own and built-in
// types have none.
func titled(pkg string) string {
	if pkg == "api" || pkg == "." || pkg == "/" || pkg == "" {
		return ""
	}
	return strings.ToUpper(pkg[:1]) + pkg[1:]
}

// Operations are all that were registered, for the golden list.
func (r *Router) Operations() []Operation { return r.ops }

// Document is the OpenAPI of all operations, as JSON.
func (r *Router) Document() ([]byte, error) { return r.api.OpenAPI().MarshalJSON() }

type (
	body[T any] struct {
		Key     string `header:"Idempotency-Key" maxLength:"100" doc:"The same key and body within 24 h give the same answer."`
		IfMatch string `header:"If-Match" maxLength:"40" doc:"The version of the record as the caller last saw it, in quotes."`
		Body    T
	}
	bare struct {
		IfMatch string `header:"If-Match" maxLength:"40" doc:"The version of the record as the caller last saw it, in quotes."`
	}
	reply[T any] struct {
		Status int
		ETag   string `header:"ETag"`
		Cookie string `header:"Set-Cookie"`
		Body   T
	}
	empty struct {
		Status int
		Cookie string `header:"Set-Cookie"`
	}
)

// Versioned is a record that answers with an ETag and is changed with If-Match.
type Versioned interface{ Revision() int64 }

type (
	method[In, Out any]    = func(context.Context, access.Actor, In) (Out, error)
	on[In, Out any]        = func(ctx context.Context, who access.Actor, id string, in In) (Out, error)
	onVersion[In, Out any] = func(ctx context.Context, who access.Actor, id string, version int64, in In) (Out, error)
)

// List answers GET with what fn finds; In is its query.
func List[In, Out any](r *Router, op Op, fn method[In, Out]) {
	register(r, http.MethodGet, op, 200, func(ctx context.Context, who access.Actor, in *In) (*reply[Out], error) {
		return answer[Out](200)(fn(ctx, who, *in))
	})
}

// ListUnder is List under one record.
func ListUnder[In, Out any](r *Router, op Op, fn on[In, Out]) {
	register(r, http.MethodGet, op, 200, func(ctx context.Context, who access.Actor, in *In) (*reply[Out], error) {
		return answer[Out](200)(fn(ctx, who, Param(ctx, "id"), *in))
	})
}

type nothing struct{}

// Get answers GET of one record.
func Get[Out any](r *Router, op Op, fn method[string, Out]) {
	register(r, http.MethodGet, op, 200, func(ctx context.Context, who access.Actor, _ *nothing) (*reply[Out], error) {
		return answer[Out](200)(fn(ctx, who, Param(ctx, "id")))
	})
}

// Create answers POST of a new record; again renders a replay for today's rights.
func Create[In, Out any](r *Router, op Op, fn method[In, Out], again method[string, Out]) {
	CreateUnder(r, op, func(ctx context.Context, who access.Actor, _ string, in In) (Out, error) { return fn(ctx, who, in) }, again)
}

// CreateUnder is Create under one record.
func CreateUnder[In, Out any](r *Router, op Op, fn on[In, Out], again method[string, Out]) {
	register(r, http.MethodPost, op, 201, func(ctx context.Context, who access.Actor, in *body[In]) (*reply[Out], error) {
		out, err := once(ctx, r, op, who, in.Key, in.Body, again, func(ctx context.Context) (Out, error) {
			return fn(ctx, who, Param(ctx, "id"), in.Body)
		})
		return answer[Out](201)(out, err)
	})
}

// Change answers PATCH of one record in the version the caller last saw.
func Change[In, Out any](r *Router, op Op, fn onVersion[In, Out]) {
	register(r, http.MethodPatch, op, 200, func(ctx context.Context, who access.Actor, in *body[In]) (*reply[Out], error) {
		version, err := version(in.IfMatch, op.Loose)
		if err != nil {
			return nil, err
		}
		return answer[Out](200)(fn(ctx, who, Param(ctx, "id"), version, in.Body))
	})
}

// Do answers POST of a verb on one record.
func Do[In, Out any](r *Router, op Op, fn onVersion[In, Out]) {
	register(r, http.MethodPost, op, 200, func(ctx context.Context, who access.Actor, in *body[In]) (*reply[Out], error) {
		version, err := version(in.IfMatch, op.Loose)
		if err != nil {
			return nil, err
		}
		return answer[Out](200)(fn(ctx, who, Param(ctx, "id"), version, in.Body))
	})
}

// Act is Do for a verb that says nothing more.
func Act[Out any](r *Router, op Op, fn func(ctx context.Context, who access.Actor, id string, version int64) (Out, error)) {
	register(r, http.MethodPost, op, 200, func(ctx context.Context, who access.Actor, in *bare) (*reply[Out], error) {
		version, err := version(in.IfMatch, op.Loose)
		if err != nil {
			return nil, err
		}
		return answer[Out](200)(fn(ctx, who, Param(ctx, "id"), version))
	})
}

// Ask answers POST of a question or an act that makes no record.
func Ask[In, Out any](r *Router, op Op, fn method[In, Out]) {
	register(r, http.MethodPost, op, 200, func(ctx context.Context, who access.Actor, in *body[In]) (*reply[Out], error) {
		return answer[Out](200)(fn(ctx, who, in.Body))
	})
}

// Delete answers DELETE of one record; it says no more than that it is done.
func Delete(r *Router, op Op, fn func(ctx context.Context, who access.Actor, id string, version int64) error) {
	register(r, http.MethodDelete, op, 204, func(ctx context.Context, who access.Actor, in *bare) (*empty, error) {
		version, err := version(in.IfMatch, op.Loose)
		if err != nil {
			return nil, err
		}
		return &empty{Status: 204}, fn(ctx, who, Param(ctx, "id"), version)
	})
}

// DeleteOrAsk is Delete of what may have to wait for somebody's decision: 202 then, and it is still there.
func DeleteOrAsk(r *Router, op Op, fn func(ctx context.Context, who access.Actor, id string, version int64) (waits bool, err error)) {
	register(r, http.MethodDelete, op, 204, func(ctx context.Context, who access.Actor, in *bare) (*empty, error) {
		version, err := version(in.IfMatch, op.Loose)
		if err != nil {
			return nil, err
		}
		waits, err := fn(ctx, who, Param(ctx, "id"), version)
		if waits {
			return &empty{Status: http.StatusAccepted}, err
		}
		return &empty{Status: 204}, err
	})
}

// Quiet answers POST of an act about which nothing is to be told.
func Quiet[In, Out any](r *Router, op Op, fn method[In, Out]) {
	register(r, http.MethodPost, op, 204, func(ctx context.Context, who access.Actor, in *body[In]) (*empty, error) {
		_, err := fn(ctx, who, in.Body)
		return &empty{Status: 204}, err
	})
}

// End answers DELETE of what the request itself shows, such as its session.
func End[Out Baker](r *Router, op Op, fn method[struct{}, Out]) {
	register(r, http.MethodDelete, op, 204, func(ctx context.Context, who access.Actor, _ *nothing) (*empty, error) {
		out, err := fn(ctx, who, struct{}{})
		if err != nil {
			return nil, err
		}
		return &empty{204, out.Cookie().String()}, nil
	})
}

// Drop answers DELETE of what is the caller's own and the only one.
func Drop[Out any](r *Router, op Op, fn method[struct{}, Out]) {
	register(r, http.MethodDelete, op, 204, func(ctx context.Context, who access.Actor, _ *nothing) (*empty, error) {
		_, err := fn(ctx, who, struct{}{})
		return &empty{Status: 204}, err
	})
}

// A Baker is an answer that sets a cookie.
type Baker interface{ Cookie() *http.Cookie }

func answer[Out any](status int) func(Out, error) (*reply[Out], error) {
	return func(out Out, err error) (*reply[Out], error) {
		if err != nil {
			return nil, err
		}
		a := &reply[Out]{Status: status, Body: out}
		if v, ok := any(out).(Versioned); ok {
			a.ETag = etag(v.Revision())
		}
		if b, ok := any(out).(Baker); ok && b.Cookie() != nil {
			a.Cookie = b.Cookie().String()
		}
		return a, nil
	}
}
