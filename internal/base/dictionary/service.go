package dictionary

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
	"zhike/internal/platform/words"
	"zhike/locale"
)

// Service shows dictionaries and pipelines, and changes words.
type Service struct {
	DB   *db.DB
	Book *Book
	// Maps tells for dictionaries whose words stand for those of another list whether that list has a code.
	Maps map[string]func(code string) bool
}

func (s *Service) Routes(r *api.Router) {
	api.List(r, api.Op{Path: "/dictionaries", May: access.Self}, s.List)
	api.CreateUnder(r, api.Op{Path: "/dictionaries/{id}/values", May: access.DictionaryManage}, s.Add, s.value)
	api.Change(r, api.Op{Path: "/dictionaries/{id}/values/{value}", May: access.DictionaryManage},
		func(ctx context.Context, who access.Actor, dictionary string, version int64, in Change) (Value, error) {
			return s.Change(ctx, who, dictionary, api.Param(ctx, "value"), version, in)
		})
	api.List(r, api.Op{Path: "/pipelines", May: access.Self}, s.Pipelines)
}

// Dictionary is one with all its values, retired ones too: records may hold them.
type Dictionary struct {
	Code   string  `json:"code"`
	Name   string  `json:"name"`
	Fixed  bool    `json:"fixed" doc:"Its words can be renamed, not added or retired."`
	Free   bool    `json:"free" doc:"Other text is allowed beside its words."`
	Values []Value `json:"values"`
}

// Value is one word to choose. Label is in the viewer's language; LabelZH and LabelEN
// are what an administrator edits.
type Value struct {
	ID       string   `json:"id"`
	Code     string   `json:"code"`
	Label    string   `json:"label"`
	LabelZH  string   `json:"label_zh"`
	LabelEN  api.Text `json:"label_en"`
	Hint     api.Text `json:"hint" doc:"What the value means, where its label does not say."`
	Synonyms []string `json:"synonyms"`
	Color    api.Text `json:"color"`
	Parent   api.Text `json:"parent"`
	Merged   api.Text `json:"merged_into" doc:"The word that it became."`
	MapsTo   api.Text `json:"maps_to" doc:"What the word stands for elsewhere: the GB/T 4754 class of a trade."`
	Position int64    `json:"position"`
	Active   bool     `json:"active"`
	Version  int64    `json:"version"`
}

func (v Value) Revision() int64  { return v.Version }
func (v Value) RecordID() string { return v.ID }

func shown(ctx context.Context, v valueRow) Value {
	lang := api.LanguageOf(ctx)
	out := Value{ID: v.ID, Code: v.Code, Label: v.label(lang), LabelZH: v.Label, LabelEN: api.Text(v.LabelEN), Synonyms: v.Synonyms.V,
		Color: api.Text(v.Color), Parent: api.Text(v.Parent), Merged: api.Text(v.MergedInto), MapsTo: api.Text(v.MapsTo), Position: v.Position, Active: v.Active, Version: v.Version}
	if key := "dictionary.hint." + v.Dictionary + "." + v.Code; locale.Has(lang, key) {
		out.Hint = api.Text(locale.Text(lang, key, nil))
	}
	return out
}

// List gives every dictionary, to whoever is signed in.
func (s *Service) List(ctx context.Context, who access.Actor, _ struct{}) (api.Items[Dictionary], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (out api.Items[Dictionary], err error) {
		heads, err := db.All[dictionaryRow](tx, allDictionaries, nil)
		if err != nil {
			return out, err
		}
		rows, err := db.All[valueRow](tx, allValues, nil)
		if err != nil {
			return out, err
		}
		out.Items = []Dictionary{}
		for _, d := range heads {
			item := Dictionary{Code: d.Code, Name: d.name(api.LanguageOf(ctx)), Fixed: d.Fixed, Free: d.Free, Values: []Value{}}
			for _, v := range rows {
				if v.Dictionary == d.Code {
					item.Values = append(item.Values, shown(ctx, v))
				}
			}
			out.Items = append(out.Items, item)
		}
		return out, nil
	})
}

