package backup

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestWhatIsKept: two years of a backup each day, and with days left out.
func TestWhatIsKept(t *testing.T) {
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	for name, made := range map[string]func(day int) bool{"each day": func(int) bool { return true }, "Tuesdays and Fridays": func(d int) bool { return d%7 == 1 || d%7 == 4 }, "now and then": func(d int) bool { return d%37 < 3 }} {
		var all []Kept
		ever := [3]map[string]bool{{}, {}, {}}
		first := time.Date(2025, 1, 6, 18, 30, 0, 0, time.UTC) // 02:30 of the next day in Shanghai
		for day := range 730 {
			if !made(day) {
				continue
			}
			at := first.AddDate(0, 0, day)
			all = append([]Kept{{Path: Name(at), Made: at}}, all...)
			drop := map[string]bool{}
			for _, k := range superfluous(all, zone) {
				drop[k.Path] = true
			}
			days, weeks, months := map[string]bool{}, map[string]bool{}, map[string]bool{}
			of := func(t time.Time) [3]string {
				y, w := t.ISOWeek()
				return [3]string{t.Format(time.DateOnly), fmt.Sprint(y, w), t.Format("2006-01")}
			}
			for i, x := range of(at.In(zone)) {
				ever[i][x] = true
			}
			var left []Kept
			for _, k := range all {
				if !drop[k.Path] {
					left = append(left, k)
				}
			}
			for i, k := range left { // what is left is a newest of its day; the last seven are all there
				x := of(k.Made.In(zone))
				days[x[0]], weeks[x[1]], months[x[2]] = true, true, true
				if i > 0 && !left[i-1].Made.After(k.Made) {
					t.Fatal("not in order")
				}
			}
			if len(left) > daily+weekly+monthly || left[0] != all[0] || len(days) < min(daily, len(ever[0])) || len(weeks) < min(weekly, len(ever[1])) || len(months) < min(monthly, len(ever[2])) {
				t.Fatalf("%s, day %d: %d left of %d days, %d weeks, %d months", name, day, len(left), len(days), len(weeks), len(months))
			}
			all = left
		}
	}
}

// TestSweep: what was left by somebody who was killed goes after a day, what is another's stays.
func TestSweep(t *testing.T) {
	p := Place{Folder: t.TempDir()}
	now := time.Now()
	for name, age := range map[string]time.Duration{".aside-old": 25 * time.Hour, ".aside-new": time.Hour, "restore-old": 25 * time.Hour, "replaced-old": 900 * time.Hour, Name(now): 900 * time.Hour, "x.half": 25 * time.Hour} {
		path := filepath.Join(p.Folder, "backups", name)
		if err := os.MkdirAll(path, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, now.Add(-age), now.Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.sweep(now); err != nil {
		t.Fatal(err)
	}
	left, _ := filepath.Glob(filepath.Join(p.Folder, "backups", "*"))
	if len(left) != 3 {
		t.Errorf("left: %v", left)
	}
}
