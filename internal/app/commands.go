package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"zhike/internal/app/command"
	"zhike/internal/app/house"

	"zhike/internal/app/socket"
	"zhike/internal/base/account"
	"zhike/internal/base/audit"
	"zhike/internal/base/door"
	"zhike/internal/base/folder"
	"zhike/internal/platform/clock"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
	"zhike/migrations"
)

// with runs work on the house: in the server that holds the folder, or here.
func with(c Common, args []string, in io.Reader, out io.Writer, work func(context.Context, *House) error) error {
	return withFiles(c, args, func() ([]byte, error) {
		if !slices.Contains(args, "--password-stdin") {
			return nil, nil
		}
		return io.ReadAll(io.LimitReader(in, 4096))
	}, console{Out: out}, work)
}

// withFiles is with for a command that reads more than a line, or makes a file.
func withFiles(c Common, args []string, input func() ([]byte, error), to console, work func(context.Context, *House) error) error {
	ctx := context.Background()
	f, err := folder.Open(c.Data)
	if errors.Is(err, folder.ErrBusy) {
		read, err := input()
		if err != nil {
			return err
		}
		return socket.Through(c.Data, args, read, to)
	}
	if err != nil {
		return err
	}
	defer f.Close()
	h, err := open(ctx, f, c)
	if err != nil {
		return err
	}
	defer h.DB.Close()
	return work(ctx, h)
}

// Setup makes the company and its first administrator; it refuses where one exists.
type Setup struct {
	Common
	Login         string `required:"" help:"The administrator's login."`
	Name          string `help:"The administrator's name; else the login."`
	Company       string `default:"公司" help:"The company's name."`
	PasswordStdin bool   `required:"" name:"password-stdin" help:"Read the password from standard input."`
}

func (c *Setup) args() []string {
	return []string{"setup", "--login", c.Login, "--name", c.Name, "--company", c.Company, "--password-stdin"}
}

func (c *Setup) Run(in io.Reader, out io.Writer) error {
	if c.Name == "" {
		c.Name = c.Login
	}
	return with(c.Common, c.args(), in, out, func(ctx context.Context, h *House) error { return c.do(ctx, h, in, out) })
}

func (c *Setup) do(ctx context.Context, h *House, in io.Reader, out io.Writer) error {
	secret, err := command.Password(in)
	if err != nil {
		return err
	}
	u, err := h.Account.First(ctx, account.SetUp{Company: c.Company, Login: c.Login, Name: c.Name, Password: secret})
	if err != nil {
		return spoken(err)
	}
	fmt.Fprintf(out, "%s may sign in now.\n", u.Login)
	return command.Say(out, c.JSON, map[string]any{"id": u.ID, "login": u.Login})
}

// UserCommands are for accounts.
type UserCommands struct {
	Add     UserAdd     `cmd:"" help:"Make an account."`
	Disable UserDisable `cmd:"" help:"Disable an account; its sessions end at once."`
	Reset   UserReset   `cmd:"" help:"Give a new password, to be changed at the next sign-in."`
}

type UserAdd struct {
	Common
	Login         string   `required:""`
	Name          string   `required:""`
	Role          []string `default:"sales" help:"Codes of roles."`
	Department    string   `help:"A department's name."`
	PasswordStdin bool     `required:"" name:"password-stdin"`
}

func (c *UserAdd) args() []string {
	return []string{"user", "add", "--login", c.Login, "--name", c.Name, "--role", strings.Join(c.Role, ","), "--department", c.Department, "--password-stdin"}
}

func (c *UserAdd) Run(in io.Reader, out io.Writer) error {
	return with(c.Common, c.args(), in, out, func(ctx context.Context, h *House) error { return c.do(ctx, h, in, out) })
}

func (c *UserAdd) do(ctx context.Context, h *House, in io.Reader, out io.Writer) error {
	secret, err := command.Password(in)
	if err != nil {
		return err
	}
	n := account.NewUser{Login: c.Login, Name: c.Name, Password: secret}
	if n.RoleIDs, n.DepartmentID, err = h.Account.ByNames(ctx, program, c.Role, c.Department); err != nil {
		return spoken(err)
	}
	u, err := h.Account.AddUser(ctx, program, n)
	if err != nil {
		return spoken(err)
	}
	fmt.Fprintf(out, "%s may sign in now.\n", u.Login)
	return command.Say(out, c.JSON, map[string]any{"id": u.ID, "login": u.Login})
}

type UserDisable struct {
	Common
	Login string `required:""`
}

func (c *UserDisable) Run(in io.Reader, out io.Writer) error {
	return with(c.Common, []string{"user", "disable", "--login", c.Login}, in, out, func(ctx context.Context, h *House) error { return c.do(ctx, h, in, out) })
}

func (c *UserDisable) do(ctx context.Context, h *House, _ io.Reader, out io.Writer) error {
	u, err := h.Account.ByLogin(ctx, program, c.Login)
	if err != nil {
		return spoken(err)
	}
	if _, err = h.Door.SetState(ctx, program, u.ID, u.Version, "disabled"); err != nil {
		return spoken(err)
	}
	fmt.Fprintf(out, "%s is disabled.\n", u.Login)
	return command.Say(out, c.JSON, map[string]any{"id": u.ID, "state": "disabled"})
}

type UserReset struct {
	Common
	Login         string `required:""`
	SecondFactor  bool   `name:"second-factor" help:"Take the second factor away too, for a lost phone."`
	PasswordStdin bool   `required:"" name:"password-stdin"`
}