func (s *Service) value(ctx context.Context, who access.Actor, id string) (Value, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (Value, error) {
		v, err := db.One[valueRow](tx, valueByID, db.Args{"id": id})
		return shown(ctx, v), err
	})
}

// New is a word to add. Without a code it gets one from its sound.
type New struct {
	Label    string   `json:"label" minLength:"1" maxLength:"40"`
	LabelEN  string   `json:"label_en,omitempty" maxLength:"60"`
	Code     string   `json:"code,omitempty" maxLength:"40" pattern:"^[A-Za-z][A-Za-z0-9_]*$"`
	Color    string   `json:"color,omitempty" maxLength:"10"`
	Parent   string   `json:"parent,omitempty" maxLength:"40"`
	MapsTo   string   `json:"maps_to,omitempty" maxLength:"4"`
	Synonyms []string `json:"synonyms,omitempty" maxItems:"50"`
}

// Change is what may be said of a word. Its code stays for ever; without label_en a new
// label goes for both languages.
type Change struct {
	Label    api.Opt[string]   `json:"label,omitzero" maxLength:"40"`
	LabelEN  api.Opt[string]   `json:"label_en,omitzero" maxLength:"60"`
	Color    api.Opt[string]   `json:"color,omitzero" maxLength:"10"`
	Position api.Opt[int64]    `json:"position,omitzero"`
	Active   api.Opt[bool]     `json:"active,omitzero"`
	Parent   api.Opt[string]   `json:"parent,omitzero" maxLength:"40" doc:"The group it stands in, which stands in none itself."`
	MapsTo   api.Opt[string]   `json:"maps_to,omitzero" maxLength:"4"`
	Synonyms api.Opt[[]string] `json:"synonyms,omitzero" maxItems:"50"`
}

// Add puts a word at the end of a dictionary that is not fixed.
func (s *Service) Add(ctx context.Context, who access.Actor, dictionary string, in New) (Value, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (out Value, err error) {
		head, rows, err := open(tx, dictionary)
		if err != nil {
			return out, err
		}
		if head.Fixed {
			return out, fault.Rule("read_only", "code")
		}
		v := valueRow{ID: tx.NewID(), Dictionary: dictionary, Code: in.Code, CreatedAt: tx.At(), UpdatedAt: tx.At(), Version: 1,
			told: told{in.Label, in.LabelEN, db.Of(in.Synonyms), in.Parent, in.Color, 1, true, in.MapsTo}}
		if len(rows) > 0 {
			v.Position = rows[len(rows)-1].Position + 1
		}
		if v.Code == "" {
			v.Code = codeFor(in.Label, rows)
		}
		if err := cmp.Or(v.judge(rows), s.mapped(v)); err != nil {
			return out, err
		}
		if err := tx.Insert(values, v); err != nil {
			return out, err
		}
		s.Book.Forget(tx)
		err = audit.Note(tx, audit.Entry{Action: "dictionary.add", Kind: "dictionary_value", Record: v.ID,
			Changes: []audit.Change{{Field: "label", New: v.Label}}, Details: map[string]any{"dictionary": dictionary, "code": v.Code}})
		return shown(ctx, v), err
	})
}

// Own makes a dictionary for a field that the company adds, with words in their order. It is told with the field.
func (s *Service) Own(tx *db.Tx, code, label, labelEN string, free bool, choices []New) error {
	p := tx.As(program)
	if err := p.Insert(dictionaries, dictionaryRow{Code: code, Free: free, Position: 1000, Label: label, LabelEN: labelEN}); err != nil {
		return err
	}
	var rows []valueRow
	for i, word := range choices {
		v := valueRow{ID: tx.NewID(), Dictionary: code, Code: word.Code, CreatedAt: tx.At(), UpdatedAt: tx.At(), Version: 1,
			told: told{Label: word.Label, LabelEN: word.LabelEN, Synonyms: db.Of(word.Synonyms), Color: word.Color, Position: int64(i + 1), Active: true}}
		if v.Code == "" {
			v.Code = codeFor(word.Label, rows)
		}
		if err := v.judge(rows); err != nil {
			return fault.Rule("invalid", "choices")
		}
		if err := p.Insert(values, v); err != nil {
			return err
		}
		rows = append(rows, v)
	}
	s.Book.Forget(tx)
	return nil
}

