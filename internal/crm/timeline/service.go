package timeline

import (
	"zhike/internal/base/access"
	"zhike/internal/platform/db"
)

func (s *Service) needs(tx *db.Tx, id string, before int64, n int) (out []Item, err error) {
	if !may(tx, access.NeedRead) {
		return nil, nil
	}
	rows, err := s.Needs.Latest(tx, id, before, n)
	for _, r := range rows {
		out = append(out, Item{ID: r.ID, Kind: "need", At: r.At})
	}
	return out, err
}

func (s *Service) feedback(tx *db.Tx, id string, before int64, n int) (out []Item, err error) {
	if !may(tx, access.FeedbackRead) {
		return nil, nil
	}
	rows, err := s.Feedback.Latest(tx, id, before, n)
	for _, r := range rows {
		out = append(out, Item{ID: r.ID, Kind: "feedback", At: r.At})
	}
	return out, err
}

func (s *Service) winBacks(tx *db.Tx, id string, before int64, n int) (out []Item, err error) {
	if !may(tx, access.FollowUpRead) {
		return nil, nil
	}
	rows, err := s.WinBacks.Latest(tx, id, before, n)
	for _, p := range rows {
		out = append(out, Item{ID: p.ID, Kind: "win_back", At: p.CreatedAt, ByName: p.CreatorName,
			Data: map[string]any{"cause": p.Cause, "state": p.State, "due_on": p.DueOn, "ended_on": p.EndedOn, "owner": p.OwnerName}})
	}
	return out, err
}

func (s *Service) trials(tx *db.Tx, id string, before int64, n int) (out []Item, err error) {
	if !may(tx, access.FollowUpRead) {
		return nil, nil
	}
	rows, err := s.Trials.Latest(tx, id, before, n)
	for _, x := range rows {
		out = append(out, Item{ID: x.ID, Kind: "trial", At: x.CreatedAt, ByName: x.OwnerName,
			Data: map[string]any{"product": x.Product, "from": x.From, "to": x.To, "result": x.Result, "opinion": x.Opinion}})
	}
	return out, err
}

func (s *Service) archived(tx *db.Tx, id string, _ int64, _ int) (out []Item, err error) {
	rows, err := s.Archives.MovesOf(tx, id)
	for _, m := range rows {
		out = append(out, Item{ID: m.ID, Kind: "archive", At: m.At, ByName: m.ByName, Data: map[string]any{"action": m.Kind, "title": m.Reason}})
	}
	return out, err
}

// fillService loads the needs and the feedback of a page whole.
func (s *Service) fillService(tx *db.Tx, items []Item) error {
	ids := map[string][]string{}
	at := map[string]int{}
	for i, x := range items {
		ids[x.Kind], at[x.ID] = append(ids[x.Kind], x.ID), i
	}
	if all := ids["need"]; all != nil {
		rows, err := s.Needs.Many(tx, all)
		if err != nil {
			return err
		}
		for i := range rows {
			x := &items[at[rows[i].ID]]
			x.Need, x.ByName = &rows[i], rows[i].CreatorName
		}
	}
	if all := ids["feedback"]; all != nil {
		rows, err := s.Feedback.Many(tx, all)
		if err != nil {
			return err
		}
		for i := range rows {
			x := &items[at[rows[i].ID]]
			x.Feedback, x.ByName = &rows[i], rows[i].CreatorName
		}
	}
	return nil
}
