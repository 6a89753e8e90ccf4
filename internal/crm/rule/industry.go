package rule

import (
	"regexp"
	"strings"
	"sync"

	"zhike/internal/platform/words"
)

// Industry is an entry of GB/T 4754-2017: a 门类 (C), a 大类 (C39) or, for 59 and 70 where the size rule looks closer,
// a 中类 (K701).
type Industry struct{ Code, Name, NameEN, Parent string }

// In is the name in a language, zh-CN or en.
func (i Industry) In(lang string) string {
	if lang == "en" {
		return i.NameEN
	}
	return i.Name
}

type industryTable struct {
	list []Industry
	by   map[string]Industry
	word map[string]string
	// sections are the short names that a letter may stand beside: I 信息技术 means the whole of I, 信息技术 alone I65.
	sections map[string]map[string]bool
}

var industries = sync.OnceValue(func() industryTable {
	t := industryTable{by: map[string]Industry{}, word: map[string]string{}, sections: map[string]map[string]bool{}}
	add := func(i Industry) {
		t.list = append(t.list, i)
		t.by[i.Code] = i
		if _, taken := t.word[industryWord(i.Name)]; !taken {
			t.word[industryWord(i.Name)] = i.Code
		}
	}
	letter, en := map[string]string{}, map[string]string{}
	for _, row := range factRows("industry-english.csv", true) {
		en[row[0]] = row[1]
	}
	for _, row := range factRows("gbt4754.csv", true) {
		if row[2] == "" {
			add(Industry{row[0], row[3], en[row[0]], ""})
			continue
		}
		letter[row[0]] = row[2]
		// A 大类 that has its 门类's name (教育, 房地产业) is the one meant.
		delete(t.word, industryWord(row[3]))
		add(Industry{row[2] + row[0], row[3], en[row[0]], row[2]})
	}
	for _, row := range factRows("industry-classes.csv", true) {
		division := row[0][:2]
		add(Industry{letter[division] + row[0], row[1], en[row[0]], letter[division] + division})
	}
	// The words of cards and spreadsheets. Those that may mean several classes are left out on purpose: ask.
	for _, row := range factRows("industry-synonyms.csv", true) {
		for _, w := range strings.Fields(row[1]) {
			t.word[industryWord(w)] = row[0]
		}
	}
	for _, row := range factRows("industry-sections.csv", true) {
		t.sections[row[0]] = map[string]bool{industryWord(t.by[row[0]].Name): true}
		for _, w := range strings.Fields(row[1]) {
			w = industryWord(w)
			t.sections[row[0]][w] = true
			if _, taken := t.word[w]; !taken {
				t.word[w] = row[0]
			}
		}
	}
	return t
})

// industryWord is the form in which industry words are compared: 、 and “业” at the end do not matter.
func industryWord(s string) string {
	s = industryText(s)
	for _, end := range []string{"行业", "业"} {
		if cut := strings.TrimSuffix(s, end); cut != s && len([]rune(cut)) >= 2 {
			return cut
		}
	}
	return s
}

func industryText(s string) string {
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune(" 、,和及与/·", r) {
			return -1
		}
		return r
	}, words.Normal(s))
	return strings.NewReplacer("—", "-", "–", "-", ">", "-").Replace(s)
}

// Industries are the 门类 and 大类 in the standard's order, then the 中类 of 59 and 70. The caller may keep the slice.
func Industries() []Industry { return append([]Industry(nil), industries().list...) }

// KnownIndustry tells whether a code of the form C, C39 or K701 is one of Industries.
func KnownIndustry(code string) bool { return industries().by[code].Code != "" }

// ExactIndustry tells codes that are as close as a customer's should be: a 大类, and for 59 and 70 a 中类.
func ExactIndustry(code string) bool {
	for _, i := range industries().list {
		if i.Parent == code {
			return false
		}
	}
	return KnownIndustry(code)
}

// TradeClass is an industry beside what the company's own word for the trade stands for (C39, or E alone); empty is not given.
type TradeClass struct{ Industry, MapsTo string }

// TradeIndustry is the industry that goes with a trade: the trade's own class where there was none, or one that came with
// the trade before; one inside the trade's class stays. Not ok is an industry that lies outside it.
func TradeIndustry(now, was TradeClass) (industry string, ok bool) {
	fromTrade := now.Industry == was.Industry && was.MapsTo != "" && strings.HasPrefix(was.Industry, was.MapsTo)
	switch {
	case now.MapsTo == "", strings.HasPrefix(now.Industry, now.MapsTo):
		return now.Industry, true
	case now.Industry == "", fromTrade:
		return now.MapsTo, true
	}
	return now.Industry, false
}

