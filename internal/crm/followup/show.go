package followup

import (
	"encoding/json"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/customfield/own"
	"zhike/internal/base/setting"
	"zhike/internal/crm/customer"
	"zhike/internal/platform/db"
)

// Many gives follow-ups by their ids, as the viewer may see them.
func (s *Service) Many(tx *db.Tx, ids []string) ([]FollowUp, error) {
	all, err := db.All[FollowUp](tx, byIDs, db.Args{"ids": ids})
	if err != nil {
		return nil, err
	}
	return all, s.Show(tx, all)
}

// Show opens the texts of follow-ups and gives them their people, promises and
// corrections, as the viewer may see them.
func (s *Service) Show(tx *db.Tx, all []FollowUp) error {
	if len(all) == 0 {
		return nil
	}
	who, _ := tx.Who().(access.Actor)
	var ids, customers []string
	for _, f := range all {
		ids, customers = append(ids, f.ID), append(customers, f.CustomerID)
	}
	near, err := tx.Among(customer.Table, write, customers)
	if err != nil {
		return err
	}
	keys, err := s.Vault.Many(tx, customers)
	if err != nil {
		return err
	}
	hours, err := setting.CorrectHours.In(tx)
	if err != nil {
		return err
	}
	people, err := s.people(tx, all, near)
	if err != nil {
		return err
	}
	clear, err := s.Tasks.Customers.ClearNames(tx, customers)
	if err != nil {
		return err
	}
	var faces []own.Face
	for i := range all {
		f := &all[i]
		prose := func(s string) string { return customer.Prose(who, near[f.CustomerID], s) }
		faces = append(faces, own.Face{ID: f.ID, Values: &f.Custom, Sealed: f.CustomerID, Prose: prose})
		f.Promises, f.Corrections = []Promise{}, []Correction{}
		if name, ok := clear[f.CustomerID]; ok {
			f.CustomerName = api.Text(name)
		}
		f.Correctable = string(f.AuthorID) == who.Place() && tx.Now().Sub(f.RecordedAt.Time()) <= time.Duration(hours)*time.Hour
		f.Contacts, f.Companions = names(f.ContactIDs, people), names(f.CompanionIDs, people)
		if f.ContactIDs == nil {
			f.ContactIDs = api.Strings{}
		}
		if f.CompanionIDs == nil {
			f.CompanionIDs = api.Strings{}
		}
		key, ok := keys[f.CustomerID]
		if !ok {
			continue // erased: what was said is gone, that it was said stays
		}
		t, err := open(key, "follow_ups/texts/"+f.ID, f.Sealed)
		if err != nil {
			return err
		}
		f.Content, f.Conclusion, f.Quote = prose(t.Content), api.Text(prose(t.Conclusion)), api.Text(prose(t.Quote))
		if f.NextDue != "" {
			f.NextStep = &Step{What: prose(t.Next), OwnerID: f.NextOwner, DueOn: f.NextDue, TaskID: f.NextTask}
		}
	}
	if err := s.own().Show(tx, keys, faces); err != nil {
		return err
	}
	return s.attach(tx, all, ids, func(id, place string, sealed []byte) (texts, error) {
		for _, f := range all {
			if f.ID == id {
				key, ok := keys[f.CustomerID]
				if !ok {
					return texts{}, nil
				}
				t, err := open(key, place, sealed)
				t.Content, t.Reason = customer.Prose(who, near[f.CustomerID], t.Content), customer.Prose(who, near[f.CustomerID], t.Reason)
				return t, err
			}
		}
		return texts{}, nil
	})
}

// attach adds promises and corrections, each in one query.
func (s *Service) attach(tx *db.Tx, all []FollowUp, ids []string, read func(id, place string, sealed []byte) (texts, error)) error {
	promised, err := db.All[Promise](tx, promisesOf, db.Args{"ids": ids})
	if err != nil {
		return err
	}
	for _, p := range promised {
		t, err := read(p.FollowUpID, "promises/texts/"+p.ID, p.Sealed)
		if err != nil {
			return err
		}
		p.What, p.Kept = t.Content, kept(p.State)
		for i := range all {
			if all[i].ID == p.FollowUpID {
				p.CustomerName = all[i].CustomerName
				all[i].Promises = append(all[i].Promises, p)
			}
		}
	}
	var corrected []string
	for _, f := range all {
		if f.CorrectedAt > 0 {
			corrected = append(corrected, f.ID)
		}
	}
	if corrected == nil {
		return nil
	}
	rows, err := db.All[Correction](tx, correctionsOf, db.Args{"ids": corrected})
	if err != nil {
		return err
	}
	for _, c := range rows {
		t, err := read(c.FollowUp, "follow_up_corrections/texts/"+c.ID, c.Sealed)
		if err != nil {
			return err
		}
		c.Content, c.Reason = t.Content, t.Reason
		for i := range all {
			if all[i].ID == c.FollowUp {
				all[i].Corrections = append(all[i].Corrections, c)
			}
		}
	}
	return nil
}

type opener interface {
	Open(place string, sealed []byte) ([]byte, error)
}

func open(key opener, place string, sealed []byte) (t texts, err error) {
	text, err := key.Open(place, sealed)
	if err != nil {
		return t, err
	}
	return t, json.Unmarshal(text, &t)
}

func kept(state int64) *bool {
	if state == 0 {
		return nil
	}
	yes := state == 1
	return &yes
}

type nameRow struct {
	ID     string `db:"id"`
	Masked string `db:"name_masked"`
	Sealed []byte `db:"name_sealed"`
}

// people names contacts and colleagues: a contact in clear for whoever works with his customer.
func (s *Service) people(tx *db.Tx, all []FollowUp, near map[string]bool) (map[string]string, error) {
	out := map[string]string{}
	var contacts, users []string
	clear := map[string]bool{}
	for _, f := range all {
		contacts, users = append(contacts, f.ContactIDs...), append(users, f.CompanionIDs...)
		for _, id := range f.ContactIDs {
			clear[id] = near[f.CustomerID]
		}
	}
	if len(contacts) > 0 {
		// Whoever reads a talk reads the names in it: those of people of other customers, too, who belong to this one as well.
		to := tx
		if tx.Who().May(string(access.ContactRead)) {
			to = tx.As(program)
		}
		rows, err := db.All[nameRow](to, contactNames, db.Args{"ids": contacts})
		if err != nil {
			return nil, err
		}
		keys, err := s.Vault.Many(tx, contacts)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			out[r.ID] = r.Masked
			if key, ok := keys[r.ID]; ok && clear[r.ID] {
				name, err := key.Open("contacts/name/"+r.ID, r.Sealed)
				if err != nil {
					return nil, err
				}
				out[r.ID] = string(name)
			}
		}
	}
	if len(users) > 0 {
		rows, err := db.All[nameRow](tx, userNames, db.Args{"ids": users})
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			out[r.ID] = r.Masked
		}
	}
	return out, nil
}

func names(ids api.Strings, people map[string]string) []Named {
	out := []Named{}
	for _, id := range ids {
		if name, ok := people[id]; ok {
			out = append(out, Named{id, name})
		}
	}
	return out
}
