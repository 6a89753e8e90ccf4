package customer

import (
	"context"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/setting"
	"zhike/internal/crm/rule"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// Prose is free text as a viewer may read it: in clear for whoever works with the
// customer and may see free text, its numbers hidden from others.
func Prose(who access.Actor, near bool, text string) string {
	switch v := who.Sees(access.FreeText); {
	case v == access.Hidden:
		return ""
	case v == access.Masked || !near:
		return rule.MaskNumbers(text)
	}
	return text
}

// Transfer gives a customer to somebody else.
type Transfer struct {
	To     string `json:"to" minLength:"1" maxLength:"64" doc:"A user's id."`
	Reason string `json:"reason,omitempty" maxLength:"500" doc:"A transfer_reason's code, or in words."`
	Note   string `json:"note,omitempty" maxLength:"500"`
}

// Release puts a customer into the open pool.
type Release struct {
	PoolID string `json:"pool_id,omitempty" maxLength:"64" doc:"Left out: the first pool."`
	Reason string `json:"reason,omitempty" maxLength:"500" doc:"A transfer_reason's code, or in words."`
}

type ownerRow struct {
	ID       string  `db:"id"`
	Customer string  `db:"customer_id"`
	From     api.Ref `db:"from_id"`
	To       api.Ref `db:"to_id"`
	Kind     string  `db:"kind"`
	At       int64   `db:"at"`
	By       string  `db:"by_id"`
	Reason   string  `db:"reason"`
	Texts    []byte  `db:"texts"`
}

// A Pool is an open pool as a picker shows it.
type Pool struct {
	ID       string `db:"id" json:"id"`
	Name     string `db:"name" json:"name"`
	Everyone bool   `db:"everyone" json:"-"`
	Member   bool   `db:"member" json:"member"`
}

var (
	errQuotaUsed = fault.New(fault.TooMany, "quota_used")
	errCap       = fault.New(fault.Conflict, "cap_reached")
	errCooldown  = fault.New(fault.Conflict, "cooldown")
)

// Transfer changes the owner; the department goes with him. Needs customer.transfer.
func (s *Service) Transfer(ctx context.Context, who access.Actor, id string, version int64, in Transfer) (Customer, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Customer, err error) {
		if err := s.transferIn(tx, id, version, in); err != nil {
			return none, err
		}
		// Who gave it away may not see it any more: the answer is what he last saw.
		c, err := s.load(tx, id)
		if err == db.ErrNotFound {
			return Customer{Summary: Summary{ID: id, OwnerID: api.Ref(in.To)}, Custom: map[string]any{}}, nil
		}
		return c, err
	})
}

// TransferIn is Transfer inside a unit, as imports and generators use it.
func (s *Service) TransferIn(tx *db.Tx, id string, in Transfer) error {
	return s.transferIn(tx, id, 0, in)
}

func (s *Service) transferIn(tx *db.Tx, id string, version int64, in Transfer) error {
	c, err := db.One[Summary](tx, get, db.Args{"id": id})
	if err != nil {
		return err
	}
	if version > 0 && version != c.Version {
		return db.ErrStale
	}
	if err := tx.May(Table, id, change(access.CustomerTransfer)); err != nil {
		return err
	}
	to, ok, err := account.Active(tx, in.To)
	if err != nil {
		return err
	}
	if !ok || in.To == string(c.OwnerID) {
		return fault.Rule("invalid", "to")
	}
	args := db.Args{"owner_id": to.ID, "department_id": to.DepartmentID, "pool_id": nil, "pooled_at": int64(0), "last_owner_id": string(c.OwnerID)}
	return s.changeOwner(tx, transfer, c, version, args, ownerRow{Kind: "transfer", From: c.OwnerID, To: api.Ref(to.ID), Reason: in.Reason}, in.Note)
}

func (s *Service) changeOwner(tx *db.Tx, verb *db.Setter, c Summary, version int64, args db.Args, row ownerRow, note string) error {
	if err := tx.Set(verb, c.ID, version, args); err != nil {
		return err
	}
	row.ID, row.Customer, row.At, row.By = tx.NewID(), c.ID, tx.At(), tx.Who().ID()
	w, err := s.Book.In(tx)
	if err != nil {
		return err
	}
	row.Reason, note = coded(w, "transfer_reason", row.Reason, note)
	if row.Texts, err = s.sealNote(tx, c.ID, note); err != nil {
		return err
	}
	if err := tx.As(program).Insert(OwnerChanges, row); err != nil {
		return err
	}
	if err := s.missingAnew(tx, c.ID); err != nil {
		return err
	}
	if err := s.reindex(tx, c.ID); err != nil {
		return err
	}
	return audit.Note(tx, audit.Entry{Action: "customer." + row.Kind, Kind: "customer", Record: c.ID, Customer: c.ID,
		Changes: []audit.Change{{Field: "owner_id", Old: c.OwnerID, New: row.To}}, Details: map[string]any{"reason": row.Reason}})
}

// missingAnew works out again what a customer lacks, after its owner changed.
func (s *Service) missingAnew(tx *db.Tx, id string) error {
	p := tx.As(program)
	c, err := s.whole(p, id)
	if err != nil {
		return err
	}
	who, _, err := s.judged(tx, id)
	if err != nil {
		return err
	}
	missing := lacks(c.Facts, c.OwnerID, who)
	return p.Update(Table, id, 0, struct {
		Missing      api.Strings `db:"missing"`
		Completeness int64       `db:"completeness"`
	}{missing, score(c.Facts, c.Texts, missing)})
}

