//! One evaluation: what it may use (the time, a seed, a budget) and what it leaves behind (warnings).

use std::sync::Arc;

use base::Timestamp;

use crate::{
    builtin::Pattern,
    calendar::{DateTime, Zone},
    eval::Locals,
    problem::Span,
    value::{Extent, Value},
};

/// Warnings kept per run; later ones are counted, not kept.
const KEPT_WARNINGS: usize = 100;

/// Why an answer is null where one might have expected more. The names are those that Camunda's API reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WarningKind {
    /// A name that has no value.
    NoVariableFound,
    /// A context has no such entry, or a value no such property.
    NoEntryFound,
    /// No such function, or none with these parameters.
    NoFunctionFound,
    /// A value of another type was needed.
    InvalidType,
    /// Two values that have no order or equality.
    NotComparable,
    /// A function got arguments that it cannot work with.
    FunctionFailure,
    /// `assert` failed: the evaluation stops.
    AssertFailed,
    /// The budget is used up: the evaluation stops.
    BudgetExceeded,
    /// What whoever evaluates expressions has to remark itself, such as a decision table whose hit policy is violated.
    DecisionLogic,
}

impl WarningKind {
    /// The code of the warning in Camunda's API.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoVariableFound => "NO_VARIABLE_FOUND",
            Self::NoEntryFound => "NO_CONTEXT_ENTRY_FOUND",
            Self::NoFunctionFound => "NO_FUNCTION_FOUND",
            Self::InvalidType => "INVALID_TYPE",
            Self::NotComparable => "NOT_COMPARABLE",
            Self::FunctionFailure => "FUNCTION_INVOCATION_FAILURE",
            Self::AssertFailed => "ASSERT_FAILURE",
            Self::BudgetExceeded => "BUDGET_EXCEEDED",
            Self::DecisionLogic => "DECISION_LOGIC",
        }
    }
}

/// One remark about an evaluation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// What kind of remark.
    pub kind: WarningKind,
    /// The part of the expression it is about.
    pub span: Span,
    /// In words: lower case, no full stop.
    pub message: String,
    /// The expression that the span is a part of, where whoever evaluates many has said so.
    pub source: WarningSource,
}

/// Where an expression stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WarningSource {
    /// The id of what holds it.
    pub element: Option<Arc<str>>,
    /// Its text.
    pub text: Option<Arc<str>>,
}

/// What one evaluation may use at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Steps: about one per operator, call and iteration.
    pub steps: u64,
    /// Nested evaluations, which bounds recursion.
    pub depth: u32,
    /// Items of one list.
    pub list_length: usize,
    /// Bytes of one string.
    pub string_bytes: usize,
    /// Values in one value, each counted as often as it is to be found there; 16 bytes of text count as one.
    pub value_parts: u32,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            steps: 1_000_000,
            depth: 600,
            list_length: 100_000,
            string_bytes: 1_000_000,
            value_parts: 4_000_000,
        }
    }
}

/// Lists and contexts inside each other in one value.
const MAX_VALUE_DEPTH: u32 = 100;
/// Parts of values that are looked at in one step, and those that are copied.
pub(crate) const SEEN_A_STEP: u32 = 64;
const MADE_A_STEP: usize = 4;

/// Evaluations inside each other whose memory is kept.
const SPARE: usize = 3;

/// One evaluation.
///
/// ```
/// use feel::{Options, Run, Timestamp, Value, compile};
/// let expression = compile("missing + 1", &Options::default()).unwrap();
/// let mut run = Run::new(Timestamp(0));
/// assert_eq!(expression.evaluate(&[], &mut run), Value::Null);
/// assert_eq!(run.warnings()[0].kind.code(), "NO_VARIABLE_FOUND");
/// ```
#[derive(Debug)]
pub struct Run {
    now: Timestamp,
    /// UTC where none is set.
    zone: Option<Zone>,
    random: u64,
    budget: Budget,
    steps: u64,
    depth: u32,
    warnings: Vec<Warning>,
    failure: Option<Warning>,
    touched: bool,
    // Memory of the names bound in evaluations that are over, for the next ones.
    spare: [Locals; SPARE],
    // Regular expressions made by this run with their text and flags, the latest last.
    patterns: Vec<(Arc<str>, Arc<str>, Arc<Pattern>)>,
}

