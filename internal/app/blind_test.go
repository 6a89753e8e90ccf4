package app

import (
	"bytes"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"zhike/internal/app/house"
	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/door"
	"zhike/internal/base/exchange"
	"zhike/internal/crm/alert"
	"zhike/internal/crm/chain"
	"zhike/internal/crm/confirm"
	"zhike/internal/crm/contact"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/followup"
	"zhike/internal/crm/likeness"
	"zhike/internal/crm/pool"
	"zhike/internal/crm/review"
	"zhike/internal/platform/clock"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
	"zhike/internal/platform/db/dbtest"
)

// TestBlind is the check that does not trust the text of any query: whoever reaches
// nothing must not be able to tell a full world from an empty one.
func TestBlind(t *testing.T) {
	engines := []string{"sqlite"}
	if dbtest.Postgres() != "" {
		engines = append(engines, "postgresql")
	}
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) {
			hand := clock.At(start)
			var w *world
			full, empty := dbtest.Twins(t, engine, hand.Now, func(d *db.DB) {
				w = peopled(t, d, hand)
				w.ruled(t)
				w.ownFields(t)
				w.ledBy(t, w.branch, "leader")
			})
			w.House = house.Build(full, w.Keys)
			w.customers(t)
			w.keepsFiles(t)
			w.papers(t)
			w.owned(t)
			w.joined(t)
			w.proposed(t)
			w.attached = w.added(t, "east", w.placements["own"]["customers"], "first.pdf")
			w.keepsNotices(t)
			w.sheets(t)
			w.blind(t, full, empty)
		})
	}
}

// lived adds what only time brings: a session, a token, a correction, a claim, a release.
func (w *world) lived(t *testing.T) (session door.OpenSession, token, individual, short string) {
	ctx := t.Context()
	_, err := w.Door.SignIn(ctx, access.Actor{}, door.SigningIn{Login: "east", Password: secret})
	must(t, err)
	sessions, err := w.Door.OpenSessions(ctx, w.actors["east"], struct{}{})
	must(t, err)
	made, err := w.Door.AddToken(ctx, w.actors["east"], door.NewToken{Name: "t", Scopes: []string{"customer.read"}})
	must(t, err)
	_, err = w.FollowUps.CorrectIt(ctx, w.actors["east"], w.placements["own"]["follow_ups"], followup.Correct{Content: "改过的话", Reason: "写错了字"})
	must(t, err)
	c, err := w.Customers.Create(ctx, w.actors["mate"], customer.New{Change: customer.Change{Name: api.Some("台州己泽食品有限公司")}})
	must(t, err)
	_, err = w.Pools.Release(ctx, w.actors["mate"], c.ID, c.Version, pool.Release{})
	must(t, err)
	_, err = w.Pools.Claim(ctx, w.actors["east"], c.ID, 0)
	must(t, err)
	_, err = w.Chains.SetSteps(ctx, w.actors["east"], w.placements["own"]["customers"], 0, chain.Steps{Steps: []chain.Step{{Department: "采购部", Approver: "王五"}}})
	must(t, err)
	_, err = w.Directory.Add(ctx, w.actors["east"], w.placements["own"]["customers"], contact.New{Name: api.Some("李四"), ReportsTo: api.Some(w.placements["own"]["contacts"])})
	must(t, err)
	_, err = w.Customers.Change(ctx, w.actors["east"], w.placements["own"]["customers"], versionOf(t, w, "own"), customer.Change{BuyBy: api.Some("2026-06-30")})
	must(t, err)
	for _, said := range []confirm.Said{{Field: "buy_by", Confirmed: true}, {Field: "name", ContactID: w.placements["own"]["contacts"], Confirmed: true}} {
		_, err = w.Confirmed.Confirm(ctx, w.actors["east"], w.placements["own"]["customers"], 0, said)
		must(t, err)
	}
	one, err := w.Customers.Create(ctx, w.actors["east"], customer.New{Change: customer.Change{Kind: api.Some(customer.Individual), Name: api.Some("陆晓峰")}})
	must(t, err)
	w.archived(t, "衢州乙泽食品有限公司")
	_, err = w.Customers.Create(ctx, w.actors["east"], customer.New{Change: customer.Change{Name: api.Some("嘉兴辛泽机械有限公司"), CreditCode: api.Some(creditCode)}})
	must(t, err)
	_, err = w.FollowUps.Record(ctx, w.actors["east"], w.placements["own"]["customers"], followup.New{Method: "call", Content: "先问了产能", HappenedAt: api.On(start.Add(-50 * time.Hour))})
	must(t, err)
	brand, err := w.Customers.Create(ctx, w.actors["east"], customer.New{Change: customer.Change{Name: api.Some("己泽")}})
	must(t, err)
	_, err = w.Customers.Create(ctx, w.actors["east"], customer.New{Change: customer.Change{Name: api.Some("杭州小灶台餐饮管理有限公司")}})
	must(t, err)
	return sessions.Items[0], made.Token, one.ID, brand.ID
}

