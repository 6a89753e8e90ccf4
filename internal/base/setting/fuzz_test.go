package setting

import (
	"encoding/json"
	"testing"
	"time"

	"zhike/internal/platform/db"
)

// FuzzValue: whatever a client sends as the value of whatever setting ends in a judgement; what is accepted is kept, read back
// as it was accepted, and accepted again as it is.
func FuzzValue(f *testing.F) {
	for i, seed := range []string{`"Asia/Shanghai"`, `" 禾澈 "`, `30`, `1e3`, `-1`, `9007199254740993`, `0.5`, `true`, `null`, `"09:30"`, `"24:00"`, `"smtp.mail.example"`, `"a@mail.example"`, `"Local"`, `"../../etc/passwd"`,
		`"\u0000"`, `"\ud800"`, `{"a":[1]}`, `[]`, `"nobody"`, `"\u2028"`, `-0`, `"ZK"`} {
		f.Add(uint8(i), seed)
	}
	f.Fuzz(func(t *testing.T, n uint8, text string) {
		var sent any
		if json.Unmarshal([]byte(text), &sent) != nil {
			return
		}
		for _, d := range []*declared{registry[int(n)%len(registry)], CompanyTimezone.d, CompanyName.d, NoticeFrom.d, MailFrom.d} {
			v, err := d.judge(sent)
			if err != nil {
				continue
			}
			kept, err := json.Marshal(v)
			if err != nil {
				t.Fatalf("%s takes %s and cannot keep it: %v", d.key, text, err)
			}
			r := row{Key: d.key, Value: db.Of(json.RawMessage(kept))}
			back := d.value(r)
			if d.kind == KindSecret {
				if (back == IsSet) != (v != "") {
					t.Errorf("%s keeps %s and tells %v", d.key, kept, back)
				}
				continue
			}
			if back != v {
				t.Errorf("%s takes %s as %#v and reads it back as %#v", d.key, text, v, back)
			}
			if again, err := d.judge(back); err != nil || again != v {
				t.Errorf("%s does not take its own %#v: %#v, %v", d.key, back, again, err)
			}
			if d == CompanyTimezone.d {
				at, err := zone(v.(string))
				if err != nil || at == time.Local {
					t.Errorf("%q is no zone: %v", v, err)
				}
			}
		}
	})
}

// TestDefaultsAreTaken: what a setting is until somebody changes it would be taken from a person too, unless he has to say it.
func TestDefaultsAreTaken(t *testing.T) {
	for _, d := range registry {
		if v, err := d.judge(d.otherwise); !(d.needed && d.otherwise == "") && (err != nil || v != d.otherwise) {
			t.Errorf("%s: %v, %v", d.key, v, err)
		}
	}
}
