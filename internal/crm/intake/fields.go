package intake

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"zhike/internal/base/access"
	"zhike/internal/base/customfield"
	"zhike/internal/base/customfield/own"
	"zhike/internal/base/dictionary"
	"zhike/internal/base/exchange/column"
	"zhike/internal/crm/contact"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/intake/colleague"
	"zhike/internal/crm/intake/reading"
	"zhike/internal/crm/rule"
	"zhike/internal/crm/rule/cell"
	"zhike/internal/platform/db"
	"zhike/locale"
)

// passive are fields that an export has and an import does not take: what follows from
// others, and what a verb of its own changes.
var passive = []string{"size_proposed", "area", "status", "stage_entered_at", "reactivated", "won_at", "department_id", "pool_id", "review", "completeness",
	"last_follow_up_at", "next_follow_up_at", "updated_at", "stage", "lost_at", "loss_reason", "first_order_on", "last_order_on", "effective_at"}

// extra are fields of a sheet that no record has: parts of others.
var extra = []string{"province", "city", "county", "budget"}

var contactFields = []string{"name", "title", "department", "mobile", "mobile2", "phone", "email", "wechat", "wechat_state", "salutation", "role", "attitude", "influence", "preferred_channel", "reports_to", "birthday", "consent", "consent_on", "consent_source", "note", "primary"}

var talkFields = []string{"content", "happened_at", "method", "kind", "outcome", "conclusion", "author", "next", "next_due", "next_follow_up_at"}

// fields are what a column of a sheet may hold, for this viewer.
func (s *Service) fields(tx *db.Tx, kind, lang string) ([]column.Field, error) {
	w, err := s.Book.In(tx)
	if err != nil {
		return nil, err
	}
	all, err := colleague.Read(tx.As(program))
	if err != nil {
		return nil, err
	}
	said, err := customfield.Called(tx)
	if err != nil {
		return nil, err
	}
	f := &former{lang: lang, said: said, words: w, who: actor(tx), colleagues: all, now: tx.Now()}
	switch kind {
	case ofContact:
		f.holder()
		f.contact(true)
		ours, err := s.own(tx, ofContact)
		if err != nil {
			return nil, err
		}
		f.own(ours, ofContact)
	case ofTalk:
		f.holder()
		f.talk(true)
		ours, err := s.own(tx, talks)
		if err != nil {
			return nil, err
		}
		f.own(ours, ofTalk)
	default:
		f.customer()
		own, err := s.own(tx, ofCustomer)
		if err != nil {
			return nil, err
		}
		f.own(own, ofCustomer)
		f.contact(false)
		f.talk(false)
	}
	return f.out, nil
}

// A former makes the fields of a target.
type former struct {
	lang       string
	said       customfield.Words
	words      *dictionary.Words
	who        access.Actor
	colleagues colleague.All
	now        time.Time
	out        []column.Field
}

func (f *former) customer() {
	for _, c := range customer.Catalogue.For(f.who) {
		if c.Name == "creator_id" && !f.who.Can(access.SettingManage) {
			continue // DECISIONS 16: an administrator alone says who has entered it
		}
		x := f.field(ofCustomer, "", c)
		x.Required = c.Name == "name"
		x.Passive = slices.Contains(passive, c.Name)
		f.out = append(f.out, x)
		if c.Name == "region" || c.Name == "budget_from_fen" {
			for _, name := range extra {
				if (name == "budget") == (c.Name == "budget_from_fen") {
					f.out = append(f.out, f.plain(ofCustomer, "", name, customfield.Text))
				}
			}
		}
	}
}

// own are the fields that the company added to a kind of record.
func (s *Service) own(tx *db.Tx, record string) ([]own.Field, error) {
	return reading.OwnFields(tx, s.Customers.Own, record)
}

func (f *former) own(all []own.Field, group string) {
	f.out = append(f.out, reading.OwnColumns(all, f.who, f.words, group, f.lang)...)
}

// holder are the fields by which a row of people or talks names its customer.
func (f *former) holder() {
	for _, name := range []string{"code", "name", "credit_code"} {
		x := f.plain(ofCustomer, "customer.", name, customfield.Text)
		x.Required = name == "name"
		f.out = append(f.out, x)
	}
}

func (f *former) contact(alone bool) {
	prefix := "contact."
	if alone {
		prefix = ""
		f.out = append(f.out, f.plain(ofContact, "", "id", customfield.Text))
	}
	catalogue := contact.Catalogue.For(f.who)
	for _, name := range contactFields {
		if name == "reports_to" && !alone {
			continue // whom he names stands in a row of his own
		}
		at := slices.IndexFunc(catalogue, func(c customfield.Field) bool { return c.Name == name })
		if at < 0 {
			continue
		}
		x := f.field(ofContact, prefix, catalogue[at])
		x.Required, x.Repeats = alone && name == "name", !alone
		f.out = append(f.out, x)
	}
}

func (f *former) talk(alone bool) {
	prefix := "follow_up."
	if alone {
		prefix = ""
	}
	kinds := map[string]customfield.Kind{"happened_at": customfield.DateTime, "next_follow_up_at": customfield.DateTime, "next_due": customfield.Date, "author": customfield.User,
		"method": customfield.Choice, "kind": customfield.Choice, "outcome": customfield.Choice}
	dicts := map[string]string{"method": "method", "kind": "follow_up_kind", "outcome": "outcome"}
	if alone { // the number of an export that comes back is no customer's
		x := f.plain(ofTalk, "", "code", customfield.Text)
		x.Passive = true
		f.out = append(f.out, x)
	}
	for _, name := range talkFields {
		kind, ok := kinds[name]
		if !ok {
			kind = customfield.LongText
		}
		x := f.plain(ofTalk, prefix, name, kind)
		x.Choices = f.choices(dicts[name])
		x.Looks, x.Weak = f.looks(name, kind, dicts[name]), true
		x.Required, x.Repeats = alone && name == "content", !alone
		f.out = append(f.out, x)
	}
}

