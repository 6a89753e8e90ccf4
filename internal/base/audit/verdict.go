package audit

import (
	"context"
	"encoding/json"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/platform/db"
	"zhike/internal/platform/job"
)

// The jobs that verify the chain: asked for, and each night.
const (
	VerifyJob = "audit.verify"
	Nightly   = "audit.verify_nightly"
)

// A Judged chain, as the screen tells of it.
type Judged struct {
	State    string   `json:"state" enum:"none,whole,broken" doc:"none: it was never verified."`
	At       api.Time `json:"at" doc:"When it was verified."`
	Sealed   int64    `json:"sealed"`
	Pending  int64    `json:"pending"`
	Pruned   int64    `json:"pruned" doc:"Entries that went after they had been kept for long enough."`
	Anchors  int      `json:"anchors" doc:"Heads kept outside the database that it was compared with."`
	Restores int      `json:"restores"`
	Head     string   `json:"head"`
	Broken   api.Text `json:"broken" doc:"The first broken entry, and how."`
	Running  bool     `json:"running" doc:"It is being verified."`
}

// Verdict is the last one.
func (s *Service) Verdict(ctx context.Context, who access.Actor, _ struct{}) (Judged, error) {
	return db.Read(ctx, s.DB, who, s.judged)
}

func (s *Service) judged(tx *db.Tx) (v Judged, err error) {
	v.State = "none"
	text, err := s.Kept(tx)
	if err != nil {
		return v, err
	}
	if text != "" {
		if err := json.Unmarshal([]byte(text), &v); err != nil {
			return v, err
		}
	}
	v.Running, err = s.Queue.Pending(tx, VerifyJob)
	return v, err
}

// AskVerdict has the chain verified now; Verdict tells when it is done.
func (s *Service) AskVerdict(ctx context.Context, who access.Actor, _ struct{}) (Judged, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (Judged, error) {
		if err := s.Queue.Enqueue(tx, job.New{Kind: VerifyJob, Unique: VerifyJob}); err != nil {
			return Judged{}, err
		}
		if err := Note(tx, Entry{Action: VerifyJob, Kind: "audit"}); err != nil {
			return Judged{}, err
		}
		return s.judged(tx)
	})
}

// Work is Do as a job.
func (s *Service) Work(ctx context.Context, j job.Job) error { return s.Do(ctx, j.Finish) }

// Do verifies the chain and keeps the verdict; a broken one is told to those who watch. end runs
// in the same unit.
func (s *Service) Do(ctx context.Context, end func(*db.Tx) error) error {
	var anchors []Anchored
	if s.Anchors != nil {
		var err error
		if anchors, err = s.Anchors(); err != nil {
			return err
		}
	}
	v, err := Verify(ctx, s.DB, anchors)
	if err != nil {
		return err
	}
	_, err = db.Write(ctx, s.DB, program, func(tx *db.Tx) (int, error) {
		out := Judged{State: "whole", At: api.Time(tx.At()), Sealed: v.Sealed, Pending: v.Pending, Pruned: v.Pruned, Anchors: len(anchors), Restores: len(v.Restores), Head: v.Head, Broken: api.Text(v.Broken)}
		if v.Broken != "" {
			out.State = "broken"
			if err := s.Broken(tx, v.Broken); err != nil {
				return 0, err
			}
		}
		text, err := json.Marshal(out)
		if err != nil {
			return 0, err
		}
		if err := s.Keep(tx, string(text)); err != nil {
			return 0, err
		}
		return 0, end(tx)
	})
	return err
}
