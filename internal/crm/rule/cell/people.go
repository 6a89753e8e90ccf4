package cell

import (
	_ "embed"
	"regexp"
	"strings"
	"sync"
	"unicode"

	"zhike/internal/platform/words"
)

//go:embed facts/surnames.txt
var surnameFile string

//go:embed facts/titles.txt
var titleFile string

// Person is somebody named in a contacts cell. Where the cell has a surname with a form of address alone (王总, 张工) that is
// the name: nobody knows more. A title is one that the cell says (采购经理), never one guessed from 总.
type Person struct {
	Name, Title, Department, Salutation string
	Phones                              []Phone
}

var (
	roundBrackets = regexp.MustCompile(`\(([^()]*)\)`)
	cellLabels    = regexp.MustCompile(`(?i)(联系人员|主要联系人|主联系人|第一联系人|联系人|对接人|经办人|姓名|手机号码|手机号|手机|联系电话|电话|座机|固话|联系方式|职务|职位|微信号|微信|tel|mobile|phone|name)\s*[:：]?\s*`)
	department    = regexp.MustCompile(`^(\p{Han}{1,8}?(?:部门|部|处|科|室|中心|车间))(\p{Han}+)$`)
	salutations   = []string{"先生", "女士", "小姐", "老师", "师傅", "总", "经理", "工", "姐", "哥", "董", "主任", "主管", "厂长", "店长", "校长", "院长", "部长", "科长", "处长", "局长", "会计", "老板", "医生", "教授", "律师", "书记"}
	// kept are the words of the dictionary 称谓.
	kept = map[string]string{"先生": "先生", "女士": "女士", "小姐": "女士", "总": "总", "经理": "经理", "老师": "老师"}
)

type nameTable struct {
	surnames map[string]bool
	titles   []string
	isTitle  map[string]bool
	parts    []string // that stand before a title: 采购, 技术
}

var nameFacts = sync.OnceValue(func() nameTable {
	t := nameTable{surnames: map[string]bool{}, isTitle: map[string]bool{}}
	for _, w := range strings.Fields(surnameFile) {
		t.surnames[w] = true
	}
	heads, parts, _ := strings.Cut(titleFile, "--")
	t.titles = strings.Fields(heads)
	for _, w := range t.titles {
		t.isTitle[w] = true
	}
	t.parts = strings.Fields(parts)
	return t
})

// ParsePeople reads the people of a contacts cell: 张三（采购经理）138 0013 8000, 王总, 李经理/张工, 采购部王经理, 张三，总经理，138…. A title or phone alone
// belongs to the person before it.
func ParsePeople(cell string) []Person {
	var out []Person
	last := func() *Person {
		if len(out) == 0 {
			out = append(out, Person{})
		}
		return &out[len(out)-1]
	}
	for _, piece := range peopleOf(cell) {
		p := personOf(piece)
		switch {
		case p.Name == "" && p.Title == "" && len(p.Phones) == 0:
		case p.Name == "" || len(out) > 0 && last().Name == "":
			l := last()
			if l.Name == "" {
				l.Name, l.Salutation = p.Name, p.Salutation
			}
			if l.Title == "" {
				l.Title = p.Title
			}
			if l.Department == "" {
				l.Department = p.Department
			}
			l.Phones = append(l.Phones, p.Phones...)
		default:
			out = append(out, p)
		}
	}
	return out
}

// peopleOf cuts a cell into what may be one person each, outside brackets; a name behind a phone begins a new one.
func peopleOf(cell string) []string {
	var out []string
	var b strings.Builder
	depth := 0
	var before rune
	for _, r := range strings.NewReplacer("\r\n", "\n").Replace(widened(cell)) {
		switch {
		case r == '(':
			depth++
		case r == ')':
			depth = max(0, depth-1)
		case strings.ContainsRune("/、;,|\n&", r) && depth == 0 || unicode.IsDigit(before) && (unicode.Is(unicode.Han, r) && !strings.ContainsRune("转分", r)) && depth == 0:
			out = append(out, b.String())
			b.Reset()
			if !unicode.Is(unicode.Han, r) {
				before = r
				continue
			}
		}
		if !unicode.IsSpace(r) {
			before = r
		}
		b.WriteRune(r)
	}
	return append(out, b.String())
}

// widened is plain, but keeps line breaks.
func widened(cell string) string {
	lines := strings.Split(cell, "\n")
	for i, l := range lines {
		lines[i] = plain(l)
	}
	return strings.Join(lines, "\n")
}

