// Package lists says which lists of the house can be given out as sheets.
package lists

import (
	"cmp"
	"context"
	"errors"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/audit"
	"zhike/internal/base/customfield"
	"zhike/internal/base/dictionary"
	"zhike/internal/base/exchange/export"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/directory"
	"zhike/internal/crm/feedback"
	"zhike/internal/crm/followup"
	"zhike/internal/crm/need"
	"zhike/internal/crm/order"
	"zhike/internal/crm/rule"
	"zhike/internal/crm/task"
	"zhike/internal/platform/db"
)

// Lists are given out by those who keep them.
type Lists struct {
	Book      *dictionary.Book
	Customers *customer.Service
	Directory *directory.Service
	FollowUps *followup.Service
	Tasks     *task.Service
	Needs     *need.Service
	Feedback  *feedback.Service
	Orders    *order.Service
	Log       *audit.Service
}

// Sources are the lists that can be given out as sheets.
func (h Lists) Sources() []export.Source {
	return []export.Source{
		h.logSource(),
		{Kind: "customer", May: access.CustomerExport, Catalogue: customer.Catalogue.Owning(h.Customers.Own.Catalogued("customer")), Key: "code", Show: h.shownAs,
			Page: func(ctx context.Context, who access.Actor, q export.Query) ([]any, string, error) {
				p, err := h.Customers.List(ctx, who, q.ListQuery)
				return anyOf(p.Items), string(p.Next), err
			}},
		{Kind: "contact", May: access.CustomerExport, Catalogue: h.Directory.Fields(), Key: "id", Show: h.shownAs,
			Page: func(ctx context.Context, who access.Actor, q export.Query) ([]any, string, error) {
				p, err := h.Directory.List(ctx, who, q.ListQuery)
				return anyOf(p.Items), string(p.Next), err
			}},
		{Kind: "follow-up", May: access.CustomerExport, Catalogue: h.FollowUps.Fields(), Key: "code", Show: h.shownAs,
			Page: func(ctx context.Context, who access.Actor, q export.Query) ([]any, string, error) {
				p, err := h.FollowUps.List(ctx, who, followup.Query{Filter: q.Filter, Sort: q.Sort, Limit: q.Limit, Cursor: q.Cursor})
				return anyOf(p.Items), string(p.Next), err
			}},
		{Kind: "order", May: access.CustomerExport, Catalogue: h.Orders.Fields(), Key: "code", Show: h.shownAs,
			Page: func(ctx context.Context, who access.Actor, q export.Query) ([]any, string, error) {
				p, err := h.Orders.List(ctx, who, order.Query{Filter: q.Filter, Sort: q.Sort, Limit: q.Limit, Cursor: q.Cursor})
				return anyOf(p.Items), string(p.Next), err
			}},
		{Kind: "task", May: access.CustomerExport, Catalogue: h.Tasks.Fields(), Key: "id", Show: h.shownAs,
			Page: func(ctx context.Context, who access.Actor, q export.Query) ([]any, string, error) {
				p, err := h.Tasks.List(ctx, who, task.Query{View: cmp.Or(q.Params["view"], "open"), Owner: cmp.Or(q.Params["owner"], "me"), Customer: q.Params["customer_id"], Limit: q.Limit, Cursor: q.Cursor})
				return anyOf(p.Items), string(p.Next), err
			}},
		{Kind: "need", May: access.CustomerExport, Catalogue: h.Needs.Fields(), Key: "code", Show: h.shownAs,
			Page: func(ctx context.Context, who access.Actor, q export.Query) ([]any, string, error) {
				if !who.Can(access.NeedRead) {
					return nil, "", db.ErrDenied
				}
				p, err := h.Needs.List(ctx, who, need.Query{Filter: q.Filter, Sort: q.Sort, Limit: q.Limit, Cursor: q.Cursor})
				return anyOf(p.Items), string(p.Next), err
			}},
		{Kind: "feedback", May: access.CustomerExport, Catalogue: h.Feedback.Fields(), Key: "code", Show: h.shownAs,
			Page: func(ctx context.Context, who access.Actor, q export.Query) ([]any, string, error) {
				if !who.Can(access.FeedbackRead) {
					return nil, "", db.ErrDenied
				}
				p, err := h.Feedback.List(ctx, who, feedback.Query{Filter: q.Filter, Sort: q.Sort, Limit: q.Limit, Cursor: q.Cursor})
				return anyOf(p.Items), string(p.Next), err
			}},
	}
}

func anyOf[T any](items []T) []any {
	out := make([]any, len(items))
	for i := range items {
		out[i] = items[i]
	}
	return out
}

// shownAs gives a code as people read it, and as an import reads it back: the national lists in Chinese for that.
func (h Lists) shownAs(tx *db.Tx, f customfield.Field, code, lang string) (string, error) {
	switch f.Kind {
	case customfield.Industry:
		return rule.IndustryLabel(code, "zh-CN"), nil
	case customfield.Region:
		return rule.RegionLabel(code, "zh-CN"), nil
	case customfield.User:
		return account.NameOf(tx, code)
	case customfield.Customer:
		c, err := h.Customers.Line(tx, code)
		if errors.Is(err, db.ErrNotFound) {
			return "", nil
		}
		return c.Name, err
	}
	w, err := h.Book.In(tx)
	if err != nil {
		return "", err
	}
	if f.Kind == customfield.Stage {
		if st, ok := w.StageByCode("customer", code); ok {
			return st.Label(lang), nil
		}
		return code, nil
	}
	return w.Label(lang, f.Dictionary, code), nil
}
