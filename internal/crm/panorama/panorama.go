// Package panorama is 客户信息全景视图: what the page of a customer shows beside the customer
// itself, in one answer.
package panorama

import (
	"context"
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/crm/alert"
	"zhike/internal/crm/attachment"
	"zhike/internal/crm/comment"
	"zhike/internal/crm/contact"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/directory"
	"zhike/internal/crm/group"
	"zhike/internal/crm/keychange"
	"zhike/internal/crm/order"
	"zhike/internal/crm/quality"
	"zhike/internal/crm/segment"
	"zhike/internal/crm/task"
	"zhike/internal/crm/timeline"
)

// A Panorama has the first page of every part, each as its own list gives it. A part that the
// viewer has no permission for is null.
type Panorama struct {
	Timeline    api.Page[timeline.Item]          `json:"timeline"`
	Tasks       *api.Page[task.Task]             `json:"tasks" doc:"Those that are open, whoever has them."`
	Comments    *api.Items[comment.Comment]      `json:"comments" doc:"On the follow-ups of this page of the timeline."`
	Contacts    *api.Items[contact.Contact]      `json:"contacts"`
	Affiliates  *api.Items[directory.Affiliate]  `json:"affiliates"`
	Orders      *order.Page                      `json:"orders" doc:"Counted, and summed for who may see amounts."`
	Attachments *api.Page[attachment.Attachment] `json:"attachments"`
	Alerts      api.Page[alert.Alert]            `json:"alerts"`
	Checks      quality.Standing                 `json:"checks"`
	Segments    api.Items[segment.Standing]      `json:"segments"`
	KeyChanges  api.Items[keychange.Request]     `json:"key_changes"`
	Group       group.Group                      `json:"group"`
}

// Service asks the parts.
type Service struct {
	Timeline  *timeline.Service
	Tasks     *task.Service
	Comments  *comment.Service
	Directory *directory.Service
	Orders    *order.Service
	Files     *attachment.Service
	Alerts    *alert.Service
	Quality   *quality.Service
	Segments  *segment.Service
	Keys      *keychange.Service
	Groups    *group.Service
}

// How many of each part a page shows before somebody asks for more; the parts' own lists go on from their cursors.
const (
	happenings = 30
	records    = 100
	files      = 200
)

// Of gives the parts of a customer that the viewer sees. Each is read by its own use case, so
// that what it hides and masks is decided there alone.
func (s *Service) Of(ctx context.Context, who access.Actor, id string, _ struct{}) (p Panorama, err error) {
	for _, part := range []struct {
		may  access.Permission
		read func() error
	}{
		{access.CustomerRead, func() (err error) {
			p.Timeline, err = s.Timeline.List(ctx, who, id, timeline.Query{Limit: happenings})
			return err
		}},
		{access.FollowUpRead, part(&p.Comments, func() (api.Items[comment.Comment], error) { return s.comments(ctx, who, id, p.Timeline.Items) })},
		{access.TaskRead, part(&p.Tasks, func() (api.Page[task.Task], error) {
			return s.Tasks.List(ctx, who, task.Query{View: "open", Owner: "all", Customer: id, Limit: records})
		})},
		{access.ContactRead, part(&p.Contacts, func() (api.Items[contact.Contact], error) { return s.Directory.Of(ctx, who, id, struct{}{}) })},
		{access.ContactRead, part(&p.Affiliates, func() (api.Items[directory.Affiliate], error) {
			return s.Directory.Affiliates(ctx, who, id, struct{}{})
		})},
		{access.OrderRead, part(&p.Orders, func() (order.Page, error) {
			return s.Orders.Of(ctx, who, id, order.Query{Limit: records, Count: true, Sum: true})
		})},
		{access.CustomerRead, part(&p.Attachments, func() (api.Page[attachment.Attachment], error) {
			return s.Files.Of(ctx, who, id, attachment.Query{Limit: files})
		})},
		{access.CustomerRead, func() (err error) {
			p.Alerts, err = s.Alerts.Standing(ctx, who, alert.Query{Customer: id, Limit: records / 2})
			return err
		}},
		{access.CustomerRead, func() (err error) { p.Checks, err = s.Quality.List(ctx, who, id, struct{}{}); return err }},
		{access.CustomerRead, func() (err error) { p.KeyChanges, err = s.Keys.Of(ctx, who, id, struct{}{}); return err }},
		{access.CustomerRead, func() (err error) { p.Group, err = s.Groups.Of(ctx, who, id, struct{}{}); return err }},
		{access.CustomerRead, func() (err error) { p.Segments, err = s.Segments.Of(ctx, who, id, struct{}{}); return err }},
	} {
		if !who.Can(part.may) {
			continue
		}
		if err := part.read(); err != nil {
			return p, err
		}
	}
	return p, nil
}

func (s *Service) comments(ctx context.Context, who access.Actor, id string, happened []timeline.Item) (api.Items[comment.Comment], error) {
	var talks []string
	for _, i := range happened {
		if i.FollowUp != nil {
			talks = append(talks, i.FollowUp.ID)
		}
	}
	if len(talks) == 0 {
		return api.Items[comment.Comment]{Items: []comment.Comment{}}, nil
	}
	return s.Comments.Of(ctx, who, id, comment.Query{FollowUps: strings.Join(talks, ",")})
}

func part[T any](into **T, read func() (T, error)) func() error {
	return func() error {
		got, err := read()
		*into = &got
		return err
	}
}

// Routes are the one operation.
func (s *Service) Routes(r *api.Router) {
	api.ListUnder(r, api.Op{Path: "/customers/{id}/panorama", May: access.CustomerRead, On: customer.Table}, s.Of)
}
