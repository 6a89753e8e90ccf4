package app

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"zhike/internal/base/api"
	"zhike/internal/base/doctor"
	"zhike/internal/crm/attachment"
	"zhike/internal/platform/blob"
	"zhike/internal/platform/db"
	"zhike/internal/platform/db/dbtest"
	"zhike/internal/platform/fault"
)

const pdf = "%PDF-1.7 身份证 13800138000 "

// added puts a small file on a customer.
func (w *world) added(t *testing.T, as, customer, name string) attachment.Attachment {
	t.Helper()
	a, err := w.Files.Add(t.Context(), w.actors[as], attachment.New{CustomerID: customer, Kind: "contract", Name: name}, strings.NewReader(pdf+name))
	must(t, err)
	return a
}

// papers puts a file on every placement, with planted text in its content and its name.
func (w *world) papers(t *testing.T) {
	t.Helper()
	for _, p := range placementNames {
		a, err := w.Files.Add(t.Context(), program, attachment.New{CustomerID: w.placements[p]["customers"], Kind: "contract", Name: "报价 " + canaryText + ".pdf"}, strings.NewReader(pdf+canaryText))
		must(t, err)
		w.placements[p]["attachments"] = a.ID
	}
}

func (w *world) filesOf(t *testing.T, as, customer string) []attachment.Attachment {
	t.Helper()
	p, err := w.Files.Of(t.Context(), w.actors[as], customer, attachment.Query{Limit: 50})
	must(t, err)
	return p.Items
}

func (w *world) opened(t *testing.T, as, id string) (string, error) {
	t.Helper()
	var b bytes.Buffer
	_, err := w.Files.Open(t.Context(), w.actors[as], id, &b)
	return b.String(), err
}

// failing is a store that fails as it is told.
type failing struct {
	blob.Store
	hold, drop, get error
}

func (f *failing) Get(name string) (io.ReadCloser, error) {
	if f.get != nil {
		return nil, f.get
	}
	return f.Store.Get(name)
}

func (f *failing) Hold(name string, fill func(io.Writer) error) error {
	if f.hold != nil {
		return f.hold
	}
	return f.Store.Hold(name, fill)
}

func (f *failing) Drop(name string) error {
	if f.drop != nil {
		return f.drop
	}
	return f.Store.Drop(name)
}

