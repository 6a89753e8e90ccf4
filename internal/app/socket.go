package app

import (
	"context"
	"errors"
	"io"

	"zhike/internal/app/socket"
	"zhike/internal/base/folder"
	"zhike/internal/platform/fault"
	"zhike/locale"

	"github.com/alecthomas/kong"
)

// A command that works on an open house, wherever it was typed.
type onHouse interface {
	do(context.Context, *House, io.Reader, io.Writer) error
}

// A console is where a command's words go.
type console = socket.Console

// An errCode ends a command with a code of its own.
type errCode = socket.Code

// A reporter is a command that tells how far it is or makes a file.
type reporter interface{ reportTo(console) }

// listenSocket takes commands typed beside the running server.
func listenSocket(h *House, f *folder.Folder) (io.Closer, error) {
	return socket.Listen(f, func(ctx context.Context, in socket.Asked, input io.Reader, to console) (int, error) {
		var c Commands
		parser, err := kong.New(&c, kong.Name("zhike"), kong.Writers(to.Out, to.Out), kong.Exit(func(int) {}))
		if err != nil {
			return fails, err
		}
		k, err := parser.Parse(append(in.Args, "--data", f.Path))
		if err != nil {
			return usage, err
		}
		target := k.Selected().Target.Addr().Interface()
		work, ok := target.(onHouse)
		if !ok {
			return fails, errors.New("this command does not run beside a server")
		}
		if r, ok := target.(reporter); ok {
			r.reportTo(to)
		}
		err = work.do(ctx, h, input, to.Out)
		var n errCode
		switch {
		case errors.As(err, &n):
			return int(n), nil
		case err != nil:
			return fails, err
		}
		return 0, nil
	})
}

// spoken gives a fault the words that a screen would show.
func spoken(err error) error {
	var f *fault.Fault
	if errors.As(err, &f) {
		return errors.New(locale.Text("en", "error."+f.Code+".detail", f.Params))
	}
	return err
}
