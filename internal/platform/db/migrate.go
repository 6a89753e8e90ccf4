package db

import (
	"context"
	"errors"
	"io/fs"

	"zhike/internal/platform/db/schema"
)

func (d *DB) ladder(files fs.FS) schema.Ladder {
	return schema.Ladder{Files: files, Engine: d.dialect.name, Fill: d.dialect.types}
}

// Migrate brings the schema to its head; schema.ErrNewer where it is beyond it.
func (d *DB) Migrate(ctx context.Context, files fs.FS) error {
	pool := d.pool
	if d.writer != nil {
		pool = d.writer.session.pool
	}
	return d.ladder(files).Climb(ctx, pool)
}

// TryMigrate does on PostgreSQL what Migrate does, and undoes it.
func (d *DB) TryMigrate(ctx context.Context, files fs.FS) error {
	return d.ladder(files).Try(ctx, d.pool)
}

// SchemaVersion is the schema's version, and the newest this program knows.
func (d *DB) SchemaVersion(ctx context.Context, files fs.FS) (have, want int64, err error) {
	return d.ladder(files).Versions(ctx, d.pool) // reading: the writer's one connection is taken
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
