package app

import (
	"context"
	"fmt"
	"io"

	"zhike/internal/app/command"

	"zhike/internal/base/folder"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
)

// KeysCommands are for the keys.
type KeysCommands struct {
	Rotate KeysRotate `cmd:"" help:"Make a new key and wrap everybody's key by it."`
	Status KeysStatus `cmd:"" help:"By which keys what is wrapped."`
}

// KeysRotate turns the keys, and with --kek the key-encryption key too.
type KeysRotate struct {
	Common
	KEK bool `name:"kek" help:"The key-encryption key, too: the recovery code is printed anew; backups made before open by the old key, which stays in keys/."`
}

func (c *KeysRotate) Run(in io.Reader, out io.Writer) error {
	args := []string{"keys", "rotate"}
	if c.KEK {
		args = append(args, "--kek")
	}
	return with(c.Common, args, in, out, func(ctx context.Context, h *House) error { return c.do(ctx, h, in, out) })
}

func (c *KeysRotate) do(ctx context.Context, h *House, _ io.Reader, out io.Writer) error {
	if c.KEK {
		f := folder.At(c.Data)
		err := h.Ring.TurnKEK(ctx, program, func(k *crypt.Keys) (*crypt.Keys, []byte, error) { return f.TurnKEK(c.Key, k, h.DB.Now()) })
		if err != nil {
			return err
		}
		code, err := f.Recovery(c.Key)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "There is a new key-encryption key. Copy keys/ to where you keep it. The new recovery code (shown this once): %s\n", code)
	}
	if err := h.Ring.Turn(ctx, program); err != nil {
		return err
	}
	if !h.Queue.Working() { // no server does it
		if err := h.Ring.Finish(ctx, func(*db.Tx) error { return nil }); err != nil {
			return err
		}
	}
	return (&KeysStatus{c.Common}).do(ctx, h, nil, out)
}

// KeysStatus tells how a turn stands.
type KeysStatus struct{ Common }

func (c *KeysStatus) Run(in io.Reader, out io.Writer) error {
	return with(c.Common, []string{"keys", "status"}, in, out, func(ctx context.Context, h *House) error { return c.do(ctx, h, in, out) })
}

func (c *KeysStatus) do(ctx context.Context, h *House, _ io.Reader, out io.Writer) error {
	s, err := h.Ring.Status(ctx)
	if err != nil {
		return err
	}
	for _, k := range s.Keys {
		fmt.Fprintf(out, "%08x wraps %d%s\n", k.ID, k.Wrapped, map[bool]string{true: " and what is new"}[k.Newest])
	}
	switch {
	case s.Turned == 0:
		fmt.Fprintln(out, "The keys were never turned.")
	case s.Done == 0:
		fmt.Fprintf(out, "A turn is under way: %d to go.\n", s.Left)
	default:
		fmt.Fprintf(out, "Turned; %d left by older keys.\n", s.Left)
	}
	return command.Say(out, c.JSON, map[string]any{"keys": s.Keys, "left": s.Left, "turned_at": s.Turned, "done_at": s.Done})
}
