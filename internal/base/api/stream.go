package api

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/platform/clock"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// Of a stream of events: how often it shows that it lives, and how long a reader may take
// over one message.
const (
	Heartbeat     = 15 * time.Second
	streamPatient = 10 * time.Second
)

// Stream answers GET with server-sent events, as long as open's channel gives some, the
// caller stays and may. Who he is and whether he still may is asked anew before each
// message; that asking is no use of the session, or an open page would keep it for ever.
func Stream[T any](r *Router, op Op, open func(who access.Actor) (events <-chan T, leave func(), err error)) {
	op.Gives = true
	register(r, http.MethodGet, op, 200, func(ctx context.Context, who access.Actor, _ *nothing) (*huma.StreamResponse, error) {
		events, leave, err := open(who)
		if err != nil {
			return nil, err
		}
		return &huma.StreamResponse{Body: func(c huma.Context) {
			defer leave()
			cred := credential(c)
			cred.Quiet = true
			r.flow(c, func() bool {
				now, err := r.who(ctx, cred)
				return err == nil && now.ID() == who.ID() && now.Known() && !now.IsLooking() && !now.MustChange() && !now.MustEnrol() && op.allows(now)
			}, func() ([]byte, bool) { return next(ctx, events) })
		}}, nil
	}, func(o *huma.Operation) {
		schema := r.api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[T](), true, "")
		o.Responses = map[string]*huma.Response{"200": {Description: "Events", Content: map[string]*huma.MediaType{"text/event-stream": {Schema: schema}}}}
	})
}

// next is the next message, or a sign of life; false ends the stream.
func next[T any](ctx context.Context, events <-chan T) ([]byte, bool) {
	beat := time.NewTimer(Heartbeat)
	defer beat.Stop()
	select {
	case <-ctx.Done():
		return nil, false
	case e, ok := <-events:
		if !ok {
			return nil, false
		}
		text, err := json.Marshal(e)
		return append(append([]byte("data: "), text...), '\n', '\n'), err == nil
	case <-beat.C:
		return []byte(":\n\n"), true
	}
}

func (r *Router) flow(c huma.Context, may func() bool, next func() ([]byte, bool)) {
	_, w := humago.Unwrap(c)
	control := http.NewResponseController(w)
	// The server's deadline of reading is for requests: met here it would end the stream.
	_ = control.SetReadDeadline(time.Time{})
	c.SetHeader("Content-Type", "text/event-stream; charset=utf-8")
	c.SetHeader("X-Accel-Buffering", "no")
	for text, ok := []byte("retry: 3000\n\n"), true; ok && may(); text, ok = next() { // judged after the wait, before the writing
		_ = control.SetWriteDeadline(clock.System().Add(streamPatient))
		if _, err := w.Write(text); err != nil {
			return
		}
		if control.Flush() != nil {
			return
		}
	}
	_ = control.SetWriteDeadline(time.Time{}) // the connection may serve other requests
}