func personOf(piece string) Person {
	var p Person
	piece = cellLabels.ReplaceAllString(words.Simplified(plain(piece)), " ")
	if Empty(piece) {
		return p
	}
	if digits(piece) >= 5 {
		from := strings.IndexFunc(piece, func(r rune) bool { return unicode.IsDigit(r) || r == '+' })
		if at := strings.LastIndexAny(piece[:from], "("); at >= 0 && !strings.Contains(piece[at:from], ")") {
			from = at // (010)62345678, and a number in brackets behind a name
		}
		p.Phones = Phones(strings.Trim(piece[from:], "() "))
		rest := ""
		for i := range p.Phones { // what is said behind a number is said of the person
			if l := p.Phones[i].Label; l != "" && !isLabel(l) {
				rest += " " + l
			}
			p.Phones[i].Label = ""
		}
		piece = piece[:from] + rest
	}
	said := []string{}
	piece = roundBrackets.ReplaceAllStringFunc(piece, func(m string) string {
		said = append(said, strings.Trim(m, "() "))
		return " "
	})
	for _, w := range append(namesIn(piece), said...) {
		p.hear(w)
	}
	return p
}

// namesIn cuts at spaces and hyphens; Latin names keep theirs (John Smith).
func namesIn(s string) []string {
	var out []string
	for _, w := range strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(":：-–—_()", r) }) {
		if n := len(out); n > 0 && latin(w) && latin(out[n-1]) && !title(out[n-1]) && !title(w) {
			out[n-1] += " " + w
			continue
		}
		out = append(out, w)
	}
	// 张 三: a name typed with a space for its width.
	if len(out) >= 2 && len([]rune(out[0])) == 1 && len([]rune(out[1])) == 1 && nameFacts().surnames[out[0]] {
		out = append([]string{out[0] + out[1]}, out[2:]...)
	}
	return out
}

func latin(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= 0x2e80 }) < 0
}

func isLabel(s string) bool { return strings.TrimSpace(cellLabels.ReplaceAllString(s, "")) == "" }

// hear takes one word in: a title, a name, or a name with a title or a form of address.
func (p *Person) hear(w string) {
	if m := department.FindStringSubmatch(w); m != nil && p.Department == "" && (p.Name == "" && named(m[2]) || title(m[2])) && !title(w) {
		p.Department, w = m[1], m[2]
	}
	if s, ok := kept[w]; ok && p.Name != "" && p.Salutation == "" && w != "总" && w != "经理" {
		p.Salutation = s
		return
	}
	if title(w) {
		if p.Title == "" {
			p.Title = w
		}
		return
	}
	if strings.HasSuffix(w, "部") && len([]rune(w)) <= 6 && p.Department == "" && !nameFacts().surnames[first(w)] {
		p.Department = w
		return
	}
	if p.Name != "" {
		if p.Department == "" && !latin(w) && strings.HasSuffix(w, "部") {
			p.Department = w
		}
		return
	}
	if latin(w) {
		p.Name = w
		return
	}
	p.Name, p.Title, p.Salutation = apart(w, p.Title)
}

func first(w string) string { return string([]rune(w)[:1]) }

// apart reads 王总, 张三先生, 张三采购经理 and 采购经理张三.
func apart(w, had string) (name, said, salutation string) {
	for _, s := range salutations {
		base, ok := strings.CutSuffix(w, s)
		if ok && nameFacts().surnames[strings.TrimPrefix(strings.TrimPrefix(base, "老"), "小")] {
			return w, had, kept[s]
		}
	}
	for n := 2; n <= 4; n++ {
		r := []rune(w)
		if len(r) <= n {
			continue
		}
		if head, tail := string(r[:n]), string(r[n:]); named(head) && (title(tail) || kept[tail] != "") {
			if s := kept[tail]; s != "" {
				return head, had, s
			}
			return head, tail, ""
		}
		if head, tail := string(r[:len(r)-n]), string(r[len(r)-n:]); title(head) && named(tail) {
			return tail, head, ""
		}
	}
	return w, had, ""
}

// named tells what can be a Chinese name: a surname and one or two characters, that are no title.
func named(w string) bool {
	r := []rune(w)
	switch {
	case len(r) >= 3 && len(r) <= 4 && nameFacts().surnames[string(r[:2])]:
		return true
	case len(r) >= 2 && len(r) <= 3 && nameFacts().surnames[string(r[:1])]:
		return !title(w)
	}
	return false
}

// title tells words that end in one of the titles and have only words of work before it: 采购经理, 华东区销售总监.
func title(w string) bool {
	t := nameFacts()
	if t.isTitle[strings.ToLower(w)] {
		return true
	}
	for _, end := range t.titles {
		rest, ok := strings.CutSuffix(w, end)
		if !ok {
			continue
		}
		for again := true; again && rest != ""; {
			again = false
			for _, part := range t.parts {
				if cut, ok := strings.CutSuffix(rest, part); ok {
					rest, again = cut, true
				}
			}
		}
		if rest == "" {
			return true
		}
	}
	return false
}
