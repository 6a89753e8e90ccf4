// Package place knows the administrative divisions of China and reads them out of text.
package place

import (
	"embed"
	"encoding/csv"
	"strings"
	"sync"

	"zhike/internal/platform/words"
)

//go:embed facts/*.csv
var facts embed.FS

// factRows reads an embedded fact file. A broken file is a broken build: it panics.
func factRows(name string) [][]string {
	f, err := facts.Open("facts/" + name)
	if err != nil {
		panic(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		panic(name + ": " + err.Error())
	}
	return rows
}

// Region is an administrative division, GB/T 2260 as of 2023.
type Region struct {
	Code   string // six digits
	Name   string
	NameEN string // Zhejiang; empty for counties, which are written in Chinese in English too
	Parent string // empty for a province; the province for counties without a prefecture
	Level  string // province, prefecture or county
	Area   string // 大区: 华北 东北 华东 华中 华南 西南 西北 港澳台
}

// In is the name in a language, zh-CN or en.
func (r Region) In(lang string) string {
	if lang == "en" && r.NameEN != "" {
		return r.NameEN
	}
	return r.Name
}

type regionTable struct {
	list []Region
	en   map[string]string // of codes and of 大区
	by   map[string]Region
	tops map[string][]int // spelling → places in list
}

var regions = sync.OnceValue(func() regionTable {
	t := regionTable{en: map[string]string{}, by: map[string]Region{}, tops: map[string][]int{}}
	add := func(r Region) {
		t.list = append(t.list, r)
		t.by[r.Code] = r
		for _, s := range spellings(r) {
			t.tops[s] = append(t.tops[s], len(t.list)-1)
		}
	}
	for _, row := range factRows("english.csv")[1:] {
		t.en[row[0]] = row[1]
	}
	for _, row := range factRows("regions.csv")[1:] {
		r := Region{row[0], row[1], t.en[row[0]], row[3], row[2], row[5]}
		if r.Level == "county-direct" {
			r.Level = "county"
		}
		add(r)
	}
	for _, row := range factRows("counties.csv") {
		parent := row[0][:4] + "00"
		if t.by[parent].Code == "" {
			parent = row[0][:2] + "0000" // districts of municipalities
		}
		add(Region{row[0], row[1], "", parent, "county", t.by[parent].Area})
	}
	return t
})

var (
	provinceShort = map[string]string{"内蒙古自治区": "内蒙古", "广西壮族自治区": "广西", "西藏自治区": "西藏", "宁夏回族自治区": "宁夏",
		"新疆维吾尔自治区": "新疆", "香港特别行政区": "香港", "澳门特别行政区": "澳门"}
	peoples = strings.Fields("维吾尔 哈萨克 柯尔克孜 蒙古族 蒙古 土家族 苗族 侗族 布依族 彝族 哈尼族 壮族 傣族 白族 景颇族 傈僳族 藏族 羌族 回族 朝鲜族 " +
		"黎族 瑶族 满族 土族 撒拉族 东乡族 保安族 裕固族 哈萨克族 塔吉克 锡伯 达斡尔族 鄂温克族 鄂伦春 畲族 仫佬族 毛南族 仡佬族 水族 佤族 拉祜族 纳西族 普米族 怒族 独龙族 各族 满族蒙古族")
)

// Bare is a region's name without 省, 市, 自治州 …, as company names and people use it.
func Bare(name string) string {
	if s, ok := provinceShort[name]; ok {
		return s
	}
	for _, end := range []string{"自治州", "自治县", "自治旗"} {
		cut, ok := strings.CutSuffix(name, end)
		if !ok {
			continue
		}
		for again := true; again; {
			again = false
			for _, p := range peoples {
				if c, ok := strings.CutSuffix(cut, p); ok && len([]rune(c)) >= 2 {
					cut, again = c, true
				}
			}
		}
		return cut
	}
	for _, end := range []string{"新区", "林区", "地区", "省", "市", "区", "县", "盟", "旗"} {
		if cut, ok := strings.CutSuffix(name, end); ok && len([]rune(cut)) >= 2 {
			return cut
		}
	}
	return name
}

// spellings are the ways to write a region, the full name first.
func spellings(r Region) []string {
	s := []string{r.Name}
	if bare := Bare(r.Name); bare != r.Name {
		s = append(s, bare)
		if r.Level == "prefecture" && strings.HasSuffix(r.Name, "自治州") {
			s = append(s, bare+"州")
		}
	}
	return s
}

// All are all provinces, prefectures and counties. The caller may keep the slice.
func All() []Region { return append([]Region(nil), regions().list...) }

// ByCode finds a region by its six digits.
func ByCode(code string) (Region, bool) {
	r, ok := regions().by[code]
	return r, ok
}

// Area is the 大区 of a region code, empty for an unknown one. An abolished county still has its province's.
func Area(code string) string {
	if r, ok := regions().by[code]; ok {
		return r.Area
	}
	if len(code) == 6 {
		return regions().by[code[:2]+"0000"].Area
	}
	return ""
}

// AreaName is what a 大区 is called in a language; one that is none stays as it is.
func AreaName(area, lang string) string {
	if en := regions().en[area]; lang == "en" && en != "" {
		return en
	}
	return area
}

// areaWords are what a 大区 is called besides its name.
var areaWords = map[string]string{"港澳台": "港澳台", "港澳": "港澳台", "东三省": "东北", "东北三省": "东北"}

// FindArea reads a 大区: 华东, 华东地区, 华东区, 华东大区.
func FindArea(text string) (string, bool) {
	s := words.Normal(text)
	for _, end := range []string{"大区", "地区", "区域", "区", "片区"} {
		if cut, ok := strings.CutSuffix(s, end); ok {
			s = cut
			break
		}
	}
	if area, ok := areaWords[s]; ok {
		return area, true
	}
	for _, r := range regions().list {
		if r.Level == "province" && r.Area == s {
			return s, true
		}
	}
	return "", false
}

// Label is the whole path, 浙江省 杭州市 西湖区; empty for an unknown code.
func Label(code, lang string) string {
	r, ok := regions().by[code]
	if !ok {
		return ""
	}
	if r.Parent == "" {
		return r.In(lang)
	}
	return Label(r.Parent, lang) + " " + r.In(lang)
}

// Find reads the region at the beginning of a cell or an address: 浙江省杭州市西湖区…, 浙江杭州, 杭州, 粤, 330106.
// The smallest division named is given. A county's name that exists several times (鼓楼区) needs its city or province
// before it, otherwise it is not found.
func Find(text string) (Region, bool) {
	s := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -/·,，、.—>|", r) {
			return -1
		}
		return r
	}, words.Normal(text))
	if r, ok := regions().by[s]; ok {
		return r, true
	}
	s = strings.TrimPrefix(strings.TrimPrefix(s, "中华人民共和国"), "中国")
	for _, row := range provinceLetters() {
		if s == row[1] {
			return ByCode(row[0])
		}
	}
	codes, _ := Prefix(s)
	if len(codes) == 0 {
		return Region{}, false
	}
	return ByCode(codes[len(codes)-1])
}

