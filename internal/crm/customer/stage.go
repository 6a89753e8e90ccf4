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

// Step keeps one step of a customer's journey, and how long it stayed before. A step to
// another status ends the span of the one before.
func (s *Service) Step(tx *db.Tx, id string, from, to dictionary.Stage, reason string, note []byte, stayed int64) error {
	p := tx.As(program)
	if err := p.Insert(Moves, moveRow{tx.NewID(), id, from.Code, to.Code, tx.At(), tx.Who().ID(), reason, note, stayed}); err != nil || from.Status == to.Status {
		return err
	}
	if from.Code != "" {
		if _, err := p.ChangeAll(endSpan, db.Args{"customer": id, "at": tx.At(), "next": to.Status, "reason": reason}); err != nil {
			return err
		}
	}
	return p.Insert(Spans, spanRow{tx.NewID(), id, to.Status, tx.At()})
}

var endSpan = db.SQL(`UPDATE {status_spans!change s} SET until_at = :at, next_status = :next, reason = :reason WHERE s.customer_id = :customer AND s.until_at = 0`, Spans)

type spanRow struct {
	ID       string `db:"id"`
	Customer string `db:"customer_id"`
	Status   string `db:"status"`
	From     int64  `db:"from_at"`
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
