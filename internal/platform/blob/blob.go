// Package blob keeps files outside the database, under random names: in a folder, or in a bucket
// that speaks S3. What it is given is sealed already: a name tells nothing, and neither do the bytes.
package blob

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"strings"
	"time"

	"zhike/internal/platform/fault"
)

// ErrNone is a name under which nothing is kept.
var ErrNone = errors.New("blob: nothing is kept under this name")

// ErrAway is a bucket that does not answer now.
var ErrAway = fault.New(fault.Unavailable, "unavailable").After(5 * time.Second)

// A Store keeps files.
type Store interface {
	// Put keeps what fill writes, and gives its name once it will stay: whole, or not at all.
	Put(fill func(io.Writer) error) (name string, err error)
	// Hold is Put under a name of Name's, which may stand under a folder's.
	Hold(name string, fill func(io.Writer) error) error
	// Get opens what is kept under name; ErrNone where nothing is.
	Get(name string) (io.ReadCloser, error)
	// Drop forgets what is kept under name; nothing there is no fault.
	Drop(name string) error
	// Each gives all that is kept; what comes or goes meanwhile may be missing.
	Each(do func(Kept) error) error
	Close() error
}

// Kept is one file.
type Kept struct {
	Name string
	Size int64
	At   time.Time // when it was put
}

// Open opens s3://bucket?region=…&endpoint=…, or a folder. A bucket's credentials come from the
// environment, as its tools have them; they stand in no address.
func Open(ctx context.Context, where string, now time.Time) (Store, error) {
	if Remote(where) {
		return openBucket(ctx, where)
	}
	return openFolder(where, now)
}

// Remote says that a place is no folder of this machine.
func Remote(where string) bool { return strings.HasPrefix(where, "s3://") }

// Name is a new random name; its first letters part a large folder.
func Name() string {
	id := strings.ToLower(rand.Text())
	return id[:2] + "/" + id
}