func (w *world) blind(t *testing.T, full, empty *db.DB) {
	session, token, individual, short := w.lived(t)
	_, err := w.Customers.Change(t.Context(), w.actors["leader"], w.placements["own"]["customers"], versionOf(t, w, "own"), customer.Change{Name: api.Some("温州子泽食品有限公司")})
	must(t, err) // it waits for east
	w.affiliated(t)
	w.segmented(t)
	w.reviewed(t)
	w.lookedBack(t)
	w.alerted(t)
	_, err = db.Write(t.Context(), full, program, func(tx *db.Tx) (string, error) {
		if _, err := w.standing(tx, "own", "tasks"); err != nil {
			return "", err
		}
		return w.standing(tx, "own", "feedback")
	})
	must(t, err)
	_, err = w.Alerts.Snooze(t.Context(), w.actors["east"], w.placements["own"]["alerts"], 0, alert.PutOff{Minutes: 60})
	must(t, err)
	group, err := db.Read(t.Context(), full, program, func(tx *db.Tx) (account.Colleague, error) {
		u, _, err := account.Active(tx, w.users["east"])
		return u, err
	})
	must(t, err)
	// Whoever reaches nothing: signed in, with every permission, and owning no row.
	every := access.SignedIn(access.Person{User: "stranger", Login: "stranger", Roles: []access.Role{{Scope: access.Own, Permissions: without(access.Permissions, access.CustomerClaim, access.AuditRead, access.SettingManage)}}})
	var samples []db.Args
	c, owner := "", w.users["east"]
	for _, x := range []string{"customers", "contacts", "follow_ups", "tasks", "promises", "suspects", "needs", "feedback", "orders", "/orders/{id}/restore", "alerts", "win_backs", "trials", "merges", "attachments", "archives", "affiliations", "comments", "customer_checks", "key_changes"} {
		for _, p := range []string{"own", "binned", "collaborator", "pool"} {
			id := w.placements[p]
			c = id["customers"]
			samples = append(samples, db.Args{
				"id": id[x], "custom": "{}", "days": int64(30), "synonyms": "[]", "ask": "{}", "tagged": "[]", "upto": "~", "numbered": int64(1), "into": c, "merge": id["merges"], "ids": []string{individual, id["customers"], id["contacts"], id["follow_ups"], id["tasks"], id["promises"], id["needs"], id["feedback"], id["orders"], w.member, id["alerts"], id["win_backs"]}, "plan": id["win_backs"], "first": "A", "last": "Z", "number": map[string]string{"needs": "D20260302001", "feedback": "F20260302001", "orders": "DD" + id["orders"], "archives": "DA" + c}[x], "keys": []string{w.nameKey(t, c)}, "numbers": [][]byte{w.Keys.Index(crypt.Phone, "+86"+canaryValue)}, "emails": [][]byte{{}},
				"other": id["other"], "strict": int64(0), "same": w.marks(t, c, "same"), "sound": w.marks(t, c, "sound"), "marks": w.ends(t, c, short), "stands": "open", "to_ids": "[]", "active": true, "planned": int64(0), "due_at": int64(0), "sent": int64(0), "stood": "{}", "tag": "cost_efficiency", "tags": []string{"cost_efficiency"}, "parents": []string{"cost_efficiency"}, "customer": c, "record": c, "field": "tags",
				"key": w.nameKey(t, c), "self": "", "code": "", "user": owner, "me": owner, "owner": owner, "contact": id["contacts"], "at": int64(0), "before": int64(1) << 60,
				"since": int64(0), "low": int64(101), "begun": int64(1) << 60, "edge": int64(0), "from": int64(0), "batch": 10, "version": int64(1), "most": 10, "department": string(group.DepartmentID), "now": int64(1), "action": "customer.create",
				"actor": owner, "until": int64(1) << 60, "token": session.Token, "hash": door.HashToken(token), "series": "customer", "subject": "x", "subjects": []string{"x"}, "login": "east", "mobile": []byte("x"),
				"password": "x", "must": false, "employee_no": "", "keep": "", "role": "", "look": int64(0), "path": "/", "position": int64(0), "limit": 10, "dictionary": "tag", "state": "waiting", "name": "x", "holder": "x", "kinds": []string{"x"}, "to": "x",
				"segment": w.segment, "rule": w.rule, "alert": id["alerts"], "only": []string{id["alerts"]}, "clock": "none", "rung": int64(0), "params": "{}", "recorded": int64(0), "after": "", "order": id["orders"], "reference": "R" + id["customers"], "but": "", "day": "2026-02-27", "from_day": "2025-01-01", "moment": int64(1) << 60, "stage": "first_contact", "stages": []string{"negotiating"}, "middle": int64(0), "to_day": "2027-01-01", "before_day": "2024-01-01", "status": "potential", "next": "interested", "amount": int64(27182818),
				"format": "{}", "columns": "[]", "mapping": "{}", "defaults": "{}", "kept": "[]", "failure": "null", "problems": "[]", "head": []byte("x"), "cells": []byte("x"), "staged": false, "duplicates": "skip",
				"total": int64(0), "progress": int64(0), "n": int64(0), "good": int64(0), "drafts": int64(0), "bad": int64(0), "duplicate": int64(0), "checked": int64(0), "yesterday": int64(0), "states": []string{"x"}, "repeats": int64(0), "outcome": int64(0), "ended": int64(0),
			})
		}
	}
	spoken, err := db.Read(t.Context(), full, program, func(tx *db.Tx) (all []string, err error) {
		for _, r := range []string{w.review, w.closed} {
			ids, err := tx.Under(review.Comments, r)
			if err != nil {
				return nil, err
			}
			all = append(all, ids...)
		}
		return all, nil
	})
	must(t, err)
	for _, id := range spoken {
		one := maps.Clone(samples[0])
		one["id"] = id
		samples = append(samples, one)
	}
	for _, word := range []string{"", "call", "decider", "user", "finance", "technical", "sales", "visit", "cost_efficiency", "contract", "price"} { // of dictionaries, and none
		one := maps.Clone(samples[0])
		one["word"], one["to"], one["id"], one["day"], one["extension"] = word, word, w.placements["own"]["customers"], w.attached.Day, "pdf"
		samples = append(samples, one)
	}
	confirmed := maps.Clone(samples[0])
	confirmed["field"], confirmed["fields"] = "buy_by", []string{"name"}
	samples = append(samples, confirmed)
	for _, p := range []string{"own", "pool", "collaborator"} { // whom another went into
		one := maps.Clone(samples[0])
		one["id"], one["code"], one["into"] = w.placements[p]["merged"], w.placements[p]["merged code"], w.placements[p]["customers"]
		samples = append(samples, one)
	}
	for _, p := range []string{"own", "pool", "collaborator"} { // sheets have ids of their own, and what an import's rows name
		for _, x := range []string{"imports", "exports"} {
			more := db.Args{"id": w.placements[p][x], "states": []string{"checked"}, "target": "customer", "mark": w.markOf(t, w.placements[p]["imports"], map[string]string{"own": "checked", "pool": "cancelled", "collaborator": "running"}[p]), "customer": w.placements[p]["customers"],
				"author": owner, "until": int64(1) << 60, "yesterday": int64(1) << 60, "owner": w.users[map[string]string{"own": "east", "pool": "leader", "collaborator": "second"}[p]], "code": "91330300MA2XXXX"}
			for k, v := range samples[0] {
				if _, ok := more[k]; !ok {
					more[k] = v
				}
			}
			samples = append(samples, more)
		}
	}
	talk, numbered := db.Args{}, db.Args{}
	for k, v := range samples[0] {
		talk[k], numbered[k] = v, v
	}
	talk["author"], numbered["key"] = owner, w.codeOf(t, w.placements["own"]["customers"])
	said, err := w.FollowUps.Get(t.Context(), program, w.placements["own"]["follow_ups"])
	must(t, err)
	numbered["number"], talk["number"] = numbered["key"], said.Code
	credit := maps.Clone(numbered)
	credit["key"] = creditCode
	samples = append(samples, talk, numbered, credit)
	mine := db.Args{"id": session.ID, "now": int64(1) << 60, "customer": w.placements["pool"]["customers"], "user": w.users["second"]}
	for k, v := range samples[0] {
		if _, ok := mine[k]; !ok {
			mine[k] = v
		}
	}
	ours := maps.Clone(mine)
	ours["user"] = owner
	tokenID := db.Args{}
	for k, v := range samples[0] {
		tokenID[k] = v
	}
	tokens, err := w.Door.MyTokens(t.Context(), w.actors["east"], struct{}{})
	must(t, err)
	tokenID["id"] = tokens.Items[0].ID
	operation := maps.Clone(samples[0])
	operation["id"] = w.operation
	samples = append(samples, operation)
	for _, kind := range []string{"customer", w.attached.Kind} {
		file := maps.Clone(samples[0])
		file["id"], file["kind"], file["record"], file["day"], file["extension"], file["blobs"] = w.attached.ID, kind, w.attached.CustomerID, w.attached.Day, w.attached.Extension, []string{w.attached.Blob}
		samples = append(samples, file)
	}
	member := maps.Clone(samples[0])
	member["id"] = w.member
	samples = append(samples, member)
	told := db.Args{"id": w.placements["own"]["notices"], "ids": []string{w.placements["own"]["notices"]}, "now": int64(1) << 60, "user": owner, "cause": "placed:own", "causes": []string{"placed:own"},
		"kind": "", "until": int64(1) << 60, "subject": w.placements["own"]["customers"], "before": int64(1) << 60}
	for k, v := range samples[0] {
		if _, ok := told[k]; !ok {
			told[k] = v
		}
	}
	samples = append(samples, mine, ours, tokenID, told)
	for id, of := range map[string]string{w.review: w.review, w.plan: w.review, w.closed: w.closed} { // what a team's page asks
		back := db.Args{"id": id, "ids": []string{w.review, w.placements["own"]["customers"]}, "review": of, "section": "conversions", "today": "2027-01-01", "department": w.branch, "from_day": "2026-02-24", "to_day": "2026-03-02",
			"customer": w.placements["own"]["customers"], "now": int64(1) << 60}
		for k, v := range samples[0] {
			if _, ok := back[k]; !ok {
				back[k] = v
			}
		}
		samples = append(samples, back)
	}
	named := func(names []string) {
		for _, s := range samples {
			for _, n := range names {
				if _, ok := s[n]; !ok {
					s[n] = "x"
				}
			}
		}
	}
	for _, q := range db.Queries() {
		named(q.ArgNames())
	}
	spare := []string{}
	dbtest.Blind(t, full, empty, program, []db.Viewer{every, access.Actor{}}, spare, samples...)
}

