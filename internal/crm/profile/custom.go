package profile

import (
	"database/sql/driver"

	"zhike/internal/platform/db"
)

// Custom are values of the company's own fields, by name; sealed ones as they are masked.
type Custom map[string]any

// Value keeps them as JSON.
func (c Custom) Value() (driver.Value, error) { return db.Of(map[string]any(c)).Value() }

// Scan reads what Value kept.
func (c *Custom) Scan(from any) error {
	var j db.JSON[map[string]any]
	err := j.Scan(from)
	*c = j.V
	return err
}
