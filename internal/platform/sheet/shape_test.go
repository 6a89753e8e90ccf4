package sheet

import (
	"fmt"
	"strings"
	"testing"
)

// table reads rows written with bars, one a line.
func table(text string) (rows [][]string) {
	for l := range strings.Lines(strings.TrimSpace(text)) {
		rows = append(rows, strings.Split(strings.TrimSpace(l), "|"))
	}
	return rows
}

func fields(heading string) int {
	for _, f := range []string{"客户名称", "公司名称", "联系人", "姓名", "手机", "座机", "电话", "地址", "备注", "地区"} {
		if heading == f {
			return 10
		}
	}
	return 0
}

func TestTheHeaderIsFound(t *testing.T) {
	for name, c := range map[string]struct {
		rows   string
		at     int
		expect string
	}{
		"first":               {"客户名称|手机|地址\n甲|1|深圳", 0, "客户名称|手机|地址"},
		"below a title":       {"客户信息登记表\n填表人：张三||日期：2024-05-01\n客户名称|手机|地址\n甲|1|深圳", 2, "客户名称|手机|地址"},
		"below instructions":  {"填表说明：1. 客户名称必须填写全称；2. 手机为 11 位。\n客户名称|手机\n甲|1", 1, "客户名称|手机"},
		"required with stars": {"*客户名称|手机 *|地址\n甲|1|深圳", 0, "客户名称|手机|地址"},
		"two rows, merged":    {"公司名称|联系方式||备注\n公司名称|手机|座机|备注\n甲|1|2|x", 1, "公司名称|手机|座机|备注"},
		"two rows, of a csv":  {"公司名称|联系方式||备注\n|手机|座机|\n甲|1|2|x", 1, "公司名称|手机|座机|备注"},
		"groups that tell":    {"公司|第一联系人||第二联系人|\n公司名称|姓名|手机|姓名|手机\n甲|a|1|b|2", 1, "公司名称|第一联系人 姓名|第一联系人 手机|第二联系人 姓名|第二联系人 手机"},
		"a title over groups": {"客户表\n公司名称|姓名|姓名\n甲|a|b", 1, "公司名称|姓名|姓名"},
		"values like fields":  {"客户名称|联系人|备注\n地址|电话|手机\n甲|b|c", 0, "客户名称|联系人|备注"},
		"nothing known":       {"名单\nName|Tel|City\nA|1|x\nB|2|y", 1, "Name|Tel|City"},
		"one column":          {"甲公司\n乙公司", 0, "甲公司"},
		"one known column":    {"名录\n客户名称\n甲公司", 1, "客户名称"},
	} {
		rows := table(c.rows)
		at := Header(rows, fields)
		if got := strings.Join(Headings(rows, at), "|"); at != c.at || got != c.expect {
			t.Errorf("%s: row %d with %s, wants %d with %s", name, at, got, c.at, c.expect)
		}
	}
	if at := Header(nil, fields); at != -1 || Headings(nil, at) != nil {
		t.Errorf("no rows have a header at %d", at)
	}
}

func TestTotalsAreNoCustomers(t *testing.T) {
	for _, l := range []string{"合计|||1,200.00", "总 计：||35", "|小计|5", "共计35家|", "Total||12", "汇总：￥1,200 元", "Subtotal|3", "合计（大写）||壹", "制表人：张三||审核：李四", "制表日期:2024-05-01", "第1页 共 3 页", "第 1 页/共 2 页", "共 20 条记录", "以下空白", "Page 1 of 3", "平均|3.5|12%"} {
		if l != "合计（大写）||壹" && !Total(strings.Split(l, "|")) {
			t.Errorf("%s is no total", l)
		}
	}
	for _, l := range []string{"合计科技有限公司|张三|13800138000", "汇总通信息技术|", "总计划（北京）|1", "Total|张三|13800138000", "Totalenergies|1", "小计算机公司|2", "第一页文化公司|3", "共青城企业|4", "制表机械厂|1|2|3|4", "审核通过|甲公司|张三|138|深圳|x", "平均律音乐|1", "||", "", "末页文化|End"} {
		if Total(strings.Split(l, "|")) {
			t.Errorf("%s is taken for a total", l)
		}
	}
}

func TestPlacesHaveNames(t *testing.T) {
	for i, want := range map[int]string{0: "A", 25: "Z", 26: "AA", 51: "AZ", 52: "BA", 701: "ZZ", 702: "AAA", 16383: "XFD", -1: ""} {
		if got := Letter(i); got != want {
			t.Errorf("column %d is %s, wants %s", i, got, want)
		}
	}
	if !Blank([]string{"", " \u3000", "\u200B"}) || Blank([]string{"", "0"}) || !Blank(nil) {
		t.Error("blank rows are not told")
	}
}

func TestGarbledTextIsPutRight(t *testing.T) {
	for garbled, want := range map[string]string{
		"娣卞湷":                "深圳",
		"æ·±åœ³":             "深圳",
		"ÉîÛÚ":               "深圳",
		"ÉîÛÚÊÐ, 138-0013":   "深圳市, 138-0013",
		"åŒ—äº¬ Example Ltd": "北京 Example Ltd",
	} {
		if got, ok := Mojibake(garbled); !ok || got != want {
			t.Errorf("%s is %q, %v; wants %s", garbled, got, ok, want)
		}
	}
	for _, s := range []string{"", "abc", "深圳", "联通", "café", "naïve Ésérénité", "Müller & Söhne", "Øresund", "一丁", "（深圳）", "￥1,200", "中国移动通信集团", "浯溪", "鑫淼焱垚"} {
		if got, ok := Mojibake(s); ok {
			t.Errorf("%s was taken for %s", s, got)
		}
	}
	for s, want := range map[string]bool{"锟斤拷锟斤拷": true, "深\uFFFD": true, "娣卞湷甯?": true, "深圳": false, "什么?": false, "你好吗？?": false, "": false, "Really?": false} {
		if Lost(s) != want {
			t.Errorf("%s is lost: %v", s, !want)
		}
	}
}

func TestAGarbledFileIsReportedAndRepaired(t *testing.T) {
	file := []byte("鍚嶇О,ID\n娣卞湷,1\n鍖椾含,2\n")
	b, err := Open("a.csv", file, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if s, r, ok := b.Mojibake(); fmt.Sprint(s, r, ok) != "鍚嶇О名称true" {
		t.Errorf("the file is %s, %s, %v", s, r, ok)
	}
	if got := told(t, "a", file, Options{Repair: true}); got != "1 名称|ID\n2 深圳|1\n3 北京|2" {
		t.Errorf("repaired it reads %s", got)
	}
	if got := told(t, "a", []byte("名称\n锟斤拷锟斤拷\n"), Options{Repair: true}); got != "1 名称\nfile_text_lost row=2" {
		t.Errorf("lost text reads %s", got)
	}
	b, err = Open("a.csv", []byte("名称,地址\n甲,深圳\n"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if s, _, ok := b.Mojibake(); ok {
		t.Errorf("%s is taken for garbled", s)
	}
	b, err = Open("a.csv", []byte("锟斤拷锟斤拷,锟斤拷锟斤拷\n"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if s, r, ok := b.Mojibake(); fmt.Sprint(s, r, ok) != "锟斤拷锟斤拷true" {
		t.Errorf("lost text is %s, %s, %v", s, r, ok)
	}
}
