package command

import (
	"context"
	"errors"
	"fmt"
	"io"

	"zhike/internal/base/backup"
	"zhike/internal/base/folder"
	"zhike/internal/platform/clock"
	"zhike/internal/platform/db"
	"zhike/migrations"
)

// Upgrade brings the database to this program's schema; serve does the same at its start.
type Upgrade struct {
	Common
	Check bool `help:"Only try it on a copy."`
}

func (c *Upgrade) Run(out io.Writer) error {
	ctx := context.Background()
	f, err := folder.Open(c.Data)
	if errors.Is(err, folder.ErrBusy) {
		return fmt.Errorf("%w: stop the server first", folder.ErrBusy)
	}
	if err != nil {
		return err
	}
	defer f.Close()
	u, err := c.climb(ctx, f)
	if err != nil {
		return err
	}
	switch {
	case u.From == u.To:
		fmt.Fprintf(out, "The database has schema %d: there is nothing to do.\n", u.To)
	case c.Check:
		fmt.Fprintf(out, "Schema %d can be brought to %d. Nothing was changed.\n", u.From, u.To)
	default:
		fmt.Fprintf(out, "Schema %d was brought to %d.\n", u.From, u.To)
	}
	if u.Rows > 0 {
		fmt.Fprintf(out, "%d rows were checked; %.1f s\n", u.Rows, u.Took.Seconds())
	}
	if u.Aside != "" {
		fmt.Fprintf(out, "The database of before lies in %s for two weeks.\n", u.Aside)
	}
	return Say(out, c.JSON, map[string]any{"from": u.From, "to": u.To, "rows": u.Rows, "checked_only": c.Check, "aside": u.Aside})
}

func (c *Upgrade) climb(ctx context.Context, f *folder.Folder) (u backup.Upgraded, err error) {
	if c.Database == "" {
		return backup.Place{Folder: f.Path}.Upgrade(ctx, migrations.Files, clock.System, c.Check)
	}
	d, err := db.Open(ctx, c.Database, db.Options{Now: clock.System})
	if err != nil {
		return u, err
	}
	defer d.Close()
	if u.From, u.To, err = d.SchemaVersion(ctx, migrations.Files); err != nil || u.From == u.To {
		return u, err
	}
	if c.Check {
		return u, d.TryMigrate(ctx, migrations.Files)
	}
	return u, d.Migrate(ctx, migrations.Files)
}
