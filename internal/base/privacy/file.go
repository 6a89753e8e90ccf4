package privacy

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"zhike/internal/platform/crypt"
)

// part is how much of a file is sealed at a time: a file of any size passes through memory in parts.
const part = 1 << 20

// ErrFile is a sealed file that was cut, changed, or belongs elsewhere.
var ErrFile = errors.New("privacy: this file does not open here")

// SealFile seals what from holds into to, under a subject's key and for one place. Each
// part is sealed with its number, and the last says that it is: none can be left out or moved.
func SealFile(key crypt.Subject, place string, from io.Reader, to io.Writer) error {
	buf := make([]byte, part)
	for n := 0; ; n++ {
		got, err := io.ReadFull(from, buf)
		last := err == io.EOF || err == io.ErrUnexpectedEOF
		if err != nil && !last {
			return err
		}
		sealed := key.Seal(partOf(place, n, last), buf[:got])
		if _, err := to.Write(append(binary.BigEndian.AppendUint32(nil, uint32(len(sealed))), sealed...)); err != nil {
			return err
		}
		if last {
			return nil
		}
	}
}

// OpenFile writes the clear content of what SealFile made; ErrFile where it is not whole.
func OpenFile(key crypt.Subject, place string, from io.Reader, to io.Writer) error {
	var size [4]byte
	for n := 0; ; n++ {
		if _, err := io.ReadFull(from, size[:]); err != nil {
			return errors.Join(ErrFile, err)
		}
		length := binary.BigEndian.Uint32(size[:])
		if length > part+64 {
			return ErrFile
		}
		sealed := make([]byte, length)
		if _, err := io.ReadFull(from, sealed); err != nil {
			return errors.Join(ErrFile, err)
		}
		clear, err := key.Open(partOf(place, n, false), sealed)
		last := err != nil
		if last {
			if clear, err = key.Open(partOf(place, n, true), sealed); err != nil {
				return errors.Join(ErrFile, err)
			}
		}
		if _, err := to.Write(clear); err != nil || last {
			return err
		}
	}
}

func partOf(place string, n int, last bool) string { return fmt.Sprint(place, "/", n, "/", last) }
