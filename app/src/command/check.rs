//! `rondo check`: whether everything in the database agrees with everything else. It reads one moment of it,
//! while servers work with it, and changes nothing.

use std::process::ExitCode;

use anyhow::Result;
use store::check::{self, Inspect, Report};
use store::{postgres, sqlite};

use crate::cli::Check;
use crate::patience::await_database;
use crate::progress::ProgressLine;
use crate::say;

pub(crate) fn check(options: &Check) -> Result<ExitCode> {
    await_database(&options.data)?;
    let report = match &options.data.database {
        Some(url) => look(&postgres::Reader::beside(url)?.snapshot()?)?,
        None => look(&sqlite::Reader::beside(&options.data.data)?.snapshot()?)?,
    };
    if options.json {
        say::line(serde_json::to_string_pretty(&report)?);
    } else {
        tell(&report);
    }
    Ok(if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn look(read: &dyn Inspect) -> Result<Report> {
    let total: u64 = read
        .definition_counts()?
        .iter()
        .map(|count| count.active + count.completed + count.terminated)
        .sum();
    let mut line = ProgressLine::on_terminal();
    let report = check::check(read, &mut |instances| line.show(instances, total, "instances"));
    line.clear();
    Ok(report?)
}

fn tell(report: &Report) {
    for finding in &report.findings {
        say::line(format!("{}: {}: {}", finding.rule, finding.place, finding.what));
    }
    let shown = report.findings.len();
    if report.found > shown as u64 {
        say::line(format!(".. and {} more", report.found - shown as u64));
    }
    let seen = format!(
        "{} instances replayed, {} totals added up, {} statements asked over whole tables",
        report.instances, report.totals, report.statements
    );
    match report.found {
        0 => say::line(format!("nothing is wrong: {seen}")),
        1 => say::line(format!("1 finding: {seen}")),
        found => say::line(format!("{found} findings: {seen}")),
    }
}
