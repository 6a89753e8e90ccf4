package door

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"image/png"
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/setting"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"

	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"
)

var (
	factors  = db.Internal("second_factors").Quiet()
	recovery = db.Internal("recovery_codes").Quiet()

	factorOf   = db.SQL(`SELECT f.user_id, f.secret, f.last_step, f.created_at, f.confirmed_at FROM {second_factors f} WHERE f.user_id = :user`, factors)
	useStep    = db.SQL(`UPDATE {second_factors!change f} SET last_step = :step WHERE f.user_id = :user AND f.last_step < :step`, factors)
	confirmIt  = db.SQL(`UPDATE {second_factors!change f} SET confirmed_at = :now WHERE f.user_id = :user`, factors)
	dropFactor = db.SQL(`DELETE FROM {second_factors!change f} WHERE f.user_id = :user`, factors)
	useCode    = db.SQL(`UPDATE {recovery_codes!change c} SET used_at = :now WHERE c.hash = :hash AND c.user_id = :user AND c.used_at = 0`, recovery)
	dropCodes  = db.SQL(`DELETE FROM {recovery_codes!change c} WHERE c.user_id = :user`, recovery)
	codesLeft  = db.SQL(`SELECT count(*) AS n FROM {recovery_codes c} WHERE c.user_id = :user AND c.used_at = 0`, recovery)

	errSecondFactor = fault.New(fault.Unauthenticated, "second_factor_needed")
	errEnrolled     = fault.New(fault.Conflict, "second_factor_stands")
	errNotEnrolled  = fault.New(fault.Conflict, "second_factor_missing")
	errWrongCode    = fault.Rule("wrong_code", "code")
)

// Of the second factor: how long a step of its clock is, how many steps the two clocks may
// differ, and how many recovery codes are given.
const (
	step          = 30
	drift         = 1
	recoveryCodes = 10
)

type factorRow struct {
	UserID      string `db:"user_id"`
	Secret      []byte `db:"secret"`
	LastStep    int64  `db:"last_step"`
	CreatedAt   int64  `db:"created_at"`
	ConfirmedAt int64  `db:"confirmed_at"`
}

func factorPlace(user string) string { return "second_factors/secret/" + user }

// second judges the second factor of somebody whose password was right.
func (s *Service) second(tx *db.Tx, user string, code crypt.Secret) (verdict, error) {
	f, found, err := db.Maybe[factorRow](tx.As(program), factorOf, db.Args{"user": user})
	if err != nil || !found || f.ConfirmedAt == 0 {
		return right, err
	}
	typed := strings.ToLower(strings.NewReplacer(" ", "", "-", "").Replace(code.Clear()))
	if typed == "" {
		return partial, nil
	}
	if len(typed) == 6 {
		return s.timed(tx, f, typed)
	}
	n, err := tx.As(program).ChangeAll(useCode, db.Args{"user": user, "hash": HashToken(typed), "now": tx.At()})
	if err != nil || n == 0 {
		return wrong, err
	}
	return right, audit.Note(tx, audit.Entry{Action: "second_factor.recover", Kind: "user", Record: user})
}

// timed judges a code of the telephone's clock; one that served, or is older, does not again.
func (s *Service) timed(tx *db.Tx, f factorRow, typed string) (verdict, error) {
	key, err := s.Vault.Of(tx, f.UserID)
	if err != nil {
		return wrong, err
	}
	secret, err := key.Open(factorPlace(f.UserID), f.Secret)
	if err != nil {
		return wrong, err
	}
	now := tx.Now().Unix() / step
	for at := now - drift; at <= now+drift; at++ {
		want, err := hotp.GenerateCode(string(secret), uint64(at))
		if err != nil {
			return wrong, err
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(typed)) != 1 {
			continue
		}
		n, err := tx.As(program).ChangeAll(useStep, db.Args{"user": f.UserID, "step": at})
		if err != nil || n == 0 {
			return wrong, err
		}
		return right, nil
	}
	return wrong, nil
}

