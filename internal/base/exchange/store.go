package exchange

import (
	"fmt"
	"zhike/internal/base/exchange/column"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/platform/db"
)

var (
	mine = db.Rights{See: db.See(string(access.Self)), Add: db.Add(string(access.Self)), Change: db.Change(string(access.Self))}

	// Imports are their maker's alone: their rows hold what the records made of them do not show.
	// Entries of acts stand in the audit log; how far one is needs none.
	Imports = db.Owned("imports", mine, db.Columns{Owner: "owner_id", Department: "department_id"}).Quiet()

	rowsTable = db.Internal("import_rows").Quiet()
	effects   = db.Internal("import_effects").Quiet()
)

const columns = `i.id, i.key, i.target, i.name, i.owner_id, i.state, i.file, i.format, i.columns, i.mapping, i.duplicates, i.defaults, i.plan, i.checked, i.staged,
	i.cancel, i.total, i.progress, i.good, i.drafts, i.bad, i.duplicate, i.failure, i.kept, i.created_at, i.updated_at, i.run_at, i.ended_at`

var (
	one  = db.SQL(`SELECT `+columns+`, i.head FROM {imports i} WHERE i.id = :id`, Imports)
	list = db.SQL(`SELECT `+columns+` FROM {imports i} WHERE {filter} AND {after} ORDER BY {order} LIMIT {limit}`, Imports)
	same = db.SQL(`SELECT `+columns+`, i.head FROM {imports i} WHERE i.mark = :mark AND i.target = :target AND i.owner_id = :owner AND i.state IN ('running', 'cancelled')
		ORDER BY i.created_at DESC LIMIT 1`, Imports)

	setPlan = db.SQL(`UPDATE {imports!change i} SET format = :format, columns = :columns, head = :head, mapping = :mapping, duplicates = :duplicates, defaults = :defaults,
		staged = :staged, plan = plan + 1, state = 'new', updated_at = :at WHERE i.id = :id AND i.state IN ('new', 'checked', 'failed')`, Imports)
	setFile  = db.SQL(`UPDATE {imports!change i} SET file = :file, state = 'new', updated_at = :at WHERE i.id = :id`, Imports)
	setState = db.SQL(`UPDATE {imports!change i} SET state = :state, cancel = FALSE, updated_at = :at WHERE i.id = :id AND i.state IN (:states)`, Imports)
	begin    = db.SQL(`UPDATE {imports!change i} SET total = :total, progress = :progress, updated_at = :at WHERE i.id = :id`, Imports)
	setRun   = db.SQL(`UPDATE {imports!change i} SET run_at = :at WHERE i.id = :id AND i.run_at = 0`, Imports)
	staged   = db.SQL(`UPDATE {imports!change i} SET staged = TRUE, progress = 0, total = :total WHERE i.id = :id`, Imports)
	advance  = db.SQL(`UPDATE {imports!change i} SET progress = progress + :n, good = good + :good, drafts = drafts + :drafts, bad = bad + :bad, duplicate = duplicate + :duplicate
		WHERE i.id = :id`, Imports)
	uncounted  = db.SQL(`UPDATE {imports!change i} SET good = 0, drafts = 0, bad = 0, duplicate = 0 WHERE i.id = :id`, Imports)
	progressed = db.SQL(`UPDATE {imports!change i} SET progress = progress + :n, kept = :kept WHERE i.id = :id`, Imports)
	ask        = db.SQL(`UPDATE {imports!change i} SET cancel = TRUE WHERE i.id = :id AND i.state IN ('checking', 'running')`, Imports)
	end        = db.SQL(`UPDATE {imports!change i} SET state = :state, checked = :checked, failure = :failure, kept = :kept, cancel = FALSE, updated_at = :at, ended_at = :at WHERE i.id = :id`, Imports)

	rowOf   = db.SQL(`SELECT r.import_id, r.n, r.cells, r.head, r.state, r.done, r.problems, r.record_id FROM {import_rows r} WHERE r.import_id = :id AND r.n = :n`, rowsTable)
	rowsAt  = db.SQL(`SELECT r.import_id, r.n, r.cells, r.head, r.state, r.done, r.problems, r.record_id FROM {import_rows r} WHERE r.import_id = :id AND r.head IN (:heads) ORDER BY r.head, r.n`, rowsTable)
	rowPage = db.SQL(`SELECT r.import_id, r.n, r.cells, r.head, r.state, r.done, r.problems, r.record_id FROM {import_rows r}
		WHERE r.import_id = :id AND {filter} AND r.n > :after ORDER BY r.n LIMIT {limit}`, rowsTable)
	nextRows = db.SQL(`SELECT r.import_id, r.n, r.cells, r.head, r.state, r.done, r.problems, r.record_id FROM {import_rows r}
		WHERE r.import_id = :id AND r.n > :after ORDER BY r.n LIMIT {limit}`, rowsTable)
	counts   = db.SQL(`SELECT r.state AS state, count(*) AS n FROM {import_rows r} WHERE r.import_id = :id GROUP BY r.state`, rowsTable)
	judged   = db.SQL(`UPDATE {import_rows!change r} SET state = :state, done = :done, problems = :problems, record_id = :record WHERE r.import_id = :id AND r.n = :n AND NOT r.done`, rowsTable)
	grouped  = db.SQL(`UPDATE {import_rows!change r} SET head = :head WHERE r.import_id = :id AND r.n = :n`, rowsTable)
	mended   = db.SQL(`UPDATE {import_rows!change r} SET cells = :cells WHERE r.import_id = :id AND r.n = :n AND NOT r.done`, rowsTable)
	dropRows = db.SQL(`DELETE FROM {import_rows!change r} WHERE r.import_id = :id`, rowsTable)

	effectsOf   = db.SQL(`SELECT e.id, e.import_id, e.n, e.kind, e.record_id, e.made, e.before FROM {import_effects e} WHERE e.import_id = :id AND NOT e.undone ORDER BY e.id DESC LIMIT {limit}`, effects)
	countMade   = db.SQL(`SELECT count(*) AS n FROM {import_effects e} WHERE e.import_id = :id AND NOT e.undone`, effects)
	undone      = db.SQL(`UPDATE {import_effects!change e} SET undone = TRUE WHERE e.id = :id`, effects)
	dropEffects = db.SQL(`DELETE FROM {import_effects!change e} WHERE e.import_id = :id`, effects)

	oldImports = db.SQL(`SELECT `+columns+`, i.head FROM {imports i} WHERE i.created_at < :before AND i.run_at < :before OR i.state = 'uploading' AND i.created_at < :yesterday ORDER BY i.id LIMIT 20`, Imports)
	dropImport = db.SQL(`DELETE FROM {imports!change i} WHERE i.id = :id`, Imports)
)

