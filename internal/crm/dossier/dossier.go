// Package dossier prints a customer: 客户档案, all that is known of it, and 拜访记录, the record
// of one talk to be signed. A4 in the printer's language, under the company's logo. What a
// viewer sees masked is masked on paper too; numbers in full are a reveal each, with a reason.
package dossier

import (
	"cmp"
	"context"
	"io"
	"strconv"
	"strings"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/customfield"
	"zhike/internal/base/dictionary"
	"zhike/internal/base/exchange/export"
	"zhike/internal/base/letterhead"
	"zhike/internal/base/setting"
	"zhike/internal/crm/attachment"
	"zhike/internal/crm/contact"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/directory"
	"zhike/internal/crm/followup"
	"zhike/internal/crm/order"
	"zhike/internal/crm/rule/money"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
	"zhike/internal/platform/paper"
	"zhike/locale"
)

// Service prints.
type Service struct {
	DB        *db.DB
	Book      *dictionary.Book
	Lists     *export.Service
	Customers *customer.Service
	Directory *directory.Service
	FollowUps *followup.Service
	Orders    *order.Service
	Files     *attachment.Service
}

// How many of each stand on paper, the latest; what is left out is counted there.
const (
	talks  = 30
	orders = 50
	files  = 100
)

// Printing says what is printed.
type Printing struct {
	Reason string `query:"reason" maxLength:"200" doc:"Prints the contacts' numbers in full, each a reveal with this reason; left out: masked."`
}

// A print is one printing under way.
type print struct {
	s     *Service
	who   access.Actor
	lang  string
	words *dictionary.Words
	zone  *time.Location
	cover paper.Cover
}

func (p *print) say(key string) string { return locale.Text(p.lang, "dossier.paper."+key, nil) }

func (p *print) word(dictionary string, code api.Text) string {
	if code == "" {
		return ""
	}
	return p.words.Label(p.lang, dictionary, string(code))
}

func (p *print) moment(t api.Time) string {
	if t == 0 {
		return ""
	}
	return t.Time().In(p.zone).Format("2006-01-02 15:04")
}

// begin notes the printing in the log and reads what every paper bears.
func (s *Service) begin(ctx context.Context, who access.Actor, title string, e audit.Entry) (p *print, err error) {
	p = &print{s: s, who: who, lang: api.LanguageOf(ctx)}
	_, err = db.Write(ctx, s.DB, who, func(tx *db.Tx) (int, error) {
		if p.words, err = s.Book.In(tx); err != nil {
			return 0, err
		}
		if p.zone, err = setting.Zone(tx); err != nil {
			return 0, err
		}
		company, err := setting.CompanyName.In(tx)
		if err != nil {
			return 0, err
		}
		me, err := account.NameOf(tx, who.ID())
		if err != nil {
			return 0, err
		}
		logo, err := letterhead.Of(tx)
		if err != nil {
			return 0, err
		}
		now := tx.Now().In(p.zone)
		p.cover = paper.Cover{Title: p.say(title), About: []string{company}, Logo: logo, Lang: p.lang, At: now,
			Foot: locale.Text(p.lang, "exchange.label.watermark", map[string]any{"who": cmp.Or(me, who.Name()), "when": now.Format("2006-01-02 15:04")}),
			Page: func(page, pages int) string {
				return locale.Text(p.lang, "report.paper.page", map[string]any{"page": page, "pages": pages})
			}}
		return 0, audit.Note(tx, e)
	})
	return p, err
}

