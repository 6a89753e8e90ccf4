package backup

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"zhike/internal/platform/db/dump"
)

// pending is kept in the folder while a PostgreSQL is switched to a backup. The switch is one
// transaction, which leaves its mark in the database: whoever finds pending asks for the mark, and
// goes on after it or drops what was prepared.
const pending = "switch.json"

type switching struct {
	Name string `json:"name"` // of the mark
	plan
}

// ErrPending is a folder in which a restore of PostgreSQL was begun and no address is known.
var ErrPending = errors.New("backup: a restore of a PostgreSQL database was begun in this folder: name the database")

// switched puts a backup that lies unpacked and tried in x.New in place of what the database and the folder hold.
func (p Place) switched(ctx context.Context, x plan) (aside string, err error) {
	x.Old = strings.Replace(x.New, "restore-", "replaced-", 1)
	name := strings.NewReplacer("restore-", "", "-", "_", ".", "_").Replace(filepath.Base(x.New))
	s := switching{name, x}
	text, err := json.Marshal(s)
	if err != nil {
		return "", err
	}
	if err := keep(filepath.Join(p.Folder, pending), text); err != nil {
		return "", err
	}
	if err := p.asked(); err != nil {
		return "", err
	}
	aside, err = dump.Switch(ctx, p.Address, filepath.Join(x.New, dumped), name)
	if err == nil {
		err = p.asked()
	} else if dropped := FinishSwitch(ctx, p.Folder, p.Address); dropped != nil { // undone, or the line broke as it was kept
		err = errors.Join(err, dropped)
	}
	if err != nil {
		return "", err
	}
	return aside, s.after(p.Folder, p.Between)
}

func (p Place) asked() error {
	if p.Between == nil {
		return nil
	}
	return p.Between()
}

// after ends what follows the switch: the folder's part of the restore.
func (s switching) after(folder string, between func() error) error {
	if err := os.RemoveAll(filepath.Join(s.New, dumped)); err != nil {
		return err
	}
	text, err := json.Marshal(s.plan)
	if err != nil {
		return err
	}
	if err := keep(filepath.Join(folder, todo), text); err != nil {
		return err
	}
	if err := os.Remove(filepath.Join(folder, pending)); err != nil {
		return err
	}
	return finish(folder, between)
}

// FinishSwitch ends a restore of the PostgreSQL at address that was killed: forward where the
// database was switched, back where it was not. It does nothing where there is none.
func FinishSwitch(ctx context.Context, folder, address string) error {
	text, err := os.ReadFile(filepath.Join(folder, pending))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if address == "" {
		return ErrPending
	}
	var s switching
	if err := json.Unmarshal(text, &s); err != nil {
		return fmt.Errorf("backup: %s: %w", pending, err)
	}
	done, err := dump.Switched(ctx, address, s.Name)
	if err != nil {
		return err
	}
	if done {
		return s.after(folder, nil)
	}
	return errors.Join(os.Remove(filepath.Join(folder, pending)), os.RemoveAll(s.New))
}
