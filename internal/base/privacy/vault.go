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
	subjectKeys  = db.Internal("subject_keys").Quiet()
	subjectJoins = db.Internal("subject_joins").Quiet()

	// keysOf are the keys of subjects, and of those that became one with them.
	keysOf = db.SQL(`SELECT k.id, k.kind, k.wrapped, k.created_at, k.id AS holder FROM {subject_keys k} WHERE k.id IN (:ids)
		UNION ALL SELECT o.id, o.kind, o.wrapped, o.created_at, j.holder_id AS holder FROM {subject_joins j} JOIN {subject_keys o} ON o.id = j.other_id WHERE j.holder_id IN (:ids)`, subjectKeys, subjectJoins)
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

type heldRow struct {
	keyRow
	Holder string `db:"holder"`
}

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
	all, err := v.Many(tx, []string{id})
	if err != nil {
		return crypt.Subject{}, err
	}
	s, ok := all[id]
	if !ok {
		return s, ErrErased
	}
	return s, nil
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
	rows, err := db.All[heldRow](tx.As(program), keysOf, db.Args{"ids": missing})
	if err != nil {
		return nil, err
	}
	own, also := map[string]crypt.Subject{}, map[string][]crypt.Subject{}
	for _, row := range rows {
		s, err := v.opened(tx, row.keyRow)
		if err != nil {
			return nil, err
		}
		if row.Holder == row.ID {
			own[row.ID] = s
		} else {
			also[row.Holder] = append(also[row.Holder], s)
		}
	}
	for id, s := range own {
		out[id] = s.With(also[id]...)
		v.keep(tx, id, out[id])
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

// opened opens a wrapped key.
func (v *Vault) opened(tx *db.Tx, row keyRow) (crypt.Subject, error) {
	s, err := v.Keys.Subject(row.ID, row.Wrapped)
	if err != nil && v.Late != nil {
		if err := v.Late(tx); err != nil {
			return s, err
		}
		s, err = v.Keys.Subject(row.ID, row.Wrapped)
	}
	return s, err
}

// keep remembers an opened key once the unit is kept: a key made in a unit that is undone
// must not seal anything after it, and one that a unit read which began before another was
// destroyed may be that one.
func (v *Vault) keep(tx *db.Tx, id string, s crypt.Subject) {
	tx.After(func() {
		v.mu.Lock()
		defer v.mu.Unlock()
		if tx.At() <= v.forgot || v.wire.Deaf() {
			return
		}
		if v.open == nil || len(v.open) >= remembered {
			v.open = map[string]crypt.Subject{}
		}
		v.open[id] = s
	})
}
