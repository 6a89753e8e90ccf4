package dictionary

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/platform/db"
	"zhike/locale"
)

// Subjects that move along a pipeline.
const (
	OfCustomer    = "customer"
	OfOpportunity = "opportunity"
)

// The phases of a pipeline and the statuses of who moves along it; rules go by these,
// because a company may name its stages as it likes.
const (
	Lead    = "lead"
	Deal    = "deal"
	Serving = "service"
	Lost    = "lost"

	StatusPotential  = "potential"
	StatusInterested = "interested"
	StatusWon        = "won"
	StatusLost       = "lost"
)

var (
	pipelines = db.Shared("pipelines", rights)
	stages    = db.Shared("stages", rights)

	allPipelines = db.SQL(`SELECT p.id, p.subject, p.name, p.position FROM {pipelines p} ORDER BY p.position, p.id`, pipelines)
	allStages    = db.SQL(`SELECT s.id, s.pipeline_id, p.subject, s.code, s.name, s.name_en, s.phase, s.status, s.tone, s.probability, s.day_limit, s.next, s.position, s.active
		FROM {stages s} JOIN {pipelines p} ON p.id = s.pipeline_id ORDER BY p.position, p.id, s.position, s.id`, stages, pipelines)
	stagesOf = db.SQL(`SELECT s.id, s.pipeline_id, p.subject, s.code, s.name, s.name_en, s.phase, s.status, s.tone, s.probability, s.day_limit, s.next, s.position, s.active
		FROM {stages s} JOIN {pipelines p} ON p.id = s.pipeline_id WHERE p.subject = :subject ORDER BY p.position, p.id, s.position, s.id`, stages, pipelines)
)

type pipelineRow struct {
	ID       string `db:"id"`
	Subject  string `db:"subject"`
	Name     string `db:"name"`
	Position int64  `db:"position"`
}

// A Stage of a pipeline. Next are the codes that may follow it; going elsewhere is
// skipping, which asks why.
type Stage struct {
	ID          string            `db:"id"`
	PipelineID  string            `db:"pipeline_id"`
	Subject     string            `db:"subject"`
	Code        string            `db:"code"`
	Name        string            `db:"name"`
	NameEN      string            `db:"name_en"`
	Phase       string            `db:"phase"`
	Status      string            `db:"status"`
	Tone        string            `db:"tone"`
	Probability int64             `db:"probability"` // percent
	DayLimit    int64             `db:"day_limit"`   // 0: none
	Next        db.JSON[[]string] `db:"next"`
	Position    int64             `db:"position"`
	Active      bool              `db:"active"`
}

// Label is the stage's name in a language.
func (s Stage) Label(lang string) string {
	if lang == "en" && s.NameEN != "" {
		return s.NameEN
	}
	return s.Name
}

// Stages are those of all pipelines of a subject, in order, retired ones too.
func Stages(tx *db.Tx, subject string) ([]Stage, error) {
	return db.All[Stage](tx.As(program), stagesOf, db.Args{"subject": subject})
}

var limited = db.SQL(`UPDATE {stages!change s} SET day_limit = :days WHERE s.id = :id`, stages)

// LimitIn sets after how many days in a stage it is too long; 0 for never.
func (s *Service) LimitIn(tx *db.Tx, subject, code string, days int64) error {
	all, err := Stages(tx, subject)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(x Stage) bool { return x.Code == code })
	if i < 0 {
		return db.ErrNotFound
	}
	if err := tx.Change(limited, db.Args{"id": all[i].ID, "days": days}); err != nil {
		return err
	}
	s.Book.Forget(tx)
	return audit.Note(tx, audit.Entry{Action: "stage.limit", Kind: "stage", Record: all[i].ID, Changes: []audit.Change{{Field: "day_limit", Old: all[i].DayLimit, New: days}},
		Details: map[string]any{"code": code}})
}

//go:embed stages.json
var stagesJSON []byte

type shippedPipeline struct {
	Subject string `json:"subject"`
	Name    string `json:"name"`
	Stages  []struct {
		Code        string   `json:"code"`
		Name        string   `json:"name"`
		English     string   `json:"en"`
		Phase       string   `json:"phase"`
		Status      string   `json:"status"`
		Tone        string   `json:"tone"`
		Probability int64    `json:"probability"`
		DayLimit    int64    `json:"day_limit"`
		Next        []string `json:"next"`
	} `json:"stages"`
}

