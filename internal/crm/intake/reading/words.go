package reading

import (
	_ "embed"
	"encoding/json"
	"sync"
)

//go:embed facts/headings.json
var headingFile []byte

// Headings are the words by which people name a field, by group and name.
var Headings = sync.OnceValue(func() (all map[string]map[string][]string) {
	if err := json.Unmarshal(headingFile, &all); err != nil {
		panic("reading: headings.json: " + err.Error())
	}
	return all
})

//go:embed facts/words.json
var wordFile []byte

// Words are the words of cells: what parts several values, how a man and a woman are
// addressed, and what stands before a WeChat name.
var Words = sync.OnceValue(func() (w struct {
	Separators, WeChat string
	Sexes              map[string]string
}) {
	if err := json.Unmarshal(wordFile, &w); err != nil {
		panic("reading: words.json: " + err.Error())
	}
	return w
})
