package db

import (
	"fmt"
	"regexp"
	"strings"

	"zhike/internal/platform/db/statement"
)

// Cond is one condition, with the values its :names stand for.
type Cond struct {
	text string
	args Args
	few  bool // it names few rows, which are looked up and then sorted
}

var (
	every = Cond{text: "1 = 1"}
	none  = Cond{text: "1 = 0"}
)

// Everything is the rule of a viewer who reaches all rows; Nothing keeps none.
func Everything() Cond { return every }
func Nothing() Cond    { return none }

// When makes a condition for {filter}. It reads no table: that belongs in a Query.
func When(text constant, args Args) Cond {
	depth := 0
	for _, t := range statement.Scan(string(text)) {
		depth += strings.Count(t.Text, "(") - strings.Count(t.Text, ")")
		if depth < 0 || is(t.Text, "SELECT", "FROM", "JOIN", "WHERE") || t.Text[0] == '{' {
			panic("db: not a plain condition: " + string(text))
		}
	}
	if depth != 0 {
		panic("db: brackets of a condition do not match: " + string(text))
	}
	return Cond{text: string(text), args: args}
}

// Rule makes a condition of a scope. It may read tables bare, and {id} {owner} {creator}
// {department} {pool} {members} {member} stand for the names in [Columns], {in} … {end} stand
// around a list of ids. Only base/access writes rules; a test says so.
func Rule(text constant, args Args) Cond { return Cond{text: string(text), args: args} }

func anyOf(rules []Cond, fill func(Cond) Cond) Cond {
	all := Cond{args: Args{}}
	var texts []string
	for _, r := range rules {
		r = fill(r)
		if r.text == every.text {
			return every
		}
		if r.text == none.text {
			continue
		}
		texts = append(texts, "("+r.text+")")
		for k, v := range r.args {
			all.args[k] = v
		}
	}
	if texts == nil {
		return none
	}
	all.text = "(" + strings.Join(texts, " OR ") + ")"
	return all
}

// A Column is alias.column, checked, so that a filter may be built of the catalogue at run time.
type Column struct{ name string }

var column = regexp.MustCompile(`^[a-z]\w*\.[a-z]\w*$`)

// Col panics when name is not alias.column: names come from struct tags, never from a caller.
func Col(name string) Column {
	if !column.MatchString(name) {
		panic("db: " + name + " is not alias.column")
	}
	return Column{name}
}

// Compare makes "column op value"; op is one of = <> < <= > >=.
func Compare(c Column, op string, value any) Cond {
	if !is(op, "=", "<>", "<", "<=", ">", ">=") {
		panic("db: no operator " + op)
	}
	return Cond{text: c.name + " " + op + " :v", args: Args{"v": value}}
}

// In keeps the rows whose column is one of values ([]string or []int64).
func In(c Column, values any) Cond { return Cond{text: c.name + " IN (:v)", args: Args{"v": values}} }

// IsNull keeps the rows without a value.
func IsNull(c Column) Cond { return Cond{text: c.name + " IS NULL"} }

var likes = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// Contains keeps the rows whose column holds part as it is written; Starts, begins with it.
func Contains(c Column, part string) Cond { return like(c, "%"+likes.Replace(part)+"%") }
func Starts(c Column, part string) Cond   { return like(c, likes.Replace(part)+"%") }

func like(c Column, pattern string) Cond {
	return Cond{text: c.name + ` LIKE :v ESCAPE '\'`, args: Args{"v": pattern}}
}

// AllOf, AnyOf and Not combine; a comparison with a missing value counts as false, under Not too.
func AllOf(cs ...Cond) Cond { return combine(cs, " AND ", every) }
func AnyOf(cs ...Cond) Cond { return combine(cs, " OR ", none) }

func Not(c Cond) Cond { return Cond{text: "NOT coalesce(" + c.text + ", FALSE)", args: c.args} }

func combine(cs []Cond, op string, zero Cond) Cond {
	if len(cs) == 0 {
		return zero
	}
	out := Cond{args: Args{}, few: op == " OR "}
	for i, c := range cs {
		out.few = op == " OR " && out.few && c.few || op == " AND " && (out.few || c.few)
		if i > 0 {
			out.text += op
		}
		// Every part brings a :v of its own.
		text, args := c.renamed(fmt.Sprintf("n%d_", i))
		out.text += "(" + text + ")"
		for k, v := range args {
			out.args[k] = v
		}
	}
	return out
}

var names = regexp.MustCompile(`'[^']*'|::\w+|:(\w+)`)

func (c Cond) renamed(prefix string) (string, Args) {
	if len(c.args) == 0 {
		return c.text, nil
	}
	args := make(Args, len(c.args))
	for k, v := range c.args {
		args[prefix+k] = v
	}
	return names.ReplaceAllStringFunc(c.text, func(m string) string {
		if m[0] == '\'' || strings.HasPrefix(m, "::") {
			return m
		}
		return ":" + prefix + m[1:]
	}), args
}
