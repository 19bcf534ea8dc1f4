//! What the operating system says about this process. Where it says nothing (anywhere but on Linux) these
//! metrics have no values.

use base::Timestamp;

use crate::metrics::exposition::Exposition;
use crate::metrics::family;

/// The unit of processor time in `/proc`, per second; the same on all that Rondo runs on.
const TICKS_PER_SECOND: f64 = 100.0;

pub(super) fn write(out: &mut Exposition, started_at: Timestamp) {
    let mut start = out.family(&family::START);
    start.sample(&[], format_args!("{}.{:03}", started_at.0 / 1_000, started_at.0 % 1_000));
    let mut cpu = out.family(&family::CPU);
    if let Some(ticks) = std::fs::read_to_string("/proc/self/stat").ok().and_then(|it| ticks(&it)) {
        cpu.sample(&[], f64::from(ticks) / TICKS_PER_SECOND);
    }
    let mut memory = out.family(&family::MEMORY);
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    if let Some(bytes) = resident(&status) {
        memory.sample(&[], bytes);
    }
    let mut open = out.family(&family::OPEN_FILES);
    if let Ok(files) = std::fs::read_dir("/proc/self/fd") {
        // Looking opens one more.
        open.sample(&[], files.count().saturating_sub(1));
    }
}

/// Processor time of the process and of the system for it. The program's name before it may have spaces.
fn ticks(stat: &str) -> Option<u32> {
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_ascii_whitespace().skip(11);
    let user: u32 = fields.next()?.parse().ok()?;
    let system: u32 = fields.next()?.parse().ok()?;
    user.checked_add(system)
}

fn resident(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kilobytes.checked_mul(1_024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_operating_systems_words_are_read() {
        let stat = "7 (ron do) S 1 2 3 4 5 6 7 8 9 10 120 45 0 0 20 0";
        for (text, expect) in [(stat, Some(165)), ("7 (rondo", None), ("", None)] {
            assert_eq!(ticks(text), expect, "{text}");
        }
        let status = "Name:\trondo\nVmRSS:\t    2048 kB\n";
        for (text, expect) in [(status, Some(2_097_152)), ("VmRSS:\tmany", None), ("", None)] {
            assert_eq!(resident(text), expect, "{text}");
        }
    }
}
