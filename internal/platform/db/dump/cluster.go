package dump

import (
	"context"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"zhike/internal/platform/db/snapshot"
)

// starting is how long a server of our own may take to answer.
const starting = 30 * time.Second

// apartFrom tries a copy in a server of our own, for the moment: it answers on a socket in a folder
// that nobody else may enter. False where this machine has no server programs.
func apartFrom(ctx context.Context, file string, look func(string, snapshot.Facts) error) (done bool, err error) {
	tools, err := find(ctx, 0)
	if err != nil {
		return false, nil
	}
	as, ok := role()
	for _, name := range []string{"initdb", "postgres"} {
		if _, err := os.Stat(filepath.Join(tools.dir, name)); err != nil {
			ok = false
		}
	}
	if !ok {
		return false, nil
	}
	dir, err := os.MkdirTemp("", "zhike-pg-") // a socket's path must be short
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(dir)
	if as != nil {
		if err := os.Chown(dir, int(as.Uid), int(as.Gid)); err != nil {
			return false, err
		}
	}
	data := filepath.Join(dir, "data")
	own := func(name string, args ...string) (*exec.Cmd, error) {
		c, err := tools.command(ctx, "", name, args...)
		if err == nil && as != nil {
			c.SysProcAttr = &syscall.SysProcAttr{Credential: as}
		}
		if err == nil {
			c.Dir = dir
		}
		return c, err
	}
	born, err := own("initdb", "--pgdata="+data, "--username=zhike", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
	if err != nil {
		return false, err
	}
	if err := run(born); err != nil {
		slog.Warn("a server of our own cannot be made", "error", err)
		return false, nil
	}
	server, err := own("postgres", "-D", data, "-k", dir, "-c", "listen_addresses=", "-c", "fsync=off", "-c", "unix_socket_permissions=0700")
	if err != nil {
		return false, err
	}
	if err := server.Start(); err != nil {
		return false, err
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Wait() }()
	defer func() {
		server.Process.Signal(syscall.SIGQUIT) // nothing of it is kept
		<-ended
	}()
	address := (&url.URL{Scheme: "postgres", User: url.User("zhike"), Path: "/postgres", RawQuery: url.Values{"host": {dir}, "sslmode": {"disable"}}.Encode()}).String()
	for end := time.After(starting); ; {
		c, _, err := connect(ctx, address)
		if err == nil {
			c.Close(ctx)
			break
		}
		select {
		case err := <-ended:
			ended <- err
			slog.Warn("a server of our own does not start", "error", err)
			return false, nil
		case <-end:
			slog.Warn("a server of our own does not answer")
			return false, nil
		case <-ctx.Done():
			return false, ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
	return besides(ctx, address, file, look)
}

// role is whom the server runs as: PostgreSQL refuses root, which then needs its user.
func role() (*syscall.Credential, bool) {
	if os.Geteuid() != 0 {
		return nil, true
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, false
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, false
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, err == nil
}
