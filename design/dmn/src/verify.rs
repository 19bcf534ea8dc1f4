//! Verification of decision tables: what no rule answers, which rules contradict, repeat or hide one
//! another, each with values that show it. It looks at the index that also evaluates the tables.
//!
//! Cells that only an evaluation can answer count as matching everything when gaps are looked for and
//! as unknown otherwise, so that what is reported is true. Findings are about inputs that are there;
//! which inputs may not be null is told apart. The nodes of trees are verified as tables of one column.

mod gaps;
mod rules;

use std::{fmt, sync::Arc};

use feel::Value;

use crate::{
    Model,
    boxed::Placed,
    table::{Axis, Bits, HitPolicy, Table},
};

/// How many findings of one kind are given for a table.
const MAX_FINDINGS: usize = 100;

/// What is to be said about one table.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The id of the decision or business knowledge model.
    pub decision_id: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
    /// Where the table stands within it, such as `entry a, item 2` or `node 3`; empty where it is the
    /// logic itself.
    pub within: String,
    /// The inputs that no rule matches where they are null, whatever the others are; none of a table with
    /// a default.
    pub null_gaps: Vec<Arc<str>>,
    /// Gaps first, then rule by rule.
    pub findings: Vec<Finding>,
    /// Whether everything was looked at: not where the search for gaps took too long or where there
    /// are too many findings of one kind.
    pub is_complete: bool,
}

/// The values of the input columns by their names, in order.
pub type Witness = Vec<(Arc<str>, Value)>;

/// Something to be said about a table; rules are counted from 1.
#[derive(Debug, Clone, PartialEq)]
pub enum Finding {
    /// No rule matches these inputs, and there is no default.
    Gap {
        /// Inputs that no rule matches.
        witness: Witness,
    },
    /// Both rules match although at most one may (UNIQUE).
    Overlap {
        /// The two rules.
        rules: [usize; 2],
        /// Inputs that both match.
        witness: Witness,
    },
    /// Both rules match, but say different things (ANY).
    Conflict {
        /// The two rules.
        rules: [usize; 2],
        /// Inputs that both match.
        witness: Witness,
    },
    /// The rule matches nothing that an input may be.
    Impossible {
        /// The rule.
        rule: usize,
        /// The column whose cell is never true.
        column: Arc<str>,
    },
    /// Rules before it match whatever it matches (FIRST).
    Masked {
        /// The rule.
        rule: usize,
    },
    /// Rules whose outputs go before its own match whatever it matches (PRIORITY).
    Outranked {
        /// The rule.
        rule: usize,
    },
    /// Both rules have the same cells and the same outputs.
    Duplicate {
        /// The two rules.
        rules: [usize; 2],
    },
    /// The rules differ in one column only and say the same: they can be one.
    Mergeable {
        /// The rules.
        rules: Vec<usize>,
        /// The column in which they differ.
        column: Arc<str>,
    },
    /// An output is not of its column's type or not among its allowed values.
    OutputNotAllowed {
        /// The rule.
        rule: usize,
        /// The output column.
        column: Arc<str>,
        /// The output.
        value: Value,
    },
    /// No rule says anything about this input.
    UnusedInput {
        /// The input column.
        column: Arc<str>,
    },
}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The table could be simpler.
    Hint,
    /// The table may not do what is meant.
    Warning,
    /// The table is wrong: it gives null where rules match, or what may not be.
    Error,
}

impl Finding {
    /// How much it matters.
    pub fn severity(&self) -> Severity {
        match self {
            Self::Overlap { .. } | Self::Conflict { .. } | Self::OutputNotAllowed { .. } => {
                Severity::Error
            }
            Self::Gap { .. }
            | Self::Impossible { .. }
            | Self::Masked { .. }
            | Self::Outranked { .. } => Severity::Warning,
            Self::Duplicate { .. } | Self::Mergeable { .. } | Self::UnusedInput { .. } => {
                Severity::Hint
            }
        }
    }
}

impl Model {
    /// Verifies every table: of decisions and business knowledge models, inside other logic too.
    pub fn verify(&self) -> Vec<Report> {
        self.tables()
            .into_iter()
            .map(|Placed { id, name, within, table }| {
                let (findings, is_complete) = verify(table);
                Report {
                    decision_id: Arc::clone(id),
                    name: Arc::clone(name),
                    within,
                    null_gaps: if answers_all(table) { table.null_gaps() } else { Vec::new() },
                    findings,
                    is_complete,
                }
            })
            .collect()
    }
}

/// Whether some rule ought to match whatever comes.
fn answers_all(table: &Table) -> bool {
    let collects = matches!(table.hit_policy, HitPolicy::Collect(_) | HitPolicy::RuleOrder);
    !table.has_default() && !collects
}

fn verify(table: &Table) -> (Vec<Finding>, bool) {
    let axes = table.axes();
    let mut findings = Vec::new();
    let mut is_complete = true;
    if answers_all(table) {
        let all = Bits::all(table.rule_count());
        let (witnesses, is_all) = gaps::gaps(&axes, &all, MAX_FINDINGS);
        findings.extend(witnesses.into_iter().map(|witness| Finding::Gap { witness }));
        is_complete &= is_all;
    }
    is_complete &= rules::findings(table, &axes, &mut findings);
    let unused = axes.iter().filter(|axis| axis.is_unused);
    findings.extend(unused.map(|axis| Finding::UnusedInput { column: Arc::clone(&axis.name) }));
    (findings, is_complete)
}

fn named(axes: &[Axis], values: impl IntoIterator<Item = Value>) -> Witness {
    axes.iter().map(|axis| Arc::clone(&axis.name)).zip(values).collect()
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gap { witness } => write!(f, "no rule matches {}", Shown(witness)),
            Self::Overlap { rules: [left, right], witness } => {
                write!(f, "rules {left} and {right} both match {}", Shown(witness))
            }
            Self::Conflict { rules: [left, right], witness } => {
                write!(f, "rules {left} and {right} say different things about {}", Shown(witness))
            }
            Self::Impossible { rule, column } => {
                write!(f, "rule {rule} never matches: its cell of `{column}` is never true")
            }
            Self::Masked { rule } => {
                write!(f, "rule {rule} is never reached: rules before it match whatever it matches")
            }
            Self::Outranked { rule } => {
                write!(
                    f,
                    "rule {rule} never counts: rules of higher priority match whatever it matches"
                )
            }
            Self::Duplicate { rules: [left, right] } => {
                write!(f, "rules {left} and {right} are the same")
            }
            Self::Mergeable { rules, column } => {
                let rules: Vec<String> = rules.iter().map(ToString::to_string).collect();
                let rules = rules.join(", ");
                write!(f, "rules {rules} differ in `{column}` only and can be one")
            }
            Self::OutputNotAllowed { rule, column, value } => {
                write!(f, "the output `{column}` of rule {rule} may not be {value}")
            }
            Self::UnusedInput { column } => write!(f, "no rule says anything about `{column}`"),
        }
    }
}

/// `amount = 5, tier = "gold"`.
struct Shown<'a>(&'a Witness);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (name, value)) in self.0.iter().enumerate() {
            write!(f, "{}{name} = {value}", if at > 0 { ", " } else { "" })?;
        }
        Ok(())
    }
}
