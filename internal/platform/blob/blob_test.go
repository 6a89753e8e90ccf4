package blob

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zhike/internal/platform/fault"
)

// S3 is a bucket that tests may fill; "" where there is none (tools/versity.sh).
func s3(t *testing.T) string {
	t.Helper()
	where := os.Getenv("ZHIKE_TEST_S3")
	if where == "" {
		return ""
	}
	return strings.Replace(where, "?", "/"+strings.ToLower(rand.Text())+"?", 1)
}

// each runs a test on a folder, and on a bucket where there is one.
func each(t *testing.T, test func(t *testing.T, s Store)) {
	t.Run("folder", func(t *testing.T) { test(t, opened(t, filepath.Join(t.TempDir(), "files"))) })
	if where := s3(t); where != "" {
		t.Run("s3", func(t *testing.T) { test(t, opened(t, where)) })
	}
}

func opened(t *testing.T, where string) Store {
	t.Helper()
	s, err := Open(t.Context(), where, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func read(t *testing.T, s Store, name string) []byte {
	t.Helper()
	r, err := s.Get(name)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	got, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func all(t *testing.T, s Store) (names []string) {
	t.Helper()
	if err := s.Each(func(k Kept) error {
		if k.Size < 0 || time.Since(k.At) > time.Hour {
			t.Errorf("%+v", k)
		}
		names = append(names, k.Name)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return names
}

// TestKeepsWholeFilesOrNone: of any size, without knowing it before; what breaks in the middle leaves nothing.
func TestKeepsWholeFilesOrNone(t *testing.T) {
	each(t, func(t *testing.T, s Store) {
		var names []string
		for _, size := range []int{0, 1, 100_000, 13 << 20} {
			content := make([]byte, size)
			rand.Read(content)
			name, err := s.Put(func(w io.Writer) error {
				for b := content; len(b) > 0; b = b[min(len(b), 70_001):] {
					if _, err := w.Write(b[:min(len(b), 70_001)]); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if got := read(t, s, name); !bytes.Equal(got, content) {
				t.Fatalf("%d bytes came back as %d", size, len(got))
			}
			names = append(names, name)
		}
		broken := errors.New("the line broke")
		for _, before := range []int{0, 1000, 12 << 20} {
			if _, err := s.Put(func(w io.Writer) error {
				if _, err := w.Write(make([]byte, before)); err != nil {
					t.Error(err)
				}
				return broken
			}); !errors.Is(err, broken) {
				t.Errorf("a file half written gave %v", err)
			}
		}
		if left := all(t, s); len(left) != len(names) {
			t.Errorf("kept %v", left)
		}
		if err := s.Hold(names[1], func(w io.Writer) error { _, err := w.Write([]byte("anew")); return err }); err != nil || string(read(t, s, names[1])) != "anew" {
			t.Errorf("held: %v", err)
		}
		for _, name := range names {
			if err := errors.Join(s.Drop(name), s.Drop(name)); err != nil {
				t.Error(err)
			}
			if _, err := s.Get(name); !errors.Is(err, ErrNone) {
				t.Errorf("a dropped file gave %v", err)
			}
		}
		if left := all(t, s); len(left) > 0 {
			t.Errorf("left are %v", left)
		}
	})
}

// TestABucketThatIsAway: what cannot be kept or read now is said to be unavailable, soon, and comes back with the bucket.
func TestABucketThatIsAway(t *testing.T) {
	where := s3(t)
	if where == "" {
		t.Skip("there is no S3 here")
	}
	u, err := url.Parse(where)
	if err != nil {
		t.Fatal(err)
	}
	target, err := url.Parse(u.Query().Get("endpoint"))
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := l.Addr().String()
	// The signature is over the host that was asked for.
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target); r.Out.Host = r.In.Host }}
	server := &http.Server{Handler: proxy}
	go server.Serve(l)
	q := u.Query()
	q.Set("endpoint", "http://"+at)
	u.RawQuery = q.Encode()
	s := opened(t, u.String())
	put := func() (string, error) {
		return s.Put(func(w io.Writer) error { _, err := w.Write(make([]byte, 9<<20)); return err })
	}
	name, err := put()
	if err != nil {
		t.Fatal(err)
	}
	server.Close()
	for what, try := range map[string]func() error{
		"put":  func() error { _, err := put(); return err },
		"get":  func() error { _, err := s.Get(name); return err },
		"drop": func() error { return s.Drop(name) },
		"list": func() error { return s.Each(func(Kept) error { return nil }) },
	} {
		began := time.Now()
		err := try()
		var f *fault.Fault
		if !errors.As(err, &f) || f.Kind != fault.Unavailable || f.RetryAfter == 0 || time.Since(began) > 20*time.Second {
			t.Errorf("%s after %s: %v", what, time.Since(began), err)
		}
	}
	if l, err = net.Listen("tcp", at); err != nil {
		t.Skip("another took the port meanwhile")
	}
	again := &http.Server{Handler: proxy}
	defer again.Close()
	go again.Serve(l)
	if got := read(t, s, name); len(got) != 9<<20 {
		t.Errorf("%d bytes came back", len(got))
	}
}

// TestAddresses: credentials stand in none.
func TestAddresses(t *testing.T) {
	for _, where := range []string{"s3://", "s3://key:secret@bucket?region=x", "s3://bucket?nothing=known&region=x"} {
		if _, err := Open(t.Context(), where, time.Now()); !errors.Is(err, errAddress) {
			t.Errorf("%s: %v", where, err)
		}
	}
}

func TestOnlyItsOwnerReadsAFile(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "files")
	s := opened(t, folder)
	name, err := s.Put(func(w io.Writer) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(filepath.Join(folder, name)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others can read it: %v %v", info.Mode(), err)
	}
}

func TestAnotherFoldersFilesAreOutOfReach(t *testing.T) {
	outside := t.TempDir()
	if err := os.WriteFile(filepath.Join(outside, "secret"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := opened(t, filepath.Join(outside, "files"))
	for _, name := range []string{"../secret", "/etc/passwd", "aa/../../secret", ""} {
		if r, err := s.Get(name); err == nil {
			if _, err := io.ReadAll(r); err == nil {
				t.Errorf("%q was read", name)
			}
		}
	}
}

func TestSweepsWhatACrashLeft(t *testing.T) {
	folder := t.TempDir()
	if err := os.MkdirAll(filepath.Join(folder, "ab"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, age := range map[string]time.Duration{"old.new": 2 * time.Hour, "young.new": time.Minute} {
		path := filepath.Join(folder, "ab", name)
		if err := os.WriteFile(path, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
		if at := time.Now().Add(-age); os.Chtimes(path, at, at) != nil {
			t.Fatal("no times here")
		}
	}
	s := opened(t, folder)
	var left []string
	if err := filepath.WalkDir(folder, func(p string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			left = append(left, filepath.Base(p))
		}
		return err
	}); err != nil || len(left) != 1 || left[0] != "young.new" {
		t.Errorf("left are %v, %v", left, err)
	}
	if kept := all(t, s); len(kept) > 0 {
		t.Errorf("what is half written is given: %v", kept)
	}
}
