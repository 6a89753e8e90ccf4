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
