package archive

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/dictionary"
	"zhike/internal/base/notice"
	"zhike/internal/base/numbering"
	"zhike/internal/base/privacy"
	"zhike/internal/base/setting"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/rule"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
	"zhike/locale"
)

// Service files customers away, opens them again, and keeps the register of loans.
type Service struct {
	DB        *db.DB
	Vault     *privacy.Vault
	Book      *dictionary.Book
	Customers *customer.Service
	Notices   *notice.Service
	Address   func() string // under which browsers reach the product; "" where nobody said it
	// What stands on daily lists elsewhere goes and comes back with a customer.
	Away, Back func(tx *db.Tx, id string, at int64) error
}

// The program's own acts here: what a verb entails beside the file, and what is overdue.
var program = access.Program("archive")

func actor(tx *db.Tx) access.Actor {
	who, _ := tx.Who().(access.Actor)
	return who
}

// Put archives a customer that is won or lost. Its number is the one that it had before. Errors: 409 archive_unsettled
// (neither won nor lost), archived.
func (s *Service) Put(ctx context.Context, who access.Actor, id string, version int64, in Putting) (customer.Customer, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none customer.Customer, err error) {
		if err := s.PutIn(tx, id, version, in); err != nil {
			return none, err
		}
		return s.Customers.Load(tx, id)
	})
}

// PutIn is Put inside a unit.
func (s *Service) PutIn(tx *db.Tx, id string, version int64, in Putting) error {
	c, err := s.reached(tx, id, version)
	switch {
	case err != nil:
		return err
	case c.Archived:
		return customer.ErrArchived
	case c.Status != dictionary.StatusWon && c.Status != dictionary.StatusLost:
		return errUnsettled
	}
	in = trimmed(in)
	if in.Year == 0 {
		today, err := setting.Midnight(tx)
		if err != nil {
			return err
		}
		in.Year = int64(today.Year())
	}
	if err := s.judge(tx, in.Category, in.Business, in.ProjectType, in.Place); err != nil {
		return err
	}
	if err := tx.Set(Closing, id, version, db.Args{"archived": true}); err != nil {
		return err
	}
	row := said{in.Year, in.Category, in.Business, in.ProjectType, in.Place, nil}
	if row.Texts, err = s.sealed(tx, id, in.Note); err != nil {
		return err
	}
	if err := tx.Insert(Moves, newMove{tx.NewID(), id, "archived", tx.At(), tx.Who().ID(), row.Texts}); err != nil {
		return err
	}
	if err := both(s.Away, tx, id); err != nil {
		return err
	}
	if err := s.tell(tx, id, Archived, Reopened); err != nil {
		return err
	}
	code, err := s.file(tx, id, row)
	if err != nil {
		return err
	}
	return audit.Note(tx, audit.Entry{Action: "customer.archive", Kind: "customer", Record: id, Customer: id,
		Changes: []audit.Change{{Field: "archived", Old: false, New: true}}, Details: map[string]any{"number": code, "year": in.Year, "place": in.Place}})
}

// file writes the file of a customer, under the number it has, or a new one: that is taken last.
func (s *Service) file(tx *db.Tx, id string, row said) (string, error) {
	f, found, err := db.Maybe[File](tx, of, db.Args{"customer": id})
	if err != nil {
		return "", err
	}
	if found {
		if err := tx.Update(Table, f.ID, 0, struct {
			said
			ArchivedAt int64  `db:"archived_at"`
			By         string `db:"archived_by"`
		}{row, tx.At(), tx.Who().ID()}); err != nil {
			return "", err
		}
		return f.Code, tx.Set(filed, f.ID, f.Version, db.Args{"standing": true, "used_at": tx.At()})
	}
	code, err := numbering.Next(tx, numbering.Archive)
	if err != nil {
		return "", err
	}
	return code, tx.Insert(Table, newFile{tx.NewID(), id, tx.At(), tx.At(), tx.At(), tx.Who().ID(), row},
		filed.With(db.Args{"code": code, "standing": true, "used_at": tx.At()}))
}

