package rule

import (
	"strings"
	"unicode"

	"zhike/internal/crm/rule/place"
)

// IsMasked tells whether a text holds a star and so cannot be a sensitive value: masked texts come back from exports and
// must never overwrite the value.
func IsMasked(s string) bool { return strings.ContainsAny(s, "*＊") }

// hidden keeps the first and last characters and puts stars for the others, at least one.
func hidden(s string, first, last int) string {
	r := []rune(strings.TrimSpace(s))
	if len(r) == 0 {
		return ""
	}
	if first+last >= len(r) {
		first, last = 0, 0
	}
	return string(r[:first]) + strings.Repeat("*", len(r)-first-last) + string(r[len(r)-last:])
}

// maskEnds keeps the first and last character of three and more, the first of two, none of one.
func maskEnds(s string) string {
	switch len([]rune(s)) {
	case 0, 1:
		return strings.Repeat("*", len([]rune(s)))
	case 2:
		return hidden(s, 1, 0)
	}
	return hidden(s, 1, 1)
}

// MaskName hides a personal name: 张*, 欧*修, J********h. Spaces inside a Chinese name do not count (李 四 → 李*).
func MaskName(s string) string {
	s = strings.TrimSpace(s)
	if IsMasked(s) {
		return s
	}
	if strings.IndexFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) }) >= 0 {
		s = strings.Join(strings.FieldsFunc(s, unicode.IsSpace), "")
	}
	return maskEnds(s)
}

// NameByTitle names a person by the position alone, *经理, for robots, notices and prints; without a title as MaskName.
func NameByTitle(name, title string) string {
	if title = strings.TrimSpace(title); title != "" {
		return "*" + title
	}
	return MaskName(name)
}

// MaskWechat keeps two characters at each end (zh*******88), of a short one the first.
func MaskWechat(s string) string { return maskLong(s, 2, 2) }

// MaskIDCard keeps three and four characters: 440***********0014.
func MaskIDCard(s string) string { return maskLong(s, 3, 4) }

// MaskBank keeps the six digits of the bank and the last four: 622848*********5678.
func MaskBank(s string) string {
	return maskLong(strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' {
			return -1
		}
		return r
	}, s), 6, 4)
}

// MaskPassport keeps two characters at each end: E1*****78.
func MaskPassport(s string) string { return maskLong(s, 2, 2) }

// MaskPlate keeps the place, two characters and the last: 粤B1***5.
func MaskPlate(s string) string { return maskLong(s, 3, 1) }

func maskLong(s string, first, last int) string {
	s = strings.TrimSpace(s)
	if s == "" || IsMasked(s) {
		return s
	}
	// A text hardly longer than what would be kept would show itself.
	if n := len([]rune(s)); n < first+last+3 {
		return hidden(s, min(1, n/2), 0)
	}
	return hidden(s, first, last)
}

// MaskAddress keeps province, city and district: 北京市海淀区****.
func MaskAddress(s string) string {
	s = strings.TrimSpace(s)
	if s == "" || IsMasked(s) {
		return s
	}
	_, n := place.Prefix(s)
	return s[:n] + "****"
}

// HasNumber tells whether MaskNumbers would change a text.
func HasNumber(text string) bool { return MaskNumbers(text) != text }

// MaskNumbers hides what could reach or identify a person inside free text: mobiles, landlines and foreign numbers also
// with separators and full-width digits, any seven and more digits in a row (bank, ID, QQ), and e-mail addresses.
// Credit codes, 400 numbers and amounts with commas stay. It is deliberately greedy: a date written 20240501 goes too.
// Masking twice changes nothing more.
func MaskNumbers(text string) string {
	sc := newScanner(text)
	sc.emails()
	sc.numbers()
	if len(sc.masks) == 0 {
		return text
	}
	return sc.result()
}
