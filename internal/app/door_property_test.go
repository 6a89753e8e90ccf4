package app

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"zhike/internal/app/house"
	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/door"
	"zhike/internal/platform/clock"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
	"zhike/internal/platform/db/dbtest"
	"zhike/internal/platform/fault"

	"github.com/pquerna/otp/totp"
	"pgregory.net/rapid"
)

// The same passphrase under argon2id with little memory and one pass: a property signs in some thousand times.
const cheaply = "$argon2id$v=19$m=64,t=1,p=1$q/r1a3lLY9Edpf2PjvsUpg$rW9pqLAxn32FeIKdfwBsc10qKRutJaYU5zlpkGVsUGM"

var cheapen = db.SQL(`UPDATE {credentials!change c} SET password = :hash WHERE c.user_id <> ''`, account.Credentials)

// tries are what the plain model counts of an account or an address.
type tries struct {
	wrong, locks int
	since, until time.Time
}

// guarded is the plain model of the door, as SECURITY.md has it.
type guarded struct {
	counted map[string]*tries
	served  int64 // the step of the telephone's clock that served last
	used    map[string]bool
}

func (g *guarded) of(subject string) *tries {
	if g.counted[subject] == nil {
		g.counted[subject] = &tries{}
	}
	return g.counted[subject]
}

// locked is for how long the door is closed yet.
func (g *guarded) locked(now time.Time, subjects map[string]int) (left time.Duration) {
	for s := range subjects {
		left = max(left, g.of(s).until.Sub(now))
	}
	return left
}

// wrong counts a wrong try.
func (g *guarded) wrong(now time.Time, subjects map[string]int) {
	for s, most := range subjects {
		x := g.of(s)
		if x.wrong == 0 || now.Sub(x.since) > 15*time.Minute {
			x.wrong, x.since = 0, now
		}
		if x.wrong++; x.wrong == most {
			lock := time.Minute
			for range x.locks {
				lock = min(2*lock, 24*time.Hour)
			}
			x.wrong, x.until = 0, now.Add(lock)
			x.locks++
		}
	}
}

// TestDoorLives: people and guessers come to the door from three addresses with passwords, codes of a telephone and recovery codes, right and wrong and used before,
// the server is started anew in between, and time passes. A plain model says who comes in, who is told what, and for how long the door is closed.
func TestDoorLives(t *testing.T) {
	hand := clock.At(start)
	dbtest.Each(t, hand.Now, func(outer *testing.T, d *db.DB) {
		hand.Set(start)
		w := peopled(outer, d, hand)
		_, err := db.Write(outer.Context(), d, program, func(tx *db.Tx) (int64, error) {
			tx.Noted()
			return tx.ChangeAll(cheapen, db.Args{"hash": cheaply})
		})
		must(outer, err)
		seen := map[string]int{}
		lives(outer, 30, func(t *rapid.T, run int) {
			hand.Advance(25 * time.Hour) // the longest lock
			w.doorLife(outer, t, run, seen)
		})
		outer.Log("what was tried, and its answers:", seen)
		for _, x := range []string{"in", "in by recovery code", "locked_out", "unauthenticated", "second_factor_needed", "wrong_password", "started anew"} {
			if seen[x] == 0 && !outer.Failed() {
				outer.Errorf("nobody was %s: the property says nothing of it", x)
			}
		}
	})
}

