package app

import (
	"slices"
	"testing"
	"time"

	"zhike/internal/base/api"
	"zhike/internal/crm/task"
	"zhike/internal/platform/fault"
)

// A day and a week of tasks: what is due from midnight to midnight of the company's calendar,
// done or not, and nothing beside.
func TestTasksBySpan(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		east := w.actors["east"]
		zone, err := time.LoadLocation("Asia/Shanghai")
		must(t, err)
		at := func(day, hour, minute int) api.Time {
			return api.Time(time.Date(2027, 3, day, hour, minute, 0, 0, zone).UnixMilli())
		}
		for title, due := range map[string]api.Time{"前一天": at(7, 23, 59), "一": at(8, 0, 0), "二": at(8, 23, 59), "三": at(14, 18, 0), "后一天": at(15, 0, 0)} {
			made, err := w.Tasks.Create(ctx, east, task.New{Title: title, DueAt: due})
			must(t, err)
			if title == "二" {
				_, err = w.Tasks.Done(ctx, east, made.ID, made.Version)
				must(t, err)
			}
		}
		for _, c := range []struct {
			view, from, until string
			want              []string
		}{
			{"all", "2027-03-08", "2027-03-08", []string{"一", "二"}},
			{"open", "2027-03-08", "2027-03-08", []string{"一"}},
			{"all", "2027-03-08", "2027-03-14", []string{"一", "二", "三"}},
			{"all", "2027-03-09", "2027-03-13", nil},
			{"all", "2027-03-15", "", []string{"后一天"}},
		} {
			got, err := w.Tasks.List(ctx, east, task.Query{View: c.view, Owner: "me", DueFrom: c.from, DueUntil: c.until, Limit: 50})
			must(t, err)
			var titles []string
			for _, x := range got.Items {
				titles = append(titles, x.Title)
			}
			if !slices.Equal(titles, c.want) {
				t.Errorf("%s from %s to %s: %v", c.view, c.from, c.until, titles)
			}
		}
		if _, err := w.Tasks.List(ctx, east, task.Query{View: "all", Owner: "me", DueFrom: "2027-02-30", Limit: 50}); fault.Code(err) != "invalid" {
			t.Errorf("a day that there is not: %v", err)
		}
	})
}
