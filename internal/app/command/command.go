// Package command holds what every command takes and says, and the commands that need no open
// house.
package command

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"zhike/internal/platform/crypt"

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

// Password reads one line: nothing secret stands in arguments.
func Password(in io.Reader) (crypt.Secret, error) {
	line, err := bufio.NewReader(io.LimitReader(in, 4096)).ReadString('\n')
	if err != nil && err != io.EOF {
		return crypt.Secret{}, err
	}
	return crypt.NewSecret(strings.TrimRight(line, "\r\n")), nil
}

// Say ends with one line of JSON, where it was asked for.
func Say(out io.Writer, asked bool, v map[string]any) error {
	if !asked {
		return nil
	}
	line, err := json.Marshal(v)
	fmt.Fprintln(out, string(line))
	return err
}

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
