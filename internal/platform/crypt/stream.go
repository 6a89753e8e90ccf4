package crypt

import (
	"crypto/rand"
	"io"

	streams "github.com/tink-crypto/tink-go/v2/streamingaead/subtle"
)

// segment is how much of a stream is sealed at once: a reader is given nothing of a segment
// in which a byte was changed.
const segment = 64 << 10

const streamFor = "zhike stream 1"

// A StreamKey seals one long stream. It is kept wrapped under the key-encryption key alone:
// who has that opens the stream without the keyset.
type StreamKey struct {
	key     []byte
	Wrapped []byte
}

// NewStreamKey makes a key for one stream.
func (k *Keys) NewStreamKey() (StreamKey, error) {
	s := StreamKey{key: make([]byte, KEKSize)}
	rand.Read(s.key)
	var err error
	s.Wrapped, err = k.ring.Load().kek.Encrypt(s.key, []byte(streamFor))
	return s, err
}

// OpenStreamKey unwraps one; ErrKey when the key-encryption key is another.
func OpenStreamKey(kek, wrapped []byte) (StreamKey, error) {
	lock, err := lockOf(kek)
	if err != nil {
		return StreamKey{}, err
	}
	key, err := lock.Decrypt(wrapped, []byte(streamFor))
	if err != nil {
		return StreamKey{}, ErrKey
	}
	return StreamKey{key, wrapped}, nil
}

// Seal gives a writer whose stream is whole once it is closed. about is bound to the stream
// and not in it.
func (s StreamKey) Seal(to io.Writer, about []byte) (io.WriteCloser, error) {
	a, err := streams.NewAESGCMHKDF(s.key, "SHA256", KEKSize, segment, 0)
	if err != nil {
		return nil, err
	}
	return a.NewEncryptingWriter(to, about)
}

// Open reads what Seal wrote. A changed or cut stream, or one about something else, ends in
// an error and not in an end of file.
func (s StreamKey) Open(from io.Reader, about []byte) (io.Reader, error) {
	a, err := streams.NewAESGCMHKDF(s.key, "SHA256", KEKSize, segment, 0)
	if err != nil {
		return nil, err
	}
	return a.NewDecryptingReader(from, about)
}

func (StreamKey) String() string   { return stars }
func (StreamKey) GoString() string { return stars }
