package command

import (
	"errors"
	"fmt"
	"io"
	"os"

	"zhike/internal/base/backup"
	"zhike/internal/base/folder"
	"zhike/internal/platform/crypt"
)

// PlaceFor is the folder with the key that opens a backup: its own, or the one under the
// recovery code.
func PlaceFor(c Common, file string, byCode bool, in io.Reader) (backup.Place, error) {
	f := folder.At(c.Data)
	if !byCode {
		if _, err := os.Stat(f.File("keys", "kek")); c.Key == "" && errors.Is(err, os.ErrNotExist) {
			return backup.Place{}, fmt.Errorf("%s holds no key: put keys/kek there, set ZHIKE_KEY, or use --code", c.Data)
		}
		p, err := f.Place(c.Key)
		p.Address = c.Database
		if err != nil || c.Key != "" {
			return p, err
		}
		h, err := backup.Peek(file)
		if err != nil {
			return p, err
		}
		older, err := f.Older()
		for _, kek := range append([][]byte{p.KEK}, older...) { // of before the key was turned
			if _, e := crypt.Open(kek, h.Keyset); e == nil {
				p.KEK = kek
				break
			}
		}
		return p, err
	}
	typed, err := Password(in)
	if err != nil {
		return backup.Place{}, err
	}
	h, err := backup.Peek(file)
	if err != nil {
		return backup.Place{}, err
	}
	if h.Coded == nil {
		return backup.Place{}, errors.New("this backup holds no recovery code: only the key opens it")
	}
	kek, err := crypt.UnwrapKEK(typed.Clear(), h.Coded)
	return backup.Place{Folder: c.Data, KEK: kek, Address: c.Database}, err
}
