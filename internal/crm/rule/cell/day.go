package cell

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

const (
	firstYear, lastYear     = 1800, 2199
	firstSerial, lastSerial = 18264, 73050 // 1950-01-01 and 2099-12-31, counted by Excel from 1900
)

// date is what a cell says of a day: year 0 where it names none, and 0 as the day where it names a month alone.
type date struct{ year, month, day int }

func (d date) real() bool {
	if d.year < firstYear || d.year > lastYear || d.month < 1 || d.month > 12 {
		return false
	}
	return d.day >= 1 && time.Date(d.year, time.Month(d.month), d.day, 0, 0, 0, 0, time.UTC).Day() == d.day
}

func (d date) String() string {
	return time.Date(d.year, time.Month(d.month), d.day, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
}

// ParseDay reads the day of a cell and gives YYYY-MM-DD: 2024/5/1, 2024.05.01, 2024年5月1日, 24/5/1, 20240501, an Excel serial
// (45413), 1-May-24, May 1, 2024, 今天, and all of them with a clock behind, which is left out (a moment of another zone
// becomes the day in now's).
//
// A day without its year (5月1日) lies in now's year, and in the year before where that would be in the future: lists tell
// what has happened. For days to come ask ParseDayAhead. A month alone (2024年5月) is its first day: who knows no more
// means “since May”. A year alone is refused, and so is 1/5/2024 (May or January?) unless one of the two is above 12 or both are equal,
// and 01/05/24, of which any part may be the year.
func ParseDay(text string, now time.Time) (day string, ok bool) {
	r, ok := read(text, now, past)
	if !ok || !r.dated {
		return "", false
	}
	return r.date.String(), true
}

// ParseDayAhead is ParseDay for days to come (下次跟进, 采购时间节点): without its year a day lies in now's year, and in the
// next where that has gone by.
func ParseDayAhead(text string, now time.Time) (day string, ok bool) {
	r, ok := read(text, now, ahead)
	if !ok || !r.dated {
		return "", false
	}
	return r.date.String(), true
}

// ParseMoment reads when something happened: what ParseDay reads, with a clock (2024/5/1 下午3:04, 昨天下午3点, 45413.5) or without (hasClock
// is false and the time is that day's midnight in zone); a clock alone (上午10:30) is today's.
func ParseMoment(text string, now time.Time, zone *time.Location) (at time.Time, hasClock, ok bool) {
	now = now.In(zone)
	r, ok := read(text, now, past)
	if !ok || !r.dated && !r.timed {
		return time.Time{}, false, false
	}
	if !r.dated {
		r.date = dateOf(now)
	}
	return time.Date(r.date.year, time.Month(r.date.month), r.date.day, 0, 0, r.seconds, 0, zone), r.timed, true
}

type direction int

const (
	past  direction = -1
	ahead direction = 1
)

// reading is what was found in a cell.
type reading struct {
	date         date
	dated, timed bool
	seconds      int // since midnight
}

func dateOf(t time.Time) date { return date{t.Year(), int(t.Month()), t.Day()} }

var (
	weekday   = regexp.MustCompile(`[(,]?\s*(?:(?:星期|周|礼拜)[一二三四五六日天]|\b(?:mon|tue|tues|wed|wednes|thu|thurs|fri|sat|satur|sun)(?:day)?\b)\s*[),.]?`)
	instant   = regexp.MustCompile(`^\d{4}-\d\d-\d\d[t ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:z|[+-]\d\d:?\d\d)$`)
	relative  = regexp.MustCompile(`^(大前天|前天|昨天|昨日|今天|今日|今早|今晚|昨晚|明早|明晚|明天|明日|后天|大后天)`)
	serial    = regexp.MustCompile(`^(\d{5})(\.\d+)?$`)
	digits14  = regexp.MustCompile(`^(\d{8})(\d\d)(\d\d)(\d\d)?$`)
	inWords   = regexp.MustCompile(`[〇零一二三四五六七八九十]+([年月日号点时分])`)
	relatives = map[string]int{"大前天": -3, "前天": -2, "昨天": -1, "昨日": -1, "昨晚": -1, "今天": 0, "今日": 0, "今早": 0, "今晚": 0, "明天": 1, "明日": 1, "明早": 1, "明晚": 1, "后天": 2, "大后天": 3}
)

// read takes a cell apart: the date at its beginning, then the clock.
func read(text string, now time.Time, way direction) (reading, bool) {
	s := strings.ToLower(plain(text))
	if len(s) > 80 {
		return reading{}, false
	}
	if instant.MatchString(s) {
		return readInstant(s, now.Location())
	}
	s = inWords.ReplaceAllStringFunc(s, func(w string) string {
		r := []rune(w)
		return numeral(r[:len(r)-1]) + string(r[len(r)-1])
	})
	s = strings.TrimSpace(weekday.ReplaceAllString(s, " "))
	if m := serial.FindStringSubmatch(s); m != nil {
		return readSerial(m)
	}
	if m := digits14.FindStringSubmatch(s); m != nil {
		s = m[1] + " " + m[2] + ":" + m[3]
		if m[4] != "" {
			s += ":" + m[4]
		}
	}
	var r reading
	rest := s
	if w := relative.FindString(s); w != "" {
		d := dateOf(now.AddDate(0, 0, relatives[w]))
		r.date, r.dated, rest = d, true, strings.TrimPrefix(s, w)
		switch {
		case strings.HasSuffix(w, "晚"):
			rest = "晚上" + rest
		case strings.HasSuffix(w, "早"):
			rest = "早上" + rest
		}
	} else if d, tail, ok := readDate(s, now, way); ok {
		if !d.real() {
			return reading{}, false
		}
		r.date, r.dated, rest = d, true, tail
	}
	rest = strings.TrimSpace(strings.TrimPrefix(rest, "t"))
	if rest == "" {
		return r, r.dated
	}
	seconds, timed, ok := clock(rest)
	r.seconds, r.timed = seconds, timed
	return r, ok
}

func readInstant(s string, zone *time.Location) (reading, bool) {
	s = strings.ToUpper(s)
	for _, layout := range []string{"2006-01-02T15:04:05Z07:00", "2006-01-02T15:04:05Z0700", "2006-01-02T15:04Z07:00", "2006-01-02T15:04Z0700"} {
		if t, err := time.Parse(layout, strings.Replace(s, " ", "T", 1)); err == nil {
			t = t.In(zone)
			return reading{dateOf(t), true, true, t.Hour()*3600 + t.Minute()*60 + t.Second()}, dateOf(t).real()
		}
	}
	return reading{}, false
}

// readSerial reads Excel's count of days. Its 1900 has a 29 February that never was, which later days still count.
func readSerial(m []string) (reading, bool) {
	n, _ := strconv.Atoi(m[1])
	if n < firstSerial || n > lastSerial {
		return reading{}, false
	}
	r := reading{date: dateOf(time.Date(1899, 12, 30+n, 0, 0, 0, 0, time.UTC)), dated: true}
	if m[2] != "" {
		f, _ := strconv.ParseFloat("0"+m[2], 64)
		r.seconds = min(int(f*86400+0.5), 86399)
		r.timed = r.seconds > 0
	}
	return r, true
}

const (
	four = `(\d{4})`
	two  = `(\d{1,2})`
	sep  = `\s?[/.\-年月]\s?`
	name = `(jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]{0,6}\.?`
	tail = `(?:日|号)?(?:\s*,)?(?:$|\s|t|[^\d/.\-:a-z])`
)

// forms are the ways to write a date. Each gives the parts of a match to its function; the first form that matches decides.
var forms = []struct {
	like *regexp.Regexp
	is   func(p parts) (date, bool)
}{
	{regexp.MustCompile(`^` + four + sep + two + sep + two + tail), func(p parts) (date, bool) { return date{p.n(1), p.n(2), p.n(3)}, true }},
	{regexp.MustCompile(`^(\d{4}) (\d{1,2}) (\d{1,2})` + tail), func(p parts) (date, bool) { return date{p.n(1), p.n(2), p.n(3)}, true }},
	{regexp.MustCompile(`^(\d{4})(\d\d)(\d\d)` + tail), func(p parts) (date, bool) { return date{p.n(1), p.n(2), p.n(3)}, true }},
	{regexp.MustCompile(`^` + four + `\s?年\s?` + two + `\s?月?(?:份)?$`), func(p parts) (date, bool) { return date{p.n(1), p.n(2), 1}, true }},
	{regexp.MustCompile(`^` + four + `[/\-]` + two + `$`), func(p parts) (date, bool) { return date{p.n(1), p.n(2), 1}, true }},
	// 2024.1 may be October whose 0 the spreadsheet took away.
	{regexp.MustCompile(`^` + four + `\.(\d{1,2})$`), func(p parts) (date, bool) { return date{p.n(1), p.n(2), 1}, p[2] != "1" }},
	{regexp.MustCompile(`^(\d{2})\s?年\s?` + two + `\s?月\s?` + two + tail), func(p parts) (date, bool) { return date{p.year(1), p.n(2), p.n(3)}, true }},
	{regexp.MustCompile(`^(\d{2})(\d{2})(\d{2})$`), sixDigits},
	{regexp.MustCompile(`^` + two + `[/.\-]` + two + `[/.\-]` + four + tail), func(p parts) (date, bool) { return p.turned(p.n(3)) }},
	{regexp.MustCompile(`^` + two + `[/.\-]` + two + `[/.\-]` + two + tail), shortYear},
	{regexp.MustCompile(`^` + two + `\s?月\s?` + two + `\s?(?:日|号)?(?:$|[\s\D])`), func(p parts) (date, bool) { return date{0, p.n(1), p.n(2)}, true }},
	{regexp.MustCompile(`^` + two + `[/\-]` + two + `(?:$|\s)`), func(p parts) (date, bool) { return date{0, p.n(1), p.n(2)}, p.n(1) <= 12 }},
	{regexp.MustCompile(`^` + two + `[\s\-./]` + name + `[\s\-./,]*(\d{4}|\d{2})(?:$|\s|,)`), func(p parts) (date, bool) { return date{p.year(3), monthNamed(p[2]), p.n(1)}, true }},
	{regexp.MustCompile(`^` + name + `[\s\-.]+` + two + `(?:st|nd|rd|th)?[\s\-,.]+(\d{4})(?:$|\s|,)`), func(p parts) (date, bool) { return date{p.n(3), monthNamed(p[1]), p.n(2)}, true }},
	{regexp.MustCompile(`^` + name + `[\s\-,.]+(\d{4})$`), func(p parts) (date, bool) { return date{p.n(2), monthNamed(p[1]), 1}, true }},
	{regexp.MustCompile(`^` + two + `[\s\-./]` + name + `$`), func(p parts) (date, bool) { return date{0, monthNamed(p[2]), p.n(1)}, true }},
}

// parts are the groups of a match, and the year it is now.
type parts []string

func (p parts) n(i int) int { n, _ := strconv.Atoi(p[i]); return n }

// year reads a year of two digits: up to twenty years from now, otherwise of the last century (98/5/1).
func (p parts) year(i int) int {
	n := p.n(i)
	if len(p[i]) > 2 {
		return n
	}
	if now := p.n(len(p) - 1); n+2000 > now+20 {
		return n + 1900
	}
	return n + 2000
}

// turned is a date with its year last: day and month are known only where one of them is above 12, or both are equal.
func (p parts) turned(year int) (date, bool) {
	a, b := p.n(1), p.n(2)
	switch {
	case a > 12 && b <= 12:
		return date{year, b, a}, true
	case b > 12 && a <= 12, a == b:
		return date{year, a, b}, true
	}
	return date{}, false
}

// shortYear reads three parts of one or two digits. The one that has two digits may be the year; where both ends have,
// only the first can be told for it, when it is above 12.
func shortYear(p parts) (date, bool) {
	switch {
	case len(p[1]) == 2 && (len(p[3]) == 1 || p.n(1) > 12):
		return date{p.year(1), p.n(2), p.n(3)}, true
	case len(p[1]) == 1 && len(p[3]) == 2:
		return p.turned(p.year(3))
	}
	return date{}, false
}

// sixDigits are 240501 or 202405; what could be both (201205) is refused.
func sixDigits(p parts) (date, bool) {
	short := date{p.year(1), p.n(2), p.n(3)}
	long := date{p.n(1)*100 + p.n(2), p.n(3), 1}
	if now := p.n(len(p) - 1); long.year < 1950 || long.year > now+20 {
		long = date{}
	}
	switch {
	case short.real() == long.real():
		return date{}, false
	case short.real():
		return short, true
	}
	return long, true
}

func monthNamed(s string) int {
	return strings.Index("janfebmaraprmayjunjulaugsepoctnovdec", s[:3])/3 + 1
}

// readDate finds the date at the beginning of s, puts its year in where none is named, and gives what follows it.
func readDate(s string, now time.Time, way direction) (d date, rest string, ok bool) {
	for _, f := range forms {
		at := f.like.FindStringSubmatchIndex(s)
		if at == nil {
			continue
		}
		p := parts{s}
		end := 0
		for i := 2; i < len(at); i += 2 {
			p = append(p, s[at[i]:at[i+1]])
			end = at[i+1]
		}
		d, ok = f.is(append(p, strconv.Itoa(now.Year())))
		if !ok {
			return date{}, "", true // a date that nobody can tell is none, and no other form may try
		}
		if d.year == 0 {
			d = nearest(d, now, way)
		}
		rest = strings.TrimLeft(strings.TrimPrefix(strings.TrimPrefix(strings.TrimSpace(s[end:]), "日"), "号"), " ,")
		if f.like.String()[len(f.like.String())-1] == '$' {
			rest = ""
		}
		return d, rest, true
	}
	return date{}, s, false
}

// nearest puts the year to a day without one: 29 February goes to the last or next leap year.
func nearest(d date, now time.Time, way direction) date {
	today := dateOf(now).String()
	for i := 0; i < 9; i++ {
		d.year = now.Year() + i*int(way)
		if d.real() && (i > 0 || way == past && d.String() <= today || way == ahead && d.String() >= today) {
			return d
		}
	}
	return date{}
}

// numeral writes 二〇二四, 十二 and 二十三 in digits.
func numeral(r []rune) string {
	digit := func(c rune) int {
		if c == '零' {
			return 0
		}
		return strings.Index("〇一二三四五六七八九", string(c)) / 3
	}
	for i, c := range r {
		if c != '十' {
			continue
		}
		n := 10
		if i > 0 {
			n = digit(r[i-1]) * 10
		}
		if i+1 < len(r) {
			n += digit(r[i+1])
		}
		return strconv.Itoa(n)
	}
	var b strings.Builder
	for _, c := range r {
		b.WriteString(strconv.Itoa(digit(c)))
	}
	return b.String()
}
