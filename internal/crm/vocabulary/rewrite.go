package vocabulary

import (
	"slices"

	"zhike/internal/base/api"
	"zhike/internal/base/customfield/own"
	"zhike/internal/crm/owned"
	"zhike/internal/platform/db"
)

type idRow struct {
	ID string `db:"id"`
}

func relost(tx *db.Tx, args db.Args) error {
	all, err := db.All[idRow](tx, lostFor, args)
	for _, x := range all {
		if err := tx.Set(lost, x.ID, 0, db.Args{"loss_reason": args["to"]}); err != nil {
			return err
		}
	}
	return err
}

// refile: papers are numbered by customer, kind and day; the next number is taken.
func refile(tx *db.Tx, args db.Args) error {
	all, err := db.All[struct {
		ID        string `db:"id"`
		Customer  string `db:"customer_id"`
		Day       string `db:"day"`
		Extension string `db:"extension"`
	}](tx, papersOf, args)
	for _, a := range all {
		have, err := db.One[struct {
			N    int64  `db:"n"`
			Most *int64 `db:"most"`
		}](tx, paperNext, db.Args{"customer": a.Customer, "to": args["to"], "day": a.Day, "extension": a.Extension})
		if err != nil {
			return err
		}
		next := int64(1)
		if have.Most != nil {
			next = *have.Most + 1
		}
		if _, err := tx.ChangeAll(paperKind, db.Args{"id": a.ID, "to": args["to"], "numbered": next}); err != nil {
			return err
		}
	}
	return err
}

// instead writes one word for another in a list that holds each once.
func instead(all []string, word, to string) []string {
	out := []string{}
	for _, w := range all {
		if w == word {
			w = to
		}
		if !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}

func retag(tx *db.Tx, word, to string) (int64, error) {
	all, err := db.All[idRow](tx, tagged, db.Args{"word": word})
	if err != nil {
		return 0, err
	}
	for _, x := range all {
		for _, q := range []struct{ read, write db.Query }{{tagsOf, setTags}, {binTags, setBin}} {
			row, found, err := db.Maybe[struct {
				Tags api.Strings `db:"tags"`
			}](tx, q.read, db.Args{"id": x.ID})
			if err != nil {
				return 0, err
			}
			if !found {
				continue
			}
			tags := instead(row.Tags, word, to)
			if _, err := tx.ChangeAll(q.write, db.Args{"id": x.ID, "tagged": api.Strings(tags)}); err != nil {
				return 0, err
			}
			if _, err := tx.ChangeAll(untag, db.Args{"id": x.ID}); err != nil {
				return 0, err
			}
			for _, t := range tags {
				if err := tx.Insert(own.Rows, struct {
					Field  string `db:"field_id"`
					Record string `db:"record_id"`
					Text   string `db:"text"`
				}{"tags", x.ID, t}); err != nil {
					return 0, err
				}
			}
			break // a row is read by either
		}
		for _, q := range []db.Query{oldSpan, span} {
			if _, err := tx.ChangeAll(q, db.Args{"id": x.ID, "word": word, "to": to}); err != nil {
				return 0, err
			}
		}
	}
	return int64(len(all)), nil
}

// reown writes one word for another in a field of the company's own.
func (s *Service) reown(tx *db.Tx, f own.Field, word, to string) (int64, error) {
	ids, err := s.Own.Records(tx, f.Name, word, 200)
	if err != nil {
		return 0, err
	}
	for _, id := range ids {
		if err := owned.Rewrite(tx, s.Own, f.Name, id, func(v any) (any, bool) {
			all, several := v.([]any)
			if !several {
				return to, v != nil
			}
			texts := []string{}
			for _, x := range all {
				if text, ok := x.(string); ok {
					texts = append(texts, text)
				}
			}
			return instead(texts, word, to), true
		}); err != nil {
			return 0, err
		}
		if err := s.Own.Respell(tx, f.Name, id, word, to); err != nil {
			return 0, err
		}
	}
	return int64(len(ids)), nil
}
