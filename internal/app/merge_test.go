package app

import (
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"zhike/internal/base/api"
	"zhike/internal/crm/attachment"
	"zhike/internal/crm/collaborator"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/followup"
	"zhike/internal/crm/merge"
	"zhike/internal/crm/need"
	"zhike/internal/crm/order"
	"zhike/internal/crm/winback"
	"zhike/internal/platform/db"
	"zhike/internal/platform/db/dbtest"
	"zhike/internal/platform/fault"
)

// undated are tables that tell what was done, which undoing does not take back.
var undated = []string{"audit_entries", "audit_seal", "merges", "merge_rows", "notices", "deliveries", "jobs", "rollup_marks", "idempotency_keys", "sequences", "operations", "operation_items"}

// TestMergeFollowsTheSchema: whatever names a customer in the schema moves with it, or is said to stay.
func TestMergeFollowsTheSchema(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		moves := merge.Moves()
		also := []string{"review_comments.customer_id", "suspects.other_id", "customers.merged_into", "merges.other_id"} // by their own rules
		for _, column := range dbtest.References(t, w.DB, "customers") {
			table, name, _ := strings.Cut(column, ".")
			if slices.Contains(also, column) || slices.Contains(merge.Stays, table) && name == "customer_id" {
				continue
			}
			if !slices.Contains(moves, table) || name != "customer_id" {
				t.Errorf("%s names a customer and is forgotten by a merge", column)
			}
		}
		for _, table := range moves {
			if !slices.Contains(dbtest.References(t, w.DB, "customers"), table+".customer_id") {
				t.Errorf("%s moves, but its customer_id is no key of customers", table)
			}
		}
	})
}

// merged lets "above" go into "own", as their leader does it.
func merged(t *testing.T, w *world, fields map[string]string) merge.Merge {
	t.Helper()
	ctx, leader := t.Context(), w.actors["leader"]
	one, other := versionOf(t, w, "own"), versionOf(t, w, "above")
	m, err := w.Merges.Merge(ctx, leader, w.placements["own"]["customers"], one, merge.Ask{OtherID: w.placements["above"]["customers"], OtherVersion: other, Fields: fields, Keep: true})
	must(t, err)
	return m
}

func versionOf(t *testing.T, w *world, placement string) int64 {
	t.Helper()
	c, err := w.Customers.Get(t.Context(), program, w.placements[placement]["customers"])
	must(t, err)
	return c.Version
}

// joined has one small customer go into that of every placement.
func (w *world) joined(t *testing.T) {
	t.Helper()
	ctx, admin := t.Context(), w.actors["admin"]
	for _, p := range placementNames {
		if p == "binned" {
			w.placements[p]["merges"] = "none"
			continue
		}
		c, err := w.Customers.Create(ctx, admin, customer.New{Change: customer.Change{Name: api.Some("待并" + p + "贸易有限公司"), Kind: api.Some(customer.Institution)}})
		must(t, err)
		m, err := w.Merges.Merge(ctx, admin, w.placements[p]["customers"], versionOf(t, w, p), merge.Ask{OtherID: c.ID, OtherVersion: c.Version})
		must(t, err)
		w.placements[p]["merged"], w.placements[p]["merged code"] = c.ID, c.Code
		w.placements[p]["merges"], w.versions[p] = m.ID, versionOf(t, w, p)
	}
}

// laden gives both customers all that may hang on one.
func laden(t *testing.T, w *world) (one, other string) {
	t.Helper()
	ctx, leader := t.Context(), w.actors["leader"]
	one, other = w.placements["own"]["customers"], w.placements["above"]["customers"]
	link, sealed := w.field(t, "母公司", "customer"), w.field(t, "店铺密码", "secret")
	_, err := w.Customers.Change(ctx, leader, w.placements["team"]["customers"], versionOf(t, w, "team"), customer.Change{Custom: map[string]any{link.Name: other}})
	must(t, err)
	_, err = w.Customers.Change(ctx, leader, other, versionOf(t, w, "above"), customer.Change{Custom: map[string]any{sealed.Name: "p@ss-778899"},
		Tags: api.Some([]string{"cost_efficiency", "new_channels"}), Grade: api.Some("A"), Remark: api.Some("要发票先看"), Kind: api.Some(customer.Enterprise), CreditCode: api.Some("91510112MAXDEM1010")})
	must(t, err)
	for _, id := range []string{one, other} {
		_, err := w.Files.Add(ctx, leader, attachment.New{CustomerID: id, Kind: "contract", Name: "合同.pdf"}, strings.NewReader(pdf+id))
		must(t, err)
	}
	return one, other
}

