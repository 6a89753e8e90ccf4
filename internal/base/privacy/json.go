package privacy

import (
	"encoding/json"

	"zhike/internal/platform/crypt"
)

// SealJSON seals a value for one place.
func SealJSON(key crypt.Subject, place string, v any) ([]byte, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return key.Seal(place, text), nil
}

// OpenJSON opens what SealJSON gave for the same place.
func OpenJSON(key crypt.Subject, place string, sealed []byte, v any) error {
	text, err := key.Open(place, sealed)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, v)
}
