package duplicate

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/audit"
	"zhike/internal/base/setting"
	"zhike/internal/crm/contact"
	"zhike/internal/crm/likeness"
	"zhike/internal/crm/profile"
	"zhike/internal/crm/rule"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// A Question is what somebody knows of a customer that may be held already.
type Question struct {
	Name       string `json:"name,omitempty" maxLength:"120"`
	CreditCode string `json:"credit_code,omitempty" maxLength:"40"`
	Phone      string `json:"phone,omitempty" maxLength:"40"`
}

// An Answer says whether it is held, by whom and since when, and nothing else of the record.
type Answer struct {
	Verdict string           `json:"verdict" enum:"none,suspect,same"`
	Matches []likeness.Match `json:"matches"`
}

var errQuota = fault.New(fault.TooMany, "quota_used")

// Check is 撞单查询: anyone who may read or create customers may ask, of all that are live,
// whoever owns them; at most duplicate.checks_per_day times a day, and recorded.
// Errors: 422 by field; 429 quota_used.
func (s *Service) Check(ctx context.Context, who access.Actor, q Question) (Answer, error) {
	type seen struct {
		Answer
		told map[string]any
	}
	// The search is done before the unit that counts: the writer has others waiting.
	out, err := db.Read(ctx, s.DB, who, func(tx *db.Tx) (out seen, err error) {
		a, told, err := s.judge(tx, q)
		if err != nil {
			return out, err
		}
		out.told = told
		if err := mayAsk(tx); err != nil {
			return out, err
		}
		var keys []string
		if a.Name != "" {
			keys = s.Customers.NameKeys(a.Name)
		}
		all, err := find(tx, a, keys)
		if err != nil {
			return out, err
		}
		out.Verdict = "none"
		var rows []holder
		for _, f := range all {
			rows = append(rows, f.holder)
			out.Verdict = "suspect"
		}
		if len(all) > 0 && all[0].same {
			out.Verdict = "same"
		}
		out.Matches, err = s.matches(tx, rows)
		return out, err
	})
	if err != nil {
		return Answer{}, err
	}
	out.told["verdict"] = out.Verdict
	_, err = db.Write(ctx, s.DB, who, func(tx *db.Tx) (int, error) {
		if err := tx.Lock("customer.check:" + who.ID()); err != nil {
			return 0, err
		}
		if err := mayAsk(tx); err != nil {
			return 0, err
		}
		return 0, audit.Note(tx, audit.Entry{Action: "customer.check", Kind: "customer", Details: out.told})
	})
	if err != nil {
		return Answer{}, err
	}
	return out.Answer, nil
}

// mayAsk refuses who has asked often enough today. The log is the counter: it outlives a
// restart, and nobody can lower it.
func mayAsk(tx *db.Tx) error {
	limit, err := setting.ChecksPerDay.In(tx)
	if err != nil {
		return err
	}
	midnight, err := setting.Midnight(tx)
	if err != nil {
		return err
	}
	n, err := audit.CountSince(tx, tx.Who().ID(), "customer.check", midnight.UnixMilli())
	if err == nil && n >= limit {
		return errQuota.After(midnight.AddDate(0, 0, 1).Sub(tx.Now()))
	}
	return err
}

