//! The cluster that tests share. cargo-nextest starts one for a whole run and names it in
//! `RONDO_TEST_POSTGRES` (`.config/nextest.toml`); without it, each test process starts its own. Whoever has a
//! server of their own may name it in the same way: tests make schemas in its database and remove them.

use std::process::Command;
use std::sync::LazyLock;

/// The address of a database in which tests may make schemas.
pub(crate) fn url() -> &'static str {
    static URL: LazyLock<String> =
        LazyLock::new(|| std::env::var("RONDO_TEST_POSTGRES").unwrap_or_else(|_| start()));
    &URL
}

/// Starts a cluster that goes away with this process, however it ends.
pub(crate) fn start() -> String {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/postgres/cluster.sh");
    let started = Command::new(script)
        .arg(std::process::id().to_string())
        .env_remove("NEXTEST_ENV")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&started.stdout);
    let url = said.lines().last().filter(|_| started.status.success());
    let why = String::from_utf8_lossy(&started.stderr);
    url.unwrap_or_else(|| panic!("no PostgreSQL to test with: {why}")).to_owned()
}