// A SecondFactor is what its person is told of it.
type SecondFactor struct {
	On       bool     `json:"on"`
	Since    api.Time `json:"since"`
	Left     int64    `json:"recovery_codes_left"`
	Required bool     `json:"required" doc:"The company asks this person for one."`
}

// MySecondFactor tells one of one's own.
func (s *Service) MySecondFactor(ctx context.Context, who access.Actor, _ struct{}) (SecondFactor, error) {
	return db.Read(ctx, s.DB, program, func(tx *db.Tx) (out SecondFactor, err error) {
		f, found, err := db.Maybe[factorRow](tx, factorOf, db.Args{"user": who.ID()})
		if err != nil {
			return out, err
		}
		n, err := db.One[db.Count](tx, codesLeft, db.Args{"user": who.ID()})
		if err != nil {
			return out, err
		}
		out = SecondFactor{On: found && f.ConfirmedAt > 0, Since: api.Time(f.ConfirmedAt), Left: n.N}
		out.Required, err = s.required(tx, who)
		return out, err
	})
}

// A Seed is a new second factor before its first code: shown to its person once.
type Seed struct {
	Key   string `json:"key" doc:"For an authenticator that cannot read the picture."`
	URI   string `json:"uri"`
	Image string `json:"image" doc:"A QR code, as a data URI."`
}

// Enrol begins a second factor; it counts once its first code was shown. Beginning again
// replaces one that was never confirmed.
func (s *Service) Enrol(ctx context.Context, who access.Actor, _ struct{}) (out Seed, err error) {
	company, err := db.Read(ctx, s.DB, program, func(tx *db.Tx) (string, error) { return setting.CompanyShortName.In(tx) })
	if err != nil {
		return out, err
	}
	issuer := strings.TrimSpace("Zhike " + strings.ReplaceAll(company, ":", " "))
	made, err := totp.Generate(totp.GenerateOpts{Issuer: issuer, AccountName: who.Name(), Period: step, SecretSize: 20})
	if err != nil {
		return out, err
	}
	picture, err := made.Image(220, 220)
	if err != nil {
		return out, err
	}
	var b bytes.Buffer
	if err := png.Encode(&b, picture); err != nil {
		return out, err
	}
	out = Seed{Key: made.Secret(), URI: made.URL(), Image: "data:image/png;base64," + base64.StdEncoding.EncodeToString(b.Bytes())}
	_, err = db.Write(ctx, s.DB, who, func(tx *db.Tx) (int, error) {
		p := tx.As(program)
		if err := tx.Lock("second_factor:" + who.ID()); err != nil {
			return 0, err
		}
		f, found, err := db.Maybe[factorRow](p, factorOf, db.Args{"user": who.ID()})
		if err != nil {
			return 0, err
		}
		if found && f.ConfirmedAt > 0 {
			return 0, errEnrolled
		}
		key, err := s.Vault.Of(tx, who.ID())
		if err != nil {
			return 0, err
		}
		return 0, p.Put(factors, factorRow{UserID: who.ID(), Secret: key.Seal(factorPlace(who.ID()), []byte(out.Key)), CreatedAt: tx.At()}, "user_id")
	})
	return out, err
}

// FirstCode shows that the secret arrived.
type FirstCode struct {
	Code crypt.Secret `json:"code"`
}

// Recovery is the recovery codes, told once.
type Recovery struct {
	Codes []string `json:"recovery_codes"`
}

// ConfirmFactor makes a second factor count, and gives its recovery codes.
func (s *Service) ConfirmFactor(ctx context.Context, who access.Actor, in FirstCode) (out Recovery, err error) {
	err = s.judge(ctx, who, showing{what: "code", login: who.Name(), user: who.ID(), wrong: errWrongCode,
		code: func(tx *db.Tx) (verdict, error) {
			f, found, err := db.Maybe[factorRow](tx, factorOf, db.Args{"user": who.ID()})
			switch {
			case err != nil:
				return wrong, err
			case !found:
				return wrong, errNotEnrolled
			case f.ConfirmedAt > 0:
				return wrong, errEnrolled
			}
			return s.timed(tx, f, strings.ReplaceAll(in.Code.Clear(), " ", ""))
		},
		kept: func(tx *db.Tx) (err error) {
			if _, err := tx.ChangeAll(confirmIt, db.Args{"user": who.ID(), "now": tx.At()}); err != nil {
				return err
			}
			if out.Codes, err = recoveryFor(tx, who.ID()); err != nil {
				return err
			}
			if err := account.Changed(tx); err != nil { // he need not be led to enrol any longer
				return err
			}
			return audit.Note(tx.As(who), audit.Entry{Action: "second_factor.begin", Kind: "user", Record: who.ID()})
		},
	})
	return out, err
}