// TestAttachments: who may add to a customer adds a file and reads it, whoever sees the customer sees that there is one, and nobody
// else anything; its content lies sealed, is there exactly as long as its row, and goes with the customer.
func TestAttachments(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		own, shared, granted := w.placements["own"]["customers"], w.placements["collaborator"]["customers"], w.placements["grant"]["customers"]
		a := w.added(t, "east", own, `C:\合同 李四.pdf`)
		if a.Name[strings.LastIndex(a.Name, "-"):] != "-20260302.pdf" || !strings.Contains(a.Name, "-合同") && !strings.Contains(a.Name, "合同") || a.Original != "合同 李四.pdf" || a.Media != "application/pdf" || !a.Opens {
			t.Errorf("%+v", a)
		}
		b := w.added(t, "east", own, "again.pdf")
		if !strings.HasSuffix(b.Name, "-20260302-2.pdf") {
			t.Errorf("the second of a day: %s", b.Name)
		}
		if text, err := w.opened(t, "east", a.ID); err != nil || text != pdf+`C:\合同 李四.pdf` {
			t.Errorf("%q %v", text, err)
		}
		refused := func(what, as string, n attachment.New, content string, code string) {
			t.Helper()
			if n.Kind == "" {
				n.Kind = "contract"
			}
			_, err := w.Files.Add(ctx, w.actors[as], n, strings.NewReader(content))
			if fault.Code(err) != code {
				t.Errorf("%s: %v, wants %s", what, err, code)
			}
		}
		refused("a customer out of reach", "mate", attachment.New{CustomerID: own, Name: "a.pdf"}, pdf, "not_found")
		refused("a grant sees only", "east", attachment.New{CustomerID: granted, Name: "a.pdf"}, pdf, "not_yours")
		refused("a program", "east", attachment.New{CustomerID: own, Name: "a.pdf"}, "MZ\x90\x00", "attachment_type")
		refused("nothing", "east", attachment.New{CustomerID: own, Name: "a.pdf"}, "", "required")
		refused("no such kind", "east", attachment.New{CustomerID: own, Name: "a.pdf", Kind: "weather"}, pdf, "invalid")
		refused("no such record", "east", attachment.New{CustomerID: own, Name: "a.pdf", RecordKind: "user", RecordID: "x"}, pdf, "invalid")
		refused("a record of another customer", "east", attachment.New{CustomerID: own, Name: "a.pdf", RecordKind: "contact", RecordID: w.placements["team"]["contacts"]}, pdf, "not_found")
		refused("another customer as the record", "east", attachment.New{CustomerID: own, Name: "a.pdf", RecordKind: "customer", RecordID: shared}, pdf, "invalid")
		refused("too large", "east", attachment.New{CustomerID: own, Name: "a.pdf"}, pdf+strings.Repeat("x", api.MaxAttachment), "file_too_large")

		// A collaborator adds, a viewer sees that there is one and does not read it, others nothing.
		c := w.added(t, "east", shared, "seen.pdf")
		if err := w.Files.Remove(ctx, w.actors["east"], c.ID, c.Version); fault.Code(err) != "not_yours" {
			t.Errorf("a collaborator takes away: %v", err)
		}
		d := w.filesOf(t, "marketing", own)
		if len(d) != 2 || d[0].Opens || d[0].Original != "" {
			t.Errorf("marketing sees %+v", d)
		}
		if text, err := w.opened(t, "marketing", a.ID); !errors.Is(err, db.ErrNotYours) || text != "" {
			t.Errorf("marketing reads %q, %v", text, err)
		}
		if _, err := w.opened(t, "mate", a.ID); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("mate: %v", err)
		}
		if all := w.filesOf(t, "mate", own); len(all) > 0 {
			t.Errorf("mate sees %v", all)
		}
		for table, rows := range dbtest.Dump(t, w.DB) {
			for _, r := range rows {
				if strings.Contains(r, "李四.pdf") || strings.Contains(r, "13800138000 ") {
					t.Errorf("%s holds it in clear: %.200s", table, r)
				}
			}
		}

		// No row without content, and no content without a row for long.
		checked := func(missing, orphans int) {
			t.Helper()
			got, err := w.Files.Check(ctx)
			must(t, err)
			if len(got.Missing) != missing || got.Orphans != orphans {
				t.Errorf("%+v, wants %d missing and %d orphans", got, missing, orphans)
			}
		}
		checked(0, 0)
		store := w.Shelf.Files
		broken := &failing{Store: store, hold: blob.ErrAway}
		w.Shelf.Files = broken
		refused("a store that is away", "east", attachment.New{CustomerID: own, Name: "a.pdf"}, pdf, "unavailable")
		broken.hold, broken.drop = nil, blob.ErrAway
		must(t, w.Files.Remove(ctx, w.actors["east"], b.ID, b.Version))
		refused("and its content cannot be dropped", "east", attachment.New{CustomerID: own, Name: "a.pdf"}, pdf+strings.Repeat("x", api.MaxAttachment), "file_too_large")
		w.Shelf.Files = store
		checked(0, 2)
		if n, err := w.Files.Sweep(ctx); n != 0 || err != nil {
			t.Errorf("what is young was swept: %d %v", n, err)
		}
		must(t, store.Each(func(k blob.Kept) error { return aged(w, k.Name) }))
		if n, err := w.Files.Sweep(ctx); n != 2 || err != nil {
			t.Errorf("swept %d, %v", n, err)
		}
		checked(0, 0)
		if text, err := w.opened(t, "east", a.ID); err != nil || len(text) == 0 {
			t.Errorf("after the sweep: %v", err)
		}

		// Ten at one moment are ten names.
		var all sync.WaitGroup
		for range 10 {
			all.Go(func() {
				if _, err := w.Files.Add(context.WithoutCancel(ctx), w.actors["east"], attachment.New{CustomerID: own, Kind: "contract", Name: "x.pdf"}, strings.NewReader(pdf)); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		checked(0, 0)

		// With the customer its files go, rows and content.
		_, err := db.Write(ctx, w.DB, program, func(tx *db.Tx) (int, error) { return 0, w.Purge.TakeOut(tx, own) })
		must(t, err)
		checked(0, 0)
		left := 0
		must(t, store.Each(func(blob.Kept) error { left++; return nil }))
		if rows := dbtest.Dump(t, w.DB)["attachments"]; len(rows) != left {
			t.Errorf("%d rows, %d files", len(rows), left)
		}
		must(t, store.Drop(c.Blob))
		checked(1, 0)
		if found := (doctor.Patient{DB: w.DB, Queue: w.Queue, Zone: time.UTC, Files: w.Filed}).Examine(ctx); found[len(found)-1].State != doctor.Bad {
			t.Errorf("the doctor says %v", found[len(found)-1])
		}
	})
}

// aged makes a file of the world's folder two days old.
func aged(w *world, name string) error {
	at := w.hand.Now().Add(-48 * time.Hour)
	return os.Chtimes(filepath.Join(w.files, filepath.FromSlash(name)), at, at)
}
