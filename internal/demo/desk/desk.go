// Package desk plans what the demo's customers want of us and think of us in their year.
package desk

import (
	"embed"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"zhike/internal/base/api"
	"zhike/internal/crm/feedback"
	"zhike/internal/crm/need"
	"zhike/internal/demo/season"
	"zhike/internal/platform/db"
)

//go:embed desk.json
var files embed.FS

// A Client is a customer as far as the desk knows it. Used is when it began to use what it
// bought; the zero time: it bought nothing.
type Client struct {
	Key, Name, Form string
	Slots           map[string]string
	Born, Used      time.Time
	ID              func() string
	Owner           func(time.Time) string
	Clear           func(time.Time) time.Time // out of the hours of a hand-over
}

// An Act is one thing somebody does at an instant.
type Act struct {
	At       time.Time
	By, What string
	Do       func(*db.Tx) error
}

// A Desk plans with chances of its own, so that the rest of the demo stays as it is.
type Desk struct {
	Needs    *need.Service
	Feedback *feedback.Service
	At       func(day, hour, minute int) time.Time // of the story's year
	Now      time.Time

	rand  *rand.Rand
	words words
	acts  []Act
}

type words struct {
	Needs    map[string]map[string][][2]string // form, kind: what is wanted, what was answered
	Feedback map[string]map[string][]saying
	Stories  map[string][]tale
	Done     string // on the phone, where nothing else was to be done
}

type saying struct {
	Topic string `json:"topic"`
	Text  string `json:"t"`
	Done  string `json:"h"`
	End   string `json:"r"`
	Mend  string `json:"m"` // what is done better since
}

// A tale is feedback of a story: what was said on a day, and what became of it.
type tale struct {
	saying
	Kind   string `json:"kind"`
	Day    int    `json:"d"`
	By     string `json:"by"`
	Points int64  `json:"p"`
	Due    int    `json:"due"` // of its measure, in days from today
	Then   []struct {
		Day    int    `json:"d"`
		By     string `json:"by"`
		State  string `json:"state"`
		Points int64  `json:"p"`
		Done   string `json:"h"`
		End    string `json:"r"`
	} `json:"then"`
}

// New reads the words.
func New(d Desk, seed int64) (*Desk, error) {
	text, err := files.ReadFile("desk.json")
	if err == nil {
		err = json.Unmarshal(text, &d.words)
	}
	if err != nil {
		return nil, fmt.Errorf("demo: desk.json: %w", err)
	}
	d.rand = rand.New(rand.NewPCG(uint64(seed), 0x6465736b))
	return &d, nil
}

// Acts are those planned.
func (d *Desk) Acts() []Act { return d.acts }

func (d *Desk) chance(percent int) bool { return d.rand.IntN(100) < percent }

func (d *Desk) between(from, to int) int { return from + d.rand.IntN(max(to-from, 0)+1) }

func pick[T any](d *Desk, all []T) T { return all[d.rand.IntN(len(all))] }

func (d *Desk) as(c Client, by string, at time.Time, do func(*db.Tx) error) {
	if !at.After(d.Now) {
		d.acts = append(d.acts, Act{at, by, c.Name, do})
	}
}

// fill puts what is known of a client into a text.
func (c Client) fill(text string) string {
	for name, v := range c.Slots {
		text = strings.ReplaceAll(text, "{"+name+"}", v)
	}
	return text
}

// some is a minute of a working day between two times, or false where they leave none.
func (d *Desk) some(c Client, from, to time.Time) (time.Time, bool) {
	days := int(to.Sub(from).Hours() / 24)
	if days < 1 {
		return from, false
	}
	at := season.Workday(from, d.between(0, days-1))
	at = time.Date(at.Year(), at.Month(), at.Day(), d.between(9, 16), d.between(0, 59), 0, 0, at.Location())
	at = c.Clear(at)
	return at, at.After(from) && at.Before(to)
}

var helpers = []string{"bailu", "jiangfan", "jiangfan"}

