package backup

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/setting"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
	"zhike/internal/platform/job"
)

// Job is the kind of job that makes a backup by hand; Nightly that of each night.
const (
	Job     = "backup.make"
	Nightly = "backup.daily"
)

// Service tells of backups and has them made. Where it has no place, in a command, it makes none.
type Service struct {
	DB    *db.DB
	Keys  *crypt.Keys
	Queue *job.Queue
	Place func() (Place, error)

	trouble atomic.Pointer[string] // of the last that was tried
}

// A File is a backup as the administrator sees it.
type File struct {
	Name  string   `json:"name"`
	Made  api.Time `json:"made"`
	Bytes int64    `json:"bytes"`
}

// Standing is how a company's backups stand.
type Standing struct {
	Items   []File   `json:"items" doc:"The newest first. Each was tried by restoring it aside."`
	Here    bool     `json:"here" doc:"Backups are made by this server."`
	Last    api.Time `json:"last"`
	State   string   `json:"state" enum:"ok,none,old" doc:"old: none for two nights."`
	Trouble api.Text `json:"trouble" doc:"Why the last that was tried did not go well, since the server started."`
	Coded   bool     `json:"recovery_code" doc:"They open by the recovery code, too."`
}

// most is how old the last backup may be, in milliseconds.
const most = 50 * 60 * 60 * 1000

// Standing says how backups stand. Needs backup.manage.
func (s *Service) Standing(ctx context.Context, who access.Actor, _ struct{}) (out Standing, err error) {
	out.Items, out.State = []File{}, "none"
	if s.Place == nil {
		return out, nil
	}
	p, err := s.Place()
	if err != nil {
		return out, err
	}
	all, err := p.List()
	if err != nil {
		return out, err
	}
	out.Here, out.Coded = true, p.Coded != nil
	for _, k := range all {
		out.Items = append(out.Items, File{filepath.Base(k.Path), api.On(k.Made), k.Bytes})
	}
	if out.Last, err = s.last(ctx, out.Items); err != nil {
		return out, err
	}
	if out.Last > 0 {
		out.State = "ok"
		if s.DB.Now().UnixMilli()-int64(out.Last) > most {
			out.State = "old"
		}
	}
	if t := s.trouble.Load(); t != nil {
		out.Trouble = api.Text(*t)
	}
	return out, nil
}

// Last is when the last backup was made, and how many there are.
func (s *Service) Last() (last time.Time, n int) {
	if s.Place == nil {
		return last, 0
	}
	p, err := s.Place()
	if err != nil {
		return last, 0
	}
	all, err := p.List()
	if err != nil || len(all) == 0 {
		return last, 0
	}
	return all[0].Made, len(all)
}

// Kept says whether backups are made by the product on this node.
func (s *Service) Kept() bool { return s.Place != nil }

// ActionTaken is the entry of a backup that somebody took away.
const ActionTaken = "backup.take"

// Taking names the backup to take away.
type Taking struct {
	Name string `query:"name" maxLength:"100" required:"true"`
}

// Take gives a backup's file out. It is sealed: without the key it opens nothing.
func (s *Service) Take(ctx context.Context, who access.Actor, _ string, in Taking) (out api.Sheet, err error) {
	if s.Place == nil {
		return out, errNotHere
	}
	p, err := s.Place()
	if err != nil {
		return out, err
	}
	all, err := p.List()
	if err != nil {
		return out, err
	}
	i := slices.IndexFunc(all, func(k Kept) bool { return filepath.Base(k.Path) == in.Name })
	if i < 0 {
		return out, db.ErrNotFound
	}
	_, err = db.Write(ctx, s.DB, who, func(tx *db.Tx) (int, error) {
		return 0, audit.Note(tx, audit.Entry{Action: ActionTaken, Kind: "backup", Details: map[string]any{"file": in.Name}})
	})
	return api.Sheet{Name: in.Name, Type: "application/octet-stream", Write: func(w io.Writer) error {
		f, err := os.Open(all[i].Path)
		if err != nil {
			return err
		}
		defer f.Close()
		_, err = io.Copy(w, f)
		return err
	}}, err
}

// last is when the last backup was made, here or by another node.
func (s *Service) last(ctx context.Context, here []File) (at api.Time, err error) {
	if len(here) > 0 {
		at = here[0].Made
	}
	other, err := db.Read(ctx, s.DB, program, Elsewhere)
	if err != nil || other.IsZero() {
		return at, err
	}
	return max(at, api.On(other)), nil
}

var errNotHere = fault.New(fault.Conflict, "backup_not_here")

// Make has a backup made now; Standing tells when it is there.
func (s *Service) Make(ctx context.Context, who access.Actor, _ struct{}) (out Standing, err error) {
	if s.Place == nil {
		return out, errNotHere
	}
	_, err = db.Write(ctx, s.DB, who, func(tx *db.Tx) (int, error) {
		if err := s.Queue.Enqueue(tx, job.New{Kind: Job, Payload: struct{}{}, Unique: Job, RunAs: who.ID()}); err != nil {
			return 0, err
		}
		return 0, audit.Note(tx, audit.Entry{Action: "backup.make", Kind: "backup"})
	})
	if err != nil {
		return out, err
	}
	return s.Standing(ctx, who, struct{}{})
}

// Work makes a backup, by hand or of the night, and remembers what went wrong.
func (s *Service) Work(ctx context.Context, j job.Job) error {
	err := s.work(ctx, j.Kind == Nightly)
	text := ""
	if err != nil && ctx.Err() == nil {
		text = err.Error()
	}
	s.trouble.Store(&text)
	return err
}

func (s *Service) work(ctx context.Context, nightly bool) error {
	if s.Place == nil {
		return nil
	}
	p, err := s.Place()
	if err != nil {
		return err
	}
	if !nightly {
		_, err = p.Make(ctx, s.DB, s.Keys, p.Next(s.DB.Now()))
		return err
	}
	zone, err := db.Read(ctx, s.DB, program, setting.Zone)
	if err != nil {
		return err
	}
	_, err = p.Daily(ctx, s.DB, s.Keys, zone)
	return err
}

// Routes are the administrator's.
func (s *Service) Routes(r *api.Router) {
	api.List(r, api.Op{Path: "/backups", May: access.BackupManage}, s.Standing)
	api.Ask(r, api.Op{Path: "/backups", May: access.BackupManage, Sure: true}, s.Make)
	api.Download(r, api.Op{Path: "/backups/file", May: access.BackupManage, Sure: true}, s.Take)
}
