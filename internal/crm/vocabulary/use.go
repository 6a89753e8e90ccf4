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
	record     string   // its catalogue, "" for what no list shows
	field      string   // its name there
	span       db.Query // the last id of some rows after one
	count      db.Query // those of a span that hold :word
	rewrite    db.Query // in a span: :word becomes :to
}

// A million rows are gone through along their ids, some thousand at a time: no read is long, and no write.
var (
	ofCustomers    = db.SQL(`SELECT coalesce(max(y.id), '') AS id FROM (SELECT x.id FROM {customers x} WHERE x.id > :after ORDER BY x.id LIMIT 5000) y`, customer.Table)
	ofMoves        = db.SQL(`SELECT coalesce(max(y.id), '') AS id FROM (SELECT x.id FROM {stage_moves x} WHERE x.id > :after ORDER BY x.id LIMIT 5000) y`, customer.Moves)
	ofSpans        = db.SQL(`SELECT coalesce(max(y.id), '') AS id FROM (SELECT x.id FROM {status_spans x} WHERE x.id > :after ORDER BY x.id LIMIT 5000) y`, customer.Spans)
	ofOwners       = db.SQL(`SELECT coalesce(max(y.id), '') AS id FROM (SELECT x.id FROM {owner_changes x} WHERE x.id > :after ORDER BY x.id LIMIT 5000) y`, customer.OwnerChanges)
	ofContacts     = db.SQL(`SELECT coalesce(max(y.id), '') AS id FROM (SELECT x.id FROM {contacts x} WHERE x.id > :after ORDER BY x.id LIMIT 5000) y`, directory.Table)
	ofAffiliations = db.SQL(`SELECT coalesce(max(y.id), '') AS id FROM (SELECT x.id FROM {affiliations x} WHERE x.id > :after ORDER BY x.id LIMIT 5000) y`, directory.Affiliations)
	ofFollowUps    = db.SQL(`SELECT coalesce(max(y.id), '') AS id FROM (SELECT x.id FROM {follow_ups x} WHERE x.id > :after ORDER BY x.id LIMIT 5000) y`, followup.Table)
	ofFeedback     = db.SQL(`SELECT coalesce(max(y.id), '') AS id FROM (SELECT x.id FROM {feedback x} WHERE x.id > :after ORDER BY x.id LIMIT 5000) y`, feedback.Table)
	ofArchives     = db.SQL(`SELECT coalesce(max(y.id), '') AS id FROM (SELECT x.id FROM {archives x} WHERE x.id > :after ORDER BY x.id LIMIT 5000) y`, archive.Table)
	ofPapers       = db.SQL(`SELECT coalesce(max(y.id), '') AS id FROM (SELECT x.id FROM {attachments x} WHERE x.id > :after ORDER BY x.id LIMIT 5000) y`, attachment.Table)
)

