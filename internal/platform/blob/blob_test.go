package blob

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestKeepsWholeFilesOrNone(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "files")
	s, err := Open(folder, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	content := bytes.Repeat([]byte("x"), 100_000)
	name, err := s.Put(func(w io.Writer) error { _, err := w.Write(content); return err })
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.Get(name)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(r)
	r.Close()
	if err != nil || !bytes.Equal(got, content) {
		t.Fatalf("%d bytes came back: %v", len(got), err)
	}
	if info, err := os.Stat(filepath.Join(folder, name)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others can read it: %v %v", info.Mode(), err)
	}
	broken := errors.New("the line broke")
	if _, err := s.Put(func(io.Writer) error { return broken }); !errors.Is(err, broken) {
		t.Errorf("a file half written gave %v", err)
	}
	if left := files(t, folder); len(left) != 1 {
		t.Errorf("kept %v", left)
	}
	if err := errors.Join(s.Drop(name), s.Drop(name)); err != nil {
		t.Error(err)
	}
	if _, err := s.Get(name); !errors.Is(err, ErrNone) {
		t.Errorf("a dropped file gave %v", err)
	}
}

func TestAnotherFoldersFilesAreOutOfReach(t *testing.T) {
	outside := t.TempDir()
	if err := os.WriteFile(filepath.Join(outside, "secret"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := Open(filepath.Join(outside, "files"), time.Now())
	if err != nil {
		t.Fatal(err)
	}
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
	if _, err := Open(folder, time.Now()); err != nil {
		t.Fatal(err)
	}
	if left := files(t, folder); len(left) != 1 || filepath.Base(left[0]) != "young.new" {
		t.Errorf("left are %v", left)
	}
}

func files(t *testing.T, folder string) (all []string) {
	t.Helper()
	if err := filepath.WalkDir(folder, func(p string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			all = append(all, p)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return all
}
