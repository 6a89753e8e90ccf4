package dictionary

import (
	"cmp"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"zhike/internal/platform/db"
	"zhike/internal/platform/db/wire"
	"zhike/internal/platform/words"
)

// Age is how old a snapshot may grow: what another node changed is known here by then.
const Age = 5 * time.Second

// A Book keeps the Words of one database in memory, because every write of a customer
// asks for dozens. A node has one.
type Book struct {
	DB      *db.DB
	wire    *wire.Wire
	words   atomic.Pointer[Words]
	changed atomic.Int64 // when this node last changed a word, unix ms
}

// Join makes what one node changes known to the others at once, and not only by Age.
func (b *Book) Join(w *wire.Wire) {
	b.wire = w
	w.On("words.changed", func(string) { b.forget() })
	w.OnGap(b.forget)
}

// In gives the words as a unit of work may use them: at most Age old, and never older
// than a change this node has kept. It is for units that change no words themselves.
func (b *Book) In(tx *db.Tx) (*Words, error) {
	if w := b.words.Load(); w != nil && tx.Now().Sub(w.at) < Age && w.at.UnixMilli() >= b.changed.Load() {
		return w, nil
	}
	w, err := read(tx)
	// A database that Seed has not filled yet is not remembered as empty.
	if err == nil && len(w.values) > 0 && w.at.UnixMilli() >= b.changed.Load() {
		b.words.Store(w)
	}
	return w, err
}

// Forget makes the next unit read anew, once the unit of the change is kept.
func (b *Book) Forget(tx *db.Tx) {
	tx.After(b.forget)
	_ = b.wire.Say(tx, "words.changed", "") // where it is refused, the unit has failed with it
}

func (b *Book) forget() {
	// Whoever began before now may not have seen the change.
	b.changed.Store(b.DB.Now().UnixMilli() + 1)
	b.words.Store(nil)
}

// Words is a snapshot of all dictionaries and stages; nothing in it changes.
type Words struct {
	at      time.Time
	values  map[[2]string]valueRow
	spoken  map[[2]string]string // dictionary and normal form of a word → code
	parents map[[2]string]bool   // values that are groups of others
	free    map[string]bool
	stages  []Stage
	vague   Vague
}

func read(tx *db.Tx) (*Words, error) {
	tx = tx.As(program)
	rows, err := db.All[valueRow](tx, allValues, nil)
	if err != nil {
		return nil, err
	}
	heads, err := db.All[dictionaryRow](tx, allDictionaries, nil)
	if err != nil {
		return nil, err
	}
	w := &Words{at: tx.Now(), values: map[[2]string]valueRow{}, spoken: map[[2]string]string{}, parents: map[[2]string]bool{}, free: map[string]bool{}}
	for _, d := range heads {
		w.free[d.Code] = d.Free
	}
	for _, v := range rows {
		w.values[[2]string{v.Dictionary, v.Code}] = v
		if v.Parent != "" {
			w.parents[[2]string{v.Dictionary, v.Parent}] = true
		}
	}
	w.name(rows)
	if w.vague, err = vagueOf(tx); err != nil {
		return nil, err
	}
	w.stages, err = db.All[Stage](tx, allStages, nil)
	return w, err
}

// name makes values findable. What a company calls a value goes before what somebody else calls another one.
func (w *Words) name(rows []valueRow) {
	for _, names := range []func(valueRow) []string{
		func(v valueRow) []string { return []string{v.Label} },
		func(v valueRow) []string { return []string{v.LabelEN, v.Code} },
		func(v valueRow) []string { return v.Synonyms.V },
	} {
		for _, v := range rows {
			for _, name := range names(v) {
				w.speak(v, name)
			}
		}
	}
}

func (w *Words) speak(v valueRow, name string) {
	key := [2]string{v.Dictionary, words.Normal(name)}
	if _, taken := w.spoken[key]; key[1] != "" && !taken && w.Has(v.Dictionary, v.Code) {
		w.spoken[key] = v.Code
	}
}

// Has says whether code may be chosen today: known, active, and not merely a group.
func (w *Words) Has(dictionary, code string) bool {
	v, ok := w.values[[2]string{dictionary, code}]
	return ok && v.Active && !w.parents[[2]string{dictionary, code}]
}

// Free says whether a dictionary takes other text beside its words.
func (w *Words) Free(dictionary string) bool { return w.free[dictionary] }

// Under are the codes of a group, those that are retired too, in the company's order.
func (w *Words) Under(dictionary, group string) []string {
	var all []valueRow
	for key, v := range w.values {
		if key[0] == dictionary && v.Parent == group {
			all = append(all, v)
		}
	}
	slices.SortFunc(all, func(a, b valueRow) int {
		return cmp.Or(cmp.Compare(a.Position, b.Position), cmp.Compare(a.Code, b.Code))
	})
	var codes []string
	for _, v := range all {
		codes = append(codes, v.Code)
	}
	return codes
}

// Label is the company's word for a code in a language; the code itself where it is
// not known. Retired words keep their label for the records that hold them.
func (w *Words) Label(lang, dictionary, code string) string {
	v, ok := w.values[[2]string{dictionary, code}]
	for range 20 { // a word that became another is called what that one is
		if !ok || v.MergedInto == "" {
			break
		}
		v, ok = w.values[[2]string{dictionary, v.MergedInto}]
	}
	if ok {
		return v.label(lang)
	}
	return code
}

// Labels are the words that may be chosen today, in the company's order.
func (w *Words) Labels(lang, dictionary string) []string {
	var all []valueRow
	for key, v := range w.values {
		if key[0] == dictionary && w.Has(dictionary, v.Code) {
			all = append(all, v)
		}
	}
	slices.SortFunc(all, func(a, b valueRow) int {
		return cmp.Or(cmp.Compare(a.Position, b.Position), strings.Compare(a.Code, b.Code))
	})
	out := make([]string, len(all))
	for i, v := range all {
		out[i] = v.label(lang)
	}
	return out
}

// ByLabel finds the code that a cell or a person means: by label, by code, by synonym,
// however it is spaced, cased or widened. Retired words and groups are not found.
func (w *Words) ByLabel(dictionary, text string) (code string, ok bool) {
	code, ok = w.spoken[[2]string{dictionary, words.Normal(text)}]
	return code, ok
}

// Stages are those of a subject, in order, retired ones too.
func (w *Words) Stages(subject string) []Stage {
	var all []Stage
	for _, s := range w.stages {
		if s.Subject == subject {
			all = append(all, s)
		}
	}
	return all
}

// StageByCode finds a stage in the subject's first pipeline that has it.
func (w *Words) StageByCode(subject, code string) (Stage, bool) {
	for _, s := range w.stages {
		if s.Subject == subject && s.Code == code {
			return s, true
		}
	}
	return Stage{}, false
}

// StageByID finds a stage by its key.
func (w *Words) StageByID(id string) (Stage, bool) {
	for _, s := range w.stages {
		if s.ID == id {
			return s, true
		}
	}
	return Stage{}, false
}
