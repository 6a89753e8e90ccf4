package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"zhike/internal/app/command"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/exchange"
	"zhike/internal/base/exchange/export"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// Import brings a sheet in, by the same road as the wizard.
type Import struct {
	Common
	Target      string `arg:"" enum:"customer,contact,follow_up,need,feedback,order" help:"customer, contact, follow_up, need, feedback or order."`
	File        string `arg:"" help:"An .xlsx or .csv file."`
	Mapping     string `help:"A JSON file: column (letter or heading) → field; else columns are recognised." placeholder:"M.json"`
	MappingJSON string `hidden:"" name:"mapping-json"`
	Duplicates  string `enum:"skip,update,new" default:"skip" help:"What to do with what is held already: skip, update or new."`
	DryRun      bool   `name:"dry-run" help:"Check every row and import none."`
	As          string `help:"The login to act as; else the first administrator." placeholder:"LOGIN"`

	to console
}

func (c *Import) reportTo(to console) { c.to = to }

func (c *Import) Run(out io.Writer, s streams) error {
	if c.Mapping != "" {
		text, err := os.ReadFile(c.Mapping)
		if err != nil {
			return err
		}
		c.MappingJSON = string(text)
	}
	args := []string{"import", c.Target, filepath.Base(c.File), "--duplicates", c.Duplicates}
	for flag, v := range map[string]string{"--mapping-json": c.MappingJSON, "--as": c.As} {
		if v != "" {
			args = append(args, flag, v)
		}
	}
	if c.DryRun {
		args = append(args, "--dry-run")
	}
	if c.JSON {
		args = append(args, "--json")
	}
	c.to = console{Out: out, Progress: s.errs, Terminal: command.Terminal(s.errs)}
	read := func() ([]byte, error) { return sheetFile(c.File) }
	return withFiles(c.Common, args, read, c.to, func(ctx context.Context, h *House) error {
		data, err := read()
		if err != nil {
			return err
		}
		return c.bring(ctx, h, data, out)
	})
}

func sheetFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > api.MaxFile {
		return nil, spoken(fault.New(fault.TooLarge, "file_too_large"))
	}
	return os.ReadFile(path)
}

func (c *Import) do(ctx context.Context, h *House, in io.Reader, out io.Writer) error {
	data, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	return c.bring(ctx, h, data, out)
}

// bring uploads, plans and runs, and waits for the end. A run of the same file that a
// crash stopped goes on instead of beginning again.
func (c *Import) bring(ctx context.Context, h *House, data []byte, out io.Writer) error {
	who, err := acting(ctx, h, c.As)
	if err != nil {
		return err
	}
	defer working(h)()
	var i exchange.Import
	found := false
	if !c.DryRun {
		if i, found, err = h.Exchange.Unfinished(ctx, who, c.Target, c.Duplicates, data); err != nil {
			return spoken(err)
		}
	}
	if !found {
		if i, err = c.begin(ctx, h, who, data); err != nil {
			return spoken(err)
		}
	}
	if i, err = c.wait(ctx, h, who, i.ID); err != nil {
		return spoken(err)
	}
	if err := command.Brought(out, i, c.JSON); err != nil {
		return err
	}
	switch {
	case i.State == "failed":
		return errCode(fails)
	case i.Bad > 0 || i.State == "cancelled":
		return errCode(some)
	}
	return nil
}

func (c *Import) begin(ctx context.Context, h *House, who access.Actor, data []byte) (i exchange.Import, err error) {
	i, err = h.Exchange.Upload(ctx, who, api.File{Name: filepath.Base(c.File), Data: data, Fields: map[string]string{"target": c.Target, "duplicates": c.Duplicates}})
	if err != nil {
		return i, err
	}
	if c.MappingJSON != "" {
		var m map[string]*string
		if err := json.Unmarshal([]byte(c.MappingJSON), &m); err != nil {
			return i, fault.Rule("invalid", "mapping").Because(err)
		}
		if i, err = h.Exchange.SetPlan(ctx, who, i.ID, 0, exchange.NewPlan{Mapping: m}); err != nil {
			return i, err
		}
	}
	if c.DryRun {
		return h.Exchange.Check(ctx, who, i.ID, exchange.Nothing{})
	}
	return h.Exchange.RunUnchecked(ctx, who, i.ID)
}

