package customer

import (
	"context"
	"encoding/json"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/search"
	"zhike/internal/base/setting"
	"zhike/internal/crm/rule"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

var (
	contactOf = db.SQL(`SELECT p.id, p.customer_id, p.name_masked, p.name_sealed, p.salutation, p.title, p.department, p.mobile_masked, p.phone_masked,
		p.email_masked, p.wechat_masked, p.texts, p.preferred_channel, p.role, p.influence, p.attitude, p.reports_to, p.is_primary, p.created_at, p.updated_at, p.version,
		c.name AS customer_name, c.kind AS customer_kind FROM {contacts p} JOIN {customers c} ON c.id = p.customer_id WHERE p.id = :id`, Contacts, Table)
	contactsAt = db.SQL(`SELECT p.id, p.customer_id, p.name_masked, p.name_sealed, p.salutation, p.title, p.department, p.mobile_masked, p.phone_masked,
		p.email_masked, p.wechat_masked, p.texts, p.preferred_channel, p.role, p.influence, p.attitude, p.reports_to, p.is_primary, p.created_at, p.updated_at, p.version
		FROM {contacts p} WHERE p.customer_id = :customer ORDER BY p.is_primary DESC, p.id LIMIT 500`, Contacts)
	contactList = db.SQL(`SELECT p.id, p.customer_id, p.name_masked, p.name_sealed, p.salutation, p.title, p.department, p.mobile_masked, p.phone_masked,
		p.email_masked, p.wechat_masked, p.preferred_channel, p.role, p.influence, p.attitude, p.reports_to, p.is_primary, p.created_at, p.updated_at, p.version,
		c.name AS customer_name, c.kind AS customer_kind FROM {contacts p} JOIN {customers c} ON c.id = p.customer_id
		WHERE {filter} AND {after} ORDER BY {order} LIMIT {limit}`, Contacts, Table)
	countContacts = db.SQL(`SELECT count(*) AS n FROM (SELECT p.id FROM {contacts p} WHERE {filter} LIMIT {limit}) x`, Contacts)
	unprimary     = db.SQL(`UPDATE {contacts!change p} SET is_primary = FALSE WHERE p.customer_id = :customer AND p.is_primary`, Contacts)
	setPrimary    = db.SQL(`UPDATE {customers!change c} SET primary_contact_id = :contact WHERE c.id = :id`, Table)
	dropContact   = db.SQL(`DELETE FROM {contacts!change p} WHERE p.id = :id AND p.version = :version`, Contacts)
	reportsNoMore = db.SQL(`UPDATE {contacts!change p} SET reports_to = NULL WHERE p.reports_to = :id`, Contacts)
	valuesOf      = db.SQL(`SELECT p.id, p.mobile_sealed, p.phone_sealed, p.email_sealed, p.wechat_sealed FROM {contacts p} WHERE p.id = :id`, Contacts)
)

// show makes contacts what a viewer may see of them: near names the customers he works with,
// pooled those whose contact values stay hidden until claimed.
func (s *Service) show(tx *db.Tx, all []Contact, near map[string]bool, pooled func(customer string) bool) error {
	who := actor(tx)
	var ids []string
	for _, c := range all {
		ids = append(ids, c.ID)
	}
	keys, err := s.Vault.Many(tx, ids)
	if err != nil {
		return err
	}
	var customers []string
	for _, c := range all {
		customers = append(customers, c.CustomerID)
	}
	clear, err := s.ClearNames(tx, customers)
	if err != nil {
		return err
	}
	for i := range all {
		c := &all[i]
		c.Name = c.NameMasked
		key, ok := keys[c.ID]
		if ok && near[c.CustomerID] {
			name, err := key.Open("contacts/name/"+c.ID, c.NameSealed)
			if err != nil {
				return err
			}
			c.Name = string(name)
		}
		if name, ok := clear[c.CustomerID]; ok {
			c.CustomerName = api.Text(name)
		} else if c.CustomerKind == Individual {
			c.CustomerName = api.Text(rule.MaskName(string(c.CustomerName)))
		}
		if ok && len(c.TextsSealed) > 0 {
			if err := c.open(key, who, near[c.CustomerID]); err != nil {
				return err
			}
		}
		if who.Sees(access.ContactValues) == access.Hidden || pooled != nil && pooled(c.CustomerID) {
			c.Mobile, c.Phone, c.Email, c.WeChat = "", "", "", ""
		}
	}
	return nil
}

func (c *Contact) open(key subject, who access.Actor, near bool) error {
	text, err := key.Open("contacts/texts/"+c.ID, c.TextsSealed)
	if err != nil {
		return err
	}
	var t contactTexts
	if err := json.Unmarshal(text, &t); err != nil {
		return err
	}
	switch v := who.Sees(access.FreeText); {
	case v == access.Shown && near:
		c.Note, c.Birthday = api.Text(t.Note), api.Text(t.Birthday)
	case v != access.Hidden:
		c.Note = api.Text(rule.MaskNumbers(t.Note))
	}
	return nil
}

func (s *Service) contactsOf(tx *db.Tx, c Summary, near bool) ([]Contact, error) {
	if !actor(tx).Can(access.ContactRead) {
		return []Contact{}, nil
	}
	all, err := db.All[Contact](tx, contactsAt, db.Args{"customer": c.ID})
	if err != nil {
		return nil, err
	}
	for i := range all {
		all[i].CustomerName, all[i].CustomerKind = api.Text(c.Name), c.Kind
	}
	return all, s.show(tx, all, map[string]bool{c.ID: near}, func(string) bool { return c.OwnerID == "" && !near })
}

// ContactsOf gives the contacts of one customer, the primary one first.
func (s *Service) ContactsOf(ctx context.Context, who access.Actor, id string, _ struct{}) (api.Items[Contact], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (out api.Items[Contact], err error) {
		c, err := s.whole(tx, id)
		if err != nil {
			return out, err
		}
		near, err := tx.Reaches(Table, id, add(access.FollowUpWrite))
		if err != nil {
			return out, err
		}
		out.Items, err = s.contactsOf(tx, c.Summary, near)
		return out, err
	})
}

