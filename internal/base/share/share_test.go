package share

import (
	"testing"

	"zhike/internal/base/access"
)

func TestSeen(t *testing.T) {
	me := access.SignedIn(access.Person{User: "me"})
	for _, c := range []struct {
		roles []string
		thing Thing
		want  bool
	}{
		{nil, Thing{With: All}, true},
		{nil, Thing{With: Mine, Owner: "me"}, true},
		{nil, Thing{With: Mine, Owner: "other"}, false},
		{[]string{"a", "b"}, Thing{With: Roles, Owner: "other", Roles: []string{"b"}}, true},
		{[]string{"a"}, Thing{With: Roles, Owner: "other", Roles: []string{"b"}}, false},
		{[]string{"b"}, Thing{With: Mine, Owner: "other", Roles: []string{"b"}}, false}, // shared with roles once, and no more
		{nil, Thing{With: Roles, Owner: "me"}, true},
		{nil, Thing{}, false},
	} {
		if got := Seen(me, c.roles, c.thing); got != c.want {
			t.Errorf("Seen(%v, %+v) = %v", c.roles, c.thing, got)
		}
	}
	if Seen(access.Actor{}, nil, Thing{With: Mine}) {
		t.Error("nobody is shown what is nobody's")
	}
}
