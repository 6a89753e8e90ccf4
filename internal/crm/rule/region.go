package rule

import "zhike/internal/crm/rule/place"

// Region is an administrative division, GB/T 2260 as of 2023; Level is province, prefecture or county, Area the 大区.
type Region = place.Region

// Regions are all provinces, prefectures and counties. The caller may keep the slice.
func Regions() []Region { return place.All() }

// RegionByCode finds a region by its six digits.
func RegionByCode(code string) (Region, bool) { return place.ByCode(code) }

// Area is the 大区 of a region code, empty for an unknown one. An abolished county still has its province's.
func Area(code string) string { return place.Area(code) }

// FindArea reads a 大区: 华东, 华东地区, 华东大区.
func FindArea(text string) (string, bool) { return place.FindArea(text) }

// RegionLabel is the whole path, 浙江省 杭州市 西湖区; empty for an unknown code.
func RegionLabel(code, lang string) string { return place.Label(code, lang) }

// AreaName is what a 大区 is called in a language.
func AreaName(area, lang string) string { return place.AreaName(area, lang) }

// FindRegion reads the region at the beginning of a cell or an address: 浙江省杭州市西湖区…, 浙江杭州, 杭州, 粤, 330106.
// The smallest division named is given; a county's name that exists several times (鼓楼区) needs its city before it.
func FindRegion(text string) (Region, bool) { return place.Find(text) }
