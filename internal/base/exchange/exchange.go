// Package exchange brings in what lies in sheets. What a row means and does is the
// features' to say: each answers as a Target.
package exchange

import (
	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/exchange/column"
	"zhike/internal/base/privacy"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
	"zhike/internal/platform/job"
)

// A Target is a kind of record that sheets bring in.
type Target struct {
	Kind string // customer contact follow_up
	May  access.Permission
	// Fields are what a column may hold, in the order of the template, with labels in lang.
	Fields func(tx *db.Tx, lang string) ([]column.Field, error)
	// Open makes ready to take rows in for the viewer of tx.
	Open func(tx *db.Tx, o Options) (Session, error)
	// Undo takes one effect back. What somebody has touched since stays, and is told.
	Undo func(tx *db.Tx, e Effect) (*Kept, error)
}

// Options of an import, as its plan says them.
type Options struct {
	Import     string
	Duplicates string            // skip update new
	Headings   map[string]string // field → its column's heading, which may name a unit
	Lang       string
}

// What an import does with a row that is held already.
const (
	Skip   = "skip"
	Update = "update"
	Anew   = "new"
)

// A Session takes the rows of one import in. Rows that belong together come together.
type Session interface {
	// Key names what a row is about: rows of one key belong together; "" stands alone.
	Key(Row) string
	// Judge says what Keep would do, and writes nothing.
	Judge(tx *db.Tx, rows []Row) (Outcome, error)
	// Keep takes rows in. Where it answers Bad, or passes a duplicate over, it has written nothing.
	Keep(tx *db.Tx, rows []Row) (Outcome, error)
}

// A Flusher is a session that holds something for the unit under way: it is told at its
// end, and with no unit that what was held is void, because the unit was not kept.
type Flusher interface{ Flush(tx *db.Tx) error }

// A Row is one row's cells by field. Empty cells are left out.
type Row struct {
	N      int // as a spreadsheet numbers it
	Values map[string]string
}

// States of a row.
const (
	Waiting   = "waiting"
	Good      = "good"  // complete
	Draft     = "draft" // taken in as a draft, which says what it lacks
	Bad       = "bad"
	Duplicate = "duplicate" // held already: passed over, or brought up to date
)

// An Outcome is what became of rows that belong together, or would.
type Outcome struct {
	State    string
	Problems []Problem
	Record   string
	Effects  []Effect
}

// A Problem is what stands against a cell; without a field, against the row.
type Problem struct {
	Row    int            `json:"row"`
	Field  string         `json:"field,omitempty"`
	Column int            `json:"column"` // from 0; -1: no column of the sheet
	Code   string         `json:"code"`
	Params map[string]any `json:"params,omitempty"`
	Hint   bool           `json:"hint,omitempty"` // worth knowing, and no hindrance
}

// An Effect is one record that an import made or changed.
type Effect struct {
	ID     string // younger than all that the import wrote about the record
	Import string
	Row    int
	Kind   string
	Record string
	Made   bool
	Before []byte // the target's own words, sealed where they are kept
}

// Kept is what an undo left, and why.
type Kept struct {
	Kind   string `json:"kind"`
	Record string `json:"id"`
	Row    int    `json:"row"`
	Code   string `json:"code" enum:"touched,gone,changed"`
	Field  string `json:"field,omitempty"`
	By     string `json:"by,omitempty" doc:"Who touched it last."`
	At     int64  `json:"at,omitempty"`
}

// Service is what may be done with sheets.
type Service struct {
	DB      *db.DB
	Keys    *crypt.Keys
	Shelf   *privacy.Shelf
	Temp    string // a folder for what a large workbook spills; its files are short-lived
	Queue   *job.Queue
	Account *account.Service
	Targets []Target
	Mask    func(string) string // hides numbers of people inside of text
}

func (s *Service) target(kind string) (Target, bool) {
	for _, t := range s.Targets {
		if t.Kind == kind {
			return t, true
		}
	}
	return Target{}, false
}

var program = access.Program("exchange")
