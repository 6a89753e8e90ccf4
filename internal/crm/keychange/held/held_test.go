package held

import (
	"slices"
	"testing"
)

// TestWhoseWordWaits (S70) is the whole table of mode, actor and owner.
func TestWhoseWordWaits(t *testing.T) {
	owner, leader, other, admin := Someone{ID: "owner"}, Someone{ID: "leader", Leads: true}, Someone{ID: "other"}, Someone{ID: "admin", Decides: true}
	program, both := Someone{Program: true}, Someone{ID: "owner", Decides: true}
	for _, x := range []struct {
		mode  string
		who   Someone
		owner string
		waits bool
	}{
		{Off, owner, "owner", false}, {Off, leader, "owner", false}, {Off, other, "owner", false}, {Off, admin, "owner", false}, {Off, other, "", false},
		{Others, owner, "owner", false}, {Others, leader, "owner", true}, {Others, other, "owner", true}, {Others, admin, "owner", false}, {Others, program, "owner", false}, {Others, both, "owner", false},
		{Others, other, "", true}, {Others, leader, "", true}, {Others, admin, "", false}, {Others, program, "", false},
		{Everybody, owner, "owner", true}, {Everybody, leader, "owner", true}, {Everybody, other, "owner", true}, {Everybody, admin, "owner", false}, {Everybody, both, "owner", true}, {Everybody, program, "owner", false},
		{Everybody, other, "", true}, {Everybody, admin, "", false},
	} {
		if got := Holds(x.mode, x.who, x.owner); got != x.waits {
			t.Errorf("%s, %+v, owner %q: %v", x.mode, x.who, x.owner, got)
		}
	}
}

// TestWhoDecides (S70): never somebody on his own word where everybody's waits.
func TestWhoDecides(t *testing.T) {
	owner, leader, other, admin := Someone{ID: "owner"}, Someone{ID: "leader", Leads: true}, Someone{ID: "other"}, Someone{ID: "admin", Decides: true}
	for _, x := range []struct {
		mode         string
		who          Someone
		owner, asker string
		may          bool
	}{
		{Others, owner, "owner", "other", true}, {Others, admin, "owner", "other", true}, {Others, leader, "owner", "other", false}, {Others, other, "owner", "other", false},
		{Others, owner, "owner", "owner", true}, // asked before it became his
		{Others, leader, "", "other", false}, {Others, other, "", "other", false}, {Others, admin, "", "other", true},
		{Everybody, owner, "owner", "owner", false}, {Everybody, leader, "owner", "owner", true}, {Everybody, admin, "owner", "owner", true}, {Everybody, other, "owner", "owner", false},
		{Everybody, owner, "owner", "other", true}, {Everybody, leader, "owner", "other", false}, {Everybody, admin, "owner", "admin", false}, {Everybody, leader, "", "", false},
		{Off, owner, "owner", "other", true}, {Off, other, "owner", "other", false},
	} {
		if got := MayDecide(x.mode, x.who, x.owner, x.asker); got != x.may {
			t.Errorf("%s, %s on %s's word, owner %q: %v", x.mode, x.who.ID, x.asker, x.owner, got)
		}
	}
}

// TestWhatIsKey: what stood and is to be lost, also where the masks read alike; to fill what was empty loses nothing.
func TestWhatIsKey(t *testing.T) {
	got := Names(Key([]Field{Compared("name", "甲公司", "乙公司", true), Compared("mobile", "138****5678", "138****5678", true), Compared("phone", "0577-****5678", "0577-****5678", false),
		Compared("email", "", "p***@mail.example", true), Compared("wechat", "wx***", "", true)}))
	if !slices.Equal(got, []string{"name", "mobile", "wechat"}) {
		t.Error(got)
	}
}
