package api

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

// A page that is left cancels what it had asked for, all day long: that is no trouble of the server's.
func TestGoneClientIsNotLogged(t *testing.T) {
	var out bytes.Buffer
	was := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&out, nil)))
	t.Cleanup(func() { slog.SetDefault(was) })

	for err, logged := range map[error]bool{
		fmt.Errorf("%w in SELECT 1", context.Canceled):         false,
		fmt.Errorf("%w in SELECT 1", context.DeadlineExceeded): true,
	} {
		out.Reset()
		if p := problem(err); p.Status != 503 || p.Code != "unavailable" {
			t.Errorf("%v: %d %s", err, p.Status, p.Code)
		}
		if strings.Contains(out.String(), "SELECT 1") != logged {
			t.Errorf("%v: the log has %q", err, out.String())
		}
	}
}
