// Package dictionary keeps the words a company chooses from — sources, tags, reasons —
// and the stages that customers and opportunities move along.
package dictionary

import (
	_ "embed"
	"encoding/json"
	"fmt"

	"zhike/internal/base/access"
	"zhike/internal/base/audit"
	"zhike/internal/platform/db"
	"zhike/locale"
)

var (
	rights       = db.Rights{Change: db.Change(string(access.DictionaryManage))}
	dictionaries = db.Shared("dictionaries", rights)
	values       = db.Shared("dictionary_values", rights)

	allDictionaries = db.SQL(`SELECT d.code, d.fixed, d.free, d.position, d.label, d.label_en FROM {dictionaries d} ORDER BY d.position, d.code`, dictionaries)
	oneDictionary   = db.SQL(`SELECT d.code, d.fixed, d.free, d.position, d.label, d.label_en FROM {dictionaries d} WHERE d.code = :code`, dictionaries)
	allValues       = db.SQL(`SELECT v.id, v.dictionary, v.code, v.label, v.label_en, v.synonyms, v.parent, v.color, v.position, v.active, v.maps_to, v.merged_into, v.created_at, v.updated_at, v.version
		FROM {dictionary_values v} ORDER BY v.dictionary, v.position, v.id`, values)
	valuesOf = db.SQL(`SELECT v.id, v.dictionary, v.code, v.label, v.label_en, v.synonyms, v.parent, v.color, v.position, v.active, v.maps_to, v.merged_into, v.created_at, v.updated_at, v.version
		FROM {dictionary_values v} WHERE v.dictionary = :dictionary ORDER BY v.position, v.id`, values)
	valueByID = db.SQL(`SELECT v.id, v.dictionary, v.code, v.label, v.label_en, v.synonyms, v.parent, v.color, v.position, v.active, v.maps_to, v.merged_into, v.created_at, v.updated_at, v.version
		FROM {dictionary_values v} WHERE v.id = :id`, values)
	activeValue = db.SQL(`SELECT count(*) AS n FROM {dictionary_values v} WHERE v.dictionary = :dictionary AND v.code = :code AND v.active`, values)
)

var program = access.Program("dictionary")

type dictionaryRow struct {
	Code     string `db:"code"`
	Fixed    bool   `db:"fixed"`
	Free     bool   `db:"free"`
	Position int64  `db:"position"`
	Label    string `db:"label"` // of a company's own; those that ship have their words in locale/
	LabelEN  string `db:"label_en"`
}

func (d dictionaryRow) name(lang string) string {
	switch {
	case d.Label == "":
		return locale.Text(lang, "dictionary.name."+d.Code, nil)
	case lang == "en" && d.LabelEN != "":
		return d.LabelEN
	}
	return d.Label
}

type valueRow struct {
	ID         string `db:"id"`
	Dictionary string `db:"dictionary"`
	Code       string `db:"code"`
	told
	MergedInto string `db:"merged_into"`
	CreatedAt  int64  `db:"created_at"`
	UpdatedAt  int64  `db:"updated_at"`
	Version    int64  `db:"version"`
}

// told is what a company says of a value; the code says what the program means by it.
type told struct {
	Label    string            `db:"label" json:"label"`
	LabelEN  string            `db:"label_en" json:"label_en"`
	Synonyms db.JSON[[]string] `db:"synonyms" json:"synonyms"`
	Parent   string            `db:"parent" json:"parent"`
	Color    string            `db:"color" json:"color"`
	Position int64             `db:"position" json:"position"`
	Active   bool              `db:"active" json:"active"`
	MapsTo   string            `db:"maps_to" json:"maps_to"`
}

// label is the word in a language; where a company gave no English word, its own.
func (v told) label(lang string) string {
	if lang == "en" && v.LabelEN != "" {
		return v.LabelEN
	}
	return v.Label
}

