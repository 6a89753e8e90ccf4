package customer

import (
	"cmp"
	"context"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/customfield/own"
	"zhike/internal/base/dictionary"
	"zhike/internal/base/numbering"
	"zhike/internal/base/privacy"
	"zhike/internal/base/search"
	"zhike/internal/base/setting"
	"zhike/internal/crm/contact"
	"zhike/internal/crm/likeness"
	"zhike/internal/crm/profile"
	"zhike/internal/crm/rule"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// Create makes a customer: a draft, which needs a name alone, owned by its maker.
// Errors: 422 by field; 409 duplicate_same for a credit code that is held, and for a
// name unless duplicates is "new".
func (s *Service) Create(ctx context.Context, who access.Actor, in New) (Customer, error) {
	made, err := db.Write(ctx, s.DB, who, func(tx *db.Tx) (api.Made, error) {
		id, err := s.CreateIn(tx, in)
		return api.Made(id), err
	})
	if err != nil {
		return Customer{}, err
	}
	return s.made(ctx, who, string(made)) // outside the unit: the writer has others waiting
}

// made reads a new customer, and whom it may be.
func (s *Service) made(ctx context.Context, who access.Actor, id string) (Customer, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (c Customer, err error) {
		if c, err = s.Load(tx, id); err != nil || s.Suspected == nil {
			return c, err
		}
		c.Suspects, err = s.Suspected(tx, id)
		return c, err
	})
}

// A Verdict is what CreateIn would make of what it is told.
type Verdict struct {
	Name, ShortName, NameKey, CreditCode string
	Missing                              api.Strings
	Completeness                         int64
	Holder                               string // of duplicate_same: whose code or name it is; for the program, never to be told

	born *born
}

// JudgeIn tells what CreateIn would refuse, with the same error, and what it would give;
// it writes nothing and locks nothing: the check of an import, the preview of a form.
func (s *Service) JudgeIn(tx *db.Tx, in New) (Verdict, error) {
	b, err := s.born(tx, in)
	if err != nil {
		return Verdict{}, err
	}
	v := Verdict{Name: b.full, ShortName: string(b.ShortName), NameKey: b.NameKey, CreditCode: string(b.CreditCode), Missing: b.Missing, Completeness: b.Completeness, born: &b}
	v.Holder, err = s.held(tx, b.claims("", in.Duplicates))
	return v, err
}

// A born customer is judged and not yet written.
type born struct {
	Customer
	full     string // its name in clear
	override string
	people   contact.People
	words    *dictionary.Words
	home     db.Home // whose it is from the beginning
	own      own.Draft
}

// born judges what a caller says of a new customer, all fields at once.
func (s *Service) born(tx *db.Tx, in New) (b born, err error) {
	who := actor(tx)
	if !who.Can(access.CustomerCreate) {
		return b, db.ErrDenied
	}
	b.Kind = Enterprise
	api.Apply(&b.Customer, in.Change, others...)
	if b.words, err = s.Book.In(tx); err != nil {
		return b, err
	}
	today, err := setting.Today(tx)
	if err != nil {
		return b, err
	}
	b.full = b.Name
	j := &profile.Judge{Words: b.words, Who: who, Override: in.CreditCodeOverride}
	j.Facts(&b.Facts, &b.full, today)
	j.Texts(b.Texts)
	if b.ShortName == "" && b.Kind != Individual {
		b.ShortName = api.Text(rule.ShortName(b.full))
	}
	persons := in.Contacts
	if b.Kind == Individual {
		persons = contact.Self(b.full, persons)
	}
	b.people = contact.JudgeAll(b.words, j.Refuse, persons)
	if err := b.people.Own(tx, s.Own, j.Refuse); err != nil {
		return b, err
	}
	if in.Created < 0 || in.Created > tx.At() {
		j.Refuse("created_at", "invalid", nil)
	}
	if b.home, err = s.heir(tx, j, in.OwnerID); err != nil {
		return b, err
	}
	if err := known(tx, j, b.AccountManagerID, ""); err != nil {
		return b, err
	}
	said, err := s.Own.Standard(tx, "customer", b.Kind, string(b.Industry), in.Custom)
	if err != nil {
		return b, err
	}
	if b.own, err = s.Own.Judge(tx, "customer", said, nil, j.Refuse); err != nil {
		return b, err
	}
	b.SizeProposed = profile.Sized(&b.Facts, b.SizeProposed)
	b.override = j.Override
	b.NameKey = keyOf(s.Vault, b.Kind, b.full)
	if b.Missing, b.Completeness, err = s.lacks(tx, &b.Customer, api.Ref(b.home.User), b.people.Primary(), b.own.Shown); err != nil {
		return b, err
	}
	return b, fault.Fields(j.Wrong)
}

