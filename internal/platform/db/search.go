package db

import (
	"database/sql"
	"fmt"
	"strings"
	"unicode"

	"zhike/internal/platform/db/record"
	"zhike/internal/platform/db/statement"
)

// A Word is one search word; a Prefix matches whatever begins with it.
type Word struct {
	Text   string
	Prefix bool
}

// wordRunes keeps a search word to letters and digits: what neither engine reads as an
// operator, and SQLite's tokenizer does not cut in two (at an underscore, say).
func wordRunes(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) })
}

// SearchBound is how many of the newest matches a list looks through before it
// narrows and sorts them.
const SearchBound = 500

// Sought is what a search box asks: one of the alternatives, each of which wants one
// word of every group; and, within, one of the words that name who reaches the row.
type Sought struct {
	Alternatives [][][]Word
	Within       []Word
}

// Matching keeps the rows whose record, indexed under kind, answers s; at most bound
// of them, the newest. It narrows only: the scope in FROM stays the check.
func (t *Tx) Matching(id Column, kind string, s Sought, bound int) Cond {
	d := t.db.dialect
	var any []string
	for _, groups := range s.Alternatives {
		if len(groups) > 0 {
			any = append(any, "("+d.match(groups)+")")
		}
	}
	if any == nil {
		return none
	}
	text := "(" + strings.Join(any, d.or) + ")"
	if s.Within != nil {
		text += d.and + d.match([][]Word{s.Within})
	}
	return Cond{text: id.name + " IN (" + d.find + ")", args: Args{"match": text, "match_kind": kind, "match_bound": bound}}
}

// Full says that s has more answers than bound, so that a short page proves nothing.
func (t *Tx) Full(kind string, s Sought, bound int) (bool, error) {
	c := t.Matching(Column{"x.id"}, kind, s, bound)
	if c.text == none.text {
		return false, nil
	}
	n, err := t.counted(t.db.dialect.find, c.args)
	return err == nil && n >= int64(bound), err
}

type docRow struct {
	Doc int64 `db:"doc"`
}

const findDoc = `SELECT doc FROM search_doc WHERE record_id = :record AND kind = :kind`

// Index writes the words of a record, replacing earlier ones. The words may be read
// by anyone who may search, so they hold no clear personal value.
func (t *Tx) Index(kind, record string, words []string) error {
	doc, err := t.doc(kind, record)
	if err != nil {
		return err
	}
	if doc == 0 {
		return t.IndexNew(kind, record, words)
	}
	return t.write(doc, kind, record, words, t.db.dialect.index)
}

// IndexNew is Index for a record that was just made, and cannot have words yet.
func (t *Tx) IndexNew(kind, record string, words []string) error {
	var doc int64
	const add = `INSERT INTO search_doc (kind, record_id) VALUES (:kind, :record) RETURNING doc`
	err := t.query(add, Args{"kind": kind, "record": record}, func(rows *sql.Rows) error {
		for rows.Next() {
			if err := rows.Scan(&doc); err != nil {
				return err
			}
		}
		return rows.Err()
	})
	if err != nil {
		return err
	}
	texts := t.db.dialect.index
	return t.write(doc, kind, record, words, texts[len(texts)-1:])
}

func (t *Tx) write(doc int64, kind, record string, words, texts []string) error {
	for _, w := range words {
		if !wordRunes(w) {
			return fmt.Errorf("db: a search word of %s %s holds a sign", kind, record)
		}
	}
	args := Args{"doc": doc, "words": t.db.dialect.words(words)}
	for _, text := range texts {
		if _, err := t.exec(text, args); err != nil {
			return err
		}
	}
	return nil
}

func (t *Tx) doc(kind, of string) (int64, error) {
	b := &statement.Builder{Sign: t.db.dialect.sign}
	b.Add(findDoc, Args{"kind": kind, "record": of})
	rows, err := t.start(b.String(), b.Values)
	if err != nil {
		return 0, err
	}
	found, err := record.Collect[docRow](rows)
	if err != nil || len(found) == 0 {
		return 0, err
	}
	return found[0].Doc, nil
}

// Forget takes a record out of the index.
func (t *Tx) Forget(kind, record string) error {
	doc, err := t.doc(kind, record)
	if err != nil || doc == 0 {
		return err
	}
	if _, err := t.exec(t.db.dialect.drop, Args{"doc": doc}); err != nil {
		return err
	}
	_, err = t.exec(`DELETE FROM search_doc WHERE doc = :doc`, Args{"doc": doc})
	return err
}
