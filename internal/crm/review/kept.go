package review

import (
	"context"
	"slices"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/dictionary"
	"zhike/internal/crm/report"
	"zhike/internal/platform/db"
	"zhike/locale"
)

// sum is the key under which the figures of a whole section are kept.
const sum = "*"

// mostKept bounds the records kept of one line; its number is kept whole.
const mostKept = 500

// everyone sees what anybody may see of figures, and changes nothing: the whole team's, without
// the recycle bin, in which the program would look too.
var everyone = access.SignedIn(access.Person{Login: "review", Roles: []access.Role{{Scope: access.All,
	Permissions: []access.Permission{access.CustomerRead, access.FollowUpRead, access.NeedRead, access.TaskRead}}}})

type keptRow struct {
	ID       string `db:"id"`
	Review   string `db:"review_id"`
	Customer string `db:"customer_id"`
	Section  string `db:"section"`
	Item     string `db:"item"`
	Record   string `db:"record_id"`
	At       int64  `db:"at"`
}

// whole is the whole team's review at this moment: its figures, and the records behind them.
func (s *Service) whole(ctx context.Context, r Review) (kept, []keptRow, error) {
	figures, rows := kept{}, []keptRow{}
	for _, x := range sorts {
		sec, err := s.section(ctx, everyone, r, x)
		if err != nil {
			return nil, nil, err
		}
		figures[x.code] = map[string][]*int64{}
		put := func(key string, l Line) {
			values := []*int64{}
			for _, f := range l.Figures {
				values = append(values, f.Value)
			}
			figures[x.code][key] = values
		}
		for _, l := range sec.Lines {
			put(l.Key, l)
			some, err := s.behind(ctx, everyone, r, x, l, mostKept)
			if err != nil {
				return nil, nil, err
			}
			for _, k := range some {
				rows = append(rows, keptRow{Customer: k.CustomerID, Section: x.code, Item: l.Key, Record: k.RecordID, At: int64(k.At)})
			}
		}
		if sec.Total != nil {
			put(sum, *sec.Total)
		}
	}
	return figures, rows, nil
}

// remember puts beside the figures of today those that were kept: the team's for who leads it,
// of anybody else how many kept records lie in his reach.
func (s *Service) remember(ctx context.Context, who access.Actor, p *Page) error {
	_, err := db.Read(ctx, s.DB, who, func(tx *db.Tx) (_ int, err error) {
		was := p.Stored.V
		if !p.MayChange {
			if was, err = reached(tx, p.ID); err != nil {
				return 0, err
			}
		}
		for i := range p.Sections {
			sec := &p.Sections[i]
			if err := s.merge(ctx, tx, sec, was[sec.Code]); err != nil {
				return 0, err
			}
		}
		return 0, nil
	})
	return err
}

// reached counts the kept records in the viewer's reach.
func reached(tx *db.Tx, id string) (kept, error) {
	rows, err := db.All[struct {
		Section string `db:"section"`
		Item    string `db:"item"`
		N       int64  `db:"n"`
	}](tx, keptCounts, db.Args{"review": id})
	out := kept{}
	for _, r := range rows {
		if out[r.Section] == nil {
			out[r.Section] = map[string][]*int64{sum: {new(int64)}}
		}
		n := r.N
		out[r.Section][r.Item] = []*int64{&n}
		*out[r.Section][sum][0] += n
	}
	return out, err
}

// merge gives every line what was kept of it, and adds lines of which nothing is left today.
func (s *Service) merge(ctx context.Context, tx *db.Tx, sec *Section, was map[string][]*int64) error {
	width := len(sec.Columns)
	fill := func(values []*int64, none bool) []*int64 {
		out := make([]*int64, width)
		copy(out, values)
		if none && width > 0 {
			out[0] = new(int64)
		}
		return out
	}
	var gone []string
	for key := range was {
		if key != sum && !slices.ContainsFunc(sec.Lines, func(l Line) bool { return l.Key == key }) {
			gone = append(gone, key)
		}
	}
	slices.Sort(gone)
	labels, err := s.labels(ctx, tx, sec.Code, gone)
	if err != nil {
		return err
	}
	for _, key := range gone {
		l := Line{Key: key, Label: labels[key], Figures: make([]report.Figure, width)}
		if width > 0 {
			l.Figures[0].Value = new(int64)
		}
		sec.Lines = append(sec.Lines, l)
	}
	for i := range sec.Lines {
		values, stood := was[sec.Lines[i].Key]
		sec.Lines[i].Kept = fill(values, !stood)
	}
	if sec.Total != nil {
		values, stood := was[sum]
		sec.Total.Kept = fill(values, !stood)
	}
	return nil
}

// labels are what the lines of a section are called.
func (s *Service) labels(ctx context.Context, tx *db.Tx, section string, keys []string) (map[string]string, error) {
	out, lang := map[string]string{}, api.LanguageOf(ctx)
	if len(keys) == 0 {
		return out, nil
	}
	w, err := s.Book.In(tx)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	if dict := map[string]string{"lost": "loss_reason", "needs": "need_type", "tags": "tag"}[section]; dict != "" {
		for _, k := range keys {
			names[k] = w.Label(lang, dict, k)
		}
	} else if section == "conversions" {
		for _, k := range keys {
			if st, ok := w.StageByCode(dictionary.OfCustomer, k); ok {
				names[k] = st.Label(lang)
			}
		}
	} else {
		rows, err := db.All[struct {
			ID   string `db:"id"`
			Name string `db:"name"`
		}](tx, userNames, db.Args{"ids": keys})
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			names[r.ID] = r.Name
		}
	}
	for _, k := range keys {
		if out[k] = names[k]; k == "" || out[k] == "" {
			out[k] = locale.Text(lang, "report.none", nil)
		}
	}
	return out, nil
}
