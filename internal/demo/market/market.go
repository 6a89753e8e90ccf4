// Package market plans what the demo's customers order in their year.
package market

import (
	"embed"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"zhike/internal/base/api"
	"zhike/internal/crm/order"
	"zhike/internal/demo/season"
	"zhike/internal/platform/db"
)

//go:embed market.json
var files embed.FS

// A Client is a customer as far as its orders go. Signed is when it bought first; the zero
// time: it has not.
type Client struct {
	Key, Name, Form, Product string
	PriceFen                 int64
	Signed, Used             time.Time
	ID                       func() string
	Owner                    func(time.Time) string
	Clear                    func(time.Time) time.Time // out of the hours of a hand-over
}

// An Act is one thing somebody does at an instant.
type Act struct {
	At       time.Time
	By, What string
	Do       func(*db.Tx) error
}

// A Market plans with chances of its own, so that the rest of the demo stays as it is.
type Market struct {
	Orders *order.Service
	At     func(day, hour, minute int) time.Time // of the story's year
	Now    time.Time
	Quiet  string // the holiday over which nobody orders

	rand  *rand.Rand
	words words
	acts  []Act
}

type words struct {
	Units, Names, Kinds map[string]string
	Prices              map[string]int64
	Stories             map[string][]tale
}

// A tale is one order of a story: lines of a product and how many, or a lot at one price.
type tale struct {
	Day      int      `json:"d"`
	At       string   `json:"at"`
	Lines    [][2]any `json:"lines"`
	Lot      []any    `json:"lot"`
	Contract string   `json:"contract"`
	Remark   string   `json:"remark"`
}

// New reads the words.
func New(t Market, seed int64) (*Market, error) {
	text, err := files.ReadFile("market.json")
	if err == nil {
		err = json.Unmarshal(text, &t.words)
	}
	if err != nil {
		return nil, fmt.Errorf("demo: market.json: %w", err)
	}
	t.rand = rand.New(rand.NewPCG(uint64(seed), 0x7472616465))
	return &t, nil
}

// Acts are those planned.
func (t *Market) Acts() []Act { return t.acts }

func (t *Market) chance(percent int) bool { return t.rand.IntN(100) < percent }

func (t *Market) between(from, to int) int { return from + t.rand.IntN(max(to-from, 0)+1) }

func (t *Market) as(c Client, at time.Time, do func(*db.Tx) error) {
	if !at.After(t.Now) {
		t.acts = append(t.acts, Act{at, c.Owner(at), c.Name, do})
	}
}

// line is so many of a product at its price.
func (t *Market) line(product string, n int) order.Line {
	price := t.words.Prices[product]
	return order.Line{Product: t.words.Names[product], Unit: api.Text(t.words.Units[t.words.Kinds[product]]), QuantityMilli: int64(n) * 1000, PriceFen: &price}
}

// place plans an order, and that it is done some days after.
func (t *Market) place(c Client, at time.Time, in order.New, days int) {
	id := new(string)
	t.as(c, at, func(tx *db.Tx) (err error) {
		in.OrderedOn, in.State = at.Format(time.DateOnly), order.Open
		*id, err = t.Orders.PlaceIn(tx, c.ID(), in)
		return err
	})
	done := c.Clear(season.Workday(at, days).Add(35 * time.Minute))
	state := order.Done
	if t.chance(2) && c.Key == "" {
		state = order.Cancelled
	}
	t.as(c, done, func(tx *db.Tx) error {
		_, version, err := t.Orders.Said(tx, *id)
		if err != nil {
			return err
		}
		return t.Orders.ChangeIn(tx, *id, version, order.Change{State: api.Some(state)})
	})
}

// Tell plans the orders of a story.
func (t *Market) Tell(c Client) error {
	for _, x := range t.words.Stories[c.Key] {
		clock, err := time.Parse("15:04", x.At)
		if err != nil {
			return err
		}
		in := order.New{ContractNumber: x.Contract, Remark: x.Remark}
		for _, l := range x.Lines {
			in.Lines = append(in.Lines, t.line(l[0].(string), int(l[1].(float64))))
		}
		if x.Lot != nil {
			l := t.line(x.Lot[0].(string), 1)
			price := int64(x.Lot[1].(float64))
			l.PriceFen, l.Unit = &price, api.Text(t.words.Units["lot"])
			in.Lines = []order.Line{l}
		}
		at := c.Clear(t.At(x.Day, clock.Hour(), clock.Minute()))
		if !c.Signed.IsZero() && at.Before(c.Signed) {
			at = c.Signed.Add(20 * time.Minute)
		}
		t.place(c, at, in, 30)
	}
	return nil
}

// Live plans the orders of a customer that no story tells of: what it signed for, and what
// it needs month by month.
func (t *Market) Live(c Client) {
	if c.Signed.IsZero() {
		return
	}
	at := c.Signed.Add(25 * time.Minute)
	t.place(c, at, order.New{Lines: t.first(c)}, t.between(20, 45))
	if c.Used.IsZero() {
		return
	}
	tires := t.chance(12) // of us, after a first time
	for at = season.Workday(c.Used, t.between(6, 25)); at.Before(t.Now); {
		day := time.Date(at.Year(), at.Month(), at.Day(), t.between(9, 16), t.between(0, 59), 0, 0, at.Location())
		busy := season.Weight(day, t.Quiet, false)
		if busy < 0.3 {
			at = season.Workday(at, 8)
			continue
		}
		t.place(c, c.Clear(day), t.next(c, busy), t.between(5, 20))
		if tires {
			return
		}
		gap := t.between(28, 75)
		if c.Form == "store" {
			gap = t.between(60, 130)
		}
		at = season.Workday(at, gap)
	}
}

// first is what a customer signed for: as many as its price says.
func (t *Market) first(c Client) []order.Line {
	yuan := c.PriceFen / 100
	if c.Form == "store" {
		lines := []order.Line{t.line("shop", int(max(1, yuan/2980)))}
		if strings.HasSuffix(c.Product, t.words.Names["care"]) {
			lines = append(lines, t.line("care", 1))
		}
		return lines
	}
	for _, name := range []string{"HC-P300", "HC-W20", "HC-P100"} {
		if strings.HasPrefix(c.Product, name) {
			lines := []order.Line{t.line(name, int(max(1, c.PriceFen/t.words.Prices[name])))}
			if t.chance(40) {
				lines = append(lines, t.line("visit", 1))
			}
			return lines
		}
	}
	return []order.Line{t.line("HC-P100", 1)}
}

// next is what is ordered on the way: film and spare parts, or more shops.
func (t *Market) next(c Client, busy float64) (in order.New) {
	switch {
	case c.Form == "store" && t.chance(70):
		in.Lines = []order.Line{t.line("shop", t.between(1, 5))}
	case c.Form == "store":
		in.Lines = []order.Line{t.line("care", 1)}
	default:
		in.Lines = []order.Line{t.line("film", int(float64(t.between(8, 36))*min(busy, 2)+0.5))}
		if t.chance(30) {
			in.Lines = append(in.Lines, t.line("spare", t.between(1, 2)))
		}
		if t.chance(15) {
			in.Lines[0].DiscountBP = 500
		}
	}
	return in
}
