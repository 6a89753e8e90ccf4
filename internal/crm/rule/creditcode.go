package rule

import (
	"errors"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// What CreditCode may find wrong. ErrCodeOrgCheck and ErrCodeCheck may be overridden with a reason: a few early codes
// of Fujian are real and fail them.
var (
	ErrCodeScientific = errors.New("credit code: digits lost by a spreadsheet (9.14E+17)")
	ErrCodeLegacy     = errors.New("credit code: a 15-digit registration number of before 2015")
	ErrCodeLength     = errors.New("credit code: not 18 characters")
	ErrCodeLetter     = errors.New("credit code: a character that codes do not have (I O S V Z and others)")
	ErrCodeAuthority  = errors.New("credit code: first two positions name no authority and kind")
	ErrCodeRegion     = errors.New("credit code: positions 3 to 8 name no province")
	ErrCodeOrgCheck   = errors.New("credit code: check digit of the organisation code (position 17) is wrong")
	ErrCodeCheck      = errors.New("credit code: check digit (position 18) is wrong")
)

const codeLetters = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// codeKinds are the second positions that each registering authority gives out, GB 32100-2015 table 1 with its first
// amendment; 9 is 其他 everywhere.
var codeKinds = map[byte]string{
	'1': "1239", '2': "19", '3': "123459", '4': "19", '5': "1239", '6': "129", '7': "129", '8': "19", '9': "1239",
	'A': "19", 'N': "1239", 'Y': "1",
}

// codeProvinces are the first two digits of GB/T 2260. Only the province is checked: a code keeps the county it was
// given in, and hundreds of counties have been abolished since.
var codeProvinces = set("11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82")

// CreditCode checks a 统一社会信用代码 (GB 32100-2015, its organisation code by GB 11714-1997) and gives its 18
// characters in capitals. Spaces, hyphens, full-width characters and Excel's apostrophe are removed first. On an error
// the normalised text is given too, for the message and for an override.
func CreditCode(s string) (string, error) {
	code := normalCode(s)
	if scientific.MatchString(strings.ToLower(strings.TrimSpace(norm.NFKC.String(s)))) {
		return code, ErrCodeScientific
	}
	if len(code) == 15 && digitsOnly(code) {
		return code, ErrCodeLegacy
	}
	if len([]rune(code)) != 18 {
		return code, ErrCodeLength
	}
	for _, r := range code {
		if !strings.ContainsRune(codeLetters, r) {
			return code, ErrCodeLetter
		}
	}
	if !strings.ContainsRune(codeKinds[code[0]], rune(code[1])) {
		return code, ErrCodeAuthority
	}
	// 100000 stands for codes that the ministries of the state register themselves.
	if region := code[2:8]; !digitsOnly(region) || !codeProvinces[region[:2]] && region != "100000" {
		return code, ErrCodeRegion
	}
	if orgCheck(code[8:16]) != code[16] {
		return code, ErrCodeOrgCheck
	}
	if codeCheck(code[:17]) != code[17] {
		return code, ErrCodeCheck
	}
	return code, nil
}

func normalCode(s string) string {
	var b strings.Builder
	for _, r := range strings.ToUpper(norm.NFKC.String(s)) {
		switch {
		case r == '-' || r == '\'' || r == '’' || r == '‘' || r == '`' || r == '–' || r == '—' || r == '_' || r == '.' || r == '\u00ad' || r == '\ufeff':
		case r <= ' ' || r >= '\u2000' && r <= '\u200f' || r == '\u2060' || r == '\u3000':
		default:
			b.WriteRune(r)
		}
	}
	code := b.String()
	if at := strings.LastIndexAny(code, ":："); at >= 0 { // “统一社会信用代码：…” pasted with its label
		code = strings.TrimLeft(code[at:], ":：")
	}
	code = strings.TrimLeftFunc(code, func(r rune) bool { return unicode.Is(unicode.Han, r) })
	return strings.TrimRight(code, "。,，;；、")
}

func digitsOnly(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// orgCheck is the ninth character of an organisation code, GB 11714.
func orgCheck(body string) byte {
	sum := 0
	for i, w := range []int{3, 7, 9, 10, 5, 8, 4, 2} {
		v := int(body[i] - '0')
		if body[i] >= 'A' {
			v = int(body[i]-'A') + 10
		}
		sum += v * w
	}
	switch c := 11 - sum%11; c {
	case 10:
		return 'X'
	case 11:
		return '0'
	default:
		return byte('0' + c)
	}
}

// codeCheck is position 18, GB 32100.
func codeCheck(body string) byte {
	sum, weight := 0, 1
	for i := 0; i < len(body); i++ {
		sum += strings.IndexByte(codeLetters, body[i]) * weight
		weight = weight * 3 % 31
	}
	return codeLetters[(31-sum%31)%31]
}
