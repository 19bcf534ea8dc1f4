//! Measures Rondo on this machine: how many orders a second the process carries, against what the
//! database alone would carry; how long a request takes; how soon it starts and how little it needs;
//! how long a decision takes.
//! `./bench` runs it in release mode and writes the handbook's page; `--quick` only shows that every
//! measurement still runs.

mod bare;
mod bare_postgres;
mod cluster;
mod decisions;
mod disk;
mod import;
mod machine;
mod order_process;
mod postgres_process;
mod report;
mod requests;
mod spread;
mod workspace;

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::cluster::Cluster;
use crate::report::Report;

/// As the product allocates.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How much is measured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Load {
    /// How often the process runs, each time on a new database and beside the bare writes.
    pub(crate) rounds: usize,
    /// Orders in each round.
    pub(crate) orders: usize,
    /// How many accounts, and how many products, the orders are spread over.
    pub(crate) spread: usize,
    /// Requests, one after the other.
    pub(crate) requests: usize,
    /// Syncs that tell how fast the disk is.
    pub(crate) syncs: usize,
}

const FULL: Load = Load { rounds: 5, orders: 10_000, spread: 200, requests: 2_000, syncs: 500 };
const QUICK: Load = Load { rounds: 1, orders: 50, spread: 10, requests: 20, syncs: 10 };

/// Which measurements run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    All,
    OrderProcess,
    Postgres,
    Import,
    Requests,
    Decisions,
}

fn main() -> Result<()> {
    let (mut load, mut part, mut page) = (FULL, Part::All, None);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--quick" => load = QUICK,
            "--rounds" => {
                load.rounds = arguments.next().context("--rounds NUMBER")?.parse()?;
            }
            "--only" => part = part_named(arguments.next().as_deref())?,
            "--write" => page = Some(PathBuf::from(arguments.next().context("--write FILE")?)),
            other => bail!(
                "`{other}` is not known; say --quick, --rounds NUMBER, --only PART, --write FILE"
            ),
        }
    }
    let mut report = Report::new(machine::describe());
    let is_wanted = |one: Part| part == Part::All || part == one;
    if is_wanted(Part::OrderProcess) {
        report.add(order_process::measure(load)?);
    }
    if is_wanted(Part::Postgres) || is_wanted(Part::Import) {
        let cluster = Cluster::start()?;
        if is_wanted(Part::Postgres) {
            report.add(postgres_process::measure(&cluster, load)?);
        }
        if is_wanted(Part::Import) {
            report.add(import::measure(&cluster, load)?);
        }
    }
    if is_wanted(Part::Requests) {
        report.add(requests::measure(load)?);
    }
    if is_wanted(Part::Decisions) {
        report.add(decisions::measure(load)?);
    }
    let text = report.to_markdown();
    writeln!(std::io::stdout(), "{text}")?;
    if let Some(page) = page {
        std::fs::write(&page, text).with_context(|| format!("cannot write {}", page.display()))?;
    }
    Ok(())
}

fn part_named(name: Option<&str>) -> Result<Part> {
    match name {
        Some("orders") => Ok(Part::OrderProcess),
        Some("postgres") => Ok(Part::Postgres),
        Some("import") => Ok(Part::Import),
        Some("requests") => Ok(Part::Requests),
        Some("decisions") => Ok(Part::Decisions),
        _ => bail!("--only takes `orders`, `postgres`, `import`, `requests` or `decisions`"),
    }
}
