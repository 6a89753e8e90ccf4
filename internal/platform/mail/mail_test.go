package mail_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"net"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"zhike/internal/platform/mail"
	"zhike/internal/platform/mail/mailtest"

	"github.com/emersion/go-smtp"
)

var letter = mail.Message{ID: "1a2b@house.example", To: "li.lei@mail.example", Subject: "您有 3 条新通知：浙江某某智能装备股份有限公司的客户被转走了", Title: "您有 3 条新通知",
	Lines: []string{"李娜 把客户「A&B<b>」转给了您"}, Foot: "想少收邮件？", Link: "https://crm.example/notices", At: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}

func server(s *mailtest.Server, security string) mail.Server {
	return mail.Server{Host: "127.0.0.1", Port: s.Port, Security: security, From: "crm@house.example", FromName: "禾澈智能", Roots: s.Roots, Timeout: 2 * time.Second}
}

func why(t *testing.T, err error, want string, again bool) {
	t.Helper()
	var f *mail.Fault
	if !errors.As(err, &f) || f.Why != want || f.Again != again {
		t.Errorf("%v, wants %s (again %v)", err, want, again)
	}
}

// TestHeaders: a Chinese subject and sender are encoded words that decode to what was said, and no line is over 998 bytes.
func TestHeaders(t *testing.T) {
	for _, security := range []string{mail.TLS, mail.StartTLS, mail.Plain} {
		s := mailtest.Start(t, &mailtest.Server{User: "crm", Pass: "geheim"}, security)
		to := server(s, security)
		to.User, to.Password = "crm", "geheim"
		if err := mail.Send(t.Context(), to, letter); err != nil {
			t.Fatalf("%s: %v", security, err)
		}
		raw := s.Messages()[0]
		m, err := netmail.ReadMessage(strings.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		var d mime.WordDecoder
		for name, want := range map[string]string{"Subject": letter.Subject, "From": `禾澈智能 <crm@house.example>`} {
			got, err := d.DecodeHeader(m.Header.Get(name))
			if err != nil || strings.ReplaceAll(got, `"`, "") != want {
				t.Errorf("%s is %q (%v)", name, got, err)
			}
		}
		if id := m.Header.Get("Message-ID"); id != "<1a2b@house.example>" {
			t.Errorf("Message-ID %q", id)
		}
		if strings.ContainsFunc(strings.SplitN(raw, "\r\n\r\n", 2)[0], func(r rune) bool { return r > 126 }) {
			t.Error("a header holds bytes that are no ASCII")
		}
		body, err := io.ReadAll(m.Body)
		if err != nil || !bytes.Contains(body, []byte("text/plain")) || !bytes.Contains(body, []byte("text/html")) {
			t.Errorf("it has not both forms: %v", err)
		}
		if bytes.Contains(body, []byte("<b>」")) {
			t.Error("a customer's name marks up the mail")
		}
	}
}

func TestWhatGoesWrong(t *testing.T) {
	plain := mailtest.Start(t, &mailtest.Server{}, mail.Plain)
	to := server(plain, mail.StartTLS)
	why(t, mail.Send(t.Context(), to, letter), "mail_tls", false) // a server without TLS is not spoken to in clear
	if len(plain.Messages()) != 0 {
		t.Error("it was sent in clear")
	}
	stranger := mailtest.Start(t, &mailtest.Server{}, mail.TLS)
	to = server(stranger, mail.TLS)
	to.Roots = plain.Roots
	why(t, mail.Send(t.Context(), to, letter), "mail_tls", false) // a certificate that nobody vouches for

	guarded := mailtest.Start(t, &mailtest.Server{User: "crm", Pass: "geheim"}, mail.StartTLS)
	to = server(guarded, mail.StartTLS)
	to.User, to.Password = "crm", "falsch"
	err := mail.Send(t.Context(), to, letter)
	why(t, err, "mail_auth", false)
	if strings.Contains(err.Error(), "falsch") {
		t.Error("the error holds the password")
	}

	refusing := mailtest.Start(t, &mailtest.Server{Fail: func(string) error {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"}
	}}, mail.Plain)
	why(t, mail.Send(t.Context(), server(refusing, mail.Plain), letter), "mail_recipient", false)
	busy := mailtest.Start(t, &mailtest.Server{Fail: func(string) error {
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "greylisted"}
	}}, mail.Plain)
	why(t, mail.Send(t.Context(), server(busy, mail.Plain), letter), "mail_recipient", true)

	l, err := net.Listen("tcp", "127.0.0.1:0") // takes the call and says nothing
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	to = server(plain, mail.Plain)
	to.Port, to.Timeout = l.Addr().(*net.TCPAddr).Port, 200*time.Millisecond
	why(t, mail.Send(context.Background(), to, letter), "mail_unreachable", true)
	l.Close()
	why(t, mail.Send(t.Context(), to, letter), "mail_unreachable", true) // nobody there
	bad := letter
	bad.To = "no address"
	why(t, mail.Send(t.Context(), server(plain, mail.Plain), bad), "mail_address", false)
}
