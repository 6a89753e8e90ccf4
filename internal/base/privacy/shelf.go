package privacy

import (
	"context"
	"io"

	"zhike/internal/platform/blob"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
)

// A Shelf keeps files of subjects, each sealed under its subject's key. Nothing of it
// happens inside a unit of work.
type Shelf struct {
	DB    *db.DB
	Vault *Vault
	Files *blob.Store
}

func (s *Shelf) key(ctx context.Context, subject string) (crypt.Subject, error) {
	return db.Read(ctx, s.DB, program, func(tx *db.Tx) (crypt.Subject, error) { return s.Vault.Of(tx, subject) })
}

// Put seals what from holds and gives the name that it lies under.
func (s *Shelf) Put(ctx context.Context, subject, place string, from io.Reader) (string, error) {
	key, err := s.key(ctx, subject)
	if err != nil {
		return "", err
	}
	return s.Files.Put(func(w io.Writer) error { return SealFile(key, place, from, w) })
}

// Get writes the clear content of a file.
func (s *Shelf) Get(ctx context.Context, subject, place, name string, to io.Writer) error {
	key, err := s.key(ctx, subject)
	if err != nil {
		return err
	}
	from, err := s.Files.Get(name)
	if err != nil {
		return err
	}
	defer from.Close()
	return OpenFile(key, place, from, to)
}

// Drop forgets a file; no name is no fault.
func (s *Shelf) Drop(name string) error {
	if name == "" {
		return nil
	}
	return s.Files.Drop(name)
}
