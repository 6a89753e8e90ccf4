package door

import (
	"context"
	"errors"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// LookLife is how long somebody looks as a role before it ends by itself.
const LookLife = 30 * time.Minute

var (
	beginLook = db.SQL(`UPDATE {sessions!change s} SET look_role = :role, look_user = :user, look_until = :until WHERE s.id = :id`, Sessions)
	endLook   = db.SQL(`UPDATE {sessions!change s} SET look_role = '', look_user = '', look_until = 0 WHERE s.id = :id AND s.look_until = :look`, Sessions)

	errReach = fault.New(fault.Denied, "look_reach")
)

// A Look is a role as which a person looks, at whose place, and until when.
type Look struct {
	RoleID   string   `json:"role_id"`
	RoleName string   `json:"role_name"`
	UserID   string   `json:"user_id" doc:"The colleague at whose place; empty for one's own."`
	UserName string   `json:"user_name"`
	Until    api.Time `json:"until"`
}

// Beginning to look: as which role, and at the place of which colleague who holds it.
type Beginning struct {
	RoleID string `json:"role_id" maxLength:"64"`
	UserID string `json:"user_id,omitempty" maxLength:"64" doc:"Left out: at one's own place."`
}

// BeginLook has this session see as a role, and write nothing, for half an hour. It is for who manages roles and
// reaches every customer, so that the role shows him nothing new. Errors: 403 look_reach, 422 look_not_held.
func (s *Service) BeginLook(ctx context.Context, who access.Actor, in Beginning) (Look, error) {
	here := s.here(ctx)
	if here.ID == "" || !who.Can(access.RoleManage) {
		return Look{}, db.ErrDenied
	}
	if !who.ReachesAll(access.CustomerRead) {
		return Look{}, errReach
	}
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (Look, error) {
		v, err := s.People.Sight(tx, who, in.RoleID, in.UserID, api.LanguageOf(ctx))
		if err != nil {
			return Look{}, err
		}
		until := tx.Now().Add(LookLife).UnixMilli()
		if err := tx.As(program).Change(beginLook, db.Args{"id": here.ID, "role": v.RoleID, "user": v.UserID, "until": until}); err != nil {
			return Look{}, err
		}
		s.closed(tx, who.ID()) // what its pages hold open told of more
		return shownLook(v, until), audit.Note(tx, audit.Entry{Action: "role.look", Kind: "role", Record: v.RoleID, Details: lookedAt(v.UserID)})
	})
}

func shownLook(v account.Sight, until int64) Look {
	return Look{RoleID: v.RoleID, RoleName: v.RoleName, UserID: v.UserID, UserName: v.UserName, Until: api.Time(until)}
}

func lookedAt(user string) map[string]any {
	if user == "" {
		return nil
	}
	return map[string]any{"user": user}
}

// EndLook gives the session back what it sees.
func (s *Service) EndLook(ctx context.Context, who access.Actor, _ struct{}) (Done, error) {
	if here := s.here(ctx); here.LookUntil > 0 {
		return Done{}, s.over(ctx, who, here, "exit")
	}
	return Done{}, nil
}

// over ends a look once, whoever of several requests finds first that it has.
func (s *Service) over(ctx context.Context, who access.Actor, row sessionRow, why string) error {
	_, err := db.Write(ctx, s.DB, who, func(tx *db.Tx) (int64, error) {
		n, err := tx.As(program).ChangeAll(endLook, db.Args{"id": row.ID, "look": row.LookUntil})
		if err != nil || n == 0 {
			return 0, err
		}
		s.closed(tx, who.ID())
		return n, audit.Note(tx, lookEnds(row, why))
	})
	return err
}

func lookEnds(row sessionRow, why string) audit.Entry {
	details := map[string]any{"why": why}
	for k, v := range lookedAt(row.LookUser) {
		details[k] = v
	}
	return audit.Entry{Action: "role.look_end", Kind: "role", Record: row.LookRole, Details: details}
}

// looking is who as his session looks. It has ended when its time is up, when the role or the colleague is gone, and
// when he may no longer begin one.
func (s *Service) looking(ctx context.Context, who access.Actor, row sessionRow) (access.Actor, error) {
	if !who.Known() {
		return who, nil
	}
	why := "time"
	if s.DB.Now().UnixMilli() < row.LookUntil {
		why = "gone"
		if who.Can(access.RoleManage) && who.ReachesAll(access.CustomerRead) {
			v, err := s.sight(ctx, who, row)
			if err == nil {
				return v.As(who), nil
			}
			if !errors.Is(err, account.ErrNoRole) && !errors.Is(err, account.ErrNotHeld) {
				return access.Actor{}.From(who.Origin()), err // not known to have ended: nothing is to be seen with more
			}
		}
	}
	return who, s.over(ctx, who, row, why)
}

func (s *Service) sight(ctx context.Context, who access.Actor, row sessionRow) (account.Sight, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (account.Sight, error) {
		return s.People.Sight(tx, who, row.LookRole, row.LookUser, api.LanguageOf(ctx))
	})
}

// lookOf is what the session of a request looks as, for its page.
func (s *Service) lookOf(ctx context.Context, who access.Actor) (*Look, error) {
	if !who.IsLooking() {
		return nil, nil
	}
	row := s.here(ctx)
	v, err := s.sight(ctx, who, row)
	if err != nil {
		return nil, err
	}
	look := shownLook(v, row.LookUntil)
	return &look, nil
}
