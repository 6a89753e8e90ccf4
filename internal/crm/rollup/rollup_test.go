package rollup

import (
	"testing"
	"time"
)

var shanghai = time.FixedZone("Shanghai", 8*3600)

func at(text string) int64 {
	t, err := time.ParseInLocation("2006-01-02 15:04:05.000", text, shanghai)
	if err != nil {
		panic(err)
	}
	return t.UnixMilli()
}

// TestCells: days are the company's, at their very midnights too; a month's last day, 29 February and the turn of a year.
func TestCells(t *testing.T) {
	k := calendar{zone: shanghai, known: map[int64]string{}}
	for _, c := range []struct {
		name, want string
		make       func(c cells)
	}{
		{"nothing", "", func(cells) {}},
		{"made in the last millisecond of a leap day", "2024-02-29//0=1", func(c cells) { c.made(k, head{Created: at("2024-02-29 23:59:59.999")}) }},
		{"made at midnight", "2024-03-01//0=1", func(c cells) { c.made(k, head{Created: at("2024-03-01 00:00:00.000")}) }},
		{"won and still", "2026-01-31//1=1,3=1", func(c cells) {
			c.spans(k, []spent{{Status: "potential", From: at("2025-12-31 10:00:00.000"), Until: at("2026-01-31 10:00:00.000"), Next: "won"}, {Status: "won", From: at("2026-01-31 10:00:00.000")}})
		}},
		{"won and lost on one day held no midnight", "2026-01-31//1=1,2=1", func(c cells) {
			c.spans(k, []spent{{Status: "potential", From: at("2025-12-31 10:00:00.000"), Until: at("2026-01-31 10:00:00.000"), Next: "won"}, {Status: "won", From: at("2026-01-31 10:00:00.000"), Until: at("2026-01-31 11:00:00.000"), Next: "lost"}})
		}},
		{"won twice says when before", "2025-12-31//1=1,3=1 2026-01-01//2=1,3=-1 2026-02-28/2025-12/1=1 2026-02-28//3=1", func(c cells) {
			c.spans(k, []spent{{Status: "potential", Until: at("2025-12-31 23:59:59.999"), Next: "won", From: 1}, {Status: "won", From: at("2025-12-31 23:59:59.999"), Until: at("2026-01-01 00:00:00.000"), Next: "lost"},
				{Status: "lost", From: at("2026-01-01 00:00:00.000"), Until: at("2026-02-28 12:00:00.000"), Next: "won"}, {Status: "won", From: at("2026-02-28 12:00:00.000")}})
		}},
		{"spans that overlap hold once", "2026-01-01//3=1 2026-01-20//3=-1", func(c cells) {
			c.held(k, []spent{{Status: "won", From: at("2026-01-01 01:00:00.000"), Until: at("2026-01-10 01:00:00.000")}, {Status: "won", From: at("2026-01-05 01:00:00.000"), Until: at("2026-01-20 01:00:00.000")}})
		}},
		{"talks at one moment each have the one before", "2026-01-01//7=1 2026-01-03//5=2,6=345600000,7=1,8=1", func(c cells) {
			c.talks(k, true, []talked{{At: at("2026-01-03 09:00:00.000"), Late: true}, {At: at("2026-01-01 09:00:00.000")}, {At: at("2026-01-03 09:00:00.000"), Imported: true}})
		}},
		{"talks with who is not open have no gap", "2026-01-01//7=1 2026-01-03//7=1", func(c cells) {
			c.talks(k, false, []talked{{At: at("2026-01-01 09:00:00.000")}, {At: at("2026-01-03 09:00:00.000")}})
		}},
		{"orders of a day", "2024-02-29//4=300", func(c cells) { c.orders([]ordered{{Day: "2024-02-29", Amount: 100}, {Day: "2024-02-29", Amount: 200}}) }},
	} {
		got := cells{}
		c.make(got)
		if text := got.write(); text != c.want && !same(text, c.want) {
			t.Errorf("%s: %s, want %s", c.name, text, c.want)
		}
		if again := read(got.write()).write(); again != got.write() {
			t.Errorf("%s: read back as %s", c.name, again)
		}
	}
}

func same(a, b string) bool { return read(a).write() == read(b).write() }

// TestSpans: a span leaves out what had happened within it, begins with a balance, and ends within a month.
func TestSpans(t *testing.T) {
	s := &sheet{months: map[day]*Sums{}, days: map[day]*Sums{}}
	s.add("2026-01", read("2025-11-30//1=1,3=1 2026-01-31//2=1,3=-1 2026-02-28/2025-11/1=1 2026-02-28//3=1 2026-03-15/2026-02/1=1"), 1)
	month := func(m time.Month) time.Time { return time.Date(2026, m, 1, 0, 0, 0, 0, shanghai) }
	for _, c := range []struct {
		from, until time.Time
		want        Sums
	}{
		{month(1), month(2), Sums{Lost: 1, Held: 1}},
		{month(2), month(3), Sums{Won: 1}},
		{month(3), month(4), Sums{Won: 1, Held: 1}},
		{month(1), month(4), Sums{Won: 1, Lost: 1, Held: 1}},
		{month(2), month(3).AddDate(0, 0, 14), Sums{Won: 1}},
		{month(3), month(3).AddDate(0, 0, 14), Sums{Held: 1}},
		{month(3), month(3).AddDate(0, 0, 15), Sums{Won: 1, Held: 1}},
	} {
		if got := s.of(Span{c.from, c.until}); got != c.want {
			t.Errorf("%s to %s: %+v, want %+v", c.from.Format(time.DateOnly), c.until.Format(time.DateOnly), got, c.want)
		}
	}
}
