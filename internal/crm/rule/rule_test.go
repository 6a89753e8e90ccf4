package rule

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// cases reads a case file as rows by heading.
func cases(t *testing.T, file string) []map[string]string {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord = -1
	r.LazyQuotes = true
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, row := range rows[1:] {
		m := map[string]string{}
		for i, v := range row {
			m[rows[0][i]] = v
		}
		out = append(out, m)
	}
	return out
}

func TestCreditCodeCases(t *testing.T) {
	for _, c := range cases(t, "uscc-cases.csv") {
		got, err := CreditCode(c["code"])
		if (err == nil) != (c["valid"] == "1") {
			t.Errorf("%s %s (%s): %q, %v", c["code"], c["name"], c["note"], got, err)
		}
	}
}

func TestSizeCases(t *testing.T) {
	codes := map[string]string{"农、林、牧、渔业": "A01", "工业": "C39", "建筑业": "E47", "批发业": "F51", "零售业": "F52", "交通运输业": "G54", "仓储业": "G592",
		"邮政业": "G60", "住宿业": "H61", "餐饮业": "H62", "信息传输业": "I64", "软件和信息技术服务业": "I65", "房地产开发经营": "K701", "物业管理": "K702",
		"租赁和商务服务业": "L72", "其他未列明行业": "M73"}
	want := map[string]Size{"大型": Large, "中型": Medium, "小型": Small, "微型": Micro, "无法判定": Undetermined, "不适用": NotApplicable}
	number := func(s string, unit float64) *int64 {
		if s == "" {
			return nil
		}
		f, err := strconv.ParseFloat(s, 64)
		if err != nil {
			t.Fatal(err)
		}
		n := int64(f*unit + 0.5)
		return &n
	}
	for _, c := range cases(t, "enterprise-size-cases.csv") {
		code := codes[c["industry"]]
		if code == "" {
			t.Fatalf("no code for %s", c["industry"])
		}
		got := SizeClass(code, number(c["employees"], 1), number(c["revenue_wan"], fenPerWan), number(c["assets_wan"], fenPerWan))
		if got != want[c["expected"]] {
			t.Errorf("%v: %s", c, got)
		}
	}
}

func TestPhoneCases(t *testing.T) {
	kinds := map[string]string{"mobile": Mobile, "landline": Landline, "tollfree": Service, "service": Service, "intl": Foreign}
	for _, c := range cases(t, "phones-cases.csv") {
		p, err := ParsePhone(c["input"])
		if (err == nil) != (c["valid"] == "1") {
			t.Errorf("%s (%s): %+v, %v", c["input"], c["note"], p, err)
			continue
		}
		if err != nil {
			continue
		}
		e164 := p.E164
		if p.Extension != "" {
			e164 += ";ext=" + p.Extension
		}
		if e164 != c["e164"] || p.Kind != kinds[c["kind"]] || p.Unallocated != strings.Contains(c["note"], "unallocated") {
			t.Errorf("%s: %+v, want %v", c["input"], p, c)
		}
		if got := MaskPhone(c["input"]); got != c["masked"] {
			t.Errorf("MaskPhone(%s) = %s, want %s", c["input"], got, c["masked"])
		}
		if again, err := ParsePhone(p.Display()); err != nil || again.E164 != p.E164 || again.Extension != p.Extension {
			t.Errorf("%s is shown as %s, which reads as %+v, %v", c["input"], p.Display(), again, err)
		}
	}
}

func TestMaskingCases(t *testing.T) {
	masks := map[string]func(string) string{"name": MaskName, "email": MaskEmail, "idcard": MaskIDCard, "bankcard": MaskBank, "bank_account_corp": MaskBank,
		"address": MaskAddress, "wechat": MaskWechat, "plate": MaskPlate, "passport": MaskPassport, "uscc": func(s string) string { return MaskNumbers(s) }}
	for _, c := range cases(t, "masking-cases.csv") {
		mask := masks[c["field"]]
		if mask == nil {
			t.Fatalf("no mask for %s", c["field"])
		}
		if got := mask(c["input"]); got != c["masked"] {
			t.Errorf("%s %q: %q, want %q", c["field"], c["input"], got, c["masked"])
		}
		if got := mask(c["masked"]); got != c["masked"] {
			t.Errorf("%s masked twice: %q became %q", c["field"], c["masked"], got)
		}
	}
}

func TestNameCases(t *testing.T) {
	for _, c := range cases(t, "shortnames-cases.csv") {
		want := NameParts{Region: c["region"], Brand: c["brand"], Trade: c["industry_word"], Form: c["org_form"]}
		if got := SplitName(c["full"]); got != want {
			t.Errorf("%s:\n got %q\nwant %q", c["full"], got, want)
		}
		if GenericName(c["full"]) {
			t.Errorf("%s is taken for a generic name", c["full"])
		}
	}
}

func TestDuplicateCases(t *testing.T) {
	for _, c := range cases(t, "dedup-pairs.csv") {
		for _, pair := range [][2]string{{c["a"], c["b"]}, {c["b"], c["a"]}} {
			if got := CompareNames(pair[0], pair[1]); got.String() != c["label"] {
				t.Errorf("%s / %s (%s): %s, want %s; %q %q", pair[0], pair[1], c["reason"], got, c["label"], SplitName(pair[0]), SplitName(pair[1]))
			}
		}
	}
}

func TestWorkdayCases(t *testing.T) {
	for _, c := range cases(t, "workday-cases.csv") {
		start, err := time.Parse(time.DateOnly, c["start"])
		if err != nil {
			t.Fatal(err)
		}
		n, _ := strconv.Atoi(c["n_working_days"])
		if got := NationalCalendar().AddWorkdays(start, n).Format(time.DateOnly); got != c["due"] {
			t.Errorf("%s + %d = %s, want %s (%s)", c["start"], n, got, c["due"], c["note"])
		}
	}
}
