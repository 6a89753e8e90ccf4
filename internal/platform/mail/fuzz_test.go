package mail

import (
	"bytes"
	"io"
	"mime"
	netmail "net/mail"
	"strings"
	"testing"
	"time"
)

// FuzzCompose: whatever a name, a subject or an attachment is called, the mail has one subject, one recipient and no header of theirs.
func FuzzCompose(f *testing.F) {
	f.Add("知客\r\nBcc: x@evil.example", "到期\r\nBcc: x@evil.example\r\n\r\n<b>", "a\r\nX: y.csv", "boss@mail.example")
	f.Add("\"", "=?utf-8?q?x?=", "\";\"", "a@b.example, c@d.example")
	f.Add("", "\x00\xff", "", "x\r\nBcc: y@z.example")
	f.Fuzz(func(t *testing.T, from, subject, file, to string) {
		msg, err := compose(Server{From: "crm@zhike.example", FromName: from}, Message{ID: "1@zhike.example", To: to, Subject: subject, Title: subject, Lines: []string{subject}, At: time.Unix(1, 0),
			Files: []File{{Name: file, Type: "text/csv", Text: []byte("x")}}})
		if err != nil {
			return
		}
		var out bytes.Buffer
		if _, err := msg.WriteTo(&out); err != nil {
			return
		}
		m, err := netmail.ReadMessage(&out)
		if err != nil {
			t.Fatalf("what was composed is no mail: %v", err)
		}
		for name, values := range m.Header {
			switch name {
			case "Date", "Mime-Version", "Message-Id", "Subject", "Auto-Submitted", "From", "To", "Content-Type":
				if len(values) != 1 {
					t.Errorf("%s stands there %d times", name, len(values))
				}
			default:
				t.Errorf("%q made the header %s", []string{from, subject, file, to}, name)
			}
		}
		if all, err := m.Header.AddressList("To"); err != nil || len(all) != 1 {
			t.Errorf("%q goes to %v, %v", to, all, err)
		}
		plain := strings.Map(func(r rune) rune {
			if r < ' ' {
				return -1
			}
			return r
		}, strings.ToValidUTF8(subject, ""))
		if said, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); plain == subject && strings.TrimSpace(subject) == subject && !strings.Contains(subject, "=?") && (err != nil || said != subject) {
			t.Errorf("subject %q is %q, %v", subject, said, err)
		}
		io.Copy(io.Discard, m.Body)
	})
}
