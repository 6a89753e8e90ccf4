package cell

import (
	"regexp"
	"strconv"
	"strings"
)

var (
	clockForm = regexp.MustCompile(`^(凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|am|pm|a\.m\.|p\.m\.)?\s*(?:(\d{1,2})(?:\s?[:点时]\s?(?:(\d{1,2})(?:\s?[:分]\s?(?:(\d{1,2})(?:\.\d+)?秒?)?)?|(半|一刻|三刻|整|钟))?)\s*(am|pm|a\.m\.|p\.m\.)?)?$`)
	bareHour  = regexp.MustCompile(`^\d{1,2}$`)
)

// clock reads the time of day: 15:04, 下午3点半, 上午10:30, 3:04 pm. A part of the day alone (下午) is no clock and no mistake. 上午12:05 is
// five past midnight, as Excel writes it.
func clock(s string) (seconds int, timed, ok bool) {
	m := clockForm.FindStringSubmatch(s)
	if m == nil || bareHour.MatchString(s) {
		return 0, false, false
	}
	if m[2] == "" {
		return 0, false, true
	}
	hour, _ := strconv.Atoi(m[2])
	minute, _ := strconv.Atoi(m[3])
	second, _ := strconv.Atoi(m[4])
	switch m[5] {
	case "半":
		minute = 30
	case "一刻":
		minute = 15
	case "三刻":
		minute = 45
	}
	part := strings.ReplaceAll(m[1]+m[6], ".", "")
	switch part {
	case "凌晨", "清晨", "早上", "早晨", "上午", "am":
		if hour > 12 {
			return 0, false, false
		}
		hour %= 12
	case "中午":
		if hour < 10 {
			hour += 12
		}
	case "下午", "傍晚", "pm":
		if hour < 12 {
			hour += 12
		}
	case "晚上", "夜里":
		if hour >= 5 && hour <= 12 { // 晚上12点 ends the day
			hour += 12
		}
	}
	if hour > 24 || minute > 59 || second > 59 || hour == 24 && minute+second > 0 {
		return 0, false, false
	}
	return hour*3600 + minute*60 + second, true, true
}