// wait reports how far the import is until nothing is under way.
func (c *Import) wait(ctx context.Context, h *House, who access.Actor, id string) (exchange.Import, error) {
	last := int64(-1)
	for {
		i, err := h.Exchange.Get(ctx, who, id)
		if err != nil || !slices.Contains([]string{"checking", "running", "undoing"}, i.State) {
			if c.to.Terminal && last >= 0 {
				fmt.Fprintln(c.to.Progress)
			}
			return i, err
		}
		if c.to.Progress != nil && (i.Progress >= last+5 || c.to.Terminal && i.Progress != last) {
			last = i.Progress
			if c.to.Terminal {
				fmt.Fprintf(c.to.Progress, "\r%s %s %3d%% ", i.State, command.Bar(i.Progress), i.Progress)
			} else {
				fmt.Fprintf(c.to.Progress, "%s %d%%\n", i.State, i.Progress)
			}
		}
		select {
		case <-ctx.Done():
			return i, ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// Export gives a list out as a sheet.
type Export struct {
	Common
	Target  string   `arg:"" enum:"customer,contact,follow-up,task,need,feedback,order" help:"customer, contact, follow-up, task, need, feedback or order."`
	Filter  string   `help:"A JSON tree, as lists take it."`
	Sort    string   `help:"A sortable field; a minus before it turns the order."`
	Columns []string `help:"Field names, in order; else the list's usual ones."`
	Out     string   `help:"The file to write, .xlsx or .csv; else named after the list and the day." placeholder:"FILE.xlsx"`
	As      string   `help:"The login to act as; else the first administrator." placeholder:"LOGIN"`

	to console
}

func (c *Export) reportTo(to console) { c.to = to }

// Validate is asked before Run: a file is written as what its name says.
func (c *Export) Validate() error {
	if kind := strings.ToLower(filepath.Ext(c.Out)); c.Out != "" && kind != ".xlsx" && kind != ".csv" {
		return fmt.Errorf("--out %s: the name must end in .xlsx or .csv", c.Out)
	}
	return nil
}

func (c *Export) Run(out io.Writer) error {
	if c.Out == "" {
		c.Out = c.Target + ".xlsx"
	}
	args := []string{"export", c.Target, "--out", c.Out}
	for flag, v := range map[string]string{"--filter": c.Filter, "--sort": c.Sort, "--columns": strings.Join(c.Columns, ","), "--as": c.As} {
		if v != "" {
			args = append(args, flag, v)
		}
	}
	if c.JSON {
		args = append(args, "--json")
	}
	aside := c.Out + ".new"
	f, err := os.OpenFile(aside, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	c.to = console{Out: out, File: f}
	err = withFiles(c.Common, args, func() ([]byte, error) { return nil, nil }, c.to, func(ctx context.Context, h *House) error { return c.do(ctx, h, nil, out) })
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(aside))
	}
	return os.Rename(aside, c.Out)
}

func (c *Export) do(ctx context.Context, h *House, _ io.Reader, out io.Writer) error {
	who, err := acting(ctx, h, c.As)
	if err != nil {
		return err
	}
	format := "xlsx"
	if strings.EqualFold(filepath.Ext(c.Out), ".csv") {
		format = "csv"
	}
	n, err := h.Export.Give(ctx, who, export.New{Target: c.Target, Format: format, Filter: c.Filter, Sort: c.Sort, Columns: c.Columns}, "zh-CN", c.to.File)
	if err != nil {
		return spoken(err)
	}
	fmt.Fprintf(out, "%d rows in %s\n", n, c.Out)
	return command.Say(out, c.JSON, map[string]any{"rows": n, "out": c.Out})
}

// acting is who a command acts as: a login, or the first administrator.
func acting(ctx context.Context, h *House, login string) (access.Actor, error) {
	id := ""
	if login != "" {
		u, err := h.Account.ByLogin(ctx, program, login)
		if err != nil {
			return access.Actor{}, fmt.Errorf("--as %s: %w", login, spoken(err))
		}
		id = u.ID
	} else {
		roles, _, err := h.Account.ByNames(ctx, program, []string{"administrator"}, "")
		if err != nil {
			return access.Actor{}, spoken(err)
		}
		for cursor := ""; id == ""; {
			page, err := h.Account.ListUsers(ctx, program, account.UserQuery{State: "active", Limit: 200, Cursor: cursor})
			if err != nil {
				return access.Actor{}, err
			}
			for _, u := range page.Items {
				if slices.Contains(u.RoleIDs, roles[0]) && (id == "" || u.ID < id) {
					id = u.ID
				}
			}
			if cursor = string(page.Next); cursor == "" {
				break
			}
		}
	}
	if id == "" {
		return access.Actor{}, errors.New("there is no administrator yet: run zhike setup")
	}
	return db.Read(ctx, h.DB, program, func(tx *db.Tx) (access.Actor, error) { return h.Account.ActorOf(tx, id) })
}

// working starts the queue where no server has, and gives back what stops it.
func working(h *House) func() {
	if h.Queue.Working() {
		return func() {}
	}
	h.Queue.Start()
	return func() {
		ctx, cancel := context.WithTimeout(context.Background(), grace)
		defer cancel()
		h.Queue.Stop(ctx)
	}
}
