package outbox

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
	"zhike/internal/platform/outward"
)

// A Channel is a robot of a chat group, or a webhook, as the administrator sees it: address
// and secret never come back.
type Channel struct {
	ID     string      `db:"id" json:"id"`
	Name   string      `db:"name" json:"name"`
	Kind   string      `db:"kind" json:"kind" enum:"wecom,dingtalk,feishu,webhook"`
	Host   string      `db:"host" json:"host" doc:"Of the address; the rest of it holds the robot's token."`
	Signed bool        `json:"signed"`
	Kinds  api.Strings `db:"kinds" json:"kinds"`
	Active bool        `db:"active" json:"active"`
	Since  api.Time    `db:"created_at" json:"created_at"`

	Version int64  `db:"version" json:"version"`
	URL     []byte `db:"url" json:"-"`
	Secret  []byte `db:"secret" json:"-"`
}

func (c Channel) Revision() int64  { return c.Version }
func (c Channel) RecordID() string { return c.ID }

// NewChannel is what an administrator says of one.
type NewChannel struct {
	Name   string       `json:"name" minLength:"1" maxLength:"60"`
	Kind   string       `json:"kind" enum:"wecom,dingtalk,feishu,webhook"`
	URL    crypt.Secret `json:"url"`
	Secret crypt.Secret `json:"secret,omitempty"`
	Kinds  []string     `json:"kinds" maxItems:"100"`
	Active *bool        `json:"active,omitempty"`
}

// ChangedChannel changes one; a secret that is left out stays.
type ChangedChannel struct {
	Name   api.Opt[string]       `json:"name,omitempty,omitzero" minLength:"1" maxLength:"60"`
	URL    api.Opt[crypt.Secret] `json:"url,omitempty,omitzero"`
	Secret api.Opt[crypt.Secret] `json:"secret,omitempty,omitzero" doc:"null takes it away."`
	Kinds  api.Opt[[]string]     `json:"kinds,omitempty,omitzero" maxItems:"100"`
	Active api.Opt[bool]         `json:"active,omitempty,omitzero"`
}

var (
	channelOf   = db.SQL(`SELECT c.id, c.name, c.kind, c.host, c.url, c.secret, c.kinds, c.active, c.created_at, c.version FROM {channels c} WHERE c.id = :id`, Channels)
	allChannels = db.SQL(`SELECT c.id, c.name, c.kind, c.host, c.url, c.secret, c.kinds, c.active, c.created_at, c.version FROM {channels c} ORDER BY c.created_at, c.id`, Channels)
	dropChannel = db.SQL(`DELETE FROM {channels!change c} WHERE c.id = :id`, Channels)
)

// Open are the channels that are on, for whoever has something to tell.
func (s *Service) Open(tx *db.Tx) ([]Channel, error) {
	all, err := db.All[Channel](tx.As(program), allChannels, nil)
	return slices.DeleteFunc(all, func(c Channel) bool { return !c.Active }), err
}

func (s *Service) load(tx *db.Tx, id string) (Channel, error) {
	c, err := db.One[Channel](tx, channelOf, db.Args{"id": id})
	c.Signed = len(c.Secret) > 0
	return c, err
}

// List gives every channel.
func (s *Service) List(ctx context.Context, who access.Actor, _ struct{}) (api.Items[Channel], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (out api.Items[Channel], err error) {
		out.Items, err = db.All[Channel](tx, allChannels, nil)
		for i := range out.Items {
			out.Items[i].Signed = len(out.Items[i].Secret) > 0
		}
		return out, err
	})
}

// Get gives one.
func (s *Service) Get(ctx context.Context, who access.Actor, id string) (Channel, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (Channel, error) { return s.load(tx, id) })
}

// Add adds a channel.
func (s *Service) Add(ctx context.Context, who access.Actor, in NewChannel) (Channel, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Channel, err error) {
		key, err := s.Vault.Company(tx)
		if err != nil {
			return none, err
		}
		c := Channel{ID: tx.NewID(), Name: strings.TrimSpace(in.Name), Kind: in.Kind, Kinds: in.Kinds, Active: in.Active == nil || *in.Active}
		if c.Host, err = s.judge(in.URL, c.Name, in.Kinds); err != nil {
			return none, err
		}
		row := struct {
			ID        string      `db:"id"`
			Name      string      `db:"name"`
			Kind      string      `db:"kind"`
			URL       []byte      `db:"url"`
			Host      string      `db:"host"`
			Secret    []byte      `db:"secret"`
			Kinds     api.Strings `db:"kinds"`
			Active    bool        `db:"active"`
			CreatedAt int64       `db:"created_at"`
			UpdatedAt int64       `db:"updated_at"`
		}{c.ID, c.Name, c.Kind, key.Seal("channels/url/"+c.ID, []byte(strings.TrimSpace(in.URL.Clear()))), c.Host, nil, c.Kinds, c.Active, tx.At(), tx.At()}
		if !in.Secret.Empty() {
			row.Secret = key.Seal("channels/secret/"+c.ID, []byte(strings.TrimSpace(in.Secret.Clear())))
		}
		if err := tx.Insert(Channels, row); err != nil {
			return none, err
		}
		if err := audit.Note(tx, audit.Entry{Action: "channel.create", Kind: "channel", Record: c.ID, Details: map[string]any{"kind": c.Kind, "host": c.Host}}); err != nil {
			return none, err
		}
		return s.load(tx, c.ID)
	})
}

