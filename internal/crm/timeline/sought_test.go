package timeline

import (
	"testing"

	"zhike/internal/base/api"
	"zhike/internal/crm/followup"
)

// TestHolds: a text is found in the words of an item, whatever its letters' case, and never in its codes, ids and times.
func TestHolds(t *testing.T) {
	talk := Item{ID: "abc123", Kind: "follow_up", ByName: "程野", FollowUp: &followup.FollowUp{ID: "abc123", Method: "call", Content: "要报价 PLC 三套"}}
	move := Item{ID: "m1", Kind: "move", Data: map[string]any{"from": "need_clear", "note": "客户催了", "days": 3}}
	for _, c := range []struct {
		item Item
		text string
		want bool
	}{
		{talk, "报价", true}, {talk, "plc", true}, {talk, "程野", true}, {talk, "call", false}, {talk, "abc123", false}, {talk, "follow_up", false}, {talk, "没有", false},
		{move, "催了", true}, {move, "move", false}, {Item{At: api.Time(1767225600000)}, "2026", false},
	} {
		if got := holds(c.item, c.text); got != c.want {
			t.Errorf("%q in %s: %v", c.text, c.item.Kind, got)
		}
	}
}
