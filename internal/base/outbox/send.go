package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/audit"
	"zhike/internal/base/setting"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
	"zhike/internal/platform/job"
	"zhike/internal/platform/mail"
	"zhike/internal/platform/outward"
	"zhike/internal/platform/robot"
	"zhike/locale"
)

// most attempts of a delivery: with the queue's pauses, some two hours.
const most = 8

var (
	deliveryOf = db.SQL(`SELECT d.id, d.way, d.channel_id, d.user_id, d.kind, d.text, d.about, d.state, d.attempts, d.repeats, d.created_at FROM {deliveries d} WHERE d.id = :id`, Deliveries)
	triedSince = db.SQL(`SELECT d.tried_at AS n FROM {deliveries d} WHERE d.channel_id = :channel AND d.tried_at > :since ORDER BY d.tried_at`, Deliveries)
	begin      = db.SQL(`UPDATE {deliveries!change d} SET state = 'sending', attempts = attempts + 1, repeats = :repeats, tried_at = :now WHERE d.id = :id`, Deliveries)
	settle     = db.SQL(`UPDATE {deliveries!change d} SET state = :state, reason = :reason, code = :outcome, ended_at = :ended WHERE d.id = :id`, Deliveries)
	done       = db.SQL(`UPDATE {deliveries!change d} SET state = 'sent', reason = '', code = 0, text = NULL, about = '', ended_at = :now WHERE d.id = :id`, Deliveries)
)

// A parcel is all that sending needs, read before the network is touched.
type parcel struct {
	delivery
	text    Text
	server  mail.Server
	to      string
	address string
	secret  string
	now     time.Time
	zone    *time.Location
}

// An outcome in the words of errors: delivery.reason.<why>.
type outcome struct {
	sent, again bool
	why         string
	code        int
}

var errNotYet = errors.New("outbox: it did not go out")

// Work sends one delivery.
func (s *Service) Work(ctx context.Context, j job.Job) error {
	var p payload
	if err := j.Into(&p); err != nil {
		return err
	}
	it, err := db.Write(ctx, s.DB, program, func(tx *db.Tx) (*parcel, error) { return s.take(tx, j, p.Delivery) })
	if err != nil || it == nil {
		return err
	}
	o := s.send(ctx, *it)
	_, err = db.Write(context.WithoutCancel(ctx), s.DB, program, func(tx *db.Tx) (int, error) {
		if o.sent {
			if _, err := tx.ChangeAll(done, db.Args{"id": it.ID, "now": tx.At()}); err != nil {
				return 0, err
			}
			return 0, j.Finish(tx)
		}
		again := o.again && it.Attempts < most
		args := db.Args{"id": it.ID, "state": Failed, "reason": o.why, "outcome": o.code, "ended": tx.At()}
		if again {
			args["state"], args["ended"] = Waiting, int64(0)
		}
		if _, err := tx.ChangeAll(settle, args); err != nil || again {
			return 0, err
		}
		return 0, j.Finish(tx)
	})
	if err == nil && !o.sent && o.again && it.Attempts < most {
		return errNotYet
	}
	return err
}

// take marks a delivery as under way and gives all that sending it needs; nil where
// there is nothing to send, or not now.
func (s *Service) take(tx *db.Tx, j job.Job, id string) (*parcel, error) {
	d, found, err := db.Maybe[delivery](tx, deliveryOf, db.Args{"id": id})
	if err != nil || !found || d.State != Waiting && d.State != Sending {
		return nil, err
	}
	end := func(state, why string) (*parcel, error) {
		if _, err := tx.ChangeAll(settle, db.Args{"id": id, "state": state, "reason": why, "outcome": 0, "ended": tx.At()}); err != nil {
			return nil, err
		}
		return nil, j.Finish(tx)
	}
	demo, err := s.demo(tx)
	if err != nil {
		return nil, err
	}
	if demo {
		return end(Held, "demo")
	}
	if d.State == Sending {
		if d.Repeats++; d.Repeats > 1 {
			return end(Failed, "unknown_outcome")
		}
	}
	it, why, err := s.pack(tx, d)
	if err != nil {
		return nil, err
	}
	if why != "" {
		return end(Failed, why)
	}
	if d.Way != ByMail {
		if err := tx.Lock("outbox:" + d.Channel); err != nil {
			return nil, err
		}
		tried, err := db.All[db.Count](tx, triedSince, db.Args{"channel": d.Channel, "since": tx.At() - time.Minute.Milliseconds()})
		if err != nil {
			return nil, err
		}
		if bound := robot.Kind(d.Way).PerMinute(); len(tried) >= bound { // it waits for its turn, which is no attempt
			if err := j.Finish(tx); err != nil {
				return nil, err
			}
			return nil, s.enqueue(tx, id, time.UnixMilli(tried[len(tried)-bound].N).Add(time.Minute+time.Second))
		}
	}
	_, err = tx.ChangeAll(begin, db.Args{"id": id, "repeats": d.Repeats, "now": tx.At()})
	it.Attempts++
	return it, err
}

