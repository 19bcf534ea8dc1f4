//! The page of results: every number beside its target, and whether it was reached.

use std::fmt::Write as _;

use crate::machine;

/// A number that was measured.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    what: String,
    measured: String,
    target: Option<(String, bool)>,
}

impl Line {
    /// A number without a target.
    pub(crate) fn fact(what: impl Into<String>, measured: impl Into<String>) -> Self {
        Self { what: what.into(), measured: measured.into(), target: None }
    }

    /// A number with its target, and whether it was reached.
    pub(crate) fn judged(
        what: impl Into<String>,
        measured: impl Into<String>,
        target: impl Into<String>,
        is_reached: bool,
    ) -> Self {
        let target = Some((target.into(), is_reached));
        Self { what: what.into(), measured: measured.into(), target }
    }
}

/// The results of one measurement.
#[derive(Debug, Clone)]
pub(crate) struct Section {
    pub(crate) title: &'static str,
    /// How it was measured.
    pub(crate) how: String,
    pub(crate) lines: Vec<Line>,
}

/// All results.
#[derive(Debug)]
pub(crate) struct Report {
    machine: Vec<(&'static str, String)>,
    sections: Vec<Section>,
}

impl Report {
    pub(crate) fn new(machine: Vec<(&'static str, String)>) -> Self {
        Self { machine, sections: Vec::new() }
    }

    pub(crate) fn add(&mut self, section: Section) {
        self.sections.push(section);
    }

    pub(crate) fn to_markdown(&self) -> String {
        let mut text = String::from(
            "# Benchmarks\n\nWritten by `./bench`; run it to see the numbers of your machine.\n\n\
             | where and when | |\n|---|---|\n",
        );
        let after = ("Load average after", machine::load_average());
        for (name, value) in self.machine.iter().chain([&after]) {
            // Writing to a string does not fail.
            let _ = writeln!(text, "| {name} | {value} |");
        }
        for section in &self.sections {
            let Section { title, how, lines } = section;
            let _ = writeln!(text, "\n## {title}\n{how}\n\n| what | measured | target | |");
            text.push_str("|---|---|---|---|\n");
            for Line { what, measured, target } in lines {
                let (target, verdict) = match target {
                    None => ("", ""),
                    Some((target, true)) => (target.as_str(), "reached"),
                    Some((target, false)) => (target.as_str(), "**not reached**"),
                };
                let _ = writeln!(text, "| {what} | {measured} | {target} | {verdict} |");
            }
        }
        text
    }
}
