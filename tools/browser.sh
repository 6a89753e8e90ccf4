#!/usr/bin/env bash
# Browser journeys on the built, embedded binary with a demo company of its own, on
# loopback. Writes how many passed and failed to $1, and to $1.why what failed, in few lines.
set -uo pipefail
cd "$(dirname "$0")/.."
count="${1:-/dev/null}"
said=$(mktemp -d)
trap 'rm -rf "$said"' EXIT
many() { grep -oE "^\s+[0-9]+ $1" "$said/out" | grep -oE '[0-9]+' || echo 0; }
if ! tools/withdemo.sh "$said/serve.log" npx playwright test --reporter=list 2>"$said/err" >"$said/out"; then
	grep -v 'held the writer' "$said/serve.log" 2>/dev/null | tail -n 10 | cut -c1-300
	[ -s "$said/out" ] || cat "$said/err"
	# the reasons come last in the reporter's words: the names of what passed may go, they may not
	sed 's/\x1b\[[0-9;]*[A-Za-z]//g' "$said/out" >"$said/plain"
	sed -n '/^  1) \[/,$p' "$said/plain" | head -150
	# and shortest of all for a log of which only the end is kept: each name with its first words of why
	[ "$count" = /dev/null ] || awk '/^  [0-9]+\) \[/ {print substr($0, 1, 160); n = 4; next} n > 0 && NF {print "     " substr($0, 1, 160); n--}' "$said/plain" | head -40 >"$count.why"
	failed=$(many failed)
	echo "$(many passed) $((failed > 0 ? failed : 1))" >"$count"
	exit 1
fi
grep -E '^\s+[0-9]+ passed|^\s+[0-9]+ (failed|flaky|skipped)' "$said/out" || true
echo "$(many passed) 0" >"$count"
