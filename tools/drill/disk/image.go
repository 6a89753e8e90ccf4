// Package disk breaks what lies under a server: its file system, its folder, its file, the calls
// by which it writes.
package disk

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"zhike/tools/drill/stand"
)

// A disk is an ext4 file system in a file.
type disk struct {
	image, at string
	mounted   bool
}

func newDisk(dir string, megabytes int64) (*disk, error) {
	d := &disk{image: filepath.Join(dir, "disk.img"), at: filepath.Join(dir, "disk")}
	if err := errors.Join(os.WriteFile(d.image, nil, 0o600), os.Truncate(d.image, megabytes<<20), os.MkdirAll(d.at, 0o700)); err != nil {
		return nil, err
	}
	if out, err := exec.Command("mkfs.ext4", "-q", "-F", d.image).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, out)
	}
	return d, d.mount()
}

func (d *disk) mount() error {
	out, err := exec.Command("mount", "-o", "loop", d.image, d.at).CombinedOutput()
	if err != nil {
		return fmt.Errorf("mount: %w: %s", err, out)
	}
	d.mounted = true
	return nil
}

func (d *disk) unmount() {
	if d.mounted {
		_ = exec.Command("umount", "-l", d.at).Run()
		d.mounted = false
	}
}

// company makes a disk, mounted, and a new company on it.
func company(b *stand.Bench, megabytes int64) (d *disk, data string, err error) {
	if d, err = newDisk(b.Dir, megabytes); err != nil {
		return nil, "", err
	}
	data = filepath.Join(d.at, "data")
	if err = b.Company(data); err != nil {
		d.unmount()
	}
	return d, data, err
}

// A running is a company on a disk of its own, its server, and who writes to it.
type running struct {
	*disk
	data string
	s    *stand.Server
	c    *stand.Client
	l    *stand.Ledger
}

// run makes one; whoever asked ends it.
func run(b *stand.Bench, megabytes int64) (*running, error) {
	d, data, err := company(b, megabytes)
	if err != nil {
		return nil, err
	}
	s, c, err := b.Open(data)
	if err != nil {
		d.unmount()
		return nil, err
	}
	return &running{d, data, s, c, stand.NewLedger(b.Seed)}, nil
}

// end takes all of it away.
func (r *running) end() {
	r.s.Kill()
	r.unmount()
}

// NeedsMounts says why no file system can be mounted here; "" where one can.
func NeedsMounts() string {
	if os.Getuid() != 0 {
		return "mounting a file system needs root"
	}
	dir, err := os.MkdirTemp("", "zhike-mount")
	if err != nil {
		return err.Error()
	}
	defer os.RemoveAll(dir)
	d, err := newDisk(dir, 16)
	if err != nil {
		return "a file system cannot be mounted: " + err.Error()
	}
	d.unmount()
	return ""
}
