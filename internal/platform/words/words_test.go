package words

import (
	"slices"
	"strings"
	"testing"
	"unicode"
)

func TestNormal(t *testing.T) {
	for in, want := range map[string]string{
		"  ＡＢＢ（中国）有限公司\u200b": "abb(中国)有限公司",
		"華為技術有限公司":            "华为技术有限公司",
		"臺達電子﹙東莞﹚":            "台达电子(东莞)",
		"乾坤\t 一擲":             "乾坤 一掷",
		"乾燥設備":                "干燥设备",
		"１３８ 0000":            "138 0000",
		"a\xffb":              "ab",
	} {
		if got := Normal(in); got != want {
			t.Errorf("Normal(%q) = %q, want %q", in, got, want)
		}
	}
}

// finds tells whether an index of these tokens answers the query.
func finds(tokens []string, q Query) bool {
	if q.Empty() {
		return false
	}
	for _, group := range q.Groups() {
		if !slices.ContainsFunc(group, func(term Term) bool {
			return slices.ContainsFunc(tokens, func(tok string) bool {
				return tok == term.Token || term.Prefix && strings.HasPrefix(tok, term.Token)
			})
		}) {
			return false
		}
	}
	return true
}

func TestSearch(t *testing.T) {
	for _, c := range []struct {
		name   string
		found  string
		absent string
	}{
		{"深圳华兴科技有限公司", "华 华兴 华兴科技 hxkj huaxing huaxingkeji huaxi shenzhenhuaxingkeji szhx kej 华xing 深圳，科技 ＨＵＡＸＩＮＧ 華興", "兴华 xhkj yxgs 华技 "},
		{"重庆银行股份有限公司", "chongqing cqyh yinhang 重慶 chongqingyinhang", "zhongqing"},
		{"厦门长沙贸易", "xiamen changsha xmcs", "shamen"},
		{"Softlife文化传播", "softlife Softlife文化 soft wenhua whcb", "life"},
		{"TCL科技集团股份有限公司", "tcl tclkj tclkeji kjjt TCL科技", ""},
		{"腾讯科技（深圳）有限公司", "txkj 腾讯 深圳 shenzhen txkjsz", "腾讯深圳x"},
		{"C20240501001", "C20240501001 c2024 20240501", "30501"},
		{"Café Müller", "cafe muller CAFÉ", "cafx"},
		{"长江会计师事务所", "changjiang kuaiji cjkj", ""},
		{"绿地女装", "lvdi ludi nvzhuang nuzhuang", ""},
		{"行知学校", "xingzhi xzxx", ""},
		{"3M中国有限公司", "3m 3M中国 zhongguo", ""},
		{"双窗庄闯壮", "shuangchuangzhuangchuang", ""},
	} {
		tokens := NameTokens(c.name)
		for _, q := range strings.Fields(c.found) {
			if !finds(tokens, Parse(q)) {
				t.Errorf("%s is not found by %q (%v)", c.name, q, Parse(q).Groups())
			}
		}
		for _, q := range strings.Fields(c.absent) {
			if finds(tokens, Parse(q)) {
				t.Errorf("%s is found by %q", c.name, q)
			}
		}
		for _, tok := range append(tokens, Tokens(c.name)...) {
			checkToken(t, tok)
		}
	}
	if !Parse(" ，%* ").Empty() {
		t.Error("punctuation alone searches for something")
	}
	if got := Parse("华兴科技 abc").Exact(); !slices.Equal(got, []string{"华兴科技"}) {
		t.Errorf("Exact() = %v", got)
	}
}

// checkToken keeps the alphabet that FTS5's unicode61 and tsvector take as one word.
func checkToken(t *testing.T, tok string) {
	t.Helper()
	if tok == "" {
		t.Error("empty token")
	}
	for _, r := range tok {
		if !unicode.IsLetter(r) && !unicode.IsNumber(r) || unicode.IsUpper(r) {
			t.Errorf("token %q holds %q", tok, r)
		}
	}
}

