// Package mailtest runs a real SMTP server for tests.
package mailtest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"math/big"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// A Server takes mail on 127.0.0.1 and keeps it.
type Server struct {
	Port  int
	Roots *x509.CertPool

	mu   sync.Mutex
	got  []string
	Fail func(to string) error // of a recipient; nil takes all
	User string                // "": nobody need sign in
	Pass string
	tls  *tls.Config
}

// Messages are those that came in, as they stood on the wire.
func (s *Server) Messages() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.got...)
}

// Start begins to serve: security is tls, starttls or none, as mail.Server has it.
func Start(t *testing.T, s *Server, security string) *Server {
	t.Helper()
	certificate, roots := certify(t)
	s.Roots, s.tls = roots, &tls.Config{Certificates: []tls.Certificate{certificate}}
	server := smtp.NewServer(s)
	server.Domain, server.AllowInsecureAuth = "localhost", security == "none"
	if security == "starttls" {
		server.TLSConfig = s.tls
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.Port = l.Addr().(*net.TCPAddr).Port
	if security == "tls" {
		l = tls.NewListener(l, s.tls)
	}
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	return s
}

// certify makes a certificate for 127.0.0.1 that nobody trusts but the pool it comes with.
func certify(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mail"}, NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<33, 0),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

// NewSession implements smtp.Backend.
func (s *Server) NewSession(*smtp.Conn) (smtp.Session, error) {
	if s.User != "" {
		return &guarded{session{server: s}}, nil
	}
	return &session{server: s}, nil
}

type session struct {
	server *Server
	in     bool
}

type guarded struct{ session }

func (*session) Reset()        {}
func (*session) Logout() error { return nil }
func (s *session) Mail(string, *smtp.MailOptions) error {
	if s.server.User != "" && !s.in {
		return smtp.ErrAuthRequired
	}
	return nil
}
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if s.server.Fail != nil {
		return s.server.Fail(to)
	}
	return nil
}
func (s *session) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.server.got = append(s.server.got, string(b))
	return err
}

func (*guarded) AuthMechanisms() []string { return []string{sasl.Plain} }
func (g *guarded) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, pass string) error {
		if user != g.server.User || pass != g.server.Pass {
			return &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: "no"}
		}
		g.in = true
		return nil
	}), nil
}