func (w *world) doorLife(outer *testing.T, t *rapid.T, life int, seen map[string]int) {
	ctx, logins := t.Context(), []string{"east", "mate", "first", "second", "service", "finance", canaryValue, fmt.Sprint("no-such", life)}
	h, g := w.House, &guarded{counted: map[string]*tries{}, used: map[string]bool{}}
	enter := func(login, password, code, address string) error {
		_, err := h.Door.SignIn(ctx, access.Actor{}.From(access.Origin{Address: address}), door.SigningIn{Login: login, Password: crypt.NewSecret(password), Code: crypt.NewSecret(code)})
		return err
	}
	_, _ = h.Door.EndFactor(ctx, w.actors["east"], struct{}{})
	for _, l := range logins[:6] { // a right password forgives what another life left
		if err := enter(l, "a long enough passphrase", "", fmt.Sprintf("10.9.%d.1", life)); err != nil {
			t.Fatal(l, err)
		}
	}
	g.served = w.hand.Now().Unix() / 30
	key, recovery := w.enrols(outer, "east")
	login := rapid.SampledFrom(logins)
	address := rapid.Map(rapid.IntRange(1, 3), func(n int) string { return fmt.Sprintf("10.%d.%d.1", n, life) })
	subjects := func(login, address string) map[string]int {
		if login == canaryValue {
			login = "east" // his mobile is the same account
		}
		return map[string]int{"account " + login: 5, "address " + address: 20}
	}
	// try does one try; judged is what it comes to where the door is open.
	try := func(t *rapid.T, login, address, judged string, do func() error) string {
		now, got := w.hand.Now(), "in"
		left := g.locked(now, subjects(login, address))
		if err := do(); err != nil {
			f := (*fault.Fault)(nil)
			if !errors.As(err, &f) {
				t.Fatal(err)
			}
			if got = f.Code; got == "locked_out" && f.RetryAfter != left {
				t.Fatalf("closed for %v, the model says %v", f.RetryAfter, left)
			}
		}
		if left > 0 {
			judged = "locked_out"
		}
		if got != judged {
			t.Fatalf("%s from %s: %s, the model says %s: %+v", login, address, got, judged, *g)
		}
		switch got {
		case "unauthenticated", "wrong_password":
			g.wrong(now, subjects(login, address))
		case "in":
			for s, most := range subjects(login, address) {
				if most == 5 {
					delete(g.counted, s)
				}
			}
		}
		seen[got]++
		return got
	}
	t.Repeat(map[string]func(*rapid.T){
		"guess": func(t *rapid.T) {
			l, a := login.Draw(t, "login"), address.Draw(t, "address")
			for range rapid.SampledFrom([]int{1, 1, 3, 6}).Draw(t, "times") {
				code := rapid.SampledFrom([]string{"", "123456", recovery[0]}).Draw(t, "code") // a wrong password uses no code up
				try(t, l, a, "unauthenticated", func() error { return enter(l, "not this one", code, a) })
			}
		},
		"spray": func(t *rapid.T) { // every account a little, from one address
			a := address.Draw(t, "address")
			for range rapid.IntRange(1, 3).Draw(t, "rounds") {
				for _, l := range logins[:6] {
					try(t, l, a, "unauthenticated", func() error { return enter(l, "not this one", "", a) })
				}
			}
		},
		"come": func(t *rapid.T) {
			l, a := rapid.SampledFrom(logins[1:6]).Draw(t, "login"), address.Draw(t, "address")
			try(t, l, a, "in", func() error { return enter(l, "a long enough passphrase", "", a) })
		},
		"own password": func(t *rapid.T) { // the same counter at another door
			l, a := rapid.SampledFrom(logins[:6]).Draw(t, "login"), address.Draw(t, "address")
			try(t, l, a, "wrong_password", func() error {
				_, err := h.Door.ChangePassword(ctx, w.actors[l].From(access.Origin{Address: a}), door.NewPassword{Current: crypt.NewSecret("not this one"), New: crypt.NewSecret("another long passphrase")})
				return err
			})
		},
		"no code": func(t *rapid.T) {
			a := address.Draw(t, "address")
			try(t, "east", a, "second_factor_needed", func() error { return enter("east", "a long enough passphrase", " ", a) })
		},
		"code": func(t *rapid.T) { // of a telephone whose clock differs, and again one that served
			a, at := address.Draw(t, "address"), w.hand.Now().Unix()/30
			shown := at + int64(rapid.IntRange(-2, 2).Draw(t, "steps"))
			if rapid.IntRange(0, 3).Draw(t, "again") == 0 {
				shown = g.served
			}
			code, err := totp.GenerateCode(key, time.Unix(shown*30, 0))
			if err != nil {
				t.Fatal(err)
			}
			judged := "unauthenticated"
			if shown > g.served && shown >= at-1 && shown <= at+1 {
				judged = "in"
			}
			if try(t, "east", a, judged, func() error { return enter("east", "a long enough passphrase", code, a) }) == "in" {
				g.served = shown
			}
		},
		"recovery code": func(t *rapid.T) {
			a, code := address.Draw(t, "address"), rapid.SampledFrom(append(recovery[:4:4], "aaaa-bbbb-cccc-dddd")).Draw(t, "code")
			judged := "unauthenticated"
			if !g.used[code] && code != "aaaa-bbbb-cccc-dddd" {
				judged = "in"
			}
			if try(t, "east", a, judged, func() error { return enter("east", "a long enough passphrase", code, a) }) == "in" {
				g.used[code] = true
				seen["in by recovery code"]++
			}
		},
		"start anew": func(*rapid.T) { h = house.Build(w.DB, w.Keys); seen["started anew"]++ },
		"time": func(t *rapid.T) {
			w.hand.Advance(rapid.SampledFrom([]time.Duration{time.Second, 30 * time.Second, time.Minute, time.Minute, 2 * time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 24 * time.Hour}).Draw(t, "time"))
		},
		"": func(*rapid.T) {},
	})
}
