package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"strings"
	"time"

	"zhike/internal/app/command"
	"zhike/internal/app/house"

	"zhike/internal/base/folder"
	"zhike/internal/demo"
	"zhike/internal/demo/back"
	"zhike/internal/platform/clock"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"

	"github.com/alecthomas/kong"
)

// Demo fills an empty database with the example company.
type Demo struct {
	Common
	Customers int       `default:"200" help:"How many customers."`
	Seed      int64     `default:"1" help:"The same seed gives the same company."`
	Days      int       `default:"365" help:"How many days of history."`
	Now       time.Time `help:"The instant at which the history ends, as RFC 3339; else the present."`
}

// Validate is asked before Run: a demo too small for its stories is wrong usage.
func (c *Demo) Validate() error {
	if c.Customers < demo.LeastCustomers || c.Days < demo.LeastDays {
		return demo.ErrTooSmall
	}
	return nil
}

// loginsFile lies in the data folder of a demo; only a demo has one.
const loginsFile = "demo-logins.txt"

func (c *Demo) Run(k *kong.Context, out io.Writer) error {
	ctx := context.Background()
	// Nobody waits for the writer here: only errors are news.
	slog.SetDefault(slog.New(slog.NewTextHandler(k.Stderr, &slog.HandlerOptions{Level: slog.LevelError})))
	now := c.Now
	if now.IsZero() {
		now = clock.System()
	}
	f, err := folder.Open(c.Data)
	if err != nil {
		return err
	}
	defer f.Close()
	made, err := c.fill(ctx, f, now, func(done, all int, day time.Time) {
		fmt.Fprintf(k.Stderr, "demo: %s, %d of %d acts\n", day.Format(time.DateOnly), done, all)
	})
	if err != nil {
		return err
	}
	// Opened as a server opens it: what was filled without waiting for the disk is checked and tidied.
	h, err := open(ctx, f, c.Common)
	if err != nil {
		return err
	}
	defer h.DB.Close()
	if err := h.DB.Tidy(ctx); err != nil {
		return err
	}
	fmt.Fprintf(out, "%d customers, %d contacts, %d follow-ups, %d tasks. Logins: %s\n", made.Customers, made.Contacts, made.FollowUps, made.Tasks, f.File(loginsFile))
	return command.Say(out, c.JSON, map[string]any{"customers": made.Customers, "contacts": made.Contacts, "follow_ups": made.FollowUps, "tasks": made.Tasks, "logins_file": f.File(loginsFile)})
}

func (c *Demo) fill(ctx context.Context, f *folder.Folder, now time.Time, progress func(int, int, time.Time)) (none demo.Result, err error) {
	keys, err := f.Keys(c.Key)
	if err != nil {
		return none, err
	}
	where := c.Database
	if where == "" {
		where = f.File("zhike.db")
	}
	// Roles, dictionaries and pools are older than the company's first day.
	hand := clock.At(now.AddDate(0, 0, -c.Days-2))
	d, err := db.Open(ctx, where, db.Options{Now: hand.Now, Relaxed: true})
	if err != nil {
		return none, err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	h := house.Build(d, keys)
	if err := keepFiles(ctx, h, f.Path, c.Files); err != nil {
		return none, err
	}
	if err := h.Ready(ctx); err != nil {
		return none, err
	}
	password, err := readable()
	if err != nil {
		return none, err
	}
	made, err := demo.Fill(ctx, demo.House{DB: d, Hand: hand, Book: h.Book, Account: h.Account, Customers: h.Customers, Directory: h.Directory, Pools: h.Pools, Members: h.Members, Journeys: h.Journeys, FollowUps: h.FollowUps, Tasks: h.Tasks, Needs: h.Needs, Feedback: h.Feedback, Orders: h.Orders, Segments: h.Segments, House: back.House{Door: h.Door, Reviews: h.Reviews, WinBacks: h.WinBacks, Trials: h.Trials, Files: h.Files, Keeping: back.Keeping{Customers: h.Customers, Merges: h.Merges, Archives: h.Archives, Comments: h.Comments, Quality: h.Quality}}},
		demo.Options{Count: c.Customers, Days: c.Days, Seed: c.Seed, Now: now, Password: crypt.NewSecret(password), Progress: progress})
	if err != nil {
		return none, err
	}
	return made, folder.WriteFile(f.File(loginsFile), logins(made, password))
}

// logins is the file that says how to sign in: name, login, password, roles.
func logins(made demo.Result, password string) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n", made.Headline)
	for _, l := range made.Logins {
		fmt.Fprintf(&b, "%s\t%s\t%s\t%s\n", l.Name, l.Login, password, strings.Join(l.Roles, ","))
	}
	return []byte(b.String())
}

// readable is a random password that can be read aloud: eight syllables and two digits,
// 55 bits of chance.
func readable() (string, error) {
	var b strings.Builder
	letter := func(of string) error {
		n, err := rand.Int(rand.Reader, big.NewInt(int64(len(of))))
		if err == nil {
			b.WriteByte(of[n.Int64()])
		}
		return err
	}
	for i, of := range strings.Fields(strings.Repeat("bdfghkmnprstwz aeiou bdfghkmnprstwz aeiou ", 4) + "23456789 23456789") {
		if i > 0 && i%4 == 0 {
			b.WriteByte('-')
		}
		if err := letter(of); err != nil {
			return "", err
		}
	}
	return b.String(), nil
}
