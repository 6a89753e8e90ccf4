package exchange

import (
	"zhike/internal/base/exchange/column"

	"zhike/internal/platform/sheet"
)

// A Plan says what is done with a sheet.
type Plan struct {
	Mapping    map[string]string `json:"mapping" doc:"Column (letter or heading) → field; an empty field leaves the column out."`
	Duplicates string            `json:"duplicates" enum:"skip,update,new"`
	Defaults   map[string]string `json:"defaults" doc:"Field → what stands where the sheet says nothing, in words as a cell has them."`
	column.Format
}

// A NewPlan is what a caller changes of a plan; what is left out stays.
type NewPlan struct {
	Mapping    map[string]*string `json:"mapping,omitempty" maxProperties:"256"`
	Duplicates string             `json:"duplicates,omitempty" enum:"skip,update,new"`
	Defaults   map[string]string  `json:"defaults,omitempty" maxProperties:"100"`
	Sheet      string             `json:"sheet,omitempty" maxLength:"100"`
	HeaderRow  int                `json:"header_row,omitempty" minimum:"0" maximum:"1000"`
	Encoding   string             `json:"encoding,omitempty" maxLength:"20"`
	Delimiter  string             `json:"delimiter,omitempty" maxLength:"4"`
	Repair     *bool              `json:"repair,omitempty"`
}

func (n NewPlan) rereads(f column.Format) bool {
	return n.Sheet != "" && n.Sheet != f.Sheet || n.HeaderRow > 0 && n.HeaderRow != f.HeaderRow || n.Encoding != "" && n.Encoding != f.Encoding ||
		n.Delimiter != "" && n.Delimiter != f.Delimiter || n.Repair != nil && *n.Repair != f.Repair
}

func (s *Service) open(name string, data []byte, f column.Format) (*sheet.Book, error) {
	return sheet.Open(name, data, sheet.Options{Encoding: f.Encoding, Delimiter: f.Delimiter, Sheet: f.Sheet, Repair: f.Repair, Temp: s.Temp})
}
