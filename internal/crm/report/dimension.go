package report

import "zhike/internal/base/customfield"

// dimension is an axis as it is called: by the company, else by the house.
func (v view) dimension(name, kind, field string) (Dimension, error) {
	said, err := customfield.Called(v.tx)
	return Dimension{name, said.Label(v.lang, kind, field)}, err
}
