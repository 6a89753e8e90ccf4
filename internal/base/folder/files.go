package folder

import (
	"context"
	"errors"
	"io"

	"zhike/internal/base/access"
	"zhike/internal/base/setting"
	"zhike/internal/platform/blob"
	"zhike/internal/platform/db"
)

var program = access.Program("folder")

// SameFiles refuses a node of a PostgreSQL whose files lie where the other nodes do not look: what
// one took in, another could not read.
func SameFiles(ctx context.Context, d *db.DB, files blob.Store) error {
	if d.Path() != "" {
		return nil
	}
	mark, err := db.Read(ctx, d, program, func(tx *db.Tx) (string, error) { return setting.Meta(tx, "files") })
	if err != nil {
		return err
	}
	if mark == "" {
		name, err := files.Put(func(w io.Writer) error { _, err := io.WriteString(w, "zhike\n"); return err })
		if err != nil {
			return err
		}
		if mark, err = db.Write(ctx, d, program, func(tx *db.Tx) (string, error) {
			if err := tx.Lock("files"); err != nil {
				return "", err
			}
			have, err := setting.Meta(tx, "files")
			if err != nil || have != "" {
				return have, err
			}
			return name, setting.SetMeta(tx, "files", name)
		}); err != nil {
			return err
		}
	}
	there, err := files.Get(mark)
	if errors.Is(err, blob.ErrNone) {
		return errors.New("the files of this database lie elsewhere: give every node the same --files, or restore them there")
	}
	if err != nil {
		return err
	}
	return there.Close()
}
