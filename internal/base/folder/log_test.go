package folder

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zhike/internal/base/privacy"
)

// FuzzLogs: any bytes in anchors.log and erasures.log are read, a line cut anywhere says nothing, and what is written after
// it is whole.
func FuzzLogs(f *testing.F) {
	head := strings.Repeat("ab", 32)
	f.Add("2026-11-22T04:00:00Z 3 "+head+"\n2026-11-22T04:00:01Z 4 ab", uint16(30))
	f.Add("2026-11-22T04:00:00.5Z customer 19cac0f2680017fo7y4ibm5gi\n\x00\xff\n", uint16(9))
	f.Add(strings.Repeat("x", 70_000), uint16(1))
	at := time.Unix(1_760_000_000, 0).UTC()
	f.Fuzz(func(t *testing.T, text string, cut uint16) {
		for _, a := range anchorsIn(text) {
			if len(a.Head) != 64 || a.Position < 1 || !strings.Contains(text, a.Head+"\n") && !strings.Contains(text, a.Head) {
				t.Errorf("%q has the anchor %+v", text, a)
			}
		}
		erasuresIn(text)

		line := anchorLine(7, head, at)
		if n := int(cut) % len(line); len(anchorsIn(line[:n])) != 0 {
			t.Errorf("%q is an anchor", line[:n])
		}
		dir := t.TempDir()
		path := filepath.Join(dir, "anchors.log")
		if err := appended(path, text); err != nil {
			t.Fatal(err)
		}
		if err := AnchorIn(dir)(7, head, at); err != nil {
			t.Fatal(err)
		}
		all, err := Anchors(dir)
		if err != nil || len(all) == 0 || all[len(all)-1].Position != 7 || all[len(all)-1].Head != head || !all[len(all)-1].At.Equal(at) {
			t.Errorf("after %q stands %+v, %v", text, all, err)
		}
		said := fmt.Sprintf("%s %s %s\n", at.Format(time.RFC3339Nano), privacy.Customer, "19cac0f2680017fo7y4ibm5gi")
		if n := int(cut) % len(said); len(erasuresIn(said[:n])) != 0 {
			t.Errorf("%q is an erasure", said[:n])
		}
		if err := appended(filepath.Join(dir, erasures), text); err != nil {
			t.Fatal(err)
		}
		if err := appended(filepath.Join(dir, erasures), said); err != nil {
			t.Fatal(err)
		}
		if gone, err := Erasures(dir); err != nil || len(gone) == 0 || gone[len(gone)-1].ID != "19cac0f2680017fo7y4ibm5gi" {
			t.Errorf("after %q stands %+v, %v", text, gone, err)
		}
	})
}
