package duplicate

import (
	"context"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/likeness"
	"zhike/internal/platform/db"
)

// A Pair is two customers that may be one, seen from the side of one that the viewer sees.
type Pair struct {
	ID            string         `db:"id" json:"id"`
	CustomerID    string         `db:"customer_id" json:"customer_id"`
	CustomerName  string         `db:"customer_name" json:"customer_name"`
	CustomerCode  string         `db:"customer_code" json:"customer_code"`
	Other         likeness.Match `json:"other"`
	Why           api.Strings    `db:"why" json:"why" doc:"name, mobile, phone, email: what they have in common."`
	State         string         `db:"state" json:"state" enum:"open,apart"`
	MayDecide     bool           `json:"may_decide"`
	DecidedByName api.Text       `db:"decided_by_name" json:"decided_by_name"`
	DecidedAt     api.Time       `db:"decided_at" json:"decided_at"`
	Reason        api.Text       `json:"reason"`
	CreatedAt     api.Time       `db:"created_at" json:"created_at"`
	Version       int64          `db:"version" json:"version"`

	OtherID string `db:"other_id" json:"-"`
	Sealed  []byte `db:"reason" json:"-"`
}

func (p Pair) Revision() int64  { return p.Version }
func (p Pair) RecordID() string { return p.ID }

// Query of the work list.
type Query struct {
	State    string `query:"state" enum:"open,apart" default:"open"`
	Customer string `query:"customer" maxLength:"64" doc:"The pairs of one customer."`
	Limit    int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Cursor   string `query:"cursor" maxLength:"2000"`
}

const columns = `SELECT s.id, s.customer_id, c.name AS customer_name, c.code AS customer_code, s.other_id, s.why, s.state, u.name AS decided_by_name, s.decided_at,
		s.reason, s.created_at, s.version FROM {suspects s} JOIN {customers c} ON c.id = s.customer_id LEFT JOIN {users u} ON u.id = s.decided_by `

var (
	get = db.SQL(columns+`WHERE s.id = :id`, Table, customer.Table, account.Users)

	// Who sees both sides is shown the pair once.
	list = db.SQL(columns+`WHERE s.state = :stands AND NOT s.away AND NOT c.archived AND (s.raised OR NOT EXISTS (SELECT 1 FROM {customers x} WHERE x.id = s.other_id))
		AND {after} ORDER BY {order} LIMIT {limit}`, Table, customer.Table, account.Users)
	ofOne = db.SQL(columns+`WHERE s.customer_id = :customer AND s.state = :stands AND NOT s.away AND {after} ORDER BY {order} LIMIT {limit}`, Table, customer.Table, account.Users)

	mirror = db.SQL(`SELECT s.id, s.version FROM {suspects s} WHERE s.customer_id = :other AND s.other_id = :customer`, Table)
)

// List gives the pairs in reach, the newest first.
func (s *Service) List(ctx context.Context, who access.Actor, q Query) (api.Page[Pair], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (out api.Page[Pair], err error) {
		query, args := list, db.Args{"stands": q.State}
		if q.Customer != "" {
			query, args = ofOne, db.Args{"stands": q.State, "customer": q.Customer}
		}
		page, err := db.Page[Pair](tx, query, args, db.With{Order: db.Down("s.created_at", "s.id"), After: q.Cursor, Limit: q.Limit, Key: q.State + "\x00" + q.Customer})
		if err != nil {
			return out, err
		}
		out = api.Page[Pair]{Items: page.Rows, Next: api.Text(page.Next), Prev: api.Text(page.Prev)}
		return out, s.show(tx, out.Items)
	})
}

// Get gives one pair.
func (s *Service) Get(ctx context.Context, who access.Actor, id string) (Pair, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (Pair, error) { return s.load(tx, id) })
}

func (s *Service) load(tx *db.Tx, id string) (Pair, error) {
	p, err := db.One[Pair](tx, get, db.Args{"id": id})
	if err != nil {
		return p, err
	}
	all := []Pair{p}
	err = s.show(tx, all)
	return all[0], err
}

