// Package house puts everything together on one database: reading this file from top to
// bottom is reading what there is.
package house

import (
	"context"
	"slices"

	"zhike/internal/app/rules"
	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/alarm"
	"zhike/internal/base/audit"
	"zhike/internal/base/backup"
	"zhike/internal/base/customfield"
	"zhike/internal/base/customfield/own"
	"zhike/internal/base/customfield/wording"
	"zhike/internal/base/dictionary"
	"zhike/internal/base/doctor"
	"zhike/internal/base/door"
	"zhike/internal/base/exchange"
	"zhike/internal/base/exchange/export"
	"zhike/internal/base/keyring"
	"zhike/internal/base/live"
	"zhike/internal/base/notice"
	"zhike/internal/base/numbering"
	"zhike/internal/base/outbox"
	"zhike/internal/base/privacy"
	"zhike/internal/base/search"
	"zhike/internal/base/setting"
	"zhike/internal/crm/alert"
	"zhike/internal/crm/archive"
	"zhike/internal/crm/attachment"
	"zhike/internal/crm/bulk"
	"zhike/internal/crm/chain"
	"zhike/internal/crm/collaborator"
	"zhike/internal/crm/comment"
	"zhike/internal/crm/confirm"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/desk"
	"zhike/internal/crm/directory"
	"zhike/internal/crm/duplicate"
	"zhike/internal/crm/feedback"
	"zhike/internal/crm/followup"
	"zhike/internal/crm/intake"
	intakedesk "zhike/internal/crm/intake/desk"
	"zhike/internal/crm/intake/sales"
	"zhike/internal/crm/journey"
	"zhike/internal/crm/keychange"
	"zhike/internal/crm/layout"
	"zhike/internal/crm/lists"
	"zhike/internal/crm/measure"
	"zhike/internal/crm/merge"
	"zhike/internal/crm/need"
	"zhike/internal/crm/order"
	"zhike/internal/crm/owned"
	"zhike/internal/crm/phrase"
	"zhike/internal/crm/pool"
	"zhike/internal/crm/preset"
	"zhike/internal/crm/purge"
	"zhike/internal/crm/quality"
	"zhike/internal/crm/report"
	"zhike/internal/crm/report/file"
	"zhike/internal/crm/report/mailing"
	"zhike/internal/crm/required"
	"zhike/internal/crm/review"
	"zhike/internal/crm/rollup"
	"zhike/internal/crm/rule"
	"zhike/internal/crm/segment"
	"zhike/internal/crm/standard"
	"zhike/internal/crm/task"
	"zhike/internal/crm/telling"
	"zhike/internal/crm/timeline"
	"zhike/internal/crm/trial"
	"zhike/internal/crm/vocabulary"
	"zhike/internal/crm/watch"
	"zhike/internal/crm/winback"
	"zhike/internal/crm/workday"
	"zhike/internal/platform/blob"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
	"zhike/internal/platform/db/cursor"
	"zhike/internal/platform/db/wire"
	"zhike/internal/platform/job"
	"zhike/locale"
	"zhike/migrations"
)

// Program is the program at work for itself: seeding, sealing, jobs.
var Program = access.Program("zhike")

