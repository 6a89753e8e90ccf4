package dump

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/jackc/pgx/v5"

	"zhike/internal/platform/db/snapshot"
)

// replaced is how the schemas begin that a restore set aside; no copy holds them.
const replaced = "replaced_"

// Take copies the database at address to a new file as it stands at one moment: rows are counted
// in the snapshot that pg_dump reads, and writers go on meanwhile.
func Take(ctx context.Context, address, to string) (f snapshot.Facts, err error) {
	if _, err := os.Stat(to); err == nil {
		return f, fmt.Errorf("dump: %s is there already", to)
	}
	c, server, err := connect(ctx, address)
	if err != nil {
		return f, err
	}
	defer c.Close(context.WithoutCancel(ctx))
	tools, err := find(ctx, server)
	if err != nil {
		return f, err
	}
	tx, err := c.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	if err != nil {
		return f, err
	}
	defer tx.Rollback(context.WithoutCancel(ctx))
	var moment string
	if err := tx.QueryRow(ctx, "SELECT pg_export_snapshot()").Scan(&moment); err != nil {
		return f, err
	}
	if f, err = count(ctx, tx); err != nil {
		return f, err
	}
	half, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) // before pg_dump makes it for others to read
	if err != nil {
		return f, err
	}
	defer func() {
		if err != nil {
			os.Remove(to)
		}
	}()
	cmd, err := tools.command(ctx, address, "pg_dump", "--format=custom", "--snapshot="+moment, "--no-owner", "--no-privileges", "--exclude-schema="+replaced+"*", "--lock-wait-timeout=60000")
	if err != nil {
		half.Close()
		return f, err
	}
	cmd.Stdout = half
	return f, errors.Join(run(cmd), half.Sync(), half.Close())
}

// asking is what both a connection and a transaction can do.
type asking interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// count counts every table of the schema in use.
func count(ctx context.Context, c asking) (f snapshot.Facts, err error) {
	if err := c.QueryRow(ctx, "SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied").Scan(&f.Schema); err != nil {
		return f, err
	}
	rows, err := c.Query(ctx, "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace ORDER BY relname")
	if err != nil {
		return f, err
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return f, err
	}
	f.Rows = map[string]int64{}
	for _, t := range tables {
		var n int64
		if err := c.QueryRow(ctx, "SELECT count(*) FROM "+pgx.Identifier{t}.Sanitize()).Scan(&n); err != nil {
			return f, err
		}
		f.Rows[t] = n
	}
	return f, nil
}

// How a copy was tried.
const (
	Restored = "restored aside"
	Read     = "tried by reading only: pg_restore --list"
)

// ErrCopy is a copy that PostgreSQL does not take back.
var ErrCopy = errors.New("dump: the copy cannot be restored")

// Try restores a copy aside and has look see it there: into a database of its own on the server at
// address where the role may make one, else into a server of its own for the moment.
// Where neither can be, the copy's table of contents is read, look is not called, and how says so.
func Try(ctx context.Context, address, file string, look func(address string, f snapshot.Facts) error) (how string, err error) {
	if address != "" {
		done, err := besides(ctx, address, file, look)
		if done || err != nil {
			return Restored, err
		}
	}
	done, err := apartFrom(ctx, file, look)
	if done || err != nil {
		return Restored, err
	}
	tools, err := find(ctx, 0)
	if err != nil {
		return "", err
	}
	list, err := tools.command(ctx, "", "pg_restore", "--list", file)
	if err != nil {
		return "", err
	}
	if err := run(list); err != nil {
		return "", fmt.Errorf("%w: %w", ErrCopy, err)
	}
	return Read, nil
}

// besides tries a copy in a database beside the one at address; false where it may make none.
func besides(ctx context.Context, address, file string, look func(string, snapshot.Facts) error) (done bool, err error) {
	c, server, err := connect(ctx, address)
	if err != nil {
		return false, err
	}
	defer c.Close(context.WithoutCancel(ctx))
	var may bool
	var now string
	if err := c.QueryRow(ctx, "SELECT rolcreatedb OR rolsuper, to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYYMMDDHH24') FROM pg_roles WHERE rolname = current_user").Scan(&may, &now); err != nil || !may {
		return false, err
	}
	if err := sweep(ctx, c); err != nil {
		return false, err
	}
	tools, err := find(ctx, server)
	if err != nil {
		return false, err
	}
	b := make([]byte, 8)
	rand.Read(b)
	name := "zhike_aside_" + now + "_" + hex.EncodeToString(b)
	if _, err := c.Exec(ctx, "CREATE DATABASE "+name+" TEMPLATE template0 ENCODING 'UTF8'"); err != nil {
		return false, err
	}
	defer func() {
		_, gone := c.Exec(context.WithoutCancel(ctx), "DROP DATABASE "+name+" WITH (FORCE)")
		err = errors.Join(err, gone)
	}()
	there, err := At(address, name)
	if err != nil {
		return true, err
	}
	return true, tools.into(ctx, there, file, look)
}

