//! `rondo:find-records`: {`object`, `filter`, `limit`?} -> list of contexts, by key order. `filter` is
//! FEEL text over the record's own fields: what a database can answer of it finds records, and where that is not
//! all of it, the whole is evaluated on those found; `limit` is 100 unless given.

use std::sync::Arc;

use feel::predicate::{Predicate, pushed_in};
use feel::{Context, Expression, Run, Value};
use records::{ObjectDef, view};

use super::{Task, bad_input};
use crate::TurnError;
use crate::turn::Turn;

const DEFAULT_LIMIT: u32 = 100;
const MAX_LIMIT: u32 = 1_000;
/// Records on which a filter is evaluated at most.
const MAX_SCANNED: u32 = 5_000;

pub(super) fn run(turn: &mut Turn<'_>, task: &Task<'_>) -> Result<Value, TurnError> {
    let object = turn.object(&task.text("object")?)?;
    let limit = limit(task)?;
    let Filter { predicate, residual } = filter(turn, task, &object)?;
    let Some(condition) = residual else {
        let found = turn.set.find(turn.load, &object, &predicate, limit)?;
        return Ok(as_list(&object, &found));
    };
    let mut found = turn.set.find(turn.load, &object, &predicate, MAX_SCANNED + 1)?;
    if found.len() > usize::try_from(MAX_SCANNED).unwrap_or(usize::MAX) {
        return Err(bad_input(format!(
            "the filter is to be evaluated on more than {MAX_SCANNED} records; narrow it by a comparison \
             of a field with a constant"
        )));
    }
    let mut run = Run::new(turn.now);
    found.retain(|record| records::guard(&object, record, &condition, &mut run));
    if let Some(failure) = run.failure() {
        return Err(bad_input(format!("the filter: {}; narrow it", failure.message)));
    }
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(as_list(&object, &found))
}

fn as_list(object: &ObjectDef, found: &[Arc<records::Record>]) -> Value {
    Value::list(found.iter().map(|record| view::to_feel(object, record)).collect())
}

/// What finds records, and the whole condition where that also finds others.
struct Filter {
    predicate: Predicate,
    residual: Option<Arc<Expression>>,
}

fn filter(turn: &mut Turn<'_>, task: &Task<'_>, object: &ObjectDef) -> Result<Filter, TurnError> {
    if task.optional("filter").is_none() {
        return Ok(Filter { predicate: Predicate::Always, residual: None });
    }
    let text = task.text("filter")?;
    let expression = compile(turn, task, "filter", &text)?;
    let unknown = expression.inputs().iter().find(|name| !is_readable(object, name));
    if let Some(name) = unknown {
        return Err(bad_input(format!(
            "the filter reads `{name}`, which is no field of `{}`",
            object.name
        )));
    }
    let mut run = Run::new(turn.now);
    let is_reference =
        |name: &str| object.field(name).is_some_and(|f| f.kind.referenced_object().is_some());
    let readable = |path: &[Arc<str>]| match path {
        [_] => true,
        [first, key] => &**key == "key" && is_reference(first),
        _ => false,
    };
    let pushed = pushed_in(&expression, &Context::new(), &mut run, &readable);
    let leads_away = |path: &&feel::Path| {
        path.len() > 1 && path.first().is_some_and(|first| is_reference(first))
    };
    if let Some(reason) = &pushed.residual
        && let Some(path) = expression.paths().iter().find(leads_away)
    {
        return Err(bad_input(format!(
            "the filter `{text}` reads `{path}`, which is no field of `{}` itself; compare the reference \
             with a key ({})",
            object.name, reason.message
        )));
    }
    let residual = pushed.residual.is_some().then_some(expression);
    Ok(Filter { predicate: pushed.predicate, residual })
}

/// Compiles FEEL text that came as an input.
pub(super) fn compile(
    turn: &mut Turn<'_>,
    task: &Task<'_>,
    name: &str,
    text: &Arc<str>,
) -> Result<Arc<feel::Expression>, TurnError> {
    turn.set.compiled.get(text).map_err(|error| {
        bad_input(format!("the input `{name}` of `{}` is no FEEL: {error}", task.call.job_type))
    })
}

fn is_readable(object: &ObjectDef, name: &str) -> bool {
    object.field(name).is_some() || matches!(name, "key" | "created at" | "updated at")
}

fn limit(task: &Task<'_>) -> Result<u32, TurnError> {
    let Some(value) = task.optional("limit") else { return Ok(DEFAULT_LIMIT) };
    let limit = value.as_number().and_then(feel::Decimal::to_i64);
    match limit.and_then(|limit| u32::try_from(limit).ok()) {
        Some(limit) => Ok(limit.min(MAX_LIMIT)),
        None => Err(task.mistyped("limit", "a whole number from 0", value)),
    }
}