// uses are all columns in which a word of a dictionary that can be changed may stand, but for
// tags and the company's own fields, which lie in rows of their own, and papers, which are
// numbered by their kind. TestEveryWordIsFound holds them beside the catalogues.
var uses = []use{
	{"trade", "customer", "trade", ofCustomers, db.SQL(`SELECT count(*) AS n FROM {customers c} WHERE c.id > :after AND c.id <= :upto AND c.trade = :word`, customer.Table),
		db.SQL(`UPDATE {customers!change c} SET trade = :to WHERE c.id > :after AND c.id <= :upto AND c.trade = :word`, customer.Table)},
	{"source", "customer", "source", ofCustomers, db.SQL(`SELECT count(*) AS n FROM {customers c} WHERE c.id > :after AND c.id <= :upto AND c.source = :word`, customer.Table),
		db.SQL(`UPDATE {customers!change c} SET source = :to WHERE c.id > :after AND c.id <= :upto AND c.source = :word`, customer.Table)},
	{"intent", "customer", "intent", ofCustomers, db.SQL(`SELECT count(*) AS n FROM {customers c} WHERE c.id > :after AND c.id <= :upto AND c.intent = :word`, customer.Table),
		db.SQL(`UPDATE {customers!change c} SET intent = :to WHERE c.id > :after AND c.id <= :upto AND c.intent = :word`, customer.Table)},
	{"renewal_intent", "customer", "renewal_intent", ofCustomers, db.SQL(`SELECT count(*) AS n FROM {customers c} WHERE c.id > :after AND c.id <= :upto AND c.renewal_intent = :word`, customer.Table),
		db.SQL(`UPDATE {customers!change c} SET renewal_intent = :to WHERE c.id > :after AND c.id <= :upto AND c.renewal_intent = :word`, customer.Table)},
	{"follow_state", "customer", "follow_state", ofCustomers, db.SQL(`SELECT count(*) AS n FROM {customers c} WHERE c.id > :after AND c.id <= :upto AND c.follow_state = :word`, customer.Table),
		db.SQL(`UPDATE {customers!change c} SET follow_state = :to WHERE c.id > :after AND c.id <= :upto AND c.follow_state = :word`, customer.Table)},
	{"loss_reason", "", "", ofMoves, db.SQL(`SELECT count(*) AS n FROM {stage_moves m} WHERE m.id > :after AND m.id <= :upto AND m.reason = :word`, customer.Moves),
		db.SQL(`UPDATE {stage_moves!change m} SET reason = :to WHERE m.id > :after AND m.id <= :upto AND m.reason = :word`, customer.Moves)},
	{"loss_reason", "", "", ofSpans, db.SQL(`SELECT count(*) AS n FROM {status_spans s} WHERE s.id > :after AND s.id <= :upto AND s.reason = :word`, customer.Spans),
		db.SQL(`UPDATE {status_spans!change s} SET reason = :to WHERE s.id > :after AND s.id <= :upto AND s.reason = :word`, customer.Spans)},
	{"transfer_reason", "", "", ofOwners, db.SQL(`SELECT count(*) AS n FROM {owner_changes h} WHERE h.id > :after AND h.id <= :upto AND h.reason = :word`, customer.OwnerChanges),
		db.SQL(`UPDATE {owner_changes!change h} SET reason = :to WHERE h.id > :after AND h.id <= :upto AND h.reason = :word`, customer.OwnerChanges)},
	{"contact_role", "contact", "role", ofContacts, db.SQL(`SELECT count(*) AS n FROM {contacts p} WHERE p.id > :after AND p.id <= :upto AND p.role = :word`, directory.Table),
		db.SQL(`UPDATE {contacts!change p} SET role = :to WHERE p.id > :after AND p.id <= :upto AND p.role = :word`, directory.Table)},
	{"contact_role", "", "", ofAffiliations, db.SQL(`SELECT count(*) AS n FROM {affiliations a} WHERE a.id > :after AND a.id <= :upto AND a.role = :word`, directory.Affiliations),
		db.SQL(`UPDATE {affiliations!change a} SET role = :to WHERE a.id > :after AND a.id <= :upto AND a.role = :word`, directory.Affiliations)},
	{"attitude", "contact", "attitude", ofContacts, db.SQL(`SELECT count(*) AS n FROM {contacts p} WHERE p.id > :after AND p.id <= :upto AND p.attitude = :word`, directory.Table),
		db.SQL(`UPDATE {contacts!change p} SET attitude = :to WHERE p.id > :after AND p.id <= :upto AND p.attitude = :word`, directory.Table)},
	{"influence", "contact", "influence", ofContacts, db.SQL(`SELECT count(*) AS n FROM {contacts p} WHERE p.id > :after AND p.id <= :upto AND p.influence = :word`, directory.Table),
		db.SQL(`UPDATE {contacts!change p} SET influence = :to WHERE p.id > :after AND p.id <= :upto AND p.influence = :word`, directory.Table)},
	{"salutation", "contact", "salutation", ofContacts, db.SQL(`SELECT count(*) AS n FROM {contacts p} WHERE p.id > :after AND p.id <= :upto AND p.salutation = :word`, directory.Table),
		db.SQL(`UPDATE {contacts!change p} SET salutation = :to WHERE p.id > :after AND p.id <= :upto AND p.salutation = :word`, directory.Table)},
	{"preferred_channel", "contact", "preferred_channel", ofContacts, db.SQL(`SELECT count(*) AS n FROM {contacts p} WHERE p.id > :after AND p.id <= :upto AND p.preferred_channel = :word`, directory.Table),
		db.SQL(`UPDATE {contacts!change p} SET preferred_channel = :to WHERE p.id > :after AND p.id <= :upto AND p.preferred_channel = :word`, directory.Table)},
	{"consent", "contact", "consent", ofContacts, db.SQL(`SELECT count(*) AS n FROM {contacts p} WHERE p.id > :after AND p.id <= :upto AND p.consent = :word`, directory.Table),
		db.SQL(`UPDATE {contacts!change p} SET consent = :to WHERE p.id > :after AND p.id <= :upto AND p.consent = :word`, directory.Table)},
	{"method", "follow_up", "method", ofFollowUps, db.SQL(`SELECT count(*) AS n FROM {follow_ups f} WHERE f.id > :after AND f.id <= :upto AND f.method = :word`, followup.Table),
		db.SQL(`UPDATE {follow_ups!change f} SET method = :to WHERE f.id > :after AND f.id <= :upto AND f.method = :word`, followup.Table)},
	{"follow_up_kind", "follow_up", "kind", ofFollowUps, db.SQL(`SELECT count(*) AS n FROM {follow_ups f} WHERE f.id > :after AND f.id <= :upto AND f.kind = :word`, followup.Table),
		db.SQL(`UPDATE {follow_ups!change f} SET kind = :to WHERE f.id > :after AND f.id <= :upto AND f.kind = :word`, followup.Table)},
	{"outcome", "follow_up", "outcome", ofFollowUps, db.SQL(`SELECT count(*) AS n FROM {follow_ups f} WHERE f.id > :after AND f.id <= :upto AND f.outcome = :word`, followup.Table),
		db.SQL(`UPDATE {follow_ups!change f} SET outcome = :to WHERE f.id > :after AND f.id <= :upto AND f.outcome = :word`, followup.Table)},
	{"feedback_topic", "feedback", "topic", ofFeedback, db.SQL(`SELECT count(*) AS n FROM {feedback f} WHERE f.id > :after AND f.id <= :upto AND f.topic = :word`, feedback.Table),
		db.SQL(`UPDATE {feedback!change f} SET topic = :to WHERE f.id > :after AND f.id <= :upto AND f.topic = :word`, feedback.Table)},
	{"archive_category", "", "", ofArchives, db.SQL(`SELECT count(*) AS n FROM {archives f} WHERE f.id > :after AND f.id <= :upto AND f.category = :word`, archive.Table),
		db.SQL(`UPDATE {archives!change f} SET category = :to WHERE f.id > :after AND f.id <= :upto AND f.category = :word`, archive.Table)},
	{"business_type", "", "", ofArchives, db.SQL(`SELECT count(*) AS n FROM {archives f} WHERE f.id > :after AND f.id <= :upto AND f.business = :word`, archive.Table),
		db.SQL(`UPDATE {archives!change f} SET business = :to WHERE f.id > :after AND f.id <= :upto AND f.business = :word`, archive.Table)},
	{"project_type", "", "", ofArchives, db.SQL(`SELECT count(*) AS n FROM {archives f} WHERE f.id > :after AND f.id <= :upto AND f.project_type = :word`, archive.Table),
		db.SQL(`UPDATE {archives!change f} SET project_type = :to WHERE f.id > :after AND f.id <= :upto AND f.project_type = :word`, archive.Table)},
}

