//! Verification of decision tables: what no rule answers, which rules contradict, repeat or hide one
//! another, each with values that show it. It looks at the index that also evaluates the tables.
//!
//! What is reported is true of its witness. Cells that are more than literals are asked about examples, those
//! that read more than their input count as matching everything when gaps are looked for and as unknown
//! otherwise; a report names them. Gaps are about inputs that are there; which inputs may not be null is told
//! apart. Columns are taken as independent. The nodes of trees are verified as tables of one column.

mod gaps;
mod rules;

use std::{fmt, sync::Arc};

use feel::Value;

use crate::{
    Model,
    boxed::Placed,
    table::{Axis, Bits, HitPolicy, Table, Unread},
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
    /// What could only be looked at in part, or not at all.
    pub unverified: Vec<Unverified>,
    /// Whether everything was looked at and all findings are there: not where something is unverified, the
    /// search for gaps took too long or there are too many findings of one kind.
    pub is_complete: bool,
}

/// A text that compares with more than literals, so that what it says is not known of all values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unverified {
    /// The input column.
    pub column: Arc<str>,
    /// The cell, or the allowed values.
    pub text: Arc<str>,
    /// The rules that have this cell, from 1; none where these are the allowed values.
    pub rules: Vec<usize>,
}

/// A cell that two rules share and that is true of the same inputs for both, whatever these are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedCell {
    /// The input column.
    pub column: Arc<str>,
    /// Its text.
    pub text: Arc<str>,
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
        /// The cells that have to be true besides; their columns are not in the witness.
        where_true: Vec<SharedCell>,
    },
    /// Both rules match, but say different things (ANY).
    Conflict {
        /// The two rules.
        rules: [usize; 2],
        /// Inputs that both match.
        witness: Witness,
        /// The cells that have to be true besides; their columns are not in the witness.
        where_true: Vec<SharedCell>,
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
    /// An output is not of its column's type, not what the decision's type asks of the column, or not among its allowed
    /// values.
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
        self.tables().into_iter().map(|placed| verify(&placed)).collect()
    }
}

/// Whether some rule ought to match whatever comes.
fn answers_all(table: &Table) -> bool {
    let collects = matches!(table.hit_policy, HitPolicy::Collect(_) | HitPolicy::RuleOrder);
    !table.has_default() && !collects
}

fn verify(placed: &Placed<'_>) -> Report {
    let Placed { id, name, within, table } = placed;
    let axes = table.axes();
    let mut findings = Vec::new();
    let mut is_complete = true;
    let mut null_gaps = Vec::new();
    if answers_all(table) {
        let all = Bits::all(table.rule_count());
        let (witnesses, is_all) = gaps::gaps(&axes, &all, MAX_FINDINGS);
        findings.extend(witnesses.into_iter().map(|witness| Finding::Gap { witness }));
        is_complete &= is_all;
        let takes_null = |axis: &&Axis| axis.regions.last().is_none_or(|it| it.rules.is_empty());
        let closed = axes.iter().filter(|_| table.rule_count() > 0).filter(takes_null);
        null_gaps.extend(closed.map(|axis| Arc::clone(&axis.name)));
    }
    is_complete &= rules::findings(table, &axes, &mut findings);
    let unused = axes.iter().filter(|axis| axis.is_unused);
    findings.extend(unused.map(|axis| Finding::UnusedInput { column: Arc::clone(&axis.name) }));
    let unverified: Vec<Unverified> = axes.iter().flat_map(unverified).collect();
    Report {
        decision_id: Arc::clone(id),
        name: Arc::clone(name),
        within: within.clone(),
        null_gaps,
        findings,
        is_complete: is_complete && unverified.is_empty(),
        unverified,
    }
}

fn unverified(axis: &Axis) -> impl Iterator<Item = Unverified> {
    axis.unread.iter().map(|Unread { text, rules }| Unverified {
        column: Arc::clone(&axis.name),
        text: Arc::clone(text),
        rules: rules.clone(),
    })
}

fn named(axes: &[Axis], values: impl IntoIterator<Item = Value>) -> Witness {
    axes.iter().map(|axis| Arc::clone(&axis.name)).zip(values).collect()
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gap { witness } => write!(f, "no rule matches {}", Shown(witness)),
            Self::Overlap { rules: [left, right], witness, where_true } => {
                write!(f, "rules {left} and {right} both match {}", Where(witness, where_true))
            }
            Self::Conflict { rules: [left, right], witness, where_true } => {
                let inputs = Where(witness, where_true);
                write!(f, "rules {left} and {right} say different things about {inputs}")
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
            Self::OutputNotAllowed { rule, column, value } if column.is_empty() => {
                write!(f, "the output of rule {rule} may not be {value}")
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

/// `amount = 5`, and where which cells are true.
struct Where<'a>(&'a Witness, &'a [SharedCell]);

impl fmt::Display for Where<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(witness, cells) = self;
        write!(f, "{}", Shown(witness))?;
        for (at, SharedCell { column, text }) in cells.iter().enumerate() {
            let lead = match (at, witness.is_empty()) {
                (0, true) => "what is there where",
                (0, false) => " where",
                _ => " and",
            };
            write!(f, "{lead} `{text}` is true of `{column}`")?;
        }
        Ok(())
    }
}

impl fmt::Display for Unverified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { column, text, rules } = self;
        match &**rules {
            [] => write!(f, "the allowed values `{text}` of `{column}`"),
            [rule] => write!(f, "the cell `{text}` of `{column}` in rule {rule}"),
            rules => {
                const SHOWN: usize = 10;
                let shown: Vec<String> =
                    rules.iter().take(SHOWN).map(ToString::to_string).collect();
                let more = rules.len().saturating_sub(SHOWN);
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                write!(f, "the cell `{text}` of `{column}` in rules {}{more}", shown.join(", "))
            }
        }
    }
}
