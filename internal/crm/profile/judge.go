package profile

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/dictionary"
	"zhike/internal/crm/rule"
	"zhike/internal/platform/fault"
)

// A Judge finds what is wrong with the facts of one customer: the same for a form, an
// API client, a spreadsheet's row and an automation.
type Judge struct {
	Words    *dictionary.Words
	Who      access.Actor
	Override string // why a code whose check digits fail is right
	Was      Was
	Wrong    []fault.Detail
}

// Refuse notes what is wrong with a field.
func (j *Judge) Refuse(field, code string, params map[string]any) {
	j.Wrong = append(j.Wrong, fault.Detail{Field: field, Code: code, Params: params})
}

// Was is a customer as it stood.
type Was struct {
	Facts
	Texts
}

// Facts normalises and checks what stands in f after a change; full is the clear name.
func (j *Judge) Facts(f *Facts, full *string, today string) {
	j.name(f, full)
	j.creditCode(f)
	if f.Industry != "" && !rule.KnownIndustry(string(f.Industry)) {
		j.Refuse("industry", "invalid", nil)
	}
	if f.Region != "" {
		if _, ok := rule.RegionByCode(string(f.Region)); !ok {
			j.Refuse("region", "invalid", nil)
		}
	}
	for _, c := range []struct {
		field, dict string
		v, was      api.Text
	}{{"source", "source", f.Source, j.Was.Source}, {"size", "size", f.Size, j.Was.Size}, {"grade", "grade", f.Grade, j.Was.Grade}, {"intent", "intent", f.Intent, j.Was.Intent},
		{"urgency", "urgency", f.Urgency, j.Was.Urgency}, {"trade", "trade", f.Trade, j.Was.Trade},
		{"budget_enough", "budget_enough", f.BudgetEnough, j.Was.BudgetEnough}, {"renewal_intent", "renewal_intent", f.RenewalIntent, j.Was.RenewalIntent},
		{"follow_state", "follow_state", f.FollowState, j.Was.FollowState}} {
		// A word that was retired since stays where it stands.
		if c.v != "" && c.v != c.was && !j.Words.Has(c.dict, string(c.v)) {
			j.Refuse(c.field, "invalid", nil)
		}
	}
	if f.Trade != j.Was.Trade || f.Industry != j.Was.Industry {
		of := func(f Facts) rule.TradeClass {
			return rule.TradeClass{Industry: string(f.Industry), MapsTo: j.Words.MapsTo("trade", string(f.Trade))}
		}
		industry, ok := rule.TradeIndustry(of(*f), of(j.Was.Facts))
		if f.Industry = api.Text(industry); !ok {
			j.Refuse("industry", "outside_trade", nil)
		}
	}
	seen := api.Strings{}
	for _, tag := range f.Tags {
		if !j.Words.Has("tag", tag) && !slices.Contains(j.Was.Tags, tag) {
			j.Refuse("tags", "invalid", nil)
			break
		}
		if !slices.Contains(seen, tag) {
			seen = append(seen, tag)
		}
	}
	f.Tags = seen
	j.day("founded_on", string(f.FoundedOn))
	if string(f.FoundedOn) > today {
		j.Refuse("founded_on", "invalid", nil)
	}
	j.day("buy_by", string(f.BuyBy))
	j.day("deliver_by", string(f.DeliverBy))
	j.day("first_talk_on", string(f.FirstTalkOn))
	if string(f.FirstTalkOn) > today {
		j.Refuse("first_talk_on", "in_future", nil)
	}
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

func (j *Judge) name(f *Facts, full *string) {
	*full = strings.Join(strings.Fields(*full), " ")
	if code := NameFault(j.Words, f.Kind, *full); code != "" {
		j.Refuse("name", code, nil)
	}
	if rule.HasNumber(string(f.ShortName)) {
		j.Refuse("short_name", "number_in_text", nil)
	}
}

// Texts refuses a core text that as a whole says nothing. Doubts and remarks may: “none” is something to know of them.
func (j *Judge) Texts(t Texts) {
	for _, c := range []struct {
		field  string
		v, was api.Text
	}{{"core_need", t.CoreNeed, j.Was.CoreNeed}, {"pain", t.Pain, j.Was.Pain}, {"goal", t.Goal, j.Was.Goal}, {"decision_process", t.DecisionProcess, j.Was.DecisionProcess},
		{"intended_products", t.IntendedProducts, j.Was.IntendedProducts}, {"address", t.Address, j.Was.Address}} {
		if c.v != c.was && vague(j.Words, string(c.v)) {
			j.Refuse(c.field, "vague", nil)
		}
	}
}

func vague(w *dictionary.Words, s string) bool {
	return rule.VagueAmong(s, w.Vague().Further, w.Vague().Fine)
}

func control(r rune) bool {
	return r < ' ' || r == 0x7f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}

func (j *Judge) creditCode(f *Facts) {
	if f.CreditCode == "" || f.Kind == Individual { // whose is cleared below
		return
	}
	code, err := rule.CreditCode(string(f.CreditCode))
	f.CreditCode = api.Text(code)
	switch {
	case err == nil:
		j.Override = ""
	case j.Override != "" && (err == rule.ErrCodeCheck || err == rule.ErrCodeOrgCheck):
		switch {
		case !j.Who.Can(access.CustomerOverride):
			j.Refuse("credit_code_override_reason", "forbidden", nil)
		case rule.HasNumber(j.Override) || rule.Vague(j.Override):
			j.Refuse("credit_code_override_reason", "number_in_text", nil)
		}
	case err == rule.ErrCodeScientific:
		j.Refuse("credit_code", "number_damaged", nil)
	default:
		j.Refuse("credit_code", "bad_code", CodeFault(err))
	}
}

// CodeFault says for a refusal what a credit code's check found.
func CodeFault(err error) map[string]any { return map[string]any{"reason": codeFaults[err]} }

// codeFaults names what a credit code's check found, for the words of a screen.
var codeFaults = map[error]string{
	rule.ErrCodeLegacy: "legacy", rule.ErrCodeLength: "length", rule.ErrCodeLetter: "letter", rule.ErrCodeAuthority: "authority",
	rule.ErrCodeRegion: "region", rule.ErrCodeOrgCheck: "check_organisation", rule.ErrCodeCheck: "check",
}

func (j *Judge) day(field, v string) {
	if v == "" {
		return
	}
	if _, err := time.Parse(time.DateOnly, v); err != nil {
		j.Refuse(field, "invalid", nil)
	}
}

// Sized proposes a size by the national rule; a person's own word stands.
func Sized(f *Facts, proposed api.Text) api.Text {
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

// needs are how many fields a customer must have at least for its score: those that ship for a company.
const needs = 7

// Score is how complete a customer is, in percent: what is needed counts twice, where so many are.
func Score(f Facts, t Texts, missing api.Strings, needed int) int64 {
	useful := []bool{f.ShortName != "", f.Region != "", f.Source != "", f.Grade != "" || f.Intent != "", t.CoreNeed != "", f.BudgetFromFen+f.BudgetToFen > 0, f.BuyBy != "", t.DecisionProcess != ""}
	if f.Kind != Individual {
		useful = append(useful, f.Size != "", f.Employees > 0, f.AnnualRevenueFen > 0)
	}
	all := 2 * int64(max(needs, needed))
	have := all - 2*int64(len(missing))
	for _, u := range useful {
		if all++; u {
			have++
		}
	}
	return max(0, have) * 100 / all
}
