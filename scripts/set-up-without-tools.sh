#!/usr/bin/env bash
# Shows what the set-up does on a machine that lacks something: node is found or installed where PATH has none or an old one, and a
# missing cargo is said in one line. PATH is a folder of links to every command of the system but those that are left out.
set -euo pipefail
cd "$(dirname "$0")/.."
bins=$(mktemp -d)
trap 'rm -rf "$bins"' EXIT

# links NAME COMMAND..: such a folder without the commands.
links() {
  local bin="$bins/$1" folder command name folders
  shift
  mkdir "$bin"
  IFS=: read -ra folders <<<"$PATH"
  for folder in "${folders[@]}"; do
    for command in "$folder"/*; do
      name=${command##*/}
      case " $* " in *" $name "*) continue ;; esac
      if [ -x "$command" ] && [ ! -e "$bin/$name" ]; then ln -s "$command" "$bin/$name"; fi
    done
  done
}

# A path by which node is new enough afterwards.
installs_node() {
  PATH="$1" bash -c '
    set -euo pipefail
    . scripts/tools.sh
    ! node_is_new || { echo "a new node is still on PATH"; exit 1; }
    need_node
    node_is_new
    node --version'
}

links none node nodejs npm npx corepack
installs_node "$bins/none"

links old node nodejs npm npx corepack
printf '#!/bin/sh\n[ "$1" = --version ] && echo v18.20.0 || exit 1\n' >"$bins/old/node"
printf '#!/bin/sh\nexit 1\n' >"$bins/old/npm"
chmod +x "$bins/old/node" "$bins/old/npm"
installs_node "$bins/old"

links cargoless cargo rustc rustup
if said=$(HOME=/nowhere PATH="$bins/cargoless" bash -c '. scripts/tools.sh; need_cargo' 2>&1); then
  echo "cargo is still found"
  exit 1
fi
[ "$said" = "cargo is missing: install Rust with rustup (https://rustup.rs), then run this again" ] || { echo "$said"; exit 1; }
