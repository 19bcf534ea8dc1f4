//! Hit policies: from the rules that matched to the value of the table (DMN 1.5, 8.2.8).

use std::{cmp::Ordering, sync::Arc};

use feel::{Context, Decimal, Value};

use super::{Aggregation, HitPolicy, Output, Rows, Table};

/// What a table whose rules matched says.
///
/// # Errors
/// How the matches violate the policy.
pub(crate) fn decide(table: &Table, rows: &Rows) -> Result<Value, String> {
    let (policy, outputs) = (table.hit_policy, &*table.outputs);
    let count = rows.matched.len();
    let value = |position: usize| compose(table, rows.outputs(position));
    let in_order = || {
        let mut positions: Vec<usize> = (0..count).collect();
        positions
            .sort_by(|left, right| by_priority(outputs, rows.outputs(*left), rows.outputs(*right)));
        positions
    };
    match policy {
        HitPolicy::Unique if count > 1 => Err(format!(
            "the hit policy is UNIQUE, but {} match; make them exclude each other",
            numbers(&rows.matched)
        )),
        HitPolicy::Unique | HitPolicy::First => Ok(value(0)),
        HitPolicy::Any => {
            if (1..count).all(|position| rows.outputs(position) == rows.outputs(0)) {
                return Ok(value(0));
            }
            let rules = numbers(&rows.matched);
            Err(format!("the hit policy is ANY, but {rules} say different things"))
        }
        HitPolicy::Priority => {
            Ok(in_order().first().map(|first| value(*first)).unwrap_or_default())
        }
        HitPolicy::OutputOrder => Ok(in_order().into_iter().map(value).collect::<Vec<_>>().into()),
        HitPolicy::RuleOrder | HitPolicy::Collect(None) => {
            Ok((0..count).map(value).collect::<Vec<_>>().into())
        }
        HitPolicy::Collect(Some(aggregation)) => {
            let columns: Option<Vec<Value>> = (0..outputs.len())
                .map(|column| {
                    let values = (0..count).filter_map(|rule| rows.outputs(rule).get(column));
                    aggregate(aggregation, values)
                })
                .collect();
            columns.map(|columns| compose(table, &columns)).ok_or_else(|| {
                format!(
                    "{policy} cannot be taken of the outputs; they must be of one kind that has it"
                )
            })
        }
    }
}

/// One output as it is, several as a context by their names.
pub(crate) fn compose(table: &Table, values: &[Value]) -> Value {
    match (&*table.outputs, values, &table.shape) {
        ([_], [only], _) => only.clone(),
        (_, _, Some(shape)) => shape.context(values.to_vec()).into(),
        (outputs, _, None) => {
            let entries = outputs.iter().zip(values);
            entries
                .map(|(output, value)| (Arc::clone(&output.name), value.clone()))
                .collect::<Context>()
                .into()
        }
    }
}

/// The numbers of the first few rules.
fn numbers(matched: &[usize]) -> String {
    let shown: Vec<String> = matched.iter().take(10).map(|rule| (rule + 1).to_string()).collect();
    let more = matched.len() - shown.len();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("rules {}{more}", shown.join(", "))
}

/// By the place of each output among the allowed values, the first column first; what is not among
/// them comes last.
pub(super) fn by_priority(outputs: &[Output], left: &[Value], right: &[Value]) -> Ordering {
    outputs
        .iter()
        .zip(left.iter().zip(right))
        .map(|(output, (left, right))| {
            let rank = |value: &Value| {
                let is = |allowed: &Value| allowed.feel_equals(value) == Some(true);
                output.priorities.iter().position(is).unwrap_or(usize::MAX)
            };
            rank(left).cmp(&rank(right))
        })
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

/// `None` where the values have no sum or order.
fn aggregate<'a>(
    aggregation: Aggregation,
    mut values: impl Iterator<Item = &'a Value>,
) -> Option<Value> {
    let wanted = match aggregation {
        Aggregation::Count => {
            return i64::try_from(values.count()).ok().map(Value::number);
        }
        Aggregation::Sum => {
            let sum = values.try_fold(Decimal::ZERO, |sum, value| {
                value.as_number().and_then(|number| sum.checked_add(number))
            });
            return sum.map(Value::Number);
        }
        Aggregation::Min => Ordering::Less,
        Aggregation::Max => Ordering::Greater,
    };
    let first = values.next()?.clone();
    values.try_fold(first, |best, value| {
        let order = value.compare(&best)?;
        Some(if order == wanted { value.clone() } else { best })
    })
}
