package rule

import (
	"errors"
	"regexp"
	"strings"
	"unicode"

	"github.com/nyaruka/phonenumbers"

	"zhike/internal/platform/words"
)

// Kinds of phones.
const (
	Mobile   = "mobile"
	Landline = "landline"
	Service  = "service" // 400, 800, 95xxx and short codes: corporate numbers, never masked
	Foreign  = "foreign" // Hong Kong, Macao and Taiwan too
)

// What ParsePhone may find wrong.
var (
	ErrPhone           = errors.New("phone: not a number that can be called")
	ErrPhoneLength     = errors.New("phone: too many or too few digits")
	ErrPhoneArea       = errors.New("phone: no such area code")
	ErrPhoneScientific = errors.New("phone: digits lost by a spreadsheet (1.38E+10)")
	ErrPhoneIoT        = errors.New("phone: a 13-digit number of a device, not of a person")
	ErrPhoneMasked     = errors.New("phone: a masked number")
)

// Phone is a number that can be called. E164 has no extension (+8657185022088) and is empty for short codes (95588),
// which cannot be called from abroad. Unallocated is a warning: the mobile prefix was not given out as of 2023-03.
type Phone struct {
	Kind        string
	E164        string
	Extension   string
	Unallocated bool

	shown string
}

var (
	phoneLabel        = regexp.MustCompile(`^[^\d+(*]{1,12}?(?:[:：]\s*|)([+(\d].*)$`)
	phoneExtension    = regexp.MustCompile(`^(.*?\d)\s*(?:转分机|转接|转|分机号|分机|ext(?:ension)?\.?|x|#|,)\s*:?\s*(\d{1,6})$`)
	phoneDashTail     = regexp.MustCompile(`^((?:\(?\+?86\)?[- ]?)?\(?0\d{2,3}\)?[- ]?\d{3,4}[- ]?\d{4})\s*[-*]\s*(\d{1,6})$`)
	spreadsheetNumber = regexp.MustCompile(`^\d{7,12}\.0{1,2}$`)
	scientific        = regexp.MustCompile(`^\d(?:\.\d+)?e\+?\d{1,2}$`)
	mobileDigits      = regexp.MustCompile(`^1[3-9]\d{9}$`)
	serviceDigits     = regexp.MustCompile(`^[48]00\d{7}$`)
	shortCode         = regexp.MustCompile(`^(?:11[0-9]|12[0-2]|12\d{3}|100\d{2}|9[56]\d{3,6})$`)
	iotDigits         = regexp.MustCompile(`^(?:86)?(?:14[0-9]|106[0-9])\d{9,10}$`)
)

// allocated are the mobile prefixes of 工信部's number plan, 2023-03. 1349 and 174 are satellite phones.
var allocated = numberPlan("mobile")

// areaCodes are the area codes in use, without their 0.
var areaCodes = numberPlan("area")

// longNumbers are the cities known to have eight digits. Others are accepted with seven or eight: cities move from
// seven to eight, never back.
var longNumbers = numberPlan("eight")

func numberPlan(kind string) map[string]bool {
	for _, row := range factRows("number-plan.csv", true) {
		if row[0] == kind {
			return set(row[1])
		}
	}
	panic("rule: number-plan.csv lacks " + kind)
}

