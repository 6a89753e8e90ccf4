package app

import (
	"bytes"
	"crypto/rand"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"zhike/internal/app/house"
	"zhike/internal/base/api"
	"zhike/internal/base/backup"
	"zhike/internal/base/folder"
	"zhike/internal/crm/attachment"
	"zhike/internal/platform/blob"
	"zhike/internal/platform/clock"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// bucket is a place of a test's own in the bucket of tests.
func bucket(t *testing.T) blob.Store {
	t.Helper()
	where := os.Getenv("ZHIKE_TEST_S3")
	if where == "" {
		t.Skip("there is no S3 here: tools/versity.sh start")
	}
	s, err := blob.Open(t.Context(), strings.Replace(where, "?", "/"+strings.ToLower(rand.Text())+"?", 1), demoNow)
	must(t, err)
	t.Cleanup(func() { s.Close() })
	return s
}

// moved brings the files of one store to another, and counts them.
func moved(t *testing.T, from, to blob.Store) (n int) {
	t.Helper()
	must(t, from.Each(func(k blob.Kept) error {
		r, err := from.Get(k.Name)
		must(t, err)
		defer r.Close()
		n++
		return to.Hold(k.Name, func(w io.Writer) error { _, err := io.Copy(w, r); return err })
	}))
	return n
}

// TestFilesInABucket: an attachment lies sealed in the bucket, a backup holds it, and a restore brings it to another bucket; a bucket
// that is away is unavailable, and loses no row.
func TestFilesInABucket(t *testing.T) {
	here, there := bucket(t), bucket(t)
	f, h, _ := small(t, 3, demoNow)
	ctx, now := t.Context(), clock.At(demoNow).Now
	must(t, keepFiles(ctx, h, f.Path, ""))
	papers := moved(t, h.Shelf.Files, here)
	h.Shelf.Files = here
	chief := actor(t, h, "luzhixia")
	list, err := h.Customers.List(ctx, chief, api.ListQuery{Limit: 1})
	must(t, err)
	content := pdf + strings.Repeat("十二月的合同 ", 1<<19) // more than one part
	a, err := h.Files.Add(ctx, chief, attachment.New{CustomerID: list.Items[0].ID, Kind: "contract", Name: "合同.pdf"}, strings.NewReader(content))
	must(t, err)
	var lies bytes.Buffer
	must(t, here.Each(func(k blob.Kept) error {
		r, err := here.Get(k.Name)
		must(t, err)
		defer r.Close()
		_, err = lies.ReadFrom(r)
		return err
	}))
	if lies.Len() < len(content) || bytes.Contains(lies.Bytes(), []byte("13800138000")) {
		t.Errorf("%d bytes lie there, in clear or cut", lies.Len())
	}

	p := mustPlace(t, f)
	p.Files = here
	out := filepath.Join(t.TempDir(), "one.backup")
	made, err := p.Make(ctx, h.DB, h.Keys, out)
	must(t, err)
	if made.Files != papers+1 {
		t.Errorf("%+v", made)
	}
	to := t.TempDir()
	for range 2 { // again over what is there
		_, err = (backup.Place{Folder: to, KEK: p.KEK, Files: there}).Restore(ctx, out, 0, now)
		must(t, err)
	}
	other, err := folder.Open(to)
	must(t, err)
	defer other.Close()
	must(t, other.Keep(p.KEK))
	keys, err := other.Keys("")
	must(t, err)
	d, err := db.Open(ctx, other.File("zhike.db"), db.Options{Now: now})
	must(t, err)
	defer d.Close()
	again := house.Build(d, keys)
	again.Shelf.Files = there
	var back bytes.Buffer
	if _, err := again.Files.Open(ctx, actor(t, again, "luzhixia"), a.ID, &back); err != nil || back.String() != content {
		t.Errorf("%d bytes came back, %v", back.Len(), err)
	}
	if c, err := again.Files.Check(ctx); err != nil || c.Rows != papers+1 || len(c.Missing)+c.Orphans > 0 {
		t.Errorf("%+v %v", c, err)
	}

	again.Shelf.Files = &failing{Store: there, hold: blob.ErrAway, get: blob.ErrAway}
	if _, err := again.Files.Open(ctx, actor(t, again, "luzhixia"), a.ID, &back); fault.Code(err) != "unavailable" {
		t.Errorf("away: %v", err)
	}
	if c, err := again.Files.Of(ctx, actor(t, again, "luzhixia"), a.CustomerID, attachment.Query{Limit: 50}); err != nil || !slices.ContainsFunc(c.Items, func(x attachment.Attachment) bool { return x.ID == a.ID }) {
		t.Errorf("the row is lost: %v %v", c, err)
	}
}
