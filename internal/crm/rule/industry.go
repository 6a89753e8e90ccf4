package rule

import (
	"strings"
	"sync"

	"zhike/internal/platform/words"
)

// Industry is an entry of GB/T 4754-2017: a 门类 (C), a 大类 (C39) or, for 59 and 70 where the size rule looks closer,
// a 中类 (K701).
type Industry struct{ Code, Name, Parent string }

// industryClasses are the 中类 of 59 and 70, which the national size rule tells apart.
const industryClasses = `591 装卸搬运
592 通用仓储
593 低温仓储
594 危险品仓储
595 谷物、棉花等农产品仓储
596 中药材仓储
599 其他仓储业
701 房地产开发经营
702 物业管理
703 房地产中介服务
704 房地产租赁经营
709 其他房地产业`

// industrySynonyms are the words of cards and spreadsheets, DICTIONARIES.md §2 and common usage. Words that may mean
// several classes (建筑, 金融) are left out on purpose: they must be asked.
const industrySynonyms = `C39 计算机电子 电子 电子制造 制造业-计算机电子 通信设备 半导体 芯片 集成电路 消费电子
C35 专用设备 制造业-专用设备 C34 通用设备 机械 机械制造 C36 汽车制造 汽车零部件 汽配
C38 电气 电气机械 家电 电器 C33 五金 金属制品 C29 橡胶 塑料 橡塑 塑胶 C26 化工 化学 C27 医药 制药 医药制造 药业
C14 食品 食品制造 制造业-食品 C13 农副食品 农产品加工 制造业-农副食品 C15 饮料 酒 酒水 茶 白酒
C17 纺织 制造业-纺织 C18 服装 服饰 C21 家具 家具制造 C22 造纸 包装 C23 印刷 C31 钢铁 冶金 C40 仪器仪表
H62 餐饮 餐饮-连锁快餐 餐饮-正餐 餐饮-饮品 连锁快餐 快餐 正餐 饮品 H61 酒店 住宿 宾馆 民宿
F52 零售 零售-商超 零售-便利店 零售-专卖 零售-电商 商超 便利店 专卖 电商 超市 网店 F51 批发 贸易 商贸 外贸 经销
G54 道路运输 物流 物流-道路运输 货运 公路运输 G60 快递 邮政 G59 仓储 物流-仓储
I64 互联网 IT/互联网-互联网 I65 软件 IT/互联网-软件 信息技术 软件开发 IT 软件和信息服务 I63 电信 通信 运营商
K70 房地产 地产 P83 教育 培训 学校 教育培训 Q84 医疗 医院 卫生 健康 L72 商务服务 咨询 广告 会展 人力资源 法律 律师
S92 政府事业 政府 事业单位 机关 A01 农业 种植 A03 畜牧 养殖 A04 渔业 水产
J66 银行 J67 证券 基金 J68 保险 D44 电力 D45 燃气 D46 水务 自来水 L71 租赁 M73 研发 N77 环保 R88 文化艺术 R87 影视 R89 体育
E50 装修 装饰 E49 建筑安装 E47 房屋建筑 E48 土木工程 市政`

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
	for line := range strings.SplitSeq(industryClasses, "\n") {
		code, name, _ := strings.Cut(line, " ")
		parent := letter[code[:2]] + code[:2]
		add(Industry{letter[code[:2]] + code, name, parent})
	}
	code := ""
	for _, w := range strings.Fields(industrySynonyms) {
		if t.by[w].Code != "" {
			code = w
			continue
		}
		t.word[industryWord(w)] = code
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
