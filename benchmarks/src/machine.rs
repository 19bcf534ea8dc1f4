//! On what machine, when and beside which other load something was measured.

use std::fs::read_to_string;
use std::process::Command;

/// Facts about the machine and the moment, each with its name.
pub(crate) fn describe() -> Vec<(&'static str, String)> {
    vec![
        ("Date", said("date", &["-u", "+%Y-%m-%d %H:%M UTC"])),
        ("Commit", said("git", &["describe", "--always", "--dirty"])),
        ("Build", if cfg!(debug_assertions) { "debug" } else { "release" }.to_owned()),
        ("Processors", processors()),
        ("Memory", memory()),
        ("File system", said("stat", &["-f", "-c", "%T", &std::env::temp_dir().to_string_lossy()])),
        ("Load average before", load_average()),
    ]
}

/// The load of the last 1, 5 and 15 minutes: how many wanted to run.
pub(crate) fn load_average() -> String {
    let text = read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').take(3).collect::<Vec<_>>().join(" ")
}

/// Seconds of processor that this process has used. The kernel counts in hundredths.
pub(crate) fn processor_seconds() -> f64 {
    let text = read_to_string("/proc/self/stat").unwrap_or_default();
    // The name in brackets may hold spaces; user and system time are fields 14 and 15 of the line.
    let after_name = text.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: Vec<f64> = after_name
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|ticks| ticks.parse().ok())
        .collect();
    ticks.iter().sum::<f64>() / 100.0
}

/// Memory of a process that is in use, in megabytes of a million bytes.
pub(crate) fn resident_mb(process: u32) -> Option<f64> {
    let text = read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: f64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kib * 1024.0 / 1e6)
}

fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    text.ok().filter(|text| !text.is_empty()).unwrap_or_else(|| "unknown".to_owned())
}

fn processors() -> String {
    let count = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let text = read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = text.lines().find_map(|line| line.strip_prefix("model name"));
    let model = model.and_then(|line| line.split_once(':')).map_or("unknown", |(_, name)| name);
    format!("{count} x {}", model.trim())
}

fn memory() -> String {
    let text = read_to_string("/proc/meminfo").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"));
    let kib: Option<u64> = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok());
    kib.map_or("unknown".to_owned(), |kib| format!("{} GiB", kib >> 20))
}
