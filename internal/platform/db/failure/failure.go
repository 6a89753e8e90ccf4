// Package failure makes faults of what the drivers of either database say, where a caller can act on it.
package failure

import (
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"

	"zhike/internal/platform/fault"
)

var (
	// Taken is a unique value that another row has.
	Taken = fault.New(fault.Conflict, "duplicate_same")
	// Unavailable is a database that does not answer now, and will.
	Unavailable = fault.New(fault.Unavailable, "unavailable").After(time.Second)
)

// Of is err as a fault, or err.
func Of(err error) error {
	if err == nil {
		return nil
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		switch lite.Code() {
		case 2067, 1555: // SQLITE_CONSTRAINT_UNIQUE, _PRIMARYKEY
			return Taken.Because(err)
		}
		if Lost(err) {
			return Unavailable.Because(err)
		}
		return err
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		switch {
		case pg.Code == "23505":
			return Taken.Because(err)
		case pg.Code == "40001" || pg.Code == "40P01" || pg.Code == "25P03" || pg.Code == "55P03" || len(pg.Code) == 5 && (pg.Code[:2] == "53" || pg.Code[:2] == "57" || pg.Code[:2] == "08"):
			return Unavailable.Because(err)
		}
		return err
	}
	if gone(err) {
		return Unavailable.Because(err)
	}
	return err
}

// gone says that the line to PostgreSQL broke, or could not be made: it stopped, or starts anew.
func gone(err error) bool {
	var line *net.OpError
	var refused *pgconn.ConnectError
	return errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) ||
		errors.As(err, &line) || errors.As(err, &refused) || err.Error() == "conn closed"
}

// Lost says that SQLite's connection cannot go on: the whole group learns it.
func Lost(err error) bool {
	var lite *sqlite.Error
	if !errors.As(err, &lite) {
		return false
	}
	switch lite.Code() & 0xff {
	case 13, 10, 9, 11, 8: // FULL, IOERR, INTERRUPT, CORRUPT, READONLY
		return true
	}
	return false
}
