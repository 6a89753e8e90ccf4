package privacy

import "zhike/internal/platform/db"

var (
	destroy = db.SQL(`DELETE FROM {subject_keys!change k} WHERE k.id = :id`, subjectKeys)
	alone   = db.SQL(`DELETE FROM {subject_joins!change j} WHERE j.holder_id = :id OR j.other_id = :id`, subjectJoins)
	unjoin  = db.SQL(`DELETE FROM {subject_joins!change j} WHERE j.why = :why`, subjectJoins)
	joins   = db.SQL(`SELECT j.other_id AS id FROM {subject_joins j} WHERE j.holder_id = :id`, subjectJoins)
)

// Destroy drops a subject's key: what it sealed cannot be read any more, by anyone.
func (v *Vault) Destroy(tx *db.Tx, id string) error {
	p := tx.As(program)
	if _, err := p.ChangeAll(alone, db.Args{"id": id}); err != nil {
		return err
	}
	if _, err := p.ChangeAll(destroy, db.Args{"id": id}); err != nil {
		return err
	}
	return v.forget(tx, id)
}

// forget drops an opened key here and on every other node.
func (v *Vault) forget(tx *db.Tx, id string) error {
	tx.After(func() { v.drop(id) })
	return v.wire.Say(tx, "vault.destroyed", id)
}

// Join lets a subject read what another sealed, and what that one could read already: why
// they became one is the id by which Part ends it.
func (v *Vault) JoinKeys(tx *db.Tx, holder, other, why string) error {
	p := tx.As(program)
	all, err := db.All[struct {
		ID string `db:"id"`
	}](p, joins, db.Args{"id": other})
	if err != nil {
		return err
	}
	ids := []string{other}
	for _, x := range all {
		ids = append(ids, x.ID)
	}
	for _, id := range ids {
		if id == holder {
			continue
		}
		row := struct {
			ID     string `db:"id"`
			Holder string `db:"holder_id"`
			Other  string `db:"other_id"`
			Why    string `db:"why"`
			At     int64  `db:"created_at"`
		}{tx.NewID(), holder, id, why, tx.At()}
		if _, err := p.InsertNew(subjectJoins, row); err != nil {
			return err
		}
	}
	return v.forget(tx, holder)
}

// PartKeys ends what JoinKeys began for why: the holder reads no more of what the others sealed.
func (v *Vault) PartKeys(tx *db.Tx, holder, why string) error {
	if _, err := tx.As(program).ChangeAll(unjoin, db.Args{"why": why}); err != nil {
		return err
	}
	return v.forget(tx, holder)
}
