#!/usr/bin/env bash
# Runs the browser tests in tests/browser against the built binary, in Debian's Chromium. Arguments go to
# Playwright: scripts/browser.sh order.spec.ts
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/tools.sh
need_node
need_debian chromium chromium fonts-noto-cjk fonts-liberation
need_packages tests/browser
RONDO_CHROMIUM=$(command -v chromium)
export RONDO_CHROMIUM
cd tests/browser
exec npx --no-install playwright test "$@"