// Customer prints 客户档案 of a customer that the printer works with, or sees as all others.
func (s *Service) Customer(ctx context.Context, who access.Actor, id string, in Printing) (out api.Sheet, err error) {
	c, err := s.Customers.Get(ctx, who, id)
	if err != nil {
		return out, err
	}
	if !leaves(who, c) {
		return out, db.ErrNotYours
	}
	reason := strings.TrimSpace(in.Reason)
	if in.Reason != "" && len([]rune(reason)) < 2 {
		return out, fault.Rule("required", "reason")
	}
	p, err := s.begin(ctx, who, "customer", audit.Entry{Action: "customer.print", Kind: "customer", Record: id, Customer: id, Details: map[string]any{"full": reason != ""}})
	if err != nil {
		return out, err
	}
	facts, err := db.Read(ctx, s.DB, who, func(tx *db.Tx) ([]paper.Fact, error) { return p.facts(tx, c) })
	if err != nil {
		return out, err
	}
	parts, err := p.parts(ctx, c, reason)
	if err != nil {
		return out, err
	}
	p.cover.About = append(p.cover.About, c.Name+"  "+c.Code)
	return p.sheet(c.Name, func(d *paper.Document) {
		d.Heading(p.say("facts"), 12)
		d.Facts(facts)
		for _, part := range parts {
			d.Heading(part.heading, 16)
			d.Table(part.table)
			if part.note != "" {
				d.Note(part.note)
			}
		}
		d.Signs([]string{p.say("prepared"), p.say("checked")}, p.say("seal"))
	}), nil
}

// leaves says whether a viewer may carry a customer out of the house on paper: a temporary grant and
// the open pool show it, and no more (DECISIONS 1).
func leaves(who access.Actor, c customer.Customer) bool {
	return c.May.Add || c.May.Change || c.Archived || who.ReachesAll(access.CustomerRead)
}

// onPage are fields whose place is elsewhere on the paper, or that only steer the program.
var onPage = []string{"name", "code", "missing", "completeness", "review", "next_follow_up_at", "tags_at", "size_proposed"}

func (p *print) facts(tx *db.Tx, c customer.Customer) (all []paper.Fact, err error) {
	rows, err := p.s.Lists.Facts(tx, p.who, "customer", p.lang, c)
	for _, f := range rows {
		skip := false
		for _, name := range onPage {
			skip = skip || f.Field.Name == name
		}
		if !skip {
			all = append(all, paper.Fact{Label: f.Heading, Value: written(f.Field.Kind, f.Cell)})
		}
	}
	return all, err
}

// written is a cell as paper has it.
func written(kind customfield.Kind, cell any) string {
	switch x := cell.(type) {
	case int64:
		if kind == customfield.Money {
			return money.OnPaper(x)
		}
		return strconv.FormatInt(x, 10)
	case time.Time:
		if kind == customfield.Date {
			return x.Format(time.DateOnly)
		}
		return x.Format("2006-01-02 15:04")
	case float64:
		return strconv.FormatFloat(x, 'f', -1, 64)
	case string:
		return x
	}
	return ""
}

func (p *print) sheet(name string, draw func(*paper.Document)) api.Sheet {
	return api.Sheet{Name: p.cover.Title + "-" + name + ".pdf", Type: "application/pdf", Write: func(to io.Writer) error { return paper.Draw(to, p.cover, draw) }}
}

// reveal gives the numbers of a contact in full, each as one reveal.
func (p *print) reveal(ctx context.Context, c *contact.Contact, reason string) error {
	for field, value := range map[string]*api.Text{"mobile": &c.Mobile, "mobile2": &c.Mobile2, "phone": &c.Phone, "email": &c.Email, "wechat": &c.WeChat} {
		if *value == "" {
			continue
		}
		r, err := p.s.Directory.Reveal(ctx, p.who, c.ID, 0, directory.Reveal{Field: field, Reason: reason})
		if err != nil {
			return err
		}
		*value = api.Text(r.Value)
	}
	return nil
}

// Routes are the two papers.
func (s *Service) Routes(r *api.Router) {
	api.Download(r, api.Op{Path: "/customers/{id}/dossier", May: access.CustomerRead, On: customer.Table}, s.Customer)
	api.Download(r, api.Op{Path: "/follow-ups/{id}/visit-record", May: access.FollowUpRead, On: followup.Table}, s.Visit)
}
