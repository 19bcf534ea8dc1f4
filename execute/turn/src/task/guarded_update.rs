//! `rondo:guarded-update`: {`object`, `updates`, `guard`} -> true or false. `updates` is a list of
//! {`key`, `add`: context of number or money field -> amount}; `guard` is FEEL text over the row as it
//! would be after all additions. Where the guard does not hold for one row, or a sum leaves the `min` or
//! `max` of its field, no row changes and the answer is false: a business outcome, not an error.

use std::collections::BTreeMap;
use std::sync::Arc;

use base::Key;
use feel::{Context, Decimal, Value};
use records::{
    FieldDef, FieldKind, FieldProblem, FieldValue, Input, ObjectDef, ProblemCode, Record, view,
};

use super::find_records::compile;
use super::{Task, bad_input};
use crate::turn::Turn;
use crate::{Rejection, TurnError};

pub(super) fn run(turn: &mut Turn<'_>, task: &Task<'_>) -> Result<Value, TurnError> {
    let object = turn.object(&task.text("object")?)?;
    let guard = compile(turn, task, "guard", &task.text("guard")?)?;
    let sums = sums(task)?;
    let mut rows = Vec::new();
    for (key, sum) in sums {
        let before = turn.existing(&object, key, None)?;
        let Some(after) = added(turn, task, &object, &before, &sum)? else {
            return Ok(Value::Boolean(false));
        };
        if !records::guard(&object, &after, &guard, &mut turn.feel()) {
            return Ok(Value::Boolean(false));
        }
        rows.push((before, after));
    }
    for (before, after) in rows {
        turn.replace(&object, before, after, &task.author)?;
    }
    Ok(Value::Boolean(true))
}

/// What to add, by row and field; a row that is named twice gets both.
type Sums = BTreeMap<Key, BTreeMap<Arc<str>, Decimal>>;

fn sums(task: &Task<'_>) -> Result<Sums, TurnError> {
    let updates = task.required("updates")?;
    let wanted = "a list of contexts `{key, add}`";
    let list = updates.as_list().ok_or_else(|| task.mistyped("updates", wanted, updates))?;
    let mut sums = Sums::new();
    for update in list {
        let (Some(key), Some(add)) =
            (update.get("key"), update.get("add").and_then(Value::as_context))
        else {
            return Err(task.mistyped("updates", wanted, update));
        };
        let row = sums.entry(task.key("updates", key)?).or_default();
        for (field, amount) in add.iter() {
            let amount = amount.as_number().ok_or_else(|| {
                bad_input(format!(
                    "what is added to `{field}` has to be a number, not a {}",
                    amount.type_name()
                ))
            })?;
            let sum = row.get(field).copied().unwrap_or_else(|| Decimal::from_i64(0));
            let sum = sum.checked_add(amount).ok_or_else(|| out_of_range(field))?;
            row.insert(Arc::clone(field), sum);
        }
    }
    Ok(sums)
}

/// The row after the additions; `None` where a sum is out of its field's bounds.
fn added(
    turn: &Turn<'_>,
    task: &Task<'_>,
    object: &ObjectDef,
    before: &Record,
    sum: &BTreeMap<Arc<str>, Decimal>,
) -> Result<Option<Record>, TurnError> {
    let mut fields = Context::new();
    for (name, amount) in sum {
        let field = object
            .field(name)
            .ok_or_else(|| bad_input(format!("`{}` has no field `{name}`", object.name)))?;
        fields.insert(Arc::clone(name), sum_of(field, before.value(object, name), *amount)?);
    }
    let input: Input = super::input::to_input(object, &fields);
    let (origin, by) = (task.author.origin, task.author.by);
    match records::update(object, before, &input, origin, by, turn.instant()) {
        Ok(after) => Ok(Some(after)),
        Err(invalid) if invalid.problems.iter().all(is_out_of_bounds) => Ok(None),
        Err(invalid) => Err(Rejection::from(invalid).into()),
    }
}

fn is_out_of_bounds(problem: &FieldProblem) -> bool {
    matches!(problem.code, ProblemCode::BelowMin | ProblemCode::AboveMax)
}

/// The new value of a field; nothing counts as zero.
fn sum_of(field: &FieldDef, before: &FieldValue, amount: Decimal) -> Result<Value, TurnError> {
    let adds = matches!(
        field.kind,
        FieldKind::Number { .. } | FieldKind::Percent { .. } | FieldKind::Money { .. }
    );
    if !adds {
        let message = format!(
            "`{}` is a {} field; only numbers and money can be added to",
            field.name,
            field.kind.type_name()
        );
        return Err(bad_input(message));
    }
    let old = view::field_to_feel(&field.kind, before).as_number();
    let old = old.unwrap_or_else(|| Decimal::from_i64(0));
    let new = Value::Number(old.checked_add(amount).ok_or_else(|| out_of_range(&field.name))?);
    Ok(match before {
        FieldValue::Money(money) => {
            Value::context([("amount", new), ("currency", Value::string(money.currency.code()))])
        }
        _ => new,
    })
}

fn out_of_range(field: &str) -> TurnError {
    bad_input(format!("the sum for `{field}` is out of range"))
}