// A House is everything, put together on one database.
type House struct {
	DB    *db.DB
	Keys  *crypt.Keys
	Vault *privacy.Vault
	Shelf *privacy.Shelf
	Book  *dictionary.Book
	Queue *job.Queue
	Wire  *wire.Wire
	Clock *doctor.Clock

	Account    *account.Service
	Door       *door.Service
	Audit      *audit.Service
	Settings   *setting.Service
	Words      *dictionary.Service
	Numbers    *numbering.Service
	Fields     *customfield.Service
	Search     *search.Service
	Own        *own.Book
	Ours       *own.Service
	Wording    *wording.Service
	Customers  *customer.Service
	Directory  *directory.Service
	Pools      *pool.Service
	Members    *collaborator.Service
	Journeys   *journey.Service
	Duplicates *duplicate.Service
	FollowUps  *followup.Service
	Tasks      *task.Service
	Needs      *need.Service
	Feedback   *feedback.Service
	Orders     *order.Service
	Segments   *segment.Service
	Bulk       *bulk.Service
	WinBacks   *winback.Service
	Trials     *trial.Service
	Chains     *chain.Service
	Merges     *merge.Service
	Archives   *archive.Service
	Quality    *quality.Service
	Vocabulary *vocabulary.Service
	Owned      *owned.Service
	Presets    *preset.Service
	Comments   *comment.Service
	Confirmed  *confirm.Service
	KeyChanges *keychange.Service
	Required   *required.Service
	Layouts    *layout.Service
	Reports    *report.Service
	Handouts   *file.Service
	Mailings   *mailing.Service
	Reviews    *review.Service
	Rollups    *rollup.Service
	Timeline   *timeline.Service
	Purge      *purge.Service
	Files      *attachment.Service
	Exchange   *exchange.Service
	Export     *export.Service
	Live       *live.Hub
	Watch      *watch.Service
	Outbox     *outbox.Service
	Notices    *notice.Service
	Calendar   *workday.Service
	Alerts     *alert.Service
	Backups    *backup.Service
	Alarms     *alarm.Service
	Ring       *keyring.Ring
	Standing   *doctor.Readiness

	Unclean bool // the database was not closed when it was last used

	Elsewhere blob.Store // where files lie, if not in the data folder
}

