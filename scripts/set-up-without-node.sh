#!/usr/bin/env bash
# Shows that the set-up finds or installs node where PATH has none: runs need_node with a PATH that
# holds links to every command of the system but node, npm and npx.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=$(mktemp -d)
trap 'rm -rf "$bin"' EXIT
IFS=: read -ra folders <<<"$PATH"
for folder in "${folders[@]}"; do
  for command in "$folder"/*; do
    name=${command##*/}
    case "$name" in node | nodejs | npm | npx | corepack) continue ;; esac
    [ -x "$command" ] && [ ! -e "$bin/$name" ] && ln -s "$command" "$bin/$name"
  done
done
PATH="$bin" bash -c '
  set -euo pipefail
  ! command -v node >/dev/null || { echo "node is still on PATH"; exit 1; }
  . scripts/tools.sh
  need_node
  node --version
  npm --version'
