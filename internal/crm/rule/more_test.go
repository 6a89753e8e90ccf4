package rule

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestCreditCodeSaysWhatIsWrong(t *testing.T) {
	for in, want := range map[string]error{
		"440301501127941":         ErrCodeLegacy,
		"9144030019231745":        ErrCodeLength,
		"":                        ErrCodeLength,
		"91350100V000100Y43":      ErrCodeLetter,
		"000000000000000000":      ErrCodeAuthority,
		"91990000123456788C":      ErrCodeRegion,
		"91440300192317455F":      ErrCodeOrgCheck,
		"91440300192317458G":      ErrCodeCheck,
		"91100000100003962T":      nil, // registered with the state, 100000
		"９１４４０３００192317458f":      nil,
		"信用代码：91440300192317458F": nil,
		"91 4403 0019 2317 458F":  nil,
	} {
		if got, err := CreditCode(in); !errors.Is(err, want) {
			t.Errorf("%s: %q, %v, want %v", in, got, err, want)
		}
	}
}

func TestSizeClassAsksWhereTheCodeIsTooWide(t *testing.T) {
	n := func(v int64) *int64 { return &v }
	for _, c := range []struct {
		code string
		want Size
	}{
		{"C", Large}, {"H", Large}, {"F", Undetermined}, {"G59", Undetermined}, {"K70", Undetermined}, {"K704", NotApplicable}, {"K703", Large},
		{"G53", NotApplicable}, {"J66", NotApplicable}, {"P83", NotApplicable}, {"Q84", NotApplicable}, {"Q85", Large}, {"Q", Undetermined}, {"I", Undetermined},
		{"", Undetermined}, {"Z99", Undetermined}, {"R", Large}, {"G591", Large}, {"c39", Large},
	} {
		if got := SizeClass(c.code, n(5000), n(1e14), n(1e14)); got != c.want {
			t.Errorf("%s: %s, want %s", c.code, got, c.want)
		}
	}
	if got := SizeClass("C39", n(-1), n(1), nil); got != Undetermined {
		t.Errorf("negative headcount: %s", got)
	}
}

