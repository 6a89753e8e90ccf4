// Package locale holds every word the product shows, in Chinese and English.
package locale

import (
	"embed"
	"encoding/json"
	"fmt"
	"strings"
)

// Default is the language of everybody who asks for none we have.
const Default = "zh-CN"

//go:embed zh-CN/*.json en/*.json
var files embed.FS

var words = map[string]map[string]string{Default: load(Default), "en": load("en")}

func load(lang string) map[string]string {
	all := map[string]string{}
	entries, err := files.ReadDir(lang)
	if err != nil {
		panic(err) // the folder is embedded: cannot happen
	}
	for _, entry := range entries {
		raw, err := files.ReadFile(lang + "/" + entry.Name())
		if err != nil {
			panic(err)
		}
		if err := json.Unmarshal(raw, &all); err != nil {
			panic(fmt.Errorf("locale %s/%s: %w", lang, entry.Name(), err))
		}
	}
	return all
}

// Has tells whether the language knows the key itself, without falling back.
func Has(lang, key string) bool {
	_, ok := words[lang][key]
	return ok
}

// Text is the word for key in lang with {{name}} filled from params; it falls back to zh-CN, then to the key itself.
func Text(lang, key string, params map[string]any) string {
	text, ok := words[lang][key]
	if !ok {
		text, ok = words[Default][key]
	}
	if !ok {
		return key
	}
	if !strings.Contains(text, "{{") {
		return text
	}
	for name, value := range params {
		text = strings.ReplaceAll(text, "{{"+name+"}}", fmt.Sprint(value))
	}
	return text
}