// Check says whether code is a word of the dictionary that may be chosen today. Where
// many are checked, ask the Words.
func Check(tx *db.Tx, dictionary, code string) (bool, error) {
	n, err := db.One[db.Count](tx.As(program), activeValue, db.Args{"dictionary": dictionary, "code": code})
	return n.N > 0, err
}

// Stands says whether there is a dictionary.
func Stands(tx *db.Tx, code string) (bool, error) {
	_, found, err := db.Maybe[dictionaryRow](tx.As(program), oneDictionary, db.Args{"code": code})
	return found, err
}

//go:embed defaults.json
var defaultsJSON []byte

// A shipped dictionary. Fixed: its codes carry meaning in rules, so words can be
// renamed, not added or retired. Free: other text is allowed beside the words.
type shipped struct {
	Code   string         `json:"code"`
	Fixed  bool           `json:"fixed"`
	Free   bool           `json:"free"`
	Values []shippedValue `json:"values"`
}

type shippedValue struct {
	Code     string   `json:"code"`
	Label    string   `json:"label"`
	English  string   `json:"en"`
	Synonyms []string `json:"synonyms"`
	Parent   string   `json:"parent"`
	Color    string   `json:"color"`
	MapsTo   string   `json:"maps_to"`
	Off      bool     `json:"off"` // there to be switched on
}

var defaults = func() (all []shipped) {
	if err := json.Unmarshal(defaultsJSON, &all); err != nil {
		panic(fmt.Errorf("dictionary: defaults.json: %w", err)) // embedded: a test would have failed
	}
	return all
}()

// switched says whether a word of a fixed dictionary may be switched on and off all the
// same: the further grades are off until a company wants them.
func switched(dictionary, code string) bool {
	for _, d := range defaults {
		for _, v := range d.Values {
			if d.Code == dictionary && v.Code == code {
				return v.Off
			}
		}
	}
	return false
}

// Seed puts the dictionaries and pipelines that ship into a new database. In one that
// has them it adds only what a new version brings: whole dictionaries, and codes of
// fixed ones; what a company renamed or retired stays.
func Seed(tx *db.Tx) error {
	tx = tx.As(program)
	added, err := seedValues(tx)
	if err != nil {
		return err
	}
	stages, err := seedPipelines(tx)
	if err != nil || added+stages == 0 {
		return err
	}
	return audit.Note(tx, audit.Entry{Action: "dictionary.seed", Kind: "dictionary", Details: map[string]any{"values": added, "stages": stages}})
}

func seedValues(tx *db.Tx) (added int, err error) {
	rows, err := db.All[dictionaryRow](tx, allDictionaries, nil)
	if err != nil {
		return 0, err
	}
	stands := map[string]bool{}
	for _, r := range rows {
		stands[r.Code] = true
	}
	known, err := db.All[valueRow](tx, allValues, nil)
	if err != nil {
		return 0, err
	}
	for _, v := range known {
		stands[v.Dictionary+"/"+v.Code] = true
	}
	for i, d := range defaults {
		old := stands[d.Code]
		if !old {
			if err := tx.Insert(dictionaries, dictionaryRow{Code: d.Code, Fixed: d.Fixed, Free: d.Free, Position: int64(i + 1)}); err != nil {
				return 0, err
			}
		}
		for j, v := range d.Values {
			if stands[d.Code+"/"+v.Code] || old && !d.Fixed {
				continue
			}
			if v.Synonyms == nil {
				v.Synonyms = []string{}
			}
			row := valueRow{ID: tx.NewID(), Dictionary: d.Code, Code: v.Code, CreatedAt: tx.At(), UpdatedAt: tx.At(), Version: 1,
				told: told{v.Label, v.English, db.Of(v.Synonyms), v.Parent, v.Color, int64(j + 1), !v.Off, v.MapsTo}}
			if err := tx.Insert(values, row); err != nil {
				return 0, err
			}
			added++
		}
	}
	return added, nil
}
