package folder

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"zhike/internal/base/audit"
)

// AnchorIn writes anchors of the log into a data folder.
func AnchorIn(folder string) audit.Anchor {
	return func(position int64, head string, at time.Time) error {
		return appended(filepath.Join(folder, "anchors.log"), anchorLine(position, head, at))
	}
}

func anchorLine(position int64, head string, at time.Time) string {
	return fmt.Sprintf("%s %d %s\n", at.UTC().Format(time.RFC3339), position, head)
}

// Anchors are the heads that were kept outside the database.
func Anchors(path string) ([]audit.Anchored, error) {
	text, err := os.ReadFile(filepath.Join(path, "anchors.log"))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	return anchorsIn(string(text)), err
}

// anchorsIn leaves out what is no whole line: a head cut by a power loss is none, and would
// look as if the log had been changed.
func anchorsIn(text string) (all []audit.Anchored) {
	for line := range wholeLines(text) {
		parts := strings.Fields(line)
		if len(parts) != 3 || len(parts[2]) != 2*sha256.Size {
			continue
		}
		position, bad := strconv.ParseInt(parts[1], 10, 64)
		at, late := time.Parse(time.RFC3339, parts[0])
		if bad == nil && late == nil && position > 0 {
			all = append(all, audit.Anchored{Position: position, Head: parts[2], At: at})
		}
	}
	return all
}

// wholeLines are those that a line end closes.
func wholeLines(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for {
			line, rest, whole := strings.Cut(text, "\n")
			if !whole || !yield(line) {
				return
			}
			text = rest
		}
	}
}
