// Package search turns what people type into words of the index, and asks every
// feature that has records to find.
package search

import (
	"context"
	"strings"
	"unicode"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
	"zhike/internal/platform/words"
)

// ErrSensitive refuses a phone or an address in a URL: those are asked for in a body.
var ErrSensitive = fault.Rule("use_sensitive_search", "q")

// Check refuses a q with seven or more digits in a row or an @ (DECISIONS 9).
func Check(q string) error {
	digits, number := 0, false
	for _, r := range q {
		switch {
		case r == '@' || r == '＠':
			return ErrSensitive
		case unicode.IsDigit(r):
			if digits++; digits >= 7 && !number {
				return ErrSensitive
			}
		default:
			// Digits right behind a letter are a number of ours, such as C20240501001.
			digits, number = 0, r < unicode.MaxASCII && unicode.IsLetter(r)
		}
	}
	return nil
}

// Sought reads a search box: the words of a record, or of a person whose name stands
// in the index as keyed hashes only.
func Sought(keys *crypt.Keys, q string) db.Sought {
	var text, person [][]db.Word
	for _, g := range words.Parse(q).Groups() {
		var any []db.Word
		for _, t := range g {
			any = append(any, db.Word{Text: t.Token, Prefix: t.Prefix})
		}
		text = append(text, any)
	}
	for _, token := range words.PersonQuery(q, PersonHash(keys)) {
		person = append(person, []db.Word{{Text: token}})
	}
	return db.Sought{Alternatives: [][][]db.Word{text, person}}
}

// PersonHash hides the parts of a personal name in the index.
func PersonHash(keys *crypt.Keys) func(string) string {
	return func(s string) string { return keys.Token(crypt.Person, s) }
}

// Place is who a record is filed under, so that a search looks only where its asker
// reaches. It prunes; the scope in FROM decides.
func Place(owner, department, pool string, members []string) []string {
	var all []string
	for _, u := range append(members, owner) {
		if u != "" {
			all = append(all, "9u"+u)
		}
	}
	if department != "" {
		all = append(all, "9d"+department)
	}
	if owner == "" && pool != "" {
		all = append(all, "9p")
	}
	return all
}

// mostPlaces bounds how many places a query names; a wider reach looks everywhere.
const mostPlaces = 60

// Within names the places that p lets the viewer reach, or nil for everywhere.
func Within(tx *db.Tx, who access.Actor, p access.Permission) ([]db.Word, error) {
	user, department, branch, departments, pool, ok := who.Narrow(p)
	if !ok {
		return nil, nil
	}
	all := []db.Word{{Text: "9u" + user}}
	if pool {
		all = append(all, db.Word{Text: "9p"})
	}
	if department != "" {
		departments = append(departments, department)
	}
	if branch != "" {
		below, err := account.Branch(tx, branch)
		if err != nil {
			return nil, err
		}
		departments = append(departments, below...)
	}
	for _, d := range departments {
		all = append(all, db.Word{Text: "9d" + d})
	}
	if len(all) > mostPlaces {
		return nil, nil
	}
	return all, nil
}

// LastFour gives the digits of a q that is just the end of a phone.
func LastFour(q string) (string, bool) {
	q = strings.TrimSpace(q)
	if len(q) != 4 || strings.Trim(q, "0123456789") != "" {
		return "", false
	}
	return q, true
}

// Numbered gives the range of numbers that begin with q, where q may be the beginning of
// one: D2026, F20260302001. A number has letters and then digits.
func Numbered(q string) (from, until string, ok bool) {
	q = strings.ToUpper(strings.TrimSpace(q))
	at := strings.IndexAny(q, "0123456789")
	return q, q + "\U0010ffff", at > 0 && len(q) >= 4 && len(q) <= 40 && strings.IndexFunc(q, func(r rune) bool { return r > unicode.MaxASCII }) < 0
}

// A Hit is one found record.
type Hit struct {
	Kind       string   `json:"kind" enum:"customer,contact,task,need,feedback,order"`
	ID         string   `json:"id"`
	Title      string   `json:"title"`
	Subtitle   string   `json:"subtitle"`
	CustomerID api.Text `json:"customer_id"`
	Archived   bool     `json:"archived" doc:"Of a customer: it is read-only."`
}

// A Finder answers with the records of one feature that the viewer reaches.
type Finder func(tx *db.Tx, q string, limit int) ([]Hit, error)

// Service searches everything.
type Service struct {
	DB      *db.DB
	Finders []Finder
}

// Query of a search.
type Query struct {
	Q     string `query:"q" maxLength:"100"`
	Limit int    `query:"limit" minimum:"1" maximum:"50" default:"10" doc:"Of each kind."`
}

// Found is what was found.
type Found struct {
	Items   []Hit `json:"items"`
	Partial bool  `json:"partial"`
}

func (s *Service) Routes(r *api.Router) {
	api.List(r, api.Op{Path: "/search", May: access.Self}, s.Search)
}

// Search looks through everything the viewer reaches.
func (s *Service) Search(ctx context.Context, who access.Actor, q Query) (Found, error) {
	if err := Check(q.Q); err != nil {
		return Found{}, err
	}
	if strings.TrimSpace(q.Q) == "" {
		return Found{Items: []Hit{}}, nil
	}
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (out Found, err error) {
		out.Items = []Hit{}
		for _, find := range s.Finders {
			hits, err := find(tx, q.Q, q.Limit)
			if err != nil {
				return out, err
			}
			out.Items = append(out.Items, hits...)
		}
		return out, nil
	})
}
