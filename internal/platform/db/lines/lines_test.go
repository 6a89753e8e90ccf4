package lines_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"zhike/internal/platform/db/failure"
	"zhike/internal/platform/db/lines"
)

// TestSilentLinesBreak: where bytes just stop a statement ends as unavailable within the limits, and
// the next goes through once they pass; a statement that is long on a line that stands is let be.
func TestSilentLinesBreak(t *testing.T) {
	address := os.Getenv("ZHIKE_TEST_POSTGRES")
	if address == "" {
		t.Skip("lines are PostgreSQL's")
	}
	config, err := pgx.ParseConfig(address)
	if err != nil {
		t.Fatal(err)
	}
	var cut atomic.Bool
	near, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer near.Close()
	far := net.JoinHostPort(config.Host, fmt.Sprint(config.Port))
	go func() {
		for {
			a, err := near.Accept()
			if err != nil {
				return
			}
			go func() {
				defer a.Close()
				for cut.Load() {
					time.Sleep(10 * time.Millisecond)
				}
				b, err := net.Dial("tcp", far)
				if err != nil {
					return
				}
				defer b.Close()
				go stopping(&cut, a, b)
				stopping(&cut, b, a)
			}()
		}
	}()
	config.Host, config.Port, config.Fallbacks = "127.0.0.1", uint16(near.Addr().(*net.TCPAddr).Port), nil
	config.TLSConfig = nil
	l := lines.Watch(config, 400*time.Millisecond, 300*time.Millisecond)
	defer l.End()
	pool := stdlib.OpenDB(*config)
	defer pool.Close()
	if _, err := pool.ExecContext(t.Context(), "SELECT pg_sleep(1.5)"); err != nil {
		t.Fatalf("a long statement on a line that stands: %v", err)
	}
	cut.Store(true)
	start := time.Now()
	_, err = pool.ExecContext(t.Context(), "SELECT 1")
	if took := time.Since(start); err == nil || took > 5*time.Second {
		t.Fatalf("bytes stopped: %v after %s", err, took)
	}
	if !errors.Is(failure.Of(err), failure.Unavailable) {
		t.Errorf("a silent line is %v", err)
	}
	cut.Store(false)
	if _, err := pool.ExecContext(t.Context(), "SELECT 1"); err != nil {
		t.Fatalf("bytes pass again: %v", err)
	}
}

// stopping carries bytes until they are stopped.
func stopping(cut *atomic.Bool, to, from net.Conn) {
	buffer := make([]byte, 4096)
	for {
		n, err := from.Read(buffer)
		for cut.Load() {
			time.Sleep(10 * time.Millisecond)
		}
		if n > 0 {
			if _, err := to.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			if err != io.EOF {
				to.Close()
			}
			return
		}
	}
}