/// Regular expressions that a run keeps.
const KEPT_PATTERNS: usize = 8;

impl Run {
    /// A run at that instant, in UTC, with the default budget and a seed of zero.
    pub fn new(now: Timestamp) -> Self {
        Self {
            now,
            zone: None,
            random: 0,
            budget: Budget::default(),
            steps: 0,
            depth: 0,
            warnings: Vec::new(),
            failure: None,
            touched: false,
            spare: Default::default(),
            patterns: Vec::new(),
        }
    }

    /// With another zone for `now()` and `today()`.
    #[must_use]
    pub fn zone(self, zone: Zone) -> Self {
        Self { zone: Some(zone), ..self }
    }

    /// With another budget.
    #[must_use]
    pub fn budget(self, budget: Budget) -> Self {
        Self { budget, ..self }
    }

    /// With a seed for `random number()` and `uuid()`.
    #[must_use]
    pub fn seed(self, seed: u64) -> Self {
        Self { random: seed, ..self }
    }

    /// What was remarked so far.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// Says of the warnings from that position on where they stand, as far as that was not said before.
    ///
    /// ```
    /// use feel::{Options, Run, Timestamp, compile};
    /// let mut run = Run::new(Timestamp(0));
    /// compile("missing", &Options::default()).unwrap().evaluate(&[], &mut run);
    /// run.attribute(0, None, Some(&"missing".into()));
    /// run.attribute(0, Some(&"rule 1".into()), Some(&"outer".into()));
    /// let source = &run.warnings()[0].source;
    /// assert_eq!((source.element.as_deref(), source.text.as_deref()), (Some("rule 1"), Some("missing")));
    /// ```
    pub fn attribute(&mut self, from: usize, element: Option<&Arc<str>>, text: Option<&Arc<str>>) {
        for Warning { source, .. } in self.warnings.iter_mut().skip(from) {
            source.element = source.element.take().or_else(|| element.cloned());
            source.text = source.text.take().or_else(|| text.cloned());
        }
    }

    /// Keeps a warning of the host's own about that source; its span is the whole text.
    ///
    /// ```
    /// use feel::{Run, Timestamp, WarningSource};
    /// let mut run = Run::new(Timestamp(0));
    /// let source = WarningSource { element: Some("t".into()), text: Some("a + b".into()) };
    /// run.remark(source, || "two rules match".into());
    /// assert_eq!((run.warnings()[0].kind.code(), run.warnings()[0].span.end), ("DECISION_LOGIC", 5));
    /// ```
    pub fn remark(&mut self, source: WarningSource, message: impl FnOnce() -> String) {
        let span = Span { start: 0, end: source.text.as_ref().map_or(0, |text| text.len()) };
        let kept = self.warnings.len();
        self.warn(WarningKind::DecisionLogic, span, message);
        if let Some(warning) = self.warnings.get_mut(kept) {
            warning.source = source;
        }
    }

    /// Takes the warnings out.
    pub fn take_warnings(&mut self) -> Vec<Warning> {
        std::mem::take(&mut self.warnings)
    }

    /// Why the evaluation was stopped: a failed `assert` or a used-up budget. The value is then null and void.
    pub fn failure(&self) -> Option<&Warning> {
        self.failure.as_ref()
    }

    /// Steps used so far.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// Takes steps from the budget for work that the host does itself, such as to run over a list; `false` where the run
    /// is over.
    ///
    /// ```
    /// use feel::{Budget, Run, Timestamp};
    /// let mut run = Run::new(Timestamp(0)).budget(Budget { steps: 10, ..Budget::default() });
    /// assert!(run.charge(10) && !run.charge(1));
    /// ```
    #[inline]
    pub fn charge(&mut self, steps: u64) -> bool {
        self.step(steps, Span::default())
    }

