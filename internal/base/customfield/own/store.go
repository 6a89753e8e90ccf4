package own

import (
	"zhike/internal/base/access"
	"zhike/internal/platform/db"
)

var (
	rights = db.Rights{Change: db.Change(string(access.FieldManage))}
	// Table of the fields that companies add.
	Table  = db.Shared("custom_fields", rights)
	values = db.Internal("custom_value").Joined().Quiet()
	sealed = db.Internal("custom_sealed").Quiet()
)

// Rows are one per value that can be filtered by. Whoever reads them joins them to the records they belong to.
var Rows = values

const columns = `f.id, f.record, f.name, f.label, f.label_en, f.kind, f.group_label, f.help, f.dictionary, f.decimals, f.unit, f.required, f.once, f.listed, f.sought,
	f.sensitive, f.standard, f.see_roles, f.edit_roles, f.kinds, f.industries, f.asked_when, f.template, f.purpose, f.retention_months, f.position, f.active, f.version`

var (
	every = db.SQL(`SELECT `+columns+` FROM {custom_fields f} ORDER BY f.record, f.position, f.id`, Table)
	one   = db.SQL(`SELECT `+columns+` FROM {custom_fields f} WHERE f.id = :id`, Table)
	drop  = db.SQL(`DELETE FROM {custom_fields!change f} WHERE f.id = :id`, Table)

	held       = db.SQL(`SELECT count(*) AS n FROM (SELECT v.record_id FROM {custom_value v} WHERE v.field_id = :name LIMIT 1) x`, values)
	twice      = db.SQL(`SELECT count(*) AS n FROM (SELECT v.text FROM {custom_value v} WHERE v.field_id = :name GROUP BY v.text, v.num HAVING count(*) > 1 LIMIT 1) x`, values)
	twiceBlind = db.SQL(`SELECT count(*) AS n FROM (SELECT s.blind FROM {custom_sealed s} WHERE s.field_id = :name GROUP BY s.blind HAVING count(*) > 1 LIMIT 1) x`, sealed)

	withText  = db.SQL(`SELECT v.record_id AS id FROM {custom_value v} WHERE v.field_id = :name AND v.text = :text AND v.num = :num AND v.record_id <> :self LIMIT 20`, values)
	withBlind = db.SQL(`SELECT s.record_id AS id FROM {custom_sealed s} WHERE s.field_id = :name AND s.blind = :blind AND s.record_id <> :self LIMIT 20`, sealed)

	dropValue   = db.SQL(`DELETE FROM {custom_value!change v} WHERE v.record_id = :record AND v.field_id = :name`, values)
	dropSealed  = db.SQL(`DELETE FROM {custom_sealed!change s} WHERE s.record_id = :record AND s.field_id = :name`, sealed)
	purgeValue  = db.SQL(`DELETE FROM {custom_value!change v} WHERE v.record_id = :record`, values)
	purgeSealed = db.SQL(`DELETE FROM {custom_sealed!change s} WHERE s.record_id = :record`, sealed)
	sealedOf    = db.SQL(`SELECT s.field_id, s.sealed FROM {custom_sealed s} WHERE s.record_id = :record`, sealed)
)

type valueRow struct {
	Name   string `db:"field_id"`
	Record string `db:"record_id"`
	Text   string `db:"text"`
	Num    int64  `db:"num"`
}

type sealedRow struct {
	Name   string `db:"field_id"`
	Record string `db:"record_id"`
	Sealed []byte `db:"sealed"`
	Blind  []byte `db:"blind"`
}

type idRow struct {
	ID string `db:"id"`
}
