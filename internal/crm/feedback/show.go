package feedback

import (
	"strings"

	"zhike/internal/base/api"
	"zhike/internal/base/customfield/own"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/desk"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
)

// show opens texts as the viewer may read them, and says what he may do.
func (s *Service) show(tx *db.Tx, all []Feedback) error {
	if len(all) == 0 {
		return nil
	}
	who := actor(tx)
	var ids, customers []string
	for _, f := range all {
		ids, customers = append(ids, f.ID), append(customers, f.CustomerID)
	}
	near, keys, names, err := s.Near(tx, customers, write)
	if err != nil {
		return err
	}
	removes, err := tx.Among(customer.Table, remove, customers)
	if err != nil {
		return err
	}
	measures, err := db.All[measureRow](tx, measuresOf, db.Args{"ids": ids})
	if err != nil {
		return err
	}
	var faces []own.Face
	for i := range all {
		f := &all[i]
		prose := func(s string) string { return customer.Prose(who, near[f.CustomerID], s) }
		faces = append(faces, own.Face{ID: f.ID, Values: &f.Custom, Sealed: f.CustomerID, Prose: prose})
		f.Measures, f.May = []Measure{}, May{Change: near[f.CustomerID], Delete: removes[f.CustomerID], States: follows[f.State]}
		if name, ok := names[f.CustomerID]; ok {
			f.CustomerName = api.Text(name)
		}
		key, ok := keys[f.CustomerID]
		if !ok {
			continue // erased: what was said is gone, that it was said stays
		}
		var t texts
		if err := desk.Open(key, place(f.ID), f.Sealed, &t); err != nil {
			return err
		}
		f.Description, f.Handling, f.Result = prose(t.Description), api.Text(prose(t.Handling)), api.Text(prose(t.Result))
		for _, m := range measures {
			if m.FeedbackID == f.ID {
				x, err := m.open(key)
				if err != nil {
					return err
				}
				x.What = prose(x.What)
				f.Measures = append(f.Measures, x)
			}
		}
	}
	return s.own().Show(tx, keys, faces)
}

// measureRow is a measure as it is kept.
type measureRow struct {
	ID         string   `db:"id"`
	FeedbackID string   `db:"feedback_id"`
	CustomerID string   `db:"customer_id"`
	Texts      []byte   `db:"texts"`
	OwnerID    api.Ref  `db:"owner_id"`
	OwnerName  api.Text `db:"owner_name"`
	DueOn      string   `db:"due_on"`
	DoneOn     string   `db:"done_on"`
}

type measureText struct {
	What string `json:"what"`
}

func measurePlace(id string) string { return "feedback_measures/texts/" + id }

func (m measureRow) open(key crypt.Subject) (Measure, error) {
	var t measureText
	err := desk.Open(key, measurePlace(m.ID), m.Texts, &t)
	return Measure{ID: m.ID, What: t.What, OwnerID: string(m.OwnerID), OwnerName: m.OwnerName, DueOn: m.DueOn, DoneOn: m.DoneOn}, err
}

func (s *Service) clearMeasures(tx *db.Tx, key crypt.Subject, id string) (out []Measure, err error) {
	rows, err := db.All[measureRow](tx, measuresOf, db.Args{"ids": []string{id}})
	for _, r := range rows {
		m, err := r.open(key)
		if err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, err
}

// measure writes measures down, in their order.
func (s *Service) measure(tx *db.Tx, key crypt.Subject, customerID, id, owner string, all []Measure) error {
	for i, m := range all {
		if m.ID == "" {
			m.ID = tx.NewID()
		}
		if m.OwnerID == "" {
			m.OwnerID = owner
		}
		sealed, err := desk.Seal(key, measurePlace(m.ID), measureText{strings.TrimSpace(m.What)})
		if err != nil {
			return err
		}
		if err := tx.Insert(Measures, struct {
			ID         string  `db:"id"`
			CustomerID string  `db:"customer_id"`
			FeedbackID string  `db:"feedback_id"`
			Position   int64   `db:"position"`
			Texts      []byte  `db:"texts"`
			OwnerID    api.Ref `db:"owner_id"`
			DueOn      string  `db:"due_on"`
			DoneOn     string  `db:"done_on"`
		}{m.ID, customerID, id, int64(i + 1), sealed, api.Ref(m.OwnerID), m.DueOn, m.DoneOn}); err != nil {
			return err
		}
	}
	return nil
}

// keptMeasures are the measures as they are to stand, and whether they differ from those
// that do: a caller names the ones he keeps by their ids, and a text that comes back as it
// was shown stays. An id of other feedback's is none of its own.
func (s *Service) keptMeasures(tx *db.Tx, f Feedback, said api.Opt[[]Measure]) (out []Measure, differ bool, err error) {
	if !said.Set {
		return f.Measures, false, nil
	}
	stand := map[string]Measure{}
	for _, m := range f.Measures {
		stand[m.ID] = m
	}
	differ = len(said.V) != len(f.Measures)
	for i, m := range said.V {
		old, known := stand[m.ID]
		if !known {
			m.ID, old = "", Measure{}
		}
		if m.What, err = desk.Kept(actor(tx), true, "measures", old.What, api.Some(m.What)); err != nil {
			return nil, false, err
		}
		delete(stand, m.ID)
		m.OwnerName = ""
		old.OwnerName = ""
		if m.OwnerID == "" {
			m.OwnerID = old.OwnerID
		}
		differ = differ || !known || m != old || f.Measures[i].ID != m.ID
		out = append(out, m)
	}
	return out, differ, nil
}

// judgeOwners judges who is to do what is new or given to somebody else.
func (s *Service) judgeOwners(tx *db.Tx, customerID string, all, stand []Measure) error {
	had := map[string]string{}
	for _, m := range stand {
		had[m.ID] = m.OwnerID
	}
	for _, m := range all {
		if m.OwnerID == "" || m.ID != "" && had[m.ID] == m.OwnerID {
			continue
		}
		if err := s.Owner(tx, "measures", m.OwnerID, customerID, read); err != nil {
			return err
		}
	}
	return nil
}
