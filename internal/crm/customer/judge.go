package customer

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/dictionary"
	"zhike/internal/crm/contact"
	"zhike/internal/crm/rule"
	"zhike/internal/platform/fault"
)

// A judge finds what is wrong with the facts of one customer: the same for a form, an
// API client, a spreadsheet's row and an automation.
type judge struct {
	words    *dictionary.Words
	who      access.Actor
	override string
	was      Customer // as it stood
	wrong    []fault.Detail
}

func (j *judge) refuse(field, code string, params map[string]any) {
	j.wrong = append(j.wrong, fault.Detail{Field: field, Code: code, Params: params})
}

// facts normalises and checks what stands in f after a change; full is the clear name.
func (j *judge) facts(f *Facts, full *string, today string) {
	j.name(f, full)
	j.creditCode(f)
	if f.Industry != "" && !rule.KnownIndustry(string(f.Industry)) {
		j.refuse("industry", "invalid", nil)
	}
	if f.Region != "" {
		if _, ok := rule.RegionByCode(string(f.Region)); !ok {
			j.refuse("region", "invalid", nil)
		}
	}
	for _, c := range []struct {
		field, dict string
		v, was      api.Text
	}{{"source", "source", f.Source, j.was.Source}, {"size", "size", f.Size, j.was.Size}, {"grade", "grade", f.Grade, j.was.Grade}, {"intent", "intent", f.Intent, j.was.Intent},
		{"urgency", "urgency", f.Urgency, j.was.Urgency}, {"trade", "trade", f.Trade, j.was.Trade}} {
		// A word that was retired since stays where it stands.
		if c.v != "" && c.v != c.was && !j.words.Has(c.dict, string(c.v)) {
			j.refuse(c.field, "invalid", nil)
		}
	}
	if f.Trade != j.was.Trade || f.Industry != j.was.Industry {
		of := func(f Facts) rule.TradeClass {
			return rule.TradeClass{Industry: string(f.Industry), MapsTo: j.words.MapsTo("trade", string(f.Trade))}
		}
		industry, ok := rule.TradeIndustry(of(*f), of(j.was.Facts))
		if f.Industry = api.Text(industry); !ok {
			j.refuse("industry", "outside_trade", nil)
		}
	}
	seen := api.Strings{}
	for _, tag := range f.Tags {
		if !j.words.Has("tag", tag) && !slices.Contains(j.was.Tags, tag) {
			j.refuse("tags", "invalid", nil)
			break
		}
		if !slices.Contains(seen, tag) {
			seen = append(seen, tag)
		}
	}
	f.Tags = seen
	j.day("founded_on", string(f.FoundedOn))
	if string(f.FoundedOn) > today {
		j.refuse("founded_on", "invalid", nil)
	}
	j.day("buy_by", string(f.BuyBy))
	if f.BudgetFromFen > 0 && f.BudgetToFen > 0 && f.BudgetFromFen > f.BudgetToFen {
		f.BudgetFromFen, f.BudgetToFen = f.BudgetToFen, f.BudgetFromFen
	}
	if f.Kind == Individual {
		f.CreditCode, f.Industry, f.Trade, f.Size, f.Employees, f.AnnualRevenueFen, f.AssetsFen, f.FoundedOn = "", "", "", "", 0, 0, 0, ""
	}
}

// NameFault is the code of what is wrong with a customer's name, or "".
func NameFault(w *dictionary.Words, kind, full string) string {
	switch {
	case full == "":
		return "required"
	case !utf8.ValidString(full) || strings.ContainsFunc(full, control):
		return "invalid"
	case vague(w, full) || kind != Individual && rule.GenericName(full):
		return "vague"
	case rule.HasNumber(full):
		return "number_in_text"
	}
	return ""
}

func (j *judge) name(f *Facts, full *string) {
	*full = strings.Join(strings.Fields(*full), " ")
	if code := NameFault(j.words, f.Kind, *full); code != "" {
		j.refuse("name", code, nil)
	}
	if rule.HasNumber(string(f.ShortName)) {
		j.refuse("short_name", "number_in_text", nil)
	}
}

