package review

import (
	"context"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/dictionary"
	"zhike/internal/base/setting"
	"zhike/internal/crm/customer"
	"zhike/internal/platform/db"
)

// A Row is a record behind a figure: of whom, and what a line of it tells.
type Row struct {
	CustomerID   string   `db:"customer_id" json:"customer_id"`
	CustomerName string   `db:"customer_name" json:"customer_name"`
	OwnerName    api.Text `db:"owner_name" json:"owner_name"`
	Stage        string   `db:"stage" json:"stage"`
	RecordID     string   `db:"record_id" json:"record_id"`
	Item         string   `db:"item" json:"item"`
	At           api.Time `db:"at" json:"at" doc:"When: of a deal or loss, of the talk, the need, the task's day; of who was not touched, the last talk."`
	Person       api.Text `db:"person" json:"person" doc:"Whose record it is: a talk's author, whoever has the task."`
	Reason       api.Text `json:"reason" doc:"Why it was won or lost, as a code of the dictionary."`
	Note         api.Text `json:"note" doc:"The word that was left with it."`
	Reviewed     *Mark    `json:"reviewed"`
	Comments     int64    `json:"comments"`

	Kind       string   `db:"customer_kind" json:"-"`
	WonAt      api.Time `db:"won_at" json:"-"`
	LostAt     api.Time `db:"lost_at" json:"-"`
	TalkedAt   api.Time `db:"last_follow_up_at" json:"-"`
	RecordedAt api.Time `db:"recorded_at" json:"-"`
	DoneAt     api.Time `db:"done_at" json:"-"`
}

// Rows are the records behind one figure.
type RowsOf struct {
	Items []Row `json:"items"`
	More  bool  `json:"more" doc:"There are more than are told here."`
}

// RowQuery names a figure.
type RowQuery struct {
	Section string `query:"section" required:"true" maxLength:"40"`
	Item    string `query:"item" maxLength:"64" doc:"A line's key; left out: the whole section."`
	Whole   bool   `query:"whole" doc:"The whole section."`
	Kept    bool   `query:"kept" doc:"Those of the moment it was closed; else those of today."`
}

const mostRows = 200

// Behind gives the records behind a figure, as far as the viewer reaches their customers.
func (s *Service) Behind(ctx context.Context, who access.Actor, id string, q RowQuery) (out RowsOf, err error) {
	x, ok := find(q.Section)
	if !ok || !x.allowed(who) {
		return out, db.ErrNotFound
	}
	r, err := s.one(ctx, who, id)
	if err != nil {
		return out, err
	}
	var rows []Row
	if q.Kept {
		rows, err = s.keptBehind(ctx, who, r, q)
	} else {
		rows, err = s.liveBehind(ctx, who, r, x, q)
	}
	if err != nil {
		return out, err
	}
	if out.More = len(rows) > mostRows; out.More {
		rows = rows[:mostRows]
	}
	out.Items = append([]Row{}, rows...)
	return out, s.finish(ctx, who, r, x.code, out.Items)
}

func (s *Service) liveBehind(ctx context.Context, who access.Actor, r Review, x sort, q RowQuery) (all []Row, err error) {
	sec, err := s.section(ctx, who, r, x)
	if err != nil {
		return nil, err
	}
	if q.Whole && sec.Total != nil {
		sec.Total.Key = sum
		return s.behind(ctx, who, r, x, *sec.Total, mostRows+1)
	}
	for _, l := range sec.Lines {
		if l.Key == q.Item && !q.Whole {
			return s.behind(ctx, who, r, x, l, mostRows+1)
		}
	}
	return nil, nil
}

