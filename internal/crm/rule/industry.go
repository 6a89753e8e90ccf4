package rule

import (
	"strings"
	"sync"

	"zhike/internal/platform/words"
)

// Industry is an entry of GB/T 4754-2017: a 门类 (C), a 大类 (C39) or, for 59 and 70 where the size rule looks closer,
// a 中类 (K701).
type Industry struct{ Code, Name, Parent string }

type industryTable struct {
	list []Industry
	by   map[string]Industry
	word map[string]string
}

var industries = sync.OnceValue(func() industryTable {
	t := industryTable{by: map[string]Industry{}, word: map[string]string{}}
	add := func(i Industry) {
		t.list = append(t.list, i)
		t.by[i.Code] = i
		if _, taken := t.word[industryWord(i.Name)]; !taken {
			t.word[industryWord(i.Name)] = i.Code
		}
	}
	letter := map[string]string{}
	for _, row := range factRows("gbt4754.csv", true) {
		if row[2] == "" {
			add(Industry{row[0], row[3], ""})
			continue
		}
		letter[row[0]] = row[2]
		// A 大类 that has its 门类's name (教育, 房地产业) is the one meant.
		delete(t.word, industryWord(row[3]))
		add(Industry{row[2] + row[0], row[3], row[2]})
	}
	for _, row := range factRows("industry-classes.csv", true) {
		division := row[0][:2]
		add(Industry{letter[division] + row[0], row[1], letter[division] + division})
	}
	// The words of cards and spreadsheets. Those that may mean several classes are left out on purpose: ask.
	for _, row := range factRows("industry-synonyms.csv", true) {
		for _, w := range strings.Fields(row[1]) {
			t.word[industryWord(w)] = row[0]
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

// IndustryLabel is how an industry is shown: 制造业-计算机、通信和其他电子设备制造业; empty for an unknown code.
func IndustryLabel(code string) string {
	i := industries().by[code]
	if i.Parent == "" {
		return i.Name
	}
	return industries().by[i.Code[:1]].Name + "-" + i.Name
}

// FindIndustry reads an industry as people write it: a code (C39, 39, 0390 of the standard's four digits), a name, a
// label, or a synonym. A word that could mean several classes is not found, but the name of a 门类 gives its letter
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
	// A label: only its last part counts, and it must not contradict the first.
	if head, tail, cut := strings.Cut(industryText(text), "-"); cut && tail != "" {
		c, ok := industries().word[industryWord(tail)]
		if first, known := industries().word[industryWord(head)]; ok && (!known || first[:1] == c[:1]) {
			return c, true
		}
	}
	return "", false
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
