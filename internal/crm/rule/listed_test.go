package rule

import (
	"encoding/csv"
	"os"
	"strings"
	"testing"

	"zhike/internal/crm/rule/orgname"
)

// TestListedCompanies measures the rules on the exchange's list, whose path ZHIKE_LISTED names; it is no part of the
// repository.
func TestListedCompanies(t *testing.T) {
	path := os.Getenv("ZHIKE_LISTED")
	if path == "" {
		t.Skip("ZHIKE_LISTED names no file")
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	col := map[string]int{}
	for i, h := range rows[0] {
		col[h] = i
	}
	rows = rows[1:]
	industries, regions, areas, exact, contained := 0, 0, 0, 0, 0
	for _, row := range rows {
		get := func(name string) string { return row[col[name]] }
		if _, ok := FindIndustry(get("industry")); ok {
			industries++
		} else {
			t.Logf("industry %s", get("industry"))
		}
		region, ok := FindRegion(get("province") + get("city"))
		if area, known := FindArea(get("region")); ok && known && area == region.Area {
			areas++
		}
		if ok && (region.Level != "province" || strings.HasPrefix(get("province"), get("city"))) {
			regions++
		} else {
			t.Logf("region %s %s: %v", get("province"), get("city"), region)
		}
		if GenericName(get("full_name")) {
			t.Errorf("%s is taken for a generic name", get("full_name"))
		}
		brand, share := ShortName(get("full_name")), ShareName(get("short_name"))
		bare := orgname.BareShare(share)
		switch {
		case brand == share || brand == bare:
			exact++
			contained++
		case strings.Contains(share, brand) || strings.Contains(brand, share) || strings.Contains(bare, brand):
			contained++
			t.Logf("within\t%s\t%s\t%s\t%s", get("full_name"), share, bare, brand)
		default:
			t.Logf("differs\t%s\t%s\t%s\t%s", get("full_name"), share, bare, brand)
		}
	}
	n := float64(len(rows)) / 100
	t.Logf("%d companies: industry %.1f %%, city %.1f %%, area as the list has it %.1f %%, brand exact %.1f %%, contained %.1f %%",
		len(rows), float64(industries)/n, float64(regions)/n, float64(areas)/n, float64(exact)/n, float64(contained)/n)
	if float64(industries)/n < 95 || float64(regions)/n < 95 || float64(contained)/n < 92 {
		t.Error("below 95, 95 and 92 %")
	}
}
