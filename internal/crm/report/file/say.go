package file

import (
	"math"
	"strconv"
	"strings"

	"zhike/internal/crm/report"
	"zhike/locale"
)

// commas groups the digits of a number by three.
func commas(n int64) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	digits := strconv.FormatInt(n, 10)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits
}

// decimal writes hundredths with at most n decimals, those that are always there kept.
func decimal(hundredths int64, most, least int) string {
	text := strconv.FormatFloat(float64(hundredths)/100, 'f', most, 64)
	if !strings.Contains(text, ".") {
		return text
	}
	for strings.HasSuffix(text, "0") && len(text)-strings.IndexByte(text, '.')-1 > least {
		text = text[:len(text)-1]
	}
	return strings.TrimSuffix(text, ".")
}

// say writes a figure as people read it, as the screens do.
func say(lang, unit string, value *int64) string {
	if value == nil {
		return "—"
	}
	v := *value
	switch unit {
	case report.Fen:
		return money(v)
	case report.Percent:
		return decimal(v, 1, 1) + "%"
	case report.Score:
		return decimal(v, 2, 2)
	case report.Days:
		return locale.Text(lang, "reportpage.unit.days", map[string]any{"n": decimal(v, 1, 0)})
	case report.Hours:
		return locale.Text(lang, "reportpage.unit.hours", map[string]any{"n": decimal(v, 1, 0)})
	}
	return commas(v)
}

func money(fen int64) string {
	sign := ""
	if fen < 0 {
		sign, fen = "-", -fen
	}
	text := "¥" + sign + commas(fen/100)
	if fen%100 != 0 {
		text += "." + strconv.FormatInt(100+fen%100, 10)[1:]
	}
	return text
}

// short is a number in few characters: 386.2 万, 15.4 亿; 3.9M in English.
func short(lang string, n float64) string {
	if math.Abs(n) >= 1e4 {
		for scale := range strings.SplitSeq(locale.Text(lang, "report.axis.scales", nil), ",") {
			size, word, _ := strings.Cut(scale, "=")
			if at, err := strconv.ParseFloat(size, 64); err == nil && math.Abs(n) >= at {
				return decimal(int64(math.Round(n/at*10))*10, 1, 0) + word
			}
		}
	}
	if n == math.Trunc(n) {
		return commas(int64(n))
	}
	return decimal(int64(math.Round(n*100)), 1, 0)
}

// brief is a figure where there is little room.
func brief(lang, unit string, value *int64) string {
	if value != nil && unit == report.Fen {
		return "¥" + short(lang, float64(*value)/100)
	}
	return say(lang, unit, value)
}

// tick is a value beside an axis.
func tick(lang, unit string, v float64) string {
	switch unit {
	case report.Count:
		return short(lang, v)
	case report.Fen:
		return short(lang, v/100)
	case report.Percent:
		return decimal(int64(math.Round(v)), 1, 0) + "%"
	}
	return decimal(int64(math.Round(v)), 1, 0)
}
