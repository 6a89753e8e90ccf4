package house

import (
	"context"
	"io"
	"net/http"

	"zhike/internal/app/site"
	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/letterhead"
	"zhike/internal/base/listview"
	"zhike/internal/crm/dossier"
	"zhike/internal/crm/group"
	"zhike/internal/crm/panorama"
	"zhike/internal/crm/phrase"
	"zhike/internal/crm/standard"
	"zhike/web"
)

// Routes puts every operation on mux; who judges credentials (nil: the account's gate).
func (h *House) Routes(mux *http.ServeMux, who func(context.Context, api.Credential) (access.Actor, error)) *api.Router {
	if who == nil {
		who = h.Door.Who
	}
	r := api.New(mux, h.DB, h.Keys, who)
	r.Refused, r.Instead = h.Door.Refused, h.Merges.Instead
	for _, s := range []interface{ Routes(*api.Router) }{
		h.Account, h.Door, h.Settings, h.Words, h.Numbers, h.Fields, h.Ours, h.Required, h.Wording, h.Layouts, h.Audit, h.Search,
		standard.Service{}, h.Customers, h.Directory, h.Pools, h.Members, h.Journeys, h.Duplicates, h.FollowUps, h.Tasks, h.Needs, h.Feedback, h.Orders, h.Segments, h.Bulk, h.WinBacks, h.Trials, h.Chains, h.Archives, h.Merges, h.Vocabulary, h.Owned, h.Presets, h.Quality, h.Comments, h.Confirmed, h.KeyChanges, h.Reports, h.Handouts, h.Mailings, h.Reviews, h.Timeline, h.panorama(), h.groups(), h.dossier(), &letterhead.Service{DB: h.DB}, &listview.Service{DB: h.DB, Catalogues: h.Fields.Catalogues()}, &phrase.Service{DB: h.DB, Book: h.Book}, h.Files, h.Exchange, h.Export,
		h.Live, h.Outbox, h.Notices, h.Calendar, h.Alerts, h.Backups,
	} {
		s.Routes(r)
	}
	return r
}

func (h *House) panorama() *panorama.Service {
	return &panorama.Service{Timeline: h.Timeline, Tasks: h.Tasks, Comments: h.Comments, Directory: h.Directory, Orders: h.Orders, Files: h.Files, Alerts: h.Alerts, Quality: h.Quality, Segments: h.Segments, Keys: h.KeyChanges, Groups: h.groups()}
}

func (h *House) dossier() *dossier.Service {
	return &dossier.Service{DB: h.DB, Book: h.Book, Lists: h.Export, Customers: h.Customers, Directory: h.Directory, FollowUps: h.FollowUps, Orders: h.Orders, Files: h.Files}
}

func (h *House) groups() *group.Service {
	return &group.Service{DB: h.DB, Own: h.Own, Customers: h.Customers}
}

// Mux is the public listener's: the API, its document, the user interface, health.
func (h *House) Mux() *http.ServeMux {
	mux := http.NewServeMux()
	r := h.Routes(mux, nil)
	document, err := r.Document()
	if err != nil {
		panic(err) // the types are fixed at build time; a test builds the document
	}
	mux.HandleFunc("GET /openapi.json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Write(document)
	})
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok\n") })
	mux.Handle("GET /readyz", h.Standing)
	mux.Handle("GET /", site.Handler(web.FS()))
	return mux
}
