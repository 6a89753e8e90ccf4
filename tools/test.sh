#!/usr/bin/env bash
# Every test: Go on both databases, the interface's units, browser journeys on the built
# binary. Ends with what ran and what was left out, and why.
set -uo pipefail
cd "$(dirname "$0")/.."
fail=0
left=()
out=$(mktemp -d)
trap 'tools/postgres.sh stop; tools/versity.sh stop; rm -rf "$out"' EXIT

while read -r word; do left+=("$word"); done < <(tools/need.sh)

echo "== vet and format"
unformatted=$(gofmt -l $(git ls-files '*.go'))
[ -z "$unformatted" ] || { echo "not gofmt'd: $unformatted"; fail=1; }
go vet ./... || fail=1

echo "== go"
ZHIKE_TEST_POSTGRES=$(tools/postgres.sh start)
export ZHIKE_TEST_POSTGRES
[ -n "$ZHIKE_TEST_POSTGRES" ] || left+=("tests on PostgreSQL")
while IFS= read -r word; do export "${word?}"; done < <(tools/versity.sh start)
[ -n "${ZHIKE_TEST_S3:-}" ] || left+=("tests on S3")
tools/gotest.sh 2>&1 | go run ./tools/count "$out/go" || fail=1
read -r passed failed sqlite postgresql <"$out/go" 2>/dev/null || { passed=0 failed=1 sqlite=0 postgresql=0; }

echo "== interface"
(cd web && npm run --silent typecheck && npm run --silent lint && npm test --silent) || { fail=1; failed=$((failed + 1)); }

echo "== browser"
browser=0
if command -v chromium >/dev/null; then
	tools/browser.sh "$out/browser" || fail=1
	read -r browser wrong <"$out/browser" 2>/dev/null || { browser=0 wrong=1 fail=1; }
	failed=$((failed + wrong))
else
	left+=("browser journeys")
fi

IFS=', '
echo "ran: sqlite $sqlite · postgresql $postgresql · browser $browser · left out: ${left[*]:-nothing}"
[ -s "$out/browser.why" ] && cat "$out/browser.why"
echo "$((passed + browser)) passed, $failed failed"
exit $fail
