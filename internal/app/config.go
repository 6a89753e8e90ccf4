package app

import (
	"errors"
	"fmt"
	"io"
	"log/slog"

	"zhike/internal/app/command"
	"zhike/internal/app/house"

	"github.com/alecthomas/kong"
)

// Common is what every command takes.
type Common = command.Common

// House is what the commands work on.
type House = house.House

var program = house.Program

// Commands of the program, as the outside contract names them.
type Commands struct {
	Serve   Serve           `cmd:"" help:"Start the server."`
	Setup   Setup           `cmd:"" help:"Make the company and its first administrator, without a browser."`
	Demo    Demo            `cmd:"" help:"Fill an empty database with a living example company."`
	Import  Import          `cmd:"" help:"Bring in a sheet."`
	Export  Export          `cmd:"" help:"Give a list out as a sheet."`
	User    UserCommands    `cmd:"" help:"Accounts: add, disable, reset."`
	Audit   AuditCommands   `cmd:"" help:"The audit log."`
	Backup  BackupCommands  `cmd:"" help:"Make a backup; verify one."`
	Restore Restore         `cmd:"" help:"Put a backup in place of what the data folder holds."`
	Upgrade command.Upgrade `cmd:"" help:"Bring the database to this version: a copy is migrated and checked, then switched to."`
	Keys    KeysCommands    `cmd:"" help:"The keys: turn them, and how they stand."`
	Doctor  Doctor          `cmd:"" help:"How this node stands: disk, database, keys, backups, clock, queue."`
	Figures Figures         `cmd:"" help:"The sums of dashboards: check, rebuild."`
	Migrate Migrate         `cmd:"" help:"The schema."`
	Config  command.Config  `cmd:"" help:"Every setting, its value and where it came from; secrets hidden."`
	Openapi Openapi         `cmd:"" help:"Print the OpenAPI document." hidden:""`
}

// Exit codes: 0 done, 1 failed, 2 wrong usage, 3 partly done.
const (
	done  = 0
	fails = 1
	usage = 2
	some  = 3
)

// Main is the whole program; it gives the exit code.
func Main(args []string, in io.Reader, out, errs io.Writer) int {
	slog.SetDefault(slog.New(slog.NewTextHandler(errs, &slog.HandlerOptions{Level: slog.LevelInfo})))
	code, err := run(args, in, out, errs)
	if err != nil {
		fmt.Fprintln(errs, "zhike:", err)
	}
	return code
}

type exit int

// streams are where a command tells how far it is.
type streams struct{ errs io.Writer }

func run(args []string, in io.Reader, out, errs io.Writer) (code int, err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case exit: // kong ends so after --help
			code = int(p)
		default:
			panic(p)
		}
	}()
	var c Commands
	parser, err := kong.New(&c, kong.Name("zhike"), kong.Description("Zhike keeps a company's customers."), kong.Writers(out, errs),
		kong.Exit(func(n int) { panic(exit(n)) }), kong.BindTo(out, (*io.Writer)(nil)), kong.BindTo(in, (*io.Reader)(nil)), kong.Bind(streams{errs}))
	if err != nil {
		return fails, err
	}
	k, err := parser.Parse(args)
	if err != nil {
		return usage, err
	}
	k.Bind(k)
	if err := k.Run(); err != nil {
		var n errCode
		if errors.As(err, &n) {
			return int(n), nil
		}
		return fails, err
	}
	return done, nil
}
