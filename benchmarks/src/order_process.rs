//! The order process in process: many orders in flight, so that batches fill, each one durable before
//! it is answered. Beside it, in turns, the same rows written by SQLite alone.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use rusqlite::Connection;
use served::Folder;

use crate::Load;
use crate::bare::{self, Written};
use crate::disk::Syncs;
use crate::machine::processor_seconds;
use crate::report::{Line, Section};
use crate::spread::median;
use crate::workspace::Workspace;

/// Orders that wait for their answer at any moment: two full batches.
pub(crate) const IN_FLIGHT: usize = 1_000;

/// One round.
struct Round {
    orders_per_s: f64,
    bare_per_s: f64,
    /// Microseconds of processor per order: of all threads, the caller's among them.
    order_cpu_us: f64,
    bare_cpu_us: f64,
    batches: u64,
    written: Written,
    bytes: f64,
}

/// Time on the clock and on the processors.
pub(crate) struct Took {
    pub(crate) wall: Duration,
    pub(crate) cpu_s: f64,
}

pub(crate) fn measure(load: Load) -> Result<Section> {
    let folder = Folder::new();
    let (mut syncs, mut rounds) = (Syncs::default(), Vec::new());
    for number in 0..load.rounds {
        syncs.sample(folder.path(), load.syncs)?;
        rounds.push(round(&folder.path().join(format!("round-{number}")), load)?);
    }
    let syncs = syncs.spread();
    let middle = |of: fn(&Round) -> f64| median(rounds.iter().map(of).collect());
    let orders = middle(|round| round.orders_per_s);
    let ratio = middle(|round| round.orders_per_s / round.bare_per_s);
    let last = rounds.last().context("at least one round")?;
    let lines = vec![
        Line::fact(
            "fdatasync of 4 KB, p50 / p99",
            format!("{:.2} / {:.2} ms", syncs.percentile_ms(50), syncs.percentile_ms(99)),
        ),
        Line::judged(
            "orders a second, median",
            format!("{orders:.0}"),
            "at least 5,000",
            orders >= 5000.0,
        ),
        Line::fact("orders a second, each round", each(&rounds, |round| round.orders_per_s)),
        Line::fact("the same rows by SQLite alone, each round", each(&rounds, |it| it.bare_per_s)),
        Line::judged(
            "ratio of the two, median",
            format!("{ratio:.2}"),
            "at least 0.3",
            ratio >= 0.3,
        ),
        Line::fact(
            "processor per order, all threads / SQLite alone",
            format!(
                "{:.0} / {:.0} us",
                middle(|round| round.order_cpu_us),
                middle(|round| round.bare_cpu_us)
            ),
        ),
        Line::fact("rows written per order", format!("{:.1}", per(last.written.rows, load.orders))),
        Line::fact("of these", last.written.tell(load.orders)),
        Line::fact("growth of the database per order", format!("{:.0} bytes", last.bytes)),
        Line::fact(
            "batches in a round, as committed / as written by SQLite alone",
            format!("{} / {}", last.batches, last.written.batches),
        ),
    ];
    let how = format!(
        "{} rounds of {} orders with two lines each, {IN_FLIGHT} in flight, on SQLite with \
         `synchronous=FULL`: validated, stored, priced, checked by two decision tables, stock \
         reserved, confirmation queued, every step in the history. SQLite alone writes the rows of \
         the same round into a copy of the database from before it, with prepared statements and in \
         the same batches.",
        load.rounds, load.orders
    );
    Ok(Section { title: "The order process", how, lines })
}

/// A number of each round.
pub(crate) fn each<R>(rounds: &[R], of: fn(&R) -> f64) -> String {
    rounds.iter().map(|round| format!("{:.0}", of(round))).collect::<Vec<_>>().join(", ")
}

/// A count per order.
pub(crate) fn per(count: usize, orders: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "counts of a benchmark are far below 2^52")]
    let ratio = count as f64 / orders.max(1) as f64;
    ratio
}

fn round(folder: &Path, load: Load) -> Result<Round> {
    let orders = load.orders;
    let threads = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let workspace = Arc::new(threads.block_on(Workspace::open(folder, load.spread))?);
    let copy = folder.join("before.db");
    let before = bare::copy(&workspace.file, &copy)?;
    let batches = workspace.runtime.statistics().batches;
    let clock = Clock::start();
    threads.block_on(run(&[Arc::clone(&workspace)], orders))?;
    let took = clock.stop();
    let batches = workspace.runtime.statistics().batches - batches;
    threads.block_on(workspace.runtime.shutdown());

    let finished = Connection::open(&workspace.file)?;
    let accepted: i64 = finished.query_row(
        "SELECT count(*) FROM record_order WHERE f_status = 'accepted'",
        [],
        |row| row.get(0),
    )?;
    ensure!(usize::try_from(accepted) == Ok(orders), "{accepted} of {orders} orders were accepted");
    let written = bare::read_back(&finished, &before)?;
    let growth = usize::try_from(bare::size(&finished)? - before.bytes).unwrap_or(0);
    let alone = written.write_again(&copy)?;
    std::fs::remove_dir_all(folder)?;
    let rate = |took: &Took| per(orders, 1) / took.wall.as_secs_f64();
    let cpu = |took: &Took| took.cpu_s * 1e6 / per(orders, 1);
    Ok(Round {
        orders_per_s: rate(&took),
        bare_per_s: rate(&alone),
        order_cpu_us: cpu(&took),
        bare_cpu_us: cpu(&alone),
        batches,
        written,
        bytes: per(growth, orders),
    })
}

/// Submits all orders to the nodes in turns and waits until the last one is answered.
pub(crate) async fn run(nodes: &[Arc<Workspace>], orders: usize) -> Result<()> {
    let next = Arc::new(AtomicUsize::new(0));
    let mut clients = tokio::task::JoinSet::new();
    for (_, workspace) in (0..IN_FLIGHT.min(orders)).zip(nodes.iter().cycle()) {
        let (workspace, next) = (Arc::clone(workspace), Arc::clone(&next));
        clients.spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= orders {
                    return anyhow::Ok(());
                }
                workspace.submit(number).await?;
            }
        });
    }
    while let Some(ended) = clients.join_next().await {
        ended??;
    }
    Ok(())
}

/// Measures what passes between start and stop.
pub(crate) struct Clock {
    begun: Instant,
    cpu_s: f64,
}

impl Clock {
    pub(crate) fn start() -> Self {
        Self { begun: Instant::now(), cpu_s: processor_seconds() }
    }

    pub(crate) fn stop(self) -> Took {
        Took { wall: self.begun.elapsed(), cpu_s: processor_seconds() - self.cpu_s }
    }
}

impl Written {
    /// Writes the rows into the copy of the database from before the round.
    fn write_again(&self, copy: &Path) -> Result<Took> {
        let mut connection = bare::open(copy)?;
        let clock = Clock::start();
        self.write(&mut connection)?;
        Ok(clock.stop())
    }

    fn tell(&self, orders: usize) -> String {
        let tables = self.tables.iter();
        tables
            .map(|(table, rows)| format!("{table} {:.1}", per(*rows, orders)))
            .collect::<Vec<_>>()
            .join(", ")
    }
}
