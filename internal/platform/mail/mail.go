// Package mail hands one mail to the company's own server, and says why it was refused.
package mail

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"html"
	"net"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// Timeout bounds connecting, and each step of handing over.
const Timeout = 20 * time.Second

// How the connection is kept from being read.
const (
	TLS      = "tls"      // from the first byte, port 465
	StartTLS = "starttls" // asked for and insisted on, port 587
	Plain    = "none"     // for a server within the house
)

// A Server that takes mail.
type Server struct {
	Host           string
	Port           int
	Security       string
	User, Password string
	From, FromName string
	Roots          *x509.CertPool // nil: the system's
	Timeout        time.Duration  // 0: Timeout
}

// A Message to one person.
type Message struct {
	ID      string // the Message-ID without brackets: the same for the same mail, so that one sent twice is one
	To      string
	Subject string
	Title   string
	Lines   []string
	Foot    string
	Link    string
	At      time.Time
	Files   []File
}

// A File goes along with a mail.
type File struct {
	Name, Type string
	Text       []byte
}

// A Fault is why a mail did not go out.
type Fault struct {
	Why   string // mail_unreachable mail_tls mail_auth mail_recipient mail_refused mail_address
	Again bool   // it may go well later
	cause error
}

func (f *Fault) Error() string { return f.Why + ": " + f.cause.Error() }
func (f *Fault) Unwrap() error { return f.cause }

// Send hands over m. The error is a *Fault.
func Send(ctx context.Context, s Server, m Message) error {
	msg, err := compose(s, m)
	if err != nil {
		return &Fault{Why: "mail_address", cause: errors.New("an address cannot be read")}
	}
	limit := s.Timeout
	if limit == 0 {
		limit = Timeout
	}
	options := []gomail.Option{gomail.WithPort(s.Port), gomail.WithTimeout(limit), gomail.WithTLSConfig(&tls.Config{ServerName: s.Host, RootCAs: s.Roots, MinVersion: tls.VersionTLS12})}
	switch s.Security {
	case TLS:
		options = append(options, gomail.WithSSL())
	case Plain:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if s.User != "" {
		auth := gomail.SMTPAuthAutoDiscover
		if s.Security == Plain {
			auth = gomail.SMTPAuthPlainNoEnc // chosen with the open connection
		}
		options = append(options, gomail.WithSMTPAuth(auth), gomail.WithUsername(s.User), gomail.WithPassword(s.Password))
	}
	client, err := gomail.NewClient(s.Host, options...)
	if err != nil {
		return &Fault{Why: "mail_address", cause: err}
	}
	ctx, stop := context.WithTimeout(ctx, 3*limit)
	defer stop()
	return judged(client.DialAndSendWithContext(ctx, msg))
}

func compose(s Server, m Message) (*gomail.Msg, error) {
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	if err := msg.FromFormat(s.FromName, s.From); err != nil {
		return nil, err
	}
	if err := msg.To(m.To); err != nil {
		return nil, err
	}
	msg.Subject(m.Subject)
	msg.SetMessageIDWithValue(m.ID)
	msg.SetDateWithValue(m.At)
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	text, page := m.Title+"\n\n", "<!doctype html><html><head><meta charset=\"utf-8\"></head><body style=\"font-family:sans-serif;line-height:1.6\"><p><strong>"+html.EscapeString(m.Title)+"</strong></p><ul>"
	for _, l := range m.Lines {
		text += "· " + l + "\n"
		page += "<li>" + html.EscapeString(l) + "</li>"
	}
	page += "</ul>"
	if m.Link != "" {
		text += "\n" + m.Link + "\n"
		page += "<p><a href=\"" + html.EscapeString(m.Link) + "\">" + html.EscapeString(m.Link) + "</a></p>"
	}
	if m.Foot != "" {
		text += "\n" + m.Foot + "\n"
		page += "<p style=\"color:#667085;font-size:12px\">" + html.EscapeString(m.Foot) + "</p>"
	}
	msg.SetBodyString(gomail.TypeTextPlain, text)
	msg.AddAlternativeString(gomail.TypeTextHTML, page+"</body></html>")
	for _, f := range m.Files {
		if err := msg.AttachReader(f.Name, bytes.NewReader(f.Text), gomail.WithFileContentType(gomail.ContentType(f.Type))); err != nil {
			return nil, err
		}
	}
	return msg, nil
}

// judged is an error of the server in the few words that an administrator acts on.
func judged(err error) error {
	if err == nil {
		return nil
	}
	f := &Fault{Why: "mail_refused", Again: true, cause: err}
	var send *gomail.SendError
	var unknown x509.UnknownAuthorityError
	var host x509.HostnameError
	var record tls.RecordHeaderError
	var certificate *tls.CertificateVerificationError
	var network net.Error
	text := strings.ToLower(err.Error())
	switch {
	case errors.As(err, &send):
		f.Again = send.IsTemp()
		switch {
		case send.Reason == gomail.ErrSMTPRcptTo:
			f.Why = "mail_recipient"
		case send.Reason == gomail.ErrConnCheck:
			f.Why, f.Again = "mail_unreachable", true
		case strings.Contains(text, " eof") || strings.Contains(text, "timeout") || strings.Contains(text, "reset"):
			f.Why, f.Again = "mail_unreachable", true
		}
	case errors.As(err, &unknown), errors.As(err, &host), errors.As(err, &record), errors.As(err, &certificate), strings.Contains(text, "starttls"), strings.Contains(text, "tls:"):
		f.Why, f.Again = "mail_tls", false
	case strings.Contains(text, "auth") || strings.Contains(text, "535") || strings.Contains(text, "534"):
		f.Why, f.Again = "mail_auth", strings.Contains(text, "454 ")
	case errors.As(err, &network), strings.Contains(text, "dial"), strings.Contains(text, "eof"), strings.Contains(text, "context deadline"):
		f.Why = "mail_unreachable"
	}
	return f
}
