// Package robot speaks to the robots of chat groups in the words that each of them
// documents, and to webhooks in words of our own.
package robot

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// A Kind of robot.
type Kind string

const (
	WeCom    Kind = "wecom"    // 20 messages a minute; no signature, the token stands in the address
	DingTalk Kind = "dingtalk" // 20 messages a minute, then silence for ten
	Feishu   Kind = "feishu"   // 100 messages a minute, five a second
	Webhook  Kind = "webhook"  // ours: HMAC over time and body
)

// PerMinute is how many messages a robot takes in a minute.
func (k Kind) PerMinute() int {
	if k == Feishu || k == Webhook {
		return 100
	}
	return 20
}

// A Message for a group.
type Message struct {
	ID    string // the same for the same message, so that a webhook can tell a repetition
	Kind  string // what it is about, for webhooks
	Title string
	Lines []string
	Link  string // to the product; "" for none
}

// A Call is what is to be posted.
type Call struct {
	URL, Body string
	Headers   map[string]string
}

// longest is what 企业微信 takes of a markdown text, in bytes; the others take more.
const longest = 4096

// Compose puts a message into the words of a robot, signed at an instant with its secret.
func Compose(k Kind, address, secret string, m Message, at time.Time) (Call, error) {
	switch k {
	case WeCom:
		return call(address, map[string]any{"msgtype": "markdown", "markdown": map[string]any{"content": m.markdown(longest)}}, nil)
	case DingTalk:
		u, err := url.Parse(address)
		if err != nil {
			return Call{}, fmt.Errorf("robot: the address cannot be read")
		}
		if secret != "" {
			stamp := strconv.FormatInt(at.UnixMilli(), 10)
			q := u.Query()
			q.Set("timestamp", stamp)
			q.Set("sign", mac([]byte(secret), stamp+"\n"+secret))
			u.RawQuery = q.Encode()
		}
		return call(u.String(), map[string]any{"msgtype": "markdown", "markdown": map[string]any{"title": m.Title, "text": m.markdown(5000)}}, nil)
	case Feishu:
		body := map[string]any{"msg_type": "text", "content": map[string]any{"text": m.plain()}}
		if secret != "" {
			stamp := strconv.FormatInt(at.Unix(), 10)
			body["timestamp"], body["sign"] = stamp, mac([]byte(stamp+"\n"+secret), "")
		}
		return call(address, body, nil)
	case Webhook:
		c, err := call(address, map[string]any{"id": m.ID, "kind": m.Kind, "title": m.Title, "lines": m.Lines, "link": m.Link, "sent_at": at.UTC().Format(time.RFC3339)}, map[string]string{"Idempotency-Key": m.ID})
		if err == nil && secret != "" {
			stamp := strconv.FormatInt(at.Unix(), 10)
			h := hmac.New(sha256.New, []byte(secret))
			h.Write([]byte(stamp + "." + c.Body))
			c.Headers["X-Zhike-Timestamp"], c.Headers["X-Zhike-Signature"] = stamp, "sha256="+hex.EncodeToString(h.Sum(nil))
		}
		return c, err
	}
	return Call{}, fmt.Errorf("robot: no kind %q", k)
}

func call(address string, body any, headers map[string]string) (Call, error) {
	var text strings.Builder
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	err := e.Encode(body)
	return Call{address, strings.TrimSuffix(text.String(), "\n"), headers}, err
}

func mac(key []byte, text string) string {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

// markdown escapes what a name could mark up with: a customer must not make a link.
var tame = strings.NewReplacer("[", "［", "]", "］", "<", "＜", ">", "＞", "*", "＊", "`", "'", "\n", " ", "\r", " ")

func (m Message) markdown(most int) string {
	text := "**" + tame.Replace(m.Title) + "**"
	for _, l := range m.Lines {
		text += "\n> " + tame.Replace(l)
	}
	if m.Link != "" {
		end := "\n[" + tame.Replace(m.Link) + "](" + m.Link + ")"
		return cut(text, most-len(end)) + end
	}
	return cut(text, most)
}

// noMentions: 飞书 reads <at user_id="all"> in a text, and a customer's name must not call everybody.
var noMentions = strings.NewReplacer("<", "＜", ">", "＞")

func (m Message) plain() string {
	text := m.Title
	for _, l := range m.Lines {
		text += "\n" + l
	}
	if m.Link != "" {
		text += "\n" + m.Link
	}
	return cut(noMentions.Replace(text), 15_000)
}

// cut keeps at most n bytes and no half character.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	s = s[:max(0, n-len("…"))]
	for len(s) > 0 && !utf8.ValidString(s) {
		s = s[:len(s)-1]
	}
	return s + "…"
}

// An Outcome is what a robot answered.
type Outcome struct {
	Sent  bool
	Again bool   // it may go well later
	Why   string // robot_busy robot_refused robot_signature robot_keyword robot_gone robot_failed
	Code  int    // the robot's own
}

// Read judges an answer: all three say 200 and put the fault into the body.
func Read(k Kind, status int, body []byte) Outcome {
	if status == 429 {
		return Outcome{Again: true, Why: "robot_busy", Code: status}
	}
	if status >= 500 {
		return Outcome{Again: true, Why: "robot_failed", Code: status}
	}
	if status < 200 || status >= 300 {
		why := "robot_refused"
		if status == 404 || status == 410 {
			why = "robot_gone"
		}
		if k == Webhook && (status == 401 || status == 403) {
			why = "robot_signature"
		}
		return Outcome{Why: why, Code: status}
	}
	if k == Webhook {
		return Outcome{Sent: true}
	}
	var said struct {
		ErrCode    *int   `json:"errcode"`
		Code       *int   `json:"code"`
		StatusCode *int   `json:"StatusCode"` // 飞书, in its older answers
		ErrMsg     string `json:"errmsg"`
		Msg        string `json:"msg"`
	}
	if json.Unmarshal(body, &said) != nil || said.ErrCode == nil && said.Code == nil && said.StatusCode == nil {
		return Outcome{Again: true, Why: "robot_failed", Code: status}
	}
	code := 0
	for _, c := range []*int{said.ErrCode, said.Code, said.StatusCode} {
		if c != nil && *c != 0 {
			code = *c
		}
	}
	return outcome(k, code, strings.ToLower(said.ErrMsg+said.Msg))
}

func outcome(k Kind, code int, said string) Outcome {
	o := Outcome{Code: code, Why: "robot_refused"}
	switch {
	case code == 0:
		return Outcome{Sent: true}
	case k == WeCom && code == 45009, k == DingTalk && (code == 130101 || code == 660026), k == Feishu && (code == 11232 || code == 9499 && strings.Contains(said, "too many")):
		o.Again, o.Why = true, "robot_busy"
	case k == WeCom && code == 93000, k == DingTalk && (code == 300005 || code == 400101), k == Feishu && code == 19001:
		o.Why = "robot_gone"
	case k == DingTalk && code == 310000 && strings.Contains(said, "keyword"), k == Feishu && code == 19024:
		o.Why = "robot_keyword"
	case k == DingTalk && code == 310000, k == Feishu && code == 19021:
		o.Why = "robot_signature"
	case k == WeCom && code == -1, k == DingTalk && code == -1:
		o.Again, o.Why = true, "robot_failed"
	}
	return o
}
