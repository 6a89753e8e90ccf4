package app

import (
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

	"zhike/internal/platform/fault"
	"zhike/locale"

	"github.com/alecthomas/kong"
)

// A command that works on an open house, wherever it was typed.
type onHouse interface {
	do(context.Context, *House, io.Reader, io.Writer) error
}

type asked struct {
	Args  []string `json:"args"`
	Input []byte   `json:"input"`
}

type answered struct {
	Output []byte `json:"output"`
	Error  string `json:"error"`
	Code   int    `json:"code"`
}

// listenSocket takes commands typed beside the running server. The file's mode lets in
// its owner alone, who could read the database anyway.
func (h *House) listenSocket(f *folder) (io.Closer, error) {
	path := f.file("zhike.sock")
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
		var in asked
		if err := json.NewDecoder(io.LimitReader(r.Body, 1<<20)).Decode(&in); err != nil {
			http.Error(w, "not a command", http.StatusBadRequest)
			return
		}
		json.NewEncoder(w).Encode(h.command(r.Context(), f, in))
	})
	server := &http.Server{Handler: mux}
	go server.Serve(l)
	return server, nil
}

func (h *House) command(ctx context.Context, f *folder, in asked) (a answered) {
	var c Commands
	var out bytes.Buffer
	parser, err := kong.New(&c, kong.Name("zhike"), kong.Writers(&out, &out), kong.Exit(func(int) {}))
	if err != nil {
		return answered{Error: err.Error(), Code: fails}
	}
	k, err := parser.Parse(append(in.Args, "--data", f.path))
	if err != nil {
		return answered{Error: err.Error(), Code: usage}
	}
	work, ok := k.Selected().Target.Addr().Interface().(onHouse)
	if !ok {
		return answered{Error: "this command does not run beside a server", Code: fails}
	}
	err = work.do(ctx, h, bytes.NewReader(in.Input), &out)
	a.Output = out.Bytes()
	var n errCode
	switch {
	case errors.As(err, &n):
		a.Code = int(n)
	case err != nil:
		a.Error, a.Code = err.Error(), fails
	}
	return a
}

// throughSocket has the running server do what was typed.
func throughSocket(data string, args []string, in io.Reader, out io.Writer) error {
	path := filepath.Join(data, "zhike.sock")
	client := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", path)
	}}}
	var input []byte
	for _, a := range args {
		if a == "--password-stdin" {
			input, _ = io.ReadAll(io.LimitReader(in, 4096))
		}
	}
	body, err := json.Marshal(asked{args, input})
	if err != nil {
		return err
	}
	r, err := client.Post("http://zhike/command", "application/json", bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("%w, and it takes no commands (%s)", errBusy, filepath.Base(path))
	}
	defer r.Body.Close()
	var a answered
	if err := json.NewDecoder(r.Body).Decode(&a); err != nil {
		return err
	}
	out.Write(a.Output)
	if a.Error != "" {
		return errors.New(a.Error)
	}
	if a.Code != 0 {
		return errCode(a.Code)
	}
	return nil
}

// spoken gives a fault the words that a screen would show.
func spoken(err error) error {
	var f *fault.Fault
	if errors.As(err, &f) {
		return errors.New(locale.Text("en", "error."+f.Code+".detail", f.Params))
	}
	return err
}
