#!/usr/bin/env bash
# A new slice that compiles: internal/crm/<name> with <name>.go, store.go and service.go,
# last in the order that internal/arch keeps. It says what is still to be written.
#   make slice name=quote        or  tools/slice.sh quote [table]
set -euo pipefail
cd "$(dirname "$0")/.."

name="${1:-}"
usage() { echo "$1 (make slice name=quote)" >&2; exit 2; }
[[ "$name" =~ ^[a-z][a-z0-9]*$ ]] || usage "a slice has the trade's word as its name: one singular noun, small letters"
case " break case chan const default defer else fallthrough for func go goto if import interface map package range return select struct switch type var " in
*" $name "*) usage "$name is a word of Go" ;;
esac
dir="internal/crm/$name"
[ ! -e "$dir" ] || usage "$dir stands already"

plural() {
	case "$1" in
	*[!aeiou]y) echo "${1%y}ies" ;;
	*s | *x | *ch | *sh) echo "${1}es" ;;
	*) echo "${1}s" ;;
	esac
}
table="${2:-$(plural "$name")}"
! grep -qE "CREATE (VIRTUAL )?TABLE $table " migrations/*.sql || usage "a table $table stands already: name another as the second word"
type="${name^}"

# A permission of the list where there is one, else its text until there is.
right() {
	local constant
	constant=$(sed -nE "s/^\t(\w+) +Permission = \"$name\.$1\"$/access.\1/p" internal/base/access/permission.go)
	echo "${constant:-access.Permission(\"$name.$1\")}"
}
read=$(right read) write=$(right write)

mkdir -p "$dir"
cat >"$dir/$name.go" <<GO
// Package $name keeps the $table of customers.
package $name

import (
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/crm/customer"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

const (
	read  = $read
	write = $write
)

// Table of $table: each is reached as its customer is.
var Table = db.Through("$table", "customer_id", customer.Table,
	db.Rights{See: db.See(string(read)), Add: db.Add(string(write)), Change: db.Change(string(write))})

// A $type as its readers see it.
type $type struct {
	ID         string   \`db:"id" json:"id"\`
	CustomerID string   \`db:"customer_id" json:"customer_id"\`
	Title      string   \`db:"title" json:"title"\`
	CreatedAt  api.Time \`db:"created_at" json:"created_at"\`
	UpdatedAt  api.Time \`db:"updated_at" json:"updated_at"\`
	Version    int64    \`db:"version" json:"version"\`
}

func (x $type) Revision() int64  { return x.Version }
func (x $type) RecordID() string { return x.ID }

// New is what a caller says of a new one.
type New struct {
	Title string \`json:"title" minLength:"1" maxLength:"200"\`
}

// Change is what a caller may change; what is left out stays.
type Change struct {
	Title api.Opt[string] \`json:"title,omitempty,omitzero" maxLength:"200"\`
}

// Judge is the rule of a title: the same for a form, an API client and an import.
func Judge(title string) (string, error) {
	title = strings.Join(strings.Fields(title), " ")
	if title == "" {
		return "", fault.Rule("required", "title")
	}
	return title, nil
}
GO
cat >"$dir/store.go" <<GO
package $name

import (
	"zhike/internal/crm/customer"
	"zhike/internal/platform/db"
)

var (
	get = db.SQL(\`SELECT x.id, x.customer_id, x.title, x.created_at, x.updated_at, x.version
		FROM {$table x} WHERE x.id = :id\`, Table)
	list = db.SQL(\`SELECT x.id, x.customer_id, x.title, x.created_at, x.updated_at, x.version
		FROM {$table x} JOIN {customers c} ON c.id = x.customer_id
		WHERE x.customer_id = :customer AND {after} ORDER BY {order} LIMIT {limit}\`, Table, customer.Table)
)

type newRow struct {
	ID         string \`db:"id"\`
	CustomerID string \`db:"customer_id"\`
	Title      string \`db:"title"\`
	CreatedAt  int64  \`db:"created_at"\`
	UpdatedAt  int64  \`db:"updated_at"\`
}

type changedRow struct {
	Title string \`db:"title"\`
}
GO
cat >"$dir/service.go" <<GO
package $name

import (
	"context"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/crm/customer"
	"zhike/internal/platform/db"
)

// Service is what may be done with $table.
type Service struct{ DB *db.DB }

// Routes are the operations on $table.
func (s *Service) Routes(r *api.Router) {
	api.ListUnder(r, api.Op{Path: "/customers/{id}/$table", May: read, On: customer.Table}, s.Of)
	api.CreateUnder(r, api.Op{Path: "/customers/{id}/$table", May: write, On: customer.Table}, s.Create, s.Get)
	api.Get(r, api.Op{Path: "/$table/{id}", May: read, On: Table}, s.Get)
	api.Change(r, api.Op{Path: "/$table/{id}", May: write, On: Table}, s.Change)
}

// Create adds one to a customer. Errors: 403 not_yours for who sees the customer and may
// not add; 422 by field.
func (s *Service) Create(ctx context.Context, who access.Actor, customerID string, in New) ($type, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none $type, err error) {
		id, err := s.CreateIn(tx, customerID, in)
		if err != nil {
			return none, err
		}
		return db.One[$type](tx, get, db.Args{"id": id})
	})
}

// CreateIn is Create inside a unit: the one road for forms, imports and generators.
func (s *Service) CreateIn(tx *db.Tx, customerID string, in New) (string, error) {
	title, err := Judge(in.Title)
	if err != nil {
		return "", err
	}
	row := newRow{tx.NewID(), customerID, title, tx.At(), tx.At()}
	if err := tx.Insert(Table, row); err != nil {
		return "", err
	}
	return row.ID, audit.Note(tx, audit.Entry{Action: "$name.create", Kind: "$name", Record: row.ID, Customer: customerID})
}

// Get gives one.
func (s *Service) Get(ctx context.Context, who access.Actor, id string) ($type, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) ($type, error) { return db.One[$type](tx, get, db.Args{"id": id}) })
}

// Query is one page of a list.
type Query struct {
	Limit  int    \`query:"limit" minimum:"1" maximum:"200" default:"50"\`
	Cursor string \`query:"cursor" maxLength:"2000"\`
}

// Of gives those of one customer, newest first.
func (s *Service) Of(ctx context.Context, who access.Actor, customerID string, q Query) (api.Page[$type], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (p api.Page[$type], err error) {
		w := db.With{Order: db.Down("x.id"), After: q.Cursor, Limit: q.Limit, Key: customerID}
		rows, err := db.Page[$type](tx, list, db.Args{"customer": customerID}, w)
		return api.Page[$type]{Items: rows.Rows, Next: api.Text(rows.Next), Prev: api.Text(rows.Prev)}, err
	})
}

// Change changes one in the version the caller saw.
func (s *Service) Change(ctx context.Context, who access.Actor, id string, version int64, in Change) ($type, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none $type, err error) {
		x, err := db.One[$type](tx, get, db.Args{"id": id})
		if err != nil {
			return none, err
		}
		diffs := api.Apply(&x, in)
		if x.Title, err = Judge(x.Title); err != nil {
			return none, err
		}
		if err := tx.Update(Table, id, version, changedRow{x.Title}); err != nil {
			return none, err
		}
		if err := audit.Note(tx, audit.Entry{Action: "$name.change", Kind: "$name", Record: id, Customer: x.CustomerID, Changes: audit.Changes(diffs, nil)}); err != nil {
			return none, err
		}
		return db.One[$type](tx, get, db.Args{"id": id})
	})
}
GO

# Last on its floor: it may import every slice before it. ARCHITECTURE.md prints the same line.
for file in internal/arch/imports_test.go ARCHITECTURE.md; do
	sed -i -E "s#^(\s*\{\"zhike/internal/crm/\", \[\]string\{.*)\}\},#\1, \"$name\"}},#" "$file"
	grep -qE "zhike/internal/crm/.*\"$name\"" "$file" || { echo "$file has no line for the slices of crm: add \"$name\" there" >&2; exit 1; }
done
gofmt -w "$dir" && go vet "./$dir"

next=$(printf '%04d' $((10#$(ls migrations | grep -oE '^[0-9]{4}' | sort -n | tail -1) + 1)))
cat <<TEXT
$dir compiles and stands last on the floor of crm. Still to be written:
  migrations/${next}_$table.sql   CREATE TABLE $table (id, customer_id, title, created_at, updated_at, version), an index (customer_id, id)
  internal/base/access           permissions $name.read and $name.write, and which roles carry them$([[ "$read" == *'"'* ]] || echo " (the permissions stand)")
  internal/app/house/            the field of House, its service, its line in Routes
  internal/app/*_test.go         a row of every placement, a sample of every write; then -update of the matrix
  locale/{zh-CN,en}/$name.json    its words; audit.action.$name.create and .change
  GLOSSARY.md                    the Chinese word, the English word, the words to avoid
  make api                       the API document
TEXT
