package api

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
	"zhike/locale"

	"github.com/danielgtaylor/huma/v2"
)

// Problem is RFC 9457. It holds no value anybody submitted.
type Problem struct {
	Type   string  `json:"type" doc:"The code as a relative URI."`
	Title  string  `json:"title" doc:"In the viewer's language."`
	Status int     `json:"status"`
	Detail string  `json:"detail,omitempty"`
	Code   string  `json:"code"`
	ID     string  `json:"id,omitempty" doc:"What the user reads out and the log has."`
	Errors []Wrong `json:"errors,omitempty"`

	params map[string]any
	after  int
}

// Wrong is one field and why.
type Wrong struct {
	Field   string         `json:"field"`
	Code    string         `json:"code"`
	Message string         `json:"message"`
	Params  map[string]any `json:"params,omitempty"`
}

func (p *Problem) Error() string             { return p.Code }
func (p *Problem) GetStatus() int            { return p.Status }
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// GetHeaders implements huma's HeadersError.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	if p.after > 0 {
		h.Set("Retry-After", strconv.Itoa(p.after))
	}
	return h
}

var statuses = map[fault.Kind]int{
	fault.Internal: 500, fault.Malformed: 400, fault.Unauthenticated: 401, fault.Denied: 403, fault.NotFound: 404, fault.Conflict: 409,
	fault.Stale: 412, fault.TooLarge: 413, fault.Unsupported: 415, fault.Invalid: 422, fault.VersionMissing: 428, fault.TooMany: 429, fault.Unavailable: 503,
}

// problem is the one place where errors become HTTP.
func problem(err error) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	var f *fault.Fault
	switch {
	case errors.As(err, &f) && f.Kind != fault.Internal:
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		f = db.ErrUnavailable
	default:
		id := rand.Text()[:12]
		slog.Error("request failed", "id", id, "error", err)
		return &Problem{Status: 500, Code: "internal", ID: id}
	}
	if f.Kind == fault.Unavailable && !errors.Is(err, context.Canceled) { // a client that went away is nobody's trouble
		slog.Warn("unavailable", "error", err)
	}
	p = &Problem{Status: statuses[f.Kind], Code: f.Code, params: f.Params, after: int(math.Ceil(f.RetryAfter.Seconds()))}
	for _, d := range f.Details {
		p.Errors = append(p.Errors, Wrong{Field: d.Field, Code: d.Code, Params: d.Params})
	}
	return p
}

var readOnly sync.Map // of field names that answers have

// refused is what huma itself finds wrong: the place and the rule, never the value.
func refused(status int, _ string, errs ...error) huma.StatusError {
	p := &Problem{Status: status, Code: "invalid"}
	switch status {
	case 413:
		p.Code = "file_too_large"
	case 500:
		p.Code, p.ID = "internal", rand.Text()[:12]
		slog.Error("request failed", "id", p.ID, "error", fmt.Sprint(len(errs), " errors of the framework"))
	}
	for _, err := range errs {
		var d *huma.ErrorDetail
		if !errors.As(err, &d) {
			continue
		}
		w := Wrong{Field: strings.TrimPrefix(strings.TrimPrefix(d.Location, "body."), "query."), Code: "invalid"}
		missing, isMissing := strings.CutPrefix(d.Message, "expected required property ")
		switch {
		case isMissing:
			name, _, _ := strings.Cut(missing, " ")
			w.Field, w.Code = strings.TrimPrefix(strings.TrimPrefix(d.Location+"."+name, "body."), "body"), "required"
		case strings.HasPrefix(d.Message, "unexpected property"):
			w.Code = "unknown_field"
			last := w.Field[strings.LastIndex(w.Field, ".")+1:]
			if _, known := readOnly.Load(last); known {
				w.Code = "read_only"
			}
		case strings.HasPrefix(d.Message, "required "):
			w.Code = "required"
		}
		p.Errors = append(p.Errors, w)
	}
	if len(p.Errors) == 1 {
		p.Code = p.Errors[0].Code
	}
	return p
}

// localise gives a problem its words in the viewer's language.
func localise(c huma.Context, _ string, v any) (any, error) {
	p, ok := v.(*Problem)
	if ok {
		p.speak(Language(c.Header("Accept-Language")))
	}
	return v, nil
}

// Language is the one of ours that an Accept-Language header asks for first.
func Language(header string) string {
	for _, part := range strings.Split(header, ",") {
		tag, _, _ := strings.Cut(strings.TrimSpace(strings.ToLower(part)), ";")
		switch {
		case strings.HasPrefix(tag, "zh"):
			return "zh-CN"
		case strings.HasPrefix(tag, "en"):
			return "en"
		}
	}
	return "zh-CN"
}

func (p *Problem) speak(lang string) {
	p.Type = "/problems/" + p.Code
	p.Title = locale.Text(lang, "error."+p.Code+".title", p.params)
	p.Detail = locale.Text(lang, "error."+p.Code+".detail", p.params)
	for i, w := range p.Errors {
		p.Errors[i].Message = locale.Text(lang, "error."+w.Code+".detail", w.Params)
	}
}

// write answers with a problem outside huma's own path.
func write(c huma.Context, p *Problem) {
	p.speak(Language(c.Header("Accept-Language")))
	for k, v := range p.GetHeaders() {
		c.SetHeader(k, v[0])
	}
	c.SetHeader("Content-Type", "application/problem+json")
	c.SetStatus(p.Status)
	json.NewEncoder(c.BodyWriter()).Encode(p)
}

// Refuse answers with an error outside any operation.
func Refuse(w http.ResponseWriter, r *http.Request, err error) {
	p := problem(err)
	p.speak(Language(r.Header.Get("Accept-Language")))
	for k, v := range p.GetHeaders() {
		w.Header().Set(k, v[0])
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	json.NewEncoder(w).Encode(p)
}
