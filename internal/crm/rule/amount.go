package rule

import "zhike/internal/crm/rule/money"

// What ParseAmount may find wrong.
var (
	ErrAmount         = money.ErrSum
	ErrAmountExact    = money.ErrExact
	ErrAmountSize     = money.ErrSize
	ErrAmountCurrency = money.ErrCurrency
)

// AmountRange is a sum or a span in fen; nil is an open end (30万以上). A single sum has both ends equal.
type AmountRange = money.Range

// ParseAmount reads a sum in yuan and gives fen: 28万, 1.2亿, 1亿2000万, 280,000, ￥500,000.00, 28万元, 3.5k, 贰拾捌万元整. Exact: what is
// finer than a fen is refused, not rounded; another currency ($, 美元) is refused too.
func ParseAmount(s string) (fen int64, err error) { return money.Parse(s) }

// ParseAmountRange reads what ParseAmount reads and spans: 20-30万, 20万~30万, 5000-1万, 30万以上, 50万以内, 不超过50万.
func ParseAmountRange(s string) (AmountRange, error) { return money.ParseRange(s) }

// AmountOnPaper is a sum as documents show it: ¥280,000.00.
func AmountOnPaper(fen int64) string { return money.OnPaper(fen) }

// AmountInWords is a sum in 大写 as cheques and contracts have it: 贰拾捌万元整, 壹佰零伍元叁分.
func AmountInWords(fen int64) string { return money.InWords(fen) }