// Build puts the house on an open database.
func Build(d *db.DB, keys *crypt.Keys) *House {
	h := &House{DB: d, Keys: keys}
	cursor.Sign(keys.Sign("cursor", nil))
	h.Wire, h.Clock, h.Vault = wire.New(d), &doctor.Clock{DB: d}, &privacy.Vault{Keys: keys, Now: d.Now}
	h.Vault.Join(h.Wire)
	h.Book = &dictionary.Book{DB: d}
	h.Book.Join(h.Wire)
	h.Queue = job.NewQueue(d, Program, job.Options{Zone: setting.Zone})

	h.Account = &account.Service{DB: d, Vault: h.Vault}
	h.Account.Phones, h.Account.Emails, h.Account.Holds = rules.Mobile, rules.Address, review.HeldIn
	h.Door, h.Audit = door.New(d, h.Vault, h.Account), &audit.Service{DB: d, Queue: h.Queue, Keep: setting.Keeping("audit.verdict"), Kept: setting.Kept("audit.verdict")}
	h.Settings = &setting.Service{DB: d, Vault: h.Vault, Changed: func(tx *db.Tx) error { h.Book.Forget(tx); return account.Changed(tx) }} // who must enrol hangs on a setting
	h.Words, h.Numbers = &dictionary.Service{DB: d, Book: h.Book, Maps: map[string]func(string) bool{"trade": rule.KnownIndustry}}, &numbering.Service{DB: d}

	h.Own = &own.Book{DB: d, Keys: keys, Words: h.Book, Rules: rules.Own}
	h.Customers = &customer.Service{DB: d, Vault: h.Vault, Book: h.Book, Own: h.Own}
	h.Quality = &quality.Service{DB: d, Queue: h.Queue, Customers: h.Customers}
	h.Required = &required.Service{DB: d, Words: h.Book, Own: h.Own, Customers: func() *customfield.Catalogue { return h.Customers.Fields }, Changed: h.Quality.Required}
	h.Customers.Required, h.Layouts = h.Required, &layout.Service{DB: d, Own: h.Own}
	h.Own.Join(h.Wire)
	h.Own.Reaches = func(tx *db.Tx, id string) (bool, error) {
		return tx.Reaches(customer.Table, id, customer.Table.ToSee())
	}
	h.Ours = &own.Service{DB: d, Book: h.Own, Dictionaries: h.Words, Records: []string{"customer", "contact", "follow-up", "task", "need", "feedback", "order"}, Templates: standard.Templates(), Changed: h.Quality.Required}
	h.Directory = &directory.Service{DB: d, Vault: h.Vault, Book: h.Book, Customers: h.Customers}
	h.Customers.People = h.Directory
	h.Pools, h.Members = &pool.Service{DB: d, Customers: h.Customers}, &collaborator.Service{DB: d, Customers: h.Customers}
	h.Journeys = &journey.Service{DB: d, Book: h.Book, Customers: h.Customers}
	h.Duplicates = &duplicate.Service{DB: d, Vault: h.Vault, Book: h.Book, Customers: h.Customers}
	h.Tasks = &task.Service{DB: d, Vault: h.Vault, Book: h.Book, Customers: h.Customers}
	h.FollowUps = &followup.Service{DB: d, Vault: h.Vault, Book: h.Book, Tasks: h.Tasks}
	counter := &desk.Desk{Vault: h.Vault, Book: h.Book, Customers: h.Customers, Account: h.Account}
	h.Needs, h.Feedback = &need.Service{DB: d, Desk: counter}, &feedback.Service{DB: d, Desk: counter}
	h.Orders = &order.Service{DB: d, Vault: h.Vault, Book: h.Book, Customers: h.Customers}
	h.Segments = &segment.Service{DB: d, Book: h.Book, Customers: h.Customers, Tasks: h.Tasks}
	h.Customers.Fields, h.Customers.Badges = measure.Catalogue.Asking("segment", h.Segments.Asked).Owning(h.Own.Catalogued("customer")), h.Segments.Badges
	h.Customers.Fields = quality.Asks(h.Customers.Fields)
	h.WinBacks, h.Trials = &winback.Service{DB: d, Desk: counter, In: h.Segments.Holds}, &trial.Service{DB: d, Desk: counter, People: h.Directory.Names}
	h.Reports = &report.Service{DB: d, Book: h.Book, Customers: h.Customers, FollowUps: h.FollowUps, Needs: h.Needs, Feedback: h.Feedback, Orders: h.Orders, Rollups: true}
	h.Rollups, h.Chains = &rollup.Service{DB: d}, &chain.Service{DB: d, Vault: h.Vault, Directory: h.Directory}
	h.Bulk, h.Handouts = &bulk.Service{DB: d, Queue: h.Queue, Account: h.Account, Customers: h.Customers, Pools: h.Pools, Members: h.Members, Segments: h.Segments}, &file.Service{DB: d, Reports: h.Reports, Board: h.Reports.Dashboard}
	h.Timeline = &timeline.Service{DB: d, Customers: h.Customers, Directory: h.Directory, Journeys: h.Journeys, FollowUps: h.FollowUps, Tasks: h.Tasks, Orders: h.Orders, Needs: h.Needs, Feedback: h.Feedback, WinBacks: h.WinBacks, Trials: h.Trials}
	h.notices()
	h.Calendar, h.Alerts = &workday.Service{DB: d}, &alert.Service{DB: d, Customers: h.Customers, Tasks: h.Tasks, Feedback: h.Feedback, Notices: h.Notices, Actor: h.Account.ActorOf}
	h.Archives = &archive.Service{DB: d, Vault: h.Vault, Book: h.Book, Customers: h.Customers, Notices: h.Notices, Away: h.Duplicates.Binned, Back: h.Duplicates.Restored, Address: func() string { return h.Outbox.PublicURL }}
	h.Bulk.Archives, h.Timeline.Archives, h.Bulk.Quality, h.Quality.Notices = h.Archives, h.Archives, h.Quality, h.Notices
	h.Reviews = &review.Service{DB: d, Vault: h.Vault, Book: h.Book, Customers: h.Customers, FollowUps: h.FollowUps, Needs: h.Needs, Reports: h.Reports, Notices: h.Notices, Actor: h.Account.ActorOf}
	h.Comments = &comment.Service{DB: d, Vault: h.Vault, Customers: h.Customers, Notices: h.Notices, Account: h.Account}
	h.Mailings = &mailing.Service{DB: d, Files: h.Handouts, Outbox: h.Outbox, Actor: h.Account.ActorOf}
	h.Outbox.Enclose = h.Mailings.Enclose
	about := &telling.Service{Notices: h.Notices}
	h.Customers.Binned, h.Customers.Restored, h.Customers.Counts = both(h.Tasks.Binned, h.Duplicates.Binned, about.Binned), both(h.Tasks.Restored, h.Duplicates.Restored, about.Restored), h.counts
	h.Customers.Moved, h.Members.Joined, h.Members.Left, h.Tasks.Given, h.Tasks.Settled, h.Door.Unusual = about.OwnerChanged, about.Joined, about.Left, about.Given, about.Settled, about.Unusual
	h.Shelf, h.Backups = &privacy.Shelf{}, &backup.Service{DB: d, Keys: keys, Queue: h.Queue}
	h.Files = &attachment.Service{DB: d, Keys: keys, Vault: h.Vault, Shelf: h.Shelf, Book: h.Book, Customers: h.Customers, Records: map[string]*db.Table{"contact": directory.Table, "follow_up": followup.Table, "order": order.Table, "need": need.Table, "feedback": feedback.Table, "trial": trial.Table, "win_back": winback.Table}}
	h.Purge = &purge.Service{DB: d, Vault: h.Vault, Above: []func(*db.Tx, string) error{h.Files.Purged, h.Alerts.Purged, h.Reviews.Purged, h.Comments.Purged, h.Quality.Purged, h.WinBacks.Purged, h.Trials.Purged, h.Chains.Purged, h.Archives.Purged, h.Segments.Purged, h.Bulk.Purged, h.Orders.Purged, h.Needs.Purged, h.Feedback.Purged, h.FollowUps.Purged, h.Tasks.Purged, h.Duplicates.Purged, h.Directory.Purged, h.Notices.Erased}}
	h.Customers.Suspects, h.Customers.Suspected = h.Duplicates.Raise, h.Duplicates.Suspected
	h.Merges = &merge.Service{DB: d, Queue: h.Queue, Vault: h.Vault, Own: h.Own, Customers: h.Customers, Members: h.Members, Duplicates: h.Duplicates, Told: about.Merged, Untold: about.Parted}
	h.Confirmed = &confirm.Service{DB: d, Customers: h.Customers, Directory: h.Directory}
	h.Customers.Aliases, h.Directory.Unsaid = h.Merges.Aliases, h.Confirmed.Unsaid
	h.keyChanges()
	h.Presets = &preset.Service{DB: d, Account: h.Account, Numbers: h.Numbers, Settings: h.Settings, Words: h.Words, Own: h.Ours, Reports: h.Reports}
	h.Vocabulary, h.Owned = &vocabulary.Service{DB: d, Queue: h.Queue, Words: h.Words, Own: h.Own}, &owned.Service{DB: d, Customers: h.Customers, Directory: h.Directory}
	h.Purge.Above = append([]func(*db.Tx, string) error{owned.Purged, h.KeyChanges.Purged, h.Confirmed.Purged, h.Merges.Purged(h.Purge.Whole)}, h.Purge.Above...)

	customfield.Values, customfield.Tree = own.Rows, account.Departments
	h.Fields = customfield.New(d, h.Customers.Fields, h.Directory.Fields(), h.FollowUps.Fields(), h.Tasks.Fields(), h.Needs.Fields(), h.Feedback.Fields(), h.Orders.Fields())
	h.Wording = &wording.Service{DB: d, Own: h.Own, Catalogues: h.Fields.Catalogues()}
	h.Search = &search.Service{DB: d, Finders: []search.Finder{h.Customers.Find, h.Directory.Find, h.Needs.Find, h.Feedback.Find, h.Orders.Find}}
	rows := &intake.Service{DB: d, Book: h.Book, Customers: h.Customers, Directory: h.Directory, FollowUps: h.FollowUps, Purge: h.Purge, Keys: h.KeyChanges}
	service := &intakedesk.Service{Book: h.Book, Customers: h.Customers, Needs: h.Needs, Feedback: h.Feedback}
	sold := &sales.Service{Book: h.Book, Customers: h.Customers, Orders: h.Orders}
	h.Exchange = &exchange.Service{DB: d, Keys: keys, Shelf: h.Shelf, Queue: h.Queue, Account: h.Account, Targets: append(slices.Concat(rows.Targets(), service.Targets()), sold.Target()), Mask: rule.MaskNumbers}
	out := lists.Lists{Book: h.Book, Customers: h.Customers, Directory: h.Directory, FollowUps: h.FollowUps, Tasks: h.Tasks, Needs: h.Needs, Feedback: h.Feedback, Orders: h.Orders, Log: h.Audit}
	h.Export = &export.Service{DB: d, Keys: keys, Shelf: h.Shelf, Queue: h.Queue, Account: h.Account, Sources: out.Sources()}
	h.Alarms = &alarm.Service{DB: d, Notices: h.Notices, Backups: h.Backups}
	h.Directory.Watched, h.Audit.Broken = h.Alarms.Looks, h.Alarms.Broken
	h.Ring = &keyring.Ring{DB: d, Vault: h.Vault, Queue: h.Queue}
	h.Vault.Late, h.Standing = h.Ring.Late, &doctor.Readiness{DB: d, Clock: h.Clock}
	h.schedule()
	return h
}

