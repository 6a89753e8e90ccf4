package customfield

import (
	"encoding/json"
	"slices"
)

// Names says whether a filter that was compiled asks of a field, at any depth.
func Names(text, field string) bool {
	var n node
	if json.Unmarshal([]byte(text), &n) != nil {
		return false
	}
	return n.Field == field || slices.ContainsFunc(slices.Concat(n.All, n.Any, []json.RawMessage{n.Not}), func(part json.RawMessage) bool { return len(part) > 0 && Names(string(part), field) })
}