var (
	dropOwnWords = db.SQL(`DELETE FROM {dictionary_values!change v} WHERE v.dictionary = :dictionary`, values)
	dropOwn      = db.SQL(`DELETE FROM {dictionaries!change d} WHERE d.code = :dictionary`, dictionaries)
)

// Disown takes a dictionary that Own made away with its words; whoever asks knows that no field chooses from it.
func (s *Service) Disown(tx *db.Tx, code string) error {
	for _, q := range []db.Query{dropOwnWords, dropOwn} {
		if _, err := tx.As(program).ChangeAll(q, db.Args{"dictionary": code}); err != nil {
			return err
		}
	}
	s.Book.Forget(tx)
	return nil
}

// Change renames, colours, moves or retires a word, or brings it back.
func (s *Service) Change(ctx context.Context, who access.Actor, dictionary, code string, version int64, in Change) (Value, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (Value, error) { return s.ChangeIn(ctx, tx, dictionary, code, version, in) })
}

// ChangeIn is Change inside a unit.
func (s *Service) ChangeIn(ctx context.Context, tx *db.Tx, dictionary, code string, version int64, in Change) (out Value, err error) {
	head, rows, err := open(tx, dictionary)
	if err != nil {
		return out, err
	}
	i := slices.IndexFunc(rows, func(v valueRow) bool { return v.Code == code })
	if i < 0 {
		return out, db.ErrNotFound
	}
	v := rows[i]
	if in.Label.Set && in.Label.V != v.Label && !in.LabelEN.Set {
		in.LabelEN = api.Some("") // the old English word would say something else
	}
	diffs := api.Apply(&v.told, in, "synonyms")
	if in.Synonyms.Set && !slices.Equal(in.Synonyms.V, v.Synonyms.V) {
		diffs = append(diffs, api.Diff{Field: "synonyms", Old: v.Synonyms.V, New: in.Synonyms.V})
		v.Synonyms.V = in.Synonyms.V
	}
	if v.Parent != "" && slices.ContainsFunc(rows, func(o valueRow) bool { return o.Parent == code }) || v.Active && v.MergedInto != "" {
		return out, fault.Rule("invalid", map[bool]string{true: "active", false: "parent"}[v.MergedInto != ""])
	}
	if head.Fixed && v.Active != rows[i].Active && !switched(dictionary, code) {
		return out, fault.Rule("read_only", "active")
	}
	if err := cmp.Or(v.judge(rows), s.mapped(v)); err != nil {
		return out, err
	}
	if err := tx.Update(values, v.ID, max(version, 1), v.told); err != nil {
		return out, err
	}
	v.Version++
	s.Book.Forget(tx)
	err = audit.Note(tx, audit.Entry{Action: "dictionary.change", Kind: "dictionary_value", Record: v.ID, Changes: audit.Changes(diffs, nil),
		Details: map[string]any{"dictionary": dictionary, "code": code}})
	return shown(ctx, v), err
}

// open holds a dictionary for a change, so that two do not add one word.
func open(tx *db.Tx, dictionary string) (head dictionaryRow, rows []valueRow, err error) {
	if err := tx.Lock("dictionary/" + dictionary); err != nil {
		return head, nil, err
	}
	if head, err = db.One[dictionaryRow](tx, oneDictionary, db.Args{"code": dictionary}); err != nil {
		return head, nil, err
	}
	rows, err = db.All[valueRow](tx, valuesOf, db.Args{"dictionary": dictionary})
	return head, rows, err
}

// Colors are the tones of the interface that a chip may have.
var Colors = []string{"gray", "blue", "violet", "amber", "orange", "green", "red", "teal"}

