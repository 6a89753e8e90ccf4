package likeness

import (
	"encoding/csv"
	"os"
	"slices"
	"strings"
	"testing"

	"zhike/internal/crm/rule"
	"zhike/internal/platform/words"
)

// meet tells whether what is looked for of b is what stands in the row of a.
func meet(a, b string) bool {
	m, s, have := MarksOf(a), Find(b), words.NameTokens(a)
	for _, x := range []struct {
		mark int64
		in   []int64
	}{{m.Same, s.Same}, {m.Sound, s.Sound}, {m.Head, s.Heads}, {m.Tail, s.Tails}, {m.Short, s.Shorts}, {m.First, s.Firsts}} {
		if x.mark != 0 && slices.Contains(x.in, x.mark) {
			return true
		}
	}
	return slices.ContainsFunc(s.Inside, func(all []string) bool {
		return !slices.ContainsFunc(all, func(w string) bool { return !slices.Contains(have, w) })
	})
}

// TestSuspectsMeet: every pair that the rule calls suspect meets in the index, either
// way round; of the different ones few do.
func TestSuspectsMeet(t *testing.T) {
	f, err := os.Open("../rule/testdata/dedup-pairs.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows[1:] {
		pairs := [][2]string{{r[0], r[1]}, {r[1], r[0]}}
		for _, p := range pairs {
			if rule.CompareNames(p[0], p[1]) != rule.Different && rule.NormalName(p[0]) != rule.NormalName(p[1]) && !meet(p[0], p[1]) {
				t.Errorf("%s and %s (%s) do not meet", p[0], p[1], r[2])
			}
		}
	}
}

func TestMarks(t *testing.T) {
	for _, x := range []struct {
		a, b string
		want bool
	}{
		{"杭州禾澈智能装备有限公司", "禾澈智能装备有限公司", true},       // the place left out
		{"杭州禾澈智能装备有限公司", "禾澈智能装备（杭州）股份有限公司", true}, // moved, another form
		{"杭州禾澈智能装备有限公司", "杭州禾沏智能装备有限公司", true},     // a mistaken character
		{"杭州禾澈智能装备有限公司", "杭州禾澈", true},             // with its place
		{"杭州禾澈智能装备有限公司", "禾澈", true},               // the brand alone
		{"成都巴适味道食品有限公司", "成都巴适味食品有限公司", true},      // one left out
		{"成都巴适味道食品有限公司", "成都巴适味道食品公司", true},       // 公司
		{"青岛海朔水产冷链有限公司", "宁波麦垛食品有限公司", false},      //
		{"上海小灶台餐饮管理有限公司", "上海小灶抬餐饮管理有限公司", true},   //
		{"上海小灶台餐饮管理有限公司", "小灶台", true},             //
		{"ABB（中国）有限公司", "ＡＢＢ(中国)有限公司", true},       //
		{"华润三九医药股份有限公司", "华润三九", true},             //
		{"中国石油化工集团有限公司", "中石化集团", true},            // takes its characters
		{"Apex Tools Ltd", "apex tools ltd", true}, //
		{"温州甲泽食品有限公司", "温州乙泽食品有限公司", false},        // what begins a brand of two is another one
		{"温州泽甲食品有限公司", "温州泽乙食品有限公司", true},         // what ends it may be mistaken
		{"昆山科森科技股份有限公司", "苏州科林科技股份有限公司", true},     // one province
		{"昆山科森科技股份有限公司", "杭州科林科技股份有限公司", false},    //
	} {
		if got := meet(x.a, x.b); got != x.want {
			t.Errorf("%s finds %s: %v, want %v", x.b, x.a, got, x.want)
		}
	}
}

func TestCodesDecide(t *testing.T) {
	one, other, wrong := "91330602MAXDEM072R", "91330402MAXDEM0997", "91330402MAXDEM0998"
	for _, x := range []struct {
		a, b Side
		want rule.Likeness
	}{
		{Side{"绍兴越岭茶业有限公司", one}, Side{"嘉兴云栈物流有限公司", one}, rule.Same},
		{Side{"绍兴越岭茶业有限公司", one}, Side{"绍兴越岭茶业有限公司", other}, rule.Different},
		{Side{"绍兴越岭茶业有限公司", one}, Side{"绍兴越岭茶业有限公司", wrong}, rule.Same},
		{Side{"绍兴越岭茶业有限公司", one}, Side{"绍兴越岭茶业有限公司", ""}, rule.Same},
	} {
		if got := Judge(x.a, x.b); got != x.want {
			t.Errorf("%v and %v are %v, want %v", x.a, x.b, got, x.want)
		}
	}
}

func TestFewAreSought(t *testing.T) {
	for _, full := range []string{"", "公司", "杭州海康威视数字技术股份有限公司", "A", "中国银行", strings.Repeat("长", 200)} {
		if s := Find(full); len(s.Heads)+len(s.Tails) > 3 || len(s.Shorts) > 16 || len(s.Inside) > 2 {
			t.Errorf("%s looks for %+v", full, s)
		}
	}
}

func BenchmarkMarks(b *testing.B) {
	for range b.N {
		MarksOf("杭州海康威视数字技术股份有限公司")
	}
}

func BenchmarkFind(b *testing.B) {
	for range b.N {
		Find("杭州海康威视数字技术股份有限公司")
	}
}
