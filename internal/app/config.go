package app

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"

	"github.com/alecthomas/kong"
)

// Common is what every command takes.
type Common struct {
	Data     string `default:"./data" env:"ZHIKE_DATA" help:"Folder of the company's data." type:"path"`
	Database string `env:"ZHIKE_DATABASE" help:"postgres://… instead of the folder's own SQLite file." secret:""`
	Files    string `env:"ZHIKE_FILES" help:"Where files lie: a folder that all nodes share, or s3://bucket?region=…&endpoint=…; else files/ in the data folder."`
	Key      string `env:"ZHIKE_KEY" hidden:"" help:"Key-encryption key, base64; else keys/kek." secret:""`
	JSON     bool   `name:"json" env:"ZHIKE_JSON" help:"The last line of output is one JSON object."`
}

// Commands of the program, as the outside contract names them.
type Commands struct {
	Serve   Serve          `cmd:"" help:"Start the server."`
	Setup   Setup          `cmd:"" help:"Make the company and its first administrator, without a browser."`
	Demo    Demo           `cmd:"" help:"Fill an empty database with a living example company."`
	Import  Import         `cmd:"" help:"Bring in a sheet."`
	Export  Export         `cmd:"" help:"Give a list out as a sheet."`
	User    UserCommands   `cmd:"" help:"Accounts: add, disable, reset."`
	Audit   AuditCommands  `cmd:"" help:"The audit log."`
	Backup  BackupCommands `cmd:"" help:"Make a backup; verify one."`
	Restore Restore        `cmd:"" help:"Put a backup in place of what the data folder holds."`
	Doctor  Doctor         `cmd:"" help:"How this node stands: disk, database, keys, backups, clock, queue."`
	Figures Figures        `cmd:"" help:"The sums of dashboards: check, rebuild."`
	Migrate Migrate        `cmd:"" help:"The schema."`
	Config  Config         `cmd:"" help:"Every setting, its value and where it came from; secrets hidden."`
	Openapi Openapi        `cmd:"" help:"Print the OpenAPI document." hidden:""`
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

// An errCode ends a command with a code of its own, after it has said everything.
type errCode int

func (n errCode) Error() string { return fmt.Sprint("exit ", int(n)) }

// Config prints every setting of the program.
type Config struct{ Common }

func (c *Config) Run(k *kong.Context, out io.Writer) error {
	shown := map[string]bool{}
	for _, leaf := range k.Model.Leaves(false) {
		for _, f := range leaf.Flags {
			if len(f.Envs) == 0 || shown[f.Name] {
				continue
			}
			shown[f.Name] = true
			value, from := f.Default, "default"
			for _, env := range f.Envs {
				if v, ok := os.LookupEnv(env); ok {
					value, from = v, "environment "+env
				}
			}
			for _, p := range k.Path {
				if p.Flag != nil && p.Flag.Name == f.Name {
					value, from = fmt.Sprint(p.Flag.Target), "command line"
				}
			}
			if f.Tag.Has("secret") && value != "" {
				value = "***"
			}
			fmt.Fprintf(out, "--%-14s %-24q %s\n", f.Name, value, from)
		}
	}
	return nil
}
