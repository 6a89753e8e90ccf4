package doctor

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"zhike/internal/platform/db"
)

// How far a node's clock may stand from the database's, in milliseconds (DECISIONS 27).
const (
	DriftWarns   = 2_000
	DriftRefuses = 30_000
)

// hourly is how often a node that serves looks.
const hourly = time.Hour

// A Clock is a node's, which several nodes on one database must agree on: a node whose clock is far
// away would order things wrongly, and take leases that others hold.
type Clock struct {
	DB    *db.DB
	drift atomic.Int64
}

// Look compares the node's clock with the database's, and refuses one that is far away.
func (c *Clock) Look(ctx context.Context) error {
	drift, err := c.DB.Drift(ctx)
	if err != nil {
		return err
	}
	c.drift.Store(drift)
	if why := c.Why(); why != "" {
		return fmt.Errorf("%s", why)
	}
	if max(drift, -drift) > DriftWarns {
		slog.Warn("this machine's clock differs from the database's", "ms", drift)
	}
	return nil
}

// Why says why the node must not serve; "" where it may.
func (c *Clock) Why() string {
	if drift := c.drift.Load(); max(drift, -drift) > DriftRefuses {
		return fmt.Sprintf("this machine's clock is %d s away from the database's", drift/1000)
	}
	return ""
}

// Watch looks each hour until ctx ends; while the clock is far away, each minute, so that a node
// whose clock was set serves again.
func (c *Clock) Watch(ctx context.Context) {
	for {
		pause := hourly
		if c.Why() != "" {
			pause = time.Minute
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
		if err := c.Look(ctx); err != nil {
			slog.Error("the clock", "error", err)
		}
	}
}