func (s *Service) demo(tx *db.Tx) (bool, error) {
	kind, err := setting.Meta(tx, "kind")
	return kind == "demo", err
}

// pack opens what a delivery needs; why is what keeps it from going out at all.
func (s *Service) pack(tx *db.Tx, d delivery) (it *parcel, why string, err error) {
	it = &parcel{delivery: d, now: tx.Now()}
	key, err := s.Vault.Company(tx)
	if err != nil {
		return nil, "", err
	}
	text, err := key.Open("deliveries/text/"+d.ID, d.Text)
	if err != nil {
		return nil, "", err
	}
	if err := json.Unmarshal(text, &it.text); err != nil {
		return nil, "", err
	}
	if it.zone, err = setting.Zone(tx); err != nil {
		return nil, "", err
	}
	if d.Way == ByMail {
		if it.server, err = s.server(tx); err != nil {
			return nil, "", err
		}
		it.to, err = s.addressOf(tx, d.User)
		switch {
		case err != nil:
			return nil, "", err
		case it.server.Host == "" || it.server.From == "":
			return nil, "mail_not_set", nil
		case it.to == "":
			return nil, "mail_recipient", nil
		}
		return it, "", nil
	}
	c, found, err := db.Maybe[Channel](tx, channelOf, db.Args{"id": d.Channel})
	if err != nil {
		return nil, "", err
	}
	if !found || !c.Active && d.Kind != "test" {
		return nil, "channel_gone", nil
	}
	it.address, it.secret, err = s.opened(tx, c)
	return it, "", err
}

func (s *Service) opened(tx *db.Tx, c Channel) (address, secret string, err error) {
	key, err := s.Vault.Company(tx)
	if err != nil {
		return "", "", err
	}
	clear, err := key.Open("channels/url/"+c.ID, c.URL)
	if err != nil || len(c.Secret) == 0 {
		return string(clear), "", err
	}
	hidden, err := key.Open("channels/secret/"+c.ID, c.Secret)
	return string(clear), string(hidden), err
}

// server is the company's mail server as the settings say.
func (s *Service) server(tx *db.Tx) (m mail.Server, err error) {
	var port int64
	read := func(into *string, from interface{ In(*db.Tx) (string, error) }) {
		if err == nil {
			*into, err = from.In(tx)
		}
	}
	read(&m.Host, setting.MailHost)
	read(&m.Security, setting.MailSecurity)
	read(&m.User, setting.MailUser)
	read(&m.From, setting.MailFrom)
	read(&m.FromName, setting.CompanyShortName)
	if err == nil {
		port, err = setting.MailPort.In(tx)
	}
	if err != nil {
		return m, err
	}
	m.Port = int(port)
	if m.FromName == "" {
		m.FromName = locale.Text(locale.Default, "app.name", nil)
	}
	password, err := setting.MailPassword.In(tx, s.Vault)
	m.Password = password.Clear()
	if s.Mail != nil {
		m = s.Mail(m)
	}
	return m, err
}

// send touches the network, outside of any unit.
func (s *Service) send(ctx context.Context, it parcel) outcome {
	link := ""
	if s.PublicURL != "" {
		link = strings.TrimSuffix(s.PublicURL, "/") + it.text.Path
	}
	if it.Way == ByMail {
		files, refused := s.enclosed(ctx, it)
		if refused != nil {
			return *refused
		}
		_, domain, _ := strings.Cut(it.server.From, "@")
		err := mail.Send(ctx, it.server, mail.Message{ID: it.ID + "@" + domain, To: it.to, Subject: it.text.Title, Title: it.text.Title,
			Lines: it.text.Lines, Foot: it.text.Foot, Link: link, At: it.now.In(it.zone), Files: files})
		var f *mail.Fault
		if errors.As(err, &f) {
			return outcome{again: f.Again, why: f.Why}
		}
		return outcome{sent: err == nil, why: "mail_refused"}
	}
	return s.post(ctx, it, link)
}

