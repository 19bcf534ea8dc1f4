//! Drools by its jars, in a Java process of its own, on the very rules and cases as files.

use std::{path::Path, process::Command};

use crate::table::Table;

/// Nanoseconds of processor time for one decision with a session that is used again.
pub(crate) fn table(table: &Table, classes: &Path, scratch: &Path) -> Result<f64, String> {
    let (rules, cases) = (scratch.join("rules.tsv"), scratch.join("cases.tsv"));
    for (file, text) in [(&rules, table.to_rule_lines()), (&cases, table.to_case_lines())] {
        std::fs::write(file, text).map_err(|error| format!("`{}`: {error}", file.display()))?;
    }
    let output = Command::new("java")
        .arg("-cp")
        .arg(classes)
        .arg("Drools")
        .args([&rules, &cases])
        .arg("2")
        .output()
        .map_err(|error| format!("java cannot be run: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.trim().lines().last().and_then(|line| line.parse().ok()).ok_or_else(|| {
        format!("no number came: {}", String::from_utf8_lossy(&output.stderr))
    })
}
