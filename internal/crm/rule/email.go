package rule

import (
	"errors"
	"net/mail"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// What ParseEmail may find wrong.
var (
	ErrEmail       = errors.New("email: not an address")
	ErrEmailMasked = errors.New("email: a masked address")
)

// ParseEmail checks an address (RFC 5322 addr-spec, a domain with a dot) and gives it with a lower-case domain. Full-width
// characters, spaces around it, mailto: and a display name (张三 <a@b.cn>) are removed.
func ParseEmail(s string) (string, error) {
	t := strings.Trim(norm.NFKC.String(s), " \t\r\n\u200b\ufeff'。;,")
	t = strings.TrimPrefix(strings.TrimPrefix(t, "mailto:"), "MAILTO:")
	if IsMasked(t) {
		return "", ErrEmailMasked
	}
	a, err := mail.ParseAddress(t)
	if err != nil || len(a.Address) > 254 {
		return "", ErrEmail
	}
	at := strings.LastIndexByte(a.Address, '@')
	local, domain := a.Address[:at], strings.ToLower(a.Address[at+1:])
	if local == "" || len(local) > 64 || strings.ContainsAny(local, " \"()<>,;:\\") || !validDomain(domain) {
		return "", ErrEmail
	}
	return local + "@" + domain, nil
}

func validDomain(d string) bool {
	labels := strings.Split(d, ".")
	if len(labels) < 2 || digitsOnly(labels[len(labels)-1]) {
		return false
	}
	for _, l := range labels {
		if l == "" || len(l) > 63 || l[0] == '-' || l[len(l)-1] == '-' || strings.ContainsAny(l, " _[]@") {
			return false
		}
	}
	return true
}

// MaskEmail keeps the first and last letter before the @: z******n@example.com, l*@example.cn, *@example.cn.
func MaskEmail(s string) string {
	s = strings.TrimSpace(s)
	if s == "" || IsMasked(s) {
		return s
	}
	at := strings.LastIndexByte(s, '@')
	if at < 0 {
		return hidden(s, 0, 0)
	}
	return maskEnds(s[:at]) + s[at:]
}
