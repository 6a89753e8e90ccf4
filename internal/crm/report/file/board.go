package file

import (
	"context"
	"errors"
	"strconv"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/crm/report"
	"zhike/internal/platform/db"
	"zhike/internal/platform/paper"
	"zhike/locale"
)

// cards of a dashboard: reports that ship, the ranking by what the viewer may see of it.
var cards = []struct {
	code, chart string
	period      bool // the dashboard's; else the report's own
	unless      string
}{
	{"growth", "bar", false, ""},
	{"funnel", "funnel", false, ""},
	{"by_source", "pie", true, ""},
	{"orders_by_person", "bar", true, ""},
	{"effort", "bar", true, "orders_by_person"},
}

// board answers the dashboard and what stands beside its figures.
func (s *Service) board(ctx context.Context, who access.Actor, q Query, p *Printed) error {
	if q.Preset == "" {
		q.Preset = "this_month"
	}
	b, err := s.Board(ctx, who, report.BoardQuery{Period: q.Preset, Filter: q.Filter})
	if err != nil {
		return err
	}
	p.Board, p.Name, p.Answer.Subject = &b, locale.Text(p.Lang, "report.paper.board", nil), "customer"
	p.Answer.From, p.Answer.To = api.Text(b.From), api.Text(b.To)
	shown := map[string]bool{}
	for _, c := range cards {
		if shown[c.unless] {
			continue
		}
		narrow := report.StandardQuery{Filter: q.Filter}
		if c.period {
			narrow.Preset = q.Preset
		}
		st, a, err := s.Reports.Named(ctx, who, c.code, narrow)
		if errors.Is(err, db.ErrNotFound) || errors.Is(err, db.ErrDenied) {
			continue
		}
		if err != nil {
			return err
		}
		if len(a.Rows) == 0 && c.code == "orders_by_person" {
			continue
		}
		shown[c.code] = true
		period := report.Period{Preset: narrow.Preset}
		if period.Preset == "" {
			period.Preset = st.Period
		}
		p.Cards = append(p.Cards, Printed{Name: st.Label, Lang: p.Lang, Answer: a, Chart: c.chart, Period: spoken(p.Lang, period, a)})
	}
	kept, err := s.Reports.ListSaved(ctx, who, struct{}{})
	if err != nil {
		return err
	}
	for _, k := range kept.Items {
		if !k.OnBoard {
			continue
		}
		a, err := s.Reports.Answer(ctx, who, k.Ask)
		if errors.Is(err, db.ErrDenied) {
			continue
		}
		if err != nil {
			return err
		}
		p.Cards = append(p.Cards, Printed{Name: k.Name, Lang: p.Lang, Answer: a, Chart: k.Chart, Period: spoken(p.Lang, k.Ask.Period, a)})
	}
	return nil
}

// tiles are the key figures, four in a row.
func tiles(d *paper.Document, p Printed) {
	var all []paper.Tile
	for _, f := range p.Board.Figures {
		t := paper.Tile{Label: f.Label, Value: brief(p.Lang, f.Unit, f.Figure.Value)}
		for _, x := range []struct {
			before *int64
			than   string
		}{{f.Before, "report.paper.before"}, {f.LastYear, "report.paper.last_year"}} {
			text, good := moved(f.Unit, f.Figure.Value, x.before, f.Good)
			if text != "" {
				t.Notes = append(t.Notes, paper.Moved{Than: locale.Text(p.Lang, x.than, nil), By: text, Good: good > 0, Bad: good < 0})
			}
		}
		for _, v := range f.Trend {
			if v == nil {
				t.Trend = append(t.Trend, nil)
				continue
			}
			x := float64(*v)
			t.Trend = append(t.Trend, &x)
		}
		all = append(all, t)
	}
	d.Tiles(all)
}

// moved is how a figure changed: in percent of what it was, a share in percentage points;
// and whether that is for the better (1) or worse (-1).
func moved(unit string, now, was *int64, good string) (string, int) {
	if now == nil || was == nil || unit != report.Percent && *was == 0 {
		return "", 0
	}
	by := float64(*now-*was) / 100
	if unit != report.Percent {
		by = float64(*now-*was) / float64(max(*was, -*was)) * 100
	}
	if by > -0.05 && by < 0.05 {
		return "0%", 0
	}
	way := 1
	if (by > 0) != (good == "up") {
		way = -1
	}
	sign := "+"
	if by < 0 {
		sign = ""
	}
	text := sign + strconv.FormatFloat(by, 'f', 1, 64) + "%"
	if unit == report.Percent {
		text = sign + strconv.FormatFloat(by, 'f', 1, 64) + "pp"
	}
	if by > 999 {
		text = ">999%"
	}
	return text, way
}
