package rule

import "zhike/internal/crm/rule/orgname"

// NameParts are the four parts of an organisation's name: 行政区划, 字号, 行业 and 组织形式. Any may be empty.
type NameParts = orgname.Parts

// Likeness is what two names say about being one customer: Different, Suspect or Same.
type Likeness = orgname.Likeness

const (
	Different = orgname.Different
	Suspect   = orgname.Suspect
	Same      = orgname.Same
)

// SplitName takes an organisation's registered name apart; a trade unknown to it stays with the brand.
func SplitName(full string) NameParts { return orgname.Split(full) }

// ShortName proposes 简称: the brand, or where a name has none its place with the trade (中国银行).
func ShortName(full string) string { return orgname.Short(full) }

// NormalName is the key under which likely duplicates meet; CompareNames tells more about names with equal keys.
func NormalName(full string) string { return orgname.Normal(full) }

// GenericName tells names that name nobody: 公司, 有限公司, XX公司, 科技有限公司, and vague values.
func GenericName(s string) bool { return Vague(s) || orgname.Generic(s) }

// CompareNames judges two organisations by name alone. Codes decide before names: equal codes are the same, different
// valid codes are different.
func CompareNames(a, b string) Likeness { return orgname.Compare(a, b) }

// ShareName takes out of an exchange's short name what the exchange put there: *ST智胜 → 智胜, 万 科Ａ → 万科, 小米集团-W → 小米集团.
func ShareName(s string) string { return orgname.ShareName(s) }
