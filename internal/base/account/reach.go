package account

import (
	"zhike/internal/base/audit"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// A Reachable is a number or address as crm/rule reads it: normalised, masked, and as
// its owner types it to sign in. The rules stand a floor above; app.go introduces them.
type Reachable struct{ Normal, Masked, SignIn string }

// sealReach seals a mobile and an e-mail into row and gives the mobile's blind index.
func (s *Service) sealReach(key crypt.Subject, row *userRow, mobile, email string) (index []byte, err error) {
	if mobile != "" {
		p, err := s.Phones(mobile)
		if err != nil {
			return nil, fault.Rule("bad_phone", "mobile")
		}
		row.MobileSealed, row.MobileMasked = key.Seal("users/mobile/"+row.ID, []byte(p.Normal)), p.Masked
		index = s.Vault.Keys.Index(crypt.Phone, p.SignIn)
	}
	if email != "" {
		e, err := s.Emails(email)
		if err != nil {
			return nil, fault.Rule("bad_email", "email")
		}
		row.EmailSealed, row.EmailMasked = key.Seal("users/email/"+row.ID, []byte(e.Normal)), e.Masked
	}
	return index, nil
}

var writeReach = db.SQL(`UPDATE {credentials!change c} SET mobile_index = :mobile, employee_no = :employee_no WHERE c.user_id = :user`, Credentials)
var reachRow = db.SQL(`SELECT u.id, u.mobile_sealed, u.mobile_masked, u.email_sealed, u.email_masked, u.employee_no FROM {users u} WHERE u.id = :id`, Users)

// changeReach changes mobile and e-mail; the mask sent back leaves them as they were.
func (s *Service) changeReach(tx *db.Tx, id string, in ChangedUser) ([]audit.Change, error) {
	if !in.Mobile.Set && !in.Email.Set && !in.EmployeeNo.Set {
		return nil, nil
	}
	type reach struct {
		ID           string `db:"id"`
		MobileSealed []byte `db:"mobile_sealed"`
		MobileMasked string `db:"mobile_masked"`
		EmailSealed  []byte `db:"email_sealed"`
		EmailMasked  string `db:"email_masked"`
		EmployeeNo   string `db:"employee_no"`
	}
	old, err := db.One[reach](tx.As(program), reachRow, db.Args{"id": id})
	if err != nil {
		return nil, err
	}
	key, err := s.Vault.Of(tx, id)
	if err != nil {
		return nil, err
	}
	open := func(place string, sealed []byte) string {
		clear, _ := key.Open(place+id, sealed)
		return string(clear)
	}
	mobile, email := open("users/mobile/", old.MobileSealed), open("users/email/", old.EmailSealed)
	if in.Mobile.Set && in.Mobile.V != old.MobileMasked {
		mobile = in.Mobile.V
	}
	if in.Email.Set && in.Email.V != old.EmailMasked {
		email = in.Email.V
	}
	row := userRow{ID: id}
	index, err := s.sealReach(key, &row, mobile, email)
	if err != nil {
		return nil, err
	}
	sealed := struct {
		MobileSealed []byte `db:"mobile_sealed"`
		MobileMasked string `db:"mobile_masked"`
		EmailSealed  []byte `db:"email_sealed"`
		EmailMasked  string `db:"email_masked"`
	}{row.MobileSealed, row.MobileMasked, row.EmailSealed, row.EmailMasked}
	if err := tx.Update(Users, id, 0, sealed); err != nil {
		return nil, err
	}
	if _, err := tx.As(program).ChangeAll(writeReach, db.Args{"user": id, "mobile": index, "employee_no": old.EmployeeNo}); err != nil {
		return nil, err
	}
	var changes []audit.Change
	if row.MobileMasked != old.MobileMasked {
		changes = append(changes, audit.Change{Field: "mobile", Old: old.MobileMasked, New: row.MobileMasked})
	}
	if row.EmailMasked != old.EmailMasked {
		changes = append(changes, audit.Change{Field: "email", Old: old.EmailMasked, New: row.EmailMasked})
	}
	return changes, nil
}
