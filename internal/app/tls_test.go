package app

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zhike/internal/platform/clock"
)

// TestHTTPS: with a certificate the server speaks nothing else, nothing older than TLS 1.2, binds
// its cookie to the host, and asks browsers to stay with it.
func TestHTTPS(t *testing.T) {
	dir := t.TempDir()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	now := clock.System()
	about := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "zhike"}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, BasicConstraintsValid: true, IsCA: true}
	der, err := x509.CreateCertificate(rand.Reader, about, about, &key.PublicKey, key)
	must(t, err)
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	must(t, err)
	cert, private := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	must(t, os.WriteFile(cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	must(t, os.WriteFile(private, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}), 0o600))
	data := filepath.Join(dir, "data")
	setup := itself("setup", "--data", data, "--login", "boss", "--name", "Boss", "--company", "Zhike", "--password-stdin")
	setup.Stdin = strings.NewReader("a long enough passphrase\n")
	if out, err := setup.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	c := itself("serve", "--data", data, "--listen", "127.0.0.1:0", "--tls-cert", cert, "--tls-key", private)
	out, err := c.StdoutPipe()
	must(t, err)
	must(t, c.Start())
	defer func() { _ = c.Process.Kill(); _ = c.Wait() }()
	line, err := bufio.NewReader(out).ReadString('\n')
	must(t, err)
	base := strings.TrimSpace(strings.TrimPrefix(line, "Zhike is at "))
	go io.Copy(io.Discard, out)
	if !strings.HasPrefix(base, "https://127.0.0.1:") {
		t.Fatalf("it is at %s", base)
	}
	trusted := x509.NewCertPool()
	leaf, err := x509.ParseCertificate(der)
	must(t, err)
	trusted.AddCert(leaf)
	client := func(most uint16) *http.Client {
		return &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trusted, MinVersion: tls.VersionTLS10, MaxVersion: most}}}
	}
	r, err := client(tls.VersionTLS13).Post(base+"/api/v1/session", "application/json", strings.NewReader(`{"login":"boss","password":"a long enough passphrase"}`))
	must(t, err)
	r.Body.Close()
	cookies := r.Cookies()
	if r.StatusCode != 200 || len(cookies) != 1 || !strings.HasPrefix(cookies[0].Name, "__Host-") || !cookies[0].Secure || !cookies[0].HttpOnly || cookies[0].SameSite != http.SameSiteLaxMode || cookies[0].Path != "/" {
		t.Errorf("%d, the cookie is %+v", r.StatusCode, cookies)
	}
	if r.Header.Get("Strict-Transport-Security") == "" {
		t.Error("browsers are not asked to stay with HTTPS")
	}
	if _, err := client(tls.VersionTLS11).Get(base + "/healthz"); err == nil {
		t.Error("it speaks TLS 1.1")
	}
	plain, err := http.Get(strings.Replace(base, "https://", "http://", 1) + "/healthz")
	if err == nil {
		plain.Body.Close()
		if plain.StatusCode == 200 {
			t.Error("it answers plain HTTP")
		}
	}
}
