package db

import "zhike/internal/platform/db/record"

// JSON keeps a value as text in SQLite and as JSONB in PostgreSQL.
type JSON[T any] = record.JSON[T]

// Of wraps v for a column.
func Of[T any](v T) JSON[T] { return JSON[T]{V: v} }