// TestMerge (S8, S69): two customers become one with all that hangs on them, everything written under the other's key can be read,
// its number and name find the one that stays, and undoing gives the database as it was.
func TestMerge(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, leader := t.Context(), w.actors["leader"]
		one, other := laden(t, w)
		before := dbtest.Dump(t, w.DB, undated...)
		wasCode := w.codeOf(t, other)
		m := merged(t, w, map[string]string{"grade": "other", "tags": "both", "remark": "both", "credit_code": "other", "kind": "other"})

		c, err := w.Customers.Get(ctx, leader, one)
		must(t, err)
		if c.Grade != "A" || len(c.Tags) != 2 || !strings.Contains(string(c.Remark), "要发票先看") || !strings.Contains(string(c.Remark), "电话") || c.CreditCode == "" || c.ContactsCount != 2 || c.FollowUpsCount != 2 {
			t.Errorf("it stands as %s %v %q %s, %d contacts, %d talks", c.Grade, c.Tags, c.Remark, c.CreditCode, c.ContactsCount, c.FollowUpsCount)
		}
		for _, p := range []string{"own", "above"} {
			f, err := w.FollowUps.Get(ctx, leader, w.placements[p]["follow_ups"])
			must(t, err)
			if f.CustomerID != one || !strings.Contains(f.Content, "谈了交期") {
				t.Errorf("the talk of %s: %s %q", p, f.CustomerID, f.Content)
			}
			for table, get := range map[string]func(string) (string, error){
				"needs": func(id string) (string, error) {
					n, err := w.Needs.Get(ctx, leader, id)
					return string(n.Description), err
				},
				"feedback": func(id string) (string, error) {
					n, err := w.Feedback.Get(ctx, leader, id)
					return string(n.Description), err
				},
				"tasks":  func(id string) (string, error) { n, err := w.Tasks.Get(ctx, leader, id); return string(n.Remark), err },
				"orders": func(id string) (string, error) { n, err := w.Orders.Get(ctx, leader, id); return string(n.Remark), err },
			} {
				if text, err := get(w.placements[p][table]); err != nil || text == "" {
					t.Errorf("%s of %s: %q, %v", table, p, text, err)
				}
			}
		}
		papers, err := w.Files.Of(ctx, leader, one, attachment.Query{Limit: 50})
		must(t, err)
		names := map[string]bool{}
		for _, p := range papers.Items {
			names[p.Name] = true
			if _, err := w.Files.Open(ctx, leader, p.ID, io.Discard); err != nil {
				t.Errorf("%s does not open: %v", p.Name, err)
			}
		}
		if len(names) != len(papers.Items) || len(names) < 2 {
			t.Errorf("papers: %v", names)
		}
		// The other is not there any more, and leads to the one.
		for as, want := range map[string]string{"leader": `"into":"` + one + `"`, "admin": `"into":"` + one + `"`, "second": `"code":"not_found"`} {
			if a := w.call(as, "GET", "/customers/"+other, "", "", false); a.status != 404 || !strings.Contains(a.body, want) || strings.Contains(a.body, "into") != strings.Contains(want, "into") {
				t.Errorf("the other answers %s: %d %s", as, a.status, a.body)
			}
		}
		for _, q := range []string{wasCode, "丙泽"} {
			found, err := w.Customers.List(ctx, leader, api.ListQuery{Q: q, Limit: 20})
			must(t, err)
			if len(found.Items) != 1 || found.Items[0].ID != one {
				t.Errorf("%s finds %d", q, len(found.Items))
			}
		}
		bin, err := w.Customers.Bin(ctx, w.actors["admin"], api.ListQuery{Limit: 50})
		must(t, err)
		if slices.ContainsFunc(bin.Items, func(c customer.Summary) bool { return c.ID == other }) {
			t.Error("what was merged lies in the recycle bin")
		}
		if _, err := w.Customers.Restore(ctx, w.actors["admin"], other, versionBin(t, w, other)); fault.Code(err) != "merged" {
			t.Errorf("restored out of a merge: %v", err)
		}
		if n, err := w.Purge.Bin(ctx); err != nil || n != 0 {
			t.Errorf("%d purged, %v", n, err)
		}
		// Who owned the other goes on working with it, and both were told.
		members, err := w.Members.List(ctx, leader, one, struct{}{})
		must(t, err)
		if !slices.ContainsFunc(members.Items, func(x collaborator.Member) bool { return x.UserID == w.users["first"] }) {
			t.Error("who owned the other has lost it")
		}

		m, err = w.Merges.Undo(ctx, leader, m.ID, m.Version)
		must(t, err)
		if m.UndoneAt == 0 {
			t.Error("not undone")
		}
		untouched(t, before, dbtest.Dump(t, w.DB, undated...), one)
		for _, p := range []string{"own", "above"} { // and all can be read where it is
			f, err := w.FollowUps.Get(ctx, leader, w.placements[p]["follow_ups"])
			must(t, err)
			if f.CustomerID != w.placements[p]["customers"] {
				t.Errorf("the talk of %s hangs on %s", p, f.CustomerID)
			}
		}
		if _, err := w.Merges.Undo(ctx, leader, m.ID, m.Version); fault.Code(err) != "already_undone" {
			t.Errorf("undone twice: %v", err)
		}
	})
}

