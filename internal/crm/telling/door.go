package telling

import (
	"zhike/internal/base/notice"
	"zhike/internal/platform/db"
)

// Unusual tells an administrator what the door finds unusual of a user.
func (s *Service) Unusual(tx *db.Tx, to, what, user, cause string, params map[string]string) error {
	return s.Notices.Send(tx, notice.New{To: to, Kind: what, Params: params, Link: notice.Link{Kind: "user", ID: user}, About: user, Cause: cause})
}
