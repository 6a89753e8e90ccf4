package command

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"zhike/internal/base/exchange"
)

// Bar draws how far something is.
func Bar(percent int64) string {
	full := int(percent / 5)
	return "[" + strings.Repeat("#", full) + strings.Repeat(".", 20-full) + "]"
}

// Brought tells what came of an import, and ends with it as JSON where that was asked for.
func Brought(out io.Writer, i exchange.Import, asked bool) error {
	fmt.Fprintf(out, "%s: %d rows: %d complete, %d drafts, %d duplicates, %d with faults\n", i.State, i.Rows, i.Good, i.Drafts, i.Duplicates, i.Bad)
	for n, w := range i.Errors {
		if n == 20 {
			fmt.Fprintf(out, "  … and more: GET /api/v1/imports/%s/rows?state=bad\n", i.ID)
			break
		}
		fmt.Fprintf(out, "  %s%d %s: %s\n", map[bool]string{true: w.Cell + " row ", false: "row "}[w.Cell != ""], w.Row, w.Column, w.Message)
	}
	if i.Failure != nil {
		fmt.Fprintln(out, " ", i.Failure.Message)
	}
	if asked {
		line, err := json.Marshal(i)
		if err != nil {
			return err
		}
		fmt.Fprintln(out, string(line))
	}
	return nil
}

// Terminal says whether somebody looks on.
func Terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
