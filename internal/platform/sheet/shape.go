package sheet

import (
	_ "embed"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"zhike/internal/platform/sheet/grid"
)

const (
	headerWithin   = 30 // rows
	headingLongest = 24 // characters
)

// Blank tells a row in which nothing stands.
func Blank(row []string) bool { return filled(row) == 0 }

func filled(row []string) (n int) {
	for _, c := range row {
		if grid.Trim(c) != "" {
			n++
		}
	}
	return n
}

// Header is the index of the row of headings: below titles, notes and the person who made the
// table. knows tells how well a text is known as a heading, 0 for not at all. Where none
// is, it is the first row of short and different words above rows about as wide. Of two
// rows of headings it is the lower. -1 where there are no rows.
func Header(rows [][]string, knows func(heading string) int) int {
	rows = rows[:min(len(rows), headerWithin)]
	best, most := -1, 0
	for i, row := range rows {
		sum := 0
		for _, c := range row {
			if c = oneLine(c); c != "" {
				sum += knows(c)
			}
		}
		if sum > most && (known(row, knows)*2 >= filled(row) || known(row, knows) > 2) {
			best, most = i, sum
		}
	}
	if best < 0 {
		best = unknownHeader(rows)
	}
	if best >= 0 && best+1 < len(rows) && completes(rows[best], rows[best+1], knows) {
		best++
	}
	return best
}

func known(row []string, knows func(string) int) (n int) {
	for _, c := range row {
		if c = oneLine(c); c != "" && knows(c) > 0 {
			n++
		}
	}
	return n
}

// completes tells that a row names columns which the row of headings above it leaves open.
func completes(above, below []string, knows func(string) int) bool {
	fresh := 0
	for i, c := range below {
		c = oneLine(c)
		if c == "" || i < len(above) && oneLine(above[i]) == c {
			continue
		}
		if !headingLike(c) || knows(c) == 0 {
			return false
		}
		if i >= len(above) || grid.Trim(above[i]) == "" {
			fresh++
		}
	}
	return fresh > 0
}

func headingLike(c string) bool {
	return utf8.RuneCountInString(c) <= headingLongest && !numeric(c) && !strings.ContainsAny(c, "@。；！？\n")
}

func numeric(c string) bool {
	digits := 0
	for _, r := range c {
		switch {
		case unicode.IsDigit(r):
			digits++
		case strings.ContainsRune(".,+-:/%()（）￥¥$ ", r):
		default:
			return false
		}
	}
	return digits > 0
}

func unknownHeader(rows [][]string) int {
	for i, row := range rows {
		n := filled(row)
		if n < 2 {
			continue
		}
		seen, like := map[string]bool{}, 0
		for _, c := range row {
			if c = grid.Trim(c); c != "" && headingLike(c) && !seen[c] {
				seen[c], like = true, like+1
			}
		}
		below := rows[i+1:]
		below = below[:min(len(below), 5)]
		similar := 0
		for _, r := range below {
			if w := filled(r); w*2 >= n && w <= n+1 {
				similar++
			}
		}
		if like*5 >= n*4 && similar*2 >= len(below) {
			return i
		}
	}
	return min(len(rows), 1) - 1 // the first row, if there is one
}

// Headings are the texts of the row at, completed from a row of groups above it: where the
// row has none it takes the text above, and where it has one twice, its group comes before it.
func Headings(rows [][]string, at int) []string {
	if at < 0 || at >= len(rows) {
		return nil
	}
	var above []string
	if at > 0 && grouping(rows[at-1], rows[at]) {
		above = rows[at-1]
	}
	own := make([]string, max(len(rows[at]), len(above)))
	groups, group := make([]string, len(own)), ""
	times := map[string]int{}
	for i := range own {
		if i < len(rows[at]) {
			own[i] = oneLine(rows[at][i])
		}
		if i < len(above) && grid.Trim(above[i]) != "" {
			group = oneLine(above[i])
			if own[i] == "" {
				own[i], group = group, "" // it stands over nobody else
			}
		}
		groups[i] = group
		times[own[i]]++
	}
	for i, g := range groups {
		if own[i] != "" && times[own[i]] > 1 && g != "" && g != own[i] {
			own[i] = g + " " + own[i]
		}
	}
	return own
}

// grouping tells a row of groups from a title, which stands alone at the left of all headings.
func grouping(above, below []string) bool {
	first := func(row []string) int {
		return slices.IndexFunc(row, func(c string) bool { return grid.Trim(c) != "" })
	}
	for _, c := range above {
		if grid.Trim(c) != "" && !headingLike(grid.Trim(c)) {
			return false
		}
	}
	return filled(above) > 1 || filled(above) == 1 && first(above) > first(below)
}

// oneLine is a heading without line ends, and without the star of a column that must be filled in.
func oneLine(c string) string {
	return strings.Join(strings.Fields(strings.Trim(grid.Trim(c), "*＊")), " ")
}

//go:embed facts/totals.txt
var totalsFile string

type totals struct{ sums, signed, units, whole []string }

var footing = sync.OnceValue(func() (t totals) {
	lists := map[string]*[]string{"sum": &t.sums, "signed": &t.signed, "units": &t.units, "whole": &t.whole}
	for l := range strings.Lines(totalsFile) {
		if words := strings.Fields(l); len(words) > 1 && words[0] != "#" {
			*lists[words[0]] = append(*lists[words[0]], words[1:]...)
		}
	}
	slices.SortFunc(t.sums, func(a, b string) int { return len(b) - len(a) }) // the longest that fits
	return t
})

// Total tells rows under a table that are none of its rows: sums, who made it, the number of the page.
// A customer whose name begins like a sum is none.
func Total(row []string) bool {
	i := slices.IndexFunc(row, func(c string) bool { return grid.Trim(c) != "" })
	if i < 0 {
		return false
	}
	first, t := squeeze(row[i]), footing()
	if slices.Contains(t.whole, first) {
		return true
	}
	for _, w := range t.signed {
		if rest, ok := strings.CutPrefix(first, w); ok && (rest == "" && filled(row) <= 4 || strings.HasPrefix(rest, ":")) {
			return true
		}
	}
	for _, w := range t.sums {
		rest, ok := strings.CutPrefix(first, w)
		if !ok {
			continue
		}
		for _, u := range t.units {
			rest = strings.ReplaceAll(rest, u, "")
		}
		if strings.Trim(rest, "#:,.¥￥()/-") != "" {
			continue
		}
		return !slices.ContainsFunc(row[i+1:], func(c string) bool {
			c = squeeze(c)
			for _, u := range slices.Concat(t.units, []string{w, "#"}) {
				c = strings.ReplaceAll(c, u, "")
			}
			return strings.Trim(c, ":,.+¥￥$%()/-") != ""
		})
	}
	return false
}

// squeeze writes a text small, without spaces, with half-width signs and # for each number.
func squeeze(text string) string {
	var b strings.Builder
	number := false
	for _, r := range strings.ToLower(text) {
		if r >= '！' && r <= '～' {
			r -= '！' - '!'
		}
		if r == ':' || r == '：' {
			r = ':'
		}
		digit := unicode.IsDigit(r)
		if !unicode.IsSpace(r) && !grid.Unseen(r) && !(digit && number) {
			if digit {
				b.WriteByte('#')
			} else {
				b.WriteRune(r)
			}
		}
		number = digit
	}
	return b.String()
}

// place is a cell as Excel names it.
func place(column, row int) string { return Letter(column) + strconv.Itoa(row) }
