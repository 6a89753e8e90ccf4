// Package standard serves the national lists that forms pick from: regions (GB/T 2260)
// and industries (GB/T 4754).
package standard

import (
	"context"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/dictionary"
	"zhike/internal/crm/rule"
)

// Service has no data of its own: the lists are facts of crm/rule.
type Service struct{}

// A Place is one node of the regions.
type Place struct {
	Code string `json:"code"`
	// Name is in the viewer's language; counties are written in Chinese in both.
	Name   string   `json:"name"`
	Parent api.Text `json:"parent"`
	Level  string   `json:"level" enum:"province,prefecture,county"`
	Area   api.Text `json:"area"`
	// AreaName is what the area is called in the viewer's language.
	AreaName api.Text `json:"area_name"`
}

// A Trade is one node of GB/T 4754.
type Trade struct {
	Code string `json:"code"`
	// Name is in the viewer's language.
	Name   string   `json:"name"`
	Parent api.Text `json:"parent"`
}

func regions(ctx context.Context, _ access.Actor, _ struct{}) (out api.Items[Place], err error) {
	lang := api.LanguageOf(ctx)
	for _, r := range rule.Regions() {
		out.Items = append(out.Items, Place{r.Code, r.In(lang), api.Text(r.Parent), r.Level, api.Text(r.Area), api.Text(rule.AreaName(r.Area, lang))})
	}
	return out, nil
}

func industries(ctx context.Context, _ access.Actor, _ struct{}) (out api.Items[Trade], err error) {
	for _, i := range rule.Industries() {
		out.Items = append(out.Items, Trade{i.Code, i.In(api.LanguageOf(ctx)), api.Text(i.Parent)})
	}
	return out, nil
}

// Routes are open to anyone signed in.
func (Service) Routes(r *api.Router) {
	api.List(r, api.Op{Path: "/regions", May: access.Self}, regions)
	api.List(r, api.Op{Path: "/industries", May: access.Self}, industries)
}

// ReadIndustry reads the trade of a cell: the company's own words first, then the national
// standard as people write it. A trade brings the class that it stands for.
func ReadIndustry(w *dictionary.Words, text string) (trade, industry string, ok bool) {
	trade, own := w.ByLabel(Trades, text)
	if industry = w.MapsTo(Trades, trade); own && industry != "" {
		return trade, industry, true
	}
	industry, ok = rule.FindIndustry(text)
	return trade, industry, ok || own
}

// Trades is the dictionary of the company's own trade list.
const Trades = "trade"
