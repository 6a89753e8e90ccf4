package api

import (
	"context"
	"crypto/hmac"
	"encoding/base64"
	"encoding/json"
	"sync"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// Keeper signs: base/api keeps the hash of a body under a key, so that a stolen table
// does not tell what was submitted.
type Keeper interface {
	Sign(purpose string, data []byte) []byte
}

var (
	idempotency = db.Internal("idempotency").Quiet()

	findKey = db.SQL(`SELECT i.id, i.body, i.record_id, i.status, i.created_at FROM {idempotency i} WHERE i.id = :id`, idempotency)
	oldKeys = db.SQL(`DELETE FROM {idempotency!change i} WHERE i.created_at < :before`, idempotency)
	oldKey  = db.SQL(`DELETE FROM {idempotency!change i} WHERE i.id = :id AND i.created_at < :before`, idempotency)

	errMismatch   = fault.New(fault.Conflict, "idempotency_mismatch").At("Idempotency-Key")
	errInProgress = fault.New(fault.Conflict, "in_progress").At("Idempotency-Key")
)

// Remembered is how long a key answers alike.
const Remembered = 24 * time.Hour

type keyRow struct {
	ID        string `db:"id"`
	Body      []byte `db:"body"`
	RecordID  string `db:"record_id"`
	Status    int64  `db:"status"`
	CreatedAt int64  `db:"created_at"`
}

// Identified is a record that can be found again.
type Identified interface{ RecordID() string }

// Made is the id of a record that a unit made; it is read again outside it.
type Made string

func (m Made) RecordID() string { return string(m) }

var underWay sync.Map // ids of keys this node is answering

var program = access.Program("idempotency")

// once runs fn at most once per user, operation and key. The key is kept in the unit
// of the effect; a replay is rendered anew, for today's rights. Refusals are not kept.
func once[In, Out any](ctx context.Context, r *Router, op Op, who access.Actor, key string, in In, again method[string, Out], fn func(context.Context) (Out, error)) (out Out, err error) {
	if key == "" || again == nil {
		return fn(ctx)
	}
	text, err := json.Marshal(in)
	if err != nil {
		return out, err
	}
	id := base64.RawURLEncoding.EncodeToString(r.keys.Sign("idempotency.key", []byte(who.ID()+"\x00"+op.Path+Param(ctx, "id")+"\x00"+key)))
	body := r.keys.Sign("idempotency.body", text)
	if _, busy := underWay.LoadOrStore(id, true); busy {
		return out, errInProgress
	}
	defer underWay.Delete(id)
	if out, ok, err := replay(ctx, r, who, id, body, again); ok || err != nil {
		return out, err
	}
	kept := db.WithTail(ctx, func(tx *db.Tx, made any) error {
		record, ok := made.(Identified)
		if !ok {
			return nil
		}
		p := tx.As(program) // one that answers no longer, and was not forgotten yet, makes room
		if _, err := p.ChangeAll(oldKey, db.Args{"id": id, "before": tx.Now().Add(-Remembered).UnixMilli()}); err != nil {
			return err
		}
		fresh, err := p.InsertNew(idempotency, keyRow{id, body, record.RecordID(), 201, tx.At()})
		if err == nil && !fresh {
			err = errInProgress // a twin on another node was first; ours is undone
		}
		return err
	})
	return fn(kept)
}

func replay[Out any](ctx context.Context, r *Router, who access.Actor, id string, body []byte, again method[string, Out]) (out Out, ok bool, err error) {
	row, found, err := find(ctx, r.db, id)
	if err != nil || !found || r.db.Now().Sub(time.UnixMilli(row.CreatedAt)) > Remembered {
		return out, false, err
	}
	if !hmac.Equal(row.Body, body) {
		return out, false, errMismatch
	}
	out, err = again(ctx, who, row.RecordID)
	return out, true, err
}

func find(ctx context.Context, d *db.DB, id string) (row keyRow, found bool, err error) {
	_, err = db.Read(ctx, d, program, func(tx *db.Tx) (int, error) {
		row, found, err = db.Maybe[keyRow](tx, findKey, db.Args{"id": id})
		return 0, err
	})
	return row, found, err
}

// ForgetKeys drops idempotency keys that no longer answer.
func ForgetKeys(ctx context.Context, d *db.DB) error {
	_, err := db.Write(ctx, d, program, func(tx *db.Tx) (int64, error) {
		return tx.ChangeAll(oldKeys, db.Args{"before": tx.Now().Add(-Remembered).UnixMilli()})
	})
	return err
}