// field makes one of a record's own fields.
func (f *former) field(group, prefix string, c customfield.Field) column.Field {
	x := f.plain(group, prefix, c.Name, c.Kind)
	x.Choices = f.choices(c.Dictionary)
	x.Looks, x.Weak, x.Data = f.looks(c.Name, c.Kind, c.Dictionary), !telling[c.Name], neverHeading[c.Name]
	return x
}

func (f *former) plain(group, prefix, name string, kind customfield.Kind) column.Field {
	note := ""
	if key := "intake.note." + name; locale.Has(f.lang, key) {
		note = locale.Text(f.lang, key, nil)
	}
	var mask func(string) string
	switch {
	case name == "wechat":
		mask = rule.MaskWechat
	case name == "mobile" || name == "mobile2" || name == "phone":
		mask = maskReach
	case kind == customfield.LongText || slices.Contains([]string{"email", "title", "consent_source"}, name):
		mask = rule.MaskNumbers
	}
	return column.Field{Mask: mask, Name: prefix + name, Label: f.label(group, prefix, name), Group: group, Kind: kind, Words: slices.Concat(reading.Headings()[group][name], f.said.Shipped(group, name)), Note: note}
}

// maskReach hides the numbers of a cell, and a WeChat name that stands among them.
func maskReach(text string) string {
	if at := handle().FindStringSubmatchIndex(text); at != nil {
		text = text[:at[2]] + rule.MaskWechat(text[at[2]:at[3]]) + text[at[3]:]
	}
	return rule.MaskNumbers(text)
}

// label is what a column of the field is called: as in lists, but for what is a part, or
// stands among another record's fields.
func (f *former) label(group, prefix, name string) string {
	if said := f.said.Said(f.lang, group, name); said != "" {
		return said
	}
	if key := "intake.field." + prefix + name; locale.Has(f.lang, key) {
		return locale.Text(f.lang, key, nil)
	}
	return locale.Text(f.lang, customfield.LabelKey(group, name), nil)
}

func (f *former) choices(dict string) (labels []string) {
	if dict == "" || f.words.Free(dict) {
		return nil
	}
	return f.words.Labels(f.lang, dict)
}

// telling are the fields whose cells show by themselves what they are.
var telling = map[string]bool{"name": true, "credit_code": true, "mobile": true, "phone": true, "email": true, "website": true, "region": true, "industry": true}

// neverHeading are the fields whose cells are not taken for a heading, wherever they stand.
var neverHeading = map[string]bool{"name": true, "credit_code": true, "mobile": true, "mobile2": true, "phone": true, "email": true}

var site = regexp.MustCompile(`(?i)^(https?://)?[a-z0-9-]+(\.[a-z0-9-]+)+(/\S*)?$`)

// looks says what cells of a field look like; nil where nothing can be told.
func (f *former) looks(name string, kind customfield.Kind, dict string) func(string) bool {
	switch name {
	case "name":
		return func(s string) bool { return utf8.RuneCountInString(s) >= 4 && rule.SplitName(s).Form != "" }
	case "credit_code":
		return func(s string) bool {
			code, err := rule.CreditCode(s)
			return err == nil || len(code) == 18 && err == rule.ErrCodeCheck
		}
	case "mobile", "mobile2":
		return func(s string) bool { return phones(s, true) }
	case "phone":
		return func(s string) bool { return phones(s, false) }
	case "email":
		return func(s string) bool { _, err := rule.ParseEmail(s); return err == nil }
	case "website":
		return func(s string) bool { return site.MatchString(s) && !strings.Contains(s, "@") }
	case "region", "province", "city", "county":
		return func(s string) bool {
			r, ok := rule.FindRegion(s)
			return ok && (name == "region" || r.Level == levels[name])
		}
	case "area":
		return func(s string) bool { _, ok := rule.FindArea(s); return ok }
	case "industry":
		return func(s string) bool { _, ok := rule.FindIndustry(s); return ok }
	case "owner_id", "author", "creator_id":
		return func(s string) bool { _, ok := f.colleagues.Find(s); return ok }
	}
	switch {
	case dict != "" && !f.words.Free(dict):
		return func(s string) bool { _, ok := f.words.ByLabel(dict, s); return ok }
	case kind == customfield.Date || kind == customfield.DateTime:
		return func(s string) bool { _, ok := cell.ParseDayAhead(s, f.now); return ok }
	case kind == customfield.Money:
		return func(s string) bool { _, err := rule.ParseAmountRange(s); return err == nil }
	case kind == customfield.Integer:
		return func(s string) bool { _, _, ok := cell.ParseHeadcount(s); return ok }
	}
	return nil
}

var levels = map[string]string{"province": "province", "city": "prefecture", "county": "county"}

// phones tells whether a cell holds numbers of one kind and nothing else that is a number.
func phones(s string, mobile bool) bool {
	all := cell.Phones(s)
	for _, p := range all {
		if p.Err != nil || (p.Number.Kind == rule.Mobile) != mobile {
			return false
		}
	}
	return len(all) > 0
}