// texts refuses a core text that as a whole says nothing. Doubts and remarks may: “none” is something to know of them.
func (j *judge) texts(t Texts) {
	for _, c := range []struct {
		field  string
		v, was api.Text
	}{{"core_need", t.CoreNeed, j.was.CoreNeed}, {"pain", t.Pain, j.was.Pain}, {"goal", t.Goal, j.was.Goal}, {"decision_process", t.DecisionProcess, j.was.DecisionProcess},
		{"intended_products", t.IntendedProducts, j.was.IntendedProducts}, {"address", t.Address, j.was.Address}} {
		if c.v != c.was && vague(j.words, string(c.v)) {
			j.refuse(c.field, "vague", nil)
		}
	}
}

func vague(w *dictionary.Words, s string) bool {
	return rule.VagueAmong(s, w.Vague().Further, w.Vague().Fine)
}

func control(r rune) bool {
	return r < ' ' || r == 0x7f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}

func (j *judge) creditCode(f *Facts) {
	if f.CreditCode == "" || f.Kind == Individual { // whose is cleared below
		return
	}
	code, err := rule.CreditCode(string(f.CreditCode))
	f.CreditCode = api.Text(code)
	switch {
	case err == nil:
		j.override = ""
	case j.override != "" && (err == rule.ErrCodeCheck || err == rule.ErrCodeOrgCheck):
		switch {
		case !j.who.Can(access.CustomerOverride):
			j.refuse("credit_code_override_reason", "forbidden", nil)
		case rule.HasNumber(j.override) || rule.Vague(j.override):
			j.refuse("credit_code_override_reason", "number_in_text", nil)
		}
	case err == rule.ErrCodeScientific:
		j.refuse("credit_code", "number_damaged", nil)
	default:
		j.refuse("credit_code", "bad_code", CodeFault(err))
	}
}

// CodeFault says for a refusal what a credit code's check found.
func CodeFault(err error) map[string]any { return map[string]any{"reason": codeFaults[err]} }

// codeFaults names what a credit code's check found, for the words of a screen.
var codeFaults = map[error]string{
	rule.ErrCodeLegacy: "legacy", rule.ErrCodeLength: "length", rule.ErrCodeLetter: "letter", rule.ErrCodeAuthority: "authority",
	rule.ErrCodeRegion: "region", rule.ErrCodeOrgCheck: "check_organisation", rule.ErrCodeCheck: "check",
}

func (j *judge) day(field, v string) {
	if v == "" {
		return
	}
	if _, err := time.Parse(time.DateOnly, v); err != nil {
		j.refuse(field, "invalid", nil)
	}
}

// sized proposes a size by the national rule; a person's own word stands.
func sized(f *Facts, proposed api.Text) api.Text {
	ask := func(n api.Num) *int64 {
		if n == 0 {
			return nil
		}
		v := int64(n)
		return &v
	}
	next := api.Text(rule.SizeClass(string(f.Industry), ask(f.Employees), ask(f.AnnualRevenueFen), ask(f.AssetsFen)))
	if f.Kind == Individual {
		next = ""
	}
	if f.Size == "" || f.Size == proposed {
		f.Size = ""
		if slices.Contains([]api.Text{"large", "medium", "small", "micro"}, next) {
			f.Size = next
		}
	}
	return next
}

// lacks lists what a customer still needs to take effect; a draft may lack it.
func lacks(f Facts, owner api.Ref, p *contact.Primary) api.Strings {
	out := api.Strings{}
	need := func(ok bool, field string) {
		if !ok {
			out = append(out, field)
		}
	}
	need(f.Kind != Enterprise || f.CreditCode != "", "credit_code")
	need(f.Kind == Individual || rule.ExactIndustry(string(f.Industry)), "industry")
	need(owner != "", "owner_id")
	if p == nil {
		return append(out, "contact.name")
	}
	need(f.Kind == Individual || p.Title, "contact.title")
	need(f.Kind == Individual || p.Role, "contact.role")
	need(p.Reach, "contact.reach")
	return out
}

// score is how complete a customer is, in percent: what is needed counts twice.
func score(f Facts, t Texts, missing api.Strings) int64 {
	needed := int64(7)
	useful := []bool{f.ShortName != "", f.Region != "", f.Source != "", f.Grade != "" || f.Intent != "", t.CoreNeed != "", f.BudgetFromFen+f.BudgetToFen > 0, f.BuyBy != "", t.DecisionProcess != ""}
	if f.Kind != Individual {
		useful = append(useful, f.Size != "", f.Employees > 0, f.AnnualRevenueFen > 0)
	}
	have, all := 2*(needed-int64(len(missing))), 2*needed
	for _, u := range useful {
		if all++; u {
			have++
		}
	}
	return max(0, have) * 100 / all
}
