package orgname

import "testing"

// A brand in Latin letters is a brand; a placeholder is none.
func TestGeneric(t *testing.T) {
	for name, want := range map[string]bool{
		"TCL科技集团股份有限公司": false, "Softlife文化传媒有限公司": false, "ABB工程有限公司": false, "IBM有限公司": false,
		"X公司": true, "XX有限公司": true, "abc有限公司": true, "测试公司": true, "某某公司": true, "公司": true, "广告传媒有限公司": true,
	} {
		if got := Generic(name); got != want {
			t.Errorf("%s is generic: %v, should be %v", name, got, want)
		}
	}
}
