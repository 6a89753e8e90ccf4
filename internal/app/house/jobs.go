package house

import (
	"context"
	"errors"
	"time"

	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/backup"
	"zhike/internal/base/exchange"
	"zhike/internal/base/exchange/export"
	"zhike/internal/base/folder"
	"zhike/internal/base/keyring"
	"zhike/internal/base/notice"
	"zhike/internal/base/outbox"
	"zhike/internal/base/setting"
	"zhike/internal/crm/bulk"
	"zhike/internal/crm/merge"
	"zhike/internal/crm/quality"
	"zhike/internal/crm/vocabulary"
	"zhike/internal/platform/db"
	"zhike/internal/platform/job"
)

// schedule names what the house does by itself.
func (h *House) schedule() {
	h.Queue.Every("idempotency.forget", job.Interval(time.Hour), func(ctx context.Context, j job.Job) error { return api.ForgetKeys(ctx, h.DB) })
	h.Queue.Every("sessions.forget", job.Interval(time.Hour), func(ctx context.Context, j job.Job) error { return h.Door.ForgetSessions(ctx) })
	h.Queue.Every("customer.purge", job.DailyAt(2, 40), func(ctx context.Context, j job.Job) error {
		for {
			n, err := h.Purge.Bin(ctx)
			if err != nil {
				return err
			}
			m, err := h.Orders.EmptyBin(ctx)
			if err != nil || n+m == 0 {
				return err
			}
		}
	})
	h.Queue.Register(quality.JobMissing, func(ctx context.Context, j job.Job) error { return h.Quality.MissingAll(ctx) })
	h.Queue.Register(exchange.Job, h.Exchange.Work)
	h.Queue.Register(export.Job, h.Export.Work)
	h.Queue.Register(bulk.Job, h.Bulk.Work)
	h.Queue.Every("exchange.forget", job.Interval(time.Hour), func(ctx context.Context, j job.Job) error {
		return errors.Join(h.Exchange.Forget(ctx), h.Export.Forget(ctx), h.Bulk.Forget(ctx))
	})
	h.Queue.Every("segment.refresh", job.Interval(time.Hour), func(ctx context.Context, j job.Job) error { return h.Segments.Refresh(ctx) })
	h.Queue.Every("alert.sweep", job.Interval(time.Minute), h.Alerts.Handle)
	h.Queue.Every("mailing.due", job.Interval(time.Minute), h.Mailings.Handle)
	h.Queue.Every("archive.late", job.DailyAt(8, 50), h.Archives.Late)
	h.Queue.Every("quality.remind", job.DailyAt(8, 40), h.Quality.Remind)
	h.Queue.Every("review.open", job.Interval(10*time.Minute), h.Reviews.Sweep)
	h.Queue.Register(outbox.Job, h.Outbox.Work)
	h.Queue.Register(notice.Job, h.Notices.Deliver)
	h.Queue.Every("notice.sweep", job.Interval(10*time.Minute), h.Notices.Deliver) // what a slow unit raised too late for its job
	h.Queue.Every("notice.digest", job.Interval(10*time.Minute), h.Notices.Daily)
	h.Queue.Every("notice.forget", job.DailyAt(3, 30), func(ctx context.Context, j job.Job) error {
		return errors.Join(h.Notices.Forget(ctx), h.Outbox.Forget(ctx))
	})
	h.Queue.Every("audit.prune", job.DailyAt(4, 10), func(ctx context.Context, j job.Job) error {
		days, err := db.Read(ctx, h.DB, Program, setting.AuditDays.In)
		if err == nil {
			_, err = audit.Prune(ctx, h.DB, time.Duration(days)*24*time.Hour)
		}
		return err
	})
	h.Queue.Register(keyring.Job, h.Ring.Work)
	h.Queue.Register(vocabulary.JobMerge, h.Vocabulary.Work)
	h.Queue.Register(merge.JobGather, h.Merges.Work)
	h.Queue.Every("merge.sweep", job.DailyAt(4, 20), func(ctx context.Context, j job.Job) error { return h.Merges.Sweep(ctx) })
	h.Queue.Every("keys.sweep", job.DailyAt(3, 50), h.Ring.Work) // what a node wrapped that had not heard of a turn yet
	h.Queue.Every("attachment.sweep", job.DailyAt(2, 10), func(ctx context.Context, j job.Job) error { _, err := h.Files.Sweep(ctx); return err })
	h.Queue.Register(backup.Job, h.Backups.Work)
	h.Queue.Every(backup.Nightly, job.DailyAt(1, 40), h.Backups.Work)
	h.Queue.Every("alarm.daily", job.DailyAt(9, 10), h.Alarms.Daily)
	h.Queue.Register(audit.VerifyJob, h.Audit.Work)
	h.Queue.Every(audit.Nightly, job.DailyAt(2, 10), h.Audit.Work)
	h.Queue.Every("database.look", job.DailyAt(3, 0), func(ctx context.Context, j job.Job) error { return h.Standing.Look(ctx) })
	h.Queue.Every("database.tidy", job.DailyAt(3, 20), func(ctx context.Context, j job.Job) error { return h.DB.Tidy(ctx) })
}

// sealing is how often the sealer looks: entries are chained within a second.
const sealing = time.Second

// Seal chains audit entries until ctx ends, and anchors the head in the data folder.
func (h *House) Seal(ctx context.Context, path string) error {
	for {
		for {
			n, err := audit.Seal(ctx, h.DB, folder.AnchorIn(path))
			if err != nil || n == 0 {
				break // the next second tries again; readyz tells when it goes on
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(sealing):
		}
	}
}
