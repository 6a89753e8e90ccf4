// Package vocabulary knows where the words of a company's dictionaries stand: how many
// records use one, and how two words become one in all of them.
package vocabulary

import (
	"context"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/customfield/own"
	"zhike/internal/base/dictionary"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
	"zhike/internal/platform/job"
)

var program = access.Program("vocabulary")

// Service counts, merges and deletes words.
type Service struct {
	DB    *db.DB
	Queue *job.Queue
	Words *dictionary.Service
	Own   *own.Book
}

// Routes are the operations on words in use.
func (s *Service) Routes(r *api.Router) {
	at := func(path string) api.Op {
		return api.Op{Path: "/dictionaries/{id}/values/{value}" + path, May: access.DictionaryManage}
	}
	api.ListUnder(r, at("/uses"), func(ctx context.Context, who access.Actor, dictionary string, _ struct{}) (Uses, error) {
		return s.Uses(ctx, who, dictionary, api.Param(ctx, "value"))
	})
	api.Do(r, at("/merge"), func(ctx context.Context, who access.Actor, id string, version int64, in Into) (dictionary.Value, error) {
		return s.Merge(ctx, who, id, api.Param(ctx, "value"), version, in.Into)
	})
	api.Delete(r, at(""), func(ctx context.Context, who access.Actor, dictionary string, version int64) error {
		return s.Delete(ctx, who, dictionary, api.Param(ctx, "value"), version)
	})
}

// Uses are how many values of records are a word.
type Uses struct {
	Count int64 `json:"count"`
}

// Into names the word that another becomes.
type Into struct {
	Into string `json:"into" minLength:"1" maxLength:"40" doc:"The code of a word of the same dictionary."`
}

// A payload names the words.
type payload struct {
	Dictionary, Word, To string
}

// JobMerge rewrites records, some at a time.
const JobMerge = "vocabulary.merge"

// Uses counts the records that hold a word, those in the recycle bin too.
func (s *Service) Uses(ctx context.Context, who access.Actor, dictionary, word string) (Uses, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (Uses, error) {
		n, err := s.count(tx.As(program), dictionary, word)
		return Uses{n}, err
	})
}

func (s *Service) count(p *db.Tx, dictionary, word string) (n int64, err error) {
	for _, w := range walks(dictionary) {
		for after := ""; ; {
			upto, err := db.One[idRow](p, w.span, db.Args{"after": after})
			if err != nil {
				return 0, err
			}
			if upto.ID == "" {
				break
			}
			c, err := db.One[db.Count](p, w.count, db.Args{"word": word, "after": after, "upto": upto.ID})
			if err != nil {
				return 0, err
			}
			n, after = n+c.N, upto.ID
		}
	}
	if dictionary == "tag" {
		c, err := db.One[db.Count](p, tagCount, db.Args{"word": word})
		if err != nil {
			return 0, err
		}
		n += c.N
	}
	fields, err := s.fields(p, dictionary)
	for _, f := range fields {
		c, err := s.Own.Holding(p, f.Name, word)
		if err != nil {
			return 0, err
		}
		n += c
	}
	return n, err
}

// A walk goes through a table along its ids.
type walk struct {
	span, count db.Query
	step        func(tx *db.Tx, args db.Args) error // what is done to a span
}

// walks are the tables in which words of a dictionary stand.
func walks(dictionary string) (all []walk) {
	for _, u := range uses {
		if u.dictionary == dictionary {
			all = append(all, walk{u.span, u.count, func(tx *db.Tx, args db.Args) error {
				_, err := tx.ChangeAll(u.rewrite, args)
				return err
			}})
		}
	}
	switch dictionary {
	case "loss_reason":
		all = append(all, walk{ofCustomers, lostCount, relost})
	case "file_type":
		all = append(all, walk{ofPapers, paperCount, refile})
	}
	return all
}

// fields are the company's own that take words of a dictionary.
func (s *Service) fields(p *db.Tx, dictionary string) (out []own.Field, err error) {
	all, err := s.Own.Of(p, "")
	for _, f := range all {
		if string(f.Dictionary) == dictionary {
			out = append(out, f)
		}
	}
	return out, err
}

// Merge has one word become another: the word is retired and becomes a synonym of the other,
// and a job writes the other into every record and every saved filter. What a log or a closed
// review says stays as it was said.
func (s *Service) Merge(ctx context.Context, who access.Actor, dictionaryCode, word string, version int64, into string) (dictionary.Value, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none dictionary.Value, err error) {
		v, err := s.Words.MergeIn(ctx, tx, dictionaryCode, word, version, into)
		if err != nil {
			return none, err
		}
		return v, s.Queue.Enqueue(tx, job.New{Kind: JobMerge, Payload: payload{dictionaryCode, word, into}, Unique: JobMerge + ":" + dictionaryCode + ":" + word})
	})
}

// Delete takes a word out of a dictionary that nothing uses; one in use is retired instead: 409 word_in_use.
func (s *Service) Delete(ctx context.Context, who access.Actor, dictionaryCode, word string, version int64) error {
	_, err := db.Write(ctx, s.DB, who, func(tx *db.Tx) (int, error) {
		n, err := s.count(tx.As(program), dictionaryCode, word)
		if err != nil {
			return 0, err
		}
		if n > 0 {
			return 0, fault.New(fault.Conflict, "word_in_use").With(map[string]any{"count": n})
		}
		return 0, s.Words.DropIn(tx, dictionaryCode, word, version)
	})
	return err
}

// Work rewrites what a job names; killed at any moment it is done again.
func (s *Service) Work(ctx context.Context, j job.Job) error {
	var in payload
	if err := j.Into(&in); err != nil {
		return err
	}
	return s.Rewrite(ctx, in.Dictionary, in.Word, in.To)
}

// Rewrite writes one word for another everywhere, some rows at a time.
func (s *Service) Rewrite(ctx context.Context, dictionaryCode, word, to string) error {
	for _, w := range walks(dictionaryCode) {
		for after := ""; ; {
			upto, err := db.Write(ctx, s.DB, program, func(tx *db.Tx) (string, error) {
				tx.Noted() // the log has it with the word
				upto, err := db.One[idRow](tx, w.span, db.Args{"after": after})
				if err != nil || upto.ID == "" {
					return "", err
				}
				return upto.ID, w.step(tx, db.Args{"word": word, "to": to, "after": after, "upto": upto.ID})
			})
			if err != nil {
				return err
			}
			if after = upto; after == "" {
				break
			}
		}
	}
	var steps []func(*db.Tx) (int64, error)
	if dictionaryCode == "tag" {
		steps = append(steps, func(tx *db.Tx) (int64, error) { return retag(tx, word, to) },
			func(tx *db.Tx) (int64, error) { return tx.ChangeAll(spanned, db.Args{"word": word, "to": to}) })
	}
	fields, err := db.Read(ctx, s.DB, program, func(tx *db.Tx) ([]own.Field, error) { return s.fields(tx, dictionaryCode) })
	if err != nil {
		return err
	}
	for _, f := range fields {
		steps = append(steps, func(tx *db.Tx) (int64, error) { return s.reown(tx, f, word, to) })
	}
	steps = append(steps, func(tx *db.Tx) (int64, error) { return 0, s.asked(tx, dictionaryCode, fields, word, to) })
	for _, step := range steps {
		for n := int64(1); n > 0; {
			if n, err = db.Write(ctx, s.DB, program, func(tx *db.Tx) (int64, error) {
				tx.Noted() // the log has it with the word
				return step(tx)
			}); err != nil {
				return err
			}
		}
	}
	return nil
}
