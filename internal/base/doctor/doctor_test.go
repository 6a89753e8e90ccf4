package doctor

import (
	"testing"
	"time"

	"zhike/internal/base/backup"
)

func TestRoom(t *testing.T) {
	for _, c := range []struct {
		free, size int64
		want       string
	}{{100 * gigabyte, gigabyte, Fine}, {2 * gigabyte, gigabyte, Warn}, {gigabyte / 2, 0, Warn}, {gigabyte / 5, 0, Bad}, {5 * gigabyte, 6 * gigabyte, Bad}} {
		if got := room(c.free, c.size); got.State != c.want {
			t.Errorf("%d free of %d: %v", c.free, c.size, got)
		}
	}
}

func TestAged(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	at := func(hours int) []backup.Kept {
		return []backup.Kept{{Made: now.Add(-time.Duration(hours) * time.Hour)}}
	}
	for name, c := range map[string]struct {
		all  []backup.Kept
		born time.Time
		want string
	}{
		"last night":       {at(10), now.AddDate(-1, 0, 0), Fine},
		"the night before": {at(34), now.AddDate(-1, 0, 0), Warn},
		"three days ago":   {at(72), now.AddDate(-1, 0, 0), Bad},
		"none, new":        {nil, now.Add(-time.Hour), Warn},
		"none, old":        {nil, now.AddDate(0, 0, -3), Bad},
	} {
		if got := aged(c.all, c.born, now, time.UTC); got.State != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
