package api

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"path"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/platform/clock"
	"zhike/internal/platform/fault"

	"github.com/danielgtaylor/huma/v2"
)

// What a caller may send as a file.
const (
	MaxFile     = 40 << 20        // bytes
	FileTimeout = 5 * time.Minute // a slow line
	maxParts    = 20
	maxPart     = 64 << 10 // of a form's field
)

// A File is what somebody sent, whole, with the other fields of the form it came in.
type File struct {
	Name   string
	Data   []byte
	Fields map[string]string
}

var (
	errFileTooLarge = fault.New(fault.TooLarge, "file_too_large")
	errNoForm       = fault.New(fault.Unsupported, "file_type").At("file")
)

// sent reads a form while huma resolves the request, part by part: nothing is kept on the disk.
type sent struct {
	file File
	err  error
}

// Resolve implements huma.Resolver.
func (s *sent) Resolve(c huma.Context) []error {
	c.SetReadDeadline(clock.System().Add(FileTimeout))
	s.file, s.err = readForm(c.Header("Content-Type"), c.BodyReader())
	return nil
}

func readForm(header string, body io.Reader) (f File, err error) {
	kind, params, err := mime.ParseMediaType(header)
	if err != nil || kind != "multipart/form-data" {
		return f, errNoForm
	}
	f.Fields = map[string]string{}
	parts := multipart.NewReader(io.LimitReader(body, MaxFile+maxParts*maxPart), params["boundary"])
	for n, found := 0, false; ; n++ {
		p, err := parts.NextPart()
		if err == io.EOF && found {
			return f, nil
		}
		if err != nil || n == maxParts {
			return f, errors.Join(fault.Rule("required", "file"), err)
		}
		if p.FormName() == "file" && !found {
			f.Name, found = named(p.FileName()), true
			f.Data, err = upTo(p, MaxFile)
		} else {
			var text []byte
			text, err = upTo(p, maxPart)
			f.Fields[held(p.FormName())] = held(string(text))
		}
		if err != nil {
			return f, err
		}
	}
}

// named is a file's name without its folders; an endless one is cut before its extension.
func named(name string) string {
	name = held(name)
	for i := len(name) - 1; i >= 0; i-- {
		if name[i] == '/' || name[i] == '\\' {
			name = name[i+1:]
			break
		}
	}
	if r, end := []rune(name), []rune(path.Ext(name)); len(r) > MaxFileName {
		end = end[:min(len(end), 12)]
		name = string(r[:MaxFileName-len(end)]) + string(end)
	}
	return name
}

// upTo reads at most n bytes, and tells more from a line that broke.
func upTo(r io.Reader, n int64) ([]byte, error) {
	var b bytes.Buffer
	got, err := io.Copy(&b, io.LimitReader(r, n+1))
	switch {
	case err != nil:
		return nil, fault.New(fault.Malformed, "invalid").Because(err)
	case got > n:
		return nil, errFileTooLarge
	}
	return b.Bytes(), nil
}

// Upload answers POST of a form with a file.
func Upload[Out any](r *Router, op Op, fn func(context.Context, access.Actor, File) (Out, error)) {
	register(r, http.MethodPost, op, 201, func(ctx context.Context, who access.Actor, in *sent) (*reply[Out], error) {
		if in.err != nil {
			return nil, in.err
		}
		return answer[Out](201)(fn(ctx, who, in.file))
	}, func(o *huma.Operation) {
		o.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"multipart/form-data": {Schema: form}}}
	})
}

// form is what an upload looks like in the document.
var form = &huma.Schema{Type: "object", Required: []string{"file"}, Properties: map[string]*huma.Schema{"file": {Type: "string", Format: "binary"}},
	AdditionalProperties: &huma.Schema{Type: "string"}}

// Sheet is a file to be sent: what it is called, what it is, and how it is written.
type Sheet struct {
	Name, Type string
	Write      func(io.Writer) error
}

// lifeless is the policy of what others wrote: were it shown in spite of all, it could do nothing and
// would be no page of our origin.
const lifeless = "sandbox; default-src 'none'"

// Download answers GET with a file to be kept, never to be shown.
func Download[In any](r *Router, op Op, fn func(ctx context.Context, who access.Actor, id string, in In) (Sheet, error)) {
	op.Gives = true
	register(r, http.MethodGet, op, 200, func(ctx context.Context, who access.Actor, in *In) (*huma.StreamResponse, error) {
		s, err := fn(ctx, who, Param(ctx, "id"), *in)
		if err != nil {
			return nil, err
		}
		return &huma.StreamResponse{Body: func(c huma.Context) {
			c.SetHeader("Content-Type", s.Type)
			c.SetHeader("X-Content-Type-Options", "nosniff")
			c.SetHeader("Content-Security-Policy", lifeless)
			c.SetHeader("Content-Disposition", `attachment; filename*=UTF-8''`+url.PathEscape(s.Name))
			if err := s.Write(c.BodyWriter()); err != nil {
				panic(http.ErrAbortHandler) // half a file must not look like a whole one
			}
		}}, nil
	}, func(o *huma.Operation) {
		o.Responses = map[string]*huma.Response{"200": {Description: "The file", Content: map[string]*huma.MediaType{
			"application/octet-stream": {Schema: &huma.Schema{Type: "string", Format: "binary"}}}}}
	})
}

// Replace answers PUT of what one record is to hold in full.
func Replace[In, Out any](r *Router, op Op, fn onVersion[In, Out]) {
	register(r, http.MethodPut, op, 200, func(ctx context.Context, who access.Actor, in *body[In]) (*reply[Out], error) {
		version, err := version(in.IfMatch, op.Loose)
		if err != nil {
			return nil, err
		}
		return answer[Out](200)(fn(ctx, who, Param(ctx, "id"), version, in.Body))
	})
}

// Start answers POST of an act that goes on by itself: 202, and the record tells how far it is.
func Start[In, Out any](r *Router, op Op, fn on[In, Out]) {
	register(r, http.MethodPost, op, 202, func(ctx context.Context, who access.Actor, in *In) (*reply[Out], error) {
		return answer[Out](202)(fn(ctx, who, Param(ctx, "id"), *in))
	})
}