// IndustryLabel is how an industry is shown: 制造业-计算机、通信和其他电子设备制造业; empty for an unknown code.
func IndustryLabel(code, lang string) string {
	i := industries().by[code]
	if i.Parent == "" {
		return i.In(lang)
	}
	between := "-"
	if lang == "en" {
		between = " – "
	}
	return industries().by[i.Code[:1]].In(lang) + between + i.In(lang)
}

// FindIndustry reads an industry as people write it: a code (C39, 39, 0390 of the standard's four digits), a name, a
// label, a synonym, or a code with a name beside it that agrees (C39 计算机…, I 信息技术). A word that could mean several classes is not found, but the name of a 门类 gives its letter
// alone (金融 → J): the caller asks on.
func FindIndustry(text string) (code string, ok bool) {
	raw := strings.ToUpper(strings.TrimSpace(words.Normal(text)))
	if c := withLetter(raw); KnownIndustry(c) {
		return c, true
	}
	if len(raw) == 4 && digitsOnly(raw) || len(raw) == 5 && digitsOnly(raw[1:]) {
		short := raw[:len(raw)-2]
		if c := withLetter(short); KnownIndustry(c) {
			return c, true
		}
	}
	if c, ok := industries().word[industryWord(text)]; ok {
		return c, true
	}
	if c, ok := codeWithName(raw); ok {
		return c, true
	}
	// A label: only its last part counts, or the one before it, and it must not contradict the first.
	head, tail, cut := strings.Cut(industryText(text), "-")
	for cut && tail != "" {
		c, ok := industries().word[industryWord(tail)]
		if first, known := industries().word[industryWord(head)]; ok && (!known || first[:1] == c[:1]) {
			return c, true
		}
		at := strings.LastIndexByte(tail, '-')
		if ok || at < 0 {
			break
		}
		tail = tail[:at]
	}
	return "", false
}

var (
	codeFirst = regexp.MustCompile(`^([A-T]?)[ \-]?(\d{2,4})?[ \-_:.、,()\[\]]*(.+)$`)
	codeLast  = regexp.MustCompile(`^(.+?)[ \-_:]*[(\[ ]([A-T]?)(\d{2,4})?[)\]]?$`)
)

// codeWithName reads C 制造业, C39 计算机…, 39-计算机, 软件和信息技术服务业(I65). The name has to agree: other lists use the same
// letters and numbers for something else (S 综合 of the stock exchanges, C39 of the standard of 2002).
func codeWithName(raw string) (string, bool) {
	letter, number, name := "", "", ""
	if m := codeFirst.FindStringSubmatch(raw); m != nil && m[1]+m[2] != "" {
		letter, number, name = m[1], m[2], m[3]
	} else if m := codeLast.FindStringSubmatch(raw); m != nil && m[2]+m[3] != "" {
		letter, number, name = m[2], m[3], m[1]
	} else {
		return "", false
	}
	name = industryWord(strings.Trim(name, "-()[]"))
	if number == "" {
		return letterWithName(letter, name)
	}
	code := withLetter(number)
	for len(number) > 2 && !KnownIndustry(code) {
		number = number[:len(number)-1]
		code = withLetter(number)
	}
	if !KnownIndustry(code) || letter != "" && letter != code[:1] {
		return "", false
	}
	if c, ok := industries().word[name]; ok {
		return code, strings.HasPrefix(c, code) || strings.HasPrefix(code, c)
	}
	return code, sharesWord(name, industries().by[code].Name)
}

// letterWithName gives the class that the name says inside the letter, or the letter (the one class of a 门类 that has
// but one: K70) where the name is the letter's own.
func letterWithName(letter, name string) (string, bool) {
	if industries().sections[letter][name] {
		only := ""
		for _, i := range industries().list {
			if i.Parent == letter && only != "" {
				return letter, true
			}
			if i.Parent == letter {
				only = i.Code
			}
		}
		return only, true
	}
	c, ok := industries().word[name]
	return c, ok && c[:1] == letter
}

// sharesWord tells whether two names have two characters in a row in common that are not in every second name.
func sharesWord(a, b string) bool {
	common := set("制造 造业 服务 务业 其他 加工 工业 生产 供应 应业 管理 理业 产业 制品 品业 活动 及其 设备 备制")
	r := []rune(a)
	for i := 0; i+1 < len(r); i++ {
		if w := string(r[i : i+2]); !common[w] && strings.Contains(b, w) {
			return true
		}
	}
	return false
}

// withLetter puts the 门类 before bare digits: 39 → C39. Anything else comes back as it is.
func withLetter(code string) string {
	if len(code) < 2 || !digitsOnly(code) {
		return code
	}
	for _, i := range industries().list {
		if len(i.Code) == 3 && i.Code[1:] == code[:2] {
			return i.Code[:1] + code
		}
	}
	return code
}
