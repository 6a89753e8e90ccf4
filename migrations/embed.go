// Package migrations is the schema's one sequence for both databases. Every merged
// file is kept for ever; a change of the schema is a new file.
package migrations

import "embed"

// Files are the steps, named NNNN_name.sql or NNNN_name.<engine>.sql.
//
//go:embed *.sql
var Files embed.FS
