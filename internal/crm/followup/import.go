package followup

import (
	"encoding/json"
	"strings"
	"time"

	"zhike/internal/base/audit"
	"zhike/internal/base/customfield/own"
	"zhike/internal/base/setting"
	"zhike/internal/crm/customer"
	"zhike/internal/platform/db"
)

var (
	sameMoment = db.SQL(`SELECT f.id, f.texts FROM {follow_ups f}
		WHERE f.customer_id = :customer AND f.author_id = :author AND f.happened_at >= :since AND f.happened_at < :until`, Table)
	dropPromises    = db.SQL(`DELETE FROM {promises!change p} WHERE p.follow_up_id = :id`, Promises)
	dropCorrections = db.SQL(`DELETE FROM {follow_up_corrections!change k} WHERE k.follow_up_id = :id`, corrections)
	dropTalk        = db.SQL(`DELETE FROM {follow_ups!change f} WHERE f.id = :id`, Table)
)

// Recorded says whether a talk stands already: the same words by the same person at the same minute, where one is told.
func (s *Service) Recorded(tx *db.Tx, customerID string, in New) (bool, error) {
	author := in.Author
	if author == "" {
		author = tx.Who().ID()
	}
	from := int64(in.HappenedAt) / 60_000 * 60_000
	until := from + 60_000
	if in.HappenedAt == 0 { // nobody wrote down when: the words alone tell
		until = tx.At() + 60_000
	}
	rows, err := db.All[FollowUp](tx, sameMoment, db.Args{"customer": customerID, "author": author, "since": from, "until": until})
	if err != nil || len(rows) == 0 {
		return false, err
	}
	key, err := s.Vault.Of(tx, customerID)
	if err != nil {
		return false, err
	}
	for _, r := range rows {
		var t texts
		text, err := key.Open("follow_ups/texts/"+r.ID, r.Sealed)
		if err != nil {
			return false, err
		}
		if err := json.Unmarshal(text, &t); err != nil {
			return false, err
		}
		if strings.TrimSpace(t.Content) == strings.TrimSpace(in.Content) {
			return true, nil
		}
	}
	return false, nil
}

// TakeOut deletes a talk as if it had never been, with its promises and the task of its next
// step, and puts the customer's dates back; for the program: an import undone.
func (s *Service) TakeOut(tx *db.Tx, id string, last, next int64) error {
	f, err := db.One[FollowUp](tx, get, db.Args{"id": id})
	if err != nil {
		return err
	}
	for _, q := range []db.Query{dropPromises, dropCorrections, dropTalk} {
		if _, err := tx.ChangeAll(q, db.Args{"id": id}); err != nil {
			return err
		}
	}
	if err := own.Drop(tx, id); err != nil {
		return err
	}
	if f.NextTask != "" {
		if err := s.Tasks.TakeOut(tx, string(f.NextTask)); err != nil {
			return err
		}
	}
	set := db.Args{"last_follow_up_at": last, "next_follow_up_at": next}
	c, err := db.One[customer.Summary](tx, talkDates, db.Args{"id": f.CustomerID})
	if err != nil {
		return err
	}
	zone, err := setting.Zone(tx)
	if err != nil {
		return err
	}
	if string(c.FirstTalkOn) == f.HappenedAt.Time().In(zone).Format(time.DateOnly) {
		if set["first_talk_on"], err = earliest(tx, c.ID, id, zone); err != nil {
			return err
		}
	}
	if err := tx.Set(customer.Talked, f.CustomerID, 0, set); err != nil {
		return err
	}
	return audit.Note(tx, audit.Entry{Action: "follow_up.take_out", Kind: "follow_up", Record: id, Customer: f.CustomerID})
}
