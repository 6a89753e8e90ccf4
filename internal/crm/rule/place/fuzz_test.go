package place

import (
	"strings"
	"testing"
)

// FuzzFind: a region that is found is one of the table, with its own path, and its path is found to be it.
func FuzzFind(f *testing.F) {
	for _, s := range []string{"浙江省杭州市西湖区文三路", "浙江杭州", "粤", "330106", "鼓楼区", "东三省", "华东大区", "中国", "北京市市辖区", "110000", "x\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if area, ok := FindArea(s); ok == (area == "") {
			t.Errorf("%q is the area %q", s, area)
		}
		codes, n := Prefix(s)
		if n < 0 || n > len(s) || len(codes) > 3 {
			t.Errorf("%q begins with %v of %d bytes", s, codes, n)
		}
		Area(s)
		Bare(s)
		Within(s, s)
		r, ok := Find(s)
		if !ok {
			return
		}
		if known, ok := ByCode(r.Code); !ok || known.Name != r.Name || Area(r.Code) == "" {
			t.Fatalf("%q is %+v", s, r)
		}
		label := Label(r.Code, "zh-CN")
		if again, ok := Find(label); !strings.HasSuffix(label, r.Name) || !ok || again.Code != r.Code {
			t.Errorf("%q is %s, whose path is %s: %s", s, r.Code, label, again.Code)
		}
	})
}
