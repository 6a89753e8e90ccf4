package cell

import (
	"regexp"
	"strconv"
	"strings"
)

var (
	months = regexp.MustCompile(`^(\d{1,3})(?:个?月|months?)?$`)
	years  = regexp.MustCompile(`^(\d{1,2})(?:年|years?)(半)?$`)
)

// ParseMonths reads a span as people write it: 6, 6个月, 半年, 1年, 1年半. At most 120.
func ParseMonths(text string) (int64, bool) {
	text = strings.ToLower(strings.ReplaceAll(text, " ", ""))
	if text == "半年" {
		return 6, true
	}
	var n int
	if m := months.FindStringSubmatch(text); m != nil {
		n, _ = strconv.Atoi(m[1])
	} else if m := years.FindStringSubmatch(text); m != nil {
		n, _ = strconv.Atoi(m[1])
		if n *= 12; m[2] != "" {
			n += 6
		}
	} else {
		return 0, false
	}
	return int64(n), n <= 120
}
