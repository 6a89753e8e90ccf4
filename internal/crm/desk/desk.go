// Package desk holds what needs and feedback share: who may look after one, which words
// say nothing, and how texts are sealed under the customer's key.
package desk

import (
	"cmp"
	"encoding/json"
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/dictionary"
	"zhike/internal/base/privacy"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/rule"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// A Desk is what their services lean on.
type Desk struct {
	Vault     *privacy.Vault
	Book      *dictionary.Book
	Customers *customer.Service
	Account   *account.Service
}

// Owner judges who is to look after a record of a customer: somebody here, who sees the
// customer by the permission that reading the record asks for. To be named gives no reach.
func (d *Desk) Owner(tx *db.Tx, field, user, customerID string, see db.Right) error {
	if user == tx.Who().ID() {
		return nil
	}
	if _, ok, err := account.Active(tx, user); err != nil || !ok {
		return cmp.Or(err, error(fault.Rule("invalid", field)))
	}
	who, err := d.Account.ActorOf(tx, user)
	if err != nil {
		return err
	}
	ok, err := tx.As(who).Reaches(customer.Table, customerID, see)
	if err == nil && !ok {
		err = fault.Rule("owner_out_of_reach", field)
	}
	return err
}

// Hangs says whether a record may be hung on a customer that a body names: what is out of
// reach is no customer.
func Hangs(tx *db.Tx, customerID string, add db.Right) error {
	if customerID == "" {
		return fault.Rule("required", "customer_id")
	}
	err := tx.May(customer.Table, customerID, add)
	if err == db.ErrNotFound {
		err = fault.Rule("invalid", "customer_id")
	}
	return err
}

// A Judge gathers what is wrong with a record.
type Judge struct {
	Words *dictionary.Words
	wrong []fault.Detail
}

func (j *Judge) Refuse(field, code string, params map[string]any) {
	j.wrong = append(j.wrong, fault.Detail{Field: field, Code: code, Params: params})
}

// Err is everything that is wrong, by field.
func (j *Judge) Err() error { return fault.Fields(j.wrong) }

// Choice wants a code of a dictionary that may be chosen today.
func (j *Judge) Choice(field, dict, code string, required bool) {
	switch {
	case code == "" && required:
		j.Refuse(field, "required", nil)
	case code != "" && !j.Words.Has(dict, code):
		j.Refuse(field, "invalid", nil)
	}
}

// Said wants words that say something, by the rule of follow-ups; accepted takes a phrase
// for which there is a better wording.
func (j *Judge) Said(field, text string, required, accepted, imported bool) {
	own := j.Words.Vague()
	switch phrase, better, found := rule.BetterWording(text, own.Fine...); {
	case text == "" && required:
		j.Refuse(field, "required", nil)
	case text == "":
	case rule.VagueAmong(text, own.Further, own.Fine):
		j.Refuse(field, "vague", map[string]any{"better": ""})
	case found && (!accepted || own.Block && !imported):
		j.Refuse(field, "vague", map[string]any{"phrase": phrase, "better": better})
	}
}

// Seal and Open keep the texts of a record together, under its customer's key.
func Seal(key crypt.Subject, place string, texts any) ([]byte, error) {
	text, err := json.Marshal(texts)
	if err != nil {
		return nil, err
	}
	return key.Seal(place, text), nil
}

func Open(key crypt.Subject, place string, sealed []byte, into any) error {
	text, err := key.Open(place, sealed)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}

// Kept is what a text says after a change: what was shown and sent back so stays as it
// was (DECISIONS 7), and a mask of anything else is refused.
func Kept(who access.Actor, near bool, field, old string, said api.Opt[string]) (string, error) {
	if !said.Set {
		return old, nil
	}
	shown := customer.Prose(who, near, old)
	text := strings.TrimSpace(said.V)
	switch {
	case text == strings.TrimSpace(shown):
		return old, nil
	case shown != old && rule.IsMasked(text):
		return old, fault.Rule("masked_value", field)
	}
	return text, nil
}

// Told are differences as the log may hold them: of texts only that they changed.
func Told(diffs []api.Diff, texts ...string) []audit.Change {
	return audit.Changes(diffs, func(field string, _ any) (any, bool) {
		for _, t := range texts {
			if t == field {
				return nil, true
			}
		}
		return nil, false
	})
}

// Near are the customers among ids whose texts the viewer may read in clear: those he
// works with.
func (d *Desk) Near(tx *db.Tx, ids []string, add db.Right) (near map[string]bool, keys map[string]crypt.Subject, names map[string]string, err error) {
	if near, err = tx.Among(customer.Table, add, ids); err != nil {
		return nil, nil, nil, err
	}
	if keys, err = d.Vault.Many(tx, ids); err != nil {
		return nil, nil, nil, err
	}
	names, err = d.Customers.ClearNames(tx, ids)
	return near, keys, names, err
}

// InHand says that somebody took a record in hand: it moved on, or an answer was written.
func InHand(state, answer string) bool {
	return state != "" && state != "open" || strings.TrimSpace(answer) != ""
}

// Responded is when that first happened: it stays, unless an import that did it is undone.
func Responded(stood int64, inHand, back bool, now int64) int64 {
	switch {
	case back && !inHand:
		return 0
	case stood == 0 && inHand && !back:
		return now
	}
	return stood
}

// Closing is when a record was closed, after it went from one state to another: at now
// where it closes, 0 where it is open, and what stood where nothing of that changed.
func Closing(was, is bool, stood, now int64) int64 {
	switch {
	case !is:
		return 0
	case !was || stood == 0:
		return now
	}
	return stood
}
