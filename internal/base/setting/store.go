package setting

import (
	"encoding/json"

	"zhike/internal/base/access"
	"zhike/internal/platform/db"
)

var (
	table = db.Shared("settings", db.Rights{See: db.See(string(access.SettingManage)), Change: db.Change(string(access.SettingManage))})
	meta  = db.Internal("meta").Quiet()

	one     = db.SQL(`SELECT s.key, s.value, s.updated_at FROM {settings s} WHERE s.key = :key`, table)
	all     = db.SQL(`SELECT s.key, s.value, s.updated_at FROM {settings s}`, table)
	forget  = db.SQL(`DELETE FROM {settings!change s} WHERE s.key = :key`, table)
	oneMeta = db.SQL(`SELECT m.key, m.value FROM {meta m} WHERE m.key = :key`, meta)
)

type row struct {
	Key       string                   `db:"key"`
	Value     db.JSON[json.RawMessage] `db:"value"`
	UpdatedAt int64                    `db:"updated_at"`
}

func (d *declared) keep(tx *db.Tx, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return tx.Put(table, row{d.key, db.Of(json.RawMessage(text)), tx.At()}, "key")
}

// value is what a row holds, or the default where it holds what d no longer takes:
// a choice that an upgrade dropped must not hide the whole screen.
func (d *declared) value(r row) any {
	var v any
	if d.kind == KindSecret {
		if json.Unmarshal(r.Value.V, &v) == nil && v != "" {
			return IsSet
		}
		return d.otherwise
	}
	if json.Unmarshal(r.Value.V, &v) == nil {
		if v, err := d.judge(v); err == nil {
			return v
		}
	}
	return d.otherwise
}

type metaRow struct {
	Key   string `db:"key"`
	Value string `db:"value"`
}

// Meta is what the program knows of this database, such as kind (demo or production);
// "" where it knows nothing.
func Meta(tx *db.Tx, key string) (string, error) {
	m, _, err := db.Maybe[metaRow](tx.As(program), oneMeta, db.Args{"key": key})
	return m.Value, err
}

// SetMeta notes it. It asks for no audit entry: the act it belongs to writes one.
func SetMeta(tx *db.Tx, key, value string) error {
	return tx.As(program).Put(meta, metaRow{key, value}, "key")
}

// Keeping and Kept write and read one text of the program's own, for whoever may not know this package.
func Keeping(key string) func(*db.Tx, string) error {
	return func(tx *db.Tx, text string) error { return SetMeta(tx, key, text) }
}

// Kept reads what Keeping wrote.
func Kept(key string) func(*db.Tx) (string, error) {
	return func(tx *db.Tx) (string, error) { return Meta(tx, key) }
}
