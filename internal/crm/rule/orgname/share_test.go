package orgname

import "testing"

func TestShareName(t *testing.T) {
	for in, want := range map[string]string{"万 科Ａ": "万科", "*ST智胜": "智胜", "ST德豪": "德豪", "SST华塑": "华塑", "S*ST昌鱼": "昌鱼", "XD格力电": "格力电", "XR中集": "中集", "DR五粮液": "五粮液", "N天溯": "天溯", "C天溯计量": "天溯计量",
		"京东方Ａ": "京东方", "古井贡B": "古井贡", "百济神州-U": "百济神州", "小米集团-W": "小米集团", "九号公司-WD": "九号公司", "优刻得-UW": "优刻得", "金洲退": "金洲", "退市金洲": "金洲", "金洲慈航退": "金洲慈航", "TCL科技": "TCL科技", "C919客机": "C919客机", "中国A谷": "中国A谷",
		"*STTCL": "TCL", "ST中青宝": "中青宝", "深 康佳A": "深康佳", "伟隆股份": "伟隆股份", "": "", "STM32": "STM32", "NBA中国": "NBA中国", "3M中国": "3M中国", "Softlife": "Softlife"} {
		if got := ShareName(in); got != want {
			t.Errorf("ShareName(%s) = %s, want %s", in, got, want)
		}
	}
}
