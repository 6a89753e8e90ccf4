package watch

import (
	"slices"
	"testing"

	"zhike/internal/base/audit"
)

// TestLooked: what only shows or takes away tells no page anything; everything else does.
func TestLooked(t *testing.T) {
	for action, want := range map[string]bool{
		"sensitive.reveal": true, "sensitive.reveal_other": true, "customer.print": true, "follow_up.print": true, "attachment.open": true, "export.take": true,
		"session.open": true, "access.refuse": true, "customer.check": true, "customer.read": true, "import.take": true,
		"customer.change": false, "customer.create": false, "order.place": false, "segment.take": false, "archive.return": false, "import.take_back": false,
		"attachment.add": false, "comment.create": false, "customer.collaborator.add": false, "follow_up.take_out": false, "": false,
	} {
		if got := Looked(action); got != want {
			t.Errorf("%q: %v", action, got)
		}
	}
}

// TestSorted: an entry of a customer goes to who reaches it, one without to who did it, one of the company's words to all; the same twice is told once.
func TestSorted(t *testing.T) {
	n := sorted([]audit.Told{
		{Actor: "u", Action: "customer.change", Kind: "customer", Record: "c", Customer: "c"},
		{Actor: "u", Action: "order.place", Kind: "order", Record: "o", Customer: "c"},
		{Actor: "v", Action: "order.change", Kind: "order", Record: "o", Customer: "c"},
		{Actor: "u", Action: "customer.print", Kind: "customer", Record: "d", Customer: "d"},
		{Actor: "u", Action: "task.create", Kind: "task", Record: "t"},
		{Actor: "u", Action: "dictionary.add", Kind: "dictionary_value", Record: "x"},
		{Actor: "u", Action: "role.change", Kind: "role", Record: "r"},
		{Action: "backup.make", Kind: "backup"},
	})
	if len(n.touched) != 1 || !slices.Equal(n.touched["c"], []string{"customer", "order"}) {
		t.Errorf("touched %v", n.touched)
	}
	if n.gone || !sorted([]audit.Told{{Action: "customer.transfer", Kind: "customer", Record: "c", Customer: "c"}}).gone {
		t.Error("who lost a customer is known by a transfer alone")
	}
	if len(n.own) != 1 || !slices.Equal(n.own["u"], []string{"task"}) {
		t.Errorf("own %v", n.own)
	}
	if !slices.Equal(n.words, []string{"dictionary_value", "role"}) {
		t.Errorf("words %v", n.words)
	}
}
