package folder

import (
	"errors"
	"fmt"
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
		f, err := os.OpenFile(filepath.Join(folder, "anchors.log"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		defer f.Close()
		_, err = f.WriteString(anchorLine(position, head, at))
		return err
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
	var all []audit.Anchored
	for _, line := range strings.Split(string(text), "\n") {
		parts := strings.Fields(line)
		if len(parts) != 3 {
			continue
		}
		position, bad := strconv.ParseInt(parts[1], 10, 64)
		at, late := time.Parse(time.RFC3339, parts[0])
		if bad == nil && late == nil {
			all = append(all, audit.Anchored{Position: position, Head: parts[2], At: at})
		}
	}
	return all, err
}
