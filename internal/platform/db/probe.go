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

// Plan is how the database means to answer q, one step a line.
func Plan(ctx context.Context, d *DB, who Viewer, q Query, args Args, w With) (string, error) {
	return Read(ctx, d, who, func(t *Tx) (string, error) {
		text, values, err := q.fill(t, args, w, every)
		if err != nil {
			return "", err
		}
		rows, err := t.start(d.dialect.plan+text, values)
		if err != nil {
			return "", err
		}
		defer rows.Close()
		columns, err := rows.Columns()
		if err != nil {
			return "", err
		}
		var lines []string
		for rows.Next() {
			into := make([]any, len(columns))
			for i := range into {
				into[i] = &sql.NullString{}
			}
			if err := rows.Scan(into...); err != nil {
				return "", err
			}
			lines = append(lines, into[len(into)-1].(*sql.NullString).String)
		}
		return strings.Join(lines, "\n"), rows.Err()
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
