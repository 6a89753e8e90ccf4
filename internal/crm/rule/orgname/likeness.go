package orgname

import (
	"strings"
	"unicode"

	"zhike/internal/crm/rule/place"
	"zhike/internal/platform/words"
)

// Likeness is what two names say about being one customer. Codes decide before names: equal codes are the same,
// different valid codes are different.
type Likeness int

const (
	Different Likeness = iota
	Suspect            // a person should look
	Same
)

func (l Likeness) String() string { return [...]string{"different", "suspect", "same"}[l] }

// Normal is the key under which likely duplicates meet: place without 省 and 市 first, brand, trade, and the form only
// where it is not a company's. 腾讯科技（深圳）有限公司 and 深圳市腾讯科技股份有限公司 have one key. Equal keys are at
// least Suspect; Compare tells more.
func Normal(full string) string {
	p := split(strings.ToLower(plainName(full)))
	key := placeKey(p.Region) + letters(p.Brand) + letters(p.Trade)
	if key == placeKey(p.Region) && key != "" && p.Form != "" || !companyForm(p.Form) {
		key += letters(p.Form)
	}
	if key == "" {
		return letters(words.Normal(full))
	}
	return key
}

// companyForm tells the forms that one company may change between (股份制改造) or write differently.
func companyForm(form string) bool {
	form = strings.TrimPrefix(strings.TrimPrefix(form, "(集团)"), "集团")
	if at := strings.LastIndex(form, "("); at > 0 && isPlace(strings.Trim(form[at:], "()")) {
		form = form[:at]
	}
	for _, f := range legalForms {
		if form == f {
			return true
		}
	}
	return form == ""
}

// placeKey shortens every division of a place: 浙江省杭州市 → 浙江杭州.
func placeKey(region string) string {
	var b strings.Builder
	parent := ""
	for region != "" {
		r, n := place.At(region, parent)
		if n == 0 {
			break
		}
		b.WriteString(place.Bare(r.Name))
		region, parent = region[n:], r.Code
	}
	return b.String() + letters(region)
}

func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

// spelling is a name as it stands but for width, script, brackets, marks, 有限责任公司 and a place repeated behind it.
func spelling(full string) string {
	s := strings.ToLower(plainName(full))
	if cut := strings.LastIndex(s, "("); cut > 0 && strings.HasSuffix(s, ")") {
		inner := s[cut+1 : len(s)-1]
		if isPlace(inner) && strings.HasPrefix(s, place.Bare(inner)) {
			s = s[:cut]
		}
	}
	return strings.ReplaceAll(letters(s), "有限责任公司", "有限公司")
}

// Compare judges two organisations by name alone. Another place, another trade or another branch is another
// company; the same words in another order, a missing place, a short form or one mistaken character is Suspect.
func Compare(a, b string) Likeness {
	sa, sb := spelling(a), spelling(b)
	if sa == "" || sb == "" {
		return Different
	}
	if sa == sb {
		return Same
	}
	pa, pb := split(strings.ToLower(plainName(a))), split(strings.ToLower(plainName(b)))
	if !placesAgree(pa.Region, pb.Region) || branch(pa.Form) != branch(pb.Form) {
		return Different
	}
	if pa.Form == "" || pb.Form == "" || informal(pa) || informal(pb) {
		if shortOf(sa, sb, pa, pb) || shortOf(sb, sa, pb, pa) {
			return Suspect
		}
	}
	if letters(pa.Trade) != letters(pb.Trade) {
		return Different
	}
	ba, bb := letters(pa.Brand), letters(pb.Brand)
	switch {
	case ba == bb && (ba != "" || placeKey(pa.Region) == placeKey(pb.Region)):
		return Suspect
	case ba != "" && bb != "" && formFamily(pa.Form) == formFamily(pb.Form) && mistaken([]rune(ba), []rune(bb)):
		return Suspect
	}
	return Different
}

// informal tells names that stop at 集团 and so are no registered name: 广汽集团.
func informal(p Parts) bool { return p.Form == "集团" || p.Form == "公司" }

// shortOf tells whether the first name may be a short form of the second: its brand, its beginning, or some of its
// characters in order from the first on (广汽集团 of 广州汽车集团股份有限公司).
func shortOf(short, long string, ps, pl Parts) bool {
	s, l := []rune(strings.TrimSuffix(strings.TrimSuffix(short, "公司"), "集团")), []rune(long)
	if len(s) < 2 || len(s) >= len(l) {
		return false
	}
	if brand := letters(pl.Brand); len([]rune(brand)) >= 2 && (brand == string(s) || brand == letters(ps.Brand) && ps.Trade == "") {
		return true
	}
	if len(s) >= 3 && strings.Contains(long, string(s)) {
		return true
	}
	if len(s) > 4 || s[0] != l[0] {
		return false
	}
	// An abbreviation takes its characters from different words.
	at := 0
	for _, r := range l {
		if at < len(s) && r == s[at] {
			at++
		}
	}
	return at == len(s) && (ps.Form == "集团") == strings.Contains(long, "集团")
}

func branch(form string) string {
	for _, f := range legalForms {
		if at := strings.Index(form, f); at >= 0 {
			tail := form[at+len(f):]
			if strings.HasPrefix(tail, "(") {
				return ""
			}
			return letters(tail)
		}
	}
	return ""
}

func formFamily(form string) string {
	if companyForm(form) {
		return ""
	}
	return letters(form)
}

// placesAgree is true for equal places, a missing one, and one inside the other.
func placesAgree(a, b string) bool {
	ka, kb := placeKey(a), placeKey(b)
	if ka == kb || ka == "" || kb == "" {
		return true
	}
	ca, na := place.Prefix(a)
	cb, nb := place.Prefix(b)
	if len(ca) == 0 || len(cb) == 0 {
		return strings.HasPrefix(ka, kb) || strings.HasPrefix(kb, ka)
	}
	last, other := ca[len(ca)-1], cb[len(cb)-1]
	return last == other && (na == len(a) || nb == len(b)) || place.Within(last, other) || place.Within(other, last)
}

// mistaken tells whether two brands differ by one typing mistake: one character replaced that sounds alike, or any one
// behind the first or of three and more; or one left out of three and more.
func mistaken(a, b []rune) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	from := 0
	for from < len(a) && a[from] == b[from] {
		from++
	}
	switch len(b) - len(a) {
	case 0:
		if from == len(a) || string(a[from+1:]) != string(b[from+1:]) || len(a) < 2 {
			return false
		}
		return from > 0 || len(a) >= 3 || words.SortKey(string(a[from])) == words.SortKey(string(b[from]))
	case 1:
		return len(a) >= 3 && string(a[from:]) == string(b[from+1:])
	}
	return false
}
