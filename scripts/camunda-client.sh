#!/usr/bin/env bash
# Drives the Camunda API of the built binary with Camunda's own client, which checks every request and
# answer against its schemas. The last line counts the tests: `N passed, M failed`.
set -uo pipefail
cd "$(dirname "$0")/.."
. scripts/tools.sh
need_node

mark=tests/camunda/node_modules/.lock-sum
sum=$(cksum <tests/camunda/package-lock.json)
if [ "$(cat "$mark" 2>/dev/null)" != "$sum" ]; then
  say "installing Camunda's client"
  (cd tests/camunda && npm ci --no-audit --no-fund --loglevel=error >&2) ||
    die "npm ci failed in tests/camunda: see above"
  printf '%s' "$sum" >"$mark"
fi

log="$TOOLS/camunda-client.tap"
(cd tests/camunda && npm run --silent test) | tee "$log"
status=${PIPESTATUS[0]}
count() { grep -oE "^# $1 [0-9]+" "$log" | tail -n 1 | grep -oE '[0-9]+$'; }
passed=$(count pass) failed=$(($(count fail) + $(count cancelled)))
[ "$status" = 0 ] || [ "$failed" != 0 ] || failed=1
printf '%d passed, %d failed\n' "${passed:-0}" "$failed"
[ "$failed" = 0 ]
