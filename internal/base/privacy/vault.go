// Package privacy keeps what may be known of people: the key that seals each person's
// and customer's values, and what follows when one must be forgotten.
package privacy

import (
	"sync"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/platform/clock"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
	"zhike/internal/platform/db/wire"
	"zhike/internal/platform/fault"
)

var (
	subjectKeys = db.Internal("subject_keys").Quiet()

	keyOf  = db.SQL(`SELECT k.id, k.kind, k.wrapped, k.created_at FROM {subject_keys k} WHERE k.id = :id`, subjectKeys)
	keysOf = db.SQL(`SELECT k.id, k.kind, k.wrapped, k.created_at FROM {subject_keys k} WHERE k.id IN (:ids)`, subjectKeys)
)

// A Kind of subject: whose key it is.
type Kind string

const (
	Contact  Kind = "contact"
	Customer Kind = "customer"
	User     Kind = "user"
	Company  Kind = "company" // texts that belong to nobody outside
)

// CompanyID is the one subject of kind Company.
const CompanyID = "company"

// ErrErased is a value whose subject was erased: its key is gone.
var ErrErased = fault.New(fault.NotFound, "erased")

type keyRow struct {
	ID        string `db:"id"`
	Kind      Kind   `db:"kind"`
	Wrapped   []byte `db:"wrapped"`
	CreatedAt int64  `db:"created_at"`
}

// A Vault opens and makes the keys of subjects. Keys once opened are kept in memory,
// bounded; erasing a subject drops its key here too, and on every other node: Join.
type Vault struct {
	Keys *crypt.Keys
	Late func(*db.Tx) error // asked where a key does not open: another node may have turned the keys
	Now  func() time.Time   // the database's; nil is the machine's

	wire   *wire.Wire
	mu     sync.RWMutex
	open   map[string]crypt.Subject
	forgot int64 // when a key was last dropped, unix ms
}

// Join has the vaults of other nodes drop what is destroyed here, and this one what is there.
// While nothing is heard from them, no key is remembered.
func (v *Vault) Join(w *wire.Wire) {
	v.wire = w
	w.On("vault.destroyed", v.drop)
	w.OnGap(func() { v.drop("") })
}

// drop forgets a subject's key; "" forgets all.
func (v *Vault) drop(id string) {
	now := v.Now
	if now == nil {
		now = clock.System
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.forgot = now().UnixMilli()
	if id == "" {
		v.open = nil
		return
	}
	delete(v.open, id)
}

// remembered is how many opened keys a vault keeps: some 100 bytes each.
const remembered = 20_000

var program = access.Program("vault")

// New makes the key of a new subject.
func (v *Vault) New(tx *db.Tx, kind Kind, id string) (crypt.Subject, error) {
	s, wrapped, err := v.Keys.NewSubject(id)
	if err != nil {
		return s, err
	}
	return s, tx.As(program).Insert(subjectKeys, keyRow{id, kind, wrapped, tx.At()})
}

// Of opens a subject's key; a subject that was erased has none.
func (v *Vault) Of(tx *db.Tx, id string) (crypt.Subject, error) {
	if s, ok := v.kept(id); ok {
		return s, nil
	}
	row, found, err := db.Maybe[keyRow](tx.As(program), keyOf, db.Args{"id": id})
	if err != nil {
		return crypt.Subject{}, err
	}
	if !found {
		return crypt.Subject{}, ErrErased
	}
	return v.keep(tx, row)
}

// Many opens the keys of several subjects in one query; erased ones are left out.
func (v *Vault) Many(tx *db.Tx, ids []string) (map[string]crypt.Subject, error) {
	out := make(map[string]crypt.Subject, len(ids))
	var missing []string
	for _, id := range ids {
		if s, ok := v.kept(id); ok {
			out[id] = s
		} else {
			missing = append(missing, id)
		}
	}
	if len(missing) == 0 {
		return out, nil
	}
	rows, err := db.All[keyRow](tx.As(program), keysOf, db.Args{"ids": missing})
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		if out[row.ID], err = v.keep(tx, row); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Company is the key of texts that belong to nobody outside; it is made when first needed.
func (v *Vault) Company(tx *db.Tx) (crypt.Subject, error) {
	s, err := v.Of(tx, CompanyID)
	if err != ErrErased {
		return s, err
	}
	if err := tx.Lock("subject.company"); err != nil {
		return s, err
	}
	if s, err = v.Of(tx, CompanyID); err != ErrErased {
		return s, err
	}
	return v.New(tx, Company, CompanyID)
}

func (v *Vault) kept(id string) (crypt.Subject, bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	s, ok := v.open[id]
	return s, ok && !v.wire.Deaf()
}

// keep opens a key, and remembers it once the unit is kept: a key made in a unit that
// is undone must not seal anything after it, and one that a unit read which began before
// another was destroyed may be that one.
func (v *Vault) keep(tx *db.Tx, row keyRow) (crypt.Subject, error) {
	s, err := v.Keys.Subject(row.ID, row.Wrapped)
	if err != nil && v.Late != nil {
		if err := v.Late(tx); err != nil {
			return s, err
		}
		s, err = v.Keys.Subject(row.ID, row.Wrapped)
	}
	if err != nil {
		return s, err
	}
	tx.After(func() {
		v.mu.Lock()
		defer v.mu.Unlock()
		if tx.At() <= v.forgot || v.wire.Deaf() {
			return
		}
		if v.open == nil || len(v.open) >= remembered {
			v.open = map[string]crypt.Subject{}
		}
		v.open[row.ID] = s
	})
	return s, nil
}

var destroy = db.SQL(`DELETE FROM {subject_keys!change k} WHERE k.id = :id`, subjectKeys)

// Destroy drops a subject's key: what it sealed cannot be read any more, by anyone.
func (v *Vault) Destroy(tx *db.Tx, id string) error {
	if _, err := tx.As(program).ChangeAll(destroy, db.Args{"id": id}); err != nil {
		return err
	}
	tx.After(func() { v.drop(id) })
	return v.wire.Say(tx, "vault.destroyed", id)
}
