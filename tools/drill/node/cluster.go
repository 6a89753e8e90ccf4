// Package node breaks PostgreSQL, the way to it, and nodes that stand on it.
package node

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"zhike/tools/drill/stand"
)

// A cluster is a PostgreSQL of the drill's own, on loopback, with everything on that keeps data.
type cluster struct {
	bin, dir string
	port     int
}

// NeedsPostgres says why there is none here; "" where there is.
func NeedsPostgres() string {
	if pgBin() == "" {
		return "there is no PostgreSQL"
	}
	if _, err := user.Lookup("postgres"); os.Getuid() == 0 && err != nil {
		return "PostgreSQL does not run as root, and there is no user postgres"
	}
	return ""
}

func pgBin() string {
	all, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(all) == 0 {
		return ""
	}
	return filepath.Dir(slices.Max(all))
}

// freePort is one of those that drills use.
func freePort() (int, error) {
	for port := 54350; port < 54370; port++ {
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			l.Close()
			return port, nil
		}
	}
	return 0, errors.New("no port of 54350 to 54369 is free")
}

// newCluster makes a folder for one; init fills it.
func newCluster() (*cluster, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "zhike-drill-pg") // not below the drill's: another user goes in
	if err != nil {
		return nil, err
	}
	adopt()
	c := &cluster{bin: pgBin(), dir: dir, port: port}
	if os.Getuid() != 0 {
		return c, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, err
	}
	uid, _ := strconv.Atoi(u.Uid)
	gid, _ := strconv.Atoi(u.Gid)
	return c, os.Chown(dir, uid, gid)
}

// running is one that was made and started.
func running() (*cluster, error) {
	c, err := newCluster()
	if err != nil {
		return nil, err
	}
	if err := c.init(); err != nil {
		c.end()
		return nil, err
	}
	return c, nil
}

func (c *cluster) run(program string, args ...string) (string, error) {
	line := append([]string{filepath.Join(c.bin, program)}, args...)
	if os.Getuid() == 0 {
		line = append([]string{"runuser", "-u", "postgres", "--"}, line...)
	}
	cmd := exec.Command(line[0], line[1:]...)
	cmd.Dir = c.dir
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if program == "pg_ctl" { // it leaves a server behind, which would hold a pipe open
		cmd.Stdout, cmd.Stderr = nil, nil
	}
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("%s: %w: %s", program, err, strings.TrimSpace(errs.String()))
	}
	return strings.TrimSpace(out.String()), nil
}

func (c *cluster) data() string { return filepath.Join(c.dir, "data") }

func (c *cluster) url() string {
	return fmt.Sprintf("postgres://zhike@127.0.0.1:%d/postgres?sslmode=disable", c.port)
}

func (c *cluster) init() error {
	if _, err := c.run("initdb", "-D", c.data(), "-U", "zhike", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--data-checksums"); err != nil {
		return err
	}
	return c.start()
}

func (c *cluster) start() error {
	_, err := c.run("pg_ctl", "-D", c.data(), "-w", "-l", filepath.Join(c.dir, "log"), "-o",
		fmt.Sprintf("-p %d -c listen_addresses=127.0.0.1 -c unix_socket_directories=%s -c fsync=on -c full_page_writes=on -c synchronous_commit=on -c max_connections=100 -c wal_level=replica", c.port, c.dir), "start")
	if err != nil {
		log := stand.Read(filepath.Join(c.dir, "log"))
		err = fmt.Errorf("%w: %s", err, log[max(0, len(log)-1500):])
	}
	return err
}

// psql asks the database itself.
func (c *cluster) psql(text string) (string, error) {
	return c.run("psql", "-h", "127.0.0.1", "-p", fmt.Sprint(c.port), "-U", "zhike", "-d", "postgres", "-Atqc", text)
}