func without(all []access.Permission, but ...access.Permission) []access.Permission {
	var out []access.Permission
	for _, p := range all {
		if !slices.Contains(but, p) {
			out = append(out, p)
		}
	}
	return out
}

// creditCode is held by a customer of the lived world.
const creditCode = "91440101231245152Y"

func (w *world) codeOf(t *testing.T, id string) string {
	c, err := w.Customers.Get(t.Context(), program, id)
	must(t, err)
	return c.Code
}

// markOf puts an import into a state, and gives that by which its file is known again.
func (w *world) markOf(t *testing.T, id, state string) []byte {
	t.Helper()
	_, err := db.Write(t.Context(), w.DB, program, func(tx *db.Tx) (int64, error) {
		return tx.ChangeAll(stopped, db.Args{"id": id, "state": state})
	})
	must(t, err)
	row, err := db.Read(t.Context(), w.DB, program, func(tx *db.Tx) (struct {
		Mark []byte `db:"mark"`
	}, error) {
		return db.One[struct {
			Mark []byte `db:"mark"`
		}](tx, marked, db.Args{"id": id})
	})
	must(t, err)
	return row.Mark
}

var (
	stopped = db.SQL(`UPDATE {imports!change i} SET state = :state WHERE i.id = :id`, exchange.Imports)
	marked  = db.SQL(`SELECT i.mark FROM {imports i} WHERE i.id = :id`, exchange.Imports)
)

