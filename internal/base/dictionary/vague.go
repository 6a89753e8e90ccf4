package dictionary

import (
	"strings"

	"zhike/internal/base/setting"
	"zhike/internal/platform/db"
)

// Vague is what a company thinks of words that say nothing, beside what ships.
type Vague struct {
	Further []string // say nothing here either
	Fine    []string // ship as vague and say enough here
	Block   bool     // a phrase for which there is a better wording cannot be saved
}

// Vague is the company's; nobody writes into its lists.
func (w *Words) Vague() Vague { return w.vague }

func vagueOf(tx *db.Tx) (v Vague, err error) {
	for _, list := range []struct {
		from setting.TextSetting
		to   *[]string
	}{{setting.VagueWords, &v.Further}, {setting.VagueAllowed, &v.Fine}} {
		text, err := list.from.In(tx)
		if err != nil {
			return v, err
		}
		*list.to = strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \u3000,;\u3001\uff0c\uff1b|", r) })
	}
	v.Block, err = setting.VagueBlock.In(tx)
	return v, err
}
