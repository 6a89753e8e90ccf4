package cell

import (
	"regexp"
	"strings"
	"unicode"

	"zhike/internal/crm/rule"
)

// Phone is one number of a cell: what stood there, the label or name before or behind it (手机, 张三), and the number, or
// why it is none. Number.Kind tells mobiles from landlines.
type Phone struct {
	Text, Label string
	Number      rule.Phone
	Err         error
}

var (
	numberRun  = regexp.MustCompile(`(?:\(?\+|\(?0|\d)[\d+()\-–—. ]*[\d*)](?:\s*(?:转分机|转接|转|分机号|分机|ext\.?|#|x)\s*:?\s*\d{1,6})?`)
	behindTail = regexp.MustCompile(`^\s*\(([^()\d]{1,12})\)`)
	scientific = regexp.MustCompile(`(?i)^\d(?:\.\d+)?e\+?\d{1,2}$`)
)

// Phones reads a cell with one or several phones, with names or labels: 张三 138…/李四 139…, 手机：138… 座机：0571-…, 13812345678（张三）. A
// piece with digits that is no number comes with its error, so that nothing is lost silently; words without digits are
// labels of what follows.
func Phones(cell string) []Phone {
	var out []Phone
	area, label := "", ""
	for _, piece := range rule.SplitPhones(spaced(cell)) {
		found, rest := phonesIn(plain(piece))
		if len(found) == 0 {
			if at := behindTail.FindStringSubmatch(rest); at != nil && len(out) > 0 && out[len(out)-1].Label == "" {
				out[len(out)-1].Label = labelOf(at[1])
			} else {
				label = labelOf(rest)
			}
			continue
		}
		for _, p := range found {
			if p.Label == "" {
				p.Label = label
			}
			if p.Err != nil && area != "" {
				if q, err := rule.ParsePhone(area + "-" + p.Text); err == nil && q.Kind == rule.Landline {
					p.Number, p.Err = q, nil
				}
			}
			if p.Err == nil && p.Number.Kind == rule.Landline {
				area, _, _ = strings.Cut(p.Number.Display(), "-")
			}
			label = ""
			out = append(out, p)
		}
	}
	return out
}

// spaced puts a break between a number and the name of the next (13812345678李四13912345678), but not before 转 and 分机.
func spaced(cell string) string {
	var b strings.Builder
	var before rune
	rest := []rune(cell)
	for i, r := range rest {
		if unicode.IsDigit(before) && unicode.Is(unicode.Han, r) && !strings.ContainsRune("转分", r) && i+1 < len(rest) {
			b.WriteByte('\n')
		}
		b.WriteRune(r)
		before = r
	}
	return b.String()
}

// phonesIn finds the numbers of one piece; rest is the piece when it has none.
func phonesIn(piece string) (found []Phone, rest string) {
	if p, err := rule.ParsePhone(piece); err == nil || scientific.MatchString(piece) || rule.IsMasked(piece) {
		label := ""
		if at := strings.IndexFunc(piece, func(r rune) bool { return unicode.IsDigit(r) || r == '+' || r == '(' || r == '*' }); at > 0 {
			label, piece = labelOf(piece[:at]), piece[at:]
		}
		return []Phone{{piece, label, p, err}}, ""
	}
	at := 0
	for _, m := range numberRun.FindAllStringIndex(piece, -1) {
		text := strings.Trim(piece[m[0]:m[1]], " -–—.(")
		if strings.Count(text, "(") == 0 {
			text = strings.TrimRight(text, ")")
		}
		if digits(text) < 3 {
			continue
		}
		label := labelOf(piece[at:m[0]])
		at = m[1]
		if behind := behindTail.FindStringSubmatch(piece[at:]); behind != nil && label == "" {
			label = labelOf(behind[1])
			at += len(behindTail.FindString(piece[at:]))
		}
		p, err := rule.ParsePhone(text)
		found = append(found, Phone{text, label, p, err})
	}
	if len(found) == 0 && digits(piece) > 0 {
		p, err := rule.ParsePhone(piece)
		return []Phone{{piece, "", p, err}}, ""
	}
	return found, piece
}

func digits(s string) int {
	n := 0
	for _, r := range s {
		if unicode.IsDigit(r) {
			n++
		}
	}
	return n
}

func labelOf(s string) string { return strings.Trim(s, " :：()（）-–—.,、/。*") }
