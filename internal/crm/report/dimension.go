package report

import "zhike/internal/base/customfield"

// dimension is an axis as it is called: by the company, else by the house.
func (v view) dimension(name, kind string, f customfield.Field) (Dimension, error) {
	switch {
	case f.Custom && v.lang == "en" && f.LabelEN != "":
		return Dimension{name, f.LabelEN}, nil
	case f.Custom:
		return Dimension{name, f.Label}, nil
	}
	said, err := customfield.Called(v.tx)
	return Dimension{name, said.Label(v.lang, kind, f.Name)}, err
}
