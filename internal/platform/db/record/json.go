package record

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
)

// JSON keeps a value as text in SQLite and as JSONB in PostgreSQL.
type JSON[T any] struct{ V T }

func (j JSON[T]) Value() (driver.Value, error) {
	text, err := json.Marshal(j.V)
	return string(text), err // a []byte would become a BLOB in SQLite
}

func (j *JSON[T]) Scan(from any) error {
	switch v := from.(type) {
	case nil:
		return nil
	case string:
		return json.Unmarshal([]byte(v), &j.V)
	case []byte:
		return json.Unmarshal(v, &j.V)
	}
	return fmt.Errorf("db: no JSON in %T", from)
}

func (j JSON[T]) MarshalJSON() ([]byte, error)  { return json.Marshal(j.V) }
func (j *JSON[T]) UnmarshalJSON(b []byte) error { return json.Unmarshal(b, &j.V) }