var defaultPipelines = func() (all []shippedPipeline) {
	if err := json.Unmarshal(stagesJSON, &all); err != nil {
		panic(fmt.Errorf("dictionary: stages.json: %w", err))
	}
	return all
}()

// stageRow is a Stage without what its pipeline says.
type stageRow struct {
	ID          string            `db:"id"`
	PipelineID  string            `db:"pipeline_id"`
	Code        string            `db:"code"`
	Name        string            `db:"name"`
	NameEN      string            `db:"name_en"`
	Phase       string            `db:"phase"`
	Status      string            `db:"status"`
	Tone        string            `db:"tone"`
	Probability int64             `db:"probability"`
	DayLimit    int64             `db:"day_limit"`
	Next        db.JSON[[]string] `db:"next"`
	Position    int64             `db:"position"`
	Active      bool              `db:"active"`
}

// seedPipelines gives each subject without a pipeline the one that ships.
func seedPipelines(tx *db.Tx) (added int, err error) {
	rows, err := db.All[pipelineRow](tx, allPipelines, nil)
	if err != nil {
		return 0, err
	}
	stands := map[string]bool{}
	for _, r := range rows {
		stands[r.Subject] = true
	}
	for i, p := range defaultPipelines {
		if stands[p.Subject] {
			continue
		}
		row := pipelineRow{tx.NewID(), p.Subject, p.Name, int64(i + 1)}
		if err := tx.Insert(pipelines, row); err != nil {
			return 0, err
		}
		for j, s := range p.Stages {
			err := tx.Insert(stages, stageRow{tx.NewID(), row.ID, s.Code, s.Name, s.English, s.Phase, s.Status, s.Tone, s.Probability, s.DayLimit,
				db.Of(s.Next), int64(j + 1), true})
			if err != nil {
				return 0, err
			}
			added++
		}
	}
	return added, nil
}

// Pipeline is one as a screen needs it.
type Pipeline struct {
	ID      string       `json:"id"`
	Subject string       `json:"subject" enum:"customer,opportunity"`
	Name    string       `json:"name"`
	Stages  []ShownStage `json:"stages"`
}

type ShownStage struct {
	ID          string   `json:"id"`
	Code        string   `json:"code"`
	Name        string   `json:"name"`
	Phase       string   `json:"phase" enum:"lead,deal,service,lost"`
	Status      string   `json:"status" enum:"potential,interested,won,lost"`
	Tone        string   `json:"tone"`
	Probability int64    `json:"probability" doc:"Percent."`
	DayLimit    api.Num  `json:"day_limit" doc:"Days after which a stay is too long."`
	Position    int64    `json:"position"`
	Next        []string `json:"next" doc:"The codes that may follow; going elsewhere asks why."`
}

// Pipelines gives those of customers and opportunities with the stages in use.
func (s *Service) Pipelines(ctx context.Context, who access.Actor, _ struct{}) (api.Items[Pipeline], error) {
	lang := api.LanguageOf(ctx)
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (out api.Items[Pipeline], err error) {
		rows, err := db.All[pipelineRow](tx, allPipelines, nil)
		if err != nil {
			return out, err
		}
		all, err := db.All[Stage](tx, allStages, nil)
		if err != nil {
			return out, err
		}
		out.Items = []Pipeline{}
		for _, r := range rows {
			p := Pipeline{ID: r.ID, Subject: r.Subject, Name: nameIn(lang, r), Stages: []ShownStage{}}
			for _, st := range all {
				if st.PipelineID == r.ID && st.Active {
					p.Stages = append(p.Stages, ShownStage{st.ID, st.Code, st.Label(lang), st.Phase, st.Status, st.Tone, st.Probability, api.Num(st.DayLimit), st.Position, st.Next.V})
				}
			}
			out.Items = append(out.Items, p)
		}
		return out, nil
	})
}

// nameIn translates the names that ship; the table holds one language.
func nameIn(lang string, r pipelineRow) string {
	for _, p := range defaultPipelines {
		if p.Subject == r.Subject && p.Name == r.Name {
			return locale.Text(lang, "stage.pipeline."+p.Subject, nil)
		}
	}
	return r.Name
}
