// Package pool is 公海: customers without an owner, who puts them there and who takes them out.
package pool

import (
	"context"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/setting"
	"zhike/internal/crm/customer"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

func change(p access.Permission) db.Right { return db.Change(string(p)) }

// Service is what may be done with the open pools.
type Service struct {
	DB        *db.DB
	Customers *customer.Service
}

// The program's own acts here: counting what a person took and holds.
var program = access.Program("pool")

var (
	pools   = db.Shared("pools", db.Rights{Change: change(access.PoolManage)})
	members = db.Shared("pool_members", db.Rights{Change: change(access.PoolManage)})

	allPools = db.SQL(`SELECT p.id, p.name, p.everyone, EXISTS (SELECT 1 FROM {pool_members x} WHERE x.pool_id = p.id AND x.user_id = :user) AS member
		FROM {pools p} ORDER BY p.created_at, p.id`, pools, members)
	claimsSince = db.SQL(`SELECT count(*) AS n FROM {owner_changes h} WHERE h.to_id = :user AND h.kind = 'claim' AND h.at >= :since`, customer.OwnerChanges)
	ownedBy     = db.SQL(`SELECT count(*) AS n FROM {customers c} WHERE c.owner_id = :user AND c.deleted_at = 0 AND NOT c.archived`, customer.Table)
	lastRelease = db.SQL(`SELECT h.at AS n FROM {owner_changes h} WHERE h.customer_id = :customer AND h.from_id = :user ORDER BY h.id DESC LIMIT 1`, customer.OwnerChanges)
)

// Release puts a customer into the open pool.
type Release struct {
	PoolID string `json:"pool_id,omitempty" maxLength:"64" doc:"Left out: the first pool."`
	Reason string `json:"reason,omitempty" maxLength:"500" doc:"A transfer_reason's code, or in words."`
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

// OpenTo are the pools whose customers a user sees and may claim, as access.Actor says it.
func OpenTo(tx *db.Tx, user string) (ids []string, err error) {
	all, err := db.All[Pool](tx, allPools, db.Args{"user": user})
	for _, p := range all {
		if p.Everyone || p.Member {
			ids = append(ids, p.ID)
		}
	}
	return ids, err
}

// Claim takes a customer out of the open pool. Errors: 429 quota_used (a day's claims),
// 409 cap_reached (what one may hold), cooldown (its last owner, too soon).
func (s *Service) Claim(ctx context.Context, who access.Actor, id string, version int64) (customer.Customer, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none customer.Customer, err error) {
		me := who.ID()
		if err := tx.Lock("claim:" + me); err != nil {
			return none, err
		}
		c, err := s.Customers.Line(tx, id)
		if err != nil {
			return none, err
		}
		if err := tx.May(customer.Table, id, change(access.CustomerClaim)); err != nil {
			return none, err
		}
		if err := s.mayClaim(tx, me, id); err != nil {
			return none, err
		}
		home := who.Home()
		args := db.Args{"owner_id": home.User, "department_id": api.Ref(home.Department), "pool_id": nil, "pooled_at": int64(0)}
		if err := s.Customers.ChangeOwner(tx, customer.Claimed, c, c.Version, args, customer.OwnerChange{Kind: "claim", To: api.Ref(me)}, ""); err != nil {
			return none, err
		}
		return s.Customers.Load(tx, id)
	})
}

func (s *Service) mayClaim(tx *db.Tx, me, id string) error {
	p := tx.As(program)
	midnight, err := setting.Midnight(tx)
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
func (s *Service) Release(ctx context.Context, who access.Actor, id string, version int64, in Release) (customer.Customer, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none customer.Customer, err error) {
		pool, err := s.release(tx, id, version, in)
		if err != nil {
			return none, err
		}
		after, err := s.Customers.Load(tx, id)
		if err == db.ErrNotFound {
			return customer.Customer{Summary: customer.Summary{ID: id, PoolID: api.Ref(pool)}}, nil
		}
		return after, err
	})
}

// ReleaseIn is Release inside a unit.
func (s *Service) ReleaseIn(tx *db.Tx, id string, version int64, in Release) error {
	_, err := s.release(tx, id, version, in)
	return err
}

func (s *Service) release(tx *db.Tx, id string, version int64, in Release) (string, error) {
	c, err := s.Customers.Line(tx, id)
	if err != nil {
		return "", err
	}
	if c.Version != version {
		return "", db.ErrStale
	}
	if err := tx.May(customer.Table, id, change(access.CustomerRelease)); err != nil {
		return "", err
	}
	if c.OwnerID == "" {
		return "", fault.Rule("invalid", "owner_id")
	}
	pool, err := s.pool(tx, in.PoolID)
	if err != nil {
		return "", err
	}
	args := db.Args{"owner_id": nil, "department_id": nil, "pool_id": pool, "pooled_at": tx.At(), "last_owner_id": string(c.OwnerID)}
	return pool, s.Customers.ChangeOwner(tx, customer.Released, c, version, args, customer.OwnerChange{Kind: "release", From: c.OwnerID, Reason: in.Reason}, "")
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

// List gives the open pools, and whether one is a member.
func (s *Service) List(ctx context.Context, who access.Actor, _ struct{}) (api.Items[Pool], error) {
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

// Routes are the operations on pools, and on customers in them.
func (s *Service) Routes(r *api.Router) {
	api.List(r, api.Op{Path: "/pools", May: access.Self}, s.List)
	api.Act(r, api.Op{Path: "/customers/{id}/claim", May: access.CustomerClaim, On: customer.Table, Loose: true}, s.Claim)
	api.Do(r, api.Op{Path: "/customers/{id}/release", May: access.CustomerRelease, On: customer.Table}, s.Release)
}
