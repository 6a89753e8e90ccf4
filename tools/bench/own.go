package main

import (
	"context"
	"database/sql"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/customfield/own"
	"zhike/internal/platform/db"
)

var onlyOwn = flag.Bool("own", false, "measure lists by fields that a company added")

// ownFields measures lists of n customers, each with a number and a choice of the company's own, and one in 2,000 with a mark.
func ownFields(n int) error {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "zhike-own")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b := &bench{path: filepath.Join(dir, "zhike.db")}
	keys, _, err := keptKeys(dir)
	if err != nil {
		return err
	}
	start := time.Now()
	for _, do := range []func() error{func() error { return b.open(ctx, keys, true) }, func() error { return b.people(ctx) }, func() error { return b.bulk(ctx, n, 1) }, func() error { return b.open(ctx, keys, false) }} {
		if err := do(); err != nil {
			return err
		}
	}
	if _, err := db.Write(ctx, b.house.DB, loader, func(tx *db.Tx) (int, error) {
		for _, f := range []own.New{{Name: "x_rank", Kind: "number"}, {Name: "x_channel", Kind: "choice", Choices: []string{"甲", "乙", "丙"}}, {Name: "x_mark", Kind: "text"}} {
			f.Label = api.Some(f.Name)
			if _, err := b.house.Ours.AddIn(tx, "customer", "", f); err != nil {
				return 0, err
			}
		}
		return 0, nil
	}); err != nil {
		return err
	}
	if err := b.house.DB.Close(); err != nil {
		return err
	}
	pool, err := sql.Open("sqlite", b.path)
	if err != nil {
		return err
	}
	for _, text := range []string{
		`UPDATE customers SET custom = json_object('x_rank', abs(random()) % 1000000, 'x_channel', substr('jiayibing', 1 + 3 * (abs(random()) % 3), 3))`,
		`INSERT INTO custom_value (field_id, record_id, num) SELECT 'x_rank', id, json_extract(custom, '$.x_rank') FROM customers`,
		`INSERT INTO custom_value (field_id, record_id, text) SELECT 'x_channel', id, json_extract(custom, '$.x_channel') FROM customers`,
		`INSERT INTO custom_value (field_id, record_id, text) SELECT 'x_mark', id, 'M' FROM customers WHERE abs(random()) % 2000 = 0`,
	} {
		if _, err := pool.ExecContext(ctx, text); err != nil {
			return err
		}
	}
	if err := pool.Close(); err != nil {
		return err
	}
	if err := b.open(ctx, keys, false); err != nil {
		return err
	}
	defer func() { b.house.DB.Close() }()
	if err := b.house.DB.Tidy(ctx); err != nil {
		return err
	}
	fmt.Printf("made %d customers with own fields in %s\n", n, time.Since(start).Round(time.Second))
	return b.ownLists(ctx)
}

func (b *bench) ownLists(ctx context.Context) error {
	for _, who := range lookers {
		user, err := b.house.Account.ByLogin(ctx, loader, who.login)
		if err != nil {
			return err
		}
		actor, err := db.Read(ctx, b.house.DB, loader, func(tx *db.Tx) (access.Actor, error) { return b.house.Account.ActorOf(tx, user.ID) })
		if err != nil {
			return err
		}
		for _, q := range []struct{ says, filter, sort string }{
			{"no filter", ``, ""},
			{"a choice that a third has", `{"field":"x_channel","op":"in","value":["jia"]}`, ""},
			{"a number that half have", `{"field":"x_rank","op":"gt","value":500000}`, ""},
			{"both", `{"all":[{"field":"x_channel","op":"in","value":["jia"]},{"field":"x_rank","op":"gt","value":500000}]}`, ""},
			{"a mark that one in 2,000 has", `{"field":"x_mark","op":"eq","value":"M"}`, ""},
			{"not that mark", `{"field":"x_mark","op":"ne","value":"M"}`, ""},
			{"sorted by the number", ``, "x_rank"},
			{"sorted by the number, down, a third", `{"field":"x_channel","op":"in","value":["jia"]}`, "-x_rank"},
		} {
			if err := times(who.name+": "+q.says, 100, func(int) error {
				p, err := b.house.Customers.List(ctx, actor, api.ListQuery{Limit: 50, Filter: q.filter, Sort: q.sort})
				if err == nil && len(p.Items) == 0 && who.name == "all" {
					err = fmt.Errorf("%s finds nothing", q.says)
				}
				return err
			}); err != nil {
				return err
			}
		}
	}
	return nil
}
