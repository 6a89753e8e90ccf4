package stand

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"
)

// A Server is the program, run as a process of its own.
type Server struct {
	cmd     *exec.Cmd
	Base    string        // its address
	Ready   time.Duration // from its start until it is ready
	errs    *bytes.Buffer
	waiting sync.Once
	ended   chan struct{}
}

// Serve starts the server and waits until it is ready. A drill that ends before it kills it
// takes it along.
func (b *Bench) Serve(data string, more ...string) (*Server, error) {
	args := append([]string{"serve", "--data", data, "--listen", "127.0.0.1:0"}, more...)
	s := &Server{cmd: exec.Command(b.Binary, args...), errs: &bytes.Buffer{}, ended: make(chan struct{})}
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
		s.Kill()
		return nil, fmt.Errorf("it does not start: %q %s", line, s.errs)
	}
	go io.Copy(io.Discard, out)
	s.Base = address
	for {
		r, err := http.Get(s.Base + "/readyz")
		if err == nil {
			r.Body.Close()
			if r.StatusCode == 200 {
				s.Ready = time.Since(began)
				return s, nil
			}
		}
		if time.Since(began) > 30*time.Second {
			s.Kill()
			return nil, fmt.Errorf("it is not ready after 30 s: %v %s", err, s.errs)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// Open starts the server, and signs its administrator in.
func (b *Bench) Open(data string, more ...string) (*Server, *Client, error) {
	s, err := b.Serve(data, more...)
	if err != nil {
		return nil, nil, err
	}
	c, err := SignIn(s.Base, "boss", nil)
	if err != nil {
		s.Kill()
		return nil, nil, err
	}
	return s, c, nil
}

// Kill is kill -9. One that ended, or never began, is left alone.
func (s *Server) Kill() {
	if s == nil {
		return
	}
	_ = s.cmd.Process.Kill()
	s.wait()
}

func (s *Server) wait() {
	s.waiting.Do(func() {
		_ = s.cmd.Wait()
		close(s.ended)
	})
	<-s.ended
}

// Stop is what an administrator does; it is an error where it takes long or ends with one.
func (s *Server) Stop() error {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	done := make(chan struct{})
	go func() { s.wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(15 * time.Second):
		s.Kill()
		return errors.New("it does not stop within 15 s")
	}
	if code := s.cmd.ProcessState.ExitCode(); code != 0 {
		return fmt.Errorf("it stops with %d: %s", code, s.errs)
	}
	return nil
}

// PID is the process.
func (s *Server) PID() int { return s.cmd.Process.Pid }

// Freeze stops it in its tracks, and Thaw lets it go on as if no time had passed.
func (s *Server) Freeze() error { return s.cmd.Process.Signal(syscall.SIGSTOP) }

// Thaw ends Freeze.
func (s *Server) Thaw() error { return s.cmd.Process.Signal(syscall.SIGCONT) }

// Readyz is what it tells a balancer.
func (s *Server) Readyz() (status int, err error) {
	r, err := http.Get(s.Base + "/readyz")
	if err != nil {
		return 0, err
	}
	r.Body.Close()
	return r.StatusCode, nil
}

// Read is what stands in a file of the kernel's, or of a log; nothing where it is gone.
func Read(path string) string {
	text, _ := os.ReadFile(path)
	return string(text)
}

// RSS is the resident memory of the server in MB.
func (s *Server) RSS() int {
	var total, resident int
	fmt.Sscan(Read(fmt.Sprintf("/proc/%d/statm", s.PID())), &total, &resident)
	return resident * os.Getpagesize() >> 20
}

// CPU is the processor time that the server used, of hundredths.
func (s *Server) CPU() time.Duration {
	_, rest, _ := strings.Cut(Read(fmt.Sprintf("/proc/%d/stat", s.PID())), ") ")
	var user, system int
	if fields := strings.Fields(rest); len(fields) > 12 {
		fmt.Sscan(fields[11], &user)
		fmt.Sscan(fields[12], &system)
	}
	return time.Duration(user+system) * 10 * time.Millisecond
}
