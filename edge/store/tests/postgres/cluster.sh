#!/usr/bin/env bash
# Starts a private PostgreSQL cluster for tests and prints its address, `postgres://..`. The cluster has a
# folder, a socket and a loopback port of its own, keeps every durability setting on, and goes away with the
# process whose id is given, however that ends.
#
# cluster.sh PID      as the last line of the output
# cluster.sh          as a set-up script of cargo-nextest: for the whole run, in RONDO_TEST_POSTGRES
set -euo pipefail

owner=${1:-$PPID}

bin=$(ls -d /usr/lib/postgresql/*/bin /usr/local/pgsql/bin 2>/dev/null | sort -V | tail -n 1 || true)
if [ -z "$bin" ] && command -v initdb >/dev/null; then bin=$(dirname "$(command -v initdb)"); fi
if [ ! -x "$bin/initdb" ]; then
  echo "PostgreSQL is not installed: \`apt-get install postgresql\` puts initdb under /usr/lib/postgresql" >&2
  exit 1
fi

folder=$(mktemp -d "${TMPDIR:-/tmp}/rondo-postgres.XXXXXX")
# The server refuses to run as root.
as_server() { "$@"; }
if [ "$(id -u)" = 0 ]; then
  chown postgres: "$folder"
  as_server() { runuser -u postgres -- "$@"; }
fi
cd "$folder"

remove() {
  as_server "$bin/pg_ctl" --pgdata "$folder/data" --mode immediate stop >/dev/null 2>&1 || true
  rm -rf "$folder"
}
trap 'remove' ERR INT TERM

as_server "$bin/initdb" --pgdata "$folder/data" --username rondo --auth trust --encoding UTF8 \
  --locale C.UTF-8 --no-sync >"$folder/log" 2>&1 || { cat "$folder/log" >&2; false; }

# A port that is taken by the time the server asks for it is replaced by another.
for _ in 1 2 3 4 5 6 7 8 9 10; do
  port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
  if as_server "$bin/pg_ctl" --pgdata "$folder/data" --log "$folder/server.log" --wait start --options \
    "-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories=$folder -c max_connections=200 -c shared_buffers=64MB" \
    >"$folder/log" 2>&1; then
    started=yes
    break
  fi
done
if [ "${started:-no}" = no ]; then
  cat "$folder/log" "$folder/server.log" >&2
  remove
  exit 1
fi

# The watcher outlives this script; it must not hold the output open that somebody waits for.
export -f remove as_server
export folder bin
setsid bash -c "while kill -0 $owner 2>/dev/null; do sleep 0.5; done; remove" \
  </dev/null >/dev/null 2>&1 &
disown

url="postgres://rondo@127.0.0.1:$port/postgres"
if [ -n "${NEXTEST_ENV:-}" ]; then echo "RONDO_TEST_POSTGRES=$url" >>"$NEXTEST_ENV"; fi
echo "$url"