// ParsePhone reads a phone as cards and cells have it: with labels, spaces, brackets, +86, 0086, extensions and
// full-width digits. Mainland numbers follow the number plan (any 1[3-9] mobile, seven or eight digits behind a known
// area code); others need + or 00 and a possible length. A masked text is refused: it is no number.
func ParsePhone(s string) (Phone, error) {
	t := phoneText(s)
	if IsMasked(t) && !phoneDashTail.MatchString(t) {
		return Phone{}, ErrPhoneMasked
	}
	if scientific.MatchString(t) {
		return Phone{}, ErrPhoneScientific
	}
	ext := ""
	if m := phoneDashTail.FindStringSubmatch(t); m != nil {
		t, ext = m[1], m[2]
	} else if m := phoneExtension.FindStringSubmatch(t); m != nil {
		t, ext = m[1], m[2]
	}
	plus := strings.HasPrefix(t, "+")
	digits, ok := phoneDigits(t)
	if !ok {
		return Phone{}, ErrPhone
	}
	if !plus && strings.HasPrefix(digits, "00") {
		plus, digits = true, digits[2:]
	}
	if plus && !strings.HasPrefix(digits, "86") {
		return foreignPhone(digits, ext)
	}
	if plus {
		return withExtension(mainland(digits[2:], true))(ext)
	}
	p, err := mainland(digits, false)
	if err != nil && strings.HasPrefix(digits, "86") && len(digits) > 9 {
		if q, again := mainland(digits[2:], true); again == nil {
			p, err = q, nil
		}
	}
	return withExtension(p, err)(ext)
}

func withExtension(p Phone, err error) func(string) (Phone, error) {
	return func(ext string) (Phone, error) {
		if err != nil {
			return Phone{}, err
		}
		if ext != "" && p.Kind == Mobile {
			return Phone{}, ErrPhoneLength
		}
		p.Extension = ext
		return p, nil
	}
}

// mainland judges digits without country code; after one the 0 of the area code may be missing.
func mainland(d string, international bool) (Phone, error) {
	switch {
	case mobileDigits.MatchString(d):
		return Phone{Kind: Mobile, E164: "+86" + d, Unallocated: !allocated[d[:3]], shown: d}, nil
	case serviceDigits.MatchString(d):
		return Phone{Kind: Service, E164: "+86" + d, shown: d[:3] + "-" + d[3:6] + "-" + d[6:]}, nil
	case shortCode.MatchString(d):
		return Phone{Kind: Service, shown: d}, nil
	case iotDigits.MatchString(d) && len(d) == 13:
		return Phone{}, ErrPhoneIoT
	}
	local, hasZero := strings.CutPrefix(d, "0")
	if !hasZero && !international {
		if len(d) > 6 && d[0] == '1' && len(d) != 11 {
			return Phone{}, ErrPhoneLength
		}
		return Phone{}, ErrPhone
	}
	if mobileDigits.MatchString(local) { // 0138…, dialled from another city once
		return Phone{Kind: Mobile, E164: "+86" + local, Unallocated: !allocated[local[:3]], shown: local}, nil
	}
	for _, n := range []int{2, 3} {
		if len(local) < n+1 || !areaCodes[local[:n]] {
			continue
		}
		area, number := local[:n], local[n:]
		if len(number) != 8 && (len(number) != 7 || longNumbers[area]) {
			return Phone{}, ErrPhoneLength
		}
		if number[0] < '2' || number[0] > '8' {
			return Phone{}, ErrPhone
		}
		return Phone{Kind: Landline, E164: "+86" + area + number, shown: "0" + area + "-" + number}, nil
	}
	return Phone{}, ErrPhoneArea
}

func foreignPhone(digits, ext string) (Phone, error) {
	n, err := phonenumbers.Parse("+"+digits, "ZZ")
	if err != nil || !phonenumbers.IsPossibleNumber(n) {
		return Phone{}, ErrPhone
	}
	p := Phone{Kind: Foreign, E164: phonenumbers.Format(n, phonenumbers.E164), Extension: ext, shown: phonenumbers.Format(n, phonenumbers.INTERNATIONAL)}
	// A run of zeros loses one at every reading (+61 000000): it can be nobody's.
	if again, err := phonenumbers.Parse(p.shown, "ZZ"); err != nil || phonenumbers.Format(again, phonenumbers.E164) != p.E164 {
		return Phone{}, ErrPhone
	}
	return p, nil
}

// phoneText is the cell without labels and invisible characters.
func phoneText(s string) string {
	t := strings.Trim(words.Normal(s), "'’`\"“” .;,、。")
	if spreadsheetNumber.MatchString(t) { // 13800138000.0
		t = strings.TrimRight(strings.TrimRight(t, "0"), ".")
	}
	if m := phoneLabel.FindStringSubmatch(t); m != nil && !strings.ContainsAny(t[:len(t)-len(m[1])], "0123456789") {
		t = m[1]
	}
	return t
}