// judge gives the host of an address that may be called.
func (s *Service) judge(address crypt.Secret, name string, kinds []string) (string, error) {
	clear := strings.TrimSpace(address.Clear())
	if name == "" {
		return "", fault.Rule("required", "name")
	}
	known := s.Kinds()
	for _, k := range kinds {
		if !slices.Contains(known, k) {
			return "", fault.Rule("invalid", "kinds")
		}
	}
	if len(clear) > 1000 {
		return "", fault.Rule("invalid", "url")
	}
	switch err := s.Out.Check(clear); {
	case errors.Is(err, outward.ErrRefused):
		return "", fault.Rule("address_not_public", "url")
	case err != nil:
		return "", fault.Rule("bad_address", "url")
	}
	u, err := url.Parse(clear)
	if err != nil {
		return "", fault.Rule("bad_address", "url")
	}
	return u.Host, nil
}

// Change changes a channel.
func (s *Service) Change(ctx context.Context, who access.Actor, id string, version int64, in ChangedChannel) (Channel, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Channel, err error) {
		c, err := s.load(tx, id)
		if err != nil {
			return none, err
		}
		key, err := s.Vault.Company(tx)
		if err != nil {
			return none, err
		}
		old := c
		c.Name, c.Kinds, c.Active = strings.TrimSpace(in.Name.Or(c.Name)), in.Kinds.Or(c.Kinds), in.Active.Or(c.Active)
		clear, err := key.Open("channels/url/"+id, c.URL)
		if err != nil {
			return none, err
		}
		address := in.URL.Or(crypt.NewSecret(string(clear)))
		if c.Host, err = s.judge(address, c.Name, in.Kinds.Or(nil)); err != nil {
			return none, err
		}
		if in.URL.Set {
			c.URL = key.Seal("channels/url/"+id, []byte(strings.TrimSpace(address.Clear())))
		}
		if in.Secret.Set {
			c.Secret = nil
			if !in.Secret.V.Empty() {
				c.Secret = key.Seal("channels/secret/"+id, []byte(strings.TrimSpace(in.Secret.V.Clear())))
			}
		}
		row := struct {
			Name   string      `db:"name"`
			URL    []byte      `db:"url"`
			Host   string      `db:"host"`
			Secret []byte      `db:"secret"`
			Kinds  api.Strings `db:"kinds"`
			Active bool        `db:"active"`
		}{c.Name, c.URL, c.Host, c.Secret, c.Kinds, c.Active}
		if err := tx.Update(Channels, id, version, row); err != nil {
			return none, err
		}
		var changes []audit.Change
		for _, d := range []audit.Change{{Field: "name", Old: old.Name, New: c.Name}, {Field: "host", Old: old.Host, New: c.Host}, {Field: "active", Old: old.Active, New: c.Active}} {
			if d.Old != d.New {
				changes = append(changes, d)
			}
		}
		if in.Secret.Set {
			changes = append(changes, audit.Change{Field: "secret"})
		}
		if !slices.Equal(old.Kinds, c.Kinds) {
			changes = append(changes, audit.Change{Field: "kinds", Old: []string(old.Kinds), New: []string(c.Kinds)})
		}
		if err := audit.Note(tx, audit.Entry{Action: "channel.change", Kind: "channel", Record: id, Changes: changes}); err != nil {
			return none, err
		}
		return s.load(tx, id)
	})
}

// Drop takes a channel away; what waits for it is given up.
func (s *Service) Drop(ctx context.Context, who access.Actor, id string, _ int64) error {
	_, err := db.Write(ctx, s.DB, who, func(tx *db.Tx) (int, error) {
		if err := tx.Change(dropChannel, db.Args{"id": id}); err != nil {
			return 0, err
		}
		return 0, audit.Note(tx, audit.Entry{Action: "channel.delete", Kind: "channel", Record: id})
	})
	return err
}

// Routes are the administrator's.
func (s *Service) Routes(r *api.Router) {
	of := func(path string) api.Op { return api.Op{Path: path, May: access.SettingManage, On: Channels} }
	api.List(r, api.Op{Path: "/channels", May: access.SettingManage}, s.List)
	api.Create(r, api.Op{Path: "/channels", May: access.SettingManage}, s.Add, s.Get)
	api.Get(r, of("/channels/{id}"), s.Get)
	api.Change(r, of("/channels/{id}"), s.Change)
	drop, test := of("/channels/{id}"), of("/channels/{id}/test")
	drop.Loose, test.Loose = true, true
	api.Delete(r, drop, s.Drop)
	api.Act(r, test, s.Test)
	api.Ask(r, api.Op{Path: "/mail/test", May: access.SettingManage}, s.TestMail)
	api.List(r, api.Op{Path: "/deliveries", May: access.SettingManage}, s.Deliveries)
	api.Act(r, api.Op{Path: "/deliveries/{id}/retry", May: access.SettingManage, On: Deliveries, Loose: true}, s.Retry)
}