var (
	lostFor   = db.SQL(`SELECT c.id FROM {customers c} WHERE c.id > :after AND c.id <= :upto AND c.loss_reason = :word`, customer.Table)
	lost      = customer.Table.Setter(db.Change("dictionary.manage"), "loss_reason")
	lostCount = db.SQL(`SELECT count(*) AS n FROM {customers c} WHERE c.id > :after AND c.id <= :upto AND c.loss_reason = :word`, customer.Table)

	papersOf   = db.SQL(`SELECT a.id, a.customer_id, a.day, a.extension FROM {attachments a} WHERE a.id > :after AND a.id <= :upto AND a.kind = :word`, attachment.Table)
	paperNext  = db.SQL(`SELECT count(*) AS n, max(a.number) AS most FROM {attachments a} WHERE a.customer_id = :customer AND a.kind = :to AND a.day = :day AND a.extension = :extension`, attachment.Table)
	paperKind  = db.SQL(`UPDATE {attachments!change a} SET kind = :to, number = :numbered WHERE a.id = :id`, attachment.Table)
	paperCount = db.SQL(`SELECT count(*) AS n FROM {attachments a} WHERE a.id > :after AND a.id <= :upto AND a.kind = :word`, attachment.Table)

	tagged   = db.SQL(`SELECT v.record_id AS id FROM {custom_value v} WHERE v.field_id = 'tags' AND v.text = :word ORDER BY v.record_id LIMIT 200`, own.Rows)
	tagCount = db.SQL(`SELECT count(*) AS n FROM {custom_value v} WHERE v.field_id = 'tags' AND v.text = :word`, own.Rows)
	tagsOf   = db.SQL(`SELECT c.tags FROM {customers c} WHERE c.id = :id`, customer.Table)
	setTags  = db.SQL(`UPDATE {customers!change c} SET tags = :tagged WHERE c.id = :id`, customer.Table)
	binTags  = db.SQL(`SELECT c.tags FROM {customers!bin c} WHERE c.id = :id`, customer.Table)
	setBin   = db.SQL(`UPDATE {customers!bin c} SET tags = :tagged WHERE c.id = :id`, customer.Table)
	untag    = db.SQL(`DELETE FROM {custom_value!change v} WHERE v.record_id = :id AND v.field_id = 'tags'`, own.Rows)
	oldSpan  = db.SQL(`DELETE FROM {tag_spans!change t} WHERE t.customer_id = :id AND t.tag = :word AND t.until_at = 0
		AND EXISTS (SELECT 1 FROM {tag_spans o} WHERE o.customer_id = :id AND o.tag = :to AND o.until_at = 0)`, customer.TagSpans)
	span    = db.SQL(`UPDATE {tag_spans!change t} SET tag = :to WHERE t.customer_id = :id AND t.tag = :word`, customer.TagSpans)
	spanned = db.SQL(`UPDATE {tag_spans!change t} SET tag = :to WHERE t.id IN (SELECT x.id FROM {tag_spans x} WHERE x.tag = :word LIMIT 500)`, customer.TagSpans)
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