// marks gives what stands in the row of a customer.
func (w *world) marks(t *testing.T, id, which string) []int64 {
	c, err := w.Customers.Get(t.Context(), program, id)
	must(t, err)
	m := likeness.MarksOf(c.Name)
	return []int64{map[string]int64{"same": m.Same, "sound": m.Sound, "head": m.Head, "short": m.Short, "first": m.First}[which]}
}

// ends are the marks of which a row holds one.
func (w *world) ends(t *testing.T, id, short string) []int64 {
	return slices.Concat(w.marks(t, id, "head"), w.marks(t, short, "short"), w.marks(t, short, "first"), []int64{likeness.MarksOf("杭州小灶台餐饮管理有限公司").Tail})
}

func (w *world) nameKey(t *testing.T, id string) string {
	c, err := w.Customers.Get(t.Context(), program, id)
	must(t, err)
	return c.NameKey
}

// TestRaw looks for the planted numbers in the files of the database themselves.
func TestRaw(t *testing.T) {
	hand := clock.At(start)
	d := dbtest.SQLite(t, hand.Now)
	w := newWorld(t, d, hand)
	_, err := w.Customers.List(t.Context(), w.actors["admin"], listQuery)
	must(t, err)
	w.patch(t, "leader", "/contacts/"+w.placements["own"]["contacts"], `{"mobile":"`+canaryText+`","name":"欧阳修文"}`, "pending") // waits for east
	for _, suffix := range []string{"", "-wal"} {
		b, err := os.ReadFile(d.Path() + suffix)
		must(t, err)
		for _, number := range []string{canaryText, canaryValue, canaryText[4:], canaryValue[4:]} {
			if bytes.Contains(b, []byte(number)) {
				t.Errorf("the file%s holds %s in clear", suffix, number)
			}
		}
		for _, name := range []string{"欧阳修远", "修远", "修文"} {
			if bytes.Contains(b, []byte(name)) {
				t.Errorf("the file%s holds a contact's name in clear", suffix)
			}
		}
		if suffix == "" && !bytes.Contains(b, []byte("甲泽食品")) && !strings.Contains(string(b), "SQLite") {
			t.Error("this is no database: the check could not fail")
		}
	}
}
