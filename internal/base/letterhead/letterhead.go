// Package letterhead keeps what stands at the head of the company's papers and screens: its logo.
package letterhead

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"image"
	"image/draw"
	_ "image/jpeg" // what may be sent
	"image/png"
	"io"

	xdraw "golang.org/x/image/draw"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// Table of the one logo; whoever is signed in sees it.
var Table = db.Shared("letterhead", db.Rights{Change: db.Change(string(access.SettingManage))})

var (
	kept = db.SQL(`SELECT l.logo, l.mark, l.version FROM {letterhead l} WHERE l.id = :id`, Table)
	mark = db.SQL(`SELECT l.mark FROM {letterhead l} WHERE l.id = :id`, Table)
	drop = db.SQL(`DELETE FROM {letterhead!change l} WHERE l.id = :id`, Table)
)

const (
	only = "company"
	// MaxFile is how large a picture may be that is sent, in bytes.
	MaxFile = 2 << 20
	// widest and highest a logo is kept, in pixels: 300 to the inch of its place on paper.
	widest, highest = 600, 200
	// most pixels a picture may say that it has: it is not read before.
	most = 40_000_000
)

// A Logo as it is kept.
type Logo struct {
	PNG     []byte `db:"logo" json:"-"`
	Mark    string `db:"mark" json:"mark" doc:"Changes with the picture."`
	Version int64  `db:"version" json:"version"`
}

// Service keeps the logo.
type Service struct{ DB *db.DB }

// Of gives the logo as PNG, nil without one.
func Of(tx *db.Tx) ([]byte, error) {
	l, _, err := db.Maybe[Logo](tx, kept, db.Args{"id": only})
	return l.PNG, err
}

// MarkOf names the picture that stands, "" without one.
func MarkOf(tx *db.Tx) (string, error) {
	l, _, err := db.Maybe[struct {
		Mark string `db:"mark"`
	}](tx, mark, db.Args{"id": only})
	return l.Mark, err
}

// Set keeps a PNG or JPEG as the company's logo, drawn anew and at the most 600 × 200 pixels. Needs
// the right to manage settings. Errors: file_too_large, file_type.
func (s *Service) Set(ctx context.Context, who access.Actor, f api.File) (none Logo, err error) {
	if len(f.Data) > MaxFile {
		return none, fault.Rule("file_too_large", "file")
	}
	text, err := redrawn(f.Data)
	if err != nil {
		return none, err
	}
	sum := sha256.Sum256(text)
	l := Logo{PNG: text, Mark: hex.EncodeToString(sum[:8])}
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Logo, err error) {
		old, found, err := db.Maybe[Logo](tx, kept, db.Args{"id": only})
		if err != nil {
			return none, err
		}
		if found {
			if _, err := tx.ChangeAll(drop, db.Args{"id": only}); err != nil {
				return none, err
			}
		}
		l.Version = old.Version + 1
		if err := tx.Insert(Table, struct {
			ID string `db:"id"`
			Logo
			At int64 `db:"updated_at"`
		}{only, l, tx.At()}); err != nil {
			return none, err
		}
		return l, audit.Note(tx, audit.Entry{Action: "letterhead.change", Kind: "setting", Record: "company.logo", Details: map[string]any{"mark": l.Mark}})
	})
}

// Remove takes the logo away.
func (s *Service) Remove(ctx context.Context, who access.Actor, _ struct{}) (int64, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (int64, error) {
		n, err := tx.ChangeAll(drop, db.Args{"id": only})
		if err != nil || n == 0 {
			return n, err
		}
		return n, audit.Note(tx, audit.Entry{Action: "letterhead.change", Kind: "setting", Record: "company.logo"})
	})
}

// Picture gives the logo to be shown.
func (s *Service) Picture(ctx context.Context, who access.Actor, _ string, _ struct{}) (api.Sheet, error) {
	text, err := db.Read(ctx, s.DB, who, Of)
	if err == nil && text == nil {
		err = db.ErrNotFound
	}
	return api.Sheet{Name: "logo.png", Type: "image/png", Write: func(w io.Writer) error { _, err := w.Write(text); return err }}, err
}

// redrawn makes a picture again of its pixels alone: what else was in the file stays out.
func redrawn(data []byte) ([]byte, error) {
	c, kind, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil || kind != "png" && kind != "jpeg" || c.Width < 1 || c.Height < 1 || c.Width*c.Height > most {
		return nil, fault.Rule("file_type", "file")
	}
	src, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, fault.Rule("file_type", "file")
	}
	w, h := c.Width, c.Height
	if w > widest {
		w, h = widest, max(1, h*widest/w)
	}
	if h > highest {
		w, h = max(1, w*highest/h), highest
	}
	dst := image.NewNRGBA(image.Rect(0, 0, w, h))
	xdraw.CatmullRom.Scale(dst, dst.Bounds(), src, src.Bounds(), draw.Src, nil)
	var out bytes.Buffer
	err = png.Encode(&out, dst)
	return out.Bytes(), err
}

// Routes are the logo's.
func (s *Service) Routes(r *api.Router) {
	api.Download(r, api.Op{Path: "/company/logo", May: access.Self, Looks: true}, s.Picture)
	api.Upload(r, api.Op{Path: "/company/logo", May: access.SettingManage}, s.Set)
	api.Drop(r, api.Op{Path: "/company/logo", May: access.SettingManage}, s.Remove)
}
