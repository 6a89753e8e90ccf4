// Package rule holds the pure rules of the trade: what a value must look like, means and shows, without a database.
package rule

import (
	"embed"
	"encoding/csv"
	"strings"
)

//go:embed facts/*.csv
var facts embed.FS

// factRows reads an embedded fact file without its heading. A broken file is a broken build: it panics.
func factRows(name string, header bool) [][]string {
	f, err := facts.Open("facts/" + name)
	if err != nil {
		panic(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		panic("rule: " + name + ": " + err.Error())
	}
	if header {
		return rows[1:]
	}
	return rows
}

// set makes a lookup of words that stand in a text with spaces between them.
func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}
