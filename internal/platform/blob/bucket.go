package blob

import (
	"context"
	"errors"
	"io"
	"net/url"
	"time"

	"gocloud.dev/blob"
	_ "gocloud.dev/blob/s3blob" // the scheme "s3"
	"gocloud.dev/gcerrors"
)

// A bucket that speaks S3. A file is there once its upload was finished, and never in part.
type bucket struct{ b *blob.Bucket }

// How long one act may take: a bucket that hangs must not hold a request for ever.
const (
	brief = 30 * time.Second
	long  = 15 * time.Minute
)

var errAddress = errors.New("blob: an address is s3://bucket?region=…&endpoint=https://…; credentials belong into the environment")

func openBucket(ctx context.Context, where string) (Store, error) {
	u, err := url.Parse(where)
	if err != nil || u.Host == "" || u.User != nil {
		return nil, errAddress
	}
	q := u.Query()
	if q.Has("endpoint") && !q.Has("use_path_style") { // servers of one's own seldom have a name for each bucket
		q.Set("use_path_style", "true")
	}
	u.RawQuery = q.Encode()
	prefix := ""
	if u.Path != "" && u.Path != "/" {
		prefix, u.Path = u.Path[1:]+"/", ""
	}
	b, err := blob.OpenBucket(ctx, u.String())
	if err != nil {
		return nil, errors.Join(errAddress, err)
	}
	if prefix != "" {
		b = blob.PrefixedBucket(b, prefix)
	}
	return &bucket{b}, nil
}

func (s *bucket) Close() error { return s.b.Close() }

// away makes of what a bucket says that it does not answer; it says so of nothing else.
func away(err error) error {
	switch {
	case err == nil:
		return nil
	case gcerrors.Code(err) == gcerrors.NotFound:
		return errors.Join(ErrNone, err)
	}
	return ErrAway.Because(err)
}

// told remembers what went wrong with the bucket, apart from what went wrong with the source.
type told struct {
	to    io.Writer
	wrong error
}

func (t *told) Write(b []byte) (int, error) {
	n, err := t.to.Write(b)
	if err != nil {
		t.wrong = err
	}
	return n, err
}

func (s *bucket) Put(fill func(io.Writer) error) (string, error) {
	name := Name()
	return name, s.Hold(name, fill)
}

func (s *bucket) Hold(name string, fill func(io.Writer) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), long)
	defer cancel()
	w, err := s.b.NewWriter(ctx, name, &blob.WriterOptions{ContentType: "application/octet-stream", MaxConcurrency: 2})
	if err != nil {
		return away(err)
	}
	to := &told{to: w}
	if err := fill(to); err != nil {
		cancel() // so that what was written is given up
		w.Close()
		if to.wrong != nil {
			return away(to.wrong)
		}
		return err
	}
	return away(w.Close())
}

func (s *bucket) Get(name string) (io.ReadCloser, error) {
	ctx, cancel := context.WithTimeout(context.Background(), long)
	r, err := s.b.NewReader(ctx, name, nil)
	if err != nil {
		cancel()
		return nil, away(err)
	}
	return &reading{r, cancel}, nil
}

type reading struct {
	*blob.Reader
	end context.CancelFunc
}

func (r *reading) Read(b []byte) (int, error) {
	n, err := r.Reader.Read(b)
	if err != nil && err != io.EOF {
		err = away(err)
	}
	return n, err
}

func (r *reading) Close() error {
	defer r.end()
	return r.Reader.Close()
}

func (s *bucket) Drop(name string) error {
	ctx, cancel := context.WithTimeout(context.Background(), brief)
	defer cancel()
	err := away(s.b.Delete(ctx, name))
	if errors.Is(err, ErrNone) {
		return nil
	}
	return err
}

func (s *bucket) Each(do func(Kept) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), long)
	defer cancel()
	for all := s.b.List(nil); ; {
		o, err := all.Next(ctx)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return away(err)
		}
		if err := do(Kept{o.Key, o.Size, o.ModTime}); err != nil {
			return err
		}
	}
}
