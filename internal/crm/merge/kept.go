package merge

import (
	"bytes"
	"encoding/json"
	"reflect"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/customfield/own"
	"zhike/internal/base/privacy"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/likeness"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
	"zhike/internal/platform/db/record"
)

// standing is what of a customer's row a merge may change.
type standing struct {
	customer.Facts
	likeness.Marks
	NameSealed     []byte          `db:"name_sealed"`
	NameKey        string          `db:"name_key"`
	NameSort       string          `db:"name_sort"`
	Override       string          `db:"credit_code_override"`
	SizeProposed   string          `db:"size_proposed"`
	Area           string          `db:"area"`
	Texts          []byte          `db:"texts"`
	TextsFilled    string          `db:"texts_filled"`
	Completeness   int64           `db:"completeness"`
	Missing        api.Strings     `db:"missing"`
	Custom         customer.Custom `db:"custom"`
	PrimaryContact *string         `db:"primary_contact_id"`
	LastFollowUp   int64           `db:"last_follow_up_at"`
	NextFollowUp   int64           `db:"next_follow_up_at"`
	FirstOrderOn   string          `db:"first_order_on"`
	LastOrderOn    string          `db:"last_order_on"`
	UpdatedAt      int64           `db:"updated_at"`
}

// A tagSpan is how long a customer had a tag.
type tagSpan struct {
	ID       string `db:"id" json:"id"`
	Customer string `db:"customer_id" json:"customer_id"`
	Tag      string `db:"tag" json:"tag"`
	From     int64  `db:"from_at" json:"from_at"`
	Until    int64  `db:"until_at" json:"until_at"`
}

var (
	whole    = record.Of(reflect.TypeFor[standing]()).Columns
	standsAs = db.SQL(`SELECT c.name, c.short_name, c.kind, c.credit_code, c.industry, c.trade, c.size, c.employees, c.annual_revenue_fen, c.assets_fen, c.founded_on,
		c.region, c.source, c.grade, c.intent, c.strategic, c.urgency, c.tags, c.budget_from_fen, c.budget_to_fen, c.buy_by, c.deliver_by, c.budget_enough,
		c.decision_months, c.renewal_intent, c.follow_state, c.first_talk_on, c.account_manager_id, c.mark_same, c.mark_sound, c.mark_head, c.mark_tail, c.mark_short,
		c.mark_first, c.name_sealed, c.name_key, c.name_sort, c.credit_code_override, c.size_proposed, c.area, c.texts, c.texts_filled, c.completeness, c.missing,
		c.custom, c.primary_contact_id, c.last_follow_up_at, c.next_follow_up_at, c.first_order_on, c.last_order_on, c.updated_at FROM {customers c} WHERE c.id = :id`, customer.Table)
	rewritten = customer.Table.Setter(change(access.CustomerMerge), append([]string{"version"}, whole...)...)
	spansOf   = db.SQL(`SELECT t.id, t.customer_id, t.tag, t.from_at, t.until_at FROM {tag_spans t} WHERE t.customer_id = :customer ORDER BY t.id`, customer.TagSpans)
	dropSpans = db.SQL(`DELETE FROM {tag_spans!change t} WHERE t.customer_id = :customer`, customer.TagSpans)
	versionOf = db.SQL(`SELECT c.version FROM {customers c} WHERE c.id = :id`, customer.Table)
)

// A face is a customer as it stood at one moment: its row column by column, the values of its
// own fields, and its tags.
type face struct {
	Row  map[string]json.RawMessage `json:"row"`
	Own  json.RawMessage            `json:"own"`
	Tags json.RawMessage            `json:"tags"`
}

// faceOf reads how a customer stands now.
func faceOf(p *db.Tx, id string) (f face, err error) {
	row, err := db.One[standing](p, standsAs, db.Args{"id": id})
	if err != nil {
		return f, err
	}
	plan, v := record.Values(row)
	f.Row = map[string]json.RawMessage{}
	for _, c := range plan.Columns {
		if f.Row[c], err = json.Marshal(v.FieldByIndex(plan.Index[c]).Interface()); err != nil {
			return f, err
		}
	}
	aside, err := own.AsideOf(p, id)
	if err != nil {
		return f, err
	}
	if f.Own, err = json.Marshal(aside); err != nil {
		return f, err
	}
	spans, err := db.All[tagSpan](p, spansOf, db.Args{"customer": id})
	if err != nil {
		return f, err
	}
	f.Tags, err = json.Marshal(spans)
	return f, err
}

// kept is what parting two customers needs to know of the one that stays.
type kept struct {
	Before face `json:"before"`
	After  face `json:"after"`
}

func place(id string) string { return "merges/kept/" + id }

func (k kept) seal(key crypt.Subject, id string) ([]byte, error) {
	return privacy.SealJSON(key, place(id), k)
}

// putBack has a customer stand as before, but for what was changed since the merge: that stays as it is now.
func (k kept) putBack(p *db.Tx, id string) error {
	now, err := faceOf(p, id)
	if err != nil {
		return err
	}
	var row standing
	plan := record.Of(reflect.TypeFor[standing]())
	into := reflect.ValueOf(&row).Elem()
	args := db.Args{}
	for _, c := range plan.Columns {
		if bytes.Equal(k.Before.Row[c], k.After.Row[c]) || !bytes.Equal(now.Row[c], k.After.Row[c]) || k.Before.Row[c] == nil {
			continue
		}
		field := into.FieldByIndex(plan.Index[c])
		if err := json.Unmarshal(k.Before.Row[c], field.Addr().Interface()); err != nil {
			return err
		}
		args[c] = field.Interface()
	}
	v, err := db.One[struct {
		Version int64 `db:"version"`
	}](p, versionOf, db.Args{"id": id})
	if err != nil {
		return err
	}
	args["version"] = v.Version + 1 // so that nobody writes over it from a page that shows it merged
	if err := p.Set(rewritten, id, 0, args); err != nil {
		return err
	}
	if bytes.Equal(now.Own, k.After.Own) {
		var a own.Aside
		if err := json.Unmarshal(k.Before.Own, &a); err != nil {
			return err
		}
		if err := a.PutBack(p, id); err != nil {
			return err
		}
	}
	if !bytes.Equal(now.Tags, k.After.Tags) {
		return nil
	}
	var spans []tagSpan
	if err := json.Unmarshal(k.Before.Tags, &spans); err != nil {
		return err
	}
	if _, err := p.ChangeAll(dropSpans, db.Args{"customer": id}); err != nil {
		return err
	}
	for _, t := range spans {
		if err := p.Insert(customer.TagSpans, t); err != nil {
			return err
		}
	}
	return nil
}
