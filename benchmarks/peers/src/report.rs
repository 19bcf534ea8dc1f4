//! The page of results: every number beside its ratio to ours and what the ratio is to be.

use std::{fmt::Write as _, process::Command};

pub(crate) struct Line {
    what: String,
    engine: &'static str,
    nanos: Option<f64>,
    ratio: Option<f64>,
    target: String,
    is_reached: Option<bool>,
}

impl Line {
    /// A number; of a peer with ours and how many times ours it is to be.
    pub(crate) fn compared(what: &str, engine: &'static str, nanos: f64, wanted: Option<(f64, f64)>) -> Self {
        let ratio = wanted.map(|(ours, _)| nanos / ours);
        let target = wanted.map_or(String::new(), |(_, times)| format!("at least {times} x Rondo"));
        let is_reached = wanted.map(|(ours, times)| nanos / ours >= times);
        Self { what: what.to_owned(), engine, nanos: Some(nanos), ratio, target, is_reached }
    }

    /// A number of ours with the most it may be.
    pub(crate) fn bounded(what: &str, engine: &'static str, nanos: f64, most: f64) -> Self {
        let target = format!("below {most} ns");
        let is_reached = Some(nanos < most);
        Self { what: what.to_owned(), engine, nanos: Some(nanos), ratio: None, target, is_reached }
    }

    pub(crate) fn absent(what: &str, engine: &'static str, reason: &str) -> Self {
        let target = reason.to_owned();
        Self { what: what.to_owned(), engine, nanos: None, ratio: None, target, is_reached: None }
    }
}

pub(crate) fn table(lines: &[Line]) -> String {
    let mut text = String::from("| what | engine | ns | times Rondo | to be | |\n|---|---|---:|---:|---|---|\n");
    for Line { what, engine, nanos, ratio, target, is_reached } in lines {
        let nanos = nanos.map_or("-".to_owned(), |nanos| format!("{nanos:.0}"));
        let ratio = ratio.map_or(String::new(), |ratio| format!("{ratio:.1}"));
        let verdict = match is_reached {
            Some(true) => "reached",
            Some(false) => "**not reached**",
            None => "",
        };
        let _ = writeln!(text, "| {what} | {engine} | {nanos} | {ratio} | {target} | {verdict} |");
    }
    text
}

/// The handbook's page.
pub(crate) fn page(lines: &[Line]) -> String {
    let facts = [
        ("Date", said("date", &["-u", "+%Y-%m-%d %H:%M UTC"])),
        ("Commit", said("git", &["describe", "--always", "--dirty"])),
        ("Machine", machine()),
        ("Load average", std::fs::read_to_string("/proc/loadavg").unwrap_or_default().trim().to_owned()),
        ("Rust", said("rustc", &["--version"])),
        ("dsntk", "0.3.0, in process".to_owned()),
        ("Drools", std::env::var("PEERS_DROOLS").unwrap_or_else(|_| "not run".to_owned())),
        ("Java", std::env::var("PEERS_JAVA").unwrap_or_else(|_| "not found".to_owned())),
    ];
    let mut text = String::from(
        "# Rondo beside other decision engines\n\n\
         Written by `benchmarks/peers/run`, which fetches the peers from crates.io and PyPI; run it to see the numbers\n\
         of your machine.\n\n| where and when | |\n|---|---|\n",
    );
    for (name, value) in facts {
        let _ = writeln!(text, "| {name} | {value} |");
    }
    text += "\nNanoseconds of processor time for one evaluation: the best of five rounds after one that does not count, \
             one\nthread. All engines get the same rules and inputs, and every answer is checked. Rondo and dsntk \
             evaluate DMN\ntables that are compiled before; Rondo with one arena and without a trace. Drools runs the \
             rules as an executable\nmodel with alpha indexes in one session that is used again (insert, fire, delete), \
             its fastest form; its jars hold\nno DMN.\n\n";
    text + table(lines).as_str()
}

fn machine() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = text.lines().find_map(|line| line.strip_prefix("model name"));
    let model = model.and_then(|line| line.split_once(':')).map_or("unknown", |(_, name)| name);
    format!("{} x {}", std::thread::available_parallelism().map_or(0, std::num::NonZero::get), model.trim())
}

fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    text.ok().filter(|text| !text.is_empty()).unwrap_or_else(|| "unknown".to_owned())
}
