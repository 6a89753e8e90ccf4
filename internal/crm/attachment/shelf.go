package attachment

import (
	"bytes"
	"context"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/crm/customer"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// A Query narrows a list of attachments.
type Query struct {
	CustomerID string `query:"customer_id" maxLength:"64"`
	RecordKind string `query:"record_kind" maxLength:"40"`
	RecordID   string `query:"record_id" maxLength:"64"`
	Kind       string `query:"kind" maxLength:"64" doc:"A code of the dictionary file_type."`
	Limit      int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Cursor     string `query:"cursor" maxLength:"2000"`
}

// List gives the attachments of the customers that a viewer sees, the newest first.
func (s *Service) List(ctx context.Context, who access.Actor, q Query) (api.Page[Attachment], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (p api.Page[Attachment], err error) {
		var where []db.Cond
		for _, x := range [][2]string{{"a.customer_id", q.CustomerID}, {"a.record_kind", q.RecordKind}, {"a.record_id", q.RecordID}, {"a.kind", q.Kind}} {
			if x[1] != "" {
				where = append(where, db.Compare(db.Col(x[0]), "=", x[1]))
			}
		}
		rows, err := db.Page[Attachment](tx, list, nil, db.With{Where: where, Order: db.Down("a.created_at", "a.id"), After: q.Cursor, Limit: q.Limit, Key: "attachments"})
		if err != nil {
			return p, err
		}
		p = api.Page[Attachment]{Items: append([]Attachment{}, rows.Rows...), Next: api.Text(rows.Next), Prev: api.Text(rows.Prev)}
		return p, s.show(tx, p.Items)
	})
}

// Of gives a customer's attachments, a page of them.
func (s *Service) Of(ctx context.Context, who access.Actor, customerID string, q Query) (api.Page[Attachment], error) {
	q.CustomerID = customerID
	return s.List(ctx, who, q)
}

// Get gives what is known of one attachment.
func (s *Service) Get(ctx context.Context, who access.Actor, id string) (Attachment, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (Attachment, error) { return s.load(tx, id) })
}

// Upload keeps a file sent in a form beside kind, and record_kind and record_id where it belongs to one of the customer's records.
func (s *Service) Upload(ctx context.Context, who access.Actor, f api.File) (Attachment, error) {
	return s.Add(ctx, who, New{CustomerID: api.Param(ctx, "id"), RecordKind: f.Fields["record_kind"], RecordID: f.Fields["record_id"], Kind: f.Fields["kind"], Name: f.Name}, bytes.NewReader(f.Data))
}

// A Change corrects what kind of paper a file is; its name follows.
type Change struct {
	Kind api.Opt[string] `json:"kind,omitempty" maxLength:"64"`
}

// Correct changes an attachment's kind. Needs the right to change the customer.
func (s *Service) Correct(ctx context.Context, who access.Actor, id string, version int64, in Change) (Attachment, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (a Attachment, err error) {
		if a, err = s.load(tx, id); err != nil {
			return a, err
		}
		if err := tx.Lock("attachments." + a.CustomerID); err != nil {
			return a, err
		}
		kind := in.Kind.Or(a.Kind)
		words, err := s.Book.In(tx)
		switch {
		case err != nil:
			return a, err
		case kind == a.Kind:
			return a, tx.May(Table, id, Table.ToChange())
		case !words.Has("file_type", kind):
			return a, fault.Rule("invalid", "kind")
		}
		number, err := next(tx, a.CustomerID, kind, a.Day, a.Extension)
		if err != nil {
			return a, err
		}
		if err := tx.Update(Table, id, version, struct {
			Kind   string `db:"kind"`
			Number int64  `db:"number"`
		}{kind, number}); err != nil {
			return a, err
		}
		if err := audit.Note(tx, audit.Entry{Action: "attachment.change", Kind: "attachment", Record: id, Customer: a.CustomerID, Changes: []audit.Change{{Field: "kind", Old: a.Kind, New: kind}}}); err != nil {
			return a, err
		}
		return s.load(tx, id)
	})
}

// Content gives an attachment to be kept by a browser as a file, never to be run or shown in our origin.
func (s *Service) Content(ctx context.Context, who access.Actor, id string, _ struct{}) (api.Sheet, error) {
	a, write, err := s.content(ctx, who, id)
	return api.Sheet{Name: a.Name, Type: a.Media, Write: write}, err
}

// Routes are the operations on attachments.
func (s *Service) Routes(r *api.Router) {
	at := func(path string, may access.Permission) api.Op { return api.Op{Path: path, May: may, On: Table} }
	api.ListUnder(r, api.Op{Path: "/customers/{id}/attachments", May: access.CustomerRead, On: customer.Table}, s.Of)
	api.Upload(r, api.Op{Path: "/customers/{id}/attachments", May: access.FollowUpWrite, On: customer.Table}, s.Upload)
	api.List(r, api.Op{Path: "/attachments", May: access.CustomerRead}, s.List)
	api.Get(r, at("/attachments/{id}", access.CustomerRead), s.Get)
	api.Change(r, at("/attachments/{id}", access.CustomerWrite), s.Correct)
	api.Delete(r, at("/attachments/{id}", access.CustomerWrite), s.Remove)
	api.Download(r, at("/attachments/{id}/content", access.FollowUpWrite), s.Content)
}
