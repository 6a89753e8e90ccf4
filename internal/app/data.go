package app

import (
	"context"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"

	"zhike/internal/base/backup"
	"zhike/internal/base/folder"
	"zhike/internal/base/setting"
	"zhike/internal/platform/blob"
	"zhike/internal/platform/clock"
	"zhike/internal/platform/db"
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
	where := c.Database
	if where == "" {
		where = f.File("zhike.db")
	}
	d, err := db.Open(ctx, where, db.Options{Now: clock.System})
	if err != nil {
		return nil, err
	}
	h := Build(d, keys)
	if err := h.keepFiles(ctx, f.Path, c.Files); err != nil {
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
	if err := h.sameKeys(ctx); err != nil {
		d.Close()
		return nil, err
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

// keepFiles opens the folders in which files lie: sealed ones that stay, and what a large
// workbook spills while it is read, which goes at once and, after a crash, here.
func (h *House) keepFiles(ctx context.Context, folder, files string) (err error) {
	if files == "" {
		files = filepath.Join(folder, "files")
	}
	if h.Shelf.Files, err = blob.Open(ctx, files, h.DB.Now()); err != nil {
		return err
	}
	if files != filepath.Join(folder, "files") {
		h.elsewhere = h.Shelf.Files
	}
	h.Exchange.Temp = filepath.Join(folder, "tmp")
	return errors.Join(os.RemoveAll(h.Exchange.Temp), os.MkdirAll(h.Exchange.Temp, 0o700))
}

// sameKeys refuses a database that other keys sealed: a second node on PostgreSQL, or a
// restored folder, would seal what nobody can read.
func (h *House) sameKeys(ctx context.Context) error {
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
