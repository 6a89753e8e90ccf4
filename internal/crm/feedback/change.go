package feedback

import (
	"context"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/customfield/own"
	"zhike/internal/crm/desk"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// Change handles feedback: what was done, what came of it, and where it stands.
func (s *Service) Change(ctx context.Context, who access.Actor, id string, version int64, in Change) (Feedback, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Feedback, err error) {
		if err := s.ChangeIn(tx, id, version, in); err != nil {
			return none, err
		}
		return s.load(tx, id)
	})
}

// ChangeIn is Change inside a unit. Closing notes when, and handling it again forgets it.
func (s *Service) ChangeIn(tx *db.Tx, id string, version int64, in Change) error {
	p, err := s.plan(tx, id, version, in)
	if err != nil || len(p.diffs)+len(p.own.Changes) == 0 {
		return err
	}
	was, f := p.was, p.now
	if f.OwnerID != was.OwnerID {
		if err := tx.Set(give, id, 0, db.Args{"owner_id": f.OwnerID}); err != nil {
			return err
		}
	}
	answered := desk.Responded(int64(was.RespondedAt), desk.InHand(f.State, p.said.Handling+p.said.Result), in.Back != nil, tx.At())
	if f.State != was.State || answered != int64(was.RespondedAt) {
		at := desk.Closing(!IsOpen(was.State), !IsOpen(f.State), int64(was.ClosedAt), tx.At())
		if in.Back != nil {
			at = *in.Back
		}
		if err := tx.Set(step, id, 0, db.Args{"state": f.State, "closed_at": at, "responded_at": answered}); err != nil {
			return err
		}
	}
	key, err := s.Vault.Of(tx, f.CustomerID)
	if err != nil {
		return err
	}
	sealed, err := desk.Seal(key, place(id), p.said)
	if err != nil {
		return err
	}
	if err := tx.Update(Table, id, version, struct {
		Kind         string     `db:"kind"`
		Topic        string     `db:"topic"`
		Texts        []byte     `db:"texts"`
		Satisfaction int64      `db:"satisfaction"`
		FeedbackAt   api.Time   `db:"feedback_at"`
		Custom       own.Custom `db:"custom"`
	}{f.Kind, string(f.Topic), sealed, f.Satisfaction, f.FeedbackAt, p.own.Shown}); err != nil {
		return err
	}
	if err := s.own().Save(tx, key, id, p.own); err != nil {
		return err
	}
	if p.measured {
		if _, err := tx.ChangeAll(dropMeasures, db.Args{"id": id}); err != nil {
			return err
		}
		if err := s.measure(tx, key, f.CustomerID, id, string(f.OwnerID), p.measures); err != nil {
			return err
		}
	}
	return audit.Note(tx, audit.Entry{Action: "feedback.change", Kind: "feedback", Record: id, Customer: f.CustomerID,
		Changes: append(desk.Told(p.diffs, "description", "handling", "result", "measures"), p.own.Changes...)})
}

// Foresee says what ChangeIn would refuse, and writes nothing.
func (s *Service) Foresee(tx *db.Tx, id string, in Change) error {
	_, err := s.plan(tx, id, 0, in)
	return err
}

// planned is a change that may be made.
type planned struct {
	was, now Feedback
	said     texts
	measures []Measure
	measured bool // they differ from those that stand
	diffs    []api.Diff
	own      own.Draft
}

// plan judges a change of feedback; a version of 0 is any.
func (s *Service) plan(tx *db.Tx, id string, version int64, in Change) (p planned, err error) {
	if p.was, p.said, err = s.whole(tx, id); err != nil {
		return p, err
	}
	if version > 0 && p.was.Version != version {
		return p, db.ErrStale
	}
	if err := tx.May(Table, id, write); err != nil {
		return p, err
	}
	p.now = p.was
	p.diffs = api.Apply(&p.now, in, "description", "handling", "result", "measures")
	for _, t := range []struct {
		field string
		text  *string
		said  api.Opt[string]
	}{{"description", &p.said.Description, in.Description}, {"handling", &p.said.Handling, in.Handling}, {"result", &p.said.Result, in.Result}} {
		old := *t.text
		if *t.text, err = desk.Kept(actor(tx), true, t.field, old, t.said); err != nil {
			return p, err
		}
		if *t.text != old {
			p.diffs = append(p.diffs, api.Diff{Field: t.field})
		}
	}
	if p.measures, p.measured, err = s.keptMeasures(tx, p.was, in.Measures); err != nil {
		return p, err
	}
	if p.measured {
		p.diffs = append(p.diffs, api.Diff{Field: "measures"})
	}
	if len(p.diffs)+len(in.Custom) == 0 {
		return p, nil
	}
	f := p.now
	if in.Back == nil && !MayFollow(p.was.State, f.State) {
		return p, fault.Rule("state_step", "state")
	}
	for field, empty := range map[string]bool{"state": f.State == "", "owner_id": f.OwnerID == "", "feedback_at": f.FeedbackAt == 0} {
		if empty {
			return p, fault.Rule("required", field)
		}
	}
	spoken := in.Description.Set || in.Handling.Set || in.Result.Set
	judge := s.own().Changed
	if in.Back != nil {
		judge = s.own().Kept
	}
	if p.own, err = judge(tx, in.Custom, p.was.Custom, s.judged(tx, New{Kind: f.Kind, Topic: string(f.Topic), Description: p.said.Description, Handling: p.said.Handling, Result: p.said.Result, Satisfaction: f.Satisfaction,
		FeedbackAt: f.FeedbackAt, State: f.State, Measures: p.measures, AcceptVague: in.AcceptVague || !spoken, Imported: f.Imported})); err != nil {
		return p, err
	}
	if f.OwnerID != p.was.OwnerID {
		if err := s.Owner(tx, "owner_id", string(f.OwnerID), f.CustomerID, read); err != nil {
			return p, err
		}
	}
	return p, s.judgeOwners(tx, f.CustomerID, p.measures, p.was.Measures)
}
