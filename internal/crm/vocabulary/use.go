package vocabulary

import (
	"slices"

	"zhike/internal/base/customfield/own"
	"zhike/internal/crm/archive"
	"zhike/internal/crm/attachment"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/directory"
	"zhike/internal/crm/feedback"
	"zhike/internal/crm/followup"
	"zhike/internal/platform/db"
)

// A use is a column of records that holds codes of one dictionary.
type use struct {
	dictionary string
	record     string // its catalogue, "" for what no list shows
	field      string // its name there
	count      db.Query
	rewrite    db.Query // at most some of them: :word becomes :to
}

var contactsTable = directory.Table

// uses are all columns in which a word of a dictionary that can be changed may stand, but for
// tags and the company's own fields, which lie in rows of their own, and papers, which are
// numbered by their kind. TestEveryWordIsFound holds them beside the catalogues.
var uses = []use{
	{"trade", "customer", "trade", db.SQL(`SELECT count(*) AS n FROM {customers c} WHERE c.trade = :word`, customer.Table),
		db.SQL(`UPDATE {customers!change c} SET trade = :to WHERE c.id IN (SELECT x.id FROM {customers x} WHERE x.trade = :word LIMIT 500)`, customer.Table)},
	{"source", "customer", "source", db.SQL(`SELECT count(*) AS n FROM {customers c} WHERE c.source = :word`, customer.Table),
		db.SQL(`UPDATE {customers!change c} SET source = :to WHERE c.id IN (SELECT x.id FROM {customers x} WHERE x.source = :word LIMIT 500)`, customer.Table)},
	{"intent", "customer", "intent", db.SQL(`SELECT count(*) AS n FROM {customers c} WHERE c.intent = :word`, customer.Table),
		db.SQL(`UPDATE {customers!change c} SET intent = :to WHERE c.id IN (SELECT x.id FROM {customers x} WHERE x.intent = :word LIMIT 500)`, customer.Table)},
	{"renewal_intent", "customer", "renewal_intent", db.SQL(`SELECT count(*) AS n FROM {customers c} WHERE c.renewal_intent = :word`, customer.Table),
		db.SQL(`UPDATE {customers!change c} SET renewal_intent = :to WHERE c.id IN (SELECT x.id FROM {customers x} WHERE x.renewal_intent = :word LIMIT 500)`, customer.Table)},
	{"follow_state", "customer", "follow_state", db.SQL(`SELECT count(*) AS n FROM {customers c} WHERE c.follow_state = :word`, customer.Table),
		db.SQL(`UPDATE {customers!change c} SET follow_state = :to WHERE c.id IN (SELECT x.id FROM {customers x} WHERE x.follow_state = :word LIMIT 500)`, customer.Table)},
	{"loss_reason", "", "", db.SQL(`SELECT count(*) AS n FROM {stage_moves m} WHERE m.reason = :word`, customer.Moves),
		db.SQL(`UPDATE {stage_moves!change m} SET reason = :to WHERE m.id IN (SELECT x.id FROM {stage_moves x} WHERE x.reason = :word LIMIT 500)`, customer.Moves)},
	{"loss_reason", "", "", db.SQL(`SELECT count(*) AS n FROM {status_spans s} WHERE s.reason = :word`, customer.Spans),
		db.SQL(`UPDATE {status_spans!change s} SET reason = :to WHERE s.id IN (SELECT x.id FROM {status_spans x} WHERE x.reason = :word LIMIT 500)`, customer.Spans)},
	{"transfer_reason", "", "", db.SQL(`SELECT count(*) AS n FROM {owner_changes h} WHERE h.reason = :word`, customer.OwnerChanges),
		db.SQL(`UPDATE {owner_changes!change h} SET reason = :to WHERE h.id IN (SELECT x.id FROM {owner_changes x} WHERE x.reason = :word LIMIT 500)`, customer.OwnerChanges)},
	{"contact_role", "contact", "role", db.SQL(`SELECT count(*) AS n FROM {contacts p} WHERE p.role = :word`, contactsTable),
		db.SQL(`UPDATE {contacts!change p} SET role = :to WHERE p.id IN (SELECT x.id FROM {contacts x} WHERE x.role = :word LIMIT 500)`, contactsTable)},
	{"contact_role", "", "", db.SQL(`SELECT count(*) AS n FROM {affiliations a} WHERE a.role = :word`, directory.Affiliations),
		db.SQL(`UPDATE {affiliations!change a} SET role = :to WHERE a.id IN (SELECT x.id FROM {affiliations x} WHERE x.role = :word LIMIT 500)`, directory.Affiliations)},
	{"attitude", "contact", "attitude", db.SQL(`SELECT count(*) AS n FROM {contacts p} WHERE p.attitude = :word`, contactsTable),
		db.SQL(`UPDATE {contacts!change p} SET attitude = :to WHERE p.id IN (SELECT x.id FROM {contacts x} WHERE x.attitude = :word LIMIT 500)`, contactsTable)},
	{"influence", "contact", "influence", db.SQL(`SELECT count(*) AS n FROM {contacts p} WHERE p.influence = :word`, contactsTable),
		db.SQL(`UPDATE {contacts!change p} SET influence = :to WHERE p.id IN (SELECT x.id FROM {contacts x} WHERE x.influence = :word LIMIT 500)`, contactsTable)},
	{"salutation", "contact", "salutation", db.SQL(`SELECT count(*) AS n FROM {contacts p} WHERE p.salutation = :word`, contactsTable),
		db.SQL(`UPDATE {contacts!change p} SET salutation = :to WHERE p.id IN (SELECT x.id FROM {contacts x} WHERE x.salutation = :word LIMIT 500)`, contactsTable)},
	{"preferred_channel", "contact", "preferred_channel", db.SQL(`SELECT count(*) AS n FROM {contacts p} WHERE p.preferred_channel = :word`, contactsTable),
		db.SQL(`UPDATE {contacts!change p} SET preferred_channel = :to WHERE p.id IN (SELECT x.id FROM {contacts x} WHERE x.preferred_channel = :word LIMIT 500)`, contactsTable)},
	{"consent", "contact", "consent", db.SQL(`SELECT count(*) AS n FROM {contacts p} WHERE p.consent = :word`, contactsTable),
		db.SQL(`UPDATE {contacts!change p} SET consent = :to WHERE p.id IN (SELECT x.id FROM {contacts x} WHERE x.consent = :word LIMIT 500)`, contactsTable)},
	{"method", "follow_up", "method", db.SQL(`SELECT count(*) AS n FROM {follow_ups f} WHERE f.method = :word`, followup.Table),
		db.SQL(`UPDATE {follow_ups!change f} SET method = :to WHERE f.id IN (SELECT x.id FROM {follow_ups x} WHERE x.method = :word LIMIT 500)`, followup.Table)},
	{"follow_up_kind", "follow_up", "kind", db.SQL(`SELECT count(*) AS n FROM {follow_ups f} WHERE f.kind = :word`, followup.Table),
		db.SQL(`UPDATE {follow_ups!change f} SET kind = :to WHERE f.id IN (SELECT x.id FROM {follow_ups x} WHERE x.kind = :word LIMIT 500)`, followup.Table)},
	{"outcome", "follow_up", "outcome", db.SQL(`SELECT count(*) AS n FROM {follow_ups f} WHERE f.outcome = :word`, followup.Table),
		db.SQL(`UPDATE {follow_ups!change f} SET outcome = :to WHERE f.id IN (SELECT x.id FROM {follow_ups x} WHERE x.outcome = :word LIMIT 500)`, followup.Table)},
	{"feedback_topic", "feedback", "topic", db.SQL(`SELECT count(*) AS n FROM {feedback f} WHERE f.topic = :word`, feedback.Table),
		db.SQL(`UPDATE {feedback!change f} SET topic = :to WHERE f.id IN (SELECT x.id FROM {feedback x} WHERE x.topic = :word LIMIT 500)`, feedback.Table)},
	{"archive_category", "", "", db.SQL(`SELECT count(*) AS n FROM {archives f} WHERE f.category = :word`, archive.Table),
		db.SQL(`UPDATE {archives!change f} SET category = :to WHERE f.id IN (SELECT x.id FROM {archives x} WHERE x.category = :word LIMIT 500)`, archive.Table)},
	{"business_type", "", "", db.SQL(`SELECT count(*) AS n FROM {archives f} WHERE f.business = :word`, archive.Table),
		db.SQL(`UPDATE {archives!change f} SET business = :to WHERE f.id IN (SELECT x.id FROM {archives x} WHERE x.business = :word LIMIT 500)`, archive.Table)},
	{"project_type", "", "", db.SQL(`SELECT count(*) AS n FROM {archives f} WHERE f.project_type = :word`, archive.Table),
		db.SQL(`UPDATE {archives!change f} SET project_type = :to WHERE f.id IN (SELECT x.id FROM {archives x} WHERE x.project_type = :word LIMIT 500)`, archive.Table)},
}