// Claim takes a customer out of the open pool. Errors: 429 quota_used (a day's claims),
// 409 cap_reached (what one may hold), cooldown (its last owner, too soon).
func (s *Service) Claim(ctx context.Context, who access.Actor, id string, version int64) (Customer, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Customer, err error) {
		me := who.ID()
		if err := tx.Lock("claim:" + me); err != nil {
			return none, err
		}
		c, err := db.One[Summary](tx, get, db.Args{"id": id})
		if err != nil {
			return none, err
		}
		if err := tx.May(Table, id, change(access.CustomerClaim)); err != nil {
			return none, err
		}
		if err := s.mayClaim(tx, me, id); err != nil {
			return none, err
		}
		home := who.Home()
		args := db.Args{"owner_id": home.User, "department_id": api.Ref(home.Department), "pool_id": nil, "pooled_at": int64(0)}
		if err := s.changeOwner(tx, claim, c, c.Version, args, ownerRow{Kind: "claim", To: api.Ref(me)}, ""); err != nil {
			return none, err
		}
		return s.load(tx, id)
	})
}

func (s *Service) mayClaim(tx *db.Tx, me, id string) error {
	p := tx.As(program)
	midnight, err := s.midnight(tx)
	if err != nil {
		return err
	}
	perDay, err := setting.ClaimPerDay.In(tx)
	if err != nil {
		return err
	}
	n, err := db.One[db.Count](p, claimsSince, db.Args{"user": me, "since": midnight.UnixMilli()})
	if err != nil {
		return err
	}
	if n.N >= perDay {
		return errQuotaUsed.After(midnight.AddDate(0, 0, 1).Sub(tx.Now()))
	}
	most, err := setting.CustomerCap.In(tx)
	if err != nil {
		return err
	}
	if n, err = db.One[db.Count](p, ownedBy, db.Args{"user": me}); err != nil {
		return err
	}
	if n.N >= most {
		return errCap
	}
	days, err := setting.CooldownDays.In(tx)
	if err != nil {
		return err
	}
	left, found, err := db.Maybe[db.Count](p, lastRelease, db.Args{"customer": id, "user": me})
	if err == nil && found && left.N > tx.Now().AddDate(0, 0, -int(days)).UnixMilli() {
		return errCooldown
	}
	return err
}

// Release puts a customer into a pool. Its last owner may not claim it back at once.
func (s *Service) Release(ctx context.Context, who access.Actor, id string, version int64, in Release) (Customer, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Customer, err error) {
		c, err := db.One[Summary](tx, get, db.Args{"id": id})
		if err != nil {
			return none, err
		}
		if c.Version != version {
			return none, db.ErrStale
		}
		if err := tx.May(Table, id, change(access.CustomerRelease)); err != nil {
			return none, err
		}
		if c.OwnerID == "" {
			return none, fault.Rule("invalid", "owner_id")
		}
		pool, err := s.pool(tx, in.PoolID)
		if err != nil {
			return none, err
		}
		args := db.Args{"owner_id": nil, "department_id": nil, "pool_id": pool, "pooled_at": tx.At(), "last_owner_id": string(c.OwnerID)}
		if err := s.changeOwner(tx, release, c, version, args, ownerRow{Kind: "release", From: c.OwnerID, Reason: in.Reason}, ""); err != nil {
			return none, err
		}
		after, err := s.load(tx, id)
		if err == db.ErrNotFound {
			return Customer{Summary: Summary{ID: id, PoolID: api.Ref(pool)}, Custom: map[string]any{}}, nil
		}
		return after, err
	})
}

func (s *Service) pool(tx *db.Tx, id string) (string, error) {
	all, err := db.All[Pool](tx, allPools, db.Args{"user": tx.Who().ID()})
	if err != nil {
		return "", err
	}
	for _, p := range all {
		if id == "" || p.ID == id {
			return p.ID, nil
		}
	}
	return "", fault.Rule("invalid", "pool_id")
}

// Pools gives the open pools, and whether one is a member.
func (s *Service) Pools(ctx context.Context, who access.Actor, _ struct{}) (api.Items[Pool], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (out api.Items[Pool], err error) {
		out.Items, err = db.All[Pool](tx, allPools, db.Args{"user": who.ID()})
		for i := range out.Items {
			p := &out.Items[i]
			p.Member = who.Can(access.CustomerClaim) && (p.Everyone || p.Member)
		}
		return out, err
	})
}

// Seed adds the first pool to a database that has none.
func Seed(tx *db.Tx, name string) error {
	all, err := db.All[Pool](tx, allPools, db.Args{"user": ""})
	if err != nil || len(all) > 0 {
		return err
	}
	if err := tx.Insert(pools, struct {
		ID        string `db:"id"`
		Name      string `db:"name"`
		Everyone  bool   `db:"everyone"`
		CreatedAt int64  `db:"created_at"`
	}{tx.NewID(), name, true, tx.At()}); err != nil {
		return err
	}
	return audit.Note(tx, audit.Entry{Action: "pool.seed", Kind: "pool"})
}