// Contact gives one.
func (s *Service) Contact(ctx context.Context, who access.Actor, id string) (Contact, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (Contact, error) { return s.contact(tx, id) })
}

func (s *Service) contact(tx *db.Tx, id string) (Contact, error) {
	c, err := db.One[Contact](tx, contactOf, db.Args{"id": id})
	if err != nil {
		return c, err
	}
	near, err := tx.Among(Table, add(access.FollowUpWrite), []string{c.CustomerID})
	if err != nil {
		return c, err
	}
	all := []Contact{c}
	owned, err := s.pooled(tx, near, all)
	if err != nil {
		return c, err
	}
	err = s.show(tx, all, near, owned)
	return all[0], err
}

// pooled says which customers of contacts lie in the open pool, unless the viewer works with them.
func (s *Service) pooled(tx *db.Tx, near map[string]bool, all []Contact) (func(string) bool, error) {
	var far []string
	for _, c := range all {
		if !near[c.CustomerID] {
			far = append(far, c.CustomerID)
		}
	}
	if len(far) == 0 {
		return nil, nil
	}
	rows, err := db.All[struct {
		ID string `db:"id"`
	}](tx, inPool, db.Args{"ids": far})
	in := map[string]bool{}
	for _, r := range rows {
		in[r.ID] = true
	}
	return func(id string) bool { return in[id] }, err
}

var inPool = db.SQL(`SELECT c.id FROM {customers c} WHERE c.id IN (:ids) AND c.owner_id IS NULL`, Table)

// ListContacts gives contacts of all customers in reach.
func (s *Service) ListContacts(ctx context.Context, who access.Actor, q api.ListQuery) (api.Page[Contact], error) {
	if err := search.Check(q.Q); err != nil {
		return api.Page[Contact]{}, err
	}
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (out api.Page[Contact], err error) {
		zone, err := setting.Zone(tx)
		if err != nil {
			return out, err
		}
		w := db.With{After: q.Cursor, Limit: q.Limit, Key: q.Filter + "\x00" + q.Q}
		if w.Order, err = ContactCatalogue.Order(who, q.Sort, "-updated_at"); err != nil {
			return out, err
		}
		if w.Where, err = ContactCatalogue.Compile(tx, zone, q.Filter); err != nil {
			return out, err
		}
		if q.Q != "" {
			c, err := s.sought(tx, db.Col("p.id"), "contact", q.Q, db.SearchBound)
			if err != nil {
				return out, err
			}
			w.Where = append(w.Where, c)
		}
		page, err := db.Page[Contact](tx, contactList, nil, w)
		if err != nil {
			return out, err
		}
		out = api.Page[Contact]{Items: page.Rows, Next: api.Text(page.Next), Prev: api.Text(page.Prev)}
		if q.Count {
			n, err := db.Find[db.Count](tx, countContacts, nil, db.With{Where: w.Where, Limit: api.CountCap + 1})
			if err != nil {
				return out, err
			}
			out.Counted(n[0].N)
		}
		return out, s.showMany(tx, out.Items)
	})
}

func (s *Service) showMany(tx *db.Tx, all []Contact) error {
	var ids []string
	for _, c := range all {
		ids = append(ids, c.CustomerID)
	}
	near, err := tx.Among(Table, add(access.FollowUpWrite), ids)
	if err != nil {
		return err
	}
	in, err := s.pooled(tx, near, all)
	if err != nil {
		return err
	}
	return s.show(tx, all, near, in)
}

