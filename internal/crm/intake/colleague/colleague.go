// Package colleague knows who is meant by a cell that names somebody of the company.
package colleague

import (
	"strings"

	"zhike/internal/base/account"
	"zhike/internal/platform/db"
	"zhike/internal/platform/words"
)

var people = db.SQL(`SELECT u.id, u.name, u.login, u.employee_no, u.state FROM {users u} ORDER BY u.id`, account.Users)

// A Colleague is one of them.
type Colleague struct {
	ID         string `db:"id"`
	Name       string `db:"name"`
	Login      string `db:"login"`
	EmployeeNo string `db:"employee_no"`
	State      string `db:"state"`
}

// All are everybody by name, login and number; a name that two have names nobody.
type All map[string]Colleague

// Read reads them, for the program: a name of somebody out of reach is a name too.
func Read(tx *db.Tx) (All, error) {
	rows, err := db.All[Colleague](tx, people, nil)
	out, twice := All{}, map[string]bool{}
	for _, c := range rows {
		for _, name := range []string{c.Login, c.EmployeeNo, c.Name + c.Login, c.Name} {
			key := plain(name)
			if other, taken := out[key]; taken && other.ID != c.ID {
				// Who is here goes before who has left; between two who are, nobody can tell.
				switch {
				case other.State == "active" && c.State == "active":
					twice[key] = true
				case other.State == "active":
					continue
				}
			}
			if key != "" {
				out[key] = c
			}
		}
	}
	for key := range twice {
		delete(out, key)
	}
	return out, err
}

// plain is the form in which names of people are compared: 张伟 (zhangwei) is 张伟zhangwei.
func plain(s string) string {
	return strings.NewReplacer(" ", "", "(", "", ")", "", "-", "").Replace(words.Normal(s))
}

// Find gives who is meant by a name, a login or a number.
func (c All) Find(text string) (Colleague, bool) {
	found, ok := c[plain(text)]
	return found, ok
}
