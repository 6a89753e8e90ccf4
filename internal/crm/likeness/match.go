package likeness

import "zhike/internal/base/api"

// About is what is known of a customer that may be one with another. Of one that is not
// fresh only the id is said: what it is now is read.
type About struct {
	ID, Kind, Name, NameKey, CreditCode string
	Numbers, Emails                     [][]byte // blind indexes of its people's
	Fresh, Imported                     bool
}

// A Match is another customer that may be the same: whose, and since when. Its name and id
// stand there only where the viewer sees it; ref is what a request for access takes.
type Match struct {
	Owner api.Text `json:"owner" doc:"Null in the open pool."`
	Pool  bool     `json:"pool,omitempty"`
	Since string   `json:"since" format:"date"`
	Ref   string   `json:"ref" doc:"Stands for the customer for 24 hours, for whom it was given."`
	Name  string   `json:"name,omitempty"`
	ID    string   `json:"id,omitempty"`
}