// kill is kill -9 of the postmaster and of everything it started.
func (c *cluster) kill() error {
	text, err := os.ReadFile(filepath.Join(c.data(), "postmaster.pid"))
	if err != nil {
		return err
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(first))
	if err != nil {
		return err
	}
	_ = syscall.Kill(pid, syscall.SIGSTOP) // it makes no more of them meanwhile
	all := append([]int{pid}, children(pid)...)
	for _, p := range all {
		_ = syscall.Kill(p, syscall.SIGKILL)
	}
	for range 1000 {
		if !slices.ContainsFunc(all, alive) {
			return nil
		}
		time.Sleep(2 * time.Millisecond)
	}
	return errors.New("PostgreSQL outlives its kill")
}

// adopt has orphans come to the drill: a dead postmaster that nobody buries keeps the next from starting.
func adopt() {
	const subreaper = 36
	_, _, _ = syscall.RawSyscall(syscall.SYS_PRCTL, subreaper, 1, 0)
}

func alive(pid int) bool {
	_, _ = syscall.Wait4(pid, nil, syscall.WNOHANG, nil)
	return syscall.Kill(pid, 0) == nil
}

func children(pid int) (all []int) {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, s := range stats {
		_, rest, _ := strings.Cut(stand.Read(s), ") ")
		if f := strings.Fields(rest); len(f) > 1 && f[1] == fmt.Sprint(pid) {
			if n, err := strconv.Atoi(filepath.Base(filepath.Dir(s))); err == nil {
				all = append(all, n)
			}
		}
	}
	return all
}

// end stops it, if it runs, and takes its folder away.
func (c *cluster) end() {
	_, _ = c.run("pg_ctl", "-D", c.data(), "-m", "immediate", "stop")
	os.RemoveAll(c.dir)
}

// sound is what PostgreSQL says of itself, and what rows say of one another.
func (c *cluster) sound() error {
	if _, err := c.run("pg_amcheck", "-h", "127.0.0.1", "-p", fmt.Sprint(c.port), "-U", "zhike", "-d", "postgres", "--install-missing", "--heapallindexed"); err != nil {
		return err
	}
	for _, x := range []struct{ what, sql string }{
		{"customers without the contact that came with them", `SELECT count(*) FROM customers c WHERE NOT EXISTS (SELECT 1 FROM contacts x WHERE x.customer_id = c.id)`},
		{"customers that the index does not hold", `SELECT count(*) FROM customers c WHERE NOT EXISTS (SELECT 1 FROM search_doc s WHERE s.kind = 'customer' AND s.record_id = c.id AND s.words IS NOT NULL)`},
		{"entries of the index without a customer", `SELECT count(*) FROM search_doc s WHERE s.kind = 'customer' AND NOT EXISTS (SELECT 1 FROM customers c WHERE c.id = s.record_id)`},
		{"customers that the log does not know", `SELECT count(*) FROM customers c WHERE NOT EXISTS (SELECT 1 FROM audit_entries a WHERE a.record_id = c.id)`},
		{"talks that the log does not know", `SELECT count(*) FROM follow_ups f WHERE NOT EXISTS (SELECT 1 FROM audit_entries a WHERE a.record_id = f.id)`},
		{"tasks that the log does not know", `SELECT count(*) FROM tasks f WHERE NOT EXISTS (SELECT 1 FROM audit_entries a WHERE a.record_id = f.id)`},
	} {
		if n, err := c.psql(x.sql); err != nil || n != "0" {
			return fmt.Errorf("%s: %s %w", x.what, n, err)
		}
	}
	return nil
}

// standby makes other a synchronous standby of c, and waits until it is.
func (c *cluster) standby(other *cluster) error {
	if err := os.RemoveAll(other.data()); err != nil {
		return err
	}
	if _, err := c.run("pg_basebackup", "-h", "127.0.0.1", "-p", fmt.Sprint(c.port), "-U", "zhike", "-D", other.data(), "-R", "-X", "stream", "-c", "fast"); err != nil {
		return err
	}
	if err := other.start(); err != nil {
		return err
	}
	if _, err := c.psql("ALTER SYSTEM SET synchronous_standby_names = '*'"); err != nil {
		return err
	}
	if _, err := c.psql("SELECT pg_reload_conf()"); err != nil {
		return err
	}
	for range 600 {
		if state, err := c.psql("SELECT sync_state FROM pg_stat_replication"); err == nil && state == "sync" {
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return errors.New("the standby does not become synchronous")
}
