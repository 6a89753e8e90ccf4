package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"zhike/internal/platform/db/snapshot"
)

const passphrase = "a long enough passphrase"

// A server is the program, run as a process of its own.
type server struct {
	cmd     *exec.Cmd
	base    string
	ready   time.Duration // from its start until it is ready
	errs    *bytes.Buffer
	waiting sync.Once
	ended   chan struct{}
}

// zhike runs a command of the program to its end.
func (b *bench) zhike(input string, args ...string) (string, error) {
	c := exec.Command(b.binary, args...)
	c.Stdin = strings.NewReader(input)
	out, err := c.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("zhike %s: %w: %s", strings.Join(args, " "), err, bytes.TrimSpace(out))
	}
	return string(out), err
}

// company makes a new company in data.
func (b *bench) company(data string, more ...string) error {
	_, err := b.zhike(passphrase+"\n", append([]string{"setup", "--data", data, "--login", "boss", "--name", "Boss", "--company", "Drill", "--password-stdin"}, more...)...)
	return err
}

// serve starts the server and waits until it is ready.
func (b *bench) serve(data string, more ...string) (*server, error) {
	return b.serveBy(nil, data, more...)
}

// serveBy starts it under another program.
func (b *bench) serveBy(by []string, data string, more ...string) (*server, error) {
	args := append(by, append([]string{b.binary, "serve", "--data", data, "--listen", "127.0.0.1:0"}, more...)...)
	s := &server{cmd: exec.Command(args[0], args[1:]...), errs: &bytes.Buffer{}, ended: make(chan struct{})}
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	s.cmd.Stderr = s.errs
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	began := time.Now()
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	_, address, ok := strings.Cut(strings.TrimSpace(line), "Zhike is at ")
	if err != nil || !ok {
		s.kill()
		return nil, fmt.Errorf("it does not start: %q %s", line, s.errs)
	}
	go io.Copy(io.Discard, out)
	s.base = address
	for {
		r, err := http.Get(s.base + "/readyz")
		if err == nil {
			r.Body.Close()
			if r.StatusCode == 200 {
				s.ready = time.Since(began)
				return s, nil
			}
		}
		if time.Since(began) > 30*time.Second {
			s.kill()
			return nil, fmt.Errorf("it is not ready after 30 s: %v %s", err, s.errs)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// kill is kill -9.
func (s *server) kill() {
	_ = s.cmd.Process.Kill()
	s.wait()
}

func (s *server) wait() {
	s.waiting.Do(func() {
		_ = s.cmd.Wait()
		close(s.ended)
	})
	<-s.ended
}

// stop is what an administrator does.
func (s *server) stop() error {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	done := make(chan struct{})
	go func() { s.wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(15 * time.Second):
		s.kill()
		return errors.New("it does not stop within 15 s")
	}
	if code := s.cmd.ProcessState.ExitCode(); code != 0 {
		return fmt.Errorf("it stops with %d: %s", code, s.errs)
	}
	return nil
}

// sound looks at a database that nobody uses, and at its log.
func (b *bench) sound(data string) error {
	if _, err := snapshot.Check(context.Background(), filepath.Join(data, "zhike.db")); err != nil {
		return err
	}
	_, err := b.zhike("", "audit", "verify", "--data", data)
	return err
}

// whole is sound, and what is computed is what the rows say.
func (b *bench) whole(data string) error {
	if err := b.sound(data); err != nil {
		return err
	}
	if _, err := b.zhike("", "figures", "check", "--data", data); err != nil {
		return err
	}
	_, err := b.zhike("", "doctor", "--data", data) // among others: each file's row has its content
	return err
}

func needs(program string) func() string {
	return func() string {
		if _, err := exec.LookPath(program); err != nil {
			return "there is no " + program
		}
		return ""
	}
}

// mounts says why no file system can be mounted here.
func mounts() string {
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