// Reopen makes a customer one to work with again. It keeps its number.
func (s *Service) Reopen(ctx context.Context, who access.Actor, id string, version int64, in Reopening) (customer.Customer, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none customer.Customer, err error) {
		if err := s.ReopenIn(tx, id, version, in); err != nil {
			return none, err
		}
		return s.Customers.Load(tx, id)
	})
}

// ReopenIn is Reopen inside a unit; the undoing of a bulk act gives no reason.
func (s *Service) ReopenIn(tx *db.Tx, id string, version int64, in Reopening) error {
	c, err := s.reached(tx, id, version)
	switch {
	case err != nil:
		return err
	case !c.Archived:
		return errOpen
	}
	f, err := db.One[File](tx, of, db.Args{"customer": id})
	if err != nil {
		return err
	}
	if err := tx.Set(Closing, id, version, db.Args{"archived": false}); err != nil {
		return err
	}
	if err := tx.Set(filed, f.ID, f.Version, db.Args{"standing": false, "used_at": tx.At()}); err != nil {
		return err
	}
	reason, err := s.sealed(tx, id, strings.TrimSpace(in.Reason))
	if err != nil {
		return err
	}
	if err := tx.Insert(Moves, newMove{tx.NewID(), id, "reopened", tx.At(), tx.Who().ID(), reason}); err != nil {
		return err
	}
	if err := both(s.Back, tx, id); err != nil {
		return err
	}
	if err := s.tell(tx, id, Reopened, Archived); err != nil {
		return err
	}
	return audit.Note(tx, audit.Entry{Action: "customer.reopen", Kind: "customer", Record: id, Customer: id,
		Changes: []audit.Change{{Field: "archived", Old: true, New: false}}, Details: map[string]any{"number": f.Code}})
}

func both(f func(tx *db.Tx, id string, at int64) error, tx *db.Tx, id string) error {
	if f == nil {
		return nil
	}
	return f(tx, id, tx.At())
}

// reached is a customer that the viewer may archive and reopen, in the version that he saw.
func (s *Service) reached(tx *db.Tx, id string, version int64) (customer.Summary, error) {
	c, err := s.Customers.Line(tx, id)
	if err == nil {
		err = tx.May(customer.Table, id, change)
	}
	if err == nil && version > 0 && c.Version != version {
		err = db.ErrStale
	}
	return c, err
}

// Correct changes what a file says of itself: the paper was moved to another place, say.
func (s *Service) Correct(ctx context.Context, who access.Actor, id string, version int64, in Change) (File, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none File, err error) {
		f, err := db.One[File](tx, get, db.Args{"id": id})
		if err != nil {
			return none, err
		}
		if err := tx.May(Table, id, change); err != nil {
			return none, err
		}
		diffs := api.Apply(&f, in)
		f.Place = api.Text(strings.TrimSpace(string(f.Place)))
		if err := s.judge(tx, string(f.Category), string(f.Business), string(f.ProjectType), string(f.Place)); err != nil {
			return none, err
		}
		if err := tx.Update(Table, id, version, said{f.Year, string(f.Category), string(f.Business), string(f.ProjectType), string(f.Place), f.Sealed}); err != nil {
			return none, err
		}
		if err := audit.Note(tx, audit.Entry{Action: "archive.change", Kind: "archive", Record: id, Customer: f.CustomerID, Changes: audit.Changes(diffs, nil)}); err != nil {
			return none, err
		}
		return s.load(tx, id)
	})
}

// judge refuses words that no dictionary has, and a place that holds somebody's number.
func (s *Service) judge(tx *db.Tx, category, business, project, place string) error {
	w, err := s.Book.In(tx)
	if err != nil {
		return err
	}
	var wrong []fault.Detail
	for _, x := range [][3]string{{"category", "archive_category", category}, {"business", "business_type", business}, {"project_type", "project_type", project}} {
		if x[2] != "" && !w.Has(x[1], x[2]) {
			wrong = append(wrong, fault.Detail{Field: x[0], Code: "invalid"})
		}
	}
	if rule.MaskNumbers(place) != place { // it stands in lists and on labels
		wrong = append(wrong, fault.Detail{Field: "place", Code: "invalid"})
	}
	return fault.Fields(wrong)
}

