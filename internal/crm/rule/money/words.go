package money

import "strings"

// InWords is a sum in 大写 as cheques and contracts have it: 贰拾捌万元整, 壹佰零伍元叁分.
func InWords(fen int64) string {
	if fen == 0 {
		return "零元整"
	}
	sign, n := "", uint64(fen)
	if fen < 0 {
		sign, n = "负", -n
	}
	yuan, jiao, cent := n/100, n/10%10, n%10
	out := ""
	if yuan > 0 {
		out = bigInteger(yuan) + "元"
	}
	switch {
	case jiao == 0 && cent == 0:
		return sign + out + "整"
	case cent == 0:
		return sign + out + bigDigits[jiao] + "角整"
	case jiao == 0 && yuan > 0:
		return sign + out + "零" + bigDigits[cent] + "分"
	case jiao == 0:
		return sign + bigDigits[cent] + "分"
	}
	return sign + out + bigDigits[jiao] + "角" + bigDigits[cent] + "分"
}

var bigDigits = strings.Split("零,壹,贰,叁,肆,伍,陆,柒,捌,玖", ",")

// bigInteger writes a whole number in groups of four digits; 零 stands once for any run of empty places inside.
func bigInteger(n uint64) string {
	out, gap := "", false
	for i, group := range []uint64{1e16, 1e12, 1e8, 1e4, 1} {
		part := n / group % 1e4
		if part == 0 {
			gap = gap || out != ""
			continue
		}
		if out != "" && (gap || part < 1000) {
			out += "零"
		}
		out += bigGroup(part) + []string{"亿亿", "万亿", "亿", "万", ""}[i]
		gap = false
	}
	return out
}

func bigGroup(n uint64) string {
	out, gap := "", false
	for i, place := range []uint64{1000, 100, 10, 1} {
		d := n / place % 10
		if d == 0 {
			gap = out != ""
			continue
		}
		if gap {
			out += "零"
		}
		out += bigDigits[d] + []string{"仟", "佰", "拾", ""}[i]
		gap = false
	}
	return out
}

// wordsToFen reads a sum in 大写 (伍拾万元整, 壹佰零伍元叁分) or in plain numerals (五十万元): what InWords writes, and what stands
// there reads back as the same sum. False for anything else.
func wordsToFen(s string) (fen int64, ok bool) {
	var total, high, group, digit int64
	point := int64(0) // what 元, 角, 分 are worth that have been read
	for _, r := range s {
		at := strings.IndexRune("零壹贰叁肆伍陆柒捌玖〇一二三四五六七八九", r)
		switch {
		case at >= 0:
			if digit != 0 {
				return 0, false
			}
			digit = int64(at / 3 % 10)
			continue
		case r == '两':
			digit = 2
			continue
		}
		switch r {
		case '拾', '十':
			group += max(digit, 1) * 10
		case '佰', '百':
			group += digit * 100
		case '仟', '千':
			group += digit * 1000
		case '万':
			high, group = high+(group+digit)*1e4, 0
		case '亿':
			high, group = high/1e8*1e8+(high%1e8+group+digit)*1e8, 0
		case '元', '圆':
			total, group, high, point = (high+group+digit)*100, 0, 0, 1
		case '角':
			total, point = total+digit*10, 2
		case '分':
			total, point = total+digit, 3
		case '整', '正':
			if digit != 0 {
				return 0, false
			}
		default:
			return 0, false
		}
		digit = 0
		if total < 0 || high < 0 || high > 9e16 {
			return 0, false
		}
	}
	if point == 0 {
		total = (high + group + digit) * 100
	} else if digit+group+high != 0 {
		return 0, false
	}
	return total, total > 0
}
