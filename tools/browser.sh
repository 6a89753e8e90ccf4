#!/usr/bin/env bash
# Browser journeys on the built, embedded binary with a demo company of its own, on
# loopback. Writes how many passed to $1.
set -euo pipefail
cd "$(dirname "$0")/.."
count="${1:-/dev/null}"
data=$(mktemp -d)
port="${ZHIKE_TEST_PORT:-18097}"
server=
stop() { [ -n "$server" ] && kill "$server" 2>/dev/null && wait "$server" 2>/dev/null || true; rm -rf "$data"; }
trap stop EXIT
bin/zhike demo --data "$data" >/dev/null
bin/zhike serve --data "$data" --listen "127.0.0.1:$port" >"$data/serve.log" 2>&1 &
server=$!
for _ in $(seq 50); do curl -sf "http://127.0.0.1:$port/readyz" >/dev/null && break; sleep 0.2; done
cd web
BASE_URL="http://127.0.0.1:$port" DEMO_LOGINS="$data/demo-logins.txt" ZHIKE_BIN="$PWD/../bin/zhike" \
	npx playwright test --reporter=list 2>"$data/err" >"$data/out" || { cat "$data/out" "$data/err" "$data/serve.log" | head -200; echo 0 >"$count"; exit 1; }
grep -E '^\s+[0-9]+ passed|^\s+[0-9]+ (failed|flaky|skipped)' "$data/out" || true
grep -oE '^\s+[0-9]+ passed' "$data/out" | grep -oE '[0-9]+' >"$count" || echo 0 >"$count"
