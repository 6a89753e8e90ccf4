package place

import "testing"

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
