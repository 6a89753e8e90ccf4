package robot

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"
)

var at = time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)
var said = Message{ID: "d1", Kind: "notices", Title: "您有 2 条新通知", Lines: []string{"张伟：李娜 把客户「[点我](http://x)」转给了您", "第二行"}, Link: "https://crm.example/notices"}

func sum(key, text string) []byte {
	h := hmac.New(sha256.New, []byte(key))
	h.Write([]byte(text))
	return h.Sum(nil)
}

func body(t *testing.T, c Call) map[string]any {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal([]byte(c.Body), &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestWords(t *testing.T) {
	c, err := Compose(WeCom, "https://q.example/send?key=k", "", said, at)
	if err != nil || c.URL != "https://q.example/send?key=k" {
		t.Fatal(c.URL, err)
	}
	text := body(t, c)["markdown"].(map[string]any)["content"].(string)
	if body(t, c)["msgtype"] != "markdown" || !strings.Contains(text, "第二行") || strings.Contains(text, "[点我]") || !strings.Contains(text, "](https://crm.example/notices)") {
		t.Error(text)
	}
	long := said
	for range 400 {
		long.Lines = append(long.Lines, "一家名字很长很长的客户公司")
	}
	c, _ = Compose(WeCom, "https://q.example", "", long, at)
	if n := len(body(t, c)["markdown"].(map[string]any)["content"].(string)); n > 4096 {
		t.Errorf("%d bytes", n)
	}

	c, err = Compose(DingTalk, "https://oapi.example/robot/send?access_token=a%2Bb", "SECx", said, at)
	u, _ := url.Parse(c.URL)
	q := u.Query()
	if err != nil || q.Get("access_token") != "a+b" || q.Get("timestamp") != "1772413200000" || q.Get("sign") != base64.StdEncoding.EncodeToString(sum("SECx", "1772413200000\nSECx")) {
		t.Error(c.URL, err)
	}
	if m := body(t, c); m["msgtype"] != "markdown" || m["markdown"].(map[string]any)["title"] != said.Title {
		t.Error(m)
	}

	c, err = Compose(Feishu, "https://open.example/hook/x", "geheim", said, at)
	if m := body(t, c); err != nil || m["msg_type"] != "text" || m["timestamp"] != "1772413200" || m["sign"] != base64.StdEncoding.EncodeToString(sum("1772413200\ngeheim", "")) {
		t.Error(m, err)
	}

	c, err = Compose(Webhook, "https://hook.example", "geheim", said, at)
	if err != nil || c.Headers["X-Zhike-Signature"] != "sha256="+hex.EncodeToString(sum("geheim", c.Headers["X-Zhike-Timestamp"]+"."+c.Body)) || c.Headers["Idempotency-Key"] != "d1" {
		t.Error(c.Headers, err)
	}
}

// TestAnswers: recorded shapes of what each robot says.
func TestAnswers(t *testing.T) {
	for _, c := range []struct {
		kind   Kind
		status int
		body   string
		want   Outcome
	}{
		{WeCom, 200, `{"errcode":0,"errmsg":"ok"}`, Outcome{Sent: true}},
		{WeCom, 200, `{"errcode":45009,"errmsg":"api freq out of limit"}`, Outcome{Again: true, Why: "robot_busy", Code: 45009}},
		{WeCom, 200, `{"errcode":93000,"errmsg":"invalid webhook url, hint: [1]"}`, Outcome{Why: "robot_gone", Code: 93000}},
		{WeCom, 200, `{"errcode":40008,"errmsg":"invalid message type"}`, Outcome{Why: "robot_refused", Code: 40008}},
		{DingTalk, 200, `{"errcode":0,"errmsg":"ok"}`, Outcome{Sent: true}},
		{DingTalk, 200, `{"errcode":310000,"errmsg":"sign not match, more: [https://x]"}`, Outcome{Why: "robot_signature", Code: 310000}},
		{DingTalk, 200, `{"errcode":310000,"errmsg":"keywords not in content, more: [https://x]"}`, Outcome{Why: "robot_keyword", Code: 310000}},
		{DingTalk, 200, `{"errcode":130101,"errmsg":"send too fast, exceed 20 times per minute"}`, Outcome{Again: true, Why: "robot_busy", Code: 130101}},
		{DingTalk, 200, `{"errcode":300005,"errmsg":"token is not exist"}`, Outcome{Why: "robot_gone", Code: 300005}},
		{Feishu, 200, `{"StatusCode":0,"StatusMessage":"success","code":0,"data":{},"msg":"success"}`, Outcome{Sent: true}},
		{Feishu, 200, `{"code":19021,"data":{},"msg":"sign match fail or timestamp is not within one hour from current time"}`, Outcome{Why: "robot_signature", Code: 19021}},
		{Feishu, 200, `{"code":19024,"msg":"Key Words Not Found"}`, Outcome{Why: "robot_keyword", Code: 19024}},
		{Feishu, 200, `{"code":11232,"msg":"frequency limited"}`, Outcome{Again: true, Why: "robot_busy", Code: 11232}},
		{Feishu, 200, `{"code":19001,"msg":"param invalid: incoming webhook access token invalid"}`, Outcome{Why: "robot_gone", Code: 19001}},
		{Feishu, 200, `<html>a proxy</html>`, Outcome{Again: true, Why: "robot_failed", Code: 200}},
		{Webhook, 204, ``, Outcome{Sent: true}},
		{Webhook, 401, ``, Outcome{Why: "robot_signature", Code: 401}},
		{Webhook, 410, ``, Outcome{Why: "robot_gone", Code: 410}},
		{Webhook, 503, ``, Outcome{Again: true, Why: "robot_failed", Code: 503}},
		{WeCom, 429, ``, Outcome{Again: true, Why: "robot_busy", Code: 429}},
	} {
		if got := Read(c.kind, c.status, []byte(c.body)); got != c.want {
			t.Errorf("%s %d %s: %+v, wants %+v", c.kind, c.status, c.body, got, c.want)
		}
	}
}
