package intake

import (
	"strings"
	"zhike/internal/base/api"
	"zhike/internal/crm/followup"
)

// A placedTalk remembers where in the sheet it stood.
type placedTalk struct {
	followup.New
	row    int
	prefix string
}

func (r *reader) talks() (out []placedTalk) {
	defer func(was string) { r.prefix = was }(r.prefix)
	for n := 1; n <= 9; n++ {
		r.prefix = numbered("follow_up", n)
		if t, ok := r.talk(); ok {
			out = append(out, placedTalk{t, r.row.N, r.prefix})
		}
	}
	return out
}

// talk reads one follow-up, with its own author and time. Its words stand as they were
// written: history is not to be put better.
func (r *reader) talk() (t followup.New, ok bool) {
	content, hasContent := r.cell("content")
	outcome := api.Opt[string]{}
	r.choice("outcome", "outcome", &outcome)
	if !hasContent && !outcome.Set {
		for _, field := range []string{"next_follow_up_at", "next_due", "next"} { // a plan hangs on a talk
			if _, ok := r.cell(field); ok {
				r.hint(field, "no_talk", nil)
			}
		}
		return t, false
	}
	t = followup.New{Content: content, Outcome: outcome.V, Imported: true, AcceptVague: true, Method: "other"}
	if at, ok := r.moment("happened_at"); ok {
		t.HappenedAt = at
	}
	var method, kind, conclusion, due api.Opt[string]
	r.choice("method", "method", &method)
	r.choice("kind", "follow_up_kind", &kind)
	r.text("conclusion", &conclusion)
	if method.Set {
		t.Method = method.V
	}
	t.Kind, t.Conclusion = kind.V, conclusion.V
	if id, ok := r.colleague("author"); ok {
		t.Author = id
	} else if c, ok := r.colleagues.Find(r.row.Values["owner_id"]); ok {
		t.Author = c.ID // a row that names one person means him
	}
	if at, ok := r.moment("next_follow_up_at"); ok {
		t.NextFollowUpAt = at
	}
	r.day("next_due", true, &due)
	if what, ok := r.cell("next"); ok {
		if due.Set {
			t.NextStep = &followup.Step{What: what, DueOn: due.V}
		} else {
			t.Conclusion = strings.TrimSpace(t.Conclusion + "\n" + what) // a plan without a day is no task
		}
	}
	r.long(t)
	return t, true
}
