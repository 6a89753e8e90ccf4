#!/usr/bin/env bash
# A PostgreSQL of the tests' own: loopback only, fsync off, data in a folder that goes
# with it. `start` prints the address for ZHIKE_TEST_POSTGRES, or nothing where no
# PostgreSQL is to be had. It never runs as root.
set -euo pipefail
dir="${ZHIKE_PG_DIR:-${TMPDIR:-/tmp}/zhike-test-postgres}"
port="${ZHIKE_PG_PORT:-54329}"

bin() { ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1; }
as() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }

case "${1:-}" in
start)
	b=$(bin) || true
	[ -n "$b" ] && [ -x "$b/initdb" ] || exit 0
	if [ "$(id -u)" = 0 ] && ! id postgres >/dev/null 2>&1; then exit 0; fi
	"$0" stop >/dev/null 2>&1 || true
	rm -rf "$dir" && mkdir -p "$dir"
	[ "$(id -u)" = 0 ] && chown postgres "$dir"
	(
		cd "$dir"
		as "$b/initdb" -D "$dir/data" -U zhike -A trust -E UTF8 --locale=C.UTF-8 >/dev/null 2>"$dir/initdb.log"
		echo "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$dir -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=200 -c shared_buffers=${ZHIKE_PG_BUFFERS:-256MB}" >"$dir/options"
		as "$b/pg_ctl" -D "$dir/data" -w -l "$dir/log" -o "$(cat "$dir/options")" start >/dev/null
	)
	echo "postgres://zhike@127.0.0.1:$port/postgres?sslmode=disable"
	;;
stop)
	b=$(bin) || true
	[ -n "$b" ] && [ -d "$dir/data" ] && (cd "$dir" && as "$b/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null 2>&1) || true
	rm -rf "$dir"
	;;
halt | again) # stop it as an operator would, and start it on the same data
	b=$(bin)
	if [ "$1" = halt ]; then
		(cd "$dir" && as "$b/pg_ctl" -D "$dir/data" -m fast stop >/dev/null)
	else
		(cd "$dir" && as "$b/pg_ctl" -D "$dir/data" -w -l "$dir/log" -o "$(cat "$dir/options")" start >/dev/null)
	fi
	;;
*)
	echo "usage: $0 start|stop|halt|again" >&2
	exit 2
	;;
esac
