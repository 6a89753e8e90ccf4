package attachment

import (
	"bufio"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/dictionary"
	"zhike/internal/base/privacy"
	"zhike/internal/base/setting"
	"zhike/internal/crm/customer"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// Service is what may be done with attachments. Files are written and read outside every unit.
type Service struct {
	DB        *db.DB
	Keys      *crypt.Keys
	Vault     *privacy.Vault
	Shelf     *privacy.Shelf
	Book      *dictionary.Book
	Customers *customer.Service
	Records   map[string]*db.Table // what else an attachment may hang on, each reached through its customer
}

var program = access.Program("attachment")

// folder is where attachments lie on the shelf, apart from what comes in and goes out.
const folder = "attachments"

func place(id string) string     { return "attachments/content/" + id }
func namePlace(id string) string { return "attachments/name/" + id }

// Add keeps a file: its content first, then its row, so that no row is without its content. Content
// that no row names is swept after a day. Errors: attachment_type, file_too_large, too_many_files, required.
func (s *Service) Add(ctx context.Context, who access.Actor, in New, from io.Reader) (none Attachment, err error) {
	name := Clean(in.Name)
	read := bufio.NewReaderSize(from, 4096)
	start, err := read.Peek(512)
	if err != nil && err != io.EOF {
		return none, err
	}
	if len(start) == 0 {
		return none, fault.Rule("required", "file")
	}
	extension, media, err := Judge(name, start)
	if err != nil {
		return none, err
	}
	if in.RecordKind == "" {
		in.RecordKind, in.RecordID = "customer", in.CustomerID
	}
	id := ""
	key, err := db.Read(ctx, s.DB, who, func(tx *db.Tx) (key crypt.Subject, err error) {
		if err := s.may(tx, in); err != nil {
			return key, err
		}
		id = tx.NewID()
		return s.Vault.Of(tx, in.CustomerID)
	})
	if err != nil {
		return none, err
	}
	sum, counted := sha256.New(), &counter{}
	at, err := s.Shelf.PutUnder(folder, key, place(id), io.TeeReader(io.LimitReader(read, api.MaxAttachment+1), io.MultiWriter(sum, counted)))
	if err != nil {
		return none, err
	}
	a, err := none, error(fault.New(fault.TooLarge, "file_too_large").With(map[string]any{"mb": api.MaxAttachment >> 20}))
	if counted.n <= api.MaxAttachment {
		a, err = db.Write(ctx, s.DB, who, func(tx *db.Tx) (Attachment, error) {
			return s.add(tx, in, row{ID: id, CustomerID: in.CustomerID, RecordKind: in.RecordKind, RecordID: in.RecordID, Kind: in.Kind, Extension: extension,
				Sealed: key.Seal(namePlace(id), []byte(name)), Media: media, Size: counted.n, Sum: s.Keys.Sign("attachment", sum.Sum(nil)), Blob: at, CreatorID: api.Ref(who.ID())})
		})
	}
	if err != nil && !errors.Is(err, db.ErrUnavailable) { // a commit that was not answered may have been kept
		s.drop(at)
	}
	return a, err
}

type row struct {
	ID         string  `db:"id"`
	CustomerID string  `db:"customer_id"`
	RecordKind string  `db:"record_kind"`
	RecordID   string  `db:"record_id"`
	Kind       string  `db:"kind"`
	Day        string  `db:"day"`
	Number     int64   `db:"number"`
	Extension  string  `db:"extension"`
	Sealed     []byte  `db:"name_sealed"`
	Media      string  `db:"media"`
	Size       int64   `db:"size"`
	Sum        []byte  `db:"sum"`
	Blob       string  `db:"blob"`
	CreatorID  api.Ref `db:"creator_id"`
	CreatedAt  int64   `db:"created_at"`
	UpdatedAt  int64   `db:"updated_at"`
}

type counter struct{ n int64 }

func (c *counter) Write(b []byte) (int, error) { c.n += int64(len(b)); return len(b), nil }

// may: the customer is one that the viewer may add to, and the kind one that can be chosen.
func (s *Service) may(tx *db.Tx, in New) error {
	if err := tx.May(customer.Table, in.CustomerID, db.Add(string(access.FollowUpWrite))); err != nil {
		return err
	}
	words, err := s.Book.In(tx)
	if err != nil {
		return err
	}
	if !words.Has("file_type", in.Kind) {
		return fault.Rule("invalid", "kind")
	}
	return s.hangs(tx, in)
}

// hangs: the record is the customer, or one of his that the viewer sees.
func (s *Service) hangs(tx *db.Tx, in New) error {
	if in.RecordKind == "customer" && in.RecordID == in.CustomerID {
		return nil
	}
	table, ok := s.Records[in.RecordKind]
	if !ok {
		return fault.Rule("invalid", "record_kind")
	}
	of, err := tx.ParentOf(table, in.RecordID)
	if err == nil && of == in.CustomerID {
		return nil
	}
	if err == nil || errors.Is(err, db.ErrNotFound) {
		return fault.Rule("not_found", "record_id")
	}
	return err
}

func (s *Service) add(tx *db.Tx, in New, r row) (none Attachment, err error) {
	if err := s.may(tx, in); err != nil {
		return none, err
	}
	if err := tx.Lock("attachments." + in.CustomerID); err != nil {
		return none, err
	}
	n, err := db.One[db.Count](tx.As(program), count, db.Args{"customer": in.CustomerID})
	if err != nil {
		return none, err
	}
	if n.N >= MaxCustomer {
		return none, fault.New(fault.Conflict, "too_many_files").With(map[string]any{"most": MaxCustomer})
	}
	zone, err := setting.Zone(tx)
	if err != nil {
		return none, err
	}
	r.Day, r.CreatedAt, r.UpdatedAt = tx.Now().In(zone).Format(time.DateOnly), tx.At(), tx.At()
	if r.Number, err = next(tx, r.CustomerID, r.Kind, r.Day, r.Extension); err != nil {
		return none, err
	}
	if err := tx.Insert(Table, r); err != nil {
		return none, err
	}
	if err := audit.Note(tx, audit.Entry{Action: "attachment.add", Kind: "attachment", Record: r.ID, Customer: r.CustomerID, Details: map[string]any{"kind": r.Kind, "size": r.Size, "on": r.RecordKind}}); err != nil {
		return none, err
	}
	return s.load(tx, r.ID)
}

// next is the number of the next file of a customer, a kind and a day: -2, -3 …
func next(tx *db.Tx, customer, kind, day, extension string) (int64, error) {
	before, _, err := db.Maybe[db.Count](tx.As(program), last, db.Args{"customer": customer, "kind": kind, "day": day, "extension": extension})
	return before.N + 1, err
}

func (s *Service) load(tx *db.Tx, id string) (Attachment, error) {
	a, err := db.One[Attachment](tx, get, db.Args{"id": id})
	if err != nil {
		return a, err
	}
	all := []Attachment{a}
	err = s.show(tx, all)
	return all[0], err
}

// show names attachments as the viewer may read it. A file cannot be masked: its content is for
// those who may add to the customer, who also learn what it was called.
func (s *Service) show(tx *db.Tx, all []Attachment) error {
	var ids []string
	for _, a := range all {
		if !slices.Contains(ids, a.CustomerID) {
			ids = append(ids, a.CustomerID)
		}
	}
	near, err := tx.Among(customer.Table, db.Add(string(access.FollowUpWrite)), ids)
	if err != nil {
		return err
	}
	clear, err := s.Customers.ClearNames(tx, ids)
	if err != nil {
		return err
	}
	keys, err := s.Vault.Many(tx, ids)
	if err != nil {
		return err
	}
	words, err := s.Book.In(tx)
	if err != nil {
		return err
	}
	for i := range all {
		a := &all[i]
		if name, ok := clear[a.CustomerID]; ok {
			a.Customer = name
		}
		a.Name = a.shown(words.Label("zh-CN", "file_type", a.Kind))
		key, ok := keys[a.CustomerID]
		if a.Opens = ok && (near[a.CustomerID] || tx.Who().Program()); a.Opens {
			text, err := key.Open(namePlace(a.ID), a.Sealed)
			if err != nil {
				return err
			}
			a.Original = api.Text(text)
		}
	}
	return nil
}

// Open writes the content of an attachment, and notes who read it. Needs the right to add to the customer.
func (s *Service) Open(ctx context.Context, who access.Actor, id string, to io.Writer) (Attachment, error) {
	a, write, err := s.content(ctx, who, id)
	if err != nil {
		return a, err
	}
	return a, write(to)
}

func (s *Service) content(ctx context.Context, who access.Actor, id string) (Attachment, func(io.Writer) error, error) {
	var key crypt.Subject
	a, err := db.Write(ctx, s.DB, who, func(tx *db.Tx) (a Attachment, err error) {
		if a, err = s.load(tx, id); err != nil {
			return a, err
		}
		if !a.Opens {
			return a, db.ErrNotYours
		}
		if key, err = s.Vault.Of(tx, a.CustomerID); err != nil {
			return a, err
		}
		return a, audit.Note(tx, audit.Entry{Action: "attachment.open", Kind: "attachment", Record: id, Customer: a.CustomerID})
	})
	return a, func(to io.Writer) error { return s.Shelf.Get(key, place(id), a.Blob, to) }, err
}

// Remove takes an attachment away; its content goes once that is kept. Needs the right to change the customer.
func (s *Service) Remove(ctx context.Context, who access.Actor, id string, version int64) error {
	_, err := db.Write(ctx, s.DB, who, func(tx *db.Tx) (int, error) {
		a, err := s.load(tx, id)
		if err != nil {
			return 0, err
		}
		if a.Version != version {
			return 0, db.ErrStale
		}
		if err := tx.Change(remove, db.Args{"id": id}); err != nil {
			return 0, err
		}
		tx.After(func() { s.drop(a.Blob) })
		return 0, audit.Note(tx, audit.Entry{Action: "attachment.remove", Kind: "attachment", Record: id, Customer: a.CustomerID, Details: map[string]any{"kind": a.Kind, "size": a.Size}})
	})
	return err
}

// Purged drops the attachments of a customer that leaves for good, or is erased: with his key gone their
// content could not be read even where it stays.
func (s *Service) Purged(tx *db.Tx, customerID string) error {
	p := tx.As(program)
	all, err := db.All[lies](p, lying, db.Args{"customer": customerID})
	if err != nil {
		return err
	}
	if _, err := p.ChangeAll(purge, db.Args{"customer": customerID}); err != nil {
		return err
	}
	tx.After(func() {
		for _, a := range all {
			s.drop(a.Blob)
		}
	})
	return nil
}

// drop forgets content that no row names; what stays is swept.
func (s *Service) drop(at string) {
	if err := s.Shelf.Drop(at); err != nil {
		slog.Warn("an attachment's content stays until it is swept", "error", err)
	}
}

func under(name string) bool { return strings.HasPrefix(name, folder+"/") }
