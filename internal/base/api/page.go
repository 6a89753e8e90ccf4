package api

// ListQuery is what every list takes.
type ListQuery struct {
	Q      string `query:"q" maxLength:"100" doc:"Any part of a name, short name, number, pinyin, initials, contact; four digits find the end of a phone."`
	Filter string `query:"filter" maxLength:"8192" doc:"A JSON tree of all/any/not over {field, op, value}."`
	Sort   string `query:"sort" maxLength:"60" doc:"A sortable field; a minus before it turns the order."`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Cursor string `query:"cursor" maxLength:"2000" doc:"The next or prev of a page; it belongs to its sort and filter."`
	Count  bool   `query:"count" doc:"Also count the rows, up to 1,000."`
}

// Page is one page of a list.
type Page[T any] struct {
	Items       []T   `json:"items"`
	Next        Text  `json:"next"`
	Prev        Text  `json:"prev"`
	Total       *int  `json:"total,omitempty"`
	TotalCapped *bool `json:"total_capped,omitempty"`
	Partial     bool  `json:"partial,omitempty" doc:"The search gave up before it had looked at everything."`
}

// Items is a short list, whole.
type Items[T any] struct {
	Items []T `json:"items"`
}

// CountCap is where counting ends: more are "1,000+".
const CountCap = 1000

// Counted adds a total to a page, capped.
func (p *Page[T]) Counted(n int64) {
	total, capped := int(min(n, CountCap)), n > CountCap
	p.Total, p.TotalCapped = &total, &capped
}
