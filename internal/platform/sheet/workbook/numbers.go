package workbook

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// A format is how a number is meant. Money, separators and places are dropped, because a
// reader wants the number; what says what the number is, is kept.
type format struct {
	day, clock, second bool
	percent            bool
	length             bool // [h]:mm, hours that do not wrap at midnight
	digits             int  // 000000: a code that begins with zeros
}

// builtin are the formats without a code in the file; 27 to 36 and 50 to 58 are the Chinese dates.
func builtin(id int) format {
	switch {
	case id >= 14 && id <= 17, id >= 27 && id <= 31, id == 36, id >= 50 && id <= 54, id == 57, id == 58:
		return format{day: true}
	case id == 22:
		return format{day: true, clock: true}
	case id == 18, id == 20, id == 32, id == 34, id == 55:
		return format{clock: true}
	case id == 19, id == 21, id == 33, id == 35, id == 45, id == 47, id == 56:
		return format{clock: true, second: true}
	case id == 46:
		return format{clock: true, second: true, length: true}
	case id == 9 || id == 10:
		return format{percent: true}
	}
	return format{}
}

// judge reads a format's code by its first section, which is that of positive numbers.
func judge(code string) format {
	var bare strings.Builder // without what is printed as it stands
	var f format
	for i := 0; i < len(code); i++ {
		switch c := code[i]; c {
		case '"':
			quoted, _, _ := strings.Cut(code[i+1:], `"`)
			i += len(quoted) + 1
		case '[':
			inner, _, _ := strings.Cut(code[i+1:], "]")
			switch strings.ToLower(inner) {
			case "h", "hh", "m", "mm", "s", "ss":
				f.length, f.clock = true, true
			}
			i += len(inner) + 1
		case '\\', '_', '*':
			i++
		case ';':
			i = len(code)
		default:
			bare.WriteByte(c)
		}
	}
	s := strings.ReplaceAll(strings.ToLower(bare.String()), "general", "")
	s = strings.NewReplacer("e+", "", "e-", "", "am/pm", "h", "a/p", "h").Replace(s)
	f.day = strings.ContainsAny(s, "yd") || strings.Contains(s, "mmm") || strings.ContainsAny(s, "m") && !strings.ContainsAny(s, "hs") && !f.length
	f.clock = f.clock || strings.ContainsAny(s, "hs")
	f.second = strings.Contains(s, "s")
	if f.day || f.clock {
		return f
	}
	if s = strings.TrimSpace(s); len(s) > 1 && strings.Trim(s, "0") == "" {
		return format{digits: len(s)}
	}
	return format{percent: strings.Contains(s, "%")}
}

// show gives the number as its format means it; what is no number stays as it is.
func (f format) show(number string, since int) string {
	x, err := strconv.ParseFloat(number, 64)
	if err != nil || math.IsInf(x, 0) || math.IsNaN(x) {
		return number
	}
	switch {
	case f.day || f.clock:
		if s, ok := f.moment(x, since); ok {
			return s
		}
	case f.percent:
		return digits(round15(x*100)) + "%"
	case f.digits > 0 && x >= 0 && x == math.Trunc(x):
		s := whole(number, x)
		return strings.Repeat("0", max(0, f.digits-len(s))) + s
	}
	return whole(number, x)
}

// whole keeps every digit of a number that is written as digits: a program may write 18 of them, which x cannot hold.
func whole(number string, x float64) string {
	if digitsOnly := strings.TrimPrefix(number, "-"); digitsOnly != "" && strings.Trim(digitsOnly, "0123456789") == "" && (digitsOnly == "0" || digitsOnly[0] != '0') && number != "-0" {
		return number
	}
	return digits(x)
}

// digits writes a number without an exponent. 0.30000000000000004 is a sum that a person reads as 0.3.
func digits(x float64) string {
	if r := round15(x); r != x && len(strconv.FormatFloat(math.Abs(r), 'e', -1, 64)) < len("1.23456789012e+00") {
		x = r
	}
	if x == 0 {
		return "0" // and not -0
	}
	return strconv.FormatFloat(x, 'f', -1, 64)
}

// round15 rounds to the 15 digits that a spreadsheet keeps.
func round15(x float64) float64 {
	r, err := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 15, 64), 64)
	if err != nil {
		return x
	}
	return r
}

const (
	lastDay = 2_958_465 // 9999-12-31
	second  = 86_400
)

// moment shows a day, a time of day or both, as far as the format has them.
func (f format) moment(x float64, since int) (string, bool) {
	if f.length && !f.day {
		s := int64(math.Round(math.Abs(x) * second))
		sign := ""
		if x < 0 {
			sign = "-"
		}
		return sign + strconv.FormatInt(s/3600, 10) + ":" + two(s/60%60) + f.seconds(s%60), math.Abs(x) < lastDay
	}
	if x < 0 || x >= lastDay+1 {
		return "", false
	}
	if !f.second {
		x += 1.0 / second / 2 // 09:30 is often stored a little short of it
	}
	days := int(math.Floor(x))
	secs := int64(math.Round((x - float64(days)) * second))
	if !f.second {
		secs = int64((x - float64(days)) * second)
	}
	if secs >= second {
		days, secs = days+1, secs-second
	}
	clock := two(secs/3600) + ":" + two(secs/60%60) + f.seconds(secs%60)
	if !f.day && days == 0 {
		return clock, true
	}
	if days += since; days == 0 {
		return "", false
	}
	date := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if days < 60 { // Excel believes in a 29th of February 1900, and counts it
		days++
	} else if days == 60 {
		return "1900-02-29", true
	}
	day := date.AddDate(0, 0, days).Format(time.DateOnly)
	if !f.clock {
		return day, true
	}
	return day + " " + clock, true
}

func two(n int64) string {
	if n < 10 {
		return "0" + strconv.FormatInt(n, 10)
	}
	return strconv.FormatInt(n, 10)
}

func (f format) seconds(n int64) string {
	if !f.second || n == 0 {
		return ""
	}
	return ":" + two(n)
}

// isoDate reads the dates that newer programs write as text.
func isoDate(s string) string {
	for _, layout := range []string{"2006-01-02T15:04:05.999999999Z07:00", "2006-01-02T15:04:05.999999999", time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			switch {
			case t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0:
				return t.Format(time.DateOnly)
			case t.Second() == 0:
				return t.Format("2006-01-02 15:04")
			}
			return t.Format(time.DateTime)
		}
	}
	return s
}
