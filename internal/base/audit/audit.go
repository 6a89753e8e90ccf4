// Package audit keeps who did what. An entry is written in the unit of the change;
// a sealer chains the entries by hash within a second of their commit.
package audit

import (
	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/platform/db"
)

// Table of entries. Nobody changes or deletes one: a trigger refuses it too.
var Table = db.Shared("audit_entries", db.Rights{See: db.See(string(access.AuditRead))}).Quiet()

// The acts of showing a value in clear: of one's own customers, and of others'.
const (
	Revealed      = "sensitive.reveal"
	RevealedOther = "sensitive.reveal_other"
)

// A Change is one field of a record, old and new, as a viewer without rights may read
// it: sensitive values masked, free text said to have changed and no more.
type Change struct {
	Field string `json:"field"`
	Old   any    `json:"old,omitempty"`
	New   any    `json:"new,omitempty"`
}

// An Entry is what the caller says of an act; who, when and from where come from the unit.
type Entry struct {
	Action   string // kind.verb
	Kind     string // of record
	Record   string
	Customer string // the customer that the record belongs to, or is
	Changes  []Change
	Details  map[string]any
}

type row struct {
	ID         string                  `db:"id"`
	At         int64                   `db:"at"`
	ActorID    string                  `db:"actor_id"`
	Actor      string                  `db:"actor"`
	Address    string                  `db:"address"`
	Action     string                  `db:"action"`
	Kind       string                  `db:"kind"`
	RecordID   string                  `db:"record_id"`
	CustomerID string                  `db:"customer_id"`
	Changes    db.JSON[[]Change]       `db:"changes"`
	Details    db.JSON[map[string]any] `db:"details"`
}

var program = access.Program("audit")

// Note writes the entry of this unit's act. A unit that changes an audited table and
// notes nothing is not kept.
func Note(tx *db.Tx, e Entry) error {
	r := row{
		ID: tx.NewID(), At: tx.At(), ActorID: tx.Who().ID(), Actor: tx.Who().Name(),
		Action: e.Action, Kind: e.Kind, RecordID: e.Record, CustomerID: e.Customer,
		Changes: db.Of(e.Changes), Details: db.Of(e.Details),
	}
	if who, ok := tx.Who().(access.Actor); ok {
		r.Address = who.Origin().Address
	}
	if r.Changes.V == nil {
		r.Changes.V = []Change{}
	}
	if r.Details.V == nil {
		r.Details.V = map[string]any{}
	}
	if err := tx.As(program).Insert(Table, r); err != nil { // users write no audit
		return err
	}
	tx.Noted()
	return nil
}

// Changes makes entries of diffs; hush says how a field's values are told, and is nil
// for a field that is told as it is.
func Changes(diffs []api.Diff, hush func(field string, v any) (any, bool)) []Change {
	var all []Change
	for _, d := range diffs {
		c := Change{Field: d.Field, Old: d.Old, New: d.New}
		if hush != nil {
			if old, ok := hush(d.Field, d.Old); ok {
				c.Old = old
				c.New, _ = hush(d.Field, d.New)
			}
		}
		all = append(all, c)
	}
	return all
}
