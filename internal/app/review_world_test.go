package app

import (
	"testing"

	"zhike/internal/crm/review"
)

// reviewed opens the review of 销售一部 for the week that ends as the world begins, with a tick, a word on
// the whole and one on a customer; and says that it is weekly.
func (w *world) reviewed(t *testing.T) {
	t.Helper()
	ctx, leader := t.Context(), w.actors["leader"]
	p, err := w.Reviews.AddPlan(ctx, leader, review.NewPlan{DepartmentID: w.branch, Every: review.Weekly, FirstOn: "2026-02-23"})
	must(t, err)
	r, err := w.Reviews.Open(ctx, leader, review.Opening{DepartmentID: w.branch, From: "2026-02-24", To: "2026-03-02"})
	must(t, err)
	w.plan, w.review = p.ID, r.ID
	own := w.placements["own"]["customers"]
	_, err = w.Reviews.Tick(ctx, leader, r.ID, 0, review.Ticking{CustomerID: own, Reviewed: true})
	must(t, err)
	for _, customer := range []string{"", own} {
		_, err = w.Reviews.Comment(ctx, leader, r.ID, review.NewComment{Text: "先打 " + canaryText, CustomerID: customer})
		must(t, err)
	}
}

// lookedBack closes a second review, so that there are kept records.
func (w *world) lookedBack(t *testing.T) {
	t.Helper()
	ctx, leader := t.Context(), w.actors["leader"]
	r, err := w.Reviews.Open(ctx, leader, review.Opening{DepartmentID: w.branch, From: "2026-03-01", To: "2026-03-02"})
	must(t, err)
	_, err = w.Reviews.Close(ctx, leader, r.ID, r.Version)
	must(t, err)
	w.closed = r.ID
}
