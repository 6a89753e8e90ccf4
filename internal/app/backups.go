package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"zhike/internal/app/command"

	"zhike/internal/base/doctor"
	"zhike/internal/base/folder"
	"zhike/internal/base/setting"
	"zhike/internal/platform/blob"
	"zhike/internal/platform/clock"
	"zhike/internal/platform/db"
	"zhike/internal/platform/db/dump"
	"zhike/migrations"
)

// BackupCommands make backups, and try them.
type BackupCommands struct {
	Make   Backup       `cmd:"" default:"withargs" help:"Make a backup and try it."`
	Verify BackupVerify `cmd:"" help:"Restore a backup aside and check every row of it."`
}

// Backup makes one.
type Backup struct {
	Common
	Out string `help:"File to write; else one in the data folder's backups/." type:"path"`
}

func (c *Backup) Run(in io.Reader, out io.Writer) error {
	args := []string{"backup"}
	if c.Out != "" {
		args = append(args, "--out", c.Out)
	}
	return with(c.Common, args, in, out, func(ctx context.Context, h *House) error { return c.do(ctx, h, in, out) })
}

func (c *Backup) do(ctx context.Context, h *House, _ io.Reader, out io.Writer) error {
	p, err := folder.At(c.Data).Place(c.Key)
	if err != nil {
		return err
	}
	p.Files = h.Elsewhere
	to := c.Out
	if to == "" {
		to = p.Next(h.DB.Now())
	}
	began := clock.System()
	m, err := p.Make(ctx, h.DB, h.Keys, to)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s: %d bytes, %d rows, %d files, %s; %.1f s\n", m.Path, m.Bytes, m.Rows, m.Files, m.How, clock.System().Sub(began).Seconds())
	if p.Coded == nil {
		fmt.Fprintln(out, "It holds no recovery code: without the key in keys/kek it opens nothing.")
	}
	return command.Say(out, c.JSON, map[string]any{"path": m.Path, "made": m.Made, "bytes": m.Bytes, "rows": m.Rows, "files": m.Files, "head": m.Head, "how": m.How})
}

// BackupVerify tries one.
type BackupVerify struct {
	Common
	File string `arg:"" help:"The backup." type:"existingfile"`
	Code bool   `help:"Ask for the recovery code on standard input."`
}

func (c *BackupVerify) Run(in io.Reader, out io.Writer) error {
	p, err := command.PlaceFor(c.Common, c.File, c.Code, in)
	if err != nil {
		return err
	}
	t, err := p.Try(context.Background(), c.File, clock.System)
	if err != nil {
		return err
	}
	verdict := "sound"
	if t.How == dump.Read {
		verdict = t.How + ": no server here may restore it aside"
	}
	fmt.Fprintf(out, "%s of %s, schema %d: %d rows, %d files, %d entries of the log; %s\n", t.Engine, t.Made.Format(time.RFC3339), t.Schema, t.Rows, t.Files, t.Sealed, verdict)
	return command.Say(out, c.JSON, map[string]any{"how": t.How, "made": t.Made, "schema": t.Schema, "rows": t.Rows, "files": t.Files, "sealed": t.Sealed, "head": t.Head})
}

// Restore puts a backup in place of what the folder holds.
type Restore struct {
	Common
	File string `arg:"" help:"The backup." type:"existingfile"`
	Code bool   `help:"Ask for the recovery code on standard input, where the key is lost."`
}

func (c *Restore) Run(in io.Reader, out io.Writer) error {
	f, err := folder.Open(c.Data)
	if errors.Is(err, folder.ErrBusy) {
		return fmt.Errorf("%w: stop the server first", folder.ErrBusy)
	}
	if err != nil {
		return err
	}
	defer f.Close()
	p, err := command.PlaceFor(c.Common, c.File, c.Code, in)
	if err != nil {
		return err
	}
	schema, err := migrations.Latest()
	if err != nil {
		return err
	}
	if c.Files != "" {
		if p.Files, err = blob.Open(context.Background(), c.Files, clock.System()); err != nil {
			return err
		}
		defer p.Files.Close()
	}
	r, err := p.Restore(context.Background(), c.File, schema, clock.System)
	if err != nil {
		return err
	}
	if _, err := os.Stat(f.File("keys", "kek")); c.Code && errors.Is(err, os.ErrNotExist) {
		if err := f.Keep(p.KEK); err != nil {
			return err
		}
	}
	fmt.Fprintf(out, "Restored the backup of %s: %d rows, %d files.\n", r.Made.Format(time.RFC3339), r.Rows, r.Files)
	if r.How == dump.Read {
		fmt.Fprintln(out, "It could not be restored aside first: PostgreSQL took it, and nobody compared its rows and its log.")
	}
	switch {
	case p.Address != "":
		fmt.Fprintf(out, "What was there lies in the schema %s of the database, and what the folder held in backups/. Other nodes need this folder's keys/.\n", r.Aside)
	case r.Aside != "":
		fmt.Fprintf(out, "What was there lies in %s.\n", r.Aside)
	}
	return command.Say(out, c.JSON, map[string]any{"made": r.Made, "rows": r.Rows, "files": r.Files, "aside": r.Aside, "head": r.Head})
}

// Doctor says how this node stands; exit 1 where something is bad.
type Doctor struct{ Common }

func (c *Doctor) Run(in io.Reader, out io.Writer) error {
	return with(c.Common, []string{"doctor"}, in, out, func(ctx context.Context, h *House) error { return c.do(ctx, h, in, out) })
}

func (c *Doctor) do(ctx context.Context, h *House, _ io.Reader, out io.Writer) error {
	place, err := folder.At(c.Data).Place(c.Key)
	if err != nil {
		return err
	}
	zone, err := db.Read(ctx, h.DB, program, setting.Zone)
	if err != nil {
		return err
	}
	all := doctor.Patient{Place: place, DB: h.DB, Queue: h.Queue, Zone: zone, Files: h.Filed}.Examine(ctx)
	ill := false
	for _, f := range all {
		fmt.Fprintln(out, f)
		ill = ill || f.State == doctor.Bad
	}
	if err := command.Say(out, c.JSON, map[string]any{"findings": all}); err != nil || !ill {
		return err
	}
	return errCode(fails)
}
