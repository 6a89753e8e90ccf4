package app

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"

	"zhike/internal/base/api"
	"zhike/internal/base/folder"
	"zhike/internal/platform/fault"
	"zhike/locale"

	"github.com/alecthomas/kong"
)

// A command that works on an open house, wherever it was typed.
type onHouse interface {
	do(context.Context, *House, io.Reader, io.Writer) error
}

type asked struct {
	Args     []string `json:"args"`
	Terminal bool     `json:"terminal"` // progress is drawn, not listed
	Input    int64    `json:"input"`    // so many bytes follow
}

// A frame is a piece of what a command says; the last one has its end.
type frame struct {
	Output   []byte `json:"output,omitempty"`
	Progress []byte `json:"progress,omitempty"`
	File     []byte `json:"file,omitempty"`
	Error    string `json:"error,omitempty"`
	Code     int    `json:"code,omitempty"`
	End      bool   `json:"end,omitempty"`
}

// A console is where a command's words go: what it answers, how far it is, and the file it makes.
type console struct {
	out, progress, file io.Writer
	terminal            bool
}

// A reporter is a command that tells how far it is or makes a file.
type reporter interface{ reportTo(console) }

// listenSocket takes commands typed beside the running server. The file's mode lets in
// its owner alone, who could read the database anyway.
func (h *House) listenSocket(f *folder.Folder) (io.Closer, error) {
	path := f.File("zhike.sock")
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /command", func(w http.ResponseWriter, r *http.Request) {
		body := bufio.NewReader(io.LimitReader(r.Body, api.MaxFile+maxAsked))
		line, err := body.ReadBytes('\n')
		var in asked
		if err != nil || len(line) > maxAsked || json.Unmarshal(line, &in) != nil {
			http.Error(w, "not a command", http.StatusBadRequest)
			return
		}
		h.command(r.Context(), f, in, body, frames{json.NewEncoder(w), http.NewResponseController(w)})
	})
	server := &http.Server{Handler: mux}
	go server.Serve(l)
	return server, nil
}

const maxAsked = 1 << 20

// frames writes what a command says to the process that asked, piece by piece.
type frames struct {
	to    *json.Encoder
	flush *http.ResponseController
}

func (f frames) send(x frame) error {
	return errors.Join(f.to.Encode(x), f.flush.Flush())
}

// writerFunc is an io.Writer that is a function.
type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

func (f frames) writer(of func([]byte) frame) io.Writer {
	return writerFunc(func(b []byte) (int, error) { return len(b), f.send(of(b)) })
}

func (h *House) command(ctx context.Context, f *folder.Folder, in asked, input io.Reader, to frames) {
	out := to.writer(func(b []byte) frame { return frame{Output: b} })
	end := frame{End: true}
	defer func() { to.send(end) }()
	var c Commands
	parser, err := kong.New(&c, kong.Name("zhike"), kong.Writers(out, out), kong.Exit(func(int) {}))
	if err != nil {
		end.Error, end.Code = err.Error(), fails
		return
	}
	k, err := parser.Parse(append(in.Args, "--data", f.Path))
	if err != nil {
		end.Error, end.Code = err.Error(), usage
		return
	}
	target := k.Selected().Target.Addr().Interface()
	work, ok := target.(onHouse)
	if !ok {
		end.Error, end.Code = "this command does not run beside a server", fails
		return
	}
	if r, ok := target.(reporter); ok {
		r.reportTo(console{out, to.writer(func(b []byte) frame { return frame{Progress: b} }), to.writer(func(b []byte) frame { return frame{File: b} }), in.Terminal})
	}
	err = work.do(ctx, h, io.LimitReader(input, in.Input), out)
	var n errCode
	switch {
	case errors.As(err, &n):
		end.Code = int(n)
	case err != nil:
		end.Error, end.Code = err.Error(), fails
	}
}

// throughSocket has the running server do what was typed, with what it reads.
func throughSocket(data string, args []string, input []byte, to console) error {
	path := filepath.Join(data, "zhike.sock")
	client := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", path)
	}}}
	ask, err := json.Marshal(asked{args, to.terminal, int64(len(input))})
	if err != nil {
		return err
	}
	r, err := client.Post("http://zhike/command", "application/octet-stream", io.MultiReader(bytes.NewReader(append(ask, '\n')), bytes.NewReader(input)))
	if err != nil {
		return fmt.Errorf("%w, and it takes no commands (%s)", folder.ErrBusy, filepath.Base(path))
	}
	defer r.Body.Close()
	for from := json.NewDecoder(r.Body); ; {
		var x frame
		if err := from.Decode(&x); err != nil {
			return fmt.Errorf("the server ended before the command did: %w", err)
		}
		for _, p := range []struct {
			to io.Writer
			b  []byte
		}{{to.out, x.Output}, {to.progress, x.Progress}, {to.file, x.File}} {
			if p.to != nil {
				if _, err := p.to.Write(p.b); err != nil {
					return err
				}
			}
		}
		switch {
		case !x.End:
		case x.Error != "":
			return errors.New(x.Error)
		case x.Code != 0:
			return errCode(x.Code)
		default:
			return nil
		}
	}
}

// spoken gives a fault the words that a screen would show.
func spoken(err error) error {
	var f *fault.Fault
	if errors.As(err, &f) {
		return errors.New(locale.Text("en", "error."+f.Code+".detail", f.Params))
	}
	return err
}