func (s *Service) sealed(tx *db.Tx, customerID, text string) ([]byte, error) {
	if text == "" {
		return nil, nil
	}
	key, err := s.Vault.Of(tx, customerID)
	if err != nil {
		return nil, err
	}
	plain, err := json.Marshal(text)
	return key.Seal(place(customerID), plain), err
}

// tell says to a customer's owner that somebody else archived or reopened him.
func (s *Service) tell(tx *db.Tx, id, kind, ended string) error {
	if err := s.Notices.End(tx, ended+":"+id); err != nil {
		return err
	}
	c, err := db.One[struct {
		Name  string `db:"name"`
		Owner string `db:"owner"`
	}](tx.As(program), owner, db.Args{"id": id})
	if err != nil || c.Owner == "" || c.Owner == tx.Who().ID() {
		return err
	}
	by, _, err := account.Active(tx, tx.Who().ID())
	if err != nil {
		return err
	}
	if by.Name == "" {
		by.Name = locale.Text(locale.Default, "notice.by.program", nil)
	}
	return s.Notices.Send(tx, notice.New{To: c.Owner, Kind: kind, Params: map[string]string{"by": by.Name, "customer": c.Name},
		Link: notice.Link{Kind: "customer", ID: id}, About: id, Cause: kind + ":" + id})
}

// Purged forgets the file of a customer that leaves for good.
func (s *Service) Purged(tx *db.Tx, id string) error {
	for _, q := range []db.Query{purgeLoans, purgeMoves, purge} {
		if _, err := tx.As(program).ChangeAll(q, db.Args{"customer": id}); err != nil {
			return err
		}
	}
	return nil
}

// fresh is how long a file that was opened need not be noted as used again.
const fresh = 24 * time.Hour

// Of gives the file of a customer, its loans and its moves; that somebody looked is noted once a day.
func (s *Service) Of(ctx context.Context, who access.Actor, id string) (Record, error) {
	r, err := db.Read(ctx, s.DB, who, func(tx *db.Tx) (Record, error) { return s.record(tx, id) })
	if err != nil || r.File == nil || !r.File.Standing || s.DB.Now().Sub(r.File.UsedAt.Time()) < fresh {
		return r, err
	}
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (Record, error) {
		tx.Noted() // who looked at what is not an act on the record
		r.File.UsedAt = api.Time(tx.At())
		return r, tx.As(program).Set(filed, r.File.ID, 0, db.Args{"used_at": tx.At()})
	})
}

// Routes are the operations on archives.
func (s *Service) Routes(r *api.Router) {
	of := func(path string, may access.Permission) api.Op {
		return api.Op{Path: path, May: may, On: customer.Table}
	}
	at := func(path string) api.Op {
		return api.Op{Path: path, May: access.CustomerArchive, On: Table, Loose: true}
	}
	api.Get(r, of("/customers/{id}/archive", access.CustomerRead), s.Of)
	api.Do(r, of("/customers/{id}/archive", access.CustomerArchive), s.Put)
	api.Do(r, of("/customers/{id}/reopen", access.CustomerArchive), s.Reopen)
	api.List(r, api.Op{Path: "/archives", May: access.CustomerRead}, s.List)
	api.List(r, api.Op{Path: "/archive-shelves", May: access.CustomerRead}, s.Shelves)
	api.Download(r, api.Op{Path: "/archive-labels", May: access.CustomerArchive}, s.Labels)
	change := at("/archives/{id}")
	change.Loose = false
	api.Change(r, change, s.Correct)
	api.Do(r, at("/archives/{id}/lend"), s.Lend)
	api.Act(r, at("/archives/{id}/return"), s.Return)
}
