package own

import (
	"encoding/json"
	"reflect"
	"slices"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/audit"
	"zhike/internal/base/customfield"
	"zhike/internal/base/setting"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
)

var program = access.Program("own fields")

// A Draft is what somebody says of the own fields of one record, judged and not yet kept.
type Draft struct {
	Shown   Values // all of them, as they will be shown
	Changes []audit.Change
	kept    map[string]kept
	fields  map[string]Field
}

// Judge reads what a caller says (null clears, what is left out stays) beside what stands, and refuses by field. A masked value
// that comes back as it was shown leaves what stood.
func (b *Book) Judge(tx *db.Tx, record string, said map[string]any, stands Values, refuse func(field, code string, params map[string]any)) (d Draft, err error) {
	d = Draft{Shown: Values{}, kept: map[string]kept{}, fields: map[string]Field{}}
	for k, v := range stands {
		d.Shown[k] = v
	}
	if len(said)+len(stands) == 0 {
		return d, nil
	}
	all, err := b.Of(tx, record)
	if err != nil {
		return d, err
	}
	for _, f := range all { // a text that was opened to be read does not go back into the row
		if _, ok := d.Shown[f.Name]; ok && f.Kind == customfield.LongText {
			d.Shown[f.Name] = true
		}
	}
	if len(said) == 0 {
		return d, nil
	}
	who, _ := tx.Who().(access.Actor)
	j, err := b.judge(tx)
	if err != nil {
		return d, err
	}
	names := make([]string, 0, len(said))
	for name := range said {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		v := said[name]
		at := slices.IndexFunc(all, func(f Field) bool { return f.Name == name })
		if at < 0 || !all[at].Sees(who) {
			refuse("custom."+clip(name), "unknown_field", nil)
			continue
		}
		f := all[at]
		if same(v, stands[name]) || b.masked(f, v, stands[name]) { // also what was shown masked
			continue
		}
		if !f.Writes(who) || !f.Active {
			refuse("custom."+name, "read_only", nil)
			continue
		}
		k, code, err := j.read(f, v)
		if err != nil {
			return d, err
		}
		if code != "" {
			refuse("custom."+name, code, map[string]any{"decimals": f.Decimals})
			continue
		}
		if !f.Sealed() && same(k.shown, stands[name]) {
			continue
		}
		d.kept[name], d.fields[name] = k, f
		d.Changes = append(d.Changes, audit.Change{Field: name, Old: f.logged(stands[name]), New: f.logged(k.shown)})
		delete(d.Shown, name)
		if k.shown != nil {
			d.Shown[name] = k.shown
		}
	}
	return d, nil
}

// masked says that a long text came back with its numbers hidden, as somebody was shown it.
func (b *Book) masked(f Field, v, stood any) bool {
	said, ok := v.(string)
	text, is := stood.(string)
	return ok && is && f.Kind == customfield.LongText && said == b.Rules.MaskText(text)
}

// same compares values as JSON has them.
func same(a, b any) bool {
	if a == nil || b == nil {
		return (a == nil || a == "") && (b == nil || b == "")
	}
	x, err1 := json.Marshal(a)
	y, err2 := json.Marshal(b)
	var v, w any
	return err1 == nil && err2 == nil && json.Unmarshal(x, &v) == nil && json.Unmarshal(y, &w) == nil && reflect.DeepEqual(v, w)
}

// clip keeps a name that nobody knows from being echoed at length.
func clip(name string) string {
	if len(name) > 40 || nameless.MatchString(name) && nameless.ReplaceAllString(name, "_") != name {
		return "?"
	}
	return name
}

func (b *Book) judge(tx *db.Tx) (*judge, error) {
	words, err := b.Words.In(tx)
	if err != nil {
		return nil, err
	}
	zone, err := setting.Zone(tx)
	if err != nil {
		return nil, err
	}
	return &judge{rules: b.Rules, words: words, zone: zone, known: func(kind customfield.Kind, id string) (bool, error) {
		if kind == customfield.User {
			_, ok, err := account.Active(tx, id)
			return ok, err
		}
		return b.Reaches(tx, id)
	}}, nil
}

// Standard are the values of a new record for what its maker did not say, by the kind and industry of a customer.
func (b *Book) Standard(tx *db.Tx, record, kind, industry string, said map[string]any) (map[string]any, error) {
	all, err := b.Of(tx, record)
	if err != nil {
		return nil, err
	}
	out := said
	for _, f := range all {
		if _, ok := said[f.Name]; ok || !f.Active || f.Standard.V == nil || f.Sealed() || !f.Of(kind, industry) {
			continue
		}
		if len(out) == len(said) {
			out = map[string]any{}
			for k, v := range said {
				out[k] = v
			}
		}
		out[f.Name] = f.Standard.V
	}
	return out, nil
}

