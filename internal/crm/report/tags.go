package report

import (
	"slices"
	"time"

	"zhike/internal/crm/customer"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// needTags is the group of tags that say what customers need (DICTIONARIES 10).
const needTags = "need"

var (
	tagged = db.SQL(`SELECT {a} AS a, {b} AS b, count(DISTINCT t.customer_id) AS n FROM {tag_spans t} JOIN {customers c} ON c.id = t.customer_id
		WHERE t.tag IN (:tags) AND t.from_at >= :from AND t.from_at < :until AND {filter} GROUP BY 1, 2`, customer.TagSpans, customer.Table)
	tagsOn = db.SQL(`SELECT t.tag AS tag, count(DISTINCT t.customer_id) AS n FROM {tag_spans t} JOIN {customers c} ON c.id = t.customer_id
		WHERE t.tag IN (:tags) AND t.from_at < :moment AND (t.until_at = 0 OR t.until_at >= :moment) AND {filter} GROUP BY 1`, customer.TagSpans, customer.Table)
)

type tagCount struct {
	Tag string `db:"tag"`
	N   int64  `db:"n"`
}

func tagGiven(tag string, s span) string {
	return leaf{"tag_given", "eq", []string{tag, s.first(), s.last()}}.text()
}

func tagOn(tag string, at time.Time) string {
	return leaf{"tag_on", "eq", []string{tag, at.Format(time.DateOnly)}}.text()
}

// tagTrend: which needs customers were tagged with in each month, and how many had the tag at its end.
func (s *Service) tagTrend(v view, q StandardQuery, p span) (out Answer, err error) {
	steps, ok := p.steps("month")
	if !ok {
		return out, fault.Rule("period_too_long", "period")
	}
	tags := v.words.Under("tag", needTags)
	w, err := s.where(v, q.Filter)
	if err != nil {
		return out, err
	}
	var edges []any
	for _, at := range steps {
		edges = append(edges, at.UnixMilli())
	}
	given := map[string]int64{}
	rows, err := db.Find[sums](v.tx, tagged, db.Args{"tags": tags, "from": steps[0].UnixMilli(), "until": p.until.UnixMilli()},
		db.With{Where: w, By: db.Group(db.KeySteps(db.Col("t.from_at"), edges), db.KeyOf(db.Col("t.tag")))})
	if err != nil {
		return out, err
	}
	for _, r := range rows {
		i, _ := r.A.(int64)
		given[called("month", steps[i-1])+plain(r.B)] = r.N
	}
	out.By = []Dimension{{"month", v.word("report.month")}, {"tag", v.word("report.tag")}}
	out.Columns = v.columns([2]string{"tagged", Count}, [2]string{"with_tag", Count})
	tomorrow := midnight(v.now).AddDate(0, 0, 1)
	for i := range len(steps) - 1 {
		end := steps[i+1]
		if end.After(tomorrow) {
			end = tomorrow
		}
		had, err := db.Find[tagCount](v.tx, tagsOn, db.Args{"tags": tags, "moment": end.UnixMilli()}, db.With{Where: w})
		if err != nil {
			return out, err
		}
		month := called("month", steps[i])
		for _, tag := range tags {
			n, held := given[month+tag], int64(0)
			if k := slices.IndexFunc(had, func(h tagCount) bool { return h.Tag == tag }); k >= 0 {
				held = had[k].N
			}
			if n == 0 && held == 0 || steps[i].After(v.now) {
				continue
			}
			out.Rows = append(out.Rows, Row{[]Key{{month, month}, {tag, v.words.Label(v.lang, "tag", tag)}}, []Figure{
				figure(n, all(q.Filter, tagGiven(tag, span{from: steps[i], until: steps[i+1]}))),
				figure(held, all(q.Filter, tagOn(tag, end))),
			}})
		}
	}
	return out, nil
}