func TestPerson(t *testing.T) {
	hash := func(s string) string { return "h" + s }
	for _, c := range []struct{ name, found, absent string }{
		{"张三丰", "张 三丰 张三丰 张三 zhang zhangsan zhangsanfeng zsf sanf sf Z 張三", "三张 zf zhangf 李"},
		{"单雄信", "shan shanxiong dan sxx 单", "xz"},
		{"曾国藩", "zeng zgf", ""},
		{"欧阳修", "ouyang oyx 阳修", ""},
		{"John Smith", "john smi JOHN", "ohn"},
		{"仇英", "qiuying chou qy", ""},
	} {
		tokens := PersonTokens(c.name, hash)
		has := func(q string) bool {
			want := PersonQuery(q, hash)
			for _, w := range want {
				if !slices.Contains(tokens, w) {
					return false
				}
			}
			if all := len(want) > 0; all != PersonHolds(c.name, q) && !strings.Contains(Normal(c.name), Normal(q)) {
				t.Errorf("PersonHolds(%s, %s) is not %v", c.name, q, all)
			}
			return len(want) > 0
		}
		for _, q := range strings.Fields(c.found) {
			if !has(q) {
				t.Errorf("%s is not found by %q", c.name, q)
			}
		}
		for _, q := range strings.Fields(c.absent) {
			if has(q) {
				t.Errorf("%s is found by %q", c.name, q)
			}
		}
		for _, tok := range tokens {
			if !strings.HasPrefix(tok, "5h") {
				t.Errorf("token %q is not hashed", tok)
			}
		}
	}
}

func TestSortKey(t *testing.T) {
	names := []string{"张三", "华兴", "3M中国", "厦门航空", "zoom", "重庆啤酒", "ABB", "花西子", "单雄信", "阿里巴巴"}
	slices.SortFunc(names, func(a, b string) int { return strings.Compare(SortKey(a), SortKey(b)) })
	want := []string{"3M中国", "阿里巴巴", "ABB", "重庆啤酒", "花西子", "华兴", "单雄信", "厦门航空", "张三", "zoom"}
	if !slices.Equal(names, want) {
		t.Errorf("sorted %v, want %v", names, want)
	}
	if SortKey("华兴") != "hua xing" || SortKey("厦门") != "xia men" || SortKey("单雄") != "shan xiong" {
		t.Errorf("%q %q %q", SortKey("华兴"), SortKey("厦门"), SortKey("单雄"))
	}
	if k := SortKey(strings.Repeat("庄", 100)); len(k) > 120 {
		t.Errorf("key of %d bytes", len(k))
	}
}

func FuzzTokens(f *testing.F) {
	for _, s := range []string{"华兴科技（深圳）", "TCL科技", "İstanbul ß ﬁ", "𠮷野家", "한국어 かな々〇", "ǅ ͅ", "a\u0301\u0300華", "\u1100\u1161"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n := Normal(s)
		if Normal(n) != n {
			t.Errorf("Normal is not idempotent for %q: %q %q", s, n, Normal(n))
		}
		for _, tok := range append(NameTokens(s), Tokens(s)...) {
			checkToken(t, tok)
		}
		q := Parse(s)
		if len(s) < 40 && !q.Empty() && !finds(Tokens(s), q) {
			t.Errorf("%q does not find itself: %v in %v", s, q.Groups(), Tokens(s))
		}
		k := SortKey(s)
		if len(k) > 120 || !isASCII(k) || strings.ToLower(k) != k {
			t.Errorf("sort key %q", k)
		}
		id := func(s string) string { return s }
		tokens := PersonTokens(s, id)
		for _, w := range PersonQuery(s, id) {
			if len(s) < 20 && !slices.Contains(tokens, w) {
				t.Errorf("person %q does not find itself: %q in %q", s, w, tokens)
			}
		}
	})
}

func BenchmarkNameTokens(b *testing.B) {
	for range b.N {
		NameTokens("深圳市腾讯计算机系统有限公司")
	}
}