// behind reads the records of one line.
func (s *Service) behind(ctx context.Context, who access.Actor, r Review, x sort, l Line, most int) ([]Row, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (all []Row, err error) {
		zone, err := setting.Zone(tx)
		if err != nil {
			return nil, err
		}
		with := db.With{Limit: most}
		filter := string(l.Figures[0].List)
		switch x.subject {
		case "task":
			w, args, err := s.tasksOf(tx, r)
			if err != nil {
				return nil, err
			}
			switch with.Where = w; l.Key {
			case sum:
			case "":
				with.Where = append(with.Where, db.When("t.owner_id IS NULL", nil))
			default:
				with.Where = append(with.Where, db.When("t.owner_id = :owner", db.Args{"owner": l.Key}))
			}
			all, err = db.Find[Row](tx, taskRows, args, with)
			return all, err
		case "follow_up":
			if with.Where, err = s.FollowUps.Fields().Compile(tx, zone, filter); err == nil {
				all, err = db.Find[Row](tx, talkRows, nil, with)
			}
		case "need":
			if with.Where, err = s.Needs.Fields().Compile(tx, zone, filter); err == nil {
				all, err = db.Find[Row](tx, needRows, nil, with)
			}
		default:
			if with.Where, err = s.Customers.Fields.Compile(tx, zone, filter); err == nil {
				all, err = db.Find[Row](tx, customerRows, nil, with)
			}
		}
		for i := range all {
			switch x.code {
			case "won":
				all[i].At = all[i].WonAt
			case "lost":
				all[i].At = all[i].LostAt
			case "untouched":
				all[i].At = all[i].TalkedAt
			}
		}
		return all, err
	})
}

func (s *Service) keptBehind(ctx context.Context, who access.Actor, r Review, q RowQuery) ([]Row, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) ([]Row, error) {
		with := db.With{Limit: mostRows + 1}
		if !q.Whole {
			with.Where = append(with.Where, db.When("k.item = :item", db.Args{"item": q.Item}))
		}
		return db.Find[Row](tx, keptRows, db.Args{"review": r.ID, "section": q.Section}, with)
	})
}

// finish gives rows their names, ticks, comments and reasons, as the viewer may read them.
func (s *Service) finish(ctx context.Context, who access.Actor, r Review, section string, all []Row) error {
	if len(all) == 0 {
		return nil
	}
	_, err := db.Read(ctx, s.DB, who, func(tx *db.Tx) (int, error) {
		var ids []string
		for _, x := range all {
			ids = append(ids, x.CustomerID)
		}
		names, err := s.Customers.ClearNames(tx, ids)
		if err != nil {
			return 0, err
		}
		marks, err := marksAmong(tx, r.ID, ids)
		if err != nil {
			return 0, err
		}
		said, err := db.All[countRow](tx, commentsOn, db.Args{"review": r.ID, "ids": ids})
		if err != nil {
			return 0, err
		}
		counts := map[string]int64{}
		for _, k := range said {
			counts[k.ID] = k.N
		}
		for i := range all {
			x := &all[i]
			if name, ok := names[x.CustomerID]; ok {
				x.CustomerName = name
			}
			x.Reviewed, x.Comments = marks[x.CustomerID], counts[x.CustomerID]
		}
		return 0, s.why(tx, who, r, section, ids, all)
	})
	return err
}

// why tells of deals and losses the reason and the word that were left with the step.
func (s *Service) why(tx *db.Tx, who access.Actor, r Review, section string, ids []string, all []Row) error {
	status := map[string]string{"won": dictionary.StatusWon, "lost": dictionary.StatusLost}[section]
	if status == "" {
		return nil
	}
	w, err := s.Book.In(tx)
	if err != nil {
		return err
	}
	zone, err := setting.Zone(tx)
	if err != nil {
		return err
	}
	from, until, err := r.instants(zone)
	if err != nil {
		return err
	}
	stages := []string{}
	for _, st := range w.Stages(dictionary.OfCustomer) {
		if st.Status == status {
			stages = append(stages, st.Code)
		}
	}
	moves, err := db.All[struct {
		Customer string `db:"customer_id"`
		Reason   string `db:"reason"`
		Texts    []byte `db:"texts"`
	}](tx, whyMoved, db.Args{"ids": ids, "stages": stages, "from": from, "until": until})
	if err != nil {
		return err
	}
	near, err := tx.Among(customer.Table, db.Add(string(access.FollowUpWrite)), ids)
	if err != nil {
		return err
	}
	for _, m := range moves {
		note, err := s.Customers.OpenNote(tx, m.Customer, m.Texts, near[m.Customer])
		if err != nil {
			return err
		}
		for i := range all {
			if x := &all[i]; x.CustomerID == m.Customer && x.Note == "" && x.Reason == "" { // the first step is the one that turned it
				x.Reason, x.Note = api.Text(m.Reason), note
			}
		}
	}
	return nil
}
