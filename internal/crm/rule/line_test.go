package rule

import "testing"

func TestLineTotal(t *testing.T) {
	for _, c := range []struct {
		quantity, price, discount, want int64
		ok                              bool
	}{
		{2000, 48_600_000, 0, 97_200_000, true},          // two lines of machines at 486,000 yuan
		{1500, 333, 0, 500, true},                        // 499.5 fen
		{1000, 101, 5000, 51, true},                      // 50.5 fen, half up
		{1, 499, 0, 0, true},                             // half a fen less
		{1, 500, 0, 1, true},                             // half a fen
		{0, 100, 0, 0, true},                             //
		{1000, 100, 10_000, 0, true},                     // a gift
		{1000, 100, 10_001, 0, false},                    //
		{-1000, 100, 0, 0, false},                        //
		{1000, -1, 0, 0, false},                          //
		{1 << 62, 1 << 62, 0, 0, false},                  // no overflow passes
		{1_000_000_000, 10_000_000_000, 0, MaxFen, true}, //
	} {
		if got, ok := LineTotal(c.quantity, c.price, c.discount); got != c.want || ok != c.ok {
			t.Errorf("LineTotal(%d, %d, %d) = %d, %v; want %d, %v", c.quantity, c.price, c.discount, got, ok, c.want, c.ok)
		}
	}
}
