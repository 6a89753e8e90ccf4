package merge

import (
	"context"
	"slices"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/rule"
	"zhike/internal/crm/winback"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
	"zhike/internal/platform/job"
)

// An Ask names who goes into a customer, and what of it is taken.
type Ask struct {
	OtherID      string            `json:"other_id" minLength:"1" maxLength:"64"`
	OtherVersion int64             `json:"other_version" minimum:"1" doc:"As the caller saw it: 412 where it was changed since."`
	Fields       map[string]string `json:"fields,omitempty" maxProperties:"200" doc:"Of a field by its name (of the company's own: custom.<name>), what is taken: other, or both of tags, choices, competitors and long texts. What is left out stays as it is."`
	Keep         bool              `json:"keep_owner,omitempty" doc:"The other's owner goes on working with the customer, as a collaborator."`
}

var (
	openPlan = db.SQL(`SELECT count(*) AS n FROM {win_backs w} WHERE w.customer_id = :customer AND w.state = 'open'`, winback.Table)
	isFirst  = db.SQL(`UPDATE {customers!change c} SET primary_contact_id = :contact WHERE c.id = :id`, customer.Table)
)

// Merge lets another customer go into one, in the versions the caller saw. Needs the rights to
// merge and to change both. 409: merge_self, merge_kind, merge_plans, merge_away.
func (s *Service) Merge(ctx context.Context, who access.Actor, id string, version int64, in Ask) (Merge, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (Merge, error) { return s.MergeIn(tx, id, version, in) })
}

// MergeIn is Merge inside a unit.
func (s *Service) MergeIn(tx *db.Tx, id string, version int64, in Ask) (none Merge, err error) {
	if err := tx.Lock("merge"); err != nil { // two at once could go into each other
		return none, err
	}
	one, other, err := s.both(tx, id, in.OtherID)
	if err != nil {
		return none, err
	}
	if one.Version != version || other.Version != in.OtherVersion {
		return none, db.ErrStale
	}
	if code, err := s.refused(tx, one, other); err != nil || code != "" {
		if err == nil {
			err = fault.New(fault.Conflict, code)
		}
		return none, err
	}
	p := tx.As(program)
	m := Merge{ID: tx.NewID(), CustomerID: id, OtherID: other.ID, OtherCode: other.Code, OtherName: shownName(other), At: api.Time(tx.At()), Until: api.Time(tx.Now().AddDate(0, 0, Days).UnixMilli())}
	before, err := faceOf(p, id)
	if err != nil {
		return none, err
	}
	said, took, err := s.taken(tx, one, other, in.Fields)
	if err != nil {
		return none, err
	}
	m.Took = took
	if err := tx.Set(gone, other.ID, 0, db.Args{"deleted_at": tx.At(), "merged_into": id}); err != nil {
		return none, err
	}
	if err := s.Duplicates.Binned(tx, other.ID, tx.At()); err != nil {
		return none, err
	}
	if err := s.note(tx, m); err != nil {
		return none, err
	}
	counts, err := move(p, m.ID, other.ID, id, string(one.OwnerID))
	if err != nil {
		return none, err
	}
	if err := s.Vault.JoinKeys(tx, id, other.ID, m.ID); err != nil {
		return none, err
	}
	if err := s.settle(p, m, one, other); err != nil {
		return none, err
	}
	if in.Keep {
		if err := s.keepOwner(tx, m, one, other); err != nil {
			return none, err
		}
	}
	if err := s.Customers.WriteIn(tx, id, version, said); err != nil {
		return none, err
	}
	if err := s.turn(p, id, version); err != nil {
		return none, err
	}
	if err := s.point(tx, m.ID, other.ID, id); err != nil {
		return none, err
	}
	if err := s.Customers.PeopleChanged(tx, id); err != nil {
		return none, err
	}
	if err := s.Customers.Reindex(tx, id); err != nil {
		return none, err
	}
	if err := tx.Forget("customer", other.ID); err != nil {
		return none, err
	}
	if err := s.remember(tx, m, before); err != nil {
		return none, err
	}
	if err := s.tell(tx, m, one, other); err != nil {
		return none, err
	}
	if err := s.Queue.Enqueue(tx, job.New{Kind: JobGather, Payload: gathering{m.ID}, RunAt: tx.Now().Add(time.Minute)}); err != nil {
		return none, err
	}
	details := map[string]any{"other": other.ID, "code": other.Code, "moved": counts, "took": took, "merge": m.ID}
	if err := audit.Note(tx, audit.Entry{Action: "customer.merge", Kind: "customer", Record: id, Customer: id, Details: details}); err != nil {
		return none, err
	}
	if err := audit.Note(tx, audit.Entry{Action: "customer.merged", Kind: "customer", Record: other.ID, Customer: other.ID, Details: map[string]any{"into": id, "code": one.Code, "merge": m.ID}}); err != nil {
		return none, err
	}
	return db.One[Merge](tx, byID, db.Args{"id": m.ID})
}

// turn gives a customer a version of its own, so that nobody writes over it from an older page.
func (s *Service) turn(p *db.Tx, id string, version int64) error {
	return p.Set(rewritten, id, 0, db.Args{"version": version + 1, "updated_at": p.At()})
}