// NewRecovery replaces one's recovery codes.
func (s *Service) NewRecovery(ctx context.Context, who access.Actor, _ struct{}) (Recovery, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (out Recovery, err error) {
		f, found, err := db.Maybe[factorRow](tx.As(program), factorOf, db.Args{"user": who.ID()})
		if err != nil {
			return out, err
		}
		if !found || f.ConfirmedAt == 0 {
			return out, errNotEnrolled
		}
		if out.Codes, err = recoveryFor(tx.As(program), who.ID()); err != nil {
			return out, err
		}
		return out, audit.Note(tx, audit.Entry{Action: "second_factor.codes", Kind: "user", Record: who.ID()})
	})
}

// recoveryFor replaces the recovery codes of a person: eighty bits each, so that a hash without salt keeps them.
func recoveryFor(tx *db.Tx, user string) (codes []string, err error) {
	if _, err := tx.ChangeAll(dropCodes, db.Args{"user": user}); err != nil {
		return nil, err
	}
	for range recoveryCodes {
		c := strings.ToLower(rand.Text()[:16])
		row := struct {
			Hash   string `db:"hash"`
			UserID string `db:"user_id"`
		}{HashToken(c), user}
		if err := tx.Insert(recovery, row); err != nil {
			return nil, err
		}
		codes = append(codes, c[:4]+"-"+c[4:8]+"-"+c[8:12]+"-"+c[12:])
	}
	return codes, nil
}

// EndFactor ends one's own second factor.
func (s *Service) EndFactor(ctx context.Context, who access.Actor, _ struct{}) (Done, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (Done, error) { return Done{}, s.dropFactor(tx, who.ID(), "second_factor.end") })
}

// ResetFactor takes another's second factor away, whose telephone is lost, and ends his sessions.
func (s *Service) ResetFactor(ctx context.Context, who access.Actor, id string, _ int64) (account.User, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none account.User, err error) {
		u, err := s.People.In(tx, id)
		if err != nil {
			return none, err
		}
		if err := s.People.MayGive(tx, u.RoleIDs); err != nil {
			return none, err
		}
		if err := s.dropFactor(tx, id, "second_factor.reset"); err != nil {
			return none, err
		}
		return u, s.putOut(tx, id, "")
	})
}

func (s *Service) dropFactor(tx *db.Tx, user, action string) error {
	p := tx.As(program)
	n, err := p.ChangeAll(dropFactor, db.Args{"user": user})
	if err != nil {
		return err
	}
	if n == 0 {
		return errNotEnrolled
	}
	if _, err := p.ChangeAll(dropCodes, db.Args{"user": user}); err != nil {
		return err
	}
	if err := account.Changed(tx); err != nil {
		return err
	}
	return audit.Note(tx, audit.Entry{Action: action, Kind: "user", Record: user})
}

// required says whether the company asks this person for a second factor.
func (s *Service) required(tx *db.Tx, who access.Actor) (bool, error) {
	whom, err := setting.SignInSecondFactor.In(tx)
	return whom == "everybody" || whom == "administrators" && account.Steers(who), err
}

// lacks says whether a person must enrol before anything else.
func (s *Service) lacks(tx *db.Tx, who access.Actor) (bool, error) {
	must, err := s.required(tx, who)
	if err != nil || !must {
		return false, err
	}
	f, found, err := db.Maybe[factorRow](tx.As(program), factorOf, db.Args{"user": who.ID()})
	return !found || f.ConfirmedAt == 0, err
}