// TestMergeEdited: what is written between merging and parting stays readable and stays where it belongs.
func TestMergeEdited(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, leader := t.Context(), w.actors["leader"]
		one, other := laden(t, w)
		m := merged(t, w, map[string]string{"grade": "other", "remark": "other"})
		w.hand.Advance(time.Minute)
		fresh, err := w.FollowUps.Record(ctx, leader, one, followup.New{Method: "call", Content: "合并之后又谈了一次价格和交期"})
		must(t, err)
		_, err = w.Needs.Change(ctx, leader, w.placements["above"]["needs"], 1, need.Change{Description: api.Some("改成两台样机")})
		must(t, err)
		_, err = w.Customers.Change(ctx, leader, one, versionOf(t, w, "own"), customer.Change{Remark: api.Some("合并后改过的备注")})
		must(t, err)
		_, err = w.Merges.Undo(ctx, leader, m.ID, m.Version)
		must(t, err)
		c, err := w.Customers.Get(ctx, leader, one)
		must(t, err)
		if c.Remark != "合并后改过的备注" || c.Grade == "A" {
			t.Errorf("%q %s: an edit was lost, or what was taken stayed", c.Remark, c.Grade)
		}
		f, err := w.FollowUps.Get(ctx, leader, fresh.ID)
		must(t, err)
		if f.CustomerID != one {
			t.Error("what was written since went to the other")
		}
		n, err := w.Needs.Get(ctx, leader, w.placements["above"]["needs"])
		must(t, err)
		if n.CustomerID != other || n.Description != "改成两台样机" {
			t.Errorf("the need is %s of %s", n.Description, n.CustomerID)
		}
		far, err := w.Customers.Get(ctx, leader, other)
		must(t, err)
		if far.ContactsCount != 1 || far.PrimaryContact == nil {
			t.Errorf("the other has %d people", far.ContactsCount)
		}
	})
}

// TestMergeGathers: what was kept a moment after the merge, for it began before, is found by the next look and goes back with the rest.
func TestMergeGathers(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, leader := t.Context(), w.actors["leader"]
		_, other := laden(t, w)
		m := merged(t, w, nil)
		late := w.ordered(t, other, "晚到的一单", 1) // as a unit under way would have left it
		must(t, w.Merges.Gather(ctx, m.ID))
		must(t, w.Merges.Gather(ctx, m.ID))
		of := func() string {
			t.Helper()
			id, err := db.Read(ctx, w.DB, program, func(tx *db.Tx) (string, error) { return tx.ParentOf(order.Table, late) })
			must(t, err)
			return id
		}
		if of() != m.CustomerID {
			t.Error("what came a moment too late hangs on a customer that nobody sees")
		}
		_, err := w.Merges.Undo(ctx, leader, m.ID, m.Version)
		must(t, err)
		if of() != other {
			t.Error("it did not go back")
		}
		must(t, w.Merges.Gather(ctx, m.ID)) // after it was undone there is nothing to gather
		if of() != other {
			t.Error("it was gathered out of a merge that was undone")
		}
	})
}

