package winback

import (
	"context"
	"slices"
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/setting"
	"zhike/internal/crm/desk"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// Service is what may be done with plans.
type Service struct {
	DB *db.DB
	*desk.Desk
	In func(tx *db.Tx, segment, customer string) (bool, error) // whether a customer is in a tier today
}

// The program's own acts here: what a purge takes away.
var program = access.Program("win back")

func actor(tx *db.Tx) access.Actor {
	who, _ := tx.Who().(access.Actor)
	return who
}

func today(tx *db.Tx) (string, error) {
	zone, err := setting.Zone(tx)
	return tx.Now().In(zone).Format("2006-01-02"), err
}

func (s *Service) judged(tx *db.Tx, cause, due string, all []Measure) error {
	w, err := s.Book.In(tx)
	if err != nil {
		return err
	}
	now, err := today(tx)
	if err != nil {
		return err
	}
	return judge(&desk.Judge{Words: w}, cause, due, all, now)
}

// Create opens a plan. Errors: 409 win_back_open where one is open; 403 not_yours for who sees
// the customer and may not add to it.
func (s *Service) Create(ctx context.Context, who access.Actor, customerID string, in New) (Plan, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Plan, err error) {
		id, err := s.CreateIn(tx, customerID, in)
		if err != nil {
			return none, err
		}
		return s.load(tx, id)
	})
}

// CreateIn is Create inside a unit.
func (s *Service) CreateIn(tx *db.Tx, customerID string, in New) (string, error) {
	if err := desk.Hangs(tx, customerID, write); err != nil {
		return "", err
	}
	if err := s.judged(tx, in.Cause, in.DueOn, in.Measures); err != nil {
		return "", err
	}
	if in.OwnerID == "" {
		in.OwnerID = tx.Who().ID()
	}
	if err := s.Owner(tx, "owner_id", in.OwnerID, customerID, read); err != nil {
		return "", err
	}
	if in.SegmentID != "" {
		ok, err := s.In(tx, in.SegmentID, customerID)
		if err != nil {
			return "", err
		}
		if !ok {
			return "", fault.Rule("invalid", "segment_id")
		}
	}
	key, err := s.Vault.Of(tx, customerID)
	if err != nil {
		return "", err
	}
	row := struct {
		ID        string  `db:"id"`
		Customer  string  `db:"customer_id"`
		Segment   api.Ref `db:"segment_id"`
		Texts     []byte  `db:"texts"`
		DueOn     string  `db:"due_on"`
		CreatedAt int64   `db:"created_at"`
		UpdatedAt int64   `db:"updated_at"`
	}{ID: tx.NewID(), Customer: customerID, Segment: api.Ref(in.SegmentID), DueOn: in.DueOn, CreatedAt: tx.At(), UpdatedAt: tx.At()}
	if row.Texts, err = desk.Seal(key, place(row.ID), texts{Cause: strings.TrimSpace(in.Cause)}); err != nil {
		return "", err
	}
	added, err := tx.InsertNew(Table, row, record.With(db.Args{"owner_id": api.Ref(in.OwnerID), "creator_id": api.Ref(tx.Who().ID()), "state": Open}))
	if err != nil {
		return "", err
	}
	if !added {
		return "", fault.New(fault.Conflict, "win_back_open")
	}
	fresh := slices.Clone(in.Measures)
	for i := range fresh {
		fresh[i].ID = "" // ours to give
	}
	if err := s.measure(tx, key, customerID, row.ID, in.OwnerID, fresh, nil); err != nil {
		return "", err
	}
	return row.ID, audit.Note(tx, audit.Entry{Action: "win_back.create", Kind: "win_back", Record: row.ID, Customer: customerID, Details: map[string]any{"due_on": in.DueOn, "measures": len(in.Measures)}})
}

// measure writes measures down, in their order; an owner who had one before is not judged again.
func (s *Service) measure(tx *db.Tx, key crypt.Subject, customerID, plan, owner string, all, stand []Measure) error {
	had := map[string]string{}
	for _, m := range stand {
		had[m.ID] = m.OwnerID
	}
	for i, m := range all {
		if m.OwnerID == "" {
			m.OwnerID = owner
		}
		if m.ID == "" || had[m.ID] != m.OwnerID {
			if err := s.Owner(tx, "measures", m.OwnerID, customerID, read); err != nil {
				return err
			}
		}
		if m.ID == "" {
			m.ID = tx.NewID()
		}
		sealed, err := desk.Seal(key, measurePlace(m.ID), measureText{strings.TrimSpace(m.What)})
		if err != nil {
			return err
		}
		if err := tx.Insert(Measures, struct {
			ID       string  `db:"id"`
			Customer string  `db:"customer_id"`
			Plan     string  `db:"win_back_id"`
			Position int64   `db:"position"`
			Texts    []byte  `db:"texts"`
			OwnerID  api.Ref `db:"owner_id"`
			DueOn    string  `db:"due_on"`
			DoneOn   string  `db:"done_on"`
		}{m.ID, customerID, plan, int64(i + 1), sealed, api.Ref(m.OwnerID), m.DueOn, m.DoneOn}); err != nil {
			return err
		}
	}
	return nil
}

