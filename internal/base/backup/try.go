package backup

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"zhike/internal/base/audit"
	"zhike/internal/platform/archive"
	"zhike/internal/platform/db"
	"zhike/internal/platform/db/dump"
	"zhike/internal/platform/db/snapshot"
)

// aside is a new folder for what is tried.
func (p Place) aside() (string, error) {
	b := make([]byte, 6)
	rand.Read(b)
	aside := filepath.Join(p.Folder, "backups", ".aside-"+hex.EncodeToString(b))
	return aside, os.MkdirAll(aside, 0o700)
}

// A Tried backup is whole: every byte, every row, the chain of its log.
type Tried struct {
	archive.Header
	Rows    int64
	Files   int
	Sealed  int64
	Head    string
	OldKeys bool // its keyset is another than the folder's
	How     string
	Log     audit.Verdict
}

// Try restores a backup aside, where nobody uses it, and says whether it is sound. Errors:
// archive.ErrForeign, archive.ErrBroken, crypt.ErrKey, ErrRows, ErrChain, ErrNewer.
func (p Place) Try(ctx context.Context, path string, now func() time.Time) (t Tried, err error) {
	aside, err := p.aside()
	if err != nil {
		return t, err
	}
	defer os.RemoveAll(aside)
	return p.unpack(ctx, path, aside, now, nil)
}

// unpack puts a backup into a new folder and checks all of it, its log also against anchors.
func (p Place) unpack(ctx context.Context, path, into string, now func() time.Time, anchors []audit.Anchored) (t Tried, err error) {
	from, err := os.Open(path)
	if err != nil {
		return t, err
	}
	defer from.Close()
	h, m, err := archive.Read(from, p.KEK, func(name string, _ int64, from io.Reader) error {
		to := filepath.Join(into, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			return err
		}
		return written(to, func(w io.Writer) error {
			_, err := io.Copy(w, from)
			return err
		})
	})
	t = Tried{Header: h}
	if err != nil {
		return t, err
	}
	for n := range maps.Values(m.Rows) {
		t.Rows += n
	}
	for _, e := range m.Entries {
		if strings.HasPrefix(e.Name, "files/") {
			t.Files++
		}
	}
	look := func(where string, facts snapshot.Facts) (err error) {
		if !maps.Equal(facts.Rows, m.Rows) || facts.Schema != h.Schema {
			return ErrRows
		}
		t.Log, err = chain(ctx, where, now, anchors)
		t.Sealed, t.Head = t.Log.Sealed, t.Log.Head
		return err
	}
	if h.Engine == onPostgres {
		t.How, err = dump.Try(ctx, p.Address, filepath.Join(into, dumped), look)
		return t, err
	}
	facts, err := snapshot.Check(ctx, filepath.Join(into, database))
	if err != nil {
		return t, err
	}
	t.How = dump.Restored
	return t, look(filepath.Join(into, database), facts)
}

// onPostgres is the engine of a backup that PostgreSQL's own tools made.
const onPostgres = "postgresql"

// chain recomputes the chain of the log of a copy, and compares it with the anchors of its time.
func chain(ctx context.Context, where string, now func() time.Time, anchors []audit.Anchored) (audit.Verdict, error) {
	d, err := db.Open(ctx, where, db.Options{Now: now, Readers: 1})
	if err != nil {
		return audit.Verdict{}, err
	}
	defer d.Close()
	v, err := audit.Verify(ctx, d, nil)
	if err == nil && len(anchors) > 0 {
		v, err = audit.Verify(ctx, d, slices.DeleteFunc(slices.Clone(anchors), func(a audit.Anchored) bool { return a.Position > v.Sealed })) // later than the copy
	}
	if strings.Contains(v.Broken, "never sealed") { // nobody seals in a copy
		v.Broken = ""
	}
	if err == nil && v.Broken != "" {
		err = fmt.Errorf("%w: %s", ErrChain, v.Broken)
	}
	return v, err
}

// Audit restores a backup aside and verifies the chain of its log, also against anchors that
// were kept outside it; a broken one is a verdict and no error.
func (p Place) Audit(ctx context.Context, path string, now func() time.Time, anchors []audit.Anchored) (v audit.Verdict, err error) {
	aside, err := p.aside()
	if err != nil {
		return v, err
	}
	defer os.RemoveAll(aside)
	t, err := p.unpack(ctx, path, aside, now, anchors)
	switch {
	case errors.Is(err, ErrChain):
		return t.Log, nil
	case err == nil && t.How == dump.Read:
		err = errors.New("backup: no server here may restore it aside, so its log cannot be verified")
	}
	return t.Log, err
}
