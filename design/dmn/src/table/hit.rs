//! Hit policies: from the rules that matched to the value of the table (DMN 1.5, 8.2.8).

use std::{cmp::Ordering, sync::Arc};

use feel::{Context, Decimal, Run, Value};

use super::{Aggregation, HitPolicy, Output, Rows, Table};

/// Parts of values that are compared in one step.
const LOOKS_A_STEP: u64 = 64;

/// What a table whose rules matched says.
///
/// # Errors
/// How the matches violate the policy.
pub(crate) fn decide(table: &Table, rows: &Rows, run: &mut Run) -> Result<Value, String> {
    let (policy, outputs) = (table.hit_policy, &*table.outputs);
    let count = rows.matched.len();
    let value = |position: usize, run: &mut Run| composed(table, rows.outputs(position), run);
    let all = |positions: &mut dyn Iterator<Item = usize>, run: &mut Run| {
        let values: Vec<Value> = positions.map(|position| value(position, run)).collect();
        run.made(values.into())
    };
    match policy {
        HitPolicy::Unique if count > 1 => Err(format!(
            "the hit policy is UNIQUE, but {} match; make them exclude each other",
            numbers(&rows.matched)
        )),
        HitPolicy::Unique | HitPolicy::First => Ok(value(0, run)),
        HitPolicy::Any => {
            let is_same = |position: usize| {
                let outputs = rows.outputs(position);
                outputs.iter().all(|output| run.charge_look(output)) && outputs == rows.outputs(0)
            };
            if (1..count).all(is_same) {
                return Ok(value(0, run));
            }
            let rules = numbers(&rows.matched);
            Err(format!("the hit policy is ANY, but {rules} say different things"))
        }
        HitPolicy::Priority => {
            let first = in_order(outputs, rows, run).first().copied();
            Ok(first.map(|first| value(first, run)).unwrap_or_default())
        }
        HitPolicy::OutputOrder => Ok(all(&mut in_order(outputs, rows, run).into_iter(), run)),
        HitPolicy::RuleOrder | HitPolicy::Collect(None) => Ok(all(&mut (0..count), run)),
        HitPolicy::Collect(Some(aggregation)) => {
            let columns: Option<Vec<Value>> = (0..outputs.len())
                .map(|column| {
                    let values = (0..count).filter_map(|rule| rows.outputs(rule).get(column));
                    aggregate(aggregation, values, run)
                })
                .collect();
            columns.map(|columns| composed(table, &columns, run)).ok_or_else(|| {
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

/// As [`compose`], within the budget of the run.
pub(super) fn composed(table: &Table, values: &[Value], run: &mut Run) -> Value {
    let value = compose(table, values);
    if values.len() == 1 { value } else { run.made(value) }
}

/// The positions of the matches, those of the highest priority first.
fn in_order(outputs: &[Output], rows: &Rows, run: &mut Run) -> Vec<usize> {
    let mut ranked = Vec::with_capacity(rows.matched.len());
    for position in 0..rows.matched.len() {
        let values = rows.outputs(position);
        let looks = outputs.iter().zip(values).map(|(output, value)| {
            let looks = u64::from(value.parts())
                * u64::try_from(output.priorities.len()).unwrap_or(u64::MAX);
            looks / LOOKS_A_STEP
        });
        if !run.charge(looks.fold(0, u64::saturating_add)) {
            return Vec::new();
        }
        ranked.push((ranks(outputs, values), position));
    }
    ranked.sort();
    ranked.into_iter().map(|(_, position)| position).collect()
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
    ranks(outputs, left).cmp(&ranks(outputs, right))
}

fn ranks(outputs: &[Output], values: &[Value]) -> Vec<usize> {
    let rank = |(output, value): (&Output, &Value)| {
        let is = |allowed: &Value| allowed.feel_equals(value) == Some(true);
        output.priorities.iter().position(is).unwrap_or(usize::MAX)
    };
    outputs.iter().zip(values).map(rank).collect()
}

/// `None` where the values have no sum or order.
fn aggregate<'a>(
    aggregation: Aggregation,
    mut values: impl Iterator<Item = &'a Value>,
    run: &mut Run,
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
        // To compare what is large takes steps of its own.
        run.charge_look(value).then_some(())?;
        let order = value.compare(&best)?;
        Some(if order == wanted { value.clone() } else { best })
    })
}
