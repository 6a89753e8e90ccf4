// Package rules hands the rules of the trade, which stand in crm/rule, to the floors below that ask for them.
package rules

import (
	"errors"

	"zhike/internal/base/account"
	"zhike/internal/base/customfield/own"
	"zhike/internal/crm/rule"
)

// Mobile reads the number by which a colleague signs in.
func Mobile(s string) (account.Reachable, error) {
	p, err := rule.ParsePhone(s)
	return account.Reachable{Normal: p.E164, Masked: p.Masked(), SignIn: p.Display()}, err
}

// Address reads the e-mail by which a colleague signs in.
func Address(s string) (account.Reachable, error) {
	e, err := rule.ParseEmail(s)
	return account.Reachable{Normal: e, Masked: rule.MaskEmail(e)}, err
}

// Own are those by which a company's own fields are judged.
var Own = own.Rules{Phone: phone, MaskPhone: rule.MaskPhone, MaskText: rule.MaskNumbers, Region: func(code string) bool { _, ok := rule.RegionByCode(code); return ok }}

func phone(s string) (written, called, code string) {
	p, err := rule.ParsePhone(s)
	switch {
	case errors.Is(err, rule.ErrPhoneMasked):
		return "", "", "masked_value"
	case err != nil:
		return "", "", "bad_phone"
	}
	called = p.E164
	if called == "" {
		called = p.Display()
	}
	return p.Display(), called + p.Extension, ""
}
