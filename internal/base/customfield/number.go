package customfield

import (
	"bytes"
	"encoding/json"
	"math/big"
	"strconv"
	"strings"
)

// MaxSteps bounds a number in its smallest steps: what JSON carries without loss.
const MaxSteps = 1_000_000_000_000_000

// Steps reads a number of JSON, or a text of digits, as a whole number of its smallest steps: 12.5 with one decimal is 125.
// False where it has more decimals than that, or is too large.
func Steps(raw json.RawMessage, decimals int64) (int64, bool) {
	text := string(bytes.TrimSpace(raw))
	if unquoted, err := strconv.Unquote(text); err == nil {
		text = strings.TrimSpace(unquoted)
	}
	if len(text) > 40 || strings.ContainsAny(text, "/_xXpP") {
		return 0, false
	}
	if at := strings.IndexAny(text, "eE"); at >= 0 {
		if e, err := strconv.Atoi(text[at+1:]); err != nil || e > 20 || e < -20 {
			return 0, false
		}
	}
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		return 0, false
	}
	r.Mul(r, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(decimals), nil)))
	if !r.IsInt() || !r.Num().IsInt64() {
		return 0, false
	}
	n := r.Num().Int64()
	return n, n <= MaxSteps && n >= -MaxSteps
}

// Decimal writes what Steps reads.
func Decimal(n, decimals int64) json.Number {
	if decimals == 0 {
		return json.Number(strconv.FormatInt(n, 10))
	}
	return json.Number(new(big.Rat).SetFrac(big.NewInt(n), new(big.Int).Exp(big.NewInt(10), big.NewInt(decimals), nil)).FloatString(int(decimals)))
}