// TestMergeRefuses: versions, rights, kinds, plans, time; and that it goes for good with the one that stays.
func TestMergeRefuses(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, leader := t.Context(), w.actors["leader"]
		one, other := laden(t, w)
		ask := func(id string) merge.Ask { return merge.Ask{OtherID: id, OtherVersion: 1} }
		for what, x := range map[string]struct {
			as, into, other string
			code            string
		}{"itself": {"leader", one, one, "merge_self"}, "out of reach": {"leader", one, w.placements["other"]["customers"], "not_found"}, "no right": {"east", one, other, "not_yours"},
			"no right to one's own": {"east", one, one, "merge_self"}, "stale": {"leader", one, other, "version_stale"}} {
			if _, err := w.Merges.Merge(ctx, w.actors[x.as], x.into, versionOf(t, w, "own"), ask(x.other)); fault.Code(err) != x.code {
				t.Errorf("%s: %v", what, err)
			}
		}
		team := w.placements["team"]["customers"]
		if _, err := w.Merges.Merge(ctx, leader, one, versionOf(t, w, "own"), merge.Ask{OtherID: team, OtherVersion: versionOf(t, w, "team")}); fault.Code(err) != "merge_plans" {
			t.Errorf("two plans: %v", err)
		}
		for _, fields := range []map[string]string{{"code": "other"}, {"name": "both"}, {"grade": "mine"}, {"custom.x_nothing": "other"}} {
			if _, err := w.Merges.Merge(ctx, leader, one, versionOf(t, w, "own"), merge.Ask{OtherID: other, OtherVersion: versionOf(t, w, "above"), Fields: fields}); err == nil {
				t.Errorf("%v was taken", fields)
			}
		}
		p, err := w.WinBacks.Get(ctx, leader, w.placements["team"]["win_backs"])
		must(t, err)
		_, err = w.WinBacks.Finish(ctx, leader, p.ID, p.Version, winback.End{Result: winback.WonBack, Outcome: "续签"})
		must(t, err)
		// One after the other: the number of the first leads through both.
		code := w.codeOf(t, other)
		inner := merged(t, w, nil)
		outer, err := w.Merges.Merge(ctx, leader, team, versionOf(t, w, "team"), merge.Ask{OtherID: one, OtherVersion: versionOf(t, w, "own")})
		must(t, err)
		found, err := db.Read(ctx, w.DB, leader, func(tx *db.Tx) (string, error) { return merge.Numbered(tx, code) })
		must(t, err)
		if found != team {
			t.Errorf("%s leads to %s", code, found)
		}
		f, err := w.FollowUps.Get(ctx, leader, w.placements["above"]["follow_ups"])
		must(t, err)
		if f.CustomerID != team || !strings.Contains(f.Content, "谈了交期") {
			t.Errorf("through two merges: %q of %s", f.Content, f.CustomerID)
		}
		if _, err := w.Merges.Undo(ctx, leader, inner.ID, inner.Version); fault.Code(err) != "not_found" {
			t.Errorf("the inner merge was undone first: %v", err)
		}
		w.hand.Set(start.AddDate(0, 0, merge.Days+1))
		if _, err := w.Merges.Undo(ctx, leader, outer.ID, outer.Version); fault.Code(err) != "merge_undo_over" {
			t.Errorf("undone after %d days: %v", merge.Days, err)
		}
		must(t, w.Merges.Sweep(ctx))
		for _, r := range dbtest.Dump(t, w.DB)["merge_rows"] {
			t.Errorf("kept for an undo that cannot be: %s", r)
		}
		// With the one that stayed all of them leave for good.
		must(t, w.Customers.Delete(ctx, w.actors["admin"], team, versionOf(t, w, "team")))
		w.hand.Set(start.AddDate(0, 3, 0))
		_, err = w.Purge.Bin(ctx)
		must(t, err)
		erased := strings.Join(dbtest.Dump(t, w.DB)["erasures"], "")
		for _, id := range []string{one, other, team} { // an older backup that has them all as customers of their own
			if !strings.Contains(erased, id) {
				t.Errorf("%s would come back with a backup from before it was merged", id)
			}
		}
		for table, rows := range dbtest.Dump(t, w.DB, "audit_entries", "operation_items", "operations", "erasures", "notices", "jobs", "idempotency_keys", "rollup_marks") {
			for _, r := range rows {
				for _, id := range []string{one, other, team} {
					if strings.Contains(r, id) {
						t.Errorf("%s still knows %s: %.200s", table, id, r)
					}
				}
			}
		}
	})
}

func versionBin(t *testing.T, w *world, id string) int64 {
	t.Helper()
	v, err := db.Read(t.Context(), w.DB, program, func(tx *db.Tx) (int64, error) {
		c, err := w.Customers.Whole(tx, id)
		return c.Version, err
	})
	must(t, err)
	return v
}

// untouched: two dumps are equal but for the version of one customer, which moves on, and for the order of rows without names.
func untouched(t *testing.T, before, after map[string][]string, one string) {
	t.Helper()
	for _, table := range slices.Sorted(maps.Keys(before)) {
		a, b := plain(before[table], one), plain(after[table], one)
		gone := slices.DeleteFunc(slices.Clone(a), func(r string) bool { return slices.Contains(b, r) })
		come := slices.DeleteFunc(slices.Clone(b), func(r string) bool { return slices.Contains(a, r) })
		for i := range max(len(gone), len(come)) {
			was, is := "nothing", "nothing"
			if i < len(gone) {
				was = gone[i]
			}
			if i < len(come) {
				is = come[i]
			}
			at := 0
			for at < min(len(was), len(is)) && was[at] == is[at] {
				at++
			}
			t.Errorf("%s: was …%.300s, is …%.300s", table, was[max(0, at-40):], is[max(0, at-40):])
		}
	}
}

var versions = regexp.MustCompile(`\bversion=\d+ `)

// plain are rows without what numbers them alone, and without the version of one customer.
func plain(rows []string, one string) (out []string) {
	for _, r := range rows {
		if strings.HasPrefix(r, "id="+one+" code=") {
			r = versions.ReplaceAllString(r, "")
		}
		out = append(out, rowNumber.ReplaceAllString(r, ""))
	}
	return out
}

var rowNumber = regexp.MustCompile(`^id=\d+ `)