// AddContact adds a person to a customer one may change.
func (s *Service) AddContact(ctx context.Context, who access.Actor, customer string, in NewContact) (Contact, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Contact, err error) {
		if err := tx.May(Table, customer, change(access.ContactWrite)); err != nil {
			return none, err
		}
		w, err := s.Book.In(tx)
		if err != nil {
			return none, err
		}
		p := person{Facts: in, primary: in.Primary.V}
		j := &judge{words: w, who: who}
		p.judge(j, "", masks4{})
		if err := fault.Fields(j.wrong); err != nil {
			return none, err
		}
		have, err := db.All[Contact](tx, contactsAt, db.Args{"customer": customer})
		if err != nil {
			return none, err
		}
		p.primary = p.primary || len(have) == 0
		if err := s.makeRoom(tx, customer, p.primary); err != nil {
			return none, err
		}
		_, place, err := s.place(tx, customer)
		if err != nil {
			return none, err
		}
		if err := s.insertContact(tx, customer, &p, place); err != nil {
			return none, err
		}
		if err := s.afterContacts(tx, customer, p.ID, p.primary); err != nil {
			return none, err
		}
		return s.contact(tx, p.ID)
	})
}

func (s *Service) makeRoom(tx *db.Tx, customer string, primary bool) error {
	if !primary {
		return nil
	}
	_, err := tx.ChangeAll(unprimary, db.Args{"customer": customer})
	return err
}

// afterContacts brings a customer up to date with its people: who is primary, what is
// missing, and its words. None of that is an edit of the customer's own fields.
func (s *Service) afterContacts(tx *db.Tx, customer, contact string, primary bool) error {
	p := tx.As(program)
	if primary {
		if err := p.Change(setPrimary, db.Args{"id": customer, "contact": contact}); err != nil {
			return err
		}
	}
	c, err := s.whole(p, customer)
	if err != nil {
		return err
	}
	who, names, err := s.judged(p, customer)
	if err != nil {
		return err
	}
	missing := lacks(c.Facts, c.OwnerID, who)
	row := struct {
		Missing      api.Strings `db:"missing"`
		Completeness int64       `db:"completeness"`
	}{missing, score(c.Facts, c.Texts, missing)}
	if err := p.Update(Table, customer, 0, row); err != nil {
		return err
	}
	return s.index(tx, customer, c.Name, names)
}

// judged gives what lacks asks of the primary contact, and all names in clear for the index.
func (s *Service) judged(tx *db.Tx, customer string) (*primary, []string, error) {
	all, err := db.All[Contact](tx.As(program), contactsAt, db.Args{"customer": customer})
	if err != nil {
		return nil, nil, err
	}
	var ids, names []string
	for _, c := range all {
		ids = append(ids, c.ID)
	}
	keys, err := s.Vault.Many(tx, ids)
	if err != nil {
		return nil, nil, err
	}
	var p *primary
	for _, c := range all {
		if key, ok := keys[c.ID]; ok {
			name, err := key.Open("contacts/name/"+c.ID, c.NameSealed)
			if err != nil {
				return nil, nil, err
			}
			names = append(names, string(name))
		}
		if c.Primary {
			p = &primary{title: c.Title != "", confirmed: true, role: c.Role != "", reach: c.Mobile+c.Phone+c.Email+c.WeChat != ""}
		}
	}
	return p, names, nil
}

// DropContact deletes a contact; its key goes with it, so nothing of it can be read again.
func (s *Service) DropContact(ctx context.Context, who access.Actor, id string, version int64) error {
	_, err := db.Write(ctx, s.DB, who, func(tx *db.Tx) (int, error) {
		c, err := db.One[Contact](tx, contactOf, db.Args{"id": id})
		if err != nil {
			return 0, err
		}
		if c.CustomerKind == Individual && c.Primary {
			return 0, fault.Rule("read_only", "primary") // an individual is his own contact
		}
		if _, err := tx.ChangeAll(reportsNoMore, db.Args{"id": id}); err != nil {
			return 0, err
		}
		if err := tx.Change(dropContact, db.Args{"id": id, "version": version}); err != nil {
			return 0, err
		}
		if err := s.Vault.Destroy(tx, id); err != nil {
			return 0, err
		}
		if err := tx.Forget("contact", id); err != nil {
			return 0, err
		}
		if c.Primary {
			if err := tx.As(program).Change(setPrimary, db.Args{"id": c.CustomerID, "contact": nil}); err != nil {
				return 0, err
			}
		}
		if err := s.afterContacts(tx, c.CustomerID, "", false); err != nil {
			return 0, err
		}
		return 0, audit.Note(tx, audit.Entry{Action: "contact.delete", Kind: "contact", Record: id, Customer: c.CustomerID, Details: map[string]any{"name": c.NameMasked}})
	})
	return err
}
