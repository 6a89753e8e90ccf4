package customer

import (
	"zhike/internal/base/api"
	"zhike/internal/crm/rule"
	"zhike/internal/platform/fault"
)

// masks: a text sent back as it was shown, numbers hidden, leaves what stood (DECISIONS 7).
func masks(in *Change, c Customer) error {
	shown := c.Texts
	shown.Mask()
	for _, f := range []struct {
		said       *api.Opt[string]
		old, shown api.Text
	}{{&in.Remark, c.Remark, shown.Remark}, {&in.CoreNeed, c.CoreNeed, shown.CoreNeed}, {&in.Pain, c.Pain, shown.Pain}, {&in.Goal, c.Goal, shown.Goal},
		{&in.Concerns, c.Concerns, shown.Concerns}, {&in.Doubts, c.Doubts, shown.Doubts}, {&in.DecisionProcess, c.DecisionProcess, shown.DecisionProcess},
		{&in.IntendedProducts, c.IntendedProducts, shown.IntendedProducts}, {&in.Address, c.Address, shown.Address}, {&in.Website, c.Website, shown.Website}} {
		if f.said.Set && f.shown != f.old && f.said.V == string(f.shown) {
			f.said.Set = false
		}
	}
	if in.Name.Set && c.Kind == Individual && rule.IsMasked(in.Name.V) {
		if in.Name.V != rule.MaskName(c.Name) {
			return fault.Rule("masked_value", "name")
		}
		in.Name.Set = false
	}
	return nil
}