var (
	lostFor   = db.SQL(`SELECT c.id FROM {customers c} WHERE c.loss_reason = :word ORDER BY c.id LIMIT 200`, customer.Table)
	lost      = customer.Table.Setter(db.Change("dictionary.manage"), "loss_reason")
	lostCount = db.SQL(`SELECT count(*) AS n FROM {customers c} WHERE c.loss_reason = :word`, customer.Table)

	papersOf   = db.SQL(`SELECT a.id, a.customer_id, a.day, a.extension FROM {attachments a} WHERE a.kind = :word ORDER BY a.id LIMIT 200`, attachment.Table)
	paperNext  = db.SQL(`SELECT count(*) AS n, max(a.number) AS most FROM {attachments a} WHERE a.customer_id = :customer AND a.kind = :to AND a.day = :day AND a.extension = :extension`, attachment.Table)
	paperKind  = db.SQL(`UPDATE {attachments!change a} SET kind = :to, number = :numbered WHERE a.id = :id`, attachment.Table)
	paperCount = db.SQL(`SELECT count(*) AS n FROM {attachments a} WHERE a.kind = :word`, attachment.Table)

	tagged   = db.SQL(`SELECT v.record_id AS id FROM {custom_value v} WHERE v.field_id = 'tags' AND v.text = :word ORDER BY v.record_id LIMIT 200`, own.Rows)
	tagCount = db.SQL(`SELECT count(*) AS n FROM {custom_value v} WHERE v.field_id = 'tags' AND v.text = :word`, own.Rows)
	tagsOf   = db.SQL(`SELECT c.tags FROM {customers c} WHERE c.id = :id`, customer.Table)
	setTags  = db.SQL(`UPDATE {customers!change c} SET tags = :tagged WHERE c.id = :id`, customer.Table)
	binTags  = db.SQL(`SELECT c.tags FROM {customers!bin c} WHERE c.id = :id`, customer.Table)
	setBin   = db.SQL(`UPDATE {customers!bin c} SET tags = :tagged WHERE c.id = :id`, customer.Table)
	untag    = db.SQL(`DELETE FROM {custom_value!change v} WHERE v.record_id = :id AND v.field_id = 'tags'`, own.Rows)
	oldSpan  = db.SQL(`DELETE FROM {tag_spans!change t} WHERE t.customer_id = :id AND t.tag = :word AND t.until_at = 0
		AND EXISTS (SELECT 1 FROM {tag_spans o} WHERE o.customer_id = :id AND o.tag = :to AND o.until_at = 0)`, customer.TagSpans)
	span      = db.SQL(`UPDATE {tag_spans!change t} SET tag = :to WHERE t.customer_id = :id AND t.tag = :word`, customer.TagSpans)
	spanned   = db.SQL(`UPDATE {tag_spans!change t} SET tag = :to WHERE t.id IN (SELECT x.id FROM {tag_spans x} WHERE x.tag = :word LIMIT 500)`, customer.TagSpans)
	customOf  = db.SQL(`SELECT c.custom FROM {customers c} WHERE c.id = :id`, customer.Table)
	customBin = db.SQL(`SELECT c.custom FROM {customers!bin c} WHERE c.id = :id`, customer.Table)
	setCustom = db.SQL(`UPDATE {customers!change c} SET custom = :custom WHERE c.id = :id`, customer.Table)
	setBinned = db.SQL(`UPDATE {customers!bin c} SET custom = :custom WHERE c.id = :id`, customer.Table)
)

// Covers says whether merging words of a dictionary reaches a field of a record's catalogue.
func Covers(dictionary, record, field string) bool {
	switch {
	case dictionary == "tag" || dictionary == "loss_reason":
		return record == "customer"
	case dictionary == "file_type":
		return record == "attachment"
	}
	return slices.ContainsFunc(uses, func(u use) bool { return u.dictionary == dictionary && u.record == record && u.field == field })
}
