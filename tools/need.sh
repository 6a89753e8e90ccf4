#!/usr/bin/env bash
# Installs what the tests need where it may (root on Debian), and prints what is missing
# where it may not: one word a line.
set -uo pipefail
missing=()
command -v chromium >/dev/null || missing+=(chromium)
fc-list :lang=zh 2>/dev/null | grep -q . || missing+=(fonts-noto-cjk)
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing+=(postgresql)
if [ ${#missing[@]} -gt 0 ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	echo "installing ${missing[*]}" >&2
	export DEBIAN_FRONTEND=noninteractive
	log=$(mktemp)
	{ apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}" fontconfig; } >"$log" 2>&1 || tail -5 "$log" >&2
	rm -f "$log"
fi
command -v chromium >/dev/null || echo chromium
fc-list :lang=zh 2>/dev/null | grep -q . || echo fonts
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || echo postgresql
exit 0
