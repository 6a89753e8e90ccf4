package rule

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// Cases of our own, beyond the files in testdata.

func TestCreditCodesAsTheyArrive(t *testing.T) {
	for in, want := range map[string]error{
		"91440300192317458f": nil,
		"９１４４０３００１９２３１７４５８Ｆ":                    nil,
		"统一社会信用代码: 91440300192317458F":          nil,
		"税号：91440300192317458F":                 nil,
		"统一社会信用代码91440300192317458F":            nil,
		"纳税人识别号 91440300192317458F":             nil,
		"91440300 1923 1745 8F":                 nil,
		"\u200b91440300192317458F\ufeff":        nil,
		"91440300192317458F。":                   nil,
		"51330106MA2002225Y":                    nil, // 民政 社会团体
		"93330106MA200444XT":                    nil, // 农民专业合作社
		"81330106MA2004079G":                    nil, // 工会
		"110105123456789":                       ErrCodeLegacy,
		"４４０３０１５０１１２７９４１":                       ErrCodeLegacy,
		"91440300192317458":                     ErrCodeLength,
		"91440300192317458FF":                   ErrCodeLength,
		"9.14403E+17":                           ErrCodeScientific,
		"9.1440300192317E+17":                   ErrCodeScientific,
		"91440300I92317458F":                    ErrCodeLetter,
		"9144O300192317458F":                    ErrCodeLetter,
		"71440300192317458F":                    ErrCodeCheck,     // 7 has kinds 1, 2, 9: the check digit speaks
		"94440300192317458F":                    ErrCodeAuthority, // 工商 has no kind 4
		"B1440300192317458F":                    ErrCodeAuthority,
		"01440300192317458F":                    ErrCodeAuthority,
		"91160300192317458F":                    ErrCodeRegion,
		"91A40300192317458F":                    ErrCodeRegion,
		"91440300192317450F":                    ErrCodeOrgCheck,
		"91440300192317458A":                    ErrCodeCheck,
		"无":                                     ErrCodeLength,
		"91440300192317458F 91440300192317458F": ErrCodeLength,
	} {
		if got, err := CreditCode(in); !errors.Is(err, want) || err == nil && len(got) != 18 {
			t.Errorf("%q: %q, %v, want %v", in, got, err, want)
		}
	}
	// The code of a county that is no more stays valid: 330103 was 杭州市下城区 until 2021.
	code := "91330103" + "MA2H0000"
	code += string(orgCheck(code[8:]))
	code += string(codeCheck(code))
	if _, err := CreditCode(code); err != nil {
		t.Errorf("%s of an abolished county: %v", code, err)
	}
}

