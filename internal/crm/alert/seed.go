package alert

import (
	_ "embed"
	"encoding/json"
	"reflect"
	"sync"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/crm/segment"
	"zhike/internal/platform/db"
)

//go:embed shipped.json
var shippedFile []byte

type asShipped struct {
	Code          api.Text        `json:"code"`
	Subject       string          `json:"subject"`
	Filter        json.RawMessage `json:"filter"`
	Segment       string          `json:"segment"` // the condition is to be in it
	Clock         string          `json:"clock"`
	Rungs         []Rung          `json:"rungs"`
	PlannedDays   int64           `json:"planned_days"`
	ImportedDays  int64           `json:"imported_days"`
	RecordedHours int64           `json:"recorded_hours"`
}

func (a asShipped) kind() string { return Rule{Code: a.Code}.kind() }

// shipped are the rules of DOMAIN §8 whose records stand.
var shipped = sync.OnceValue(func() (all []asShipped) {
	if err := json.Unmarshal(shippedFile, &all); err != nil {
		panic("alert: shipped.json: " + err.Error())
	}
	return all
})

// The program's own acts here: looking at everything, and telling people.
var program = access.Program("alert")

// rule is how one that ships stands in this database.
func (a asShipped) rule(tx *db.Tx) (r Rule, err error) {
	r = Rule{Code: a.Code, Active: true, Subject: a.Subject, Filter: string(a.Filter), Clock: a.Clock, Rungs: a.Rungs,
		PlannedDays: a.PlannedDays, ImportedDays: a.ImportedDays, RecordedHours: a.RecordedHours}
	if a.Segment != "" {
		id, err := segment.Coded(tx.As(program), a.Segment)
		if err != nil {
			return r, err
		}
		r.Filter = `{"field":"segment","op":"in","value":["` + id + `"]}`
	}
	return r, nil
}

// Seed puts the rules that ship where they do not stand yet; what a company changed stays.
func Seed(tx *db.Tx) error {
	tx = tx.As(program)
	rows, err := db.All[Rule](tx, allRules, nil)
	if err != nil {
		return err
	}
	stands := map[api.Text]bool{}
	for _, r := range rows {
		stands[r.Code] = true
	}
	for i, a := range shipped() {
		if stands[a.Code] {
			continue
		}
		r, err := a.rule(tx)
		if err != nil {
			return err
		}
		tx.Noted()
		r.Position = int64(i)
		if err := tx.Insert(Rules, r.row(tx)); err != nil {
			return err
		}
	}
	return nil
}

// differs says whether a rule that ships stands otherwise than it ships.
func (r Rule) differs(tx *db.Tx) (bool, error) {
	for _, a := range shipped() {
		if a.Code != r.Code || r.Code == "" {
			continue
		}
		o, err := a.rule(tx)
		return !sameTree(o.Filter, r.Filter) || o.Clock != r.Clock || !reflect.DeepEqual(o.Rungs, r.Rungs) || r.Name != "" || r.RepeatDays != 0 ||
			o.PlannedDays != r.PlannedDays || o.ImportedDays != r.ImportedDays || o.RecordedHours != r.RecordedHours, err
	}
	return false, nil
}

func sameTree(a, b string) bool {
	var x, y any
	return a == b || json.Unmarshal([]byte(a), &x) == nil && json.Unmarshal([]byte(b), &y) == nil && reflect.DeepEqual(x, y)
}

type row struct {
	ID        string `db:"id"`
	Code      string `db:"code"`
	Subject   string `db:"subject"`
	Position  int64  `db:"position"`
	CreatedAt int64  `db:"created_at"`
	UpdatedAt int64  `db:"updated_at"`
	said
}

// said are the columns that a change writes.
type said struct {
	Name          string          `db:"name"`
	Active        bool            `db:"active"`
	Filter        string          `db:"filter"`
	Clock         string          `db:"clock"`
	Rungs         db.JSON[[]Rung] `db:"rungs"`
	RepeatDays    int64           `db:"repeat_days"`
	PlannedDays   int64           `db:"planned_days"`
	ImportedDays  int64           `db:"imported_days"`
	RecordedHours int64           `db:"recorded_hours"`
}

func (r Rule) said() said {
	return said{r.Name, r.Active, r.Filter, r.Clock, db.Of(r.Rungs), r.RepeatDays, r.PlannedDays, r.ImportedDays, r.RecordedHours}
}

func (r Rule) row(tx *db.Tx) row {
	return row{tx.NewID(), string(r.Code), r.Subject, r.Position, tx.At(), tx.At(), r.said()}
}
