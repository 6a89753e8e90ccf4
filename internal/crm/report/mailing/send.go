package mailing

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/outbox"
	"zhike/internal/base/setting"
	"zhike/internal/crm/report"
	"zhike/internal/platform/db"
	"zhike/internal/platform/job"
	"zhike/internal/platform/mail"
	"zhike/locale"
)

// Kind of the deliveries from here.
const Kind = "report"

var (
	due  = db.SQL(`SELECT `+columns+` FROM {mailings m} WHERE m.next_at > 0 AND m.next_at <= :now ORDER BY m.next_at, m.id LIMIT 50`, Table)
	gone = db.SQL(`UPDATE {mailings!change m} SET next_at = :planned, sent_at = :sent WHERE m.id = :id AND m.next_at = :due_at`, Table)
)

// Handle puts what is due into the outbox, a mail for each reader, and plans the next time.
// What came due while the program was down goes out once.
func (s *Service) Handle(ctx context.Context, _ job.Job) error {
	for {
		n, err := db.Write(ctx, s.DB, program, func(tx *db.Tx) (int, error) {
			if err := tx.Lock(readers); err != nil {
				return 0, err
			}
			rows, err := db.All[Mailing](tx, due, db.Args{"now": tx.At()})
			for i := range rows {
				if err == nil {
					err = s.post(tx, &rows[i])
				}
			}
			return len(rows), err
		})
		if err != nil || n == 0 {
			return err
		}
	}
}

func (s *Service) post(tx *db.Tx, m *Mailing) error {
	was, sent := int64(m.NextAt), int64(m.SentAt)
	if err := s.plan(tx, m); err != nil {
		return err
	}
	owner, err := s.Actor(tx, m.OwnerID)
	if err != nil {
		return err
	}
	goes := owner.Can(access.CustomerExport) // whose right is gone sends nothing
	if goes {
		sent = tx.At()
	}
	if err := tx.Change(gone, db.Args{"id": m.ID, "due_at": was, "planned": int64(m.NextAt), "sent": sent}); err != nil {
		return err
	}
	if !goes {
		tx.Noted()
		return nil
	}
	if err := audit.Note(tx, audit.Entry{Action: "mailing.send", Kind: "mailing", Record: m.ID, Details: map[string]any{"to": []string(m.To)}}); err != nil {
		return err
	}
	zone, err := setting.Zone(tx)
	if err != nil {
		return err
	}
	along, err := json.Marshal(enclosed{m.ID})
	if err != nil {
		return err
	}
	t := outbox.Text{
		Title: locale.Text(locale.Default, "mailing.title", map[string]any{"name": m.Name, "day": tx.Now().In(zone).Format("2006-01-02")}),
		Lines: []string{locale.Text(locale.Default, "mailing.line", nil)}, Foot: locale.Text(locale.Default, "mailing.foot", nil),
		Path: "/reports/mailings", Along: string(along),
	}
	for _, user := range m.To {
		if err := s.Outbox.ToPerson(tx, user, Kind, t, ""); err != nil {
			return err
		}
	}
	return nil
}

type enclosed struct {
	Mailing string `json:"mailing"`
}

// Enclose makes the file of a mailing for one reader, with the rights that he has now; the
// log says that it went out. A report that its owner kept is sent without being shared.
func (s *Service) Enclose(ctx context.Context, along, user string) (out mail.File, err error) {
	var e enclosed
	if err := json.Unmarshal([]byte(along), &e); err != nil {
		return out, err
	}
	var reader, owner access.Actor
	m, err := db.Read(ctx, s.DB, program, func(tx *db.Tx) (m Mailing, err error) {
		if m, err = db.One[Mailing](tx, byID, db.Args{"id": e.Mailing}); err != nil {
			return m, err
		}
		if reader, err = s.Actor(tx, user); err == nil {
			owner, err = s.Actor(tx, m.OwnerID)
		}
		return m, err
	})
	if err != nil {
		return out, err
	}
	if !slices.Contains(m.To, user) || !reader.Can(access.ReportRead) || !reader.Can(access.CustomerExport) {
		return out, db.ErrDenied
	}
	q := m.Stored.V.query()
	var kept *report.Saved
	if q.Saved != "" {
		own, err := s.Files.Reports.GetSaved(ctx, owner, q.Saved)
		if err != nil {
			return out, err
		}
		kept = &own
	}
	made, err := s.Files.Sent(ctx, reader, q, kept)
	if err != nil {
		return out, err
	}
	return s.whole(made)
}

func (s *Service) whole(made api.Sheet) (mail.File, error) {
	var text bytes.Buffer
	if err := made.Write(&text); err != nil {
		return mail.File{}, err
	}
	return mail.File{Name: made.Name, Type: made.Type, Text: text.Bytes()}, nil
}
