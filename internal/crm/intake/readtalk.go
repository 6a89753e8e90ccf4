package intake

import (
	"strings"

	"zhike/internal/base/api"
	"zhike/internal/crm/followup"
	"zhike/internal/crm/intake/form"
)

// A placedTalk remembers where in the sheet it stood.
type placedTalk struct {
	followup.New
	row    int
	prefix string
}

func (r *reader) talks() (out []placedTalk) {
	defer func(was string) { r.Prefix = was }(r.Prefix)
	for n := 1; n <= 9; n++ {
		r.Prefix = numbered("follow_up", n)
		if t, ok := r.talk(); ok {
			out = append(out, placedTalk{t, r.Row.N, r.Prefix})
		}
	}
	return out
}

// talk reads one follow-up, with its own author and time. Its words stand as they were
// written: history is not to be put better.
func (r *reader) talk() (t followup.New, ok bool) {
	content, hasContent := r.Cell("content")
	outcome := api.Opt[string]{}
	r.Choice("outcome", "outcome", &outcome)
	if !hasContent && !outcome.Set {
		for _, field := range []string{"next_follow_up_at", "next_due", "next"} { // a plan hangs on a talk
			if _, ok := r.Cell(field); ok {
				r.Hint(field, "no_talk", nil)
			}
		}
		return t, false
	}
	t = followup.New{Content: content, Outcome: outcome.V, Imported: true, AcceptVague: true, Method: "other"}
	if at, ok := r.Moment("happened_at"); ok {
		t.HappenedAt = at
	}
	var method, kind, conclusion, due api.Opt[string]
	r.Choice("method", "method", &method)
	r.Choice("kind", "follow_up_kind", &kind)
	r.Text("conclusion", &conclusion)
	if method.Set {
		t.Method = method.V
	}
	t.Kind, t.Conclusion = kind.V, conclusion.V
	if id, ok := r.Colleague("author"); ok {
		t.Author = id
	} else if c, ok := r.colleagues.Find(r.Row.Values["owner_id"]); ok {
		t.Author = c.ID // a row that names one person means him
	}
	if at, ok := r.Moment("next_follow_up_at"); ok {
		t.NextFollowUpAt = at
	}
	r.Day("next_due", true, &due)
	if what, ok := r.Cell("next"); ok {
		if due.Set {
			t.NextStep = &followup.Step{What: what, DueOn: due.V}
		} else {
			t.Conclusion = strings.TrimSpace(t.Conclusion + "\n" + what) // a plan without a day is no task
		}
	}
	r.long(t)
	return t, true
}

// long tells of cells that hold more than a form would take; at is the prefix of the fields.
func (r *reader) long(said any) {
	for field, most := range form.TooLong(said) {
		field, _, _ = strings.Cut(talkField(field), ".")
		r.Wrong(field, "cell_too_long", map[string]any{"row": r.Row.N, "column": r.options.Headings[r.Prefix+field], "most": most})
	}
}