// Live plans the year of a customer that no story tells of.
func (d *Desk) Live(c Client) {
	early := c.Born.AddDate(0, 0, 1)
	if d.chance(55) {
		d.need(c, pick(d, []string{"product", "product", "product", "customisation"}), early, early.AddDate(0, 0, 30))
	}
	if d.chance(12) {
		d.need(c, "product", d.Now.AddDate(0, 0, -24), d.Now)
	}
	if c.Used.IsZero() {
		if d.chance(6) {
			d.feedback(c, "suggestion", early, d.Now)
		}
		return
	}
	for range d.between(0, 2) {
		d.need(c, pick(d, []string{"technical", "technical", "product"}), c.Used, d.Now)
	}
	if d.chance(38) {
		d.feedback(c, "complaint", c.Used, d.Now)
	}
	if d.chance(22) {
		d.feedback(c, "suggestion", c.Used, d.Now)
	}
	if d.chance(34) {
		d.feedback(c, "praise", c.Used, d.Now)
	}
}

func (d *Desk) need(c Client, kind string, from, to time.Time) {
	if from.Before(c.Born) {
		from = c.Born.AddDate(0, 0, 1)
	}
	at, ok := d.some(c, from, to)
	if !ok {
		return
	}
	by := c.Owner(at)
	if kind == "technical" && d.chance(60) {
		by = pick(d, helpers)
	}
	said := pick(d, d.words.Needs[c.Form][kind])
	priority := pick(d, []string{"high", "medium", "medium", "low"})
	id := ""
	d.as(c, by, at, func(tx *db.Tx) (err error) {
		id, err = d.Needs.CreateIn(tx, need.New{CustomerID: c.ID(), Kind: kind, Description: c.fill(said[0]), Priority: priority})
		return err
	})
	step := func(days int, in need.Change) {
		then := c.Clear(season.Workday(at, days).Add(time.Duration(d.between(20, 90)) * time.Minute))
		if !then.After(at) {
			then = at.Add(time.Hour)
		}
		if at = then; helper(by) {
			d.as(c, by, at, func(tx *db.Tx) error { return d.change(tx, id, in) })
			return
		}
		d.as(c, c.Owner(at), at, func(tx *db.Tx) error { return d.change(tx, id, in) })
	}
	old := d.Now.Sub(at) > 40*24*time.Hour
	if d.chance(60) {
		step(d.between(0, 2), need.Change{State: api.Some(need.InProgress)})
	}
	if old || d.chance(60) {
		step(d.between(1, 12), need.Change{State: api.Some(pick(d, []string{need.Done, need.Done, need.Done, need.Done, need.Closed})), Solution: api.Some(c.fill(said[1]))})
	}
}

func helper(login string) bool { return login == "bailu" || login == "jiangfan" }

func (d *Desk) change(tx *db.Tx, id string, in need.Change) error {
	n, version, _, err := d.Needs.Said(tx, id)
	if err != nil || !need.IsOpen(n.State.V) {
		return err
	}
	return d.Needs.ChangeIn(tx, id, version, in)
}

