package cell

import (
	"math"
	"regexp"
	"strconv"
	"strings"
)

var (
	quantityOf = regexp.MustCompile(`^(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,3}))?(\D{0,20})$`)
	paidShare  = regexp.MustCompile(`^(\d{1,2})(?:\.(\d))?折$`)
	takenOff   = regexp.MustCompile(`^(?:优惠|减|让利|-)(\d{1,2})(?:\.(\d{1,2}))?%$|^(\d{1,2})(?:\.(\d{1,2}))?%off$`)
	factor     = regexp.MustCompile(`^(?:0\.\d{1,4}|1(?:\.0{1,4})?)$`)
)

// ParseQuantity reads how many in thousandths, and the unit where the cell names one: 2, 1,200箱, 1.5 吨.
func ParseQuantity(text string) (milli int64, unit string, ok bool) {
	m := quantityOf.FindStringSubmatch(strings.ReplaceAll(plain(text), " ", ""))
	if m == nil {
		return 0, "", false
	}
	n, err := strconv.ParseInt(strings.ReplaceAll(m[1], ",", ""), 10, 64)
	if err != nil || n > math.MaxInt64/1000-1 {
		return 0, "", false
	}
	part, _ := strconv.ParseInt((m[2] + "000")[:3], 10, 64)
	if strings.ContainsAny(m[3], ",.-+%()") {
		return 0, "", false
	}
	return n*1000 + part, m[3], n*1000+part > 0
}

// ParseDiscount reads what is taken off, in hundredths of a percent: 9折 and 95折 and 0.95 say what is paid, 优惠10% and 10% off what is not.
// A bare 90% may mean either and is refused.
func ParseDiscount(text string) (bp int64, ok bool) {
	s := strings.ReplaceAll(strings.ToLower(plain(text)), " ", "")
	if s == "0" || s == "0%" || s == "不打折" || s == "原价" {
		return 0, true
	}
	if m := paidShare.FindStringSubmatch(s); m != nil {
		n, _ := strconv.ParseInt(m[1], 10, 64)
		part, _ := strconv.ParseInt(m[2]+"0", 10, 64)
		paid := n * 100 // 95折
		if n <= 10 {
			paid = n*1000 + part*10 // 9.5折: part is tens of tenths
		} else if m[2] != "" {
			paid += part
		}
		return 10_000 - paid, n > 0 && paid <= 10_000
	}
	if m := takenOff.FindStringSubmatch(s); m != nil {
		whole, part := m[1]+m[3], m[2]+m[4]
		n, _ := strconv.ParseInt(whole, 10, 64)
		p, _ := strconv.ParseInt((part + "00")[:2], 10, 64)
		return n*100 + p, true
	}
	if factor.MatchString(s) {
		f, err := strconv.ParseFloat(s, 64)
		return 10_000 - int64(math.Round(f*10_000)), err == nil && f > 0
	}
	return 0, false
}
