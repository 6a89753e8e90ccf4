package account

import (
	_ "embed"
	"runtime"
	"strings"
	"unicode/utf8"

	"zhike/internal/platform/crypt"
	"zhike/internal/platform/fault"

	"github.com/alexedwards/argon2id"
)

// ShortestPassword is how many characters a password has at least. There are no rules
// about signs and no forced change: they make people write passwords down.
const ShortestPassword = 10

// LongestPassword bounds what is hashed.
const LongestPassword = 200

//go:embed common-passwords.txt
var commonText string

var common = func() map[string]bool {
	m := map[string]bool{}
	for _, line := range strings.Fields(commonText) {
		m[strings.ToLower(line)] = true
	}
	return m
}()

// CheckPassword refuses passwords that are short, common, one sign repeated, a run of
// neighbours, or the person's own name.
func CheckPassword(password, login, name string) error {
	low := strings.ToLower(password)
	switch n := utf8.RuneCountInString(password); {
	case n < ShortestPassword:
		return fault.Rule("password_short", "password").With(map[string]any{"least": ShortestPassword})
	case n > LongestPassword:
		return fault.Rule("password_long", "password").With(map[string]any{"most": LongestPassword})
	}
	base := strings.TrimRight(low, "0123456789!@#.-_")
	if common[low] || common[base] && len(low)-len(base) < 6 || monotonous(low) ||
		telling(login) && strings.Contains(low, strings.ToLower(login)) || telling(name) && strings.Contains(low, strings.ToLower(name)) {
		return fault.Rule("password_common", "password")
	}
	return nil
}

// telling says that a name is long enough to be a hint when it stands in a password.
func telling(name string) bool { return len(name) >= 4 }

// monotonous says that each sign repeats the one before or is its neighbour.
func monotonous(s string) bool {
	steps := 0
	runes := []rune(s)
	for i := 1; i < len(runes); i++ {
		if d := runes[i] - runes[i-1]; d >= -1 && d <= 1 {
			steps++
		}
	}
	return steps >= len(runes)-2
}

// Two hashes at once at the most: each takes 19 MB and both cores are needed elsewhere.
var hashing = make(chan struct{}, 2)

var params = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// Hash is for outside a unit of work: it takes some 50 ms.
func Hash(password crypt.Secret) (string, error) {
	hashing <- struct{}{}
	defer func() { <-hashing }()
	return argon2id.CreateHash(password.Clear(), params)
}

func Matches(password crypt.Secret, hash string) bool {
	hashing <- struct{}{}
	defer func() { <-hashing }()
	ok, err := argon2id.ComparePasswordAndHash(password.Clear(), hash)
	runtime.KeepAlive(password)
	return ok && err == nil
}

// nobody is compared where there is no such login, so that the answer takes as long.
var NobodyHash, _ = argon2id.CreateHash("nobody has this password", params)
