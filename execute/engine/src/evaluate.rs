//! FEEL in the middle of an instance: names are variables, `record` is the bound record, and what
//! goes wrong is a failure that says what to do.

use std::sync::Arc;

use base::Key;
use bpmn::Text;
use feel::{Expression, Path, Value};

use crate::{
    IncidentKind, Read, Variables, fit,
    machine::{Failure, Machine},
};

/// The name under which expressions read the bound record.
const RECORD: &str = "record";

/// What an expression gave, and what it had to say.
#[derive(Debug)]
pub(crate) struct Evaluated {
    pub(crate) value: Value,
    /// The values of the expression's inputs.
    slots: Vec<Value>,
    /// Inputs that are no variable. FEEL may have found them elsewhere: the `quantity` of
    /// `lines[quantity > 1]` is an entry of a line or a variable, whichever there is.
    missing: Vec<Arc<str>>,
    hint: Option<String>,
}

/// Evaluates an expression as seen from `scope`, with `nearest` in front of the stored variables.
pub(crate) fn evaluate(
    machine: &Machine<'_>,
    expression: &Expression,
    scope: Key,
    nearest: &Variables,
) -> Result<Evaluated, Failure> {
    let mut slots = Vec::with_capacity(expression.inputs().len());
    let mut missing = Vec::new();
    for name in expression.inputs() {
        let value = input(machine, expression, scope, nearest, name)?;
        if value.is_none() {
            missing.push(Arc::clone(name));
        }
        slots.push(value.unwrap_or_default());
    }
    let mut run = machine.feel_run(scope);
    let value = expression.evaluate(&slots, &mut run);
    machine.feel_done(&run);
    if let Some(failure) = run.failure() {
        return Err(Failure::incident(
            IncidentKind::ExtractValueError,
            format!(
                "expression `{}` failed: {}; correct the model or the variables, then resolve the \
                 incident",
                expression.source(),
                failure.message
            ),
        ));
    }
    let hint = match missing.first() {
        Some(name) => Some(format!("there is no variable `{name}`")),
        None => run.warnings().first().map(|warning| warning.message.clone()),
    };
    Ok(Evaluated { value, slots, missing, hint })
}

/// The value behind a name; `None` where there is no such variable.
fn input(
    machine: &Machine<'_>,
    expression: &Expression,
    scope: Key,
    nearest: &Variables,
    name: &Arc<str>,
) -> Result<Option<Value>, Failure> {
    if &**name == RECORD && machine.instance().record.is_some() {
        return record(machine, expression.paths()).map(Some);
    }
    let stored = || machine.instance().variable(scope, name);
    Ok(nearest.get(name).or_else(stored).cloned())
}

/// The bound record with what those of `paths` reach that begin with it; null without a record.
pub(crate) fn record(machine: &Machine<'_>, paths: &[Path]) -> Result<Value, Failure> {
    let Some(record) = &machine.instance().record else { return Ok(Value::Null) };
    let mut wanted: Vec<Path> = paths.iter().filter(|path| reads_record(path)).cloned().collect();
    if wanted.is_empty() {
        wanted.push(Path::new([RECORD]));
    }
    machine.world().facts.record(record, &wanted).ok_or(Failure::Need(wanted))
}

/// Whether a path begins with the bound record.
pub(crate) fn reads_record(path: &Path) -> bool {
    path.first().is_some_and(|name| &**name == RECORD)
}

impl Evaluated {
    /// The failure that this value is not what `purpose` needs.
    pub(crate) fn unusable(&self, expression: &Expression, purpose: &str, needed: &str) -> Failure {
        let hint = self.hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default();
        Failure::incident(
            IncidentKind::ExtractValueError,
            format!(
                "expression `{}` for {purpose} gives {}{hint}, but {needed} is needed; correct the \
                 model or the variables, then resolve the incident",
                expression.source(),
                named(&self.value)
            ),
        )
    }

    /// The values behind the expression's paths, for the history. What does not exist, and what is
    /// too large to be kept there, is left out.
    pub(crate) fn reads(&self, expression: &Expression) -> Vec<Read> {
        let read = |path: &Path| {
            let (name, steps) = path.split_first()?;
            if self.missing.contains(name) {
                return None;
            }
            let slot = expression.inputs().iter().position(|input| input == name)?;
            let value = walk(self.slots.get(slot)?, steps);
            fit::is_fit_for_history(&value).then(|| Read { path: path.to_string().into(), value })
        };
        expression.paths().iter().filter_map(read).collect()
    }
}

/// How a message names a value's type.
fn named(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        other => format!("a value of type {}", other.type_name()),
    }
}

/// Follows a path; through a list it leads to a list, as in FEEL.
fn walk(value: &Value, steps: &[Arc<str>]) -> Value {
    let Some((name, rest)) = steps.split_first() else { return value.clone() };
    match value {
        Value::List(items) => Value::list(items.iter().map(|item| walk(item, steps)).collect()),
        other => other.get(name).map(|inner| walk(inner, rest)).unwrap_or_default(),
    }
}

/// Reads a text for a purpose. A fixed text is converted like a string that an expression gives.
pub(crate) fn text<T>(
    machine: &Machine<'_>,
    text: &Text,
    scope: Key,
    wanted: Wanted<'_>,
    convert: impl Fn(&Value) -> Option<T>,
) -> Result<T, Failure> {
    let Wanted { purpose, needed } = wanted;
    match text {
        Text::Static(text) => convert(&Value::String(Arc::clone(text))).ok_or_else(|| {
            let message = format!(
                "`{text}` cannot be {purpose}, {needed} is needed; deploy a corrected version of \
                 the process and start it again"
            );
            Failure::incident(IncidentKind::ExtractValueError, message)
        }),
        Text::Expression(expression) => {
            let evaluated = evaluate(machine, expression, scope, &Variables::new())?;
            convert(&evaluated.value).ok_or_else(|| evaluated.unusable(expression, purpose, needed))
        }
    }
}

/// Reads a text that must be a string.
pub(crate) fn string(
    machine: &Machine<'_>,
    from: &Text,
    scope: Key,
    purpose: &str,
) -> Result<Arc<str>, Failure> {
    let wanted = Wanted { purpose, needed: "a string" };
    text(machine, from, scope, wanted, |value| value.as_str().map(Arc::from))
}

/// What a value is for, and what it must be, in the words of a message.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted<'a> {
    pub(crate) purpose: &'a str,
    pub(crate) needed: &'a str,
}
