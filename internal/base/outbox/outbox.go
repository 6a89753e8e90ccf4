// Package outbox is what leaves the house: mail, and messages to the robots of chat groups.
//
// A delivery is a row that is added in the unit which wants it told, and sent by a job. It
// goes out at least once. Where the program dies between sending and noting it, it is sent
// once more under the same Message-ID or Idempotency-Key, and then given up rather than
// repeated. In a demo database nothing leaves: its deliveries are held.
package outbox

import (
	"context"
	"encoding/json"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/privacy"
	"zhike/internal/base/setting"
	"zhike/internal/platform/db"
	"zhike/internal/platform/job"
	"zhike/internal/platform/mail"
	"zhike/internal/platform/outward"
)

var manage = db.Rights{See: db.See(string(access.SettingManage)), Add: db.Add(string(access.SettingManage)), Change: db.Change(string(access.SettingManage))}

var (
	Channels   = db.Shared("channels", manage)
	Deliveries = db.Shared("deliveries", manage).Quiet() // sending is no act of a person
)

// The program's own acts here: what is to leave is written by whoever caused it.
var program = access.Program("outbox")

// Job is the kind of job that sends.
const Job = "outbox.send"

// States of a delivery.
const (
	Waiting = "waiting"
	Sending = "sending" // found by a later attempt: nobody knows how it ended
	Sent    = "sent"
	Failed  = "failed"
	Held    = "held" // in a demo
)

// ByMail is the way of a delivery that is no robot's.
const ByMail = "mail"

// A Text is what is to be told. It may name customers and is kept sealed.
type Text struct {
	Title string   `json:"title"`
	Lines []string `json:"lines"`
	Foot  string   `json:"foot,omitempty"`
	Path  string   `json:"path,omitempty"`  // within the product
	Along string   `json:"along,omitempty"` // names what Enclose makes, of a mail
}

// Service sends what is to leave.
type Service struct {
	DB        *db.DB
	Vault     *privacy.Vault
	Queue     *job.Queue
	Out       *outward.Client
	PublicURL string                          // "": messages have no link
	Kinds     func() []string                 // of notices that a channel may take
	Mail      func(s mail.Server) mail.Server // tests bring the certificate of their server
	// Enclose makes the file that goes along with a mail, when it is sent: as its reader may
	// see it then. A fault that is Denied or NotFound keeps the mail from going out.
	Enclose func(ctx context.Context, along, user string) (mail.File, error)
}

type delivery struct {
	ID        string `db:"id"`
	Way       string `db:"way"`
	Channel   string `db:"channel_id"`
	User      string `db:"user_id"`
	Kind      string `db:"kind"`
	Text      []byte `db:"text"`
	About     string `db:"about"`
	State     string `db:"state"`
	Attempts  int64  `db:"attempts"`
	Repeats   int64  `db:"repeats"`
	CreatedAt int64  `db:"created_at"`
}

// ToPerson adds a mail to somebody, where there is a mail server and he has an address.
func (s *Service) ToPerson(tx *db.Tx, user, kind string, t Text, about string) error {
	host, err := setting.MailHost.In(tx)
	if err != nil || host == "" {
		return err
	}
	to, err := s.addressOf(tx, user)
	if err != nil || to == "" {
		return err
	}
	return s.add(tx, delivery{Way: ByMail, User: user, Kind: kind, About: about}, t)
}

// ToChannel adds a message to a robot's group.
func (s *Service) ToChannel(tx *db.Tx, c Channel, kind string, t Text, about string) error {
	return s.add(tx, delivery{Way: c.Kind, Channel: c.ID, Kind: kind, About: about}, t)
}

func (s *Service) add(tx *db.Tx, d delivery, t Text) error {
	d.ID, d.State, d.CreatedAt = tx.NewID(), Waiting, tx.At()
	key, err := s.Vault.Company(tx)
	if err != nil {
		return err
	}
	text, err := json.Marshal(t)
	if err != nil {
		return err
	}
	d.Text = key.Seal("deliveries/text/"+d.ID, text)
	if err := tx.As(program).Insert(Deliveries, d); err != nil {
		return err
	}
	return s.enqueue(tx, d.ID, time.Time{})
}

type payload struct {
	Delivery string `json:"delivery"`
}

func (s *Service) enqueue(tx *db.Tx, id string, at time.Time) error {
	return s.Queue.Enqueue(tx, job.New{Kind: Job, Payload: payload{id}, Unique: Job + ":" + id, RunAt: at})
}