func TestPhonesAsTheyArrive(t *testing.T) {
	for in, want := range map[string]string{
		"057185022088": "landline +8657185022088", "02158888888": "landline +862158888888", "075589888888": "landline +8675589888888", "05938901666": "landline +865938901666", "(0571) 8502 2088": "landline +8657185022088",
		"0571—85022088": "landline +8657185022088", "0571/85022088": "landline +8657185022088", "0571 85022088-8001": "landline +8657185022088 8001", "010-62345678转分机123": "landline +861062345678 123", "010-62345678#123": "landline +861062345678 123",
		"+86-571-85022088": "landline +8657185022088", "+86(0)571-85022088": "landline +8657185022088", "0086 571 85022088": "landline +8657185022088", "固话：0571-85022088": "landline +8657185022088",
		"400-800-1234": "service +864008001234", "4008001234": "service +864008001234", "800-820-8820": "service +868008208820", "400 800 1234转1": "service +864008001234 1", "95588": "service ", "96110": "service ", "12345": "service ", "955881": "service ", "10010": "service ", "114": "service ",
		"17001234567": "mobile +8617001234567", "17112345678": "mobile +8617112345678", "16212345678": "mobile +8616212345678", "16512345678": "mobile +8616512345678", "16712345678": "mobile +8616712345678", "13491234567": "mobile +8613491234567", "17401234567": "mobile +8617401234567",
		"19212345678": "mobile +8619212345678", "14112345678": "mobile +8614112345678 unallocated", "15412345678": "mobile +8615412345678 unallocated", "16012345678": "mobile +8616012345678 unallocated",
		"13800138000.0": "mobile +8613800138000", "13800138000.00": "mobile +8613800138000", "'13800138000": "mobile +8613800138000", "138-0013-8000": "mobile +8613800138000", "138.0013.8000": "mobile +8613800138000", "１３８００１３８０００": "mobile +8613800138000", "+8613800138000": "mobile +8613800138000",
		"086-13800138000": "", "86 138 0013 8000": "mobile +8613800138000", "013800138000": "mobile +8613800138000", "张总13800138000": "mobile +8613800138000", "TEL:13800138000": "mobile +8613800138000",
		"+852 2345 6789": "foreign +85223456789", "+85291234567": "foreign +85291234567", "00886 2 2345 6789": "foreign +886223456789", "+886 912 345 678": "foreign +886912345678", "+853 6612 3456": "foreign +85366123456", "+1 650 253 0000": "foreign +16502530000", "+81 3-1234-5678": "foreign +81312345678", "+44 20 7946 0958": "foreign +442079460958", "+65 6123 4567": "foreign +6561234567",
		"12812345678": "", "10812345678": "", "1380013800": "", "138001380000": "", "0571-8502208": "", "0571-185022088": "", "05711-85022088": "", "85022088": "", "400-12": "", "+": "", "+86": "", "+852 1": "", "5月1日": "", "1.38E+10": "", "1.38001E+10": "", "13800138***": "", "1380013800O": "",
	} {
		got := ""
		if p, err := ParsePhone(in); err == nil {
			got = p.Kind + " " + p.E164
			if p.Extension != "" {
				got += " " + p.Extension
			}
			if p.Unallocated {
				got += " unallocated"
			}
		}
		if got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
}

// TestSizeBounds goes to every bound of the rule of 2017 and one below it. nil leaves an indicator out.
func TestSizeBounds(t *testing.T) {
	for _, c := range []struct {
		codes   []string
		x, y, z []int64 // lower bounds of large, medium, small: heads, 万元 of revenue, 万元 of assets
	}{
		{[]string{"A01", "A02", "A03", "A04"}, nil, []int64{20000, 500, 50}, nil},
		{[]string{"B06", "C13", "C39", "C43", "D44", "D46"}, []int64{1000, 300, 20}, []int64{40000, 2000, 300}, nil},
		{[]string{"E47", "E50"}, nil, []int64{80000, 6000, 300}, []int64{80000, 5000, 300}},
		{[]string{"F51"}, []int64{200, 20, 5}, []int64{40000, 5000, 1000}, nil},
		{[]string{"F52"}, []int64{300, 50, 10}, []int64{20000, 500, 100}, nil},
		{[]string{"G54", "G55", "G56", "G58", "G591"}, []int64{1000, 300, 20}, []int64{30000, 3000, 200}, nil},
		{[]string{"G592", "G593", "G599"}, []int64{200, 100, 20}, []int64{30000, 1000, 100}, nil},
		{[]string{"G60"}, []int64{1000, 300, 20}, []int64{30000, 2000, 100}, nil},
		{[]string{"H61", "H62"}, []int64{300, 100, 10}, []int64{10000, 2000, 100}, nil},
		{[]string{"I63", "I64"}, []int64{2000, 100, 10}, []int64{100000, 1000, 100}, nil},
		{[]string{"I65"}, []int64{300, 100, 10}, []int64{10000, 1000, 50}, nil},
		{[]string{"K701"}, nil, []int64{200000, 1000, 100}, []int64{10000, 5000, 2000}},
		{[]string{"K702"}, []int64{1000, 300, 100}, []int64{5000, 1000, 500}, nil},
		{[]string{"L71", "L72"}, []int64{300, 100, 10}, nil, []int64{120000, 8000, 100}},
		{[]string{"M73", "M75", "N76", "N78", "O80", "O82", "Q85", "R86", "R90"}, []int64{300, 100, 10}, nil, nil},
	} {
		classes := []Size{Large, Medium, Small, Micro}
		figure := func(bounds []int64, class int, unit, less int64) *int64 {
			n := int64(0)
			switch {
			case bounds == nil:
				return nil
			case class < 3:
				n = bounds[class] * unit
			}
			if n -= less; n < 0 {
				n = 0
			}
			return &n
		}
		for _, code := range c.codes {
			for class, want := range classes {
				if got := SizeClass(code, figure(c.x, class, 1, 0), figure(c.y, class, fenPerWan, 0), figure(c.z, class, fenPerWan, 0)); got != want {
					t.Errorf("%s at the bound of %s is %s", code, want, got)
				}
				if class == 3 {
					continue
				}
				// One indicator short of the bound is enough for the class below.
				for i, bounds := range [][]int64{c.x, c.y, c.z} {
					if bounds == nil {
						continue
					}
					less := [3]int64{}
					less[i] = 1
					got := SizeClass(code, figure(c.x, class, 1, less[0]), figure(c.y, class, fenPerWan, less[1]), figure(c.z, class, fenPerWan, less[2]))
					if got != classes[class+1] {
						t.Errorf("%s one short of %s by indicator %d is %s", code, want, i, got)
					}
				}
			}
			for i, bounds := range [][]int64{c.x, c.y, c.z} {
				all := []*int64{figure(c.x, 0, 1, 0), figure(c.y, 0, fenPerWan, 0), figure(c.z, 0, fenPerWan, 0)}
				all[i] = nil
				want := Undetermined
				if bounds == nil {
					want = Large
				}
				if got := SizeClass(code, all[0], all[1], all[2]); got != want {
					t.Errorf("%s without indicator %d is %s", code, i, got)
				}
			}
		}
	}
	many := int64(1e9)
	for _, code := range []string{"G53", "J66", "J69", "K704", "P83", "Q84", "S92", "T97"} {
		if got := SizeClass(code, &many, &many, &many); got != NotApplicable {
			t.Errorf("%s has no rule and is %s", code, got)
		}
	}
}

func TestDuplicatesBeyondTheFile(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want Likeness
	}{
		{"杭州云栈科技有限公司", "杭州云栈科技有限公司 ", Same},
		{"杭州云栈科技有限公司", "杭州云栈科技有限责任公司", Same},
		{"ＡＢＣ（上海）贸易有限公司", "ABC(上海)贸易有限公司", Same},
		{"東莞市長興電子有限公司", "东莞市长兴电子有限公司", Same},
		{"杭州云栈科技有限公司。", "“杭州云栈科技有限公司”", Same},
		{"杭州 云栈 科技 有限公司", "杭州云栈科技有限公司", Same},
		{"杭州云栈科技【集团】有限公司", "杭州云栈科技（集团）有限公司", Same},
		{"杭州云栈科技有限公司", "浙江云栈科技有限公司", Suspect},
		{"杭州云栈科技有限公司", "云栈科技有限公司", Suspect},
		{"杭州云栈科技有限公司", "杭州市云栈科技股份有限公司", Suspect},
		{"杭州云栈科技有限公司", "云栈科技", Suspect},
		{"杭州云栈科技有限公司", "云栈（杭州）科技有限公司", Suspect},
		{"杭州云栈科技有限公司", "杭州云展科技有限公司", Suspect},
		{"杭州云栈科技有限公司", "宁波云栈科技有限公司", Different},
		{"杭州云栈科技有限公司", "杭州云栈贸易有限公司", Different},
		{"杭州云栈科技有限公司", "杭州云栈科技有限公司上海分公司", Different},
		{"中国工商银行股份有限公司杭州分行", "中国工商银行股份有限公司宁波分行", Different},
		{"杭州云栈科技有限公司", "杭州米多餐饮管理有限公司", Different},
		{"杭州云栈科技有限公司", "云栈科技（深圳）有限公司", Different},
		{"李记餐饮店", "李记餐饮店(个体工商户)", Suspect},
	} {
		for _, pair := range [][2]string{{c.a, c.b}, {c.b, c.a}} {
			if got := CompareNames(pair[0], pair[1]); got != c.want {
				t.Errorf("%s / %s: %s, want %s", pair[0], pair[1], got, c.want)
			}
		}
	}
}

