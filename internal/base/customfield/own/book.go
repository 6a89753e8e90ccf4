package own

import (
	"slices"
	"sync/atomic"
	"time"

	"zhike/internal/base/customfield"
	"zhike/internal/base/dictionary"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
	"zhike/internal/platform/db/wire"
)

// Age is how old what is remembered may grow: what another node changed is known here by then.
const Age = 5 * time.Second

// A Book keeps the fields of one database in memory, because every list asks for them. A node has one.
type Book struct {
	DB    *db.DB
	Keys  *crypt.Keys
	Words *dictionary.Book
	Rules Rules
	// Reaches says whether whoever asks sees a customer.
	Reaches func(tx *db.Tx, customer string) (bool, error)

	wire    *wire.Wire
	known   atomic.Pointer[snapshot]
	changed atomic.Int64 // when this node last changed a field, unix ms
}

type snapshot struct {
	at  time.Time
	all []Field
	own map[string][]customfield.Field
}

// Join makes what one node changes known to the others at once, and not only by Age.
func (b *Book) Join(w *wire.Wire) {
	b.wire = w
	w.On("fields.changed", func(string) { b.forget() })
	w.OnGap(b.forget)
}

func (b *Book) in(tx *db.Tx) (*snapshot, error) {
	if s := b.known.Load(); s != nil && tx.Now().Sub(s.at) < Age && s.at.UnixMilli() >= b.changed.Load() {
		return s, nil
	}
	all, err := db.All[Field](tx.As(program), every, nil)
	if err != nil {
		return nil, err
	}
	s := &snapshot{at: tx.Now(), all: all, own: map[string][]customfield.Field{}}
	for _, f := range all {
		if f.Active {
			s.own[f.Record] = append(s.own[f.Record], f.Catalogued())
		}
	}
	if s.at.UnixMilli() >= b.changed.Load() {
		b.known.Store(s)
	}
	return s, nil
}

// Of gives the fields of a kind of record in their order, retired ones too; "" those of all.
func (b *Book) Of(tx *db.Tx, record string) ([]Field, error) {
	s, err := b.in(tx)
	if err != nil || record == "" {
		return s.fields(), err
	}
	return slices.DeleteFunc(slices.Clone(s.all), func(f Field) bool { return f.Record != record }), nil
}

func (s *snapshot) fields() []Field {
	if s == nil {
		return nil
	}
	return s.all
}

// Catalogued gives a catalogue the fields of its kind of record that are in use.
func (b *Book) Catalogued(record string) func(*db.Tx) ([]customfield.Field, error) {
	return func(tx *db.Tx) ([]customfield.Field, error) {
		s, err := b.in(tx)
		if err != nil {
			return nil, err
		}
		return s.own[record], nil
	}
}

// Forget makes the next unit read anew, once the unit of the change is kept.
func (b *Book) Forget(tx *db.Tx) {
	tx.After(b.forget)
	_ = b.wire.Say(tx, "fields.changed", "") // where it is refused, the unit has failed with it
}

func (b *Book) forget() {
	// Whoever began before now may not have seen the change.
	b.changed.Store(b.DB.Now().UnixMilli() + 1)
	b.known.Store(nil)
}