// Change changes an open plan, and what is done of its measures.
func (s *Service) Change(ctx context.Context, who access.Actor, id string, version int64, in Change) (Plan, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Plan, err error) {
		p, t, key, err := s.whole(tx, id)
		if err != nil {
			return none, err
		}
		if err := s.open(tx, p, version); err != nil {
			return none, err
		}
		old := p
		diffs := api.Apply(&p, in, "cause", "measures")
		was := t.Cause
		if t.Cause, err = desk.Kept(actor(tx), true, "cause", was, in.Cause); err != nil {
			return none, err
		}
		if t.Cause != was {
			diffs = append(diffs, api.Diff{Field: "cause"})
		}
		if in.Measures.Set {
			if p.Measures, err = kept(tx, old.Measures, in.Measures.V); err != nil {
				return none, err
			}
			diffs = append(diffs, api.Diff{Field: "measures"})
		}
		if err := s.judged(tx, t.Cause, string(p.DueOn), p.Measures); err != nil {
			return none, err
		}
		if p.OwnerID != old.OwnerID {
			if p.OwnerID == "" {
				return none, fault.Rule("required", "owner_id")
			}
			if err := s.Owner(tx, "owner_id", string(p.OwnerID), p.CustomerID, read); err != nil {
				return none, err
			}
			if err := tx.Set(give, id, 0, db.Args{"owner_id": p.OwnerID}); err != nil {
				return none, err
			}
		}
		if err := s.rewrite(tx, p, key, t, version); err != nil {
			return none, err
		}
		if in.Measures.Set {
			if _, err := tx.ChangeAll(dropMeasures, db.Args{"plan": id}); err != nil {
				return none, err
			}
			if err := s.measure(tx, key, p.CustomerID, id, string(p.OwnerID), p.Measures, old.Measures); err != nil {
				return none, err
			}
		}
		if err := audit.Note(tx, audit.Entry{Action: "win_back.change", Kind: "win_back", Record: id, Customer: p.CustomerID, Changes: desk.Told(diffs, "cause", "measures")}); err != nil {
			return none, err
		}
		return s.load(tx, id)
	})
}

// open says whether a plan may still be worked on, by this viewer, in this version.
func (s *Service) open(tx *db.Tx, p Plan, version int64) error {
	if p.Version != version {
		return db.ErrStale
	}
	if err := tx.May(Table, p.ID, write); err != nil {
		return err
	}
	if p.State != Open {
		return fault.New(fault.Conflict, "win_back_ended")
	}
	return nil
}

func (s *Service) rewrite(tx *db.Tx, p Plan, key crypt.Subject, t texts, version int64) error {
	sealed, err := desk.Seal(key, place(p.ID), t)
	if err != nil {
		return err
	}
	return tx.Update(Table, p.ID, version, struct {
		Texts []byte   `db:"texts"`
		DueOn api.Text `db:"due_on"`
	}{sealed, p.DueOn})
}

// kept are the measures as they are to stand: one names those that stay by their ids, and a
// text that comes back as it was shown stays as it was.
func kept(tx *db.Tx, stand, said []Measure) (out []Measure, err error) {
	for _, m := range said {
		i := slices.IndexFunc(stand, func(x Measure) bool { return x.ID == m.ID && m.ID != "" })
		old := Measure{}
		if i >= 0 {
			old = stand[i]
		}
		m.ID = old.ID
		if slices.ContainsFunc(out, func(x Measure) bool { return x.ID == m.ID && m.ID != "" }) {
			return nil, fault.Rule("invalid", "measures")
		}
		if m.What, err = desk.Kept(actor(tx), true, "measures", old.What, api.Some(m.What)); err != nil {
			return nil, err
		}
		if m.OwnerID == "" {
			m.OwnerID = old.OwnerID
		}
		out = append(out, m)
	}
	return out, nil
}

// Finish ends a plan: with what came of it, and when.
func (s *Service) Finish(ctx context.Context, who access.Actor, id string, version int64, in End) (Plan, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Plan, err error) {
		p, t, key, err := s.whole(tx, id)
		if err != nil {
			return none, err
		}
		if err := s.open(tx, p, version); err != nil {
			return none, err
		}
		now, err := today(tx)
		if err != nil {
			return none, err
		}
		if in.EndedOn == "" {
			in.EndedOn = now
		}
		w, err := s.Book.In(tx)
		if err != nil {
			return none, err
		}
		j := &desk.Judge{Words: w}
		j.Said("outcome", strings.TrimSpace(in.Outcome), true, true, false)
		switch {
		case !ended(in.Result):
			j.Refuse("result", "invalid", nil)
		case !isDay(in.EndedOn):
			j.Refuse("ended_on", "invalid", nil)
		case in.EndedOn > now:
			j.Refuse("ended_on", "in_future", nil)
		}
		if err := j.Err(); err != nil {
			return none, err
		}
		t.Outcome = strings.TrimSpace(in.Outcome)
		if err := s.rewrite(tx, p, key, t, version); err != nil {
			return none, err
		}
		if err := tx.Set(finish, id, 0, db.Args{"state": in.Result, "ended_on": in.EndedOn}); err != nil {
			return none, err
		}
		if err := audit.Note(tx, audit.Entry{Action: "win_back.finish", Kind: "win_back", Record: id, Customer: p.CustomerID,
			Changes: []audit.Change{{Field: "state", Old: Open, New: in.Result}}, Details: map[string]any{"ended_on": in.EndedOn}}); err != nil {
			return none, err
		}
		return s.load(tx, id)
	})
}
