package locale

import (
	"regexp"
	"slices"
	"testing"
)

var (
	hole = regexp.MustCompile(`\{\{\w+\}\}`)
	// what is left of a text once its holes are out and still looks like one
	slip = regexp.MustCompile(`\{(?:[a-bd-z]\w*|c[a-np-z]\w*)\}`) // {corp} is a part of numbers, told as people write it
)

func TestBothLanguagesSayTheSame(t *testing.T) {
	for key, zh := range words[Default] {
		en, ok := words["en"][key]
		if !ok {
			t.Errorf("%s is missing in en", key)
			continue
		}
		if slip.MatchString(hole.ReplaceAllString(zh, "")) || slip.MatchString(hole.ReplaceAllString(en, "")) {
			t.Errorf("%s: a hole has two braces", key)
		}
		if zh == "" || en == "" {
			t.Errorf("%s is empty", key)
		}
		a, b := hole.FindAllString(zh, -1), hole.FindAllString(en, -1)
		slices.Sort(a)
		slices.Sort(b)
		if a, b = slices.Compact(a), slices.Compact(b); !slices.Equal(a, b) {
			t.Errorf("%s: zh-CN fills %v, en fills %v", key, a, b)
		}
	}
	for key := range words["en"] {
		if !Has(Default, key) {
			t.Errorf("%s is missing in zh-CN", key)
		}
	}
}

func TestTextFallsBackToChineseThenToTheKey(t *testing.T) {
	if got := Text("fr", "error.not_found.title", nil); got != words[Default]["error.not_found.title"] {
		t.Errorf("an unknown language got %q", got)
	}
	if got := Text("en", "no.such.key", nil); got != "no.such.key" {
		t.Errorf("an unknown key got %q", got)
	}
}

func TestTextFillsHoles(t *testing.T) {
	words[Default]["test.hole"] = "{{who}} since {{when}}"
	defer delete(words[Default], "test.hole")
	if got := Text(Default, "test.hole", map[string]any{"who": "A", "when": 3}); got != "A since 3" {
		t.Errorf("got %q", got)
	}
}
