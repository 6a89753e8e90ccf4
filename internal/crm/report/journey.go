package report

import (
	"slices"
	"time"

	"zhike/internal/base/dictionary"
	"zhike/internal/crm/customer"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

var (
	// turned counts customers that came to a status, each once in a span.
	turned = db.SQL(`SELECT {a} AS a, {b} AS b, count(DISTINCT s.customer_id) AS n FROM {status_spans s} JOIN {customers c} ON c.id = s.customer_id
		WHERE s.next_status = :next AND (s.status = :status OR :status = '*') AND s.until_at >= :from AND s.until_at < :until AND {filter} GROUP BY 1, 2`, customer.Spans, customer.Table)
	came = db.SQL(`SELECT count(DISTINCT m.customer_id) AS n FROM {stage_moves m} JOIN {customers c} ON c.id = m.customer_id
		WHERE m.to_stage = :stage AND m.at >= :from AND m.at < :until AND {filter}`, customer.Moves, customer.Table)
	wentOn = db.SQL(`SELECT count(DISTINCT m.customer_id) AS n FROM {stage_moves m} JOIN {customers c} ON c.id = m.customer_id
		WHERE m.to_stage = :stage AND m.at >= :from AND m.at < :until AND {filter}
		AND EXISTS (SELECT 1 FROM {stage_moves x} WHERE x.customer_id = m.customer_id AND x.id > m.id AND x.to_stage IN (:stages))`, customer.Moves, customer.Table)
	stays = db.SQL(`SELECT m.stayed_ms AS n FROM {stage_moves m} JOIN {customers c} ON c.id = m.customer_id
		WHERE m.from_stage = :stage AND m.at >= :from AND m.at < :until AND {filter} ORDER BY m.stayed_ms`, customer.Moves, customer.Table)
	deals = db.SQL(`SELECT {a} AS a, c.won_at, c.first_talk_on, c.created_at FROM {customers c} WHERE {filter}`, customer.Table)
	held  = db.SQL(`SELECT count(*) AS n FROM {customers c} WHERE {filter}`, customer.Table)
)

// where is what customers a standard report is narrowed to.
func (s *Service) where(v view, filter ...string) ([]db.Cond, error) {
	text := all(filter...)
	return s.Customers.Fields.Compile(v.tx, v.zone, text)
}

// count counts customers that meet filters: what the list says, too.
func (s *Service) count(v view, filter ...string) (int64, error) {
	w, err := s.where(v, filter...)
	if err != nil {
		return 0, err
	}
	n, err := db.Find[db.Count](v.tx, held, nil, db.With{Where: w})
	if err != nil {
		return 0, err
	}
	return n[0].N, nil
}

func became(from, to string, s span) string {
	return leaf{"status_became", "eq", []string{from, to, s.first(), s.last()}}.text()
}

func wasOn(status string, at time.Time) string {
	return leaf{"status_on", "eq", []string{status, at.Format(time.DateOnly)}}.text()
}

// bySteps counts what turned in each step of a period.
func (s *Service) bySteps(v view, from, to, filter string, steps []time.Time) (map[int64]int64, error) {
	w, err := s.where(v, filter)
	if err != nil {
		return nil, err
	}
	var edges []any
	for _, at := range steps {
		edges = append(edges, at.UnixMilli())
	}
	rows, err := db.Find[sums](v.tx, turned, db.Args{"next": to, "status": from, "from": steps[0].UnixMilli(), "until": steps[len(steps)-1].UnixMilli()},
		db.With{Where: w, By: db.Group(db.KeySteps(db.Col("s.until_at"), edges), db.Key{})})
	out := map[int64]int64{}
	for _, r := range rows {
		i, _ := r.A.(int64)
		out[i-1] = r.N
	}
	return out, err
}

// growth: who was new, won and lost in each month, and what remains of it.
func (s *Service) growth(v view, q StandardQuery, p span) (out Answer, err error) {
	steps, ok := p.steps("month")
	if !ok {
		return out, fault.Rule("period_too_long", "period")
	}
	fresh, err := s.answer(v, Ask{Subject: "customer", Measures: []string{"count"}, By: []string{"created_at:month"}, Filter: q.Filter, Period: Period{From: p.first(), To: p.last()}})
	if err != nil {
		return out, err
	}
	wins, err := s.bySteps(v, "*", dictionary.StatusWon, q.Filter, steps)
	if err != nil {
		return out, err
	}
	losses, err := s.bySteps(v, "*", dictionary.StatusLost, q.Filter, steps)
	if err != nil {
		return out, err
	}
	out.By = []Dimension{{"month", v.word("report.month")}}
	out.Columns = v.columns([2]string{"new", Count}, [2]string{"won", Count}, [2]string{"lost", Count}, [2]string{"net", Count})
	line := func(n, w, l int64, sp span) []Figure {
		return []Figure{figure(n, all(q.Filter, within("created_at", sp))), figure(w, all(q.Filter, became("*", "won", sp))), figure(l, all(q.Filter, became("*", "lost", sp))), figure(n-l, "")}
	}
	var total [3]int64
	for i := range len(steps) - 1 {
		name := called("month", steps[i])
		n := int64(0)
		if k := slices.IndexFunc(fresh.Rows, func(r Row) bool { return r.Keys[0].Value == name }); k >= 0 {
			n = *fresh.Rows[k].Figures[0].Value
		}
		out.Rows = append(out.Rows, Row{[]Key{{name, name}}, line(n, wins[int64(i)], losses[int64(i)], span{from: steps[i], until: steps[i+1]})})
	}
	total[0] = *fresh.Total[0].Value
	for i, to := range []string{"won", "lost"} {
		if total[i+1], err = s.count(v, q.Filter, became("*", to, p)); err != nil {
			return out, err
		}
	}
	out.Total = line(total[0], total[1], total[2], p)
	return out, nil
}

// funnel: of who came into each stage, who went on, who won, and how long they stayed.
func (s *Service) funnel(v view, q StandardQuery, p span) (out Answer, err error) {
	out.By = []Dimension{{"stage", v.word("report.stage")}}
	out.Columns = v.columns([2]string{"entered", Count}, [2]string{"went_on", Count}, [2]string{"conversion", Percent}, [2]string{"to_deal", Percent}, [2]string{"median_days", Days})
	w, err := s.where(v, q.Filter)
	if err != nil {
		return out, err
	}
	var stages []dictionary.Stage
	for _, st := range v.words.Stages(dictionary.OfCustomer) {
		if st.Phase == dictionary.Lead || st.Phase == dictionary.Deal {
			stages = append(stages, st)
		}
	}
	var won []string
	for _, st := range v.words.Stages(dictionary.OfCustomer) {
		if st.Status == dictionary.StatusWon {
			won = append(won, st.Code)
		}
	}
	for i, st := range stages {
		beyond := append([]string{}, won...)
		for _, next := range stages[i+1:] {
			beyond = append(beyond, next.Code)
		}
		beyond = slices.DeleteFunc(beyond, func(code string) bool { return code == st.Code })
		args := db.Args{"stage": st.Code, "from": p.from.UnixMilli(), "until": p.until.UnixMilli(), "stages": beyond}
		ask := func(q db.Query) (int64, error) {
			n, err := db.Find[db.Count](v.tx, q, args, db.With{Where: w})
			if err != nil {
				return 0, err
			}
			return n[0].N, nil
		}
		in, err := ask(came)
		if err != nil {
			return out, err
		}
		on, err := ask(wentOn)
		if err != nil {
			return out, err
		}
		args["stages"] = won
		deal, err := ask(wentOn)
		if err != nil {
			return out, err
		}
		if st.Status == dictionary.StatusWon {
			deal = in
		}
		stayed, err := db.Find[db.Count](v.tx, stays, args, db.With{Where: w})
		if err != nil {
			return out, err
		}
		out.Rows = append(out.Rows, Row{[]Key{{st.Code, st.Label(v.lang)}}, []Figure{
			figure(in, all(q.Filter, leaf{"entered_stage", "eq", []string{st.Code, p.first(), p.last()}}.text())),
			figure(on, ""), part(on, in, ""), part(deal, in, ""), middle(stayed)}})
	}
	out.Total = []Figure{{}, {}, {}, {}, {}}
	return out, nil
}

const day = 24 * 3600 * 1000

// middle is the median of stays, which rise, in hundredths of a day.
func middle(stays []db.Count) Figure {
	n := len(stays)
	if n == 0 {
		return Figure{}
	}
	return figure((stays[(n-1)/2].N+stays[n/2].N)*100/(2*day), "")
}

// cycle: the days from the first talk to the deal, by industry, source or owner.
func (s *Service) cycle(v view, q StandardQuery, p span) (out Answer, err error) {
	by := q.By
	if by == "" {
		by = "owner_id"
	}
	if !slices.Contains([]string{"industry", "source", "owner_id", "area", "grade"}, by) {
		return out, fault.Rule("unknown_field", "by")
	}
	if by == "industry" {
		by = "industry:class"
	}
	sub, _ := find("customer")
	a, err := s.axis(v, sub, by, p)
	if err != nil {
		return out, err
	}
	w, err := s.where(v, q.Filter, within("won_at", p))
	if err != nil {
		return out, err
	}
	rows, err := db.Find[struct {
		A       any    `db:"a"`
		WonAt   int64  `db:"won_at"`
		Talked  string `db:"first_talk_on"`
		Created int64  `db:"created_at"`
	}](v.tx, deals, nil, db.With{Where: w, By: db.Group(a.key, db.Key{})})
	if err != nil {
		return out, err
	}
	type group struct {
		key  Key
		list string
		days []int64
	}
	var groups []*group
	whole := &group{}
	for _, r := range rows {
		d := Cycle(r.WonAt, r.Talked, r.Created, v.zone)
		k, found := a.call(r.A)
		i := slices.IndexFunc(groups, func(g *group) bool { return g.key.Value == k.Value })
		if i < 0 {
			groups, i = append(groups, &group{k, found, nil}), len(groups)
		}
		groups[i].days, whole.days = append(groups[i].days, d), append(whole.days, d)
	}
	out.By = []Dimension{a.Dimension}
	out.Columns = v.columns([2]string{"deals", Count}, [2]string{"mean_days", Days}, [2]string{"median_days", Days})
	line := func(g *group) []Figure {
		slices.Sort(g.days)
		sum, n := int64(0), int64(len(g.days))
		for _, d := range g.days {
			sum += d
		}
		median := Figure{}
		if n > 0 {
			median = figure((g.days[(n-1)/2]+g.days[n/2])*50, "")
		}
		return []Figure{figure(n, all(q.Filter, within("won_at", p), g.list)), mean(sum, n, ""), median}
	}
	for _, g := range groups {
		out.Rows = append(out.Rows, Row{[]Key{g.key}, line(g)})
	}
	out.Total = line(whole)
	if err := s.name(v, &out); err != nil {
		return out, err
	}
	sortRows(out.Rows, nil)
	return out, nil
}

// Cycle is how many days a deal took: from the day of the first talk, else of the record,
// to the day it was won (DOMAIN §15, 首次沟通日期).
func Cycle(wonAt int64, talked string, created int64, zone *time.Location) int64 {
	won := midnight(time.UnixMilli(wonAt).In(zone))
	from := midnight(time.UnixMilli(created).In(zone))
	if t, err := time.ParseInLocation(time.DateOnly, talked, zone); err == nil {
		from = t
	}
	return max(0, int64(won.Sub(from).Hours()+12)/24)
}

// churn: of who was a customer as a month began, who was lost in it (DOMAIN §15).
func (s *Service) churn(v view, q StandardQuery, p span) (out Answer, err error) {
	steps, ok := p.steps("month")
	if !ok || len(steps) > 61 {
		return out, fault.Rule("period_too_long", "period")
	}
	out.By = []Dimension{{"month", v.word("report.month")}}
	out.Columns = v.columns([2]string{"at_start", Count}, [2]string{"lost", Count}, [2]string{"churn_rate", Percent}, [2]string{"retention_rate", Percent})
	line := func(sp span) ([]Figure, error) {
		start, lost := all(q.Filter, wasOn("won", sp.from)), all(q.Filter, became("won", "lost", sp))
		n, err := s.count(v, start)
		if err != nil {
			return nil, err
		}
		l, err := s.count(v, lost)
		if err != nil {
			return nil, err
		}
		return []Figure{figure(n, start), figure(l, lost), part(l, n, ""), part(n-l, n, "")}, nil
	}
	for i := range len(steps) - 1 {
		if steps[i].After(v.now) {
			break
		}
		figures, err := line(span{from: steps[i], until: steps[i+1]})
		if err != nil {
			return out, err
		}
		name := called("month", steps[i])
		out.Rows = append(out.Rows, Row{[]Key{{name, name}}, figures})
	}
	out.Total, err = line(p)
	return out, err
}

// losses: who was lost in the period, by why.
func (s *Service) losses(v view, q StandardQuery, p span) (Answer, error) {
	return s.answer(v, Ask{Subject: "customer", Measures: []string{"count", "share"}, By: []string{"loss_reason"}, Filter: all(q.Filter, became("*", "lost", p))})
}

// industryTrend: the customers there were at the end of each year, by industry, and their share.
func (s *Service) industryTrend(v view, q StandardQuery, p span) (out Answer, err error) {
	steps, ok := p.steps("year")
	if !ok {
		return out, fault.Rule("period_too_long", "period")
	}
	out.By = []Dimension{{"year", v.word("report.year")}, {"industry", v.word("customer.field.industry")}}
	out.Columns = v.columns([2]string{"customers", Count}, [2]string{"share", Percent})
	for i := range len(steps) - 1 {
		until := leaf{"created_at", "lte", steps[i+1].AddDate(0, 0, -1).Format(time.DateOnly)}.text()
		a, err := s.answer(v, Ask{Subject: "customer", Measures: []string{"count", "share"}, By: []string{"industry:class"}, Filter: all(q.Filter, until)})
		if err != nil {
			return out, err
		}
		year := called("year", steps[i])
		for _, r := range a.Rows {
			out.Rows = append(out.Rows, Row{append([]Key{{year, year}}, r.Keys...), r.Figures})
		}
		out.Total = a.Total
	}
	return out, nil
}
