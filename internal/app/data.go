package app

import (
	"context"
	"encoding/hex"
	"errors"
	"log/slog"
	"os"
	"path/filepath"

	"zhike/internal/app/house"
	"zhike/internal/base/audit"
	"zhike/internal/base/backup"
	"zhike/internal/base/folder"
	"zhike/internal/base/setting"
	"zhike/internal/platform/blob"
	"zhike/internal/platform/clock"
	"zhike/internal/platform/db"
	"zhike/migrations"
)

// open puts the house on the folder's own SQLite file, or on the database named.
func open(ctx context.Context, f *folder.Folder, c Common) (*House, error) {
	if err := backup.FinishSwitch(ctx, f.Path, c.Database); err != nil { // a restore that was killed
		return nil, err
	}
	keys, err := f.Keys(c.Key)
	if err != nil {
		return nil, err
	}
	where, unclean := c.Database, false
	if where == "" {
		log, err := os.Stat(f.File("zhike.db-wal"))
		unclean = err == nil && log.Size() > 0
		where = f.File("zhike.db")
		if err := upgrade(ctx, f.Path); err != nil {
			return nil, err
		}
	}
	d, err := db.Open(ctx, where, db.Options{Now: clock.System})
	if err != nil {
		return nil, err
	}
	h := house.Build(d, keys)
	h.Unclean = unclean
	h.Audit.Anchors = func() ([]audit.Anchored, error) { return folder.Anchors(f.Path) }
	h.Ring.Store, h.Ring.Older = f.StoreKeyset, f.Older
	if err := keepFiles(ctx, h, f.Path, c.Files); err != nil {
		d.Close()
		return nil, err
	}
	if err := h.Clock.Look(ctx); err != nil {
		d.Close()
		return nil, err
	}
	if err := h.Ready(ctx); err != nil {
		d.Close()
		return nil, err
	}
	if err := errors.Join(sameKeys(ctx, h), h.Ring.Adopt(ctx)); err != nil {
		d.Close()
		return nil, err
	}
	n, err := folder.Settle(ctx, d, f.Path, h.EraseAgain)
	if err != nil {
		d.Close()
		return nil, err
	}
	if n > 0 {
		slog.Info("what was erased since the backup was erased again", "records", n)
	}
	if err := folder.SameFiles(ctx, h.DB, h.Shelf.Files); err != nil {
		d.Close()
		return nil, err
	}
	if c.Database == "" { // the folder's lock is ours: whoever worked here is gone
		if err := h.Queue.Reclaim(ctx); err != nil {
			d.Close()
			return nil, err
		}
	}
	return h, nil
}

// upgrade brings an older database of the folder to this program's schema.
func upgrade(ctx context.Context, path string) error {
	u, err := backup.Place{Folder: path}.Upgrade(ctx, migrations.Files, clock.System, false)
	if err == nil && u.From < u.To {
		slog.Info("the database was upgraded", "from", u.From, "to", u.To, "rows", u.Rows, "seconds", u.Took.Seconds(), "before", filepath.Base(u.Aside))
	}
	return err
}

// keepFiles opens the folders in which files lie: sealed ones that stay, and what a large
// workbook spills while it is read, which goes at once and, after a crash, here.
func keepFiles(ctx context.Context, h *House, folder, files string) (err error) {
	if files == "" {
		files = filepath.Join(folder, "files")
	}
	if h.Shelf.Files, err = blob.Open(ctx, files, h.DB.Now()); err != nil {
		return err
	}
	if files != filepath.Join(folder, "files") {
		h.Elsewhere = h.Shelf.Files
	}
	h.Exchange.Temp = filepath.Join(folder, "tmp")
	return errors.Join(os.RemoveAll(h.Exchange.Temp), os.MkdirAll(h.Exchange.Temp, 0o700))
}

// sameKeys refuses a database that other keys sealed: a second node on PostgreSQL, or a
// restored folder, would seal what nobody can read.
func sameKeys(ctx context.Context, h *House) error {
	mark := hex.EncodeToString(h.Keys.Sign("identity", nil))
	_, err := db.Write(ctx, h.DB, program, func(tx *db.Tx) (int, error) {
		if err := tx.Lock("keys"); err != nil {
			return 0, err
		}
		have, err := setting.Meta(tx, "keys")
		switch {
		case err != nil:
			return 0, err
		case have == "":
			return 0, setting.SetMeta(tx, "keys", mark)
		case have != mark:
			return 0, errors.New("the keys in this data folder are not those of the database: copy keys/ from where it was set up")
		}
		return 0, nil
	})
	return err
}