// show makes pairs what the viewer may see of them: his side, and of the other what a
// blind check tells.
func (s *Service) show(tx *db.Tx, all []Pair) error {
	if len(all) == 0 {
		return nil
	}
	who, _ := tx.Who().(access.Actor)
	var ids, others []string
	for _, p := range all {
		ids, others = append(ids, p.CustomerID), append(others, p.OtherID)
	}
	near, err := tx.Among(customer.Table, db.Add(string(access.FollowUpWrite)), ids)
	if err != nil {
		return err
	}
	deciding, err := deciders(tx, ids)
	if err != nil {
		return err
	}
	clear, err := s.Customers.ClearNames(tx, ids)
	if err != nil {
		return err
	}
	rows, err := db.All[holder](tx.As(program), byIDs, db.Args{"ids": others})
	if err != nil {
		return err
	}
	told, err := s.matches(tx, rows)
	if err != nil {
		return err
	}
	match := map[string]likeness.Match{}
	for i, h := range rows {
		match[h.ID] = told[i]
	}
	keys, err := s.Vault.Many(tx, ids)
	if err != nil {
		return err
	}
	for i := range all {
		p := &all[i]
		p.Other, p.MayDecide = match[p.OtherID], deciding[p.CustomerID]
		if name, ok := clear[p.CustomerID]; ok {
			p.CustomerName = name
		}
		if key, ok := keys[p.CustomerID]; ok && len(p.Sealed) > 0 {
			text, err := key.Open("suspects/reason/"+p.ID, p.Sealed)
			if err != nil {
				return err
			}
			p.Reason = api.Text(customer.Prose(who, near[p.CustomerID], string(text)))
		}
	}
	return nil
}

// deciders says of which customers' pairs the viewer decides: those he may change, and
// those he may merge.
func deciders(tx *db.Tx, ids []string) (map[string]bool, error) {
	may, err := tx.Among(customer.Table, db.Change(string(access.CustomerWrite)), ids)
	if err != nil {
		return nil, err
	}
	merge, err := tx.Among(customer.Table, db.Change(string(access.CustomerMerge)), ids)
	for id, ok := range merge {
		may[id] = may[id] || ok
	}
	return may, err
}

// KeepsApart says why two customers are two.
type KeepsApart struct {
	Reason string `json:"reason,omitempty" maxLength:"500"`
}

// KeepApart says that two customers are two, for good: the pair leaves both lists, and is
// not raised again. Needs the right to change the customer, or to merge it.
func (s *Service) KeepApart(ctx context.Context, who access.Actor, id string, version int64, in KeepsApart) (Pair, error) {
	return s.decide(ctx, who, id, version, Apart, in.Reason)
}

// Reopen puts a pair that was kept apart back on the lists.
func (s *Service) Reopen(ctx context.Context, who access.Actor, id string, version int64) (Pair, error) {
	return s.decide(ctx, who, id, version, Open, "")
}

type decision struct {
	State  string  `db:"state"`
	By     api.Ref `db:"decided_by"`
	At     int64   `db:"decided_at"`
	Reason []byte  `db:"reason"`
}

func (s *Service) decide(ctx context.Context, who access.Actor, id string, version int64, state, reason string) (Pair, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Pair, err error) {
		p, err := s.load(tx, id)
		if err != nil {
			return none, err
		}
		if err := tx.Lock("suspects:" + min(p.CustomerID, p.OtherID) + ":" + max(p.CustomerID, p.OtherID)); err != nil {
			return none, err
		}
		if p, err = s.load(tx, id); err != nil {
			return none, err
		}
		if p.Version != version {
			return none, db.ErrStale
		}
		if !p.MayDecide {
			return none, db.ErrNotYours
		}
		if p.State == state {
			return p, nil
		}
		if err := s.write(tx, p, state, reason); err != nil {
			return none, err
		}
		return s.load(tx, id)
	})
}

// write keeps a decision on both sides; what was said about it stays on the side of who
// said it. Each side's history tells of it.
func (s *Service) write(tx *db.Tx, p Pair, state, reason string) error {
	mine := decision{State: state}
	verb := "suspect.reopen"
	if state == Apart {
		mine.By, mine.At, verb = api.Ref(tx.Who().ID()), tx.At(), "suspect.keep_apart"
	}
	theirs := mine
	if reason != "" {
		key, err := s.Vault.Of(tx, p.CustomerID)
		if err != nil {
			return err
		}
		mine.Reason = key.Seal("suspects/reason/"+p.ID, []byte(reason))
	}
	other, found, err := db.Maybe[struct {
		ID      string `db:"id"`
		Version int64  `db:"version"`
	}](tx.As(program), mirror, db.Args{"customer": p.CustomerID, "other": p.OtherID})
	if err != nil {
		return err
	}
	if err := tx.As(program).Update(Table, p.ID, p.Version, mine); err != nil {
		return err
	}
	sides := [][2]string{{p.ID, p.CustomerID}}
	if found {
		if err := tx.As(program).Update(Table, other.ID, other.Version, theirs); err != nil {
			return err
		}
		sides = append(sides, [2]string{other.ID, p.OtherID})
	}
	for _, side := range sides {
		if err := audit.Note(tx, audit.Entry{Action: verb, Kind: "suspect", Record: side[0], Customer: side[1], Details: map[string]any{"why": p.Why}}); err != nil {
			return err
		}
	}
	return nil
}
