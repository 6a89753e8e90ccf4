package customer

import (
	"strings"

	"zhike/internal/base/api"
	"zhike/internal/base/dictionary"
	"zhike/internal/platform/db"
)

type moveRow struct {
	ID       string `db:"id"`
	Customer string `db:"customer_id"`
	From     string `db:"from_stage"`
	To       string `db:"to_stage"`
	At       int64  `db:"at"`
	By       string `db:"by_id"`
	Reason   string `db:"reason"`
	Texts    []byte `db:"texts"`
	Stayed   int64  `db:"stayed_ms"`
}

// Step keeps one step of a customer's journey, and how long it stayed before.
func (s *Service) Step(tx *db.Tx, id, from, to, reason string, note []byte, stayed int64) error {
	return tx.As(program).Insert(Moves, moveRow{tx.NewID(), id, from, to, tx.At(), tx.Who().ID(), reason, note, stayed})
}

// Coded keeps a reason that is a word of the dictionary; one in a person's own words
// may hold anything, and goes to the note, which is sealed.
func Coded(w *dictionary.Words, dict, reason, note string) (code, text string) {
	if reason == "" || w.Has(dict, reason) {
		return reason, note
	}
	return "", strings.TrimSpace(reason + "\n" + note)
}

// SealNote seals a word about a step; nothing stays nothing.
func (s *Service) SealNote(tx *db.Tx, id, note string) ([]byte, error) {
	if note == "" {
		return nil, nil
	}
	key, err := s.Vault.Of(tx, id)
	if err != nil {
		return nil, err
	}
	return key.Seal("customers/note/"+id, []byte(note)), nil
}

// OpenNote opens one, as the viewer may read it.
func (s *Service) OpenNote(tx *db.Tx, id string, sealed []byte, near bool) (api.Text, error) {
	if len(sealed) == 0 {
		return "", nil
	}
	key, err := s.Vault.Of(tx, id)
	if err != nil {
		return "", err
	}
	text, err := key.Open("customers/note/"+id, sealed)
	return api.Text(Prose(actor(tx), near, string(text))), err
}
