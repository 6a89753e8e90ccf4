package merge

import (
	"context"
	"slices"
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/crm/customer"
	"zhike/internal/platform/db"
)

// With names the other customer.
type With struct {
	Other string `query:"other" minLength:"1" maxLength:"64" required:"true"`
}

// A Preview is what merging would do.
type Preview struct {
	Refused api.Text `json:"refused" doc:"Why the two cannot become one: merge_kind, merge_plans; null where they can."`
	Differs []Choice `json:"differs" doc:"The fields in which the two differ."`
	Moves   []Move   `json:"moves" doc:"What would move, by table."`
	Propose string   `json:"propose" enum:"this,other" doc:"Which of the two should stay: the one further on its way, else the older."`
}

// A Choice is a field of which one side, or both, can be taken.
type Choice struct {
	Field string `json:"field"`
	Both  bool   `json:"both" doc:"Both can be kept."`
	Empty bool   `json:"empty" doc:"The one that stays has nothing there: what the other has is proposed."`
}

// A Move is how many rows of a table would move.
type Move struct {
	Table string `json:"table"`
	Count int    `json:"count"`
}

// Preview says what merging another customer into one would do; it writes nothing.
func (s *Service) Preview(ctx context.Context, who access.Actor, id string, in With) (Preview, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (none Preview, err error) {
		out := Preview{Differs: []Choice{}, Moves: []Move{}, Propose: "this"}
		one, other, err := s.both(tx, id, in.Other)
		if err != nil {
			return none, err
		}
		code, err := s.refused(tx, one, other)
		if err != nil {
			return none, err
		}
		out.Refused = api.Text(code)
		if out.Differs, err = differs(one, other); err != nil {
			return none, err
		}
		if further(other, one) {
			out.Propose = "other"
		}
		p := tx.As(program)
		for _, m := range movers() {
			ids, err := p.Under(m.table, other.ID)
			if err != nil {
				return none, err
			}
			if len(ids) > 0 {
				out.Moves = append(out.Moves, Move{m.table.Name(), len(ids)})
			}
		}
		return out, nil
	})
}

// further says that a has been won, or stands longer.
func further(a, b customer.Customer) bool {
	if (a.WonAt != 0) != (b.WonAt != 0) {
		return a.WonAt != 0
	}
	return a.CreatedAt < b.CreatedAt
}

func differs(one, other customer.Customer) (all []Choice, err error) {
	mine, err := flat(one)
	if err != nil {
		return nil, err
	}
	theirs, err := flat(other)
	if err != nil {
		return nil, err
	}
	all = []Choice{}
	add := func(name string, a, b any, texts bool) {
		if empty(b) || same(a, b) {
			return
		}
		_, both := joined(a, b, texts)
		all = append(all, Choice{name, both && !empty(a), empty(a)})
	}
	for name, v := range theirs {
		if name != "kind" && name != "first_talk_on" { // one cannot differ here; the other is the earlier of both anyway
			add(name, mine[name], v, slices.Contains(long, name))
		}
	}
	for name, v := range other.Custom {
		_, text := v.(string)
		add("custom."+name, one.Custom[name], v, text && strings.Contains(v.(string), "\n"))
	}
	slices.SortFunc(all, func(a, b Choice) int { return strings.Compare(a.Field, b.Field) })
	return all, nil
}

// empty says that a value says nothing: a field left out, or a yes/no that nobody set.
func empty(v any) bool {
	switch x := v.(type) {
	case nil:
		return true
	case string:
		return x == ""
	case bool:
		return !x
	case float64:
		return x == 0
	case []any:
		return len(x) == 0
	}
	return false
}
