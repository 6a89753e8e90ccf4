#!/usr/bin/env bash
# Browser journeys on the built, embedded binary with a demo company of its own, on
# loopback. Writes how many passed to $1.
set -uo pipefail
cd "$(dirname "$0")/.."
count="${1:-/dev/null}"
said=$(mktemp -d)
trap 'rm -rf "$said"' EXIT
if ! tools/withdemo.sh "$said/serve.log" npx playwright test --reporter=list 2>"$said/err" >"$said/out"; then
	# the reasons come last in the reporter's words: the names of what passed may go, they may not
	grep -E '✘|flaky' "$said/out" | head -40
	sed -n '/^  1) \[/,$p' "$said/out" | head -150
	[ -s "$said/out" ] || cat "$said/err"
	tail -n 20 "$said/serve.log" 2>/dev/null
	echo 0 >"$count"
	exit 1
fi
grep -E '^\s+[0-9]+ passed|^\s+[0-9]+ (failed|flaky|skipped)' "$said/out" || true
grep -oE '^\s+[0-9]+ passed' "$said/out" | grep -oE '[0-9]+' >"$count" || echo 0 >"$count"
