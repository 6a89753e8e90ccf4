package intake

import (
	"slices"

	"zhike/internal/base/api"
	"zhike/internal/base/exchange"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/rule"
	"zhike/internal/crm/rule/cell"
	"zhike/internal/crm/standard"
)

// customer reads what a row says of a customer.
func (r *reader) customer() (in customer.New) {
	c := &in.Change
	if text, ok := r.row.Values["name"]; ok { // a vague name is for the judge, not nothing
		c.Name = api.Some(text)
	}
	r.choice("kind", "customer_kind", &c.Kind)
	if text, ok := r.cell("short_name"); ok {
		c.ShortName = api.Some(rule.ShareName(text))
	}
	r.text("credit_code", &c.CreditCode)
	r.industry(c)
	r.choice("trade", standard.Trades, &c.Trade)
	r.size(c)
	r.sum("annual_revenue_fen", &c.AnnualRevenueFen)
	r.sum("assets_fen", &c.AssetsFen)
	r.day("founded_on", false, &c.FoundedOn)
	r.region(c)
	r.choice("source", "source", &c.Source)
	r.choice("grade", "grade", &c.Grade)
	r.choice("intent", "intent", &c.Intent)
	r.choice("urgency", "urgency", &c.Urgency)
	r.yes("strategic", &c.Strategic)
	r.tags(c)
	if sum, ok := r.amount("budget"); ok {
		if sum.From != nil {
			c.BudgetFromFen = api.Some(*sum.From)
		}
		if sum.To != nil {
			c.BudgetToFen = api.Some(*sum.To)
		}
	}
	r.sum("budget_from_fen", &c.BudgetFromFen)
	r.sum("budget_to_fen", &c.BudgetToFen)
	r.day("buy_by", true, &c.BuyBy)
	r.day("deliver_by", true, &c.DeliverBy)
	r.day("first_talk_on", false, &c.FirstTalkOn)
	r.choice("budget_enough", "budget_enough", &c.BudgetEnough)
	r.choice("renewal_intent", "renewal_intent", &c.RenewalIntent)
	r.choice("follow_state", "follow_state", &c.FollowState)
	if text, ok := r.cell("decision_months"); ok {
		n, ok := cell.ParseMonths(text)
		if c.DecisionMonths = api.Some(n); !ok {
			r.wrong("decision_months", "bad_number", nil)
		}
	}
	if id, ok := r.colleague("account_manager_id"); ok {
		c.AccountManagerID = api.Some(id)
	}
	for field, into := range map[string]*api.Opt[string]{"remark": &c.Remark, "core_need": &c.CoreNeed, "pain": &c.Pain, "goal": &c.Goal, "concerns": &c.Concerns, "doubts": &c.Doubts,
		"decision_process": &c.DecisionProcess, "intended_products": &c.IntendedProducts, "address": &c.Address, "website": &c.Website} {
		r.text(field, into)
	}
	if text, ok := r.cell("competitors"); ok {
		var all []customer.Competitor
		for _, name := range parts(text) {
			all = append(all, customer.Competitor{Name: name})
		}
		c.Competitors = api.Some(all)
	}
	if id, ok := r.colleague("owner_id"); ok {
		in.OwnerID = id
		if c, _ := r.colleagues.Find(r.row.Values["owner_id"]); c.State != "active" {
			r.wrong("owner_id", "colleague_left", nil)
			in.OwnerID = ""
		}
	}
	if id, ok := r.colleague("creator_id"); ok {
		in.Creator = id
	}
	if at, ok := r.moment("created_at"); ok {
		if at.Time().After(r.now) {
			r.wrong("created_at", "in_future", nil)
		} else {
			in.Created = int64(at)
		}
	}
	in.Imported = true
	if r.options.Duplicates == exchange.Anew {
		in.Duplicates = "new"
	}
	return in
}

func (r *reader) industry(c *customer.Change) {
	text, ok := r.cell("industry")
	if !ok {
		return
	}
	trade, code, ok := standard.ReadIndustry(r.words, text)
	if !ok {
		r.wrong("industry", "unknown_industry", nil)
		return
	}
	if code != "" {
		c.Industry = api.Some(code)
	}
	if trade != "" {
		c.Trade = api.Some(trade)
	}
}

// size reads a class of enterprise; a band of heads under the heading 规模 is a number of people.
func (r *reader) size(c *customer.Change) {
	heads := func(field string) bool {
		text, ok := r.cell(field)
		if !ok {
			return true
		}
		low, high, ok := cell.ParseHeadcount(text)
		switch {
		case !ok:
			return false
		case low == 0:
			low = high
		}
		if low != high {
			r.hint(field, "band_taken_low", map[string]any{"n": low})
		}
		c.Employees = api.Some(low)
		return true
	}
	if !heads("employees") {
		r.wrong("employees", "bad_number", nil)
	}
	text, ok := r.cell("size")
	if !ok {
		return
	}
	if class, ok := cell.ParseSize(text); ok {
		c.Size = api.Some(string(class))
	} else if code, ok := r.words.ByLabel("size", text); ok {
		c.Size = api.Some(code)
	} else if !heads("size") {
		r.notListed("size", "size")
	}
}

// region puts 省, 市 and 区县 together, or reads them out of one cell.
func (r *reader) region(c *customer.Change) {
	together, at := "", ""
	for _, field := range []string{"province", "city", "county"} {
		if text, ok := r.cell(field); ok {
			together, at = together+text, field
		}
	}
	if text, ok := r.cell("region"); ok && together == "" {
		together, at = text, "region"
		if _, isArea := rule.FindArea(text); isArea {
			return // 华东 follows from the province
		}
	}
	if together == "" {
		return
	}
	if found, ok := rule.FindRegion(together); ok {
		c.Region = api.Some(found.Code)
		return
	}
	r.wrong(at, "unknown_region", nil)
}

func (r *reader) tags(c *customer.Change) {
	text, ok := r.cell("tags")
	if !ok {
		return
	}
	var codes []string
	for _, label := range parts(text) {
		code, ok := r.words.ByLabel("tag", label)
		if !ok {
			r.notListed("tags", "tag")
			return
		}
		if !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
	}
	c.Tags = api.Some(codes)
}
