package crypt

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"strings"

	"github.com/tink-crypto/tink-go/v2/aead/subtle"
)

// A recovery code opens the key-encryption key where the key itself was lost: 26 signs of 130
// bits, and one that finds a slip of the pen, in groups of five.
const codeSize = 26

// NewCode makes a recovery code, as it is written down.
func NewCode() string {
	b := make([]byte, codeSize)
	rand.Read(b)
	signs := make([]byte, codeSize)
	for i := range b {
		signs[i] = crockford[b[i]&31]
	}
	return grouped(string(signs) + string(check(string(signs))))
}

// crockford is Crockford's base 32: no I, L, O, U.
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

func check(signs string) byte {
	sum := 0
	for i, r := range signs {
		sum += (i + 1) * strings.IndexRune(crockford, r)
	}
	return crockford[sum%31]
}

func grouped(s string) string {
	var parts []string
	for ; len(s) > 5; s = s[5:] {
		parts = append(parts, s[:5])
	}
	return strings.Join(append(parts, s), "-")
}

// readCode brings a code as people type it into one form; false where it is none.
func readCode(typed string) (string, bool) {
	s := strings.Map(func(r rune) rune {
		switch r {
		case 'O':
			return '0'
		case 'I', 'L':
			return '1'
		case '-', ' ', '\t', '\n', '\r':
			return -1
		}
		return r
	}, strings.ToUpper(typed))
	if len(s) != codeSize+1 || strings.Trim(s, crockford) != "" {
		return "", false
	}
	return s[:codeSize], s[codeSize] == check(s[:codeSize])
}

const codeFor = "zhike recovery 1"

// WrapKEK seals a key-encryption key under a recovery code.
func WrapKEK(code string, kek []byte) ([]byte, error) {
	lock, err := codeLock(code)
	if err != nil {
		return nil, err
	}
	return lock.Encrypt(kek, []byte(codeFor))
}

// UnwrapKEK opens it; ErrKey for another code or none.
func UnwrapKEK(code string, wrapped []byte) ([]byte, error) {
	lock, err := codeLock(code)
	if err != nil {
		return nil, err
	}
	kek, err := lock.Decrypt(wrapped, []byte(codeFor))
	if err != nil {
		return nil, ErrKey
	}
	return kek, nil
}

func codeLock(code string) (*subtle.AESGCM, error) {
	s, ok := readCode(code)
	if !ok {
		return nil, ErrKey
	}
	key, err := hkdf.Key(sha256.New, []byte(s), nil, codeFor, KEKSize)
	if err != nil {
		return nil, err
	}
	return subtle.NewAESGCM(key)
}
