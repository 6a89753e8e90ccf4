package phrase

import (
	"context"
	"slices"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/dictionary"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// Service is what may be done with phrases.
type Service struct {
	DB   *db.DB
	Book *dictionary.Book
}

// List gives one's own phrases, then the company's, each in their order; those put away too.
func (s *Service) List(ctx context.Context, who access.Actor, _ struct{}) (api.Items[Phrase], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (out api.Items[Phrase], err error) {
		out.Items = []Phrase{}
		for _, company := range []bool{false, true} {
			rows, err := s.all(tx, company)
			if err != nil {
				return out, err
			}
			for _, p := range rows {
				p.show(who)
				out.Items = append(out.Items, p)
			}
		}
		return out, nil
	})
}

// all are those among which a phrase has its place.
func (s *Service) all(tx *db.Tx, company bool) ([]Phrase, error) {
	if company {
		return db.All[Phrase](tx.As(program), ours, nil)
	}
	return db.All[Phrase](tx.As(program), mine, db.Args{"me": tx.Who().ID()})
}

// Get gives one; another's own is not found.
func (s *Service) Get(ctx context.Context, who access.Actor, id string) (Phrase, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (Phrase, error) { return s.load(tx, id) })
}

func (s *Service) load(tx *db.Tx, id string) (Phrase, error) {
	who, _ := tx.Who().(access.Actor)
	p, err := db.One[Phrase](tx.As(program), one, db.Args{"id": id})
	if err == nil && p.OwnerID != "" && string(p.OwnerID) != who.ID() {
		return Phrase{}, db.ErrNotFound
	}
	p.show(who)
	return p, err
}

// Create keeps a phrase: one's own, or for everybody by who manages dictionaries.
func (s *Service) Create(ctx context.Context, who access.Actor, in New) (Phrase, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Phrase, err error) {
		if in.Company && !who.Can(access.DictionaryManage) {
			return none, db.ErrDenied
		}
		p := Phrase{Title: in.Title, Text: in.Text, Methods: in.Methods, Stages: in.Stages, Active: true}
		words, err := s.Book.In(tx)
		if err != nil {
			return none, err
		}
		if err := p.judge(words, Phrase{}); err != nil {
			return none, err
		}
		owner, most := api.Ref(who.ID()), mostMine
		if in.Company {
			owner, most = "", mostOurs
		}
		if err := tx.Lock("phrases:" + string(owner)); err != nil {
			return none, err
		}
		stand, err := s.all(tx, in.Company)
		if err != nil {
			return none, err
		}
		if len(stand) >= most {
			return none, fault.Rule("too_many", "title").With(map[string]any{"max": most})
		}
		for _, x := range stand {
			p.Position = max(p.Position, x.Position+1)
		}
		id := tx.NewID()
		if err := tx.Insert(Table, row{ID: id, Owner: owner, fresh: p.fresh(), CreatedAt: tx.At(), UpdatedAt: tx.At()}); err != nil {
			return none, err
		}
		if err := audit.Note(tx, audit.Entry{Action: "phrase.create", Kind: "phrase", Record: id, Details: map[string]any{"name": p.Title, "company": in.Company}}); err != nil {
			return none, err
		}
		return s.load(tx, id)
	})
}

// Change changes one's own, and the company's by who manages dictionaries. What is said is
// not logged: it may name a customer.
func (s *Service) Change(ctx context.Context, who access.Actor, id string, version int64, in Change) (Phrase, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Phrase, err error) {
		p, err := s.mayChange(tx, id)
		if err != nil {
			return none, err
		}
		was := p
		diffs := api.Apply(&p, in)
		words, err := s.Book.In(tx)
		if err != nil {
			return none, err
		}
		if err := p.judge(words, was); err != nil {
			return none, err
		}
		to := p.Position
		p.Position = was.Position
		if err := tx.Update(Table, id, version, p.fresh()); err != nil {
			return none, err
		}
		if to != was.Position {
			if err := s.move(tx, p, to); err != nil {
				return none, err
			}
		}
		var changes []audit.Change
		for _, d := range diffs {
			c := audit.Change{Field: d.Field}
			if d.Field == "title" || d.Field == "active" {
				c.Old, c.New = d.Old, d.New
			}
			changes = append(changes, c)
		}
		if err := audit.Note(tx, audit.Entry{Action: "phrase.change", Kind: "phrase", Record: id, Changes: changes}); err != nil {
			return none, err
		}
		return s.load(tx, id)
	})
}

// move puts one at a place among its own; the others make room.
func (s *Service) move(tx *db.Tx, p Phrase, to int64) error {
	if err := tx.Lock("phrases:" + string(p.OwnerID)); err != nil {
		return err
	}
	all, err := s.all(tx, p.Company)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(x Phrase) bool { return x.ID == p.ID })
	all = slices.Insert(all, min(int(to), len(all)), p)
	for i, x := range all {
		if x.Position == int64(i) {
			continue
		}
		if _, err := tx.As(program).ChangeAll(place, db.Args{"id": x.ID, "n": int64(i)}); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) mayChange(tx *db.Tx, id string) (Phrase, error) {
	p, err := s.load(tx, id)
	if err == nil && !p.MayChange {
		err = db.ErrNotYours
	}
	return p, err
}

// Drop takes a phrase away; one that ships does not come back with an upgrade.
func (s *Service) Drop(ctx context.Context, who access.Actor, id string, version int64) error {
	_, err := db.Write(ctx, s.DB, who, func(tx *db.Tx) (int, error) {
		p, err := s.mayChange(tx, id)
		switch {
		case err != nil:
			return 0, err
		case p.Version != version:
			return 0, db.ErrStale
		}
		if p.Code != "" {
			err = tx.Change(away, db.Args{"id": id, "at": tx.At()})
		} else {
			err = tx.Change(drop, db.Args{"id": id})
		}
		if err != nil {
			return 0, err
		}
		return 0, audit.Note(tx, audit.Entry{Action: "phrase.delete", Kind: "phrase", Record: id, Details: map[string]any{"name": p.Title}})
	})
	return err
}

// Routes are the phrases'.
func (s *Service) Routes(r *api.Router) {
	at := api.Op{Path: "/phrases/{id}", May: access.Self, On: Table}
	api.List(r, api.Op{Path: "/phrases", May: access.Self}, s.List)
	api.Create(r, api.Op{Path: "/phrases", May: access.Self}, s.Create, s.Get)
	api.Get(r, at, s.Get)
	api.Change(r, at, s.Change)
	api.Delete(r, at, s.Drop)
}