func TestWorkdaysOfFourYears(t *testing.T) {
	c := NationalCalendar()
	on := func(s string) time.Time {
		d, err := time.Parse(time.DateOnly, s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for _, d := range []struct {
		days string
		work bool
	}{
		{"2024-02-04 2024-02-18 2024-04-07 2024-04-28 2024-05-11 2024-09-14 2024-09-29 2024-10-12", true},
		{"2024-01-01 2024-02-10 2024-02-17 2024-04-04 2024-05-01 2024-05-05 2024-06-10 2024-09-15 2024-09-17 2024-10-01 2024-10-07", false},
		{"2025-01-26 2025-02-08 2025-04-27 2025-09-28 2025-10-11", true},
		{"2025-01-01 2025-01-28 2025-02-04 2025-04-04 2025-05-05 2025-05-31 2025-06-02 2025-10-01 2025-10-08", false},
		{"2026-01-04 2026-02-14 2026-02-28 2026-05-09 2026-09-20 2026-10-10", true},
		{"2026-01-01 2026-01-02 2026-01-03 2026-02-15 2026-02-23 2026-04-06 2026-05-05 2026-06-19 2026-09-25 2026-10-01 2026-10-07", false},
		{"2027-01-04 2027-02-04 2027-02-09 2027-04-06 2027-06-08 2027-10-08", true},
		{"2027-01-01 2027-02-05 2027-02-08 2027-04-05 2027-05-01 2027-06-09 2027-09-15 2027-10-01", false},
	} {
		for _, day := range strings.Fields(d.days) {
			if got := c.Workday(on(day)); got != d.work {
				t.Errorf("%s is worked: %v", day, got)
			}
		}
	}
	for _, d := range []struct {
		from string
		n    int
		want string
	}{{"2024-09-27", 1, "2024-09-29"}, {"2024-09-30", 1, "2024-10-08"}, {"2025-01-27", 1, "2025-02-05"}, {"2025-09-30", 3, "2025-10-11"}, {"2026-02-14", 1, "2026-02-24"}, {"2026-12-31", 1, "2027-01-04"}, {"2027-02-04", 1, "2027-02-09"}, {"2026-10-10", -1, "2026-10-09"}} {
		if got := c.AddWorkdays(on(d.from), d.n).Format(time.DateOnly); got != d.want {
			t.Errorf("%s + %d = %s, want %s", d.from, d.n, got, d.want)
		}
	}
}
