package column

import (
	"zhike/internal/base/access"
	"zhike/internal/platform/db"
)

var (
	headings = db.Internal("remembered_headings").Quiet()

	taught = db.SQL(`SELECT h.target, h.heading, h.field, h.used_at FROM {remembered_headings h} WHERE h.target = :target AND h.heading IN (:headings)`, headings)

	program = access.Program("column")
)

type headingRow struct {
	Target  string `db:"target"`
	Heading string `db:"heading"`
	Field   string `db:"field"`
	UsedAt  int64  `db:"used_at"`
}

// Taught gives what the company has taken headings for before, "" where it left them out.
func Taught(tx *db.Tx, target string, all []string) (map[string]string, error) {
	out, plain := map[string]string{}, []string{}
	for _, h := range all {
		plain = append(plain, Heading(h))
	}
	if len(plain) == 0 {
		return out, nil
	}
	rows, err := db.All[headingRow](tx.As(program), taught, db.Args{"target": target, "headings": plain})
	for _, r := range rows {
		out[r.Heading] = r.Field
	}
	return out, err
}

// Teach keeps what headings were taken to mean, so that the next sheet needs no matching.
// A heading that stands twice tells nothing by itself.
func Teach(tx *db.Tx, target string, columns []Column, mapping map[string]string) error {
	twice := map[string]int{}
	for _, c := range columns {
		twice[Heading(c.Heading)]++
	}
	for _, c := range columns {
		if h := Heading(c.Heading); h != "" && len(h) <= 120 && twice[h] == 1 {
			if err := tx.As(program).Put(headings, headingRow{target, h, mapping[c.Key], tx.At()}, "target", "heading"); err != nil {
				return err
			}
		}
	}
	return nil
}
