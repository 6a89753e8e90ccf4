package file

import (
	"fmt"
	"testing"

	"zhike/internal/crm/report"
)

// TestFileName: names that people give become names that every system keeps.
func TestFileName(t *testing.T) {
	for name, want := range map[string]string{
		"按负责人":                  "按负责人",
		`a/b\c:d*e?"f<g>h|i`:    "a_b_c_d_e__f_g_h_i",
		"\u202efdp.exe\x00\r\n": "fdp.exe",
		"..":                    "report",
		" . ":                   "report",
		"2026 Q4.":              "2026 Q4",
	} {
		if got := fileName(name); got != want {
			t.Errorf("%q becomes %q, not %q", name, got, want)
		}
	}
}

// TestParted: a ring is drawn of counts and sums, not of means and shares.
func TestParted(t *testing.T) {
	for _, c := range []struct {
		column report.Column
		want   bool
	}{
		{report.Column{Name: "count", Unit: report.Count}, true},
		{report.Column{Name: "amount", Unit: report.Fen}, true},
		{report.Column{Name: "mean", Unit: report.Fen}, false},
		{report.Column{Name: "first_response", Unit: report.Hours}, false},
		{report.Column{Name: "won_rate", Unit: report.Percent}, false},
	} {
		if parted(c.column) != c.want {
			t.Errorf("%s: %v", c.column.Name, !c.want)
		}
	}
}

// TestMore: what a chart leaves out it says so.
func TestMore(t *testing.T) {
	one := int64(1)
	for _, c := range []struct {
		names, series int
		want          bool
	}{{20, 8, false}, {21, 1, true}, {2, 9, true}} {
		a := report.Answer{By: []report.Dimension{{Name: "a"}, {Name: "b"}}, Columns: []report.Column{{Name: "count", Unit: report.Count}}}
		for i := range c.names {
			for k := range c.series {
				a.Rows = append(a.Rows, report.Row{Keys: []report.Key{{Label: fmt.Sprint("n", i)}, {Label: fmt.Sprint("s", k)}}, Figures: []report.Figure{{Value: &one}}})
			}
		}
		if p := plan("en", a, "bar", ""); p.More != c.want || len(p.Labels) != min(20, c.names) || len(p.Series) != min(8, c.series) {
			t.Errorf("%d by %d: %v, %d by %d", c.names, c.series, p.More, len(p.Labels), len(p.Series))
		}
	}
}
