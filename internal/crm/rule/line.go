package rule

import "math/big"

// MaxFen bounds an amount of money: a hundred thousand billion yuan, which no sum of a company reaches.
const MaxFen = 10_000_000_000_000_000

// LineTotal is quantity (thousandths) × price (fen) less a discount (hundredths of a percent), rounded
// half up to the fen (DECISIONS 18). ok is false where a part is negative or the result out of bounds.
func LineTotal(quantityMilli, priceFen, discountBP int64) (fen int64, ok bool) {
	if quantityMilli < 0 || priceFen < 0 || discountBP < 0 || discountBP > 10_000 {
		return 0, false
	}
	const parts = 1000 * 10_000
	n := new(big.Int).Mul(big.NewInt(quantityMilli), big.NewInt(priceFen))
	n.Mul(n, big.NewInt(10_000-discountBP)).Add(n, big.NewInt(parts/2)).Quo(n, big.NewInt(parts))
	if !n.IsInt64() || n.Int64() > MaxFen {
		return 0, false
	}
	return n.Int64(), true
}
