package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"net/url"
)

// openSQLite opens a file in WAL mode. With synchronous=FULL a kept unit survives a
// power loss: with NORMAL 19 of 40 simulated ones lost acknowledged commits.
func openSQLite(ctx context.Context, path string, o Options) (*DB, error) {
	if o.Readers == 0 {
		o.Readers = 4
	}
	sync := "synchronous(FULL)"
	if o.Relaxed {
		sync = "synchronous(OFF)"
	}
	dsn := func(more ...string) string {
		pragmas := append([]string{"busy_timeout(5000)", "journal_mode(WAL)", "foreign_keys(1)", "temp_store(MEMORY)", sync}, more...)
		return "file:" + path + "?" + url.Values{"_pragma": pragmas}.Encode()
	}
	write, err := sql.Open("sqlite", dsn("cache_size(-32768)", "wal_autocheckpoint(4000)"))
	if err != nil {
		return nil, err
	}
	if err := write.PingContext(ctx); err != nil { // makes the file before the readers look for it
		write.Close()
		return nil, err
	}
	read, err := sql.Open("sqlite", dsn("cache_size(-16384)", "query_only(1)"))
	if err != nil {
		return nil, err
	}
	d := &DB{pool: read, readers: make(chan *session, o.Readers), writer: newWriter(write), dialect: onSQLite, now: o.Now, path: path, shut: make(chan struct{})}
	for range o.Readers {
		d.readers <- &session{pool: read}
	}
	return d, nil
}

// A session is one connection with its prepared statements: an ad-hoc point read
// costs twice a prepared one.
type session struct {
	pool   *sql.DB
	conn   *sql.Conn
	broken bool
	stmts  map[string]*sql.Stmt
}

// statements is how many a session keeps; lists with many filters make many texts.
const statements = 400

// renew opens the connection where there is none or the old one broke.
func (s *session) renew(ctx context.Context) error {
	if s.conn != nil && !s.broken {
		return nil
	}
	s.close()
	c, err := s.pool.Conn(context.WithoutCancel(ctx))
	if err != nil {
		return err
	}
	s.conn, s.broken, s.stmts = c, false, map[string]*sql.Stmt{}
	return nil
}

func (s *session) close() {
	if s.conn == nil {
		return
	}
	if s.broken {
		s.conn.Raw(func(any) error { return driver.ErrBadConn })
	}
	s.conn.Close()
	s.conn, s.stmts = nil, nil
}

func (s *session) prepared(ctx context.Context, text string) (*sql.Stmt, error) {
	if st := s.stmts[text]; st != nil {
		return st, nil
	}
	if len(s.stmts) >= statements {
		for _, st := range s.stmts {
			st.Close()
		}
		clear(s.stmts)
	}
	st, err := s.conn.PrepareContext(ctx, text)
	if err == nil {
		s.stmts[text] = st
	}
	return st, err
}

func (s *session) ExecContext(ctx context.Context, text string, args ...any) (sql.Result, error) {
	st, err := s.prepared(ctx, text)
	if err != nil {
		return nil, err
	}
	return st.ExecContext(ctx, args...)
}

func (s *session) QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	st, err := s.prepared(ctx, text)
	if err != nil {
		return nil, err
	}
	return st.QueryContext(ctx, args...)
}