// An importRow is an import as the database keeps it.
type importRow struct {
	ID         string                     `db:"id"`
	Target     string                     `db:"target"`
	Name       string                     `db:"name"`
	Owner      api.Ref                    `db:"owner_id"`
	State      string                     `db:"state"`
	File       string                     `db:"file"`
	Key        []byte                     `db:"key"`
	Format     db.JSON[column.Format]     `db:"format"`
	Columns    db.JSON[[]column.Column]   `db:"columns"`
	Mapping    db.JSON[map[string]string] `db:"mapping"`
	Duplicates string                     `db:"duplicates"`
	Defaults   db.JSON[map[string]string] `db:"defaults"`
	Plan       int64                      `db:"plan"`
	Checked    int64                      `db:"checked"`
	Staged     bool                       `db:"staged"`
	Cancel     bool                       `db:"cancel"`
	Total      int64                      `db:"total"`
	Progress   int64                      `db:"progress"`
	Good       int64                      `db:"good"`
	Drafts     int64                      `db:"drafts"`
	Bad        int64                      `db:"bad"`
	Duplicate  int64                      `db:"duplicate"`
	Failure    db.JSON[*Failure]          `db:"failure"`
	Kept       db.JSON[[]Kept]            `db:"kept"`
	CreatedAt  api.Time                   `db:"created_at"`
	UpdatedAt  api.Time                   `db:"updated_at"`
	RunAt      api.Time                   `db:"run_at"`
	EndedAt    api.Time                   `db:"ended_at"`
	Head       []byte                     `db:"head"`
}

type newImport struct {
	ID         string                     `db:"id"`
	Target     string                     `db:"target"`
	Name       string                     `db:"name"`
	State      string                     `db:"state"`
	Mark       []byte                     `db:"mark"`
	Key        []byte                     `db:"key"`
	Format     db.JSON[column.Format]     `db:"format"`
	Columns    db.JSON[[]column.Column]   `db:"columns"`
	Head       []byte                     `db:"head"`
	Mapping    db.JSON[map[string]string] `db:"mapping"`
	Duplicates string                     `db:"duplicates"`
	Defaults   db.JSON[map[string]string] `db:"defaults"`
	Failure    db.JSON[*Failure]          `db:"failure"`
	Kept       db.JSON[[]Kept]            `db:"kept"`
	CreatedAt  int64                      `db:"created_at"`
	UpdatedAt  int64                      `db:"updated_at"`
}

type stagedRow struct {
	Import   string             `db:"import_id"`
	N        int64              `db:"n"`
	Cells    []byte             `db:"cells"`
	Head     int64              `db:"head"`
	State    string             `db:"state"`
	Done     bool               `db:"done"`
	Problems db.JSON[[]Problem] `db:"problems"`
	Record   string             `db:"record_id"`
}

type effectRow struct {
	ID     string `db:"id"`
	Import string `db:"import_id"`
	N      int64  `db:"n"`
	Kind   string `db:"kind"`
	Record string `db:"record_id"`
	Made   bool   `db:"made"`
	Before []byte `db:"before"`
}

type stateCount struct {
	State string `db:"state"`
	N     int64  `db:"n"`
}

func cellsPlace(id string, n int64) string { return fmt.Sprint("import_rows/cells/", id, "/", n) }
func headPlace(id string) string           { return "imports/head/" + id }
func filePlace(id string) string           { return "imports/file/" + id }
func effectPlace(id string) string         { return "import_effects/before/" + id }
