package customer

import (
	"slices"
	"time"

	"zhike/internal/base/api"
	"zhike/internal/base/setting"
	"zhike/internal/platform/db"
)

// TagSpans are how long a customer had which tag.
var TagSpans = db.Through("tag_spans", "customer_id", Table, history).Quiet()

type tagSpan struct {
	ID       string `db:"id"`
	Customer string `db:"customer_id"`
	Tag      string `db:"tag"`
	From     int64  `db:"from_at"`
	Until    int64  `db:"until_at"`
}

var (
	tagSpans   = db.SQL(`SELECT t.id, t.customer_id, t.tag, t.from_at, t.until_at FROM {tag_spans t} WHERE t.customer_id = :customer AND (t.until_at = 0 OR t.until_at >= :since)`, TagSpans)
	endTag     = db.SQL(`UPDATE {tag_spans!change t} SET until_at = :at WHERE t.customer_id = :customer AND t.tag = :tag AND t.until_at = 0`, TagSpans)
	dropTag    = db.SQL(`DELETE FROM {tag_spans!change t} WHERE t.customer_id = :customer AND t.tag = :tag AND t.until_at = 0`, TagSpans)
	resumeTag  = db.SQL(`UPDATE {tag_spans!change t} SET until_at = 0 WHERE t.customer_id = :customer AND t.tag = :tag AND t.until_at >= :since`, TagSpans)
	dropValues = db.SQL(`DELETE FROM {custom_value!change v} WHERE v.record_id = :record AND v.field_id = :field`, Values)
)

// tag writes one row per tag, so that filters find them alike on both databases, and keeps
// since when and until when it was there. What is put on and taken off on one day never
// was; what is taken off and put on again on one day was there all the time.
func (s *Service) tag(tx *db.Tx, id string, tags api.Strings) error {
	p := tx.As(program)
	if _, err := p.ChangeAll(dropValues, db.Args{"record": id, "field": "tags"}); err != nil {
		return err
	}
	for _, t := range tags {
		if err := p.Insert(Values, valueRow{"tags", id, t}); err != nil {
			return err
		}
	}
	zone, err := setting.Zone(tx)
	if err != nil {
		return err
	}
	now := tx.Now().In(zone)
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, zone).UnixMilli()
	stood, err := db.All[tagSpan](p, tagSpans, db.Args{"customer": id, "since": today})
	if err != nil {
		return err
	}
	for _, t := range stood {
		switch on := slices.Contains(tags, t.Tag); {
		case t.Until == 0 && !on && t.From >= today:
			_, err = p.ChangeAll(dropTag, db.Args{"customer": id, "tag": t.Tag})
		case t.Until == 0 && !on:
			_, err = p.ChangeAll(endTag, db.Args{"customer": id, "tag": t.Tag, "at": tx.At()})
		case t.Until > 0 && on && !open(stood, t.Tag):
			_, err = p.ChangeAll(resumeTag, db.Args{"customer": id, "tag": t.Tag, "since": today})
		}
		if err != nil {
			return err
		}
	}
	for _, tag := range tags {
		if slices.ContainsFunc(stood, func(t tagSpan) bool { return t.Tag == tag }) {
			continue
		}
		if err := p.Insert(TagSpans, tagSpan{tx.NewID(), id, tag, tx.At(), 0}); err != nil {
			return err
		}
	}
	return nil
}

func open(all []tagSpan, tag string) bool {
	return slices.ContainsFunc(all, func(t tagSpan) bool { return t.Tag == tag && t.Until == 0 })
}
