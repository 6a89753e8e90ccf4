package intake

import (
	"slices"

	"zhike/internal/base/api"
	"zhike/internal/base/exchange"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/intake/reading"
	"zhike/internal/crm/rule"
	"zhike/internal/crm/rule/cell"
	"zhike/internal/crm/standard"
)

// customer reads what a row says of a customer.
func (r *reader) customer() (in customer.New) {
	c := &in.Change
	if text, ok := r.Row.Values["name"]; ok { // a vague name is for the judge, not nothing
		c.Name = api.Some(text)
	}
	r.Choice("kind", "customer_kind", &c.Kind)
	if text, ok := r.Cell("short_name"); ok {
		c.ShortName = api.Some(rule.ShareName(text))
	}
	r.Text("credit_code", &c.CreditCode)
	r.industry(c)
	r.Choice("trade", standard.Trades, &c.Trade)
	r.size(c)
	r.Sum("annual_revenue_fen", &c.AnnualRevenueFen)
	r.Sum("assets_fen", &c.AssetsFen)
	r.Day("founded_on", false, &c.FoundedOn)
	r.region(c)
	r.Choice("source", "source", &c.Source)
	r.Choice("grade", "grade", &c.Grade)
	r.Choice("intent", "intent", &c.Intent)
	r.Choice("urgency", "urgency", &c.Urgency)
	r.Yes("strategic", &c.Strategic)
	r.tags(c)
	if sum, ok := r.Amount("budget"); ok {
		if sum.From != nil {
			c.BudgetFromFen = api.Some(*sum.From)
		}
		if sum.To != nil {
			c.BudgetToFen = api.Some(*sum.To)
		}
	}
	r.Sum("budget_from_fen", &c.BudgetFromFen)
	r.Sum("budget_to_fen", &c.BudgetToFen)
	r.Day("buy_by", true, &c.BuyBy)
	r.Day("deliver_by", true, &c.DeliverBy)
	r.Day("first_talk_on", false, &c.FirstTalkOn)
	r.Choice("budget_enough", "budget_enough", &c.BudgetEnough)
	r.Choice("renewal_intent", "renewal_intent", &c.RenewalIntent)
	r.Choice("follow_state", "follow_state", &c.FollowState)
	if text, ok := r.Cell("decision_months"); ok {
		n, ok := cell.ParseMonths(text)
		if c.DecisionMonths = api.Some(n); !ok {
			r.Wrong("decision_months", "bad_number", nil)
		}
	}
	if id, ok := r.Colleague("account_manager_id"); ok {
		c.AccountManagerID = api.Some(id)
	}
	for field, into := range map[string]*api.Opt[string]{"remark": &c.Remark, "core_need": &c.CoreNeed, "pain": &c.Pain, "goal": &c.Goal, "concerns": &c.Concerns, "doubts": &c.Doubts,
		"decision_process": &c.DecisionProcess, "intended_products": &c.IntendedProducts, "address": &c.Address, "website": &c.Website} {
		r.Text(field, into)
	}
	if text, ok := r.Cell("competitors"); ok {
		var all []customer.Competitor
		for _, name := range reading.Parts(text) {
			all = append(all, customer.Competitor{Name: name})
		}
		c.Competitors = api.Some(all)
	}
	if id, ok := r.Colleague("owner_id"); ok {
		in.OwnerID = id
		if c, _ := r.colleagues.Find(r.Row.Values["owner_id"]); c.State != "active" {
			r.Wrong("owner_id", "colleague_left", nil)
			in.OwnerID = ""
		}
	}
	if id, ok := r.Colleague("creator_id"); ok {
		in.Creator = id
	}
	if at, ok := r.Moment("created_at"); ok {
		if at.Time().After(r.Now) {
			r.Wrong("created_at", "in_future", nil)
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
	text, ok := r.Cell("industry")
	if !ok {
		return
	}
	trade, code, ok := standard.ReadIndustry(r.Words, text)
	if !ok {
		r.Wrong("industry", "unknown_industry", nil)
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
		text, ok := r.Cell(field)
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
			r.Hint(field, "band_taken_low", map[string]any{"n": low})
		}
		c.Employees = api.Some(low)
		return true
	}
	if !heads("employees") {
		r.Wrong("employees", "bad_number", nil)
	}
	text, ok := r.Cell("size")
	if !ok {
		return
	}
	if class, ok := cell.ParseSize(text); ok {
		c.Size = api.Some(string(class))
	} else if code, ok := r.Words.ByLabel("size", text); ok {
		c.Size = api.Some(code)
	} else if !heads("size") {
		r.NotListed("size", "size")
	}
}

// region puts 省, 市 and 区县 together, or reads them out of one cell.
func (r *reader) region(c *customer.Change) {
	together, at := "", ""
	for _, field := range []string{"province", "city", "county"} {
		if text, ok := r.Cell(field); ok {
			together, at = together+text, field
		}
	}
	if text, ok := r.Cell("region"); ok && together == "" {
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
	r.Wrong(at, "unknown_region", nil)
}

func (r *reader) tags(c *customer.Change) {
	text, ok := r.Cell("tags")
	if !ok {
		return
	}
	var codes []string
	for _, label := range reading.Parts(text) {
		code, ok := r.Words.ByLabel("tag", label)
		if !ok {
			r.NotListed("tags", "tag")
			return
		}
		if !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
	}
	c.Tags = api.Some(codes)
}
