package app

import (
	"context"
	"fmt"
	"io"
)

// FigureCommands are for the sums that dashboards read.
type FigureCommands struct {
	Check   FiguresCheck   `cmd:"" help:"Work the sums of dashboards out of the rows once more, and name what differs."`
	Rebuild FiguresRebuild `cmd:"" help:"Build the sums of dashboards anew; figures are computed meanwhile."`
}

type FiguresCheck struct{ Common }

func (c *FiguresCheck) Run(in io.Reader, out io.Writer) error {
	return with(c.Common, []string{"figures", "check"}, in, out, func(ctx context.Context, h *House) error { return c.do(ctx, h, in, out) })
}

func (c *FiguresCheck) do(ctx context.Context, h *House, _ io.Reader, out io.Writer) error {
	faults, err := h.Rollups.Check(ctx)
	if err != nil {
		return err
	}
	for _, f := range faults {
		fmt.Fprintln(out, "WRONG:", f)
	}
	if len(faults) == 0 {
		fmt.Fprintln(out, "the sums say what the rows say")
	}
	if err := say(out, c.JSON, map[string]any{"wrong": faults}); err != nil {
		return err
	}
	if len(faults) > 0 {
		return errCode(fails)
	}
	return nil
}

type FiguresRebuild struct{ Common }

func (c *FiguresRebuild) Run(in io.Reader, out io.Writer) error {
	return with(c.Common, []string{"figures", "rebuild"}, in, out, func(ctx context.Context, h *House) error { return c.do(ctx, h, in, out) })
}

func (c *FiguresRebuild) do(ctx context.Context, h *House, _ io.Reader, out io.Writer) error {
	if err := h.Rollups.Rebuild(ctx); err != nil {
		return err
	}
	fmt.Fprintln(out, "the sums were built anew")
	return say(out, c.JSON, map[string]any{"built": true})
}
