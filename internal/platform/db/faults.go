package db

import (
	"errors"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
)

// known2fault makes faults of the errors of either driver that a caller can act on.
func known2fault(err error) error {
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		switch lite.Code() {
		case 2067, 1555: // SQLITE_CONSTRAINT_UNIQUE, _PRIMARYKEY
			return ErrTaken.Because(err)
		}
		switch lite.Code() & 0xff {
		case 13, 10, 9, 11, 8: // FULL, IOERR, INTERRUPT, CORRUPT, READONLY
			return ErrUnavailable.Because(err)
		}
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		switch {
		case pg.Code == "23505":
			return ErrTaken.Because(err)
		case pg.Code == "40001" || pg.Code == "40P01" || pg.Code[:2] == "53" || pg.Code[:2] == "57":
			return ErrUnavailable.Because(err)
		}
	}
	return err
}

// lost says that the connection cannot go on: the whole group learns it.
func lost(err error) bool {
	var lite *sqlite.Error
	if !errors.As(err, &lite) {
		return false
	}
	switch lite.Code() & 0xff {
	case 13, 10, 9, 11, 8:
		return true
	}
	return false
}
