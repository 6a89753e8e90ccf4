package attachment

import (
	"context"
	"errors"
	"time"

	"zhike/internal/platform/blob"
	"zhike/internal/platform/db"
)

// Forsaken is how old content is when no upload can be at work on it any more.
const Forsaken = 24 * time.Hour

// Sweep forgets content that no row names and that is older than a day: what a killed upload left.
func (s *Service) Sweep(ctx context.Context) (dropped int, err error) {
	var old []string
	before := s.DB.Now().Add(-Forsaken)
	flush := func() error {
		orphans, err := s.orphans(ctx, old)
		old = nil
		for _, name := range orphans {
			if err := s.Shelf.Drop(name); err != nil {
				return err
			}
			dropped++
		}
		return err
	}
	err = s.Shelf.Files.Each(func(k blob.Kept) error {
		if !under(k.Name) || !k.At.Before(before) {
			return ctx.Err()
		}
		if old = append(old, k.Name); len(old) < 500 {
			return ctx.Err()
		}
		return flush()
	})
	if err == nil && len(old) > 0 {
		err = flush()
	}
	return dropped, err
}

// orphans are those of names that no row has.
func (s *Service) orphans(ctx context.Context, names []string) ([]string, error) {
	return db.Read(ctx, s.DB, program, func(tx *db.Tx) ([]string, error) {
		rows, err := db.All[lies](tx, known, db.Args{"blobs": names})
		if err != nil {
			return nil, err
		}
		has := map[string]bool{}
		for _, r := range rows {
			has[r.Blob] = true
		}
		var out []string
		for _, n := range names {
			if !has[n] {
				out = append(out, n)
			}
		}
		return out, nil
	})
}

// Checked is how rows and content fit together.
type Checked struct {
	Rows    int
	Missing []string // ids of attachments whose content is gone
	Orphans int      // content that no row names, young or not
}

// Check asks for the content of every row, and for the row of all content.
func (s *Service) Check(ctx context.Context) (c Checked, err error) {
	kept := map[string]bool{}
	if err := s.Shelf.Files.Each(func(k blob.Kept) error {
		if under(k.Name) {
			kept[k.Name] = true
		}
		return ctx.Err()
	}); err != nil {
		return c, err
	}
	for after := ""; ; {
		rows, err := db.Read(ctx, s.DB, program, func(tx *db.Tx) ([]Attachment, error) {
			return db.All[Attachment](tx, every, db.Args{"after": after})
		})
		if err != nil {
			return c, err
		}
		for _, r := range rows {
			c.Rows++
			after = r.ID
			if kept[r.Blob] {
				delete(kept, r.Blob)
				continue
			}
			there, err := s.Shelf.Files.Get(r.Blob) // it may have come after we looked
			switch {
			case err == nil:
				there.Close()
			case errors.Is(err, blob.ErrNone):
				c.Missing = append(c.Missing, r.ID)
			default:
				return c, err
			}
		}
		if len(rows) < 500 {
			c.Orphans = len(kept)
			return c, nil
		}
	}
}
