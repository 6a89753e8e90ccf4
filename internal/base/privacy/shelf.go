package privacy

import (
	"io"

	"zhike/internal/platform/blob"
	"zhike/internal/platform/crypt"
)

// A Shelf keeps files, each sealed under a key of its own. Nothing of it happens inside a
// unit of work.
type Shelf struct{ Files blob.Store }

// Put seals what from holds and gives the name that it lies under.
func (s *Shelf) Put(key crypt.Subject, place string, from io.Reader) (string, error) {
	return s.Files.Put(func(w io.Writer) error { return SealFile(key, place, from, w) })
}

// PutUnder is Put where the files of one kind lie together.
func (s *Shelf) PutUnder(folder string, key crypt.Subject, place string, from io.Reader) (string, error) {
	name := folder + "/" + blob.Name()
	return name, s.Files.Hold(name, func(w io.Writer) error { return SealFile(key, place, from, w) })
}

// Get writes the clear content of a file.
func (s *Shelf) Get(key crypt.Subject, place, name string, to io.Writer) error {
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
