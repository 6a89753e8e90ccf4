package lists

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/customfield"
	"zhike/internal/base/exchange/export"
	"zhike/internal/platform/db"
	"zhike/locale"
)

// A line of the log in a sheet. Differences are told in one cell, old → new, masked as they
// are in the log.
type line struct {
	ID      string   `json:"id" db:"id"`
	At      api.Time `json:"at" db:"at" field:"datetime,class=internal,list,default,readonly"`
	Who     string   `json:"who" db:"actor" field:"text,class=internal,list,default,readonly"`
	Action  string   `json:"action" db:"action" field:"choice,dict=audit,class=internal,list,default,readonly"`
	Kind    string   `json:"kind" db:"kind" field:"text,class=internal,list,default,readonly"`
	Record  string   `json:"record" db:"record_id" field:"text,class=internal,list,default,readonly"`
	Detail  string   `json:"detail" db:"changes" field:"text,class=internal,list,default,readonly"`
	Address string   `json:"address" db:"address" field:"text,class=internal,list,default,readonly"`
}

var log = customfield.Read[line]("audit", "e")

// logSource is the operation log, for whoever may give it out: the same filter as on the screen.
func (h Lists) logSource() export.Source {
	return export.Source{Kind: "audit", May: access.AuditExport, Catalogue: log, Key: "id",
		Show: func(_ *db.Tx, _ customfield.Field, code, lang string) (string, error) {
			return actLabel(lang, code), nil
		},
		Page: func(ctx context.Context, who access.Actor, q export.Query) ([]any, string, error) {
			p, err := h.Log.List(ctx, who, audit.Filter{Q: q.Q, Action: q.Params["action"], Kind: q.Params["kind"], Actor: q.Params["actor"], Record: q.Params["record"],
				Since: q.Params["since"], Until: q.Params["until"], Limit: q.Limit, Cursor: q.Cursor})
			rows := make([]any, len(p.Items))
			for i, e := range p.Items {
				rows[i] = line{e.ID, e.At, e.Who, e.Action, string(e.Kind), string(e.Record), told(e), string(e.Address)}
			}
			return rows, string(p.Next), err
		}}
}

// actLabel is an act in words; one that an older version knew stays as it is.
func actLabel(lang, act string) string {
	key := "audit.action." + act
	if s := locale.Text(lang, key, nil); s != key {
		return s
	}
	return act
}

// told is what an entry says, in one line.
func told(e audit.Shown) string {
	var all []string
	for _, c := range e.Differs {
		all = append(all, fmt.Sprintf("%s: %s → %s", c.Field, plain(c.Old), plain(c.New)))
	}
	for _, key := range slices.Sorted(maps.Keys(e.Also)) {
		all = append(all, key+": "+plain(e.Also[key]))
	}
	return strings.Join(all, "; ")
}

func plain(v any) string {
	switch v := v.(type) {
	case nil:
		return "-"
	case string:
		return v
	}
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(text)
}