// counts is what a customer's page tells of the floors above it.
func (h *House) counts(tx *db.Tx, c *customer.Customer) (err error) {
	tasks := func(tx *db.Tx, id string) (int64, error) {
		return h.Tasks.Counted(tx, task.Query{View: "open", Owner: "all", Customer: id})
	}
	for _, x := range []struct {
		may  access.Permission
		into *int64
		of   func(*db.Tx, string) (int64, error)
	}{{access.FollowUpRead, &c.FollowUpsCount, h.FollowUps.CountOf}, {access.NeedRead, &c.OpenNeeds, h.Needs.OpenOf}, {access.FeedbackRead, &c.OpenFeedback, h.Feedback.OpenOf},
		{access.TaskRead, &c.OpenTasksCount, tasks}, {access.OrderRead, &c.OrdersCount, h.Orders.CountOf}} {
		if err == nil && tx.Who().May(string(x.may)) {
			*x.into, err = x.of(tx, c.ID)
		}
	}
	return err
}

// both is what several floors do as a customer goes to the bin or comes back.
func both(all ...func(tx *db.Tx, id string, at int64) error) func(tx *db.Tx, id string, at int64) error {
	return func(tx *db.Tx, id string, at int64) error {
		for _, f := range all {
			if err := f(tx, id, at); err != nil {
				return err
			}
		}
		return nil
	}
}

// Ready brings schema and first words to where the program needs them.
func (h *House) Ready(ctx context.Context) error {
	if err := h.DB.Migrate(ctx, migrations.Files); err != nil {
		return err
	}
	_, err := db.Write(ctx, h.DB, Program, func(tx *db.Tx) (int, error) {
		if err := tx.Lock("seed"); err != nil {
			return 0, err
		}
		for _, seed := range []func(*db.Tx) error{
			account.Seed, dictionary.Seed, numbering.Seed, h.Ours.Seed, segment.Seed, alert.Seed, phrase.Seed,
			func(tx *db.Tx) error { return pool.Seed(tx, locale.Text("zh-CN", "pool.first", nil)) },
		} {
			if err := seed(tx); err != nil {
				return 0, err
			}
		}
		return 0, nil
	})
	return err
}
