package app

import (
	"bytes"
	"mime/multipart"
	"testing"

	"zhike/internal/base/api"
	"zhike/internal/base/exchange"
	"zhike/internal/base/exchange/export"
	"zhike/internal/platform/blob"
	"zhike/internal/platform/db"
)

// finished ends an act that no job asked for.
func finished(*db.Tx) error { return nil }

// keepsFiles gives a world that a test made its folder.
func (w *world) keepsFiles(t *testing.T) {
	t.Helper()
	w.files = t.TempDir()
	files, err := blob.Open(t.Context(), w.files, w.hand.Now())
	must(t, err)
	w.Shelf.Files, w.Exchange.Temp = files, t.TempDir()
}

// brought uploads a sheet as somebody and does what is asked of it.
func (w *world) brought(t *testing.T, as, target, name, text string, plan exchange.NewPlan, acts ...string) exchange.Import {
	t.Helper()
	i, err := w.Exchange.Upload(t.Context(), w.actors[as], api.File{Name: name, Data: []byte(text), Fields: map[string]string{"target": target}})
	must(t, err)
	if _, err = w.Exchange.SetPlan(t.Context(), w.actors[as], i.ID, 0, plan); err != nil {
		t.Fatal(err)
	}
	return w.acted(t, as, i.ID, acts...)
}

// acted has an import checked, run or undone.
func (w *world) acted(t *testing.T, as, id string, acts ...string) (i exchange.Import) {
	t.Helper()
	var err error
	for _, act := range acts {
		switch act {
		case "check":
			_, err = w.Exchange.Check(t.Context(), w.actors[as], id, exchange.Nothing{})
			must(t, err)
			must(t, w.Exchange.Do(t.Context(), id, "checking", w.users[as], w.actors[as].Bound(), finished))
		case "run":
			_, err = w.Exchange.RunUnchecked(t.Context(), w.actors[as], id)
			must(t, err)
			must(t, w.Exchange.Do(t.Context(), id, "running", w.users[as], w.actors[as].Bound(), finished))
		case "undo":
			_, err = w.Exchange.Undo(t.Context(), w.actors[as], id, exchange.Nothing{})
			must(t, err)
			must(t, w.Exchange.Do(t.Context(), id, "undoing", w.users[as], w.actors[as].Bound(), finished))
		}
	}
	i, err = w.Exchange.Get(t.Context(), w.actors[as], id)
	must(t, err)
	return i
}

// sheets puts an import and an export into every placement: checked ones, and mate's is in
// already, so that it can be undone. Cells hold the planted numbers.
func (w *world) sheets(t *testing.T) {
	makers := map[string]string{"own": "east", "team": "mate", "above": "first", "other": "second", "pool": "leader", "collaborator": "second", "grant": "second", "ended": "second", "binned": "admin"}
	for n, name := range placementNames {
		as := makers[name]
		mark := string([]rune("甲乙丙丁戊己庚辛壬")[n])
		text := "客户名称,联系人,手机,备注\n绍兴" + mark + "禾纺织有限公司,欧阳修远," + canaryValue + ",电话" + canaryText + "\n绍兴" + mark + "桑纺织有限公司,欧阳修远,1381234567,电话" + canaryText + "\n"
		acts := []string{"check"}
		if name == "team" {
			acts = []string{"check", "run"}
		}
		i := w.brought(t, as, "customer", "名单.csv", text, exchange.NewPlan{}, acts...)
		w.placements[name]["imports"] = i.ID
		if as == "leader" || as == "admin" {
			e, err := w.Export.Ask(t.Context(), w.actors[as], export.New{Target: "customer", Format: "csv"})
			must(t, err)
			must(t, w.Export.Do(t.Context(), e.ID, w.users[as], w.actors[as].Bound(), finished))
			w.placements[name]["exports"] = e.ID
		}
	}
	for _, name := range placementNames {
		if w.placements[name]["exports"] == "" {
			w.placements[name]["exports"] = w.placements["pool"]["exports"] // a leader's
		}
	}
}

// form is a multipart body with a file, as a browser sends it.
func form(t interface{ Fatal(...any) }, file, text string, fields map[string]string) (body, kind string) {
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	if err := m.SetBoundary("zhike"); err != nil {
		t.Fatal(err)
	}
	for k, v := range fields {
		if err := m.WriteField(k, v); err != nil {
			t.Fatal(err)
		}
	}
	f, err := m.CreateFormFile("file", file)
	if err != nil {
		t.Fatal(err)
	}
	f.Write([]byte(text))
	m.Close()
	return b.String(), m.FormDataContentType()
}