// known judges who is named to care for a customer: somebody who works here, unless he did so already.
func known(tx *db.Tx, j *profile.Judge, manager, was api.Ref) error {
	if manager == "" || manager == was {
		return nil
	}
	_, ok, err := account.Active(tx, string(manager))
	if !ok {
		j.Refuse("account_manager_id", "invalid", nil)
	}
	return err
}

// heir judges who is named as owner of a new customer, and says whose it is from the
// beginning: another's only where its maker keeps reaching it, who still adds what hangs on it.
func (s *Service) heir(tx *db.Tx, j *profile.Judge, owner string) (db.Home, error) {
	mine := tx.Who().Home()
	if owner == "" || owner == mine.User {
		return mine, nil
	}
	if !j.Who.Can(access.CustomerTransfer) {
		return mine, db.ErrNotYours
	}
	to, ok, err := account.Active(tx, owner)
	if !ok {
		j.Refuse("owner_id", "invalid", nil)
	}
	if err == nil && ok && j.Who.ReachesAll(access.CustomerWrite) {
		return db.Home{User: to.ID, Department: string(to.DepartmentID)}, nil
	}
	return mine, err
}

// CreateIn is Create inside a unit: the one road for forms, imports and generators.
func (s *Service) CreateIn(tx *db.Tx, in New) (string, error) {
	b, err := s.born(tx, in)
	if err != nil {
		return "", err
	}
	return s.create(tx, in, b)
}

// CreateJudged is CreateIn of what JudgeIn has judged in the same unit.
func (s *Service) CreateJudged(tx *db.Tx, in New, v Verdict) (string, error) {
	return s.create(tx, in, *v.born)
}

func (s *Service) create(tx *db.Tx, in New, b born) (id string, err error) {
	b.ID = tx.NewID()
	if err := s.unique(tx, b.claims(b.ID, in.Duplicates)); err != nil {
		return "", err
	}
	key, err := s.Vault.New(tx, privacy.Customer, b.ID)
	if err != nil {
		return "", err
	}
	row := newRow{ID: b.ID, Facts: b.Facts, Custom: Custom(b.own.Shown), CreatedAt: tx.At(), UpdatedAt: tx.At()}
	if in.Created > 0 {
		row.CreatedAt = in.Created
	}
	row.Facts.Name, row.derived, err = s.derive(key, b.ID, b.Facts, b.Texts, b.full, b.override)
	if err != nil {
		return "", err
	}
	row.SizeProposed, row.Missing, row.Completeness = b.SizeProposed, b.Missing, b.Completeness
	first, ok := b.words.StageByCode(dictionary.OfCustomer, "first_contact")
	if stages := b.words.Stages(dictionary.OfCustomer); !ok && len(stages) > 0 {
		first = stages[0]
	}
	if row.Code = in.Number; row.Code == "" {
		if row.Code, err = numbering.Next(tx, "customer"); err != nil {
			return "", err
		}
	}
	begin := start.With(db.Args{"stage_id": first.ID, "stage": first.Code, "status": first.Status, "stage_entered_at": tx.At(), "review": Draft,
		"owner_id": api.Ref(b.home.User), "department_id": api.Ref(b.home.Department), "creator_id": api.Ref(cmp.Or(in.Creator, tx.Who().ID()))})
	given := []db.Given{begin}
	if in.Imported { // its clocks start now, whatever its sheet tells of the past
		given = append(given, start.With(db.Args{"imported_at": tx.At()}))
	}
	if err := tx.Insert(Table, row, given...); err != nil {
		return "", err
	}
	if len(b.Tags) > 0 {
		if err := s.tag(tx, b.ID, b.Tags); err != nil {
			return "", err
		}
	}
	if err := s.Own.Save(tx, key, b.ID, b.own, s.live(tx)); err != nil {
		return "", err
	}
	if err := s.Step(tx, b.ID, dictionary.Stage{}, first, "", nil, 0); err != nil {
		return "", err
	}
	place := search.Place(b.home.User, b.home.Department, "", nil)
	for i := range b.people {
		if err := s.People.Join(tx, b.ID, &b.people[i], place); err != nil {
			return "", err
		}
	}
	sought, err := s.Own.Sought(tx, "customer", row.Custom)
	if err != nil {
		return "", err
	}
	if err := tx.IndexNew("customer", b.ID, s.wordsOf(indexRow{Code: row.Code, Kind: b.Kind, ShortName: string(b.ShortName), own: sought}, b.full, b.people.Names(), place)); err != nil {
		return "", err
	}
	if in.OwnerID != "" && in.OwnerID != b.home.User {
		if err := s.transferIn(tx, b.ID, 0, Transfer{To: in.OwnerID}); err != nil {
			return "", err
		}
	}
	if s.Suspects != nil {
		about := likeness.About{ID: b.ID, Kind: b.Kind, Name: b.full, NameKey: b.NameKey, CreditCode: string(b.CreditCode), Fresh: true, Imported: in.Imported}
		about.Numbers, about.Emails = b.people.Reach(s.Vault.Keys)
		if err := s.Suspects(tx, about); err != nil {
			return "", err
		}
	}
	told := map[string]any{"code": row.Code, "name": row.Facts.Name}
	if in.Imported {
		told["imported"] = true
	}
	return b.ID, audit.Note(tx, audit.Entry{Action: "customer.create", Kind: "customer", Record: b.ID, Customer: b.ID, Details: told})
}

