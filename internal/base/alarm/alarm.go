// Package alarm tells those who watch over the data of what they must know: somebody who looks
// at very many numbers, a backup that is missing or was never taken away, a broken log.
package alarm

import (
	"context"
	"fmt"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/audit"
	"zhike/internal/base/backup"
	"zhike/internal/base/notice"
	"zhike/internal/base/setting"
	"zhike/internal/platform/db"
	"zhike/internal/platform/job"
)

// The kinds of notices from here.
const (
	ManyLooks     = "many_looks"
	BackupMissing = "backup_missing"
	BackupAway    = "backup_away"
	LogBroken     = "log_broken"
)

// Kinds as base/notice knows them. The grave ones cannot be switched off.
var Kinds = []notice.Kind{
	{Code: ManyLooks, Always: true, Mail: true}, {Code: BackupMissing, Always: true, Mail: true},
	{Code: BackupAway, Mail: true}, {Code: LogBroken, Urgent: true, Always: true, Mail: true},
}

var program = access.Program("alarm")

// Service tells.
type Service struct {
	DB      *db.DB
	Notices *notice.Service
	Backups *backup.Service
}

func (s *Service) tell(tx *db.Tx, p access.Permission, n notice.New) error {
	all, err := Holders(tx, p)
	if err != nil {
		return err
	}
	cause := n.Cause
	for _, id := range all {
		n.To, n.Cause = id, cause+":"+id
		if err := s.Notices.Send(tx, n); err != nil {
			return err
		}
	}
	return nil
}

// Looks tells that somebody has looked at n numbers today.
func (s *Service) Looks(tx *db.Tx, act string, n int64) error {
	day, err := setting.Today(tx)
	if err != nil {
		return err
	}
	me, _, err := account.Active(tx, tx.Who().ID())
	if err != nil {
		return err
	}
	return s.tell(tx, access.AuditRead, notice.New{Kind: ManyLooks, Params: map[string]string{"by": me.Name, "n": fmt.Sprint(n)},
		Link: notice.Link{Kind: "audit", ID: tx.Who().ID()}, Cause: "looks:" + act + ":" + day + ":" + tx.Who().ID()})
}

// Broken tells that the chain of the log is broken.
func (s *Service) Broken(tx *db.Tx, _ string) error {
	day, err := setting.Today(tx)
	if err != nil {
		return err
	}
	return s.tell(tx, access.AuditRead, notice.New{Kind: LogBroken, Link: notice.Link{Kind: "audit", ID: "log"}, Cause: "log:" + day})
}

// Daily is Look as a job.
func (s *Service) Daily(ctx context.Context, j job.Job) error { return s.Look(ctx, j.Finish) }

// Look looks at the backups: none of two nights is told each day, and each week somebody is
// reminded to take one away, unless one was taken in the seven days before.
func (s *Service) Look(ctx context.Context, end func(*db.Tx) error) error {
	if !s.Backups.Kept() {
		return nil
	}
	standing, err := s.Backups.Standing(ctx, program, struct{}{})
	if err != nil {
		return err
	}
	_, err = db.Write(ctx, s.DB, program, func(tx *db.Tx) (int, error) {
		zone, err := setting.Zone(tx)
		if err != nil {
			return 0, err
		}
		now := tx.Now().In(zone)
		if standing.State == "old" || standing.State == "none" && string(standing.Trouble) != "" {
			if err := s.tell(tx, access.BackupManage, notice.New{Kind: BackupMissing, Link: notice.Link{Kind: "backup", ID: "all"}, Cause: "backup.missing:" + now.Format(time.DateOnly)}); err != nil {
				return 0, err
			}
		}
		taken, err := audit.LastOf(tx, backup.ActionTaken)
		if err != nil {
			return 0, err
		}
		if week := 7 * 24 * time.Hour; len(standing.Items) > 0 && now.Sub(time.UnixMilli(taken)) >= week {
			year, n := now.ISOWeek()
			if err := s.tell(tx, access.BackupManage, notice.New{Kind: BackupAway, Link: notice.Link{Kind: "backup", ID: "all"}, Cause: fmt.Sprintf("backup.away:%d-%02d", year, n)}); err != nil {
				return 0, err
			}
		}
		return 0, end(tx)
	})
	return err
}
