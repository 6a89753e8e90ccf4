// Package mint makes numbers that nobody has, for the demo's people and companies.
package mint

import (
	"fmt"
	"strings"

	"zhike/internal/crm/rule"
	"zhike/internal/platform/words"
)

// A Mint counts what it has given.
type Mint struct {
	mobiles, codes int
	taken          map[string]bool
}

// Mobile is the next number of the range nobody has.
func (m *Mint) Mobile() string {
	m.mobiles++
	return fmt.Sprintf("1990000%04d", m.mobiles%9000+1000)
}

// Latin is the pinyin of a name in one word.
func Latin(s string) string { return strings.ReplaceAll(words.SortKey(s), " ", "") }

const digits = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// Mark is in every credit code of the demo, so that nobody takes one for real.
const Mark = "MAXDEM"

// CreditCode is the next code for a region that passes both check digits: the rule
// itself is asked which characters they are.
func (m *Mint) CreditCode(prefix, region string) string {
	if m.taken == nil {
		m.taken = map[string]bool{}
	}
	var body string
	for body == "" || m.taken[body] {
		n := m.codes + 2*len(digits) // what the stories use stands below
		m.codes++
		body = prefix + region + Mark + string([]byte{digits[n/len(digits)%len(digits)], digits[n%len(digits)]})
	}
	m.taken[body] = true
	for _, check := range "0123456789X" {
		for _, last := range digits {
			code := body + string(check) + string(last)
			switch _, err := rule.CreditCode(code); err {
			case nil:
				return code
			case rule.ErrCodeOrgCheck:
			default:
				continue
			}
			break
		}
	}
	return ""
}
