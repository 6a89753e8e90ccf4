// Package socket lets a command that is typed beside a running server be done by it.
package socket

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
)

// file is where commands are taken, in the data folder.
const file = "zhike.sock"

// Asked is a command as it was typed.
type Asked struct {
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

// A Console is where a command's words go: what it answers, how far it is, and the file it makes.
type Console struct {
	Out, Progress, File io.Writer
	Terminal            bool
}

// A Code ends a command with a code of its own, after it has said everything.
type Code int

func (n Code) Error() string { return fmt.Sprint("exit ", int(n)) }

const maxAsked = 1 << 20

// Listen takes commands and has do do them; an error that is a Code ends the command so. The
// file's mode lets in its owner alone, who could read the database anyway.
func Listen(f *folder.Folder, do func(ctx context.Context, in Asked, input io.Reader, to Console) (code int, err error)) (io.Closer, error) {
	path := f.File(file)
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
		var in Asked
		if err != nil || len(line) > maxAsked || json.Unmarshal(line, &in) != nil {
			http.Error(w, "not a command", http.StatusBadRequest)
			return
		}
		to := frames{json.NewEncoder(w), http.NewResponseController(w)}
		end := frame{End: true}
		code, err := do(r.Context(), in, io.LimitReader(body, in.Input), Console{
			Out:      to.writer(func(b []byte) frame { return frame{Output: b} }),
			Progress: to.writer(func(b []byte) frame { return frame{Progress: b} }),
			File:     to.writer(func(b []byte) frame { return frame{File: b} }),
			Terminal: in.Terminal,
		})
		if end.Code = code; err != nil {
			end.Error = err.Error()
		}
		to.send(end)
	})
	server := &http.Server{Handler: mux}
	go server.Serve(l)
	return server, nil
}

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

// Through has the running server do what was typed, with what it reads.
func Through(data string, args []string, input []byte, to Console) error {
	path := filepath.Join(data, file)
	client := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", path)
	}}}
	ask, err := json.Marshal(Asked{args, to.Terminal, int64(len(input))})
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
		}{{to.Out, x.Output}, {to.Progress, x.Progress}, {to.File, x.File}} {
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
			return Code(x.Code)
		default:
			return nil
		}
	}
}
