// Package migrations is the schema's one sequence for both databases. Every merged
// file is kept for ever; a change of the schema is a new file.
package migrations

import (
	"embed"
	"strconv"
)

// Files are the steps, named NNNN_name.sql or NNNN_name.<engine>.sql.
//
//go:embed *.sql
var Files embed.FS

// Latest is the number of the last step.
func Latest() (last int64, err error) {
	all, err := Files.ReadDir(".")
	for _, f := range all {
		n, err := strconv.ParseInt(f.Name()[:4], 10, 64)
		if err != nil {
			return 0, err
		}
		last = max(last, n)
	}
	return last, err
}
