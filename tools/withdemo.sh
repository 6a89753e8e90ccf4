#!/usr/bin/env bash
# A demo company of its own on loopback while a command of web/ runs: withdemo.sh LOG COMMAND…
# The command finds it by BASE_URL, DEMO_LOGINS and ZHIKE_BIN; LOG gets what the server says.
set -euo pipefail
cd "$(dirname "$0")/.."
log="$1"
shift
data=$(mktemp -d)
port="${ZHIKE_TEST_PORT:-18097}"
server=
stop() { [ -n "$server" ] && kill "$server" 2>/dev/null && wait "$server" 2>/dev/null || true; rm -rf "$data"; }
trap stop EXIT
bin/zhike demo --data "$data" >/dev/null
bin/zhike serve --data "$data" --listen "127.0.0.1:$port" >"$log" 2>&1 &
server=$!
for _ in $(seq 50); do curl -sf "http://127.0.0.1:$port/readyz" >/dev/null && break; sleep 0.2; done
cd web
BASE_URL="http://127.0.0.1:$port" DEMO_LOGINS="$data/demo-logins.txt" ZHIKE_BIN="$PWD/../bin/zhike" "$@"
