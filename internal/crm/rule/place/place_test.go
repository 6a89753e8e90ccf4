package place

import (
	"slices"
	"strings"
	"testing"

	"zhike/internal/platform/words"
)

func TestBare(t *testing.T) {
	for in, want := range map[string]string{"浙江省": "浙江", "内蒙古自治区": "内蒙古", "浦东新区": "浦东", "恩施土家族苗族自治州": "恩施", "城区": "城区", "玉屏侗族自治县": "玉屏", "阿拉善盟": "阿拉善"} {
		if got := Bare(in); got != want {
			t.Errorf("Bare(%s) = %s, want %s", in, got, want)
		}
	}
}

func TestPrefixReadsFromLargeToSmall(t *testing.T) {
	for in, want := range map[string]string{"浙江省杭州市西湖区文三路": "浙江省杭州市西湖区", "杭州萧山新隆": "杭州萧山", "朝阳区某路": "", "文三路": "", "吉林长春": "吉林长春"} {
		if _, n := Prefix(in); in[:n] != want {
			t.Errorf("Prefix(%s) = %s, want %s", in, in[:n], want)
		}
	}
	if !Within("330106", "330000") || Within("330000", "330106") || Within("330106", "320000") {
		t.Error("Within")
	}
}

func TestFindArea(t *testing.T) {
	for in, want := range map[string]string{"华东": "华东", "华东地区": "华东", "华东区": "华东", "华南大区": "华南", "東北": "东北", "东三省": "东北", "港澳台": "港澳台", "浙江": "", "": "", "区": "", "全国": "", "华": ""} {
		if got, ok := FindArea(in); got != want || ok != (want != "") {
			t.Errorf("FindArea(%s) = %s, want %s", in, got, want)
		}
	}
}

// Names that English takes from the languages of those who live there, or that have long been written otherwise.
var notPinyin = strings.Fields(`Inner_Mongolia Hong_Kong Macao Tibet Shaanxi Hohhot Ordos Hulunbuir Bayannur Ulanqab Qiqihar Hinggan Xilingol Alxa Harbin Da_Hinggan_Ling
	Garze Lhasa Xigaze Qamdo Nyingchi Nagqu Ngari Golog Urumqi Karamay Turpan Hami Bortala Bayingolin Aksu Kizilsu Kashgar Hotan Ili Altay Aral Tumxuk Kokdala`)

// Every name above the counties is the pinyin of the Chinese one, as the search reads it, but for those above.
func TestEnglishNames(t *testing.T) {
	written := 0
	for _, r := range All() {
		if r.NameEN == "" {
			if r.Level != "county" {
				t.Errorf("%s has no English name", r.Name)
			}
			continue
		}
		written++
		plain := strings.NewReplacer("'", "", "ü", "v").Replace(strings.ToLower(r.NameEN))
		if !slices.Contains(words.NameTokens(Bare(r.Name)), "2"+plain) && !slices.Contains(notPinyin, strings.ReplaceAll(r.NameEN, " ", "_")) {
			t.Errorf("%s is no reading of %s: %v", r.NameEN, Bare(r.Name), words.NameTokens(Bare(r.Name)))
		}
		if en := AreaName(r.Area, "en"); en == r.Area || !strings.Contains(en, "China") && en != "Hong Kong, Macao and Taiwan" {
			t.Errorf("%s: %s", r.Area, en)
		}
	}
	if written != 34+333+32 {
		t.Error(written)
	}
	for code, want := range map[string]string{"330106": "Zhejiang Hangzhou 西湖区", "310000": "Shanghai", "999999": ""} {
		if got := Label(code, "en"); got != want {
			t.Errorf("Label(%s) = %q, want %q", code, got, want)
		}
	}
	if AreaName("华东", "zh-CN") != "华东" || AreaName("火星", "en") != "火星" {
		t.Error("AreaName")
	}
}