// claims are what no two live customers may hold: a credit code, and a name unless the
// caller means another. An empty one is not claimed.
type claims struct{ self, kind, name, nameKey, code string }

func (b *born) claims(self, duplicates string) claims {
	c := claims{self, b.Kind, b.full, b.NameKey, string(b.CreditCode)}
	if duplicates == "new" {
		c.nameKey = ""
	}
	return c
}

// unique refuses claims that another holds, and keeps others from making them meanwhile.
func (s *Service) unique(tx *db.Tx, c claims) error {
	for _, x := range [][2]string{{"customer.credit_code:", c.code}, {"customer.name:", c.nameKey}} {
		if x[1] == "" {
			continue
		}
		if err := tx.Lock(x[0] + x[1]); err != nil {
			return err
		}
	}
	_, err := s.held(tx, c)
	return err
}

// held looks for who holds a claim and refuses it. What it tells of the holder is what a
// blind check would.
func (s *Service) held(tx *db.Tx, c claims) (holderID string, err error) {
	taken := func(h holder, field string) (string, error) {
		return h.ID, db.ErrTaken.With(map[string]any{"owner": string(h.OwnerName), "since": h.CreatedAt.Time().Format(time.DateOnly)}).At(field)
	}
	if c.code != "" {
		h, found, err := db.Maybe[holder](tx.As(program), holderOfCode, db.Args{"code": c.code, "self": c.self})
		if err != nil {
			return "", err
		}
		if found {
			return taken(h, "credit_code")
		}
	}
	if c.nameKey == "" {
		return "", nil
	}
	all, err := db.All[holder](tx.As(program), holdersOfName, db.Args{"key": c.nameKey, "self": c.self})
	for _, h := range all {
		if c.kind == Individual || likeness.Judge(likeness.Side{Name: c.name, Code: c.code}, likeness.Side{Name: h.Name, Code: h.Code}) == rule.Same {
			return taken(h, "name")
		}
	}
	return "", err
}

// suspect asks the floor above whom a customer may be, now that it changed.
func (s *Service) suspect(tx *db.Tx, id string) error {
	if s.Suspects == nil {
		return nil
	}
	return s.Suspects(tx, likeness.About{ID: id})
}

// NameKeys are the keys under which a name stands: an organisation's, and an individual's.
func (s *Service) NameKeys(name string) []string {
	return []string{keyOf(s.Vault, Enterprise, name), keyOf(s.Vault, Individual, name)}
}
