package file

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"zhike/internal/crm/report"
	"zhike/internal/platform/paper"
	"zhike/locale"
)

// What is drawn of an answer is decided as the screens decide it (web/src/features/report/figures.ts).

const (
	mostSeries = 8
	mostBars   = 20
	mostParts  = 7
)

// apart are columns that say the same of other things, and so stand beside no first column of theirs.
var apart = []string{"mean", "customers", "net", "went_on", "at_start", "rated"}

// lead is the column that a chart shows: the wanted one, else what the report is about.
func lead(a report.Answer, wanted string) int {
	named := func(names ...string) int {
		return slices.IndexFunc(a.Columns, func(c report.Column) bool { return slices.Contains(names, c.Name) })
	}
	if i := named(wanted); i >= 0 {
		return i
	}
	if i := named("churn_rate", "mean_days"); i >= 0 {
		return i
	}
	if len(a.By) > 0 && a.By[0].Name == "year" && len(a.Columns) > 1 {
		return 1
	}
	return 0
}

var (
	timed = regexp.MustCompile(`^\d{4}(-|$)`)
	month = regexp.MustCompile(`^(\d{4})-(\d{2})$`)
	date  = regexp.MustCompile(`^\d{4}-(\d{2})-(\d{2})$`)
)

// short of a label of time: the month, with its year where one begins; month and day.
func axisLabel(lang, label string, first bool) string {
	if m := month.FindStringSubmatch(label); m != nil {
		if first || m[2] == "01" {
			return label
		}
		n, _ := strconv.Atoi(m[2])
		return locale.Text(lang, "report.axis.month", map[string]any{"n": n})
	}
	if m := date.FindStringSubmatch(label); m != nil {
		return strings.TrimPrefix(m[1], "0") + "/" + strings.TrimPrefix(m[2], "0")
	}
	return label
}

func keyed(r report.Row, i int) string {
	if i < len(r.Keys) {
		return r.Keys[i].Label
	}
	return ""
}

// draw draws an answer the way its report says.
func draw(d *paper.Document, lang string, a report.Answer, kind, wanted string) {
	if len(a.Rows) == 0 || len(a.By) == 0 || len(a.Columns) == 0 {
		return
	}
	switch kind {
	case "bar", "line":
		axes(d, lang, plan(lang, a, kind, wanted))
	case "pie":
		if at := lead(a, wanted); parted(a.Columns[at]) {
			ring(d, lang, a, at)
			return
		}
		axes(d, lang, plan(lang, a, "bar", wanted))
	case "funnel":
		funnel(d, lang, a, lead(a, wanted))
	}
}

// plan lays an answer out over axes: its first dimension along one, its second or its like
// columns as series.
func plan(lang string, a report.Answer, kind, wanted string) paper.Chart {
	at := lead(a, wanted)
	unit := a.Columns[at].Unit
	c := paper.Chart{Lines: kind == "line", Whole: unit == report.Count, Tick: func(v float64) string { return tick(lang, unit, v) }}
	var names []string
	inTime := true
	for _, r := range a.Rows {
		if l := keyed(r, 0); !slices.Contains(names, l) {
			names = append(names, l)
		}
		inTime = inTime && timed.MatchString(keyed(r, 0))
	}
	if !inTime && len(names) > mostBars {
		names, c.More = names[:mostBars], true
	}
	for i, n := range names {
		if inTime {
			n = axisLabel(lang, n, i == 0)
		}
		c.Labels = append(c.Labels, n)
	}
	values := func(name string, is func(report.Row) bool, column int) paper.Series {
		s := paper.Series{Name: name, Values: make([]*float64, len(names))}
		for _, r := range a.Rows {
			if i := slices.Index(names, keyed(r, 0)); i >= 0 && is(r) && r.Figures[column].Value != nil {
				v := float64(*r.Figures[column].Value)
				s.Values[i] = &v
			}
		}
		return s
	}
	if len(a.By) < 2 {
		for i, col := range a.Columns {
			beside := wanted == "" && col.Unit == unit && !slices.Contains(apart, col.Name) && !slices.Contains(apart, a.Columns[at].Name)
			if i == at || beside {
				c.Series = append(c.Series, values(col.Label, func(report.Row) bool { return true }, i))
			}
		}
		return c
	}
	weight := map[string]int64{}
	var seconds []string
	for _, r := range a.Rows {
		name := keyed(r, 1)
		if !slices.Contains(seconds, name) {
			seconds = append(seconds, name)
		}
		if v := r.Figures[at].Value; v != nil {
			weight[name] += max(*v, -*v)
		}
	}
	slices.SortStableFunc(seconds, func(x, y string) int { return int(min(1, max(-1, weight[y]-weight[x]))) })
	c.More = c.More || len(seconds) > mostSeries
	for _, name := range seconds[:min(mostSeries, len(seconds))] {
		c.Series = append(c.Series, values(name, func(r report.Row) bool { return keyed(r, 1) == name }, at))
	}
	c.Stacked = kind == "bar" && (unit == report.Count || unit == report.Fen)
	return c
}

