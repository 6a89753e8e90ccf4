#!/usr/bin/env bash
# An S3 of the tests' own: versitygw over a folder that goes with it, on loopback. `start` prints
# three NAME=value lines for the environment, or nothing where it is not to be had.
set -euo pipefail
version=v1.8.0
dir="${ZHIKE_S3_DIR:-${TMPDIR:-/tmp}/zhike-test-s3}"
port="${ZHIKE_S3_PORT:-54391}"
cache="${XDG_CACHE_HOME:-$HOME/.cache}/zhike-tools/versitygw-$version"
keys=(ROOT_ACCESS_KEY=zhike-test ROOT_SECRET_KEY=zhike-test-secret)

case "${1:-}" in
start)
	[ -x "$cache/versitygw" ] || GOBIN="$cache" GOFLAGS= go install "github.com/versity/versitygw/cmd/versitygw@$version" >/dev/null 2>&1 || exit 0
	"$0" stop
	mkdir -p "$dir/root/zhike-test" "$dir/side"
	env "${keys[@]}" "$cache/versitygw" --port "127.0.0.1:$port" --quiet posix --sidecar "$dir/side" "$dir/root" >"$dir/log" 2>&1 &
	echo $! >"$dir/pid"
	for _ in $(seq 100); do
		(exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break
		sleep 0.1
	done
	kill -0 "$(cat "$dir/pid")" 2>/dev/null || exit 0
	echo "ZHIKE_TEST_S3=s3://zhike-test?region=us-east-1&endpoint=http://127.0.0.1:$port"
	echo "AWS_ACCESS_KEY_ID=zhike-test"
	echo "AWS_SECRET_ACCESS_KEY=zhike-test-secret"
	;;
stop)
	[ -f "$dir/pid" ] && kill "$(cat "$dir/pid")" 2>/dev/null || true
	rm -rf "$dir"
	;;
*)
	echo "usage: $0 start|stop" >&2
	exit 2
	;;
esac
