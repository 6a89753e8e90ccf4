package directory

import (
	"zhike/internal/base/customfield/own"
	"zhike/internal/crm/customer"
	"zhike/internal/platform/db"
)

var (
	get = db.SQL(`SELECT p.id, p.customer_id, p.name_masked, p.name_sealed, p.salutation, p.title, p.department, p.mobile_masked, p.mobile2_masked, p.phone_masked,
		p.email_masked, p.wechat_masked, p.wechat_state, p.consent, p.consent_on, p.texts, p.preferred_channel, p.role, p.influence, p.attitude, p.reports_to, p.is_primary, p.custom, p.created_at, p.updated_at, p.version,
		c.name AS customer_name, c.kind AS customer_kind FROM {contacts p} JOIN {customers c} ON c.id = p.customer_id WHERE p.id = :id`, Table, customer.Table)
	at = db.SQL(`SELECT p.id, p.customer_id, p.name_masked, p.name_sealed, p.salutation, p.title, p.department, p.mobile_masked, p.mobile2_masked, p.phone_masked,
		p.email_masked, p.wechat_masked, p.wechat_state, p.consent, p.consent_on, p.texts, p.preferred_channel, p.role, p.influence, p.attitude, p.reports_to, p.is_primary, p.custom, p.created_at, p.updated_at, p.version
		FROM {contacts p} WHERE p.customer_id = :customer ORDER BY p.is_primary DESC, p.id LIMIT 500`, Table)
	list = db.SQL(`SELECT p.id, p.customer_id, p.name_masked, p.name_sealed, p.salutation, p.title, p.department, p.mobile_masked, p.mobile2_masked, p.phone_masked,
		p.email_masked, p.wechat_masked, p.wechat_state, p.consent, p.consent_on, p.preferred_channel, p.role, p.influence, p.attitude, p.reports_to, p.is_primary, p.custom, p.created_at, p.updated_at, p.version,
		c.name AS customer_name, c.kind AS customer_kind FROM {contacts p} JOIN {customers c} ON c.id = p.customer_id
		WHERE {filter} AND {after} ORDER BY {order} LIMIT {limit}`, Table, customer.Table)
	// besides is list in the order of a field that the company added.
	besides = db.SQL(`SELECT p.id, p.customer_id, p.name_masked, p.name_sealed, p.salutation, p.title, p.department, p.mobile_masked, p.mobile2_masked, p.phone_masked,
		p.email_masked, p.wechat_masked, p.wechat_state, p.consent, p.consent_on, p.preferred_channel, p.role, p.influence, p.attitude, p.reports_to, p.is_primary, p.custom, p.created_at, p.updated_at, p.version,
		c.name AS customer_name, c.kind AS customer_kind, coalesce(v.text, '') AS text, coalesce(v.num, 0) AS num, CASE WHEN v.record_id IS NULL THEN 0 ELSE 1 END AS held
		FROM {contacts p} LEFT JOIN {custom_value v} ON v.record_id = p.id AND v.field_id = :field JOIN {customers c} ON c.id = p.customer_id
		WHERE {filter} AND {after} ORDER BY {order} LIMIT {limit}`, Table, own.Rows, customer.Table)
	living        = db.SQL(`SELECT count(*) AS n FROM {contacts p} JOIN {customers c} ON c.id = p.customer_id WHERE p.id IN (:ids) AND c.deleted_at = 0`, Table, customer.Table)
	count         = db.SQL(`SELECT count(*) AS n FROM (SELECT p.id FROM {contacts p} WHERE {filter} LIMIT {limit}) x`, Table)
	unprimary     = db.SQL(`UPDATE {contacts!change p} SET is_primary = FALSE WHERE p.customer_id = :customer AND p.is_primary`, Table)
	setPrimary    = db.SQL(`UPDATE {customers!change c} SET primary_contact_id = :contact WHERE c.id = :id`, customer.Table)
	drop          = db.SQL(`DELETE FROM {contacts!change p} WHERE p.id = :id AND p.version = :version`, Table)
	reportsNoMore = db.SQL(`UPDATE {contacts!change p} SET reports_to = NULL WHERE p.reports_to = :id`, Table)
	valuesOf      = db.SQL(`SELECT p.id, p.mobile_sealed, p.mobile2_sealed, p.phone_sealed, p.email_sealed, p.wechat_sealed FROM {contacts p} WHERE p.id = :id`, Table)
	peopleAt      = db.SQL(`SELECT p.id, p.name_sealed FROM {contacts p} WHERE p.customer_id = :customer`, Table)
	primary       = db.SQL(`SELECT p.id FROM {contacts p} WHERE p.customer_id = :customer AND p.is_primary`, Table)
	purge         = db.SQL(`DELETE FROM {contacts!change p} WHERE p.customer_id = :customer`, Table)
	unreport      = db.SQL(`UPDATE {contacts!change p} SET reports_to = NULL WHERE p.customer_id = :customer`, Table)
	// Elsewhere than at home he is shown without texts, and without own fields.
	among = db.SQL(`SELECT p.id, p.customer_id, p.name_masked, p.name_sealed, p.salutation, p.title, p.department, p.mobile_masked, p.mobile2_masked, p.phone_masked,
		p.email_masked, p.wechat_masked, p.wechat_state, p.consent, p.consent_on, p.preferred_channel, p.role, p.influence, p.attitude, p.reports_to, p.is_primary, p.created_at, p.updated_at, p.version,
		c.name AS customer_name, c.kind AS customer_kind FROM {contacts p} JOIN {customers c} ON c.id = p.customer_id WHERE p.id IN (:ids)`, Table, customer.Table)
	namesOf      = db.SQL(`SELECT p.id, p.name_masked, p.name_sealed FROM {contacts p} WHERE p.id IN (:ids)`, Table)
	alive        = db.SQL(`SELECT p.id, p.name_masked, p.name_sealed FROM {contacts p} JOIN {customers c} ON c.id = p.customer_id WHERE p.id IN (:ids) AND c.deleted_at = 0`, Table, customer.Table)
	namedHere    = db.SQL(`SELECT p.id, p.name_sealed FROM {affiliations a} JOIN {contacts p} ON p.id = a.contact_id WHERE a.customer_id = :customer`, Affiliations, Table)
	affiliatesAt = db.SQL(`SELECT a.id, a.customer_id, a.contact_id, a.title, a.role, a.created_at, a.updated_at, a.version
		FROM {affiliations a} WHERE a.customer_id = :customer ORDER BY a.id LIMIT 200`, Affiliations)
	affiliateBy    = db.SQL(`SELECT a.id, a.customer_id, a.contact_id, a.title, a.role, a.created_at, a.updated_at, a.version FROM {affiliations a} WHERE a.id = :id`, Affiliations)
	affiliationsOf = db.SQL(`SELECT a.id, a.customer_id, a.contact_id FROM {affiliations a} WHERE a.contact_id = :contact`, Affiliations)
	placesOf       = db.SQL(`SELECT a.contact_id, a.customer_id, c.name, c.kind, a.title, a.role, a.created_at AS since FROM {affiliations a} JOIN {customers c} ON c.id = a.customer_id
		WHERE a.contact_id IN (:ids) ORDER BY a.id`, Affiliations, customer.Table)
	leave           = db.SQL(`DELETE FROM {affiliations!change a} WHERE a.id = :id AND a.version = :version`, Affiliations)
	leaveEverywhere = db.SQL(`DELETE FROM {affiliations!change a} WHERE a.contact_id = :contact`, Affiliations)
	leaveCustomer   = db.SQL(`DELETE FROM {affiliations!change a} WHERE a.customer_id = :customer`, Affiliations)
	chiefs          = db.SQL(`SELECT p.id, p.reports_to FROM {contacts p} WHERE p.customer_id = :customer AND p.reports_to IS NOT NULL`, Table)
	inPool          = db.SQL(`SELECT c.id FROM {customers c} WHERE c.id IN (:ids) AND c.owner_id IS NULL`, customer.Table)
)