func (d *Desk) feedback(c Client, kind string, from, to time.Time) {
	at, ok := d.some(c, from, to)
	if !ok {
		return
	}
	x := pick(d, d.words.Feedback[c.Form][kind])
	by := pick(d, helpers)
	points := map[string]int64{"praise": int64(d.between(4, 5)), "suggestion": int64(d.between(3, 4)), "complaint": int64(d.between(1, 2))}[kind]
	if d.chance(25) && kind != "complaint" {
		points = 0 // nobody asked
	}
	in := feedback.New{Kind: kind, Topic: x.Topic, Description: c.fill(x.Text), Satisfaction: points}
	if x.Mend != "" && d.chance(50) {
		m := feedback.Measure{What: x.Mend, DueOn: season.Workday(at, d.between(10, 30)).Format(time.DateOnly)}
		if done := season.Workday(at, d.between(8, 28)); done.Before(d.Now) && d.chance(80) {
			m.DoneOn = done.Format(time.DateOnly)
		}
		in.Measures = []feedback.Measure{m}
	}
	steps := []feedback.Change{{State: api.Some(feedback.InProgress), Handling: api.Some(c.fill(x.Done))}}
	switch kind {
	case "praise":
		steps = []feedback.Change{{State: api.Some(feedback.Closed), Result: api.Some(x.End)}}
	case "complaint":
		steps = append(steps, feedback.Change{State: api.Some(feedback.ToRevisit), Result: api.Some(c.fill(x.End))},
			feedback.Change{State: api.Some(feedback.Closed), Satisfaction: api.Some(int64(d.between(3, 5)))})
	default:
		steps = append(steps, feedback.Change{State: api.Some(feedback.Closed), Result: api.Some(c.fill(x.End))})
	}
	id := d.begin(c, by, at, in)
	for _, s := range steps {
		if d.Now.Sub(at) < 10*24*time.Hour && d.chance(45) {
			return
		}
		at = season.Workday(at, d.between(1, 5)).Add(time.Duration(d.between(5, 50)) * time.Minute)
		d.step(c, by, at, id, s)
	}
}

func (d *Desk) begin(c Client, by string, at time.Time, in feedback.New) *string {
	id := new(string)
	for i := range in.Measures { // what has not come yet is not done yet
		if in.Measures[i].DoneOn > at.Format(time.DateOnly) {
			done := in.Measures[i].DoneOn
			in.Measures[i].DoneOn = ""
			when, _ := time.ParseInLocation(time.DateOnly, done, at.Location())
			d.as(c, by, when.Add(17*time.Hour+23*time.Minute), func(tx *db.Tx) error { return d.mended(tx, *id, i, done) })
		}
	}
	d.as(c, by, at, func(tx *db.Tx) (err error) {
		in.CustomerID = c.ID()
		*id, err = d.Feedback.CreateIn(tx, in)
		return err
	})
	return id
}

// mended notes that a measure was taken.
func (d *Desk) mended(tx *db.Tx, id string, n int, done string) error {
	all, err := d.Feedback.Many(tx, []string{id})
	if err != nil || len(all) == 0 {
		return err
	}
	all[0].Measures[n].DoneOn = done
	return d.Feedback.ChangeIn(tx, id, all[0].Version, feedback.Change{Measures: api.Some(all[0].Measures)})
}

func (d *Desk) step(c Client, by string, at time.Time, id *string, in feedback.Change) {
	d.as(c, by, at, func(tx *db.Tx) error {
		_, version, _, err := d.Feedback.Said(tx, *id)
		if err != nil {
			return err
		}
		return d.Feedback.ChangeIn(tx, *id, version, in)
	})
}

// Tell plans the feedback of a story.
func (d *Desk) Tell(c Client) {
	var last time.Time
	time1 := func(day, hour, minute int) time.Time {
		at := d.At(day, hour, minute)
		if day < -1 {
			at = season.Workday(at, 0)
		}
		if !at.After(last) {
			at = last.Add(40 * time.Minute)
		}
		last = at
		return at
	}
	for n, t := range d.words.Stories[c.Key] {
		last = time.Time{}
		in := feedback.New{Kind: t.Kind, Topic: t.Topic, Description: t.Text, Satisfaction: t.Points}
		if t.Mend != "" {
			in.Measures = []feedback.Measure{{What: t.Mend, DueOn: d.At(t.Due, 12, 0).Format(time.DateOnly)}}
		}
		id := d.begin(c, t.By, time1(t.Day, 15, 5+n), in)
		for i, s := range t.Then {
			x := feedback.Change{State: api.Some(s.State)}
			if s.Done != "" {
				x.Handling = api.Some(s.Done)
			}
			if s.End != "" {
				x.Result = api.Some(s.End)
			}
			if s.Points > 0 {
				x.Satisfaction = api.Some(s.Points)
			}
			d.step(c, s.By, time1(s.Day, 16, 10+i*7), id, x)
		}
	}
}
