package attachment

import (
	"zhike/internal/base/account"
	"zhike/internal/crm/customer"
	"zhike/internal/platform/db"
)

const columns = `a.id, a.customer_id, c.name AS customer_name, a.record_kind, a.record_id, a.kind, a.day, a.number, a.extension, a.name_sealed, a.media, a.size, a.blob, a.creator_id, u.name AS creator_name, a.created_at, a.version`

var (
	get    = db.SQL(`SELECT `+columns+` FROM {attachments a} JOIN {customers c} ON c.id = a.customer_id LEFT JOIN {users u} ON u.id = a.creator_id WHERE a.id = :id`, Table, customer.Table, account.Users)
	list   = db.SQL(`SELECT `+columns+` FROM {attachments a} JOIN {customers c} ON c.id = a.customer_id LEFT JOIN {users u} ON u.id = a.creator_id WHERE {filter} AND {after} ORDER BY {order} LIMIT {limit}`, Table, customer.Table, account.Users)
	last   = db.SQL(`SELECT a.number AS n FROM {attachments a} WHERE a.customer_id = :customer AND a.kind = :kind AND a.day = :day AND a.extension = :extension ORDER BY a.number DESC LIMIT 1`, Table)
	count  = db.SQL(`SELECT count(*) AS n FROM {attachments a} WHERE a.customer_id = :customer`, Table)
	remove = db.SQL(`DELETE FROM {attachments!change a} WHERE a.id = :id`, Table)

	lying = db.SQL(`SELECT a.blob FROM {attachments a} WHERE a.customer_id = :customer`, Table)
	purge = db.SQL(`DELETE FROM {attachments!change a} WHERE a.customer_id = :customer`, Table)
	known = db.SQL(`SELECT a.blob FROM {attachments a} WHERE a.blob IN (:blobs)`, Table)
	every = db.SQL(`SELECT a.id, a.blob, a.size FROM {attachments a} WHERE a.id > :after ORDER BY a.id LIMIT 500`, Table)
)

type lies struct {
	Blob string `db:"blob"`
}