// judge reads a question by the rules of the form, and gives what the log may tell of it.
func (s *Service) judge(tx *db.Tx, q Question) (a likeness.About, told map[string]any, err error) {
	w, err := s.Book.In(tx)
	if err != nil {
		return a, nil, err
	}
	var wrong []fault.Detail
	refuse := func(field, code string, params map[string]any) {
		wrong = append(wrong, fault.Detail{Field: field, Code: code, Params: params})
	}
	told = map[string]any{}
	if a.Name = strings.Join(strings.Fields(q.Name), " "); a.Name != "" {
		if code := profile.NameFault(w, "", a.Name); code != "" {
			refuse("name", code, nil)
		} else if rule.IsMasked(a.Name) {
			refuse("name", "masked_value", nil)
		}
		told["name"] = logged(a.Name)
	}
	if strings.TrimSpace(q.CreditCode) != "" {
		if a.CreditCode, err = rule.CreditCode(q.CreditCode); err != nil {
			refuse("credit_code", "bad_code", profile.CodeFault(err))
		}
		told["credit_code"] = a.CreditCode
	}
	if strings.TrimSpace(q.Phone) != "" {
		index, masked := contact.Number(s.Vault.Keys, refuse, "phone", q.Phone)
		a.Numbers, told["phone"] = [][]byte{index}, masked
	}
	if len(told) == 0 {
		refuse("name", "required", nil)
	}
	return a, told, fault.Fields(wrong)
}

// logged is a name as the log may keep it: an organisation's as it is, and masked what may
// be a person's.
func logged(name string) string {
	if rule.SplitName(name).Form == "" {
		return rule.MaskName(name)
	}
	return name
}

// matches tells of customers what a viewer may know.
func (s *Service) matches(tx *db.Tx, rows []holder) ([]likeness.Match, error) {
	out := []likeness.Match{}
	if len(rows) == 0 {
		return out, nil
	}
	names, err := s.names(tx, rows)
	if err != nil {
		return nil, err
	}
	zone, err := setting.Zone(tx)
	if err != nil {
		return nil, err
	}
	for _, h := range rows {
		m := likeness.Match{Owner: h.OwnerName, Pool: h.OwnerID == "", Since: h.CreatedAt.Time().In(zone).Format(time.DateOnly)}
		if name, ok := names[h.ID]; ok {
			m.Name, m.ID = name, h.ID
		}
		if m.Ref, err = s.ref(tx, h.ID); err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, nil
}

// names gives the names of those among rows that the viewer sees.
func (s *Service) names(tx *db.Tx, rows []holder) (map[string]string, error) {
	var ids []string
	for _, h := range rows {
		ids = append(ids, h.ID)
	}
	visible, err := db.All[struct {
		ID   string `db:"id"`
		Name string `db:"name"`
	}](tx, seen, db.Args{"ids": ids})
	if err != nil {
		return nil, err
	}
	out, err := s.Customers.ClearNames(tx, ids)
	if err != nil {
		return nil, err
	}
	for _, v := range visible {
		if _, clear := out[v.ID]; !clear {
			out[v.ID] = v.Name // an individual's is a mask
		}
	}
	return out, nil
}

// refFor is how long a ref stands for its customer.
const refFor = 24 * time.Hour

const refPurpose = "customer.ref"

type ref struct {
	Customer string `json:"c"`
	For      string `json:"u"`
	Until    int64  `json:"t"`
}

// ref stands for a customer before whoever may not see it; it is his alone.
func (s *Service) ref(tx *db.Tx, id string) (string, error) {
	text, err := json.Marshal(ref{id, tx.Who().ID(), tx.Now().Add(refFor).UnixMilli()})
	if err != nil {
		return "", err
	}
	return s.Vault.Keys.Ticket(refPurpose, text)
}

var errRef = fault.Rule("invalid", "ref")

// Resolve gives the customer for which a ref stands: what a request for access takes. It
// is refused for what is forged, past its day, another's, or of a customer that is gone.
func (s *Service) Resolve(tx *db.Tx, text string) (customerID string, err error) {
	data, err := s.Vault.Keys.ReadTicket(refPurpose, text)
	if err != nil {
		return "", errRef
	}
	var r ref
	if err := json.Unmarshal(data, &r); err != nil || r.For != tx.Who().ID() || r.Until < tx.At() {
		return "", errRef
	}
	rows, err := db.All[holder](tx.As(program), byIDs, db.Args{"ids": []string{r.Customer}})
	if err == nil && len(rows) == 0 {
		err = errRef
	}
	return r.Customer, err
}