// phoneDigits leaves the digits; anything but the usual separators means that the text is something else.
func phoneDigits(t string) (string, bool) {
	var b strings.Builder
	t = strings.Replace(t, "(0)", "", 1) // +44 (0)20
	for i, r := range t {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case r == '+' && i == 0, strings.ContainsRune(" -–—‐().·/_", r):
		default:
			return "", false
		}
	}
	return b.String(), b.Len() > 0
}

// Display writes a phone as people read it: 13812345678, 0571-85022088-8001, 400-888-7022, +852 2345 6789.
func (p Phone) Display() string {
	return p.shown + p.extension(p.Extension)
}

// extension writes an extension so that it is read again: behind a landline with -, elsewhere with 转.
func (p Phone) extension(digits string) string {
	switch {
	case digits == "":
		return ""
	case p.Kind == Landline:
		return "-" + digits
	}
	return "转" + digits
}

// MaskPhone hides the middle of a number: 138****5678, 0571-****2088-****, +852 ****6789. Corporate numbers (400, 95588)
// stay. What is no number keeps at most its last two digits.
func MaskPhone(s string) string {
	p, err := ParsePhone(s) // 0571-85022088*8001 has a star and no mask
	if strings.TrimSpace(s) == "" || err != nil && IsMasked(s) {
		return s
	}
	if err != nil {
		return hidden(s, 0, 2)
	}
	return p.Masked()
}

// Masked is MaskPhone of a number already read.
func (p Phone) Masked() string {
	masked := p.shown
	switch p.Kind {
	case Mobile:
		masked = p.shown[:3] + "****" + p.shown[7:]
	case Landline:
		area, number, _ := strings.Cut(p.shown, "-")
		masked = area + "-" + strings.Repeat("*", len(number)-4) + number[len(number)-4:]
	case Foreign:
		country, _, _ := strings.Cut(p.shown, " ")
		number := strings.TrimPrefix(p.E164, strings.ReplaceAll(country, "-", ""))
		masked = country + " " + hidden(number, 0, min(4, len(number)/2))
	}
	return masked + p.extension(strings.Repeat("*", len(p.Extension)))
}

// SplitPhones cuts a cell with several phones. Separators are / 、 ; , | line breaks and spaces that do not belong to a
// number; a landline without area code takes that of the one before it. Pieces that are no phone are kept as they
// stand, so that nothing is lost silently.
func SplitPhones(cell string) []string {
	var out []string
	area := ""
	for _, piece := range strings.FieldsFunc(cell, func(r rune) bool { return strings.ContainsRune("/、;；,，|\n\r\t／｜和或&", r) }) {
		for _, s := range phonePieces(piece) {
			p, err := ParsePhone(s)
			if err != nil && area != "" {
				if q, e := ParsePhone(area + "-" + strings.TrimSpace(s)); e == nil && q.Kind == Landline {
					s, p, err = area+"-"+strings.TrimSpace(s), q, nil
				}
			}
			if err == nil && p.Kind == Landline {
				area, _, _ = strings.Cut(p.shown, "-")
			}
			out = append(out, s)
		}
	}
	return out
}

// phonePieces cuts at spaces, joining as many words as make one phone.
func phonePieces(piece string) []string {
	fields := strings.FieldsFunc(piece, unicode.IsSpace)
	if _, err := ParsePhone(piece); err == nil || len(fields) < 2 || len(fields) > 30 {
		if len(fields) == 0 {
			return nil
		}
		return []string{strings.TrimSpace(piece)}
	}
	var out []string
	for i := 0; i < len(fields); {
		n := min(6, len(fields)-i)
		for ; n > 1; n-- {
			if _, err := ParsePhone(strings.Join(fields[i:i+n], " ")); err == nil {
				break
			}
		}
		out = append(out, strings.Join(fields[i:i+n], " "))
		i += n
	}
	return out
}
