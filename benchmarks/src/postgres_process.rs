//! The order process on PostgreSQL: on one node and two, with one lane on each and several; beside it the
//! same rows written by PostgreSQL alone.

use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use postgres::{Client, NoTls};

use crate::Load;
use crate::bare_postgres;
use crate::cluster::Cluster;
use crate::disk::Syncs;
use crate::order_process::{Clock, IN_FLIGHT, Took, each, per, run};
use crate::report::{Line, Section};
use crate::spread::median;
use crate::workspace::Workspace;

/// How many nodes there are, and how many lanes each has.
const SETTINGS: [(usize, usize); 4] = [(1, 1), (1, 2), (2, 1), (2, 2)];

/// One round.
struct Round {
    orders_per_s: f64,
    bare_per_s: f64,
    /// Microseconds of processor per order: of this process, of the server for it, of the server for the
    /// bare rows.
    own_us: f64,
    server_us: f64,
    bare_us: f64,
    batches: u64,
    again: u64,
    bare_batches: usize,
    rows: f64,
    bytes: f64,
}

pub(crate) fn measure(cluster: &Cluster, load: Load) -> Result<Section> {
    let (mut syncs, folder) = (Syncs::default(), std::env::temp_dir());
    let mut rounds: Vec<Vec<Round>> = SETTINGS.iter().map(|_| Vec::new()).collect();
    for number in 0..load.rounds {
        syncs.sample(&folder, load.syncs)?;
        for (rounds, (nodes, lanes)) in rounds.iter_mut().zip(SETTINGS) {
            let name = format!("round_{number}_{nodes}_{lanes}");
            rounds.push(round(cluster, &name, nodes, lanes, load)?);
        }
    }
    let syncs = syncs.spread();
    let mut lines = vec![Line::fact(
        "fdatasync of 4 KB, p50 / p99",
        format!("{:.2} / {:.2} ms", syncs.percentile_ms(50), syncs.percentile_ms(99)),
    )];
    for (rounds, (nodes, lanes)) in rounds.iter().zip(SETTINGS) {
        lines.extend(setting(rounds, nodes, lanes)?);
    }
    let how = format!(
        "{} rounds of {} orders as above for each setting, {IN_FLIGHT} in flight over all nodes, on {}. \
         PostgreSQL alone writes the rows of the same round again into the tables as they were before it, \
         from tables beside them, one statement per table in the same batches: no row travels.",
        load.rounds,
        load.orders,
        cluster.describe()?
    );
    Ok(Section { title: "The order process on PostgreSQL", how, lines })
}

fn setting(rounds: &[Round], nodes: usize, lanes: usize) -> Result<Vec<Line>> {
    let middle = |of: fn(&Round) -> f64| median(rounds.iter().map(of).collect());
    let (orders, bare) = (middle(|round| round.orders_per_s), middle(|round| round.bare_per_s));
    let last = rounds.last().context("at least one round")?;
    let plural =
        |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    let name = format!("{}, {} on each", plural(nodes, "node"), plural(lanes, "lane"));
    let rate = format!("{orders:.0} ({})", each(rounds, |round| round.orders_per_s));
    let rate = if (nodes, lanes) == SETTINGS[0] {
        let reached = orders >= 2000.0;
        Line::judged(
            format!("{name}: orders a second, median (each round)"),
            rate,
            "at least 2,000",
            reached,
        )
    } else {
        Line::fact(format!("{name}: orders a second, median (each round)"), rate)
    };
    let cost = format!(
        "{:.0} + {:.0} / {:.0} us",
        middle(|round| round.own_us),
        middle(|round| round.server_us),
        middle(|round| round.bare_us)
    );
    Ok(vec![
        rate,
        Line::fact(
            format!("{name}: PostgreSQL alone, ratio"),
            format!("{bare:.0}, {:.2}", middle(|round| round.orders_per_s / round.bare_per_s)),
        ),
        Line::fact(format!("{name}: processor per order, ours + server / server alone"), cost),
        Line::fact(
            format!("{name}: batches of ours (run again) / alone, rows per order"),
            format!("{} ({}) / {}, {:.1}", last.batches, last.again, last.bare_batches, last.rows),
        ),
        Line::fact(
            format!("{name}: growth of the database per order, median"),
            format!("{:.0} bytes", middle(|round| round.bytes)),
        ),
    ])
}

fn round(cluster: &Cluster, name: &str, nodes: usize, lanes: usize, load: Load) -> Result<Round> {
    let orders = load.orders;
    let url = cluster.database(name)?;
    let threads = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let first = Arc::new(threads.block_on(Workspace::open_postgres(&url, lanes, load.spread))?);
    let mut workspaces = vec![Arc::clone(&first)];
    for _ in 1..nodes {
        workspaces.push(Arc::new(first.second_postgres(&url, lanes)?));
    }
    let (last, before) = (bare_postgres::last_change(&url)?, bare_postgres::size(&url)?);
    let counted = |of: fn(runtime::StatisticsNow) -> u64| -> u64 {
        workspaces.iter().map(|one| of(one.runtime.statistics())).sum()
    };
    let (batches, again) = (counted(|it| it.batches), counted(|it| it.retries));
    let (clock, server) = (Clock::start(), cluster.processor_seconds());
    threads.block_on(run(&workspaces, orders))?;
    let took = clock.stop();
    let server = cluster.processor_seconds() - server;
    let (batches, again) = (counted(|it| it.batches) - batches, counted(|it| it.retries) - again);
    for workspace in &workspaces {
        threads.block_on(workspace.runtime.shutdown());
    }
    drop((workspaces, first, threads));

    let accepted = "SELECT count(*) FROM record_order WHERE f_status = 'accepted'";
    let accepted: i64 = Client::connect(&url, NoTls)?.query_one(accepted, &[])?.get(0);
    ensure!(usize::try_from(accepted) == Ok(orders), "{accepted} of {orders} orders were accepted");
    let growth = usize::try_from(bare_postgres::size(&url)? - before).unwrap_or(0);
    let mut aside = bare_postgres::put_aside(&url, last)?;
    let (bare_clock, bare_server) = (Clock::start(), cluster.processor_seconds());
    aside.write_again()?;
    let bare = bare_clock.stop();
    let bare_server = cluster.processor_seconds() - bare_server;
    let (rows, bare_batches) = (usize::try_from(aside.rows)?, aside.batches());
    drop(aside);
    cluster.remove(name)?;
    let per_order = |seconds: f64| seconds * 1e6 / per(orders, 1);
    let rate = |took: &Took| per(orders, 1) / took.wall.as_secs_f64();
    Ok(Round {
        orders_per_s: rate(&took),
        bare_per_s: rate(&bare),
        own_us: per_order(took.cpu_s),
        server_us: per_order(server),
        bare_us: per_order(bare_server),
        batches,
        again,
        bare_batches,
        rows: per(rows, orders),
        bytes: per(growth, orders),
    })
}
