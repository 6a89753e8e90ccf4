package dictionary

import "zhike/internal/platform/fault"

// MapsTo is what a word stands for in a list that the company did not make: the GB/T 4754
// class of a trade. Empty where it stands for nothing else.
func (w *Words) MapsTo(dictionary, code string) string {
	return w.values[[2]string{dictionary, code}].MapsTo
}

// mapped refuses a mapping that the list behind it does not know, and one in a
// dictionary that stands for no other.
func (s *Service) mapped(v valueRow) error {
	known := s.Maps[v.Dictionary]
	switch {
	case v.MapsTo == "" && known != nil && v.Parent != "":
		return fault.Rule("required", "maps_to")
	case v.MapsTo != "" && (known == nil || !known(v.MapsTo)):
		return fault.Rule("invalid", "maps_to")
	}
	return nil
}
