//! Rondo beside other engines: the same tables and expressions, the same inputs, in the same run, in time of the
//! processor and not of the clock. Every answer is checked against the one that the rules were made from, so an engine
//! that is fast and wrong stops the run. Not a general benchmark of those engines: `./bench` measures Rondo itself.

mod drools;
mod dsntk;
mod ours;
mod report;
mod table;

use std::{path::PathBuf, process::ExitCode};

use cpu_time::ThreadTime;

use crate::{report::Line, table::Table};

/// The expression whose reading is measured: a comparison, a conjunction, a path and some arithmetic.
pub(crate) const TYPICAL: &str =
    r#"if amount > 1000 and customer.tier = "gold" then amount * 0.9 else amount + 4.5"#;
/// The expression over a hundred contexts.
pub(crate) const FILTERED: &str = "sum(items[qty > 5].price)";

fn main() -> ExitCode {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [page, scratch, rest @ ..] = &*arguments else {
        eprintln!("usage: peers PAGE SCRATCH [DROOLS_CLASS_PATH]");
        return ExitCode::FAILURE;
    };
    let drools = rest.first();
    let mut lines = Vec::new();
    for (table, times_dsntk, times_drools) in [(Table::small(), 20.0, 1.0), (Table::large(), 500.0, 10.0)] {
        let ours = ours::table(&table);
        let dsntk = dsntk::table(&table);
        let name = format!("table of {} rules", table.rules.len());
        lines.push(Line::compared(&name, "Rondo", ours, None));
        lines.push(Line::compared(&name, "dsntk", dsntk, Some((ours, times_dsntk))));
        match drools.map(|classes| drools::table(&table, classes, scratch)) {
            Some(Ok(nanos)) => {
                lines.push(Line::compared(&name, "Drools, one session", nanos, Some((ours, times_drools))));
            }
            Some(Err(error)) => {
                eprintln!("Drools: {error}");
                return ExitCode::FAILURE;
            }
            None => lines.push(Line::absent(&name, "Drools, one session", "no Java here")),
        }
    }
    let ours = ours::filter();
    lines.push(Line::compared("filter and sum of 100 contexts", "Rondo", ours, None));
    lines.push(Line::compared("filter and sum of 100 contexts", "dsntk", dsntk::filter(), Some((ours, 50.0))));
    let ours = ours::read();
    lines.push(Line::bounded("reading and compiling an expression", "Rondo", ours, 5_000.0));
    lines.push(Line::compared("reading and compiling an expression", "dsntk", dsntk::read(), Some((ours, 1.0))));
    if let Err(error) = std::fs::write(page, report::page(&lines)) {
        eprintln!("`{}` cannot be written: {error}", page.display());
        return ExitCode::FAILURE;
    }
    println!("{}", report::table(&lines));
    ExitCode::SUCCESS
}

/// Nanoseconds of this thread's processor time for one call: the best of five rounds of half a second, after one that
/// does not count. `run` makes so many calls as it says. The clock is read after a thousand calls at the earliest, as
/// in the Java program: reading it costs as much as a call.
pub(crate) fn nanos(mut run: impl FnMut() -> u32) -> f64 {
    let mut round = || {
        let start = ThreadTime::now();
        let mut calls = 0_u64;
        while start.elapsed().as_millis() < 500 {
            let until = calls + 1000;
            while calls < until {
                calls += u64::from(run());
            }
        }
        start.elapsed().as_secs_f64() * 1e9 / calls as f64
    };
    round();
    (0..5).map(|_| round()).fold(f64::INFINITY, f64::min)
}