// shownName is what may stand in a list: an individual's is masked.
func shownName(c customer.Customer) string {
	if c.Kind == customer.Individual {
		return rule.MaskName(c.Name)
	}
	return c.Name
}

// both reads the two customers whole, for whoever may merge either.
func (s *Service) both(tx *db.Tx, id, other string) (one, two customer.Customer, err error) {
	if id == other {
		return one, two, fault.New(fault.Conflict, "merge_self")
	}
	for _, x := range []string{id, other} {
		if err := tx.May(customer.Table, x, change(access.CustomerMerge)); err != nil {
			return one, two, err
		}
	}
	if one, err = s.Customers.Whole(tx, id); err != nil {
		return one, two, err
	}
	two, err = s.Customers.Whole(tx, other)
	return one, two, err
}

// refused says why two customers cannot become one; "" where they can.
func (s *Service) refused(tx *db.Tx, one, other customer.Customer) (string, error) {
	if (one.Kind == customer.Individual) != (other.Kind == customer.Individual) {
		return "merge_kind", nil
	}
	plans := 0
	for _, id := range []string{one.ID, other.ID} {
		n, err := db.One[db.Count](tx.As(program), openPlan, db.Args{"customer": id})
		if err != nil {
			return "", err
		}
		plans += int(n.N)
	}
	if plans > 1 {
		return "merge_plans", nil // one win-back plan at a time: one must be ended first
	}
	return "", nil
}

func (s *Service) note(tx *db.Tx, m Merge) error {
	return tx.Insert(Table, struct {
		ID       string      `db:"id"`
		Customer string      `db:"customer_id"`
		Other    string      `db:"other_id"`
		Code     string      `db:"other_code"`
		Name     string      `db:"other_name"`
		By       *string     `db:"by_id"`
		At       int64       `db:"at"`
		Until    int64       `db:"until"`
		Took     api.Strings `db:"took"`
	}{m.ID, m.CustomerID, m.OtherID, m.OtherCode, m.OtherName, by(tx), int64(m.At), int64(m.Until), m.Took})
}

func by(tx *db.Tx) *string {
	if id := tx.Who().ID(); id != "" {
		return &id
	}
	return nil
}

// settle brings what follows from talks, orders and people up to date.
func (s *Service) settle(p *db.Tx, m Merge, one, other customer.Customer) error {
	next := min(one.NextFollowUpAt, other.NextFollowUpAt)
	if next == 0 {
		next = max(one.NextFollowUpAt, other.NextFollowUpAt)
	}
	if err := p.Set(customer.Talked, m.CustomerID, 0, db.Args{"last_follow_up_at": int64(max(one.LastFollowUpAt, other.LastFollowUpAt)),
		"next_follow_up_at": int64(next), "first_talk_on": earlier(one.FirstTalkOn, other.FirstTalkOn)}); err != nil {
		return err
	}
	if err := p.Set(customer.Ordered, m.CustomerID, 0, db.Args{"first_order_on": earlier(one.FirstOrderOn, other.FirstOrderOn), "last_order_on": string(max(one.LastOrderOn, other.LastOrderOn))}); err != nil {
		return err
	}
	people, err := db.All[idRow](p, primary, db.Args{"customer": m.CustomerID})
	if err != nil || len(people) == 0 {
		return err
	}
	_, err = p.ChangeAll(isFirst, db.Args{"id": m.CustomerID, "contact": people[0].ID})
	return err
}

func earlier(a, b api.Text) string {
	if a == "" || b == "" {
		return string(max(a, b))
	}
	return string(min(a, b))
}

// keepOwner lets the other's owner go on working with the customer.
func (s *Service) keepOwner(tx *db.Tx, m Merge, one, other customer.Customer) error {
	user := string(other.OwnerID)
	if user == "" || user == string(one.OwnerID) {
		return nil
	}
	if _, ok, err := account.Active(tx, user); err != nil || !ok {
		return err
	}
	fresh, err := s.Members.Fresh(tx, m.CustomerID, user)
	if err != nil || !fresh {
		return err
	}
	if err := s.Members.AddIn(tx, m.CustomerID, user); err != nil {
		return err
	}
	return tx.As(program).Insert(rows, moved{m.ID, "customer_members", user, "made"})
}

// remember seals how the customer stood before and stands now.
func (s *Service) remember(tx *db.Tx, m Merge, before face) error {
	after, err := faceOf(tx.As(program), m.CustomerID)
	if err != nil {
		return err
	}
	key, err := s.Vault.Of(tx, m.CustomerID)
	if err != nil {
		return err
	}
	sealed, err := kept{before, after}.seal(key, m.ID)
	if err != nil {
		return err
	}
	return tx.Set(made, m.ID, 0, db.Args{"kept": sealed})
}

// tell lets the owners of both know.
func (s *Service) tell(tx *db.Tx, m Merge, one, other customer.Customer) error {
	owners := []string{string(one.OwnerID), string(other.OwnerID)}
	slices.Sort(owners)
	for _, o := range slices.Compact(owners) {
		if o == "" || s.Told == nil {
			continue
		}
		if err := s.Told(tx, m, o); err != nil {
			return err
		}
	}
	return nil
}
