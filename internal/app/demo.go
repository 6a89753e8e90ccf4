package app

import "io"

// Demo fills an empty database with the example company.
type Demo struct {
	Common
	Customers int   `default:"200" help:"How many customers."`
	Seed      int64 `default:"1" help:"The same seed gives the same company."`
	Days      int   `default:"365" help:"How many days of history."`
}

func (c *Demo) Run(out io.Writer) error { return nil }