func TestIndustries(t *testing.T) {
	sections, divisions := 0, 0
	for _, i := range Industries() {
		switch len(i.Code) {
		case 1:
			sections++
		case 3:
			divisions++
		}
		if !KnownIndustry(i.Code) || i.Parent != "" && !KnownIndustry(i.Parent) {
			t.Errorf("%+v", i)
		}
		if i.NameEN == "" {
			t.Errorf("%s has no English name", i.Code)
		}
		if got, ok := FindIndustry(IndustryLabel(i.Code, "zh-CN")); !ok || len(i.Code) > 1 && got != i.Code {
			t.Errorf("label %s is read as %s", IndustryLabel(i.Code, "zh-CN"), got)
		}
	}
	if sections != 20 || divisions != 97 {
		t.Errorf("%d 门类, %d 大类", sections, divisions)
	}
	if got := IndustryLabel("C39", "zh-CN"); got != "制造业-计算机、通信和其他电子设备制造业" {
		t.Error(got)
	}
	if got := IndustryLabel("C39", "en"); got != "Manufacturing – Computers, communication and other electronic equipment" {
		t.Error(got)
	}
	for in, want := range map[string]string{"39": "C39", "c39": "C39", "制造业-计算机电子": "C39", "餐饮-连锁快餐": "H62", "零售-商超": "F52", "软件": "I65", "软件行业": "I65",
		"IT/互联网-互联网": "I64", "餐饮业": "H62", "教育": "P83", "房地产": "K70", "物业管理": "K702", "建筑": "E", "金融": "J", "不知道": "", "": "", "物流-道路运输": "G54",
		"制造业-餐饮": "", "批发和零售业": "F", "制造业": "C", "3911": "C39", "其他": "", "医疗": "Q84", "政府事业": "S92", "农业": "A01",
		"C 制造业": "C", "C制造业": "C", "I 信息技术": "I", "信息技术": "I65", "F 批发零售": "F", "M 科研服务": "M", "L 商务服务": "L", "D 水电煤气": "D", "K 房地产": "K70", "N 公共环保": "N", "R 文化传播": "R", "G 运输仓储": "G", "P 教育": "P83", "H 住宿餐饮": "H",
		"S 综合": "", "C 餐饮": "", "C 医药制造业": "C27", "C39 计算机、通信和其他电子设备制造业": "C39", "C39计算机": "C39", "39-计算机": "C39", "I65 软件和信息技术服务业": "I65", "软件和信息技术服务业（I65）": "I65", "制造业(C)": "C", "C39 电气机械及器材制造业": "",
		"3911 计算机整机制造": "C39", "C-39 电子": "C39", "I39 计算机": "", "K12教育": "", "7010 房地产开发经营": "K701", "C 某某": "", "农林牧渔": "A", "住宿餐饮业": "H", "制造业-计算机、通信和其他电子设备制造业-计算机制造": "C39", "S 公共管理": "S", "A股": "", "39 其他": ""} {
		if got, ok := FindIndustry(in); got != want || ok != (want != "") {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}

// S19, X12: a company's own trade list maps into GB/T 4754.
func TestTradesProposeIndustries(t *testing.T) {
	for _, c := range []struct {
		now, was TradeClass
		want     string
		ok       bool
	}{
		{TradeClass{"", "C39"}, TradeClass{}, "C39", true},
		{TradeClass{"C39", "C39"}, TradeClass{}, "C39", true},
		{TradeClass{"K701", "K70"}, TradeClass{}, "K701", true},
		{TradeClass{"E47", "E"}, TradeClass{}, "E47", true},
		{TradeClass{"H62", "C39"}, TradeClass{}, "H62", false},
		{TradeClass{"C39", "H62"}, TradeClass{"C39", "C39"}, "H62", true},
		{TradeClass{"K701", "H62"}, TradeClass{"K701", "K70"}, "H62", true},
		{TradeClass{"E", "E"}, TradeClass{"C39", "C39"}, "E", true},
		{TradeClass{"C14", "H62"}, TradeClass{"C39", "C39"}, "C14", false},
		{TradeClass{"C39", "H62"}, TradeClass{"C39", ""}, "C39", false},
		{TradeClass{"", "H62"}, TradeClass{"H62", "H62"}, "H62", true},
		{TradeClass{"C39", ""}, TradeClass{"C39", "C39"}, "C39", true},
		{TradeClass{"", ""}, TradeClass{}, "", true},
	} {
		if got, ok := TradeIndustry(c.now, c.was); got != c.want || ok != c.ok {
			t.Errorf("%v after %v: %s, %v, want %s, %v", c.now, c.was, got, ok, c.want, c.ok)
		}
	}
	for code, want := range map[string]bool{"": false, "C": false, "C39": true, "K70": false, "K701": true, "G59": false, "G592": true, "E47": true, "P": false, "P83": true, "Z99": false} {
		if ExactIndustry(code) != want {
			t.Errorf("ExactIndustry(%s) is %v", code, !want)
		}
	}
}

func TestRegions(t *testing.T) {
	for in, want := range map[string]string{"浙江省杭州市西湖区文三路1号": "330106", "浙江杭州": "330100", "杭州": "330100", "粤": "440000", "330106": "330106", "吉林": "220000",
		"吉林市": "220200", "上海浦东": "310115", "上海市浦东新区张江": "310115", "朝阳区": "", "北京朝阳": "110105", "北京市 海淀区": "110108", "广东-深圳-南山": "440305", "海南": "460000",
		"内蒙古呼和浩特": "150100", "湘西": "433100", "昆山": "320583", "香港": "810000", "": "", "不知道": "", "恩施州": "422800", "新疆伊犁": "654000", "仙桃市": "429004", "鼓楼区": "",
		"南京鼓楼区": "320106", "臺灣": "710000", "东莞市长安镇": "441900"} {
		r, ok := FindRegion(in)
		if r.Code != want || ok != (want != "") {
			t.Errorf("%s: %+v, want %s", in, r, want)
		}
	}
	if Area("330106") != "华东" || Area("") != "" || Area("429004") != "华中" || Area("330199") != "华东" {
		t.Error(Area("330106"), Area("429004"))
	}
	if got := RegionLabel("330106", "zh-CN"); got != "浙江省 杭州市 西湖区" {
		t.Error(got)
	}
	for _, r := range Regions() {
		if r.Area == "" || r.Parent == "" && r.Level != "province" {
			t.Errorf("%+v", r)
		}
		if _, ok := RegionByCode(r.Parent); !ok && r.Parent != "" {
			t.Errorf("%+v has no parent", r)
		}
	}
}

func TestPhonesInCells(t *testing.T) {
	for in, want := range map[string][]string{
		"13812345678/13912345678":            {"13812345678", "13912345678"},
		"13812345678 13912345678":            {"13812345678", "13912345678"},
		"+86 138 1234 5678、0571-85022088":    {"+86 138 1234 5678", "0571-85022088"},
		"0571-85022088/85022089":             {"0571-85022088", "0571-85022089"},
		"400 888 7022":                       {"400 888 7022"},
		"手机：13812345678；座机：010-62345678":     {"手机：13812345678", "座机：010-62345678"},
		"138 1234 5678 139 1234 5678":        {"138 1234 5678", "139 1234 5678"},
		"":                                   nil,
		" / ":                                nil,
		"无":                                  {"无"},
		"13812345678\n（张三）":                  {"13812345678", "（张三）"},
		"0571-85022088转8001, +852 2345 6789": {"0571-85022088转8001", "+852 2345 6789"},
	} {
		if got := SplitPhones(in); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{"０１３８１２３４５６７８": "+8613812345678", "86-0755-89888888": "+8675589888888", "+86 (0)755 89888888": "+8675589888888",
		"Tel: 0755 8988 8888": "+8675589888888", "+1 (650) 253-0000": "+16502530000", "电话 021-58888888": "+862158888888", "86 571 85022088": "+8657185022088", "95588": "", "12345": ""} {
		if p, err := ParsePhone(in); err != nil || p.E164 != want {
			t.Errorf("%s: %+v, %v", in, p, err)
		}
	}
	for in, want := range map[string]error{"138****5678": ErrPhoneMasked, "1.38E+10": ErrPhoneScientific, "0620-62345678": ErrPhoneArea, "0100-62345678": ErrPhoneLength, "1440123456789": ErrPhoneIoT,
		"": ErrPhone, "abc": ErrPhone, "13812345678转1": ErrPhoneLength, "2024-05-01": ErrPhone, "张三13812345678李四": ErrPhone} {
		if p, err := ParsePhone(in); !errors.Is(err, want) {
			t.Errorf("%s: %+v, %v, want %v", in, p, err, want)
		}
	}
}

func TestEmail(t *testing.T) {
	for in, want := range map[string]string{" ZhangSan@Example.COM ": "ZhangSan@example.com", "a@b.cn": "a@b.cn", "张三 <a@b.cn>": "a@b.cn", "ａ＠ｂ．ｃｎ": "a@b.cn", "mailto:a@b.cn": "a@b.cn",
		"a@b": "", "a@": "", "@b.cn": "", "a b@c.cn": "", "a@@b.cn": "", "a*@b.cn": "", "a@b..cn": "", "a@-b.cn": "", "": "", "a@b.cn, c@d.cn": "", "a@1.2.3.4": ""} {
		if got, err := ParseEmail(in); got != want || (err == nil) != (want != "") {
			t.Errorf("%s: %q, %v", in, got, err)
		}
	}
}

func TestMaskNumbers(t *testing.T) {
	for in, want := range map[string]string{
		"打13812345678给张总":                           "打138****5678给张总",
		"138 1234 5678，138-1234-5678":               "138****5678，138****5678",
		"１３８１２３４５６７８":                               "138****5678",
		"1 3 8 1 2 3 4 5 6 7 8":                     "138****5678",
		"1\u200b38123\u200b45678":                   "138****5678",
		"+86 138 1234 5678 和 8613812345678":         "138****5678 和 138****5678",
		"座机(010)62345678或0571-8502 2088":            "座机(010-****5678或0571-****2088",
		"电话 8502 2088，预算 5000-8000 元":               "电话 ****2088，预算 5000-8000 元",
		"幺三八幺二三四五六七八":                               "138****5678",
		"周一13812345678，二〇二四年第三季度":                   "周一138****5678，二〇二四年第三季度",
		"QQ 1234567 微信zs@qq.com":                    "QQ ***4567 微信z*@qq.com",
		"卡号6228 4800 3021 2345 678":                 "卡号622848*********5678",
		"身份证11010519491231002X。":                    "身份证110***********002X。",
		"信用代码91440300192317458F 91330200MA283665X6": "信用代码91440300192317458F 91330200MA283665X6",
		"400-888-7022、4008887022":                   "400-888-7022、4008887022",
		"金额280,000.00元，2024-05-01 至 2024-06-30":     "金额280,000.00元，2024-05-01 至 2024-06-30",
		"2024-05-01 13812345678":                    "2024-05-01 138****5678",
		"zhangsan@example.com。":                     "z******n@example.com。",
		"13812345678@qq.com":                        "1*********8@qq.com",
		"+852 2345 6789":                            "+852 ****6789",
		"报价28万，2人，3台":                               "报价28万，2人，3台",
		"":                                          "",
		"bad \xff bytes":                            "bad \xff bytes",
	} {
		got := MaskNumbers(in)
		if got != want {
			t.Errorf("%q:\n got %q\nwant %q", in, got, want)
		}
		if HasNumber(in) != (in != want) || HasNumber(got) {
			t.Errorf("%q: HasNumber is %v before and %v after", in, HasNumber(in), HasNumber(got))
		}
	}
	if NameByTitle("张三", "经理") != "*经理" || NameByTitle("张三", " ") != "张*" || MaskName("李") != "*" {
		t.Error(NameByTitle("张三", "经理"), MaskName("李"))
	}
	if !IsMasked("138****5678") || IsMasked("13812345678") {
		t.Error("IsMasked")
	}
}

func TestVague(t *testing.T) {
	for _, s := range []string{"暂未填写", "不清楚", "不详", "未知", "待定", "无", "暂无", "N/A", "n／a", "xxx", "XXXX", "测试", "123", "---", "。", " 无。", "（暂无）", "ＮＡ", "111", "？？"} {
		if !Vague(s) {
			t.Errorf("%q passes", s)
		}
	}
	for _, s := range []string{"", " ", "客户说不清楚预算", "要求测试样机", "无锡", "3M", "TCL", "其他", "是", "12月5日交货", "跟进中", "360"} {
		if Vague(s) {
			t.Errorf("%q is refused", s)
		}
	}
	for _, c := range []struct {
		text          string
		further, fine []string
		want          bool
	}{{"先放放", []string{"先放放"}, nil, true}, {"“先放放”。", []string{"先放放"}, nil, true}, {"先放放", nil, nil, false}, {"不详", []string{"先放放"}, nil, true}, {"保密", nil, []string{"保密"}, false}, {"不详", nil, []string{"保密"}, true},
		{"客户说先放放", []string{"先放放"}, nil, false}, {"", []string{""}, nil, false}, {"略", []string{"略"}, []string{"略"}, false}} {
		if got := VagueAmong(c.text, c.further, c.fine); got != c.want {
			t.Errorf("%s among %v, but %v: %v", c.text, c.further, c.fine, got)
		}
	}
	if _, _, ok := BetterWording("客户有意向", "有意向"); ok {
		t.Error("a phrase that is fine here is criticised")
	}
	if p, b, ok := BetterWording("客户意向较强，下周再联系"); !ok || p != "意向较强" || b == "" {
		t.Error(p, b, ok)
	}
	for _, w := range betterWordings() {
		if phrase, _, ok := BetterWording(w[1]); ok || Vague(w[1]) {
			t.Errorf("%s is offered for %s and is criticised itself, for %s", w[1], w[0], phrase)
		}
		if phrase, _, ok := BetterWording("客户" + w[0] + "。"); !ok {
			t.Errorf("%s is not found, but %s", w[0], phrase)
		}
	}
	if n := len(betterWordings()); n < 40 {
		t.Errorf("%d better wordings", n)
	}
}

func TestNames(t *testing.T) {
	for in, want := range map[string]string{"深圳市腾讯计算机系统有限公司": "腾讯", "中国银行股份有限公司": "中国银行", "太原钢铁（集团）有限公司": "太原钢铁", "杭州海康威视数字技术股份有限公司": "海康威视",
		"阿里巴巴（中国）有限公司": "阿里巴巴", "上海浦东发展银行股份有限公司": "浦东", "海康威视": "海康威视", "华兴": "华兴", "浙江阿里巴巴网络技术有限公司杭州分公司": "阿里巴巴",
		"東莞華興五金製品廠": "华兴", "北京市中伦律师事务所": "中伦", "3M中国有限公司": "3M中国", "北京大学": "北京大学", "上海众诚税务师事务所（普通合伙）": "众诚", "余姚市城区毕佳诺纺机配件厂": "毕佳诺",
		"翰博高新材料（合肥）股份有限公司": "翰博", "重庆登康口腔护理用品股份有限公司": "登康", "深圳中青宝互动网络股份有限公司": "中青宝", "国家能源集团长源电力股份有限公司": "长源", "四川合纵药易购医药股份有限公司": "合纵药易购", "北新集团建材股份有限公司": "北新", "昇兴集团股份有限公司": "昇兴",
		"深圳市麦捷微电子科技股份有限公司": "麦捷", "江西万年青水泥股份有限公司": "万年青", "天津膜天膜科技集团股份有限公司": "膜天膜", "中国振华(集团)科技股份有限公司": "振华", "广东德美精细化工集团股份有限公司": "德美"} {
		if got := ShortName(in); got != want {
			t.Errorf("ShortName(%s) = %s, want %s; %q", in, got, want, SplitName(in))
		}
	}
	for _, s := range []string{"公司", "有限公司", "XX公司", "xx有限公司", "某某公司", "某公司", "测试公司", "科技有限公司", "贸易公司", "***公司", "暂无", "不详", "北京公司", "北京有限公司", "１２３公司", "客户", "A公司"} {
		if !GenericName(s) {
			t.Errorf("%s passes; %q", s, SplitName(s))
		}
	}
	for _, s := range []string{"华兴公司", "中国银行", "浙江大学", "杭州市人民政府", "海尔", "360公司", "小米科技有限责任公司", "大商股份有限公司"} {
		if GenericName(s) {
			t.Errorf("%s is refused; %q", s, SplitName(s))
		}
	}
	for _, c := range []struct {
		a, b string
		want Likeness
	}{
		{"小米科技有限责任公司", "小米科技有限公司", Same},
		{"小米科技有限责任公司", "北京小米科技有限责任公司", Suspect},
		{"浙江大华技术股份有限公司", "浙江大华技术有限公司", Suspect},
		{"浙江大华技术股份有限公司", "杭州大华技术股份有限公司", Suspect},
		{"中国银行股份有限公司", "中国银行股份有限公司中山三乡平东支行", Different},
		{"北京华兴科技有限公司", "上海华兴科技有限公司", Different},
		{"华兴科技有限公司", "华兴贸易有限公司", Different},
		{"万达", "翔达", Different},
		{"", "华兴", Different},
		{"深圳市腾讯计算机系统有限公司", "腾讯", Suspect},
		{"北京字节跳动科技有限公司", "字节跳动", Suspect},
		{"余姚市舜恒塑料厂", "余姚市舜恒塑料厂 ", Same},
	} {
		if got := CompareNames(c.a, c.b); got != c.want || CompareNames(c.b, c.a) != c.want {
			t.Errorf("%s / %s: %s, want %s", c.a, c.b, got, c.want)
		}
	}
	if a, b := NormalName("腾讯科技（深圳）有限公司"), NormalName("深圳市騰訊科技股份有限公司"); a != b || a != "深圳腾讯科技" {
		t.Errorf("%q, %q", a, b)
	}
}

func TestAmounts(t *testing.T) {
	for in, want := range map[string]int64{"28万": 28000000, "1.2亿": 12000000000, "280,000": 28000000, "￥500,000.00": 50000000, "50万元": 50000000, "1亿2000万": 12000000000,
		"0": 0, "0.01": 1, "3.5k": 350000, "２８万": 28000000, "-100": -10000, "约30万": 30000000, "1000元整": 100000, "2百万": 200000000, "¥-5.50": -550, "人民币伍拾万元整": 50000000, "壹佰零伍元叁分": 10503, "五十万": 50000000, "贰拾捌万元整": 28000000, "十万元": 10000000, "1.5千万": 1500000000, "50w": 5000000 * 10, "1万5千": 1500000, "RMB 100": 10000} {
		if got, err := ParseAmount(in); err != nil || got != want {
			t.Errorf("%s: %d, %v, want %d", in, got, err, want)
		}
	}
	for in, want := range map[string]error{"": ErrAmount, "面议": ErrAmount, "1.234": ErrAmountExact, "1,23": ErrAmount, "99999999999999亿": ErrAmountSize, "28万5": ErrAmount, "1万2亿": ErrAmount,
		"--5": ErrAmount, "1.2.3": ErrAmount, ".": ErrAmount, "万": ErrAmount, "1e5": ErrAmount, "$500": ErrAmountCurrency, "500美元": ErrAmountCurrency, "USD100": ErrAmountCurrency, "伍拾伍伍": ErrAmount, "5%": ErrAmount} {
		if got, err := ParseAmount(in); !errors.Is(err, want) {
			t.Errorf("%s: %d, %v, want %v", in, got, err, want)
		}
	}
	for in, want := range map[string][2]int64{"20-30万": {20, 30}, "20万-30万": {20, 30}, "20~30万元": {20, 30}, "0-30万": {-2, 30}, "20至30万": {20, 30}, "5000-1万": {-1, 1}, "30万以上": {30, 0}, "50万以内": {0, 50}, "28万": {28, 28},
		"￥20万～￥30万": {20, 30}} {
		r, err := ParseAmountRange(in)
		if err != nil {
			t.Errorf("%s: %v", in, err)
			continue
		}
		for i, end := range []*int64{r.From, r.To} {
			switch {
			case want[i] == -2 && end != nil && *end == 0, want[i] == 0 && end == nil, want[i] == -1 && end != nil && *end == 500000:
			case end == nil || *end != want[i]*fenPerWan:
				t.Errorf("%s: end %d is %v", in, i, end)
			}
		}
	}
	if _, err := ParseAmountRange("30-20万"); !errors.Is(err, ErrAmount) {
		t.Error("a span backwards is accepted")
	}
	for _, fen := range []int64{1, 10, 103, 10503, 10530, 100000000, 1000010000, 10000000000, 123456789, 10000000100, 1001000, 987654321012345} {
		if got, err := ParseAmount(AmountInWords(fen)); err != nil || got != fen {
			t.Errorf("%d is %s, which is read as %d, %v", fen, AmountInWords(fen), got, err)
		}
	}
	for fen, want := range map[int64]string{28000000: "贰拾捌万元整", 0: "零元整", 10503: "壹佰零伍元零叁分", 10530: "壹佰零伍元叁角整", 1: "壹分", 10: "壹角整", 100000000: "壹佰万元整", 1000010000: "壹仟万零壹佰元整",
		10000000000: "壹亿元整", 1000100: "壹万零壹元整", 1001000: "壹万零壹拾元整", -15000: "负壹佰伍拾元整", 10000000100: "壹亿零壹元整", 123456789: "壹佰贰拾叁万肆仟伍佰陆拾柒元捌角玖分",
		2000000000000000: "贰拾万亿元整", 10010000: "壹拾万零壹佰元整"} {
		if got := AmountInWords(fen); got != want {
			t.Errorf("%d: %s, want %s", fen, got, want)
		}
	}
	if AmountOnPaper(28000000) != "¥280,000.00" || AmountOnPaper(-1) != "-¥0.01" || AmountOnPaper(99999) != "¥999.99" {
		t.Error(AmountOnPaper(28000000), AmountOnPaper(-1))
	}
}

func TestCalendar(t *testing.T) {
	c := NationalCalendar()
	at := func(s string) time.Time {
		d, err := time.Parse("2006-01-02 15:04", s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	if c.Complete(2027) || !c.Complete(2026) {
		t.Error("2027 has no notice yet")
	}
	if c.Workday(at("2027-10-01 00:00")) || c.Holiday(at("2026-10-01 00:00")) == "" {
		t.Error("国庆 is worked")
	}
	days, err := ReadDays(strings.NewReader("date,name,type\n2027-02-05,春节,休\n2027-02-14,春节,班\n"))
	if err != nil {
		t.Fatal(err)
	}
	next := c.With(days)
	if !next.Complete(2027) || !next.Workday(at("2027-02-14 00:00")) || next.Workday(at("2027-02-05 00:00")) || !next.Workday(at("2027-10-01 00:00")) {
		t.Error("the notice of 2027 does not take the place of the statutory days")
	}
	if next.Workday(at("2026-10-01 00:00")) || c.Complete(2027) {
		t.Error("another year or the first calendar changed")
	}
	for _, bad := range []string{"", "a,b\n", "date,name,type\n2027-13-01,x,休\n", "date,name,type\n2027-01-01,x,?\n"} {
		if _, err := ReadDays(strings.NewReader(bad)); !errors.Is(err, ErrCalendar) {
			t.Errorf("%q is accepted", bad)
		}
	}
	if got := c.WorkdaysBetween(at("2026-09-30 23:00"), at("2026-10-10 01:00")); got != 3 {
		t.Errorf("%d working days over 国庆 2026", got)
	}
	if got := c.AddWorkdays(at("2026-10-10 09:00"), -3); got != at("2026-09-30 09:00") {
		t.Error(got)
	}
	nine, six := 9*time.Hour, 18*time.Hour
	for _, h := range []struct {
		from string
		span time.Duration
		want string
	}{
		{"2026-11-20 16:00", 4 * time.Hour, "2026-11-23 11:00"},
		{"2026-11-20 08:00", time.Hour, "2026-11-20 10:00"},
		{"2026-11-21 12:00", time.Hour, "2026-11-23 10:00"},
		{"2026-11-20 09:00", 9 * time.Hour, "2026-11-20 18:00"},
		{"2026-11-20 20:00", 0, "2026-11-20 20:00"},
	} {
		if got := c.AddWorkHours(at(h.from), h.span, nine, six); got != at(h.want) {
			t.Errorf("%s + %s = %s, want %s", h.from, h.span, got, h.want)
		}
	}
}
