#!/usr/bin/env bash
# The manual's pictures: a demo company of its own on loopback, looked at page by page, into
# docs/manual/pictures. ONLY=name takes one.
set -euo pipefail
cd "$(dirname "$0")/.."
data=$(mktemp -d)
port="${ZHIKE_SHOTS_PORT:-18096}"
server=
stop() { [ -n "$server" ] && kill "$server" 2>/dev/null && wait "$server" 2>/dev/null || true; rm -rf "$data"; }
trap stop EXIT
bin/zhike demo --data "$data" >/dev/null
bin/zhike serve --data "$data" --listen "127.0.0.1:$port" >"$data/serve.log" 2>&1 &
server=$!
for _ in $(seq 50); do curl -sf "http://127.0.0.1:$port/readyz" >/dev/null && break; sleep 0.2; done
mkdir -p docs/manual/pictures
cd web
BASE_URL="http://127.0.0.1:$port" DEMO_LOGINS="$data/demo-logins.txt" node shots.mjs ../docs/manual/pictures
