package door

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/setting"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

var errNoLink = fault.New(fault.Denied, "forbidden")

// SetupToken makes the secret of a one-time link; ok is false where an account exists.
// A new one replaces the last.
func (s *Service) SetupToken(ctx context.Context) (token string, ok bool, err error) {
	token = strings.ToLower(rand.Text())
	ok, err = db.Write(ctx, s.DB, program, func(tx *db.Tx) (bool, error) {
		n, err := db.One[db.Count](tx, account.CountUsers, nil)
		if err != nil || n.N > 0 {
			return false, err
		}
		return true, setting.SetMeta(tx, "setup_token", HashToken(token))
	})
	return token, ok, err
}

// ByLink sets the company up from the browser and signs its administrator in.
func (s *Service) ByLink(ctx context.Context, who access.Actor, in account.SetUp) (SignedIn, error) {
	if state, err := s.People.State(ctx, who, struct{}{}); err != nil || !state.Needed {
		if err == nil {
			err = account.ErrSetUp
		}
		return SignedIn{}, err
	}
	var want string
	if err := s.judge(ctx, who, showing{what: "link", wrong: errNoLink, skip: true,
		look: func(tx *db.Tx, _ *showing) (err error) {
			want, err = setting.Meta(tx, "setup_token")
			return err
		},
		slow: func() bool {
			return want != "" && subtle.ConstantTimeCompare([]byte(want), []byte(HashToken(in.Token))) == 1
		},
	}); err != nil {
		return SignedIn{}, err
	}
	if _, err := s.People.First(ctx, in); err != nil {
		return SignedIn{}, err
	}
	return s.SignIn(ctx, who, SigningIn{Login: in.Login, Password: in.Password})
}
