package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// Migrate brings the schema to its head. files are NNNN_name.sql, with the words of the
// dialect's types in braces; where a file NNNN_name.<engine>.sql stands, only that
// engine's is run. There is no way down.
func (d *DB) Migrate(ctx context.Context, files fs.FS) error {
	pool := d.pool
	if d.writer != nil {
		pool = d.writer.session.pool
	}
	p, err := d.provider(files, pool)
	if err != nil {
		return err
	}
	_, err = p.Up(ctx)
	return err
}

// SchemaVersion is the schema's version, and the newest this program knows.
func (d *DB) SchemaVersion(ctx context.Context, files fs.FS) (have, want int64, err error) {
	p, err := d.provider(files, d.pool) // reading: the writer's one connection is taken
	if err != nil {
		return 0, 0, err
	}
	have, want, err = p.GetVersions(ctx)
	return have, want, err
}

func (d *DB) provider(files fs.FS, pool *sql.DB) (*goose.Provider, error) {
	all, err := fs.Glob(files, "*.sql")
	if err != nil {
		return nil, err
	}
	slices.Sort(all)
	var steps []*goose.Migration
	for _, name := range all {
		parts := strings.Split(path.Base(name), ".")
		if len(parts) == 3 && parts[1] != d.dialect.name {
			continue
		}
		number, _, _ := strings.Cut(parts[0], "_")
		version, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("db: migration %s has no number", name)
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		filled := d.dialect.types.Replace(string(text))
		steps = append(steps, goose.NewGoMigration(version, &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, filled)
			return err
		}}, nil))
	}
	name, options := goose.DialectPostgres, []goose.ProviderOption{
		goose.WithGoMigrations(steps...), goose.WithDisableGlobalRegistry(true),
	}
	if d.writer != nil {
		name = goose.DialectSQLite3
	} else {
		l, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return nil, err
		}
		options = append(options, goose.WithSessionLocker(l))
	}
	return goose.NewProvider(name, pool, nil, options...)
}

// Exec runs a script of the program's own outside any unit: a generator's bulk path and
// tests use it, never a service; a test of the house says so.
func (d *DB) Exec(ctx context.Context, script string) error {
	pool := d.pool
	if d.writer != nil {
		pool = d.writer.session.pool
		if d.writer.session.conn != nil {
			return errors.New("db: a script runs before the first unit")
		}
	}
	_, err := pool.ExecContext(ctx, script)
	return err
}
