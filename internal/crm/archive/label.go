package archive

import (
	"context"
	"io"
	"strconv"
	"strings"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/setting"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
	"zhike/internal/platform/paper"
	"zhike/locale"
)

// Printing says which labels are printed, on which sheet.
type Printing struct {
	IDs  string `query:"ids" maxLength:"6500" required:"true" doc:"Of files, by commas; 100 at the most."`
	Size string `query:"size" enum:"24,8" default:"24" doc:"Labels on a sheet of A4: 24 of 70 × 37 mm, 8 of 105 × 74 mm."`
	Skip int    `query:"skip" minimum:"0" maximum:"23" doc:"Places at the start of the first sheet that are used up."`
}

const mostLabels = 100

// Labels draws the labels of files in reach. A label bears no personal data: an individual's name is masked, whoever prints.
func (s *Service) Labels(ctx context.Context, who access.Actor, _ string, q Printing) (out api.Sheet, err error) {
	ids := strings.Split(q.IDs, ",")
	if len(ids) > mostLabels {
		return out, fault.Rule("too_many", "ids").With(map[string]any{"max": mostLabels})
	}
	lang := api.LanguageOf(ctx)
	at := time.Time{}
	labels, err := db.Write(ctx, s.DB, who, func(tx *db.Tx) (all []paper.Label, err error) {
		w, err := s.Book.In(tx)
		if err != nil {
			return nil, err
		}
		zone, err := setting.Zone(tx)
		if err != nil {
			return nil, err
		}
		at = tx.Now()
		for _, id := range ids {
			f, err := db.One[File](tx, get, db.Args{"id": id}) // with the name as the row keeps it
			if err != nil {
				return nil, err
			}
			if err := tx.May(Table, id, change); err != nil {
				return nil, err
			}
			word := func(key, value string) string {
				return locale.Text(lang, key, map[string]any{"value": value})
			}
			l := paper.Label{Scan: s.link(f), Number: f.Code, Name: f.CustomerName}
			kind := []string{strconv.FormatInt(f.Year, 10)}
			if f.Category != "" {
				kind = append(kind, w.Label(lang, "archive_category", string(f.Category)))
			}
			l.Lines = append(l.Lines, strings.Join(kind, " · "), word("archive.label.archived", f.ArchivedAt.Time().In(zone).Format(time.DateOnly)))
			if f.Place != "" {
				l.Lines = append(l.Lines, word("archive.label.place", string(f.Place)))
			}
			all = append(all, l)
			if err := audit.Note(tx, audit.Entry{Action: "archive.print", Kind: "archive", Record: id, Customer: f.CustomerID, Details: map[string]any{"number": f.Code}}); err != nil {
				return nil, err
			}
		}
		return all, nil
	})
	if err != nil {
		return out, err
	}
	name := locale.Text(lang, "archive.label.file", nil)
	return api.Sheet{Name: name + ".pdf", Type: "application/pdf", Write: func(to io.Writer) error {
		return paper.Labels(to, paper.Cover{Title: name, Lang: lang, At: at}, paper.Sheets[q.Size], q.Skip, labels)
	}}, nil
}

// link is what a label's code holds: the customer's page, or its path alone where nobody said how browsers reach the product.
func (s *Service) link(f File) string {
	base := ""
	if s.Address != nil {
		base = strings.TrimSuffix(s.Address(), "/")
	}
	return base + "/customers/" + f.CustomerID
}