func (c *UserReset) Run(in io.Reader, out io.Writer) error {
	return with(c.Common, append([]string{"user", "reset", "--login", c.Login, "--password-stdin"}, map[bool][]string{true: {"--second-factor"}}[c.SecondFactor]...), in, out, func(ctx context.Context, h *House) error { return c.do(ctx, h, in, out) })
}

func (c *UserReset) do(ctx context.Context, h *House, in io.Reader, out io.Writer) error {
	secret, err := command.Password(in)
	if err != nil {
		return err
	}
	u, err := h.Account.ByLogin(ctx, program, c.Login)
	if err != nil {
		return spoken(err)
	}
	if _, err := h.Door.ResetPassword(ctx, program, u.ID, 0, door.Reset{Password: secret}); err != nil {
		return spoken(err)
	}
	if c.SecondFactor {
		if _, err := h.Door.ResetFactor(ctx, program, u.ID, 0); err != nil {
			return spoken(err)
		}
	}
	fmt.Fprintf(out, "%s has a new password and must change it.\n", u.Login)
	return command.Say(out, c.JSON, map[string]any{"id": u.ID})
}

// AuditCommands are for the audit log.
type AuditCommands struct {
	Verify AuditVerify `cmd:"" help:"Check the chain; pending entries are no fault."`
}

// AuditVerify checks the chain of the log, or of a backup's.
type AuditVerify struct {
	Common
	File string `help:"A backup; the log in it is checked." type:"existingfile"`
}

func (c *AuditVerify) Run(in io.Reader, out io.Writer) error {
	if c.File == "" {
		return with(c.Common, []string{"audit", "verify"}, in, out, func(ctx context.Context, h *House) error { return c.do(ctx, h, in, out) })
	}
	p, err := command.PlaceFor(c.Common, c.File, false, in)
	if err != nil {
		return err
	}
	return c.judge(out, func(kept []audit.Anchored) (audit.Verdict, error) {
		return p.Audit(context.Background(), c.File, clock.System, kept)
	})
}

func (c *AuditVerify) do(ctx context.Context, h *House, _ io.Reader, out io.Writer) error {
	return c.judge(out, func(kept []audit.Anchored) (audit.Verdict, error) { return audit.Verify(ctx, h.DB, kept) })
}

func (c *AuditVerify) judge(out io.Writer, verify func([]audit.Anchored) (audit.Verdict, error)) error {
	kept, err := folder.Anchors(c.Data)
	if err != nil {
		return err
	}
	v, err := verify(kept)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%d entries sealed, %d pending, %d anchors checked\n", v.Sealed, v.Pending, len(kept))
	if v.Pruned > 0 {
		fmt.Fprintf(out, "%d entries went after they had been kept for long enough\n", v.Pruned)
	}
	for _, r := range v.Restores {
		fmt.Fprintf(out, "%s: restored from head %s at %d\n", r.At.UTC().Format(time.RFC3339), r.Head, r.Position)
	}
	if v.Broken != "" {
		fmt.Fprintln(out, "BROKEN:", v.Broken)
	}
	if err := command.Say(out, c.JSON, map[string]any{"sealed": v.Sealed, "pending": v.Pending, "pruned": v.Pruned, "restores": len(v.Restores), "broken": v.Broken, "head": v.Head}); err != nil {
		return err
	}
	if v.Broken != "" {
		return errCode(fails)
	}
	return nil
}

// Figures is for the sums that dashboards read.
type Figures struct {
	Common
	Act string `arg:"" enum:"check,rebuild" help:"check names what differs from the rows; rebuild builds the sums anew, then checks."`
}

func (c *Figures) Run(in io.Reader, out io.Writer) error {
	return with(c.Common, []string{"figures", c.Act}, in, out, func(ctx context.Context, h *House) error { return c.do(ctx, h, in, out) })
}

func (c *Figures) do(ctx context.Context, h *House, _ io.Reader, out io.Writer) error {
	wrong, err := h.Rollups.Do(ctx, c.Act)
	if err != nil {
		return err
	}
	fmt.Fprintln(out, len(wrong), "sums or customers differ from the rows", strings.Join(append([]string{""}, wrong...), "\n"))
	if err := command.Say(out, c.JSON, map[string]any{"wrong": wrong}); err != nil || len(wrong) == 0 {
		return err
	}
	return errCode(fails)
}

// Migrate tells of the schema.
type Migrate struct {
	Status MigrateStatus `cmd:"" help:"The schema's version, and the newest known."`
}

type MigrateStatus struct{ Common }

func (c *MigrateStatus) Run(in io.Reader, out io.Writer) error {
	return with(c.Common, []string{"migrate", "status"}, in, out, func(ctx context.Context, h *House) error { return c.do(ctx, h, in, out) })
}

func (c *MigrateStatus) do(ctx context.Context, h *House, _ io.Reader, out io.Writer) error {
	have, want, err := h.DB.SchemaVersion(ctx, migrations.Files)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "schema %d of %d on %s\n", have, want, h.DB.Engine())
	return command.Say(out, c.JSON, map[string]any{"version": have, "newest": want, "engine": h.DB.Engine()})
}

// Openapi prints the document; `make api` keeps it in the repository.
type Openapi struct{}

func (c *Openapi) Run(out io.Writer) error {
	keys, _, err := crypt.Create(crypt.NewKEK())
	if err != nil {
		return err
	}
	document, err := house.Build(&db.DB{}, keys).Routes(http.NewServeMux(), nil).Document()
	if err != nil {
		return err
	}
	var any map[string]any
	if err := json.Unmarshal(document, &any); err != nil {
		return err
	}
	pretty, err := json.MarshalIndent(any, "", " ")
	fmt.Fprintln(out, string(pretty))
	return err
}
