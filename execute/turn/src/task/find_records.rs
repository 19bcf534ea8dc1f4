//! `rondo:find-records`: {`object`, `filter`, `limit`?} -> list of contexts, by key order. `filter` is
//! FEEL text over the record's own fields and those of the records that it refers to: what a database can answer of it
//! finds records, and where that is not all of it, the whole is evaluated on those found; `limit` is 100 unless given.

use std::sync::Arc;

use feel::predicate::Predicate;
use feel::{Run, Value};
use records::{ObjectDef, Selection, view};

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
    let selection = selection(turn, task, &object)?;
    if selection.evaluated().is_none() {
        let (found, _) = turn.set.find(turn.load, &object, &selection, limit)?;
        return Ok(as_list(&object, &found));
    }
    let (mut found, referred) = turn.set.find(turn.load, &object, &selection, MAX_SCANNED + 1)?;
    if found.len() > usize::try_from(MAX_SCANNED).unwrap_or(usize::MAX) {
        return Err(bad_input(format!(
            "the filter is to be evaluated on more than {MAX_SCANNED} records; narrow it by a comparison \
             of a field with a constant"
        )));
    }
    let mut run = Run::new(turn.now);
    found.retain(|record| selection.selects(&object, record, &referred, &mut run));
    if let Some(failure) = run.failure() {
        return Err(bad_input(format!("the filter: {}; narrow it", failure.message)));
    }
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(as_list(&object, &found))
}

fn as_list(object: &ObjectDef, found: &[Arc<records::Record>]) -> Value {
    Value::list(found.iter().map(|record| view::to_feel(object, record)).collect())
}

fn selection(
    turn: &mut Turn<'_>,
    task: &Task<'_>,
    object: &Arc<ObjectDef>,
) -> Result<Selection, TurnError> {
    if task.optional("filter").is_none() {
        return Ok(Predicate::Always.into());
    }
    let text = task.text("filter")?;
    let condition = compile(turn, task, "filter", &text)?;
    let schema = &turn.catalogue.schema;
    Selection::new(schema, object, &condition, &mut Run::new(turn.now))
        .map_err(|refused| bad_input(format!("the filter `{text}`: {refused}")))
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

fn limit(task: &Task<'_>) -> Result<u32, TurnError> {
    let Some(value) = task.optional("limit") else { return Ok(DEFAULT_LIMIT) };
    let limit = value.as_number().and_then(feel::Decimal::to_i64);
    match limit.and_then(|limit| u32::try_from(limit).ok()) {
        Some(limit) => Ok(limit.min(MAX_LIMIT)),
        None => Err(task.mistyped("limit", "a whole number from 0", value)),
    }
}