// axes draws a chart, and says where not all of it is drawn.
func axes(d *paper.Document, lang string, c paper.Chart) {
	d.Chart(c)
	if c.More {
		d.Note(locale.Text(lang, "reportpage.hint.more", nil))
		d.Gap(3)
	}
}

// parted says whether a column's values are parts of one whole: means and shares are not.
func parted(c report.Column) bool {
	return (c.Unit == report.Count || c.Unit == report.Fen) && c.Name != "mean"
}

func ring(d *paper.Document, lang string, a report.Answer, at int) {
	unit := a.Columns[at].Unit
	var parts []paper.Part
	whole, rest := int64(0), int64(0)
	for _, r := range a.Rows {
		if v := r.Figures[at].Value; v != nil && *v > 0 {
			whole += *v
		}
	}
	say := func(v int64) string {
		share := int64(math.Round(float64(v) / float64(whole) * 10_000))
		return brief(lang, unit, &v) + "  " + say(lang, report.Percent, &share)
	}
	shown := 0
	for _, r := range a.Rows {
		if v := r.Figures[at].Value; v != nil && *v > 0 {
			shown++
		}
	}
	head := shown
	if shown > mostParts {
		head = mostParts - 1
	}
	for _, r := range a.Rows {
		v := r.Figures[at].Value
		if v == nil || *v <= 0 {
			continue
		}
		if len(parts) == head {
			rest += *v
			continue
		}
		var labels []string
		for i := range r.Keys {
			labels = append(labels, keyed(r, i))
		}
		parts = append(parts, paper.Part{Label: strings.Join(labels, " · "), Value: float64(*v), Said: say(*v)})
	}
	if rest > 0 {
		parts = append(parts, paper.Part{Label: locale.Text(lang, "reportpage.label.rest", nil), Value: float64(rest), Said: say(rest)})
	}
	centre := ""
	if at < len(a.Total) { // where a record stands in several rows, they have no total
		centre = brief(lang, unit, a.Total[at].Value)
	}
	d.Ring(parts, centre, a.Columns[at].Label)
}

func funnel(d *paper.Document, lang string, a report.Answer, at int) {
	column := func(name string) int {
		return slices.IndexFunc(a.Columns, func(c report.Column) bool { return c.Name == name })
	}
	entered := column("entered")
	if entered < 0 {
		steps(d, lang, a, at)
		return
	}
	var heads []string
	var also []int
	for _, name := range []string{"conversion", "to_deal", "median_days"} {
		if i := column(name); i >= 0 {
			also, heads = append(also, i), append(heads, a.Columns[i].Label)
		}
	}
	var all []paper.Step
	for _, r := range a.Rows {
		s := paper.Step{Label: keyed(r, 0), Said: say(lang, report.Count, r.Figures[entered].Value)}
		if v := r.Figures[entered].Value; v != nil {
			s.Value = float64(*v)
		}
		for _, i := range also {
			s.More = append(s.More, say(lang, a.Columns[i].Unit, r.Figures[i].Value))
		}
		all = append(all, s)
	}
	d.Funnel(all, heads)
}

// mostSteps are drawn of a report that is no journey.
const mostSteps = 12

// steps draws the rows of any report below each other, each with what it is of the one before.
func steps(d *paper.Document, lang string, a report.Answer, at int) {
	var all []paper.Step
	before := int64(0)
	for i, r := range a.Rows[:min(mostSteps, len(a.Rows))] {
		s := paper.Step{Label: keyed(r, 0), Said: brief(lang, a.Columns[at].Unit, r.Figures[at].Value), More: []string{""}}
		now := int64(0)
		if v := r.Figures[at].Value; v != nil {
			now = max(0, *v)
		}
		if s.Value = float64(now); i > 0 && before > 0 {
			share := (now*20_000 + before) / (2 * before)
			s.More[0] = say(lang, report.Percent, &share)
		}
		before = now
		all = append(all, s)
	}
	d.Funnel(all, []string{""})
}
