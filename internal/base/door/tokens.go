package door

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// A Token lets a program act as its user, within a bound, until it ends.
type Token struct {
	ID         string                       `db:"id" json:"id"`
	UserID     string                       `db:"user_id" json:"user_id"`
	Name       string                       `db:"name" json:"name"`
	Carried    db.JSON[[]access.Permission] `db:"permissions" json:"-"`
	Scopes     []access.Permission          `json:"scopes"`
	CreatedAt  api.Time                     `db:"created_at" json:"created_at"`
	ExpiresAt  api.Time                     `db:"expires_at" json:"expires_at"`
	LastUsedAt api.Time                     `db:"last_used_at" json:"last_used_at"`
	EndedAt    int64                        `db:"ended_at" json:"-"`
	UserName   string                       `db:"user_name" json:"user_name,omitempty" doc:"In the list of everybody's."`
	Token      string                       `json:"token,omitempty" doc:"Told once, when it is made."`
}

func (t Token) RecordID() string { return t.ID }

// NewToken asks for one.
type NewToken struct {
	Name   string   `json:"name" minLength:"1" maxLength:"60"`
	Scopes []string `json:"scopes" minItems:"1" maxItems:"100" doc:"Permissions, each of which the user must have."`
	Days   int      `json:"days,omitempty" minimum:"1" maximum:"366" default:"90"`
}

var (
	myTokens  = db.SQL(`SELECT t.id, t.user_id, t.name, t.permissions, t.created_at, t.expires_at, t.last_used_at FROM {tokens t} WHERE t.ended_at = 0 ORDER BY t.created_at DESC`, Tokens)
	allTokens = db.SQL(`SELECT t.id, t.user_id, t.name, t.permissions, t.created_at, t.expires_at, t.last_used_at, u.name AS user_name FROM {tokens t}
		JOIN {users u} ON u.id = t.user_id WHERE t.ended_at = 0 AND {after} ORDER BY {order} LIMIT {limit}`, Tokens, account.Users)
	endOne = db.SQL(`UPDATE {tokens!change t} SET ended_at = :now WHERE t.id = :id AND t.ended_at = 0`, Tokens)
)

// MyTokens lists one's own.
func (s *Service) MyTokens(ctx context.Context, who access.Actor, _ struct{}) (api.Items[Token], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (out api.Items[Token], err error) {
		out.Items, err = db.All[Token](tx, myTokens, nil)
		for i := range out.Items {
			out.Items[i].Scopes = out.Items[i].Carried.V
		}
		return out, err
	})
}

// AddToken makes a token of one's own rights or fewer.
func (s *Service) AddToken(ctx context.Context, who access.Actor, in NewToken) (Token, error) {
	clear := "zk_" + strings.ToLower(rand.Text())
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Token, err error) {
		if err := account.CheckName(in.Name); err != nil {
			return none, err
		}
		scopes := []access.Permission{}
		for _, p := range in.Scopes {
			if !slices.Contains(access.Permissions, access.Permission(p)) || !who.May(p) {
				return none, fault.Rule("invalid", "scopes")
			}
			scopes = append(scopes, access.Permission(p))
		}
		if in.Days == 0 {
			in.Days = 90
		}
		row := struct {
			ID        string                       `db:"id"`
			Name      string                       `db:"name"`
			Hash      string                       `db:"hash"`
			Carried   db.JSON[[]access.Permission] `db:"permissions"`
			CreatedAt int64                        `db:"created_at"`
			ExpiresAt int64                        `db:"expires_at"`
		}{tx.NewID(), in.Name, HashToken(clear), db.Of(scopes), tx.At(), tx.Now().Add(time.Duration(in.Days) * 24 * time.Hour).UnixMilli()}
		if err := tx.Insert(Tokens, row); err != nil {
			return none, err
		}
		out := Token{ID: row.ID, UserID: who.ID(), Name: in.Name, Scopes: scopes, CreatedAt: api.Time(row.CreatedAt), ExpiresAt: api.Time(row.ExpiresAt), Token: clear}
		return out, audit.Note(tx, audit.Entry{Action: "token.create", Kind: "token", Record: row.ID, Details: map[string]any{"scopes": scopes}})
	})
}

// EndToken ends one's own token at once.
func (s *Service) EndToken(ctx context.Context, who access.Actor, id string, _ int64) error {
	_, err := db.Write(ctx, s.DB, who, func(tx *db.Tx) (int, error) {
		if err := tx.Change(endOne, db.Args{"id": id, "now": tx.At()}); err != nil {
			return 0, err
		}
		return 0, audit.Note(tx, audit.Entry{Action: "token.end", Kind: "token", Record: id})
	})
	return err
}

// TokenQuery pages through everybody's tokens.
type TokenQuery struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Cursor string `query:"cursor" maxLength:"2000"`
}

// AllTokens lists everybody's, for whoever manages them.
func (s *Service) AllTokens(ctx context.Context, who access.Actor, q TokenQuery) (out api.Page[Token], err error) {
	w := db.With{Order: db.Down("t.created_at", "t.id"), Limit: q.Limit, After: q.Cursor, Key: "tokens"}
	return db.Read(ctx, s.DB, program, func(tx *db.Tx) (api.Page[Token], error) {
		page, err := db.Page[Token](tx, allTokens, nil, w)
		for i := range page.Rows {
			page.Rows[i].Scopes = page.Rows[i].Carried.V
		}
		return api.Page[Token]{Items: page.Rows, Next: api.Text(page.Next), Prev: api.Text(page.Prev)}, err
	})
}

// EndAnyToken ends anybody's token at once, for whoever manages them.
func (s *Service) EndAnyToken(ctx context.Context, who access.Actor, id string, _ int64) error {
	_, err := db.Write(ctx, s.DB, who, func(tx *db.Tx) (int, error) {
		n, err := tx.As(program).ChangeAll(endOne, db.Args{"id": id, "now": tx.At()})
		if err != nil {
			return 0, err
		}
		if n == 0 {
			return 0, db.ErrNotFound
		}
		return 0, audit.Note(tx, audit.Entry{Action: "token.end", Kind: "token", Record: id})
	})
	return err
}