var provinceLetters = sync.OnceValue(func() [][2]string {
	var out [][2]string
	for _, row := range factRows("regions.csv")[1:] {
		if row[6] != "" {
			out = append(out, [2]string{row[0], row[6]})
		}
	}
	return append(out, [][2]string{{"310000", "申"}, {"510000", "蜀"}, {"520000", "黔"}, {"530000", "滇"}, {"610000", "秦"}, {"620000", "陇"}}...)
})

// Prefix reads the divisions a text begins with, largest first, and the bytes they take.
func Prefix(s string) (codes []string, length int) {
	parent := ""
	for {
		r, n := At(s[length:], parent)
		if n == 0 {
			return codes, length
		}
		codes = append(codes, r.Code)
		length += n
		parent = r.Code
	}
}

// At reads one division at the start of s that lies below parent; without one, any that is unmistakable.
func At(s, parent string) (best Region, length int) {
	runes := []rune(s)
	for n := min(len(runes), 15); n >= 2; n-- {
		word := string(runes[:n])
		var found []Region
		for _, i := range regions().tops[word] {
			r := regions().list[i]
			if parent == "" || Within(r.Code, parent) {
				found = append(found, r)
			}
		}
		if len(found) == 0 {
			continue
		}
		// 吉林 is the province before the city; two counties of one name are nobody's.
		top := found[0]
		for _, r := range found[1:] {
			if rank(r) < rank(top) {
				top = r
			}
		}
		same := 0
		for _, r := range found {
			if rank(r) == rank(top) {
				same++
			}
		}
		if same > 1 {
			return Region{}, 0
		}
		return top, len(word)
	}
	return Region{}, 0
}

func rank(r Region) int {
	return map[string]int{"province": 0, "prefecture": 1, "county": 2}[r.Level]
}

// Within tells whether a region lies below another.
func Within(code, ancestor string) bool {
	for r := regions().by[code]; r.Parent != ""; r = regions().by[r.Parent] {
		if r.Parent == ancestor {
			return true
		}
	}
	return false
}
