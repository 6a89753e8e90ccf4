package report

import (
	"slices"
	"time"

	"zhike/internal/platform/clock"
	"zhike/internal/platform/fault"
)

// A span of whole days of the company: from the midnight that begins the first to the one
// that ends the last. Open is a span without bounds.
type span struct {
	from, until time.Time
	open        bool
}

func (s span) first() string { return s.from.Format(time.DateOnly) }
func (s span) last() string  { return s.until.AddDate(0, 0, -1).Format(time.DateOnly) }

func midnight(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
}

// Of works a period out, as of now. Weeks begin on Monday (DOMAIN §14.7).
func (p Period) of(now time.Time) (s span, err error) {
	today := midnight(now)
	month := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, now.Location())
	quarter := month.AddDate(0, -(int(now.Month())-1)%3, 0)
	year := time.Date(now.Year(), 1, 1, 0, 0, 0, 0, now.Location())
	week := today.AddDate(0, 0, -(int(now.Weekday())+6)%7)
	tomorrow := today.AddDate(0, 0, 1)
	switch p.Preset {
	case "today":
		return span{from: today, until: tomorrow}, nil
	case "this_week":
		return span{from: week, until: week.AddDate(0, 0, 7)}, nil
	case "last_week":
		return span{from: week.AddDate(0, 0, -7), until: week}, nil
	case "this_month":
		return span{from: month, until: month.AddDate(0, 1, 0)}, nil
	case "last_month":
		return span{from: month.AddDate(0, -1, 0), until: month}, nil
	case "this_quarter":
		return span{from: quarter, until: quarter.AddDate(0, 3, 0)}, nil
	case "last_quarter":
		return span{from: quarter.AddDate(0, -3, 0), until: quarter}, nil
	case "this_year":
		return span{from: year, until: year.AddDate(1, 0, 0)}, nil
	case "last_year":
		return span{from: year.AddDate(-1, 0, 0), until: year}, nil
	case "last_30_days":
		return span{from: today.AddDate(0, 0, -29), until: tomorrow}, nil
	case "last_90_days":
		return span{from: today.AddDate(0, 0, -89), until: tomorrow}, nil
	case "last_12_months":
		return span{from: month.AddDate(0, -11, 0), until: month.AddDate(0, 1, 0)}, nil
	case "last_3_years":
		return span{from: year.AddDate(-2, 0, 0), until: year.AddDate(1, 0, 0)}, nil
	case "all":
		return span{open: true}, nil
	case "":
	default:
		return s, fault.Rule("invalid", "period")
	}
	if p.From == "" && p.To == "" {
		return span{open: true}, nil
	}
	from, err1 := time.ParseInLocation(time.DateOnly, p.From, now.Location())
	to, err2 := time.ParseInLocation(time.DateOnly, p.To, now.Location())
	if err1 != nil || err2 != nil || to.Before(from) || to.Sub(from) > 366*24*time.Hour*20 {
		return s, fault.Rule("invalid", "period")
	}
	return span{from: from, until: to.AddDate(0, 0, 1)}, nil
}

// before is the span of the same length that ends where s begins; a whole month has the
// month before.
func (s span) before() span {
	if s.from.Day() == 1 && s.until.Day() == 1 {
		months := (s.until.Year()-s.from.Year())*12 + int(s.until.Month()) - int(s.from.Month())
		return span{from: s.from.AddDate(0, -months, 0), until: s.from}
	}
	days := int(s.until.Sub(s.from).Hours()+12) / 24
	return span{from: s.from.AddDate(0, 0, -days), until: s.from}
}

// lastYear is the same span of the year before.
func (s span) lastYear() span {
	return span{from: clock.AddMonths(s.from, -12), until: clock.AddMonths(s.until.AddDate(0, 0, -1), -12).AddDate(0, 0, 1)}
}

// The grains of time.
var grains = []string{"day", "month", "quarter", "year"}

// mostSteps bounds the spans of one axis.
const mostSteps = 400

// steps are the beginnings of the grains within a span, and its end last.
func (s span) steps(grain string) ([]time.Time, bool) {
	if !slices.Contains(grains, grain) || s.open {
		return nil, false
	}
	var all []time.Time
	at := s.from
	for at.Before(s.until) && len(all) <= mostSteps {
		all = append(all, at)
		y, m := at.Year(), at.Month()
		switch grain {
		case "day":
			at = at.AddDate(0, 0, 1)
		case "month":
			at = time.Date(y, m+1, 1, 0, 0, 0, 0, at.Location())
		case "quarter":
			at = time.Date(y, m-(m-1)%3+3, 1, 0, 0, 0, 0, at.Location())
		default:
			at = time.Date(y+1, 1, 1, 0, 0, 0, 0, at.Location())
		}
	}
	return append(all, s.until), len(all) <= mostSteps
}

// called is what a step is written as: 2026-03-08, 2026-03, 2026-Q1, 2026.
func called(grain string, at time.Time) string {
	switch grain {
	case "day":
		return at.Format(time.DateOnly)
	case "month":
		return at.Format("2006-01")
	case "quarter":
		return at.Format("2006") + "-Q" + string(rune('1'+(int(at.Month())-1)/3))
	}
	return at.Format("2006")
}
