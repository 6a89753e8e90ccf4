package setting

import (
	"encoding/base64"
	"encoding/json"
	"strings"

	"zhike/internal/base/privacy"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
)

// IsSet is what is told of a secret that somebody wrote; "" of one that nobody did.
const IsSet = "***"

// A SecretSetting is sealed under the company's key.
type SecretSetting struct{ d *declared }

// Secret declares one.
func Secret(key string) SecretSetting {
	return SecretSetting{declare(&declared{key: key, kind: KindSecret, otherwise: "", longest: 500})}
}

// For names the setting that says to whom the secret is shown: where that changes, the
// secret is forgotten, or whoever sets it could have the old one sent to himself.
func (s SecretSetting) For(key string) SecretSetting { s.d.only = key; return s }

// exposed are the secrets that a change would show to somebody else.
func exposed(next, old map[string]any) (keys []string) {
	for _, d := range registry {
		to, changed := next[d.only]
		_, said := next[d.key]
		if d.only != "" && changed && !said && to != old[d.only] && old[d.key] != d.otherwise {
			keys = append(keys, d.key)
		}
	}
	return keys
}

// In opens it, for whoever hands it to the service that it is for.
func (s SecretSetting) In(tx *db.Tx, v *privacy.Vault) (crypt.Secret, error) {
	r, ok, err := db.Maybe[row](tx.As(program), one, db.Args{"key": s.d.key})
	if err != nil || !ok {
		return crypt.Secret{}, err
	}
	var text string
	if err := json.Unmarshal(r.Value.V, &text); err != nil || text == "" {
		return crypt.Secret{}, err
	}
	sealed, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return crypt.Secret{}, err
	}
	key, err := v.Company(tx)
	if err != nil {
		return crypt.Secret{}, err
	}
	clear, err := key.Open("settings/value/"+s.d.key, sealed)
	return crypt.NewSecret(string(clear)), err
}

// seal is how the row holds what somebody wrote; "" clears it.
func (s *Service) seal(tx *db.Tx, d *declared, v any) (any, error) {
	clear, _ := v.(string)
	if clear = strings.TrimSpace(clear); clear == "" {
		return "", nil
	}
	key, err := s.Vault.Company(tx)
	if err != nil {
		return nil, err
	}
	return base64.StdEncoding.EncodeToString(key.Seal("settings/value/"+d.key, []byte(clear))), nil
}