    /// Takes the steps of looking at every part of a value; `false` where the run is over.
    #[inline]
    pub fn charge_look(&mut self, value: &Value) -> bool {
        self.sees(value.extent().parts, Span::default())
    }

    /// A list or context that the host made of other values, with the steps of making it taken; where it is longer,
    /// larger or deeper than the budget allows, null, and the run is over.
    pub fn made(&mut self, value: Value) -> Value {
        let span = Span::default();
        let fits = match &value {
            Value::List(items) => self.allows_list(items.len(), span),
            Value::Context(entries) => self.makes(entries.len(), span),
            _ => self.failure.is_none(),
        };
        if fits && self.allows_value(value.extent(), span) { value } else { Value::Null }
    }

    /// What the host evaluates inside something else of its own, one level deeper; null where that is too deep.
    pub fn nested(&mut self, evaluate: impl FnOnce(&mut Self) -> Value) -> Value {
        if !self.enter(Span::default()) {
            return Value::Null;
        }
        let value = evaluate(self);
        self.leave();
        value
    }

    /// What the run may use at most.
    pub fn limits(&self) -> &Budget {
        &self.budget
    }

    /// The instant of the run in its zone.
    pub fn now(&self) -> Option<DateTime> {
        let zone = self.zone.clone().unwrap_or_else(Zone::utc);
        DateTime::from_instant(i128::from(self.now.0) * 1_000_000, &zone)
    }

    /// The instant of the run, noted as read: the result holds for this run only.
    pub(crate) fn read_clock(&mut self) -> Option<DateTime> {
        self.touched = true;
        self.now()
    }

    /// Whether the clock or the random numbers were read.
    pub(crate) fn is_touched(&self) -> bool {
        self.touched
    }

    pub(crate) fn take_locals(&mut self) -> Locals {
        let spare = self.spare.iter_mut().find(|spare| spare.has_memory());
        spare.map(std::mem::take).unwrap_or_default()
    }

    pub(crate) fn keep_locals(&mut self, mut locals: Locals) {
        if locals.has_memory()
            && let Some(place) = self.spare.iter_mut().find(|spare| !spare.has_memory())
        {
            locals.clear();
            *place = locals;
        }
    }

    /// A regular expression that was made before.
    pub(crate) fn known_pattern(&self, pattern: &str, flags: &str) -> Option<Arc<Pattern>> {
        let found =
            self.patterns.iter().find(|(text, with, _)| **text == *pattern && **with == *flags);
        found.map(|(.., made)| Arc::clone(made))
    }

    pub(crate) fn keep_pattern(
        &mut self,
        pattern: &Arc<str>,
        flags: &Arc<str>,
        made: Arc<Pattern>,
    ) {
        if self.patterns.len() >= KEPT_PATTERNS {
            self.patterns.remove(0);
        }
        self.patterns.push((Arc::clone(pattern), Arc::clone(flags), made));
    }

    /// Records a warning; the message is only made when it is kept.
    pub(crate) fn warn(&mut self, kind: WarningKind, span: Span, message: impl FnOnce() -> String) {
        if self.failure.is_none() && self.warnings.len() < KEPT_WARNINGS {
            self.warnings.push(Warning {
                kind,
                span,
                message: message(),
                source: WarningSource::default(),
            });
        }
    }

    /// Stops the evaluation.
    pub(crate) fn fail(&mut self, kind: WarningKind, span: Span, message: impl FnOnce() -> String) {
        if self.failure.is_none() {
            let warning =
                Warning { kind, span, message: message(), source: WarningSource::default() };
            self.warnings.push(warning.clone());
            self.failure = Some(warning);
        }
    }

