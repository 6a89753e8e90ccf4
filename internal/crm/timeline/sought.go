package timeline

import (
	"encoding/json"
	"slices"
	"strings"

	"zhike/internal/base/api"
	"zhike/internal/platform/db"
)

const (
	swath = 100 // items that are read at a time while a text is sought
	reads = 20  // how often in one request; what lies further back is the next page's
)

// sought gives what holds a text, as the viewer reads it: nothing is found by what he is not shown.
func (s *Service) sought(tx *db.Tx, id string, q Query, before int64, seen int) (out api.Page[Item], err error) {
	out.Items = []Item{}
	most := q.Limit
	q.Limit = swath
	for range reads {
		p, err := s.page(tx, id, q, before, seen)
		if err != nil {
			return out, err
		}
		for n, i := range p.Items {
			if !holds(i, q.Q) {
				continue
			}
			if out.Items = append(out.Items, i); len(out.Items) == most {
				if n+1 < len(p.Items) || p.Next != "" {
					out.Next = api.Text(after(p.Items[:n+1], before, seen))
				}
				return out, nil
			}
		}
		if out.Next = p.Next; p.Next == "" {
			return out, nil
		}
		if before, seen, err = read(string(p.Next)); err != nil {
			return out, err
		}
	}
	return out, nil
}

// codes are the members of an item that say something to programs and are no words of a person.
var codes = []string{"id", "kind", "state", "method", "outcome", "priority", "version", "at", "on", "ids", "may"}

// holds says whether a text stands in an item, whatever the case of its letters.
func holds(i Item, text string) bool {
	raw, err := json.Marshal(i)
	if err != nil {
		return false
	}
	var v any
	if json.Unmarshal(raw, &v) != nil {
		return false
	}
	return spoken(v, strings.ToLower(text))
}

func spoken(v any, text string) bool {
	switch v := v.(type) {
	case string:
		return strings.Contains(strings.ToLower(v), text)
	case []any:
		return slices.ContainsFunc(v, func(x any) bool { return spoken(x, text) })
	case map[string]any:
		for name, x := range v {
			if !slices.Contains(codes, name[strings.LastIndexByte(name, '_')+1:]) && spoken(x, text) {
				return true
			}
		}
	}
	return false
}
