package intake

import (
	"errors"
	"reflect"
	"strconv"
	"strings"

	"zhike/internal/base/api"
	"zhike/internal/crm/contact"
	"zhike/internal/crm/intake/reading"
	"zhike/internal/crm/rule"
	"zhike/internal/crm/rule/cell"
	"zhike/locale"
)

// A placed contact remembers where in the sheet it stood.
type placedContact struct {
	contact.New
	row    int
	prefix string
	chief  string // whom he reports to, by name
}

// contacts reads the people of a row: contact. contact2. …, and several in one cell.
func (r *reader) contacts() (out []placedContact) {
	defer func(was string) { r.Prefix = was }(r.Prefix)
	for n := 1; n <= 9; n++ {
		r.Prefix = numbered("contact", n)
		out = append(out, r.contact()...)
	}
	for i := range out {
		out[i].Lax = true
	}
	return out
}

func numbered(group string, n int) string {
	if n == 1 {
		return group + "."
	}
	return group + strconv.Itoa(n) + "."
}

// contact reads one group of columns. 张三（采购经理）138… gives all three; two names give two people.
func (r *reader) contact() []placedContact {
	p := contact.New{}
	r.Text("name", &p.Name)
	for field, into := range map[string]*api.Opt[string]{"title": &p.Title, "department": &p.Department, "email": &p.Email, "wechat": &p.WeChat, "note": &p.Note, "consent_source": &p.ConsentSource} {
		r.Text(field, into)
	}
	r.Choice("salutation", "salutation", &p.Salutation)
	r.Choice("role", "contact_role", &p.Role)
	r.Choice("attitude", "attitude", &p.Attitude)
	r.Choice("influence", "influence", &p.Influence)
	r.Choice("preferred_channel", "preferred_channel", &p.PreferredChannel)
	r.Choice("wechat_state", "wechat_state", &p.WeChatState)
	r.Choice("consent", "consent", &p.Consent)
	r.Day("birthday", false, &p.Birthday)
	r.Day("consent_on", false, &p.ConsentOn)
	r.Yes("primary", &p.Primary)
	others := r.numbers(&p)
	var also []placedContact
	if p.Name.Set {
		if named := cell.ParsePeople(p.Name.V); len(named) > 0 {
			also = r.named(&p, named)
		}
	}
	if !p.Name.Set && reflect.DeepEqual(p, contact.New{Primary: p.Primary}) && others == nil {
		return nil
	}
	r.long(p)
	if !p.Name.Set && !r.individual(r.Row) {
		// A number without a name is somebody's whose name nobody wrote down.
		p.Name = api.Some(locale.Text(r.options.Lang, "intake.label.unnamed", nil))
	}
	var chief api.Opt[string]
	r.Text("reports_to", &chief)
	out := []placedContact{{p, r.Row.N, r.Prefix, strings.Join(strings.Fields(chief.V), " ")}}
	for _, o := range append(also, others...) {
		if !o.Name.Set {
			o.Name = p.Name
		}
		out = append(out, o)
	}
	return out
}

// named takes apart a cell that says more than one person's name.
func (r *reader) named(p *contact.New, all []cell.Person) (also []placedContact) {
	for i, n := range all {
		into := p
		if i > 0 {
			also = append(also, placedContact{New: contact.New{}, row: r.Row.N, prefix: r.Prefix})
			into = &also[len(also)-1].New
		}
		into.Name = api.Some(n.Name)
		for _, x := range []struct {
			said string
			into *api.Opt[string]
		}{{n.Title, &into.Title}, {n.Department, &into.Department}} {
			if x.said != "" && !x.into.Set {
				*x.into = api.Some(x.said)
			}
		}
		if code, ok := r.Words.ByLabel("salutation", n.Salutation); ok && !into.Salutation.Set {
			into.Salutation = api.Some(code)
		}
		for _, number := range n.Phones {
			put(into, number)
		}
	}
	return also
}

// put gives a contact a number where its kind has none yet; it says whether it did.
func put(p *contact.New, n cell.Phone) bool {
	into := &p.Phone
	if n.Err == nil && (n.Number.Kind == rule.Mobile || n.Number.Kind == rule.Foreign) {
		into = &p.Mobile
	}
	if into.Set && into == &p.Mobile {
		into = &p.Mobile2 // a second one
	}
	if into.Set {
		return false
	}
	*into = api.Some(n.Text)
	return true
}

// numbers reads the cells of mobiles and landlines, whichever column they stand in. A
// number with a name of its own is that person's; one too many for a contact stays in its note.
func (r *reader) numbers(p *contact.New) (others []placedContact) {
	var rest []string
	for _, field := range []string{"mobile", "mobile2", "phone"} {
		text, ok := r.Cell(field)
		if !ok {
			continue
		}
		if at := handle().FindStringSubmatchIndex(text); at != nil {
			if !p.WeChat.Set {
				p.WeChat = api.Some(text[at[2]:at[3]])
			}
			if text = strings.Trim(text[:at[0]]+" "+text[at[1]:], " "+reading.Words().Separators); text == "" {
				continue
			}
		}
		all := cell.Phones(text)
		if len(all) == 0 || rule.IsMasked(text) {
			into := map[string]*api.Opt[string]{"mobile": &p.Mobile, "mobile2": &p.Mobile2, "phone": &p.Phone}[field]
			*into = api.Some(text) // the judge says what is wrong with it
			continue
		}
		for _, n := range all {
			switch {
			case n.Err != nil:
				code := "bad_phone"
				if errors.Is(n.Err, rule.ErrPhoneScientific) {
					code = "phone_damaged"
				}
				r.Wrong(field, code, nil)
			case len(all) > 1 && n.Label != "" && len(cell.ParsePeople(n.Label)) == 1 && p.Name.Set && !strings.Contains(p.Name.V, n.Label):
				o := contact.New{Name: api.Some(cell.ParsePeople(n.Label)[0].Name)}
				put(&o, n)
				others = append(others, placedContact{New: o, row: r.Row.N, prefix: r.Prefix})
			case !put(p, n):
				rest = append(rest, n.Text)
			}
		}
	}
	if len(rest) > 0 {
		p.Note = api.Some(strings.TrimSpace(p.Note.V + " " + strings.Join(rest, " ")))
	}
	return others
}
