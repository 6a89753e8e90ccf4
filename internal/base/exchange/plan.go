package exchange

import (
	"context"

	"zhike/internal/base/exchange/column"
	"zhike/internal/base/privacy"
	"zhike/internal/platform/db"
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
	column.Reading
}

func (s *Service) open(name string, data []byte, f column.Format) (*sheet.Book, error) {
	return sheet.Open(name, data, sheet.Options{Encoding: f.Encoding, Delimiter: f.Delimiter, Sheet: f.Sheet, Repair: f.Repair, Temp: s.Temp})
}

// regroup finds out anew which rows belong together, where the plan is another than it was
// when they were read. What is in stays apart.
func (w *worker) regroup(ctx context.Context) error {
	if w.row.Checked == w.row.Plan {
		return nil
	}
	heads := map[string]int64{}
	for after := int64(0); ; {
		last, err := db.Write(ctx, w.DB, program, func(tx *db.Tx) (last int64, err error) {
			page, err := db.Find[stagedRow](tx, nextRows, db.Args{"id": w.row.ID, "after": after}, db.With{Limit: ahead})
			for _, r := range page {
				if last = r.N; r.Done {
					continue
				}
				var cells []string
				if err := privacy.OpenJSON(w.key, cellsPlace(w.row.ID, r.N), r.Cells, &cells); err != nil {
					return 0, err
				}
				head := headOf(heads, w.session.Key(w.values(int(r.N), cells)), r.N)
				if head == r.Head {
					continue
				}
				if _, err := tx.ChangeAll(grouped, db.Args{"id": w.row.ID, "n": r.N, "head": head}); err != nil {
					return 0, err
				}
			}
			return last, err
		})
		if err != nil || last == 0 {
			return err
		}
		after = last
	}
}

// headOf is the first row of those that a row belongs to.
func headOf(heads map[string]int64, key string, n int64) int64 {
	if key == "" {
		return n
	}
	if _, ok := heads[key]; !ok {
		heads[key] = n
	}
	return heads[key]
}
