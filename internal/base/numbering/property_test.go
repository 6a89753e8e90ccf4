package numbering

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"zhike/internal/platform/clock"
	"zhike/internal/platform/db"
	"zhike/internal/platform/db/dbtest"

	"pgregory.net/rapid"
)

// TestNoNumberTwice: units that take numbers one by one and in blocks, are kept or undone, over days, in any order. What was kept
// follows without a gap within its day and series; what was undone is handed out again.
func TestNoNumberTwice(t *testing.T) {
	hand := clock.At(late)
	d := dbtest.SQLite(t, hand.Now)
	day := 0
	rapid.Check(t, func(t *rapid.T) {
		day += 400 // days of its own for each run: counters stay in the database
		hand.Set(late.AddDate(0, 0, day))
		zone := time.FixedZone("Shanghai", 8*3600)
		kept := map[string]int{} // by series and day
		t.Repeat(map[string]func(*rapid.T){
			"a unit": func(t *rapid.T) {
				undone := errors.New("undone")
				undo := rapid.IntRange(0, 2).Draw(t, "undone") == 0
				taken := map[string]int{}
				_, err := db.Write(t.Context(), d, sales, func(tx *db.Tx) (int, error) {
					for range rapid.IntRange(1, 4).Draw(t, "takes") {
						series, letter := Customer, "C"
						if rapid.Bool().Draw(t, "talk") {
							series, letter = FollowUp, "G"
						}
						n := rapid.IntRange(1, 5).Draw(t, "n")
						var got []string
						var err error
						if n == 1 {
							got = make([]string, 1)
							got[0], err = Next(tx, series)
						} else {
							got, err = Block(tx, series, n)
						}
						if err != nil || len(got) != n {
							return 0, fmt.Errorf("%d numbers are %v: %w", n, got, err)
						}
						key := letter + hand.Now().In(zone).Format("20060102")
						for _, number := range got {
							taken[key]++
							if want := fmt.Sprintf("%s%03d", key, kept[key]+taken[key]); number != want {
								return 0, fmt.Errorf("a number is %s and not %s", number, want)
							}
						}
					}
					if undo {
						return 0, undone
					}
					return 0, nil
				})
				if undo && errors.Is(err, undone) {
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				for key, n := range taken {
					kept[key] += n
				}
			},
			"hours": func(t *rapid.T) { hand.Advance(time.Duration(rapid.IntRange(1, 40).Draw(t, "hours")) * time.Hour) },
		})
	})
}