    /// Enters a nested evaluation; `false` where the run is over. Every `true` is answered by [`Run::leave`].
    pub(crate) fn enter(&mut self, span: Span) -> bool {
        self.enter_levels(1, span)
    }

    pub(crate) fn leave(&mut self) {
        self.leave_levels(1);
    }

    /// Enters something that takes as much stack as that many nested evaluations.
    pub(crate) fn enter_levels(&mut self, levels: u32, span: Span) -> bool {
        if !self.step(1, span) {
            return false;
        }
        if self.depth.saturating_add(levels) > self.budget.depth {
            let message = || "the evaluation is nested too deeply".into();
            self.fail(WarningKind::BudgetExceeded, span, message);
            return false;
        }
        self.depth += levels;
        true
    }

    pub(crate) fn leave_levels(&mut self, levels: u32) {
        self.depth = self.depth.saturating_sub(levels);
    }

    /// Takes steps from the budget; `false` where the run is over.
    #[inline]
    pub(crate) fn step(&mut self, count: u64, span: Span) -> bool {
        self.steps = self.steps.saturating_add(count);
        if self.steps > self.budget.steps {
            self.out_of_steps(span);
        }
        self.failure.is_none()
    }

    #[cold]
    fn out_of_steps(&mut self, span: Span) {
        let message = || "the evaluation takes too many steps".into();
        self.fail(WarningKind::BudgetExceeded, span, message);
    }

    /// Checks the length of a list before it is made.
    pub(crate) fn allows_list(&mut self, length: usize, span: Span) -> bool {
        self.fits_list(length, span) && self.makes(length, span)
    }

    /// Takes the steps of making something of that many values, which are known to be few enough.
    pub(crate) fn makes(&mut self, count: usize, span: Span) -> bool {
        self.step(u64::try_from(count / MADE_A_STEP).unwrap_or(u64::MAX), span)
    }

    /// Takes the steps of looking at that many parts of values.
    #[inline]
    pub(crate) fn sees(&mut self, parts: u32, span: Span) -> bool {
        parts < SEEN_A_STEP || self.step(u64::from(parts / SEEN_A_STEP), span)
    }

    /// Checks the extent of a value that was made.
    #[inline]
    pub(crate) fn allows_value(&mut self, extent: Extent, span: Span) -> bool {
        if extent.depth <= MAX_VALUE_DEPTH && extent.parts <= self.budget.value_parts {
            return true;
        }
        self.refuse_value(extent, span);
        false
    }

    #[cold]
    fn refuse_value(&mut self, extent: Extent, span: Span) {
        let limit = self.budget.value_parts;
        self.fail(WarningKind::BudgetExceeded, span, || {
            if extent.depth > MAX_VALUE_DEPTH {
                format!("a value of more than {MAX_VALUE_DEPTH} levels")
            } else {
                format!("a value of more than {limit} parts")
            }
        });
    }

    /// Checks the length of a list that grows item by item.
    pub(crate) fn fits_list(&mut self, length: usize, span: Span) -> bool {
        if length > self.budget.list_length {
            let limit = self.budget.list_length;
            self.fail(WarningKind::BudgetExceeded, span, || {
                format!("a list of more than {limit} items")
            });
        }
        self.failure.is_none()
    }

    /// Bytes that a string may have.
    pub(crate) fn string_limit(&self) -> usize {
        self.budget.string_bytes
    }

    /// Checks the size of a string before it is made.
    pub(crate) fn allows_string(&mut self, bytes: usize, span: Span) -> bool {
        if bytes > self.budget.string_bytes {
            let limit = self.budget.string_bytes;
            self.fail(WarningKind::BudgetExceeded, span, || {
                format!("a string of more than {limit} bytes")
            });
        }
        self.step(u64::try_from(bytes / 64).unwrap_or(u64::MAX), span)
    }

    /// The next number of the seeded generator (splitmix64).
    pub(crate) fn next_random(&mut self) -> u64 {
        self.touched = true;
        self.random = self.random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.random;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}