// sweep drops databases that a trial left which was killed more than a day ago.
func sweep(ctx context.Context, c *pgx.Conn) error {
	rows, err := c.Query(ctx, `SELECT d.datname FROM pg_database d WHERE d.datname ~ '^zhike_aside_[0-9]{10}_[0-9a-f]{16}$' AND pg_has_role(d.datdba, 'USAGE')
		AND substr(d.datname, 13, 10) < to_char((clock_timestamp() - interval '1 day') AT TIME ZONE 'UTC', 'YYYYMMDDHH24')`)
	if err != nil {
		return err
	}
	left, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, name := range left {
		if _, err := c.Exec(ctx, "DROP DATABASE IF EXISTS "+pgx.Identifier{name}.Sanitize()+" WITH (FORCE)"); err != nil {
			return err
		}
	}
	return nil
}

// into restores a copy into an empty database and has look see it.
func (t Tools) into(ctx context.Context, address, file string, look func(string, snapshot.Facts) error) error {
	load, err := t.command(ctx, address, "pg_restore", "--exit-on-error", "--no-owner", "--no-privileges", file)
	if err != nil {
		return err
	}
	if err := run(load); err != nil {
		return fmt.Errorf("%w: %w", ErrCopy, err)
	}
	c, _, err := connect(ctx, address)
	if err != nil {
		return err
	}
	f, err := count(ctx, c)
	c.Close(ctx)
	if err != nil {
		return err
	}
	return look(address, f)
}

// Switched says whether the switch of that name was done.
func Switched(ctx context.Context, address, name string) (bool, error) {
	c, _, err := connect(ctx, address)
	if err != nil {
		return false, err
	}
	defer c.Close(ctx)
	var there bool
	err = c.QueryRow(ctx, "SELECT to_regnamespace($1) IS NOT NULL", replaced+name).Scan(&there)
	return there, err
}

// ErrInUse is a database that others are connected to.
var ErrInUse = errors.New("dump: others are connected to the database: stop every node, and whatever else reads it")

// Switch puts a copy in place of what the database at address holds, in one transaction: killed at
// any point, it holds the old or the new. The old lies in the schema that it gives, for the
// administrator to drop.
func Switch(ctx context.Context, address, file, name string) (aside string, err error) {
	c, server, err := connect(ctx, address)
	if err != nil {
		return "", err
	}
	defer c.Close(context.WithoutCancel(ctx))
	tools, err := find(ctx, server)
	if err != nil {
		return "", err
	}
	var others int
	var schema string
	if err := c.QueryRow(ctx, `SELECT (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'), current_schema()`).Scan(&others, &schema); err != nil {
		return "", err
	}
	if others > 0 {
		return "", fmt.Errorf("%w (%d connections)", ErrInUse, others)
	}
	aside = replaced + name
	script, err := tools.command(ctx, "", "pg_restore", "--no-owner", "--no-privileges", "--file=-", file)
	if err != nil {
		return "", err
	}
	shell, err := tools.command(ctx, address, "psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output="+os.DevNull)
	if err != nil {
		return "", err
	}
	var wrong, complains strings.Builder
	script.Stderr, shell.Stderr = &wrong, &complains
	from, err := script.StdoutPipe()
	if err != nil {
		return "", err
	}
	to, err := shell.StdinPipe()
	if err != nil {
		return "", err
	}
	if err := shell.Start(); err != nil {
		return "", err
	}
	if err := script.Start(); err != nil {
		to.Close()
		return "", errors.Join(err, shell.Wait())
	}
	quoted := pgx.Identifier{schema}.Sanitize()
	_, told := fmt.Fprintf(to, "BEGIN;\nALTER SCHEMA %s RENAME TO %s;\nCREATE SCHEMA %s;\n", quoted, pgx.Identifier{aside}.Sanitize(), quoted)
	_, copied := io.Copy(to, from)
	io.Copy(io.Discard, from)
	err = script.Wait()
	if err != nil {
		err = complaint(script, err, wrong.String())
	}
	if err = errors.Join(err, told, copied); err == nil { // else the shell ends without COMMIT, which undoes all
		_, err = io.WriteString(to, "\nCOMMIT;\nANALYZE;\n")
	}
	to.Close()
	if end := shell.Wait(); end != nil {
		err = complaint(shell, end, complains.String())
	}
	return aside, err
}