// enclosed makes what goes along with a mail.
func (s *Service) enclosed(ctx context.Context, it parcel) ([]mail.File, *outcome) {
	if it.text.Along == "" || s.Enclose == nil {
		return nil, nil
	}
	f, err := s.Enclose(ctx, it.text.Along, it.User)
	if err == nil {
		return []mail.File{f}, nil
	}
	if why := (*fault.Fault)(nil); errors.As(err, &why) && (why.Kind == fault.Denied || why.Kind == fault.NotFound) {
		return nil, &outcome{why: "not_allowed"}
	}
	slog.Warn("what goes along with a mail was not made", "delivery", it.ID, "error", err)
	return nil, &outcome{why: "not_enclosed", again: true}
}

func (s *Service) post(ctx context.Context, it parcel, link string) outcome {
	k := robot.Kind(it.Way)
	c, err := robot.Compose(k, it.address, it.secret, robot.Message{ID: it.ID, Kind: it.Kind, Title: it.text.Title, Lines: it.text.Lines, Link: link}, it.now)
	if err != nil {
		return outcome{why: "bad_address"}
	}
	status, answer, err := s.Out.Post(ctx, c.URL, c.Body, c.Headers)
	switch {
	case errors.Is(err, outward.ErrRefused):
		return outcome{why: "address_not_public"}
	case errors.Is(err, outward.ErrAddress):
		return outcome{why: "bad_address"}
	case errors.Is(err, outward.ErrRedirect), errors.Is(err, outward.ErrTooLarge):
		return outcome{why: "robot_refused", code: status}
	case err != nil:
		return outcome{why: "robot_unreachable", again: true}
	}
	o := robot.Read(k, status, answer)
	return outcome{sent: o.Sent, again: o.Again, why: o.Why, code: o.Code}
}

// Tried is how a test went.
type Tried struct {
	Sent   bool   `json:"sent"`
	Reason string `json:"reason,omitempty" doc:"As a delivery's."`
	Code   int    `json:"code,omitempty" doc:"The robot's own."`
}

var errDemo = fault.New(fault.Conflict, "nothing_leaves_demo")

// Test sends a message to a channel now, and says how it went.
func (s *Service) Test(ctx context.Context, who access.Actor, id string, _ int64) (Tried, error) {
	it, err := db.Write(ctx, s.DB, who, func(tx *db.Tx) (it parcel, err error) {
		c, err := s.load(tx, id)
		if err != nil {
			return it, err
		}
		if it, err = s.trial(tx, c.Kind, "channel.test", c.ID); err != nil {
			return it, err
		}
		it.address, it.secret, err = s.opened(tx, c)
		return it, err
	})
	return s.tried(ctx, it, err)
}

// TestMail sends one's own address a mail now.
func (s *Service) TestMail(ctx context.Context, who access.Actor, _ struct{}) (Tried, error) {
	it, err := db.Write(ctx, s.DB, who, func(tx *db.Tx) (it parcel, err error) {
		if it, err = s.trial(tx, ByMail, "mail.test", ""); err != nil {
			return it, err
		}
		if it.server, err = s.server(tx); err != nil {
			return it, err
		}
		if it.server.Host == "" || it.server.From == "" {
			return it, fault.New(fault.Conflict, "mail_not_set")
		}
		if it.to, err = s.addressOf(tx, who.ID()); err == nil && it.to == "" {
			err = fault.New(fault.Conflict, "no_address_of_your_own")
		}
		return it, err
	})
	return s.tried(ctx, it, err)
}

// trial is a test's parcel, with its entry in the log.
func (s *Service) trial(tx *db.Tx, way, action, record string) (it parcel, err error) {
	demo, err := s.demo(tx)
	if err != nil {
		return it, err
	}
	if demo {
		return it, errDemo
	}
	it = parcel{delivery: delivery{ID: tx.NewID(), Way: way, Kind: "test"}, now: tx.Now()}
	if it.zone, err = setting.Zone(tx); err != nil {
		return it, err
	}
	say := func(key string) string { return locale.Text(locale.Default, key, nil) }
	it.text = Text{Title: say("outbox.test.title"), Lines: []string{say("outbox.test.line")}, Path: "/"}
	return it, audit.Note(tx, audit.Entry{Action: action, Kind: "channel", Record: record})
}

func (s *Service) tried(ctx context.Context, it parcel, err error) (Tried, error) {
	if err != nil {
		return Tried{}, err
	}
	o := s.send(ctx, it)
	if o.sent {
		return Tried{Sent: true}, nil
	}
	return Tried{Reason: o.why, Code: o.code}, nil
}