// Save keeps a draft of a record whose customer's key is given; live says whether one of some records stands outside the bin.
// 409 duplicate_same for a value that no two may hold.
func (b *Book) Save(tx *db.Tx, key crypt.Subject, id string, d Draft, live func(ids []string) (bool, error)) error {
	p := tx.As(program)
	for name, k := range d.kept {
		f := d.fields[name]
		if f.Unique && k.shown != nil {
			if err := b.alone(p, f, id, k, live); err != nil {
				return err
			}
		}
		args := db.Args{"record": id, "name": name}
		if _, err := p.ChangeAll(dropValue, args); err != nil {
			return err
		}
		for _, r := range k.rows {
			r.Name, r.Record = name, id
			if err := p.Insert(values, r); err != nil {
				return err
			}
		}
		if !f.Sealed() {
			continue
		}
		if _, err := p.ChangeAll(dropSealed, args); err != nil {
			return err
		}
		if k.sealed == nil {
			continue
		}
		row := sealedRow{name, id, key.Seal(place(name, id), k.sealed), nil}
		if k.called != "" {
			row.Blind = b.blind(f, k.called)
		}
		if err := p.Insert(sealed, row); err != nil {
			return err
		}
	}
	return nil
}

// alone refuses a value that another live record holds.
func (b *Book) alone(p *db.Tx, f Field, id string, k kept, live func([]string) (bool, error)) error {
	q, args := withText, db.Args{"name": f.Name, "self": id, "text": k.rows[0].Text, "num": k.rows[0].Num}
	if f.Sealed() {
		q, args = withBlind, db.Args{"name": f.Name, "self": id, "blind": b.blind(f, k.called)}
	}
	if err := p.Lock("own." + f.Name); err != nil {
		return err
	}
	held, err := db.All[idRow](p, q, args)
	if err != nil || len(held) == 0 {
		return err
	}
	var ids []string
	for _, h := range held {
		ids = append(ids, h.ID)
	}
	if taken, err := live(ids); err != nil || !taken {
		return err
	}
	return db.ErrTaken.At("custom." + f.Name)
}

func (b *Book) blind(f Field, called string) []byte {
	return b.Keys.Index(crypt.Phone, f.Name+"\x00"+called)
}

func place(name, id string) string { return "own/" + name + "/" + id }

// Opened puts the long texts of a record among its values, which hold no more of them than that they are there.
func (b *Book) Opened(tx *db.Tx, key crypt.Subject, id string, v Values) error {
	rows, err := db.All[sealedRow](tx.As(program), sealedOf, db.Args{"record": id})
	if err != nil {
		return err
	}
	all, err := b.Of(tx, "")
	if err != nil {
		return err
	}
	for _, r := range rows {
		for _, f := range all {
			if f.Name == r.Name && f.Kind == customfield.LongText {
				text, err := key.Open(place(r.Name, id), r.Sealed)
				if err != nil {
					return err
				}
				v[r.Name] = string(text)
			}
		}
	}
	return nil
}

// Open gives one sealed value in full, for a reveal.
func (b *Book) Open(tx *db.Tx, key crypt.Subject, id, name string) (string, error) {
	rows, err := db.All[sealedRow](tx.As(program), sealedOf, db.Args{"record": id})
	if err != nil {
		return "", err
	}
	for _, r := range rows {
		if r.Name == name {
			text, err := key.Open(place(name, id), r.Sealed)
			return string(text), err
		}
	}
	return "", db.ErrNotFound
}

// Drop forgets the values of a record that leaves for good.
func Drop(tx *db.Tx, id string) error {
	p := tx.As(program)
	if _, err := p.ChangeAll(purgeValue, db.Args{"record": id}); err != nil {
		return err
	}
	_, err := p.ChangeAll(purgeSealed, db.Args{"record": id})
	return err
}

// View leaves a viewer what he sees; prose says how free text is shown to him.
func (b *Book) View(tx *db.Tx, record string, v Values, prose func(string) string) (Values, error) {
	if len(v) == 0 {
		return Values{}, nil
	}
	all, err := b.Of(tx, record)
	if err != nil {
		return nil, err
	}
	who, _ := tx.Who().(access.Actor)
	out := Values{}
	for _, f := range all {
		x, ok := v[f.Name]
		if !ok || !f.Sees(who) {
			continue
		}
		if f.Kind == customfield.LongText {
			s, isText := x.(string)
			if !isText { // a list does not open it
				continue
			}
			x = prose(s)
		} else if s, isText := x.(string); isText && f.Kind == customfield.Text && who.Sees(access.Custom) == access.Masked {
			x = b.Rules.MaskText(s)
		}
		out[f.Name] = x
	}
	return out, nil
}

// Sought are the words of a record's values that the search box finds it by.
func (b *Book) Sought(tx *db.Tx, record string, v Values) (texts []string, err error) {
	all, err := b.Of(tx, record)
	for _, f := range all {
		if s, ok := v[f.Name].(string); ok && f.Search && f.Active {
			texts = append(texts, s)
		}
	}
	return texts, err
}
