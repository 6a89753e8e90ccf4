package sheet

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"zhike/internal/platform/sheet/grid"
)

// Kind is how a column's cells are written.
type Kind int

const (
	Text     Kind = iota // codes, phones and accounts too: no digit is lost and no zero in front
	Number               // of any numeric type
	Money                // an integer of fen; the cell holds yuan
	Date                 // a time.Time, or text as 2006-01-02
	DateTime             // a time.Time, or text as 2006-01-02 15:04
)

// A Column of what is written. Choices, Note and Required are for templates.
type Column struct {
	Heading  string
	Kind     Kind
	Width    float64 // in characters; 0 by kind and heading
	Choices  []string
	Note     string
	Required bool
}

const (
	dayTime   = "2006-01-02 15:04"
	exactMost = 1_000_000_000_000_000 // a spreadsheet keeps 15 digits of a number
)

// A written cell: a number as digits, or text.
type written struct {
	kind Kind
	text string
}

// write turns a value into what its column shows. What does not fit the column, such as a
// masked amount, is text.
func (k Kind) write(value any) written {
	switch v := value.(type) {
	case nil:
		return written{}
	case string:
		return k.writeText(v)
	case time.Time:
		switch {
		case v.IsZero():
			return written{}
		case v.Year() <= 1900: // a spreadsheet has no days before, and a wrong one among the first
			return written{Text, v.Format(time.DateOnly)}
		case k == Date:
			return written{Date, v.Format(time.DateOnly)}
		}
		return written{DateTime, v.Format(dayTime)}
	}
	switch v := reflect.ValueOf(value); {
	case v.CanInt() && k == Money && (v.Int() >= exactMost || v.Int() <= -exactMost):
		return written{Text, Guard(yuan(v.Int()))}
	case v.CanInt() && k == Money:
		return written{Money, yuan(v.Int())}
	case v.CanInt() && v.Int() < exactMost && v.Int() > -exactMost && k != Text:
		return written{Number, strconv.FormatInt(v.Int(), 10)}
	case v.CanFloat() && k != Text:
		return written{Number, strconv.FormatFloat(v.Float(), 'f', -1, 64)}
	case v.Kind() == reflect.String:
		return k.writeText(v.String())
	}
	return written{Text, fmt.Sprint(value)}
}

func (k Kind) writeText(text string) written {
	switch text = Trim(cleaned(text)); {
	case text == "":
		return written{}
	case k == Date:
		if t, err := time.Parse(time.DateOnly, text); err == nil && t.Year() > 1900 {
			return written{Date, text}
		}
	case k == DateTime:
		if t, err := time.Parse(dayTime, text); err == nil && t.Year() > 1900 {
			return written{DateTime, text}
		}
	}
	return written{Text, Guard(text)}
}

// yuan is exact: no float ever holds it.
func yuan(fen int64) string {
	s := strconv.FormatInt(fen, 10)
	sign := ""
	if fen < 0 {
		sign, s = "-", s[1:]
	}
	for len(s) < 3 {
		s = "0" + s
	}
	return sign + s[:len(s)-2] + "." + s[len(s)-2:]
}

// cleaned drops what XML cannot hold, gives every line the same end, and cuts at what a cell can hold.
func cleaned(text string) string {
	text = clean(text)
	if len(text) >= MaxCell && utf8.RuneCountInString(text) >= MaxCell {
		text = string([]rune(text)[:MaxCell-1]) // one is left for an apostrophe
	}
	return text
}

func (c Column) width() float64 {
	if c.Width > 0 {
		return c.Width
	}
	by := map[Kind]float64{Text: 18, Number: 12, Money: 16, Date: 12, DateTime: 17}[c.Kind]
	return max(by, wideness(c.Heading)+4) // the filter's button takes room
}

// wideness counts in the width of a digit; a Chinese character takes two.
func wideness(text string) (n float64) {
	for _, r := range text {
		if n++; r >= 0x1100 {
			n++
		}
	}
	return min(n, 60)
}

// sheetName makes a name that Excel accepts.
func sheetName(title string) string {
	name := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\`, r) || grid.Unseen(r) && r != ' ' {
			return -1
		}
		return r
	}, title)
	name = strings.Trim(name, "' ")
	for len(name) > 0 && utf16Len(name) > 31 {
		_, n := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-n]
	}
	if name == "" {
		return "Sheet1"
	}
	return name
}

func utf16Len(s string) (n int) {
	for _, r := range s {
		if n++; r > 0xFFFF {
			n++
		}
	}
	return n
}
