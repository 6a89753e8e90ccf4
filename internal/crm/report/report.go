// Package report is 报表: figures of what salespeople do, grouped and over time. Every figure
// is a count or sum of rows in the viewer's reach, and names the list that holds them.
package report

import (
	"slices"

	"zhike/internal/base/api"
)

// An Ask is what a report asks: of which records, what, by what, of which time.
type Ask struct {
	Subject  string   `json:"subject" enum:"customer,order,follow_up,need,feedback"`
	Measures []string `json:"measures" minItems:"1" maxItems:"6"`
	By       []string `json:"by,omitempty" maxItems:"2" doc:"A field; an instant or day as field:day, :month, :quarter or :year; industry:class; region:province. Of records that hang on customers, customer.<field> too."`
	Filter   string   `json:"filter,omitempty" maxLength:"8192" doc:"A filter of the subject."`
	Period   Period   `json:"period,omitempty"`
}

// A Period is a span of days, both included, in the company's zone.
type Period struct {
	Preset string `json:"preset,omitempty" enum:"today,this_week,last_week,this_month,last_month,this_quarter,last_quarter,this_year,last_year,last_30_days,last_90_days,last_12_months,last_3_years,all"`
	From   string `json:"from,omitempty" maxLength:"10"`
	To     string `json:"to,omitempty" maxLength:"10"`
}

// The units of figures.
const (
	Count   = "count"
	Fen     = "fen"
	Percent = "percent" // in hundredths: 1234 is 12.34 %
	Score   = "score"   // in hundredths: 450 is 4.50
	Days    = "days"    // in hundredths
	Hours   = "hours"   // in hundredths
)

// A Column of figures.
type Column struct {
	Name  string `json:"name"`
	Label string `json:"label"`
	Unit  string `json:"unit" enum:"count,fen,percent,score,days,hours"`
}

// A Dimension that figures are grouped by.
type Dimension struct {
	Name  string `json:"name"`
	Label string `json:"label"`
}

// A Key is one value of a dimension.
type Key struct {
	Value string `json:"value"`
	Label string `json:"label"`
}

// A Figure is one number, and the list behind it.
type Figure struct {
	Value *int64   `json:"value" doc:"Null where nothing can be said: a mean of nothing."`
	List  api.Text `json:"list" doc:"The filter that gives the rows behind it, as JSON text; null where there is no such list."`
}

// A Row of figures.
type Row struct {
	Keys    []Key    `json:"keys"`
	Figures []Figure `json:"figures"`
}

// An Answer is a table of figures.
type Answer struct {
	Subject string      `json:"subject" doc:"Which list the figures open: customers, orders, follow-ups …"`
	By      []Dimension `json:"by"`
	Columns []Column    `json:"columns"`
	Rows    []Row       `json:"rows"`
	Total   []Figure    `json:"total" doc:"The same of all rows together. A mean's is the mean of all, not of means."`
	From    api.Text    `json:"from"`
	To      api.Text    `json:"to"`
	More    bool        `json:"more" doc:"There are more rows than an answer holds."`
}

// archivedToo is what a list of customers is opened with: figures count those that are archived.
const archivedToo = `{"field":"archived_too","op":"eq","value":true}`

// opened gives each figure of customers the list that holds the archived ones too.
func opened(a Answer, err error) (Answer, error) {
	if a.Subject != "customer" {
		return a, err
	}
	for _, row := range append(slices.Clone(a.Rows), Row{Figures: a.Total}) {
		for i, f := range row.Figures {
			if f.List != "" {
				row.Figures[i].List = api.Text(all(string(f.List), archivedToo))
			}
		}
	}
	return a, err
}

// mostRows bounds an answer.
const mostRows = 2000

func figure(v int64, list string) Figure { return Figure{&v, api.Text(list)} }

// part is a share in hundredths of a percent, rounded half up; nothing of nothing.
func part(of, all int64, list string) Figure {
	if all == 0 {
		return Figure{nil, api.Text(list)}
	}
	return figure((of*20_000+all)/(2*all), list)
}

// mean is a mean in hundredths, rounded half up.
func mean(sum, n int64, list string) Figure {
	if n == 0 {
		return Figure{nil, api.Text(list)}
	}
	return figure((sum*200+n)/(2*n), list)
}

const hour = int64(60 * 60 * 1000)

// hours is a mean of milliseconds as hours in hundredths, rounded half up.
func hours(ms, n int64) Figure {
	if n == 0 {
		return Figure{}
	}
	return figure((ms*200+n*hour)/(2*n*hour), "")
}
