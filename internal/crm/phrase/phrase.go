// Package phrase keeps 话术: what is often said to customers, by the method of the talk and
// the stage of the customer; one's own, or the company's.
package phrase

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strings"
	"sync"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/dictionary"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// What there may be at the most: of one person, and of the company.
const (
	mostMine = 200
	mostOurs = 500
)

var (
	// Table of phrases. Whoever is signed in keeps his own; whose a phrase is, is asked beside.
	Table = db.Shared("phrases", db.Rights{Change: db.Change(string(access.Self))})

	program = access.Program("phrases")
)

// A Phrase is a text with places for names in braces, which whoever uses it fills: those of the customer, the contact and himself.
type Phrase struct {
	ID        string      `db:"id" json:"id"`
	Code      api.Text    `db:"code" json:"code" doc:"Of one that ships."`
	OwnerID   api.Ref     `db:"owner_id" json:"owner_id" doc:"None: the company's."`
	Title     string      `db:"title" json:"title"`
	Text      string      `db:"body" json:"text" doc:"With places in braces for the names of customer, contact and user."`
	Methods   api.Strings `db:"methods" json:"methods" doc:"Of the dictionary method. None: it fits any."`
	Stages    api.Strings `db:"stage_codes" json:"stages" doc:"Codes of the customers' stages. None: it fits any."`
	Position  int64       `db:"position" json:"position" doc:"Its place among one's own, or the company's, from 0."`
	Active    bool        `db:"active" json:"active" doc:"False: put away, and not offered."`
	Company   bool        `json:"company"`
	MayChange bool        `json:"may_change"`
	Version   int64       `db:"version" json:"version"`
}

func (p Phrase) Revision() int64  { return p.Version }
func (p Phrase) RecordID() string { return p.ID }

func (p *Phrase) show(who access.Actor) {
	p.Company = p.OwnerID == ""
	p.MayChange = string(p.OwnerID) == who.ID() || p.Company && who.Can(access.DictionaryManage)
	if p.Methods == nil {
		p.Methods = api.Strings{}
	}
	if p.Stages == nil {
		p.Stages = api.Strings{}
	}
}

// New is what a caller says of one.
type New struct {
	Title   string   `json:"title" minLength:"1" maxLength:"30"`
	Text    string   `json:"text" minLength:"1" maxLength:"500"`
	Methods []string `json:"methods,omitempty" maxItems:"30"`
	Stages  []string `json:"stages,omitempty" maxItems:"50"`
	Company bool     `json:"company,omitempty" doc:"For everybody; wants dictionary.manage."`
}

// Change is what may be said of one that stands.
type Change struct {
	Title    api.Opt[string]   `json:"title,omitempty,omitzero" minLength:"1" maxLength:"30"`
	Text     api.Opt[string]   `json:"text,omitempty,omitzero" minLength:"1" maxLength:"500"`
	Methods  api.Opt[[]string] `json:"methods,omitempty,omitzero" maxItems:"30"`
	Stages   api.Opt[[]string] `json:"stages,omitempty,omitzero" maxItems:"50"`
	Active   api.Opt[bool]     `json:"active,omitempty,omitzero"`
	Position api.Opt[int64]    `json:"position,omitempty,omitzero" minimum:"0" maximum:"1000" doc:"The others make room."`
}

// judge says what of p cannot stand. A method or stage that was retired since stays where it stood.
func (p *Phrase) judge(words *dictionary.Words, was Phrase) error {
	p.Title, p.Text = strings.Join(strings.Fields(p.Title), " "), strings.TrimSpace(p.Text)
	switch {
	case p.Title == "":
		return fault.Rule("required", "title")
	case p.Text == "":
		return fault.Rule("required", "text")
	}
	for _, m := range p.Methods {
		if !words.Has("method", m) && !slices.Contains(was.Methods, m) {
			return fault.Rule("invalid", "methods")
		}
	}
	for _, st := range p.Stages {
		if _, ok := words.StageByCode("customer", st); !ok && !slices.Contains(was.Stages, st) {
			return fault.Rule("invalid", "stages")
		}
	}
	p.Methods, p.Stages = once(p.Methods), once(p.Stages)
	return nil
}

func once(all api.Strings) api.Strings {
	out := api.Strings{}
	for _, x := range all {
		if !slices.Contains(out, x) {
			out = append(out, x)
		}
	}
	return out
}

//go:embed shipped.json
var shippedFile []byte

type asShipped struct {
	Code    string      `json:"code"`
	Title   string      `json:"title"`
	Text    string      `json:"text"`
	Methods api.Strings `json:"methods"`
	Stages  api.Strings `json:"stages"`
}

var shipped = sync.OnceValue(func() (all []asShipped) {
	if err := json.Unmarshal(shippedFile, &all); err != nil {
		panic("phrase: shipped.json: " + err.Error())
	}
	return all
})

// Seed puts the company phrases that ship where they never stood; what a company changed or removed stays so.
func Seed(tx *db.Tx) error {
	tx = tx.As(program)
	rows, err := db.All[struct {
		Code string `db:"code"`
	}](tx, seeded, nil)
	if err != nil {
		return err
	}
	for i, x := range shipped() {
		if slices.ContainsFunc(rows, func(r struct {
			Code string `db:"code"`
		}) bool {
			return r.Code == x.Code
		}) {
			continue
		}
		tx.Noted()
		if err := tx.Insert(Table, row{ID: tx.NewID(), Code: x.Code, fresh: fresh{Title: x.Title, Text: x.Text, Methods: x.Methods, Stages: x.Stages, Position: int64(i), Active: true}, CreatedAt: tx.At(), UpdatedAt: tx.At()}); err != nil {
			return err
		}
	}
	return nil
}
