package app

import (
	"fmt"
	"net/url"
	"testing"
	"time"

	"zhike/internal/base/api"
	"zhike/internal/crm/followup"
	"zhike/internal/crm/timeline"
)

// TestTimelineIsSought: a text is found in what happened with a customer as the viewer reads it, page after page each once; numbers and
// addresses are refused; who reads masks finds nothing by what is masked.
func TestTimelineIsSought(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		own := w.placements["own"]["customers"]
		for i := range 130 {
			said := fmt.Sprintf("第%d次，谈了货架", i)
			if i%13 == 0 {
				said = fmt.Sprintf("第%d次，他问起 Robot 臂", i)
			}
			_, err := w.FollowUps.Record(ctx, w.actors["east"], own, followup.New{Method: "call", Content: said, AcceptVague: true, HappenedAt: api.On(start.Add(-time.Duration(i) * time.Hour))})
			must(t, err)
		}
		found, cursor := map[string]bool{}, ""
		for pages := 0; ; pages++ {
			p, err := w.Timeline.List(ctx, w.actors["east"], own, timeline.Query{Q: "robot", Limit: 3, Cursor: cursor})
			must(t, err)
			if len(p.Items) > 3 || pages > 10 {
				t.Fatalf("a page of %d, the %dth", len(p.Items), pages)
			}
			for _, i := range p.Items {
				if found[i.ID] || i.FollowUp == nil {
					t.Errorf("%s twice, or no talk", i.ID)
				}
				found[i.ID] = true
			}
			if cursor = string(p.Next); cursor == "" {
				break
			}
		}
		if len(found) != 10 {
			t.Errorf("found %d of 10", len(found))
		}
		none, err := w.Timeline.List(ctx, w.actors["east"], own, timeline.Query{Q: "没有这样的话", Limit: 30})
		must(t, err)
		if len(none.Items) != 0 || none.Next != "" {
			t.Errorf("%+v", none)
		}
		w.say(t, saying{as: "east", call: "GET /customers/" + own + "/timeline?q=" + url.QueryEscape(canaryValue), status: 422, has: []string{"use_sensitive_search"}})
		w.say(t, saying{as: "east", call: "GET /customers/" + w.placements["other"]["customers"] + "/timeline?q=x", status: 404})
		kept, err := w.Timeline.List(ctx, w.actors["east"], own, timeline.Query{Q: "臂", Kind: "move", Limit: 30})
		must(t, err)
		if len(kept.Items) != 0 {
			t.Errorf("of another kind: %+v", kept.Items)
		}
	})
}
