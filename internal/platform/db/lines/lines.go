// Package lines watches the connections to a PostgreSQL, so that none is waited for that nobody will answer.
package lines

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"zhike/internal/platform/clock"
)

// A unit hangs for Quiet, half of it again, and Answer, at most.
const (
	Quiet  = 4 * time.Second
	Answer = 3 * time.Second
	Idle   = 10 * time.Second // of a unit between two statements, by PostgreSQL's clock
	Wait   = 8 * time.Second  // for a lock, by PostgreSQL's clock
)

// Lines are the connections to a PostgreSQL. A statement may take long, and a network that lost its
// way says nothing: so where one was silent for long, another line is tried, and where that is not
// answered either, all that are silent break. Their units end as unavailable.
type Lines struct {
	config  *pgx.ConnConfig
	quiet   time.Duration // silence after which another line is tried
	answer  time.Duration // how long that may take
	mu      sync.Mutex
	all     map[*line]bool
	stopped chan struct{}
	stop    sync.Once
}

// A line knows since when somebody waits for it.
type line struct {
	net.Conn
	of    *Lines
	since atomic.Int64 // nanoseconds after dawn; 0 when nobody waits
}

// Watch has config dial lines that are watched, until End.
func Watch(config *pgx.ConnConfig, quiet, answer time.Duration) *Lines {
	l := &Lines{config: config, quiet: quiet, answer: answer, all: map[*line]bool{}, stopped: make(chan struct{})}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = answer
	}
	// What a node holds that lost its way, others wait for; and where ten of its units stand in a queue for one lock, each would
	// hold it for as long.
	for name, most := range map[string]time.Duration{"idle_in_transaction_session_timeout": Idle, "lock_timeout": Wait} {
		if config.RuntimeParams[name] == "" {
			config.RuntimeParams[name] = fmt.Sprint(most.Milliseconds())
		}
	}
	dial := config.DialFunc
	config.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		one := &line{Conn: c, of: l}
		l.mu.Lock()
		l.all[one] = true
		l.mu.Unlock()
		return one, nil
	}
	go l.watch(dial)
	return l
}

var dawn = clock.System() // only spans since are taken: no clock that is set moves them

func (c *line) Read(b []byte) (int, error) {
	c.since.Store(int64(clock.System().Sub(dawn)) + 1)
	defer c.since.Store(0)
	return c.Conn.Read(b)
}

func (c *line) Close() error {
	c.of.mu.Lock()
	delete(c.of.all, c)
	c.of.mu.Unlock()
	return c.Conn.Close()
}

// silent are the lines that somebody waits for since long.
func (l *Lines) silent() (some []*line) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.all {
		if since := c.since.Load(); since != 0 && clock.System().Sub(dawn)-time.Duration(since) > l.quiet {
			some = append(some, c)
		}
	}
	return some
}

func (l *Lines) watch(dial pgconn.DialFunc) {
	look := time.NewTicker(l.quiet / 2)
	defer look.Stop()
	for {
		select {
		case <-l.stopped:
			return
		case <-look.C:
		}
		if len(l.silent()) == 0 || l.answers(dial) {
			continue
		}
		for _, c := range l.silent() {
			_ = c.SetDeadline(time.Unix(1, 0))
		}
	}
}

// answers says whether a new line is answered, with whatever.
func (l *Lines) answers(dial pgconn.DialFunc) bool {
	ctx, cancel := context.WithTimeout(context.Background(), l.answer)
	defer cancel()
	config := l.config.Copy()
	config.DialFunc = dial
	c, err := pgx.ConnectConfig(ctx, config)
	if err == nil {
		defer c.Close(ctx)
		return c.Ping(ctx) == nil
	}
	var said *pgconn.PgError
	return errors.As(err, &said)
}

// End stops watching.
func (l *Lines) End() { l.stop.Do(func() { close(l.stopped) }) }
