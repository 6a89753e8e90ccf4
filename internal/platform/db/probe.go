package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

var errUndo = errors.New("db: undo")

// Probe tells what q gives who, as text: its rows, or how many it would change. It keeps nothing.
func Probe(ctx context.Context, d *DB, who Viewer, q Query, args Args) (string, error) {
	var said []string
	_, err := Write(ctx, d, who, func(t *Tx) (int, error) {
		if q.target != nil {
			n, err := t.ChangeAll(q, args)
			if bound(err) {
				n, err = 1, nil // it reached the row, which others hang on
			}
			said = append(said, fmt.Sprint(n, " changed"))
			return 0, errors.Join(err, errUndo)
		}
		text, values, err := q.fill(t, args, With{Order: Order{columns: []string{"1"}}, Limit: 1000}, every)
		if err != nil {
			return 0, err
		}
		rows, err := t.start(text, values)
		if err != nil {
			return 0, err
		}
		defer rows.Close()
		columns, err := rows.Columns()
		for err == nil && rows.Next() {
			cells, into := make([]any, len(columns)), make([]any, len(columns))
			for i := range cells {
				into[i] = &cells[i]
			}
			err = rows.Scan(into...)
			said = append(said, fmt.Sprint(cells))
		}
		return 0, errors.Join(err, rows.Err(), errUndo)
	})
	if errors.Is(err, ErrDenied) || err == errUndo || strings.TrimSpace(err.Error()) == errUndo.Error() {
		err = nil
	}
	return strings.Join(said, "\n"), err
}

// bound says that a row could not go because others name it.
func bound(err error) bool {
	return err != nil && (strings.Contains(err.Error(), "FOREIGN KEY") || strings.Contains(err.Error(), "foreign key"))
}

var argNames = regexp.MustCompile(`(?:^|[^:]):([a-z_]\w*)`)

// ArgNames are the :names of q.
func (q Query) ArgNames() []string {
	var all []string
	for _, m := range argNames.FindAllStringSubmatch(q.source, -1) {
		if !slices.Contains(all, m[1]) {
			all = append(all, m[1])
		}
	}
	return all
}

// CheckPlans names the queries over somebody's rows that would read a whole table, with
// the plan that shows it; sample gives a value for a :name. For SQLite, whose planner
// says so in words.
func CheckPlans(ctx context.Context, d *DB, who Viewer, sample func(name string) any) []string {
	var wrong []string
	for _, q := range Queries() {
		if !q.Reads() || q.holes["filter"] {
			continue // a list is bounded by its page, in an order that has an index
		}
		args := Args{}
		for _, n := range q.ArgNames() {
			args[n] = sample(n)
		}
		steps, err := plan(ctx, d, who, q, args)
		if err != nil {
			wrong = append(wrong, err.Error()+" in "+q.String())
			continue
		}
		for _, step := range steps {
			if m := scans.FindStringSubmatch(step); m != nil && !strings.Contains(step, "USING") && scoped(m[1]) {
				wrong = append(wrong, step+" in "+q.String())
			}
		}
	}
	return wrong
}

var scans = regexp.MustCompile(`^SCAN (\w+)`)

// scoped says that a step's name is a table of somebody's rows; an alias is one letter.
func scoped(name string) bool {
	return slices.ContainsFunc(Tables(), func(t *Table) bool { return t.name == name && t.Scoped() })
}

func plan(ctx context.Context, d *DB, who Viewer, q Query, args Args) ([]string, error) {
	return Read(ctx, d, who, func(t *Tx) ([]string, error) {
		text, values, err := q.fill(t, args, With{Order: Order{columns: []string{"1"}}, Limit: 10}, every)
		if errors.Is(err, ErrDenied) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		rows, err := t.start(d.dialect.plan+text, values)
		if err != nil {
			return nil, err
		}
		defer rows.Close()
		columns, err := rows.Columns()
		if err != nil {
			return nil, err
		}
		var lines []string
		for rows.Next() {
			into := make([]any, len(columns))
			for i := range into {
				into[i] = &sql.NullString{}
			}
			if err := rows.Scan(into...); err != nil {
				return nil, err
			}
			lines = append(lines, into[len(into)-1].(*sql.NullString).String)
		}
		return lines, rows.Err()
	})
}

// Drift is how far the node's clock stands from the database's, in milliseconds.
func (d *DB) Drift(ctx context.Context) (int64, error) {
	var theirs int64
	if err := d.pool.QueryRowContext(ctx, d.dialect.clock).Scan(&theirs); err != nil {
		return 0, err
	}
	return d.now().UnixMilli() - theirs, nil
}

// Size is the database's, in bytes.
func (d *DB) Size(ctx context.Context) (n int64, err error) {
	err = d.pool.QueryRowContext(ctx, d.dialect.size).Scan(&n)
	return n, err
}

// Tidy refreshes the planner's statistics in full: with limited ones it once picked a plan 30 times slower.
func (d *DB) Tidy(ctx context.Context) error {
	if d.writer == nil {
		for _, text := range d.dialect.tidy {
			if _, err := d.pool.ExecContext(ctx, text); err != nil {
				return err
			}
		}
		return nil
	}
	return d.writer.do(ctx, func(c conn) error {
		for _, text := range d.dialect.tidy {
			if _, err := c.ExecContext(context.WithoutCancel(ctx), text); err != nil {
				return err
			}
		}
		return nil
	})
}
