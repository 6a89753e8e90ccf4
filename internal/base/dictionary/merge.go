package dictionary

import (
	"context"
	"slices"

	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

var (
	merged    = db.SQL(`UPDATE {dictionary_values!change v} SET active = FALSE, merged_into = :to, synonyms = :synonyms WHERE v.id = :id`, values)
	dropValue = db.SQL(`DELETE FROM {dictionary_values!change v} WHERE v.id = :id`, values)
)

// MergeIn has one word become a synonym of another of the same dictionary, and retires it. A word
// that groups others, a group with a word, and words of a fixed dictionary are refused.
func (s *Service) MergeIn(ctx context.Context, tx *db.Tx, dictionary, word string, version int64, into string) (none Value, err error) {
	head, rows, err := open(tx, dictionary)
	if err != nil {
		return none, err
	}
	from := slices.IndexFunc(rows, func(v valueRow) bool { return v.Code == word })
	to := slices.IndexFunc(rows, func(v valueRow) bool { return v.Code == into })
	group := func(code string) bool {
		return slices.ContainsFunc(rows, func(v valueRow) bool { return v.Parent == code })
	}
	switch {
	case from < 0:
		return none, db.ErrNotFound
	case head.Fixed:
		return none, fault.Rule("read_only", "into")
	case to < 0 || from == to || !rows[to].Active || group(word) || group(into):
		return none, fault.Rule("invalid", "into")
	case rows[from].Version != version:
		return none, db.ErrStale
	}
	a, b := rows[from], rows[to]
	names := append([]string{a.Label, a.LabelEN}, a.Synonyms.V...)
	for _, name := range names {
		if name != "" && name != b.Label && !slices.Contains(b.Synonyms.V, name) {
			b.Synonyms.V = append(b.Synonyms.V, name)
		}
	}
	if err := tx.Change(merged, db.Args{"id": a.ID, "to": into, "synonyms": db.Of([]string{})}); err != nil {
		return none, err
	}
	if err := tx.Update(values, b.ID, b.Version, b.told); err != nil {
		return none, err
	}
	b.Version++
	s.Book.Forget(tx)
	return shown(ctx, b), audit.Note(tx, audit.Entry{Action: "dictionary.merge", Kind: "dictionary_value", Record: b.ID,
		Changes: []audit.Change{{Field: "synonyms", New: b.Synonyms.V}}, Details: map[string]any{"dictionary": dictionary, "code": word, "into": into, "label": a.Label}})
}

// DropIn takes a word out of a dictionary. Whoever calls it knows that nothing uses it.
func (s *Service) DropIn(tx *db.Tx, dictionary, word string, version int64) error {
	head, rows, err := open(tx, dictionary)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(rows, func(v valueRow) bool { return v.Code == word })
	switch {
	case i < 0:
		return db.ErrNotFound
	case head.Fixed || slices.ContainsFunc(rows, func(v valueRow) bool { return v.Parent == word || v.MergedInto == word }):
		return fault.Rule("read_only", "code")
	case rows[i].Version != version:
		return db.ErrStale
	}
	if err := tx.Change(dropValue, db.Args{"id": rows[i].ID}); err != nil {
		return err
	}
	s.Book.Forget(tx)
	return audit.Note(tx, audit.Entry{Action: "dictionary.drop", Kind: "dictionary_value", Record: rows[i].ID,
		Changes: []audit.Change{{Field: "label", Old: rows[i].Label}}, Details: map[string]any{"dictionary": dictionary, "code": word}})
}

// TurnIn retires a word, or brings it back.
func (s *Service) TurnIn(ctx context.Context, tx *db.Tx, dictionary, code string, active bool) error {
	_, rows, err := open(tx, dictionary)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(rows, func(v valueRow) bool { return v.Code == code })
	if i < 0 {
		return db.ErrNotFound
	}
	_, err = s.ChangeIn(ctx, tx, dictionary, code, rows[i].Version, Change{Active: api.Some(active)})
	return err
}
