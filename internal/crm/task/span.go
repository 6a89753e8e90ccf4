package task

import (
	"time"

	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// dueIn is what is due from one day of the company's calendar to another, both among it; "" sets no end.
func dueIn(from, until string, zone *time.Location) (all []db.Cond, err error) {
	day := func(field, text string) (time.Time, error) {
		at, err := time.ParseInLocation(time.DateOnly, text, zone)
		if err != nil {
			return at, fault.Rule("invalid", field)
		}
		return at, nil
	}
	if from != "" {
		at, err := day("due_from", from)
		if err != nil {
			return nil, err
		}
		all = append(all, db.Compare(db.Col("t.due_at"), ">=", at.UnixMilli()))
	}
	if until != "" {
		at, err := day("due_until", until)
		if err != nil {
			return nil, err
		}
		all = append(all, db.Compare(db.Col("t.due_at"), "<", at.AddDate(0, 0, 1).UnixMilli()))
	}
	return all, nil
}
