#!/usr/bin/env bash
# Go's tests, told as `go test -json` tells them. The tests of internal/app are most of the
# work and each waits for its database much of the time: its binary runs as several
# processes, as many at once as there are cores, the longest tests first.
set -uo pipefail
cd "$(dirname "$0")/.."
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
app=zhike/internal/app
go test -json -timeout 20m $(go list ./... | grep -v "^$app\$")
go test -c -o "$out/app.test" ./internal/app || { echo "{\"Action\":\"fail\",\"Package\":\"$app\"}"; exit 1; }
cd internal/app
first='^(TestSumsAreTheRows|TestBlind|TestAlertsOfSixtyDays|TestMatrix|TestOrderSheetsUndone|TestPostgresRestoreIsKilled|TestArchivedIsReadOnly|TestKeysServeOnce)$'
"$out/app.test" -test.list . >"$out/all"
{ grep -E "$first" "$out/all"; grep -vE "$first" "$out/all" | paste -d'|' - - - - - - - - | sed 's/|*$//'; } >"$out/parts"
export out app
nl -w1 -s' ' "$out/parts" | xargs -P "$(nproc)" -L1 bash -c '
	go tool test2json -t -p "$app" "$out/app.test" -test.v=test2json -test.timeout 20m -test.run "^($1)\$" >"$out/$0.json" 2>&1'
cat "$out"/*.json