// tidy is a word without white space around it; one of which nobody sees anything is none.
func tidy(s string) string {
	if words.Normal(s) == "" {
		return ""
	}
	return strings.TrimSpace(s)
}

var errTaken = fault.New(fault.Conflict, "duplicate_same")

// judge tidies a value and tells what is wrong with it among the others of its dictionary.
func (v *valueRow) judge(rows []valueRow) error {
	v.Label, v.LabelEN = tidy(v.Label), tidy(v.LabelEN)
	synonyms := []string{}
	for _, s := range v.Synonyms.V {
		if s = tidy(s); s != "" && !slices.Contains(synonyms, s) {
			synonyms = append(synonyms, s)
		}
	}
	v.Synonyms.V = synonyms
	var wrong []fault.Detail
	bad := func(code, field string) { wrong = append(wrong, fault.Detail{Field: field, Code: code}) }
	switch {
	case v.Label == "":
		bad("required", "label")
	case !fit(v.Label):
		bad("invalid", "label")
	}
	if !fit(v.LabelEN) {
		bad("invalid", "label_en")
	}
	for _, s := range v.Synonyms.V {
		if !fit(s) {
			bad("invalid", "synonyms")
			break
		}
	}
	if v.Color != "" && !slices.Contains(Colors, v.Color) {
		bad("invalid", "color")
	}
	if v.Parent != "" && !slices.ContainsFunc(rows, func(p valueRow) bool { return p.Code == v.Parent && p.Parent == "" && p.Code != v.Code }) {
		bad("invalid", "parent")
	}
	if len(wrong) > 0 {
		return fault.Fields(wrong)
	}
	return v.apart(rows)
}

// apart refuses a word that another value of the dictionary has, as label, synonym or code:
// an import could not tell them apart.
func (v *valueRow) apart(rows []valueRow) error {
	theirs := map[string]bool{}
	for _, other := range rows {
		if other.ID == v.ID || !other.Active {
			continue
		}
		for _, name := range append([]string{other.Label, other.LabelEN, other.Code}, other.Synonyms.V...) {
			theirs[words.Normal(name)] = true
		}
	}
	delete(theirs, "")
	if slices.ContainsFunc(rows, func(o valueRow) bool { return o.ID != v.ID && o.Code == v.Code }) {
		return errTaken.At("code")
	}
	if !v.Active {
		return nil
	}
	for _, own := range []struct {
		field string
		names []string
	}{{"label", []string{v.Label}}, {"label_en", []string{v.LabelEN}}, {"synonyms", v.Synonyms.V}} {
		for _, name := range own.names {
			if theirs[words.Normal(name)] {
				return errTaken.At(own.field)
			}
		}
	}
	return nil
}

const (
	longest   = 60 // characters of a label or synonym
	phoneLike = 7  // digits in a row: somebody's number, which must not stand where everybody reads it
)

// fit says whether a text can be a word of a dictionary.
func fit(s string) bool {
	run, characters := 0, 0
	for _, r := range s {
		characters++
		switch {
		case unicode.IsControl(r):
			return false
		case unicode.IsDigit(r):
			run++
		case unicode.IsSpace(r), unicode.Is(unicode.Pd, r): // 138 0013-8000
		default:
			run = 0
		}
		if run >= phoneLike {
			return false
		}
	}
	return characters <= longest
}

var notCode = regexp.MustCompile(`[^a-z0-9]+`)

// codeFor makes a code of a word's sound: zhan_hui, or zhan_hui_2 where that is taken.
func codeFor(label string, rows []valueRow) string {
	code := strings.Trim(notCode.ReplaceAllString(words.SortKey(label), "_"), "_")
	if len(code) > 32 {
		code = strings.TrimRight(code[:32], "_")
	}
	if code == "" || code[0] < 'a' {
		code = strings.TrimRight("v_"+code, "_")
	}
	for n, free := 2, code; ; n++ {
		if !slices.ContainsFunc(rows, func(v valueRow) bool { return v.Code == free }) {
			return free
		}
		free = fmt.Sprintf("%s_%d", code, n)
	}
}
