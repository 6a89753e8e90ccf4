package robot

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// FuzzRobot: any answer of any robot is an outcome; any message is JSON of bounded length that marks up nothing by itself.
func FuzzRobot(f *testing.F) {
	f.Add(uint8(0), 200, []byte(`{"errcode":45009,"errmsg":"api freq out of limit"}`), "客户[a](http://x)", "<at user_id=\"all\">所有人</at>")
	f.Add(uint8(1), 200, []byte(`{"errcode":310000,"errmsg":"sign not match"}`), "**", strings.Repeat("客", 6000))
	f.Add(uint8(2), 503, []byte(`{"StatusCode":0}`), "\n> x", "\xff")
	f.Add(uint8(3), 404, []byte(nil), "", "")
	f.Add(uint8(2), 200, []byte(`{"code":0}`), "<at user_id=\"all\">所有人</at>", "x")
	kinds := []Kind{WeCom, DingTalk, Feishu, Webhook}
	f.Fuzz(func(t *testing.T, n uint8, status int, answer []byte, title, line string) {
		k := kinds[int(n)%len(kinds)]
		o := Read(k, status, answer)
		if o.Sent == (o.Why != "") || o.Sent && (o.Again || status < 200 || status > 299) {
			t.Errorf("%s answers %d %q: %+v", k, status, answer, o)
		}
		c, err := Compose(k, "https://robot.example/send?key=1", "s", Message{ID: "1", Kind: "x", Title: title, Lines: []string{line, line}, Link: "https://zhike.example/c/1"}, time.Unix(1, 0))
		if err != nil {
			t.Fatal(err)
		}
		var said struct {
			Markdown struct{ Content, Text string }
			Content  struct{ Text string }
		}
		if err := json.Unmarshal([]byte(c.Body), &said); err != nil {
			t.Fatalf("%q: %v", c.Body, err)
		}
		text := said.Markdown.Content + said.Markdown.Text + said.Content.Text
		if k != Webhook && (!utf8.ValidString(text) || len(text) > 45_000 || k == WeCom && utf8.ValidString(title+line) && len(text) > longest) {
			t.Errorf("%s is sent %d bytes", k, len(text))
		}
		if strings.Contains(text, "<at") || strings.Contains(text, "<@") || k != Feishu && strings.Count(text, "](") > 1 {
			t.Errorf("%s is sent what it takes for a mention or a link: %q", k, text)
		}
	})
}
