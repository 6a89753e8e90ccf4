package db_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"zhike/internal/platform/db"

	"pgregory.net/rapid"
)

type thing struct {
	ID   string `db:"id"`
	Rank int64  `db:"rank"`
	Word string `db:"word"`
}

var (
	someThings  = db.SQL(`SELECT t.id FROM {things t} WHERE {filter} AND {after} ORDER BY {order} LIMIT {limit}`, things)
	pagedThings = db.SQL(`SELECT t.id, t.rank, t.word FROM {things t} WHERE {filter} AND {after} ORDER BY {order} LIMIT {limit}`, things)
	thingIDs    = db.SQL(`SELECT t.id FROM {things t} ORDER BY t.id`, things)
	countThings = db.SQL(`SELECT count(*) AS n FROM {things t}`, things)
	free        = db.SQL(`SELECT t.id FROM {things t} WHERE t.rank = 0 ORDER BY t.id LIMIT 1`, things)
	taken       = db.SQL(`UPDATE {things!change t} SET rank = 1 WHERE t.id = :id`, things)
	clearThings = db.SQL(`DELETE FROM {things!change t} WHERE 1 = 1`, things)
)

// fill leaves exactly these things.
func fill(t rapid.TB, d *db.DB, all []thing) {
	if _, err := db.Write(context.Background(), d, program, func(tx *db.Tx) (int, error) {
		if _, err := tx.ChangeAll(clearThings, nil); err != nil {
			return 0, err
		}
		for _, x := range all {
			if err := tx.Insert(things, x); err != nil {
				return 0, err
			}
		}
		return 0, nil
	}); err != nil {
		t.Fatal(err)
	}
}

// page reads the page at a cursor, and fails where there is none.
func page(t rapid.TB, d *db.DB, w db.With) db.PageOf[thing] {
	p, err := db.Read(context.Background(), d, program, func(tx *db.Tx) (db.PageOf[thing], error) { return db.Page[thing](tx, pagedThings, nil, w) })
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestPagesShowEveryRowOnce walks a list to its end and back again, whatever its rows,
// order and page size.
func TestPagesShowEveryRowOnce(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		rapid.Check(t, func(t *rapid.T) {
			all := rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) thing {
				return thing{rapid.StringMatching(`[a-z0-9]{1,4}`).Draw(t, "id"), rapid.Int64Range(0, 3).Draw(t, "rank"), rapid.SampledFrom([]string{"", "a", "b", "c"}).Draw(t, "word")}
			}), 0, 25, func(x thing) string { return x.ID }).Draw(t, "things")
			by := rapid.SampledFrom([]string{"t.rank", "t.word", "t.id"}).Draw(t, "by")
			down, emptyLast := rapid.Bool().Draw(t, "down"), rapid.Bool().Draw(t, "empty last") && by != "t.id"
			limit := rapid.IntRange(1, 9).Draw(t, "limit")
			fill(t, d, all)

			slices.SortFunc(all, func(a, b thing) int {
				c := 0
				switch by {
				case "t.rank":
					c = int(a.Rank - b.Rank)
				case "t.word":
					c = strings.Compare(a.Word, b.Word)
				}
				if c == 0 {
					c = strings.Compare(a.ID, b.ID)
				}
				if down {
					c = -c
				}
				empty := func(x thing) bool { return by == "t.rank" && x.Rank == 0 || by == "t.word" && x.Word == "" }
				if ea, eb := empty(a), empty(b); emptyLast && ea != eb {
					if c = -1; ea {
						c = 1
					}
				}
				return c
			})
			w := db.With{Order: db.OrderBy(db.Col(by), db.Col("t.id"), down, emptyLast), Limit: limit, Key: "k"}
			var forth []thing
			var last db.PageOf[thing]
			for pages := 0; ; pages++ {
				last = page(t, d, w)
				if pages > len(all)+1 || len(last.Rows) > limit {
					t.Fatalf("page %d has %d rows of %d", pages, len(last.Rows), len(all))
				}
				forth = append(forth, last.Rows...)
				if (last.Prev == "") != (pages == 0) {
					t.Fatalf("page %d says before it is %q", pages, last.Prev)
				}
				if last.Next == "" {
					break
				}
				w.After = last.Next
			}
			if !slices.Equal(forth, all) {
				t.Fatalf("forth it shows %v, wants %v", forth, all)
			}
			back := last.Rows
			for pages := 0; last.Prev != ""; pages++ {
				if pages > len(all) {
					t.Fatal("back, it does not end")
				}
				w.After = last.Prev
				if last = page(t, d, w); len(last.Rows) > 0 && last.Next == "" {
					t.Fatal("back, a page knows nothing after it")
				}
				back = append(slices.Clone(last.Rows), back...)
			}
			if !slices.Equal(back, all) {
				t.Fatalf("back it shows %v, wants %v", back, all)
			}
		})
	})
}

func TestACursorBelongsToItsList(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		fill(t, d, []thing{{"a", 1, "x"}, {"b", 2, "x"}, {"c", 3, "x"}})
		order := db.Up("t.rank", "t.id")
		next := page(t, d, db.With{Order: order, Limit: 1, Key: "filter"}).Next
		if got := page(t, d, db.With{Order: order, Limit: 1, Key: "filter", After: next}).Rows; len(got) != 1 || got[0].ID != "b" {
			t.Fatalf("the second page is %v", got)
		}
		raw, err := base64.RawURLEncoding.DecodeString(next)
		if err != nil {
			t.Fatal(err)
		}
		for i := range raw {
			forged := slices.Clone(raw)
			forged[i] ^= 1
			refused(t, d, fmt.Sprint("byte ", i), db.With{Order: order, Key: "filter", After: base64.RawURLEncoding.EncodeToString(forged)})
		}
		for what, w := range map[string]db.With{
			"another filter":    {Order: order, Key: "other", After: next},
			"another order":     {Order: db.Up("t.word", "t.id"), Key: "filter", After: next},
			"the other way":     {Order: db.Down("t.rank", "t.id"), Key: "filter", After: next},
			"fewer columns":     {Order: db.Up("t.id"), Key: "filter", After: next},
			"no cursor":         {Order: order, Key: "filter", After: "hello"},
			"no base64":         {Order: order, Key: "filter", After: "%%%"},
			"a signature alone": {Order: order, Key: "filter", After: next[:16]},
		} {
			refused(t, d, what, w)
		}
	})
}

func refused(t *testing.T, d *db.DB, what string, w db.With) {
	t.Helper()
	_, err := db.Read(context.Background(), d, program, func(tx *db.Tx) (db.PageOf[thing], error) { return db.Page[thing](tx, pagedThings, nil, w) })
	if !errors.Is(err, db.ErrCursor) {
		t.Errorf("%s: %v", what, err)
	}
}

func TestAPageIsNeverLargerThanTheLimit(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		var all []thing
		for i := range db.MaxPage + 5 {
			all = append(all, thing{fmt.Sprintf("%04d", i), 1, ""})
		}
		fill(t, d, all)
		for limit, want := range map[int]int{-1: 1, 0: 1, 7: 7, 1_000_000: db.MaxPage} {
			if got := len(page(t, d, db.With{Order: db.Up("t.id"), Limit: limit}).Rows); got != want {
				t.Errorf("a page of %d has %d rows, wants %d", limit, got, want)
			}
		}
	})
}
