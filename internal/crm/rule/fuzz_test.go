package rule

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func FuzzCreditCode(f *testing.F) {
	f.Add("91440300192317458F")
	f.Add("91440300-19231745-8F")
	f.Fuzz(func(t *testing.T, s string) {
		code, err := CreditCode(s)
		if err != nil {
			return
		}
		if again, err := CreditCode(code); err != nil || again != code || len(code) != 18 {
			t.Errorf("%q gives %q, which gives %q, %v", s, code, again, err)
		}
	})
}

func FuzzPhone(f *testing.F) {
	for _, s := range []string{"+86 138 1234 5678", "0571-85022088转8001", "4008-887-022", "+853 2871 2345", "手机:13812345678", "0571-85022088/85022089, 1", "0571-****2088-****"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, piece := range SplitPhones(s) {
			if strings.TrimSpace(piece) == "" {
				t.Errorf("%q has an empty piece", s)
			}
		}
		masked := MaskPhone(s)
		if MaskPhone(masked) != masked {
			t.Errorf("%q masked twice: %q, %q", s, masked, MaskPhone(masked))
		}
		p, err := ParsePhone(s)
		if err != nil {
			return
		}
		again, err := ParsePhone(p.Display())
		if err != nil || again.E164 != p.E164 || again.Kind != p.Kind || again.Extension != p.Extension {
			t.Errorf("%q is %+v, shown as %q, which is %+v, %v", s, p, p.Display(), again, err)
		}
		if p.Kind != Service && (!IsMasked(masked) || strings.Contains(masked, strings.TrimPrefix(p.E164, "+86"))) {
			t.Errorf("%q is masked as %q", s, masked)
		}
	})
}

func FuzzEmail(f *testing.F) {
	f.Add("张三 <a@b.cn>")
	f.Fuzz(func(t *testing.T, s string) {
		e, err := ParseEmail(s)
		if err != nil {
			return
		}
		if again, err := ParseEmail(e); err != nil || again != e {
			t.Errorf("%q gives %q, which gives %q, %v", s, e, again, err)
		}
		if !IsMasked(MaskEmail(e)) {
			t.Errorf("%q is not masked", e)
		}
	})
}

func FuzzMaskNumbers(f *testing.F) {
	for _, s := range []string{"打13812345678给张总", "138 1234 5678", "+852 2345 6789", "a@b.cn 0571-85022088", "6228 4800 3021 2345 678", "11010519491231002X", "幺三八幺二三四五六七八", "电话 8502 2088 0571-85022088 138"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := MaskNumbers(s)
		if twice := MaskNumbers(once); twice != once {
			t.Errorf("%q: once %q, twice %q", s, once, twice)
		}
		if utf8.ValidString(s) && !utf8.ValidString(once) {
			t.Errorf("%q gives invalid %q", s, once)
		}
	})
}

func FuzzNames(f *testing.F) {
	for _, s := range []string{"中芯国际集成电路制造（北京）有限公司", "珠海格力电器股份有限公司(珠海)", "太原钢铁（集团）有限公司", "有限公司", "中国银行股份有限公司中山三乡平东支行"} {
		f.Add(s, "小米科技有限责任公司")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		SplitName(a)
		GenericName(a)
		FindRegion(a)
		FindIndustry(a)
		MaskAddress(a)
		Vague(a)
		BetterWording(a)
		if s := strings.TrimSpace(a); s != "" && utf8.ValidString(s) && ShortName(a) == "" {
			t.Errorf("%q has an empty short name", a)
		}
		if CompareNames(a, b) != CompareNames(b, a) {
			t.Errorf("%q and %q: %s one way, %s the other", a, b, CompareNames(a, b), CompareNames(b, a))
		}
		if len(a) < 200 && CompareNames(a, a) != Different && CompareNames(a, a) != Same {
			t.Errorf("%q is not itself", a)
		}
	})
}

func FuzzAmount(f *testing.F) {
	for _, s := range []string{"28万", "1亿2000万", "280,000.00", "20-30万", "30万以上"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		ParseAmountRange(s)
		fen, err := ParseAmount(s)
		if err != nil {
			return
		}
		if again, err := ParseAmount(AmountOnPaper(fen)); err != nil || again != fen {
			t.Errorf("%q is %d, on paper %s, read as %d, %v", s, fen, AmountOnPaper(fen), again, err)
		}
		AmountInWords(fen)
	})
}

func FuzzDays(f *testing.F) {
	f.Add("date,name,type\n2027-02-05,春节,休\n")
	f.Fuzz(func(t *testing.T, s string) {
		days, err := ReadDays(strings.NewReader(s))
		if err == nil {
			NationalCalendar().With(days).AddWorkdays(time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), 5)
		}
	})
}
