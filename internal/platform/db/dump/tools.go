// Package dump copies a PostgreSQL by its own tools, and puts a copy where it can be looked at, or
// in place of what is there.
package dump

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Tools are PostgreSQL's programs of one version.
type Tools struct {
	dir   string
	major int
}

// ErrTools is a machine without the programs that the server needs.
var ErrTools = errors.New("dump: PostgreSQL's own tools are needed (pg_dump, pg_restore, psql), of the server's version or a later one: install its client package, or put them into PATH")

// places are where the tools lie, of several versions.
var places = []string{"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin"}

// find gives the tools for a server's version: its own where they are there, else the next. For
// no server (0) it gives the newest.
func find(ctx context.Context, server int) (Tools, error) {
	var dirs []string
	for _, p := range places { // before PATH: what stands there on Debian is a script that picks a version itself, and no server
		more, _ := filepath.Glob(p) // a pattern of ours
		dirs = append(dirs, more...)
	}
	if at, err := exec.LookPath("pg_dump"); err == nil {
		dirs = append(dirs, filepath.Dir(at))
	}
	var best Tools
	for _, dir := range dirs {
		if slices.ContainsFunc([]string{"pg_dump", "pg_restore", "psql"}, func(name string) bool {
			info, err := os.Stat(filepath.Join(dir, name))
			return err != nil || info.Mode()&0o111 == 0
		}) {
			continue
		}
		said, err := exec.CommandContext(ctx, filepath.Join(dir, "pg_dump"), "--version").Output()
		if err != nil {
			continue
		}
		major := majorOf(string(said))
		if nearer := server > 0 && major < best.major || server == 0 && major > best.major; major >= server && (best.dir == "" || nearer) {
			best = Tools{dir, major}
		}
	}
	if best.dir == "" {
		return best, fmt.Errorf("%w (the server is %d)", ErrTools, server)
	}
	return best, nil
}

// majorOf reads "pg_dump (PostgreSQL) 15.18 (Debian …)".
func majorOf(said string) int {
	_, rest, _ := strings.Cut(said, ") ")
	n := 0
	for _, c := range rest {
		if c < '0' || c > '9' {
			break
		}
		n = n*10 + int(c-'0')
	}
	return n
}

// command is one of the programs, with the password in its environment: arguments are read by everybody on the machine.
// Nothing of ours goes along.
func (t Tools) command(ctx context.Context, address, name string, args ...string) (*exec.Cmd, error) {
	if address != "" { // first: not every system takes options after a file
		args = append([]string{"--no-password", ""}, args...)
	}
	c := exec.CommandContext(ctx, filepath.Join(t.dir, name), args...)
	env := slices.DeleteFunc(c.Environ(), func(v string) bool { return strings.HasPrefix(v, "ZHIKE_") || strings.HasPrefix(v, "PGPASSWORD=") })
	c.Env = append(env, "PGAPPNAME=zhike", "PGCONNECT_TIMEOUT=15", "LC_ALL=C")
	if address == "" {
		return c, nil
	}
	bare, password, err := apart(address)
	if err != nil {
		return nil, err
	}
	if password != "" {
		c.Env = append(c.Env, "PGPASSWORD="+password)
	}
	c.Args[2] = "--dbname=" + bare
	return c, nil
}

// ours are settings of an address that the driver knows and the tools do not.
var ours = []string{"password", "default_query_exec_mode", "statement_cache_capacity", "description_cache_capacity", "pool_max_conns", "pool_min_conns", "pool_max_conn_lifetime", "pool_max_conn_idle_time"}

// apart parts an address from its password.
func apart(address string) (bare, password string, err error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", "", errAddress
	}
	c, err := pgx.ParseConfig(address)
	if err != nil {
		return "", "", errAddress
	}
	if u.User != nil {
		u.User = url.User(u.User.Username())
	}
	q := u.Query()
	for _, name := range ours {
		q.Del(name)
	}
	u.RawQuery = q.Encode()
	return u.String(), c.Password, nil
}

var errAddress = errors.New("dump: the address of the database cannot be read") // not the cause: it holds the password

// At is the address of another database on the same server.
func At(address, database string) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", errAddress
	}
	u.Path = "/" + database
	q := u.Query()
	q.Del("dbname")
	u.RawQuery = q.Encode()
	return u.String(), nil
}

// run runs one program to its end; what it complains of is the error.
func run(c *exec.Cmd) error {
	var said bytes.Buffer
	c.Stderr = &said
	if err := c.Run(); err != nil {
		return complaint(c, err, said.String())
	}
	return nil
}

func complaint(c *exec.Cmd, err error, said string) error {
	lines := strings.Split(strings.TrimSpace(said), "\n")
	if len(lines) > 5 {
		lines = lines[:5]
	}
	return fmt.Errorf("dump: %s: %w: %s", filepath.Base(c.Path), err, strings.Join(lines, "; "))
}

func connect(ctx context.Context, address string) (*pgx.Conn, int, error) {
	c, err := pgx.Connect(ctx, address)
	if err != nil {
		return nil, 0, errors.New("dump: PostgreSQL does not answer")
	}
	var text string
	if err := c.QueryRow(ctx, "SHOW server_version_num").Scan(&text); err != nil {
		c.Close(ctx)
		return nil, 0, err
	}
	n, err := strconv.Atoi(text)
	return c, n / 10000, err
}
