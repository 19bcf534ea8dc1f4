//! Lists: search, cut, join, sort.

use super::{Answer, Builtin, Call, Refusal, fold::folded};
use crate::{
    decimal::{Decimal, Rounding},
    expression::Dialect,
    value::{List, Value},
};

pub(super) const FUNCTIONS: &[Builtin] = &[
    Builtin { name: "list contains", forms: &[&["list", "element"]], call: list_contains },
    Builtin {
        name: "count",
        forms: &[&["list"], &["c.."]],
        call: |call| folded("count", &call.variadic()?),
    },
    Builtin { name: "sublist", forms: &[&["list", "start position", "length?"]], call: sublist },
    Builtin { name: "append", forms: &[&["list", "items.."], &["list", "item.."]], call: append },
    Builtin { name: "concatenate", forms: &[&["lists.."], &["list.."]], call: concatenate },
    Builtin {
        name: "insert before",
        forms: &[&["list", "position", "newItem"]],
        call: insert_before,
    },
    Builtin { name: "remove", forms: &[&["list", "position"]], call: remove },
    Builtin {
        name: "list replace",
        forms: &[&["list", "position", "newItem"], &["list", "match", "newItem"]],
        call: list_replace,
    },
    Builtin { name: "reverse", forms: &[&["list"]], call: reverse },
    Builtin { name: "index of", forms: &[&["list", "match"]], call: index_of },
    Builtin { name: "union", forms: &[&["lists.."], &["list.."]], call: union },
    Builtin { name: "distinct values", forms: &[&["list"]], call: distinct_values },
    Builtin { name: "duplicate values", forms: &[&["list"]], call: duplicate_values },
    Builtin { name: "flatten", forms: &[&["list"]], call: flatten },
    Builtin { name: "sort", forms: &[&["list", "precedes"], &["list"]], call: sort },
    Builtin {
        name: "is empty",
        forms: &[&["list"]],
        call: |call| Ok(Value::Boolean(call.list(0)?.is_empty())),
    },
    Builtin { name: "partition", forms: &[&["list", "size"]], call: partition },
];

fn same(left: &Value, right: &Value) -> bool {
    left.feel_equals(right) == Some(true)
}

fn list_contains(call: &mut Call<'_>) -> Answer {
    let element = call.get(1);
    Ok(Value::Boolean(call.list(0)?.iter().any(|item| same(item, element))))
}

/// The index of a position, which counts from 1, or from the end where negative.
fn index(position: i64, length: usize) -> Option<usize> {
    match position {
        0 => None,
        1.. => usize::try_from(position - 1).ok(),
        _ => length.checked_sub(usize::try_from(position.unsigned_abs()).ok()?),
    }
}

fn inside(call: &Call<'_>, position: i64, length: usize) -> Result<usize, Refusal> {
    let _ = call;
    index(position, length)
        .filter(|index| *index < length)
        .ok_or_else(|| format!("no position {position} in a list of {length}").into())
}

fn sublist(call: &mut Call<'_>) -> Answer {
    let items = call.list(0)?;
    let start =
        index(call.integer(1)?, items.len()).ok_or(Refusal::from("no such start position"))?;
    let length = if call.is_null(2) {
        items.len().saturating_sub(start)
    } else {
        positive(call.integer(2)?)?
    };
    let end = start.saturating_add(length);
    if start >= items.len() || end > items.len() {
        return if call.is_null(2) || start >= items.len() {
            Err("the start lies behind the list".into())
        } else {
            call.kept_list(items.iter().skip(start).cloned().collect())
        };
    }
    call.kept_list(items.iter().skip(start).take(length).cloned().collect())
}

fn positive(length: i64) -> Result<usize, Refusal> {
    usize::try_from(length)
        .ok()
        .filter(|length| *length > 0)
        .ok_or(Refusal::from("the length is to be above zero"))
}

fn append(call: &mut Call<'_>) -> Answer {
    let first = match call.get(0) {
        Value::Null => List::from(vec![Value::Null]),
        _ => call.list(0)?,
    };
    let more = call.arguments.get(1..).unwrap_or_default();
    call.allows_list(first.len().saturating_add(more.len()))?;
    Ok(Value::list(first.iter().chain(more).cloned().collect()))
}

fn concatenate(call: &mut Call<'_>) -> Answer {
    let lists: Vec<List> =
        (0..call.count()).map(|index| call.list(index)).collect::<Result<_, _>>()?;
    call.allows_list(lists.iter().fold(0, |sum, list| sum.saturating_add(list.len())))?;
    Ok(Value::list(lists.iter().flatten().cloned().collect()))
}

fn insert_before(call: &mut Call<'_>) -> Answer {
    let mut items = call.list(0)?.to_vec();
    let position = call.integer(1)?;
    let end = usize::try_from(position).is_ok_and(|position| position == items.len() + 1);
    let at = if end { items.len() } else { inside(call, position, items.len())? };
    items.insert(at, call.get(2).clone());
    call.made_list(items)
}

fn remove(call: &mut Call<'_>) -> Answer {
    let mut items = call.list(0)?.to_vec();
    let at = inside(call, call.integer(1)?, items.len())?;
    items.remove(at);
    call.kept_list(items)
}

fn list_replace(call: &mut Call<'_>) -> Answer {
    match call.get(1) {
        Value::Function(_) => replace_matching(call),
        _ => replace_at(call),
    }
}

pub(super) fn replace_matching(call: &mut Call<'_>) -> Answer {
    let mut items = call.list(0)?.to_vec();
    let new = call.get(2).clone();
    let Value::Function(matches) = call.get(1) else { return Err(call.wrong(1, "a function")) };
    for item in &mut items {
        match call.invoke(matches, &[item.clone(), new.clone()]) {
            Value::Boolean(true) => *item = new.clone(),
            Value::Boolean(false) => {}
            _ => return Err("the match function is to answer true or false".into()),
        }
    }
    call.kept_list(items)
}

pub(super) fn replace_at(call: &mut Call<'_>) -> Answer {
    let mut items = call.list(0)?.to_vec();
    let new = call.get(2).clone();
    // A position with digits behind the point counts as its whole part.
    let position = call.number(1)?.round(0, Rounding::Down).and_then(Decimal::to_i64);
    let position = position.ok_or_else(|| call.wrong(1, "a position or a function"))?;
    let at = inside(call, position, items.len())?;
    if let Some(item) = items.get_mut(at) {
        *item = new;
    }
    call.kept_list(items)
}

fn reverse(call: &mut Call<'_>) -> Answer {
    let items = call.list(0)?;
    call.kept_list(items.iter().rev().cloned().collect())
}

fn index_of(call: &mut Call<'_>) -> Answer {
    let wanted = call.get(1);
    let items = call.list(0)?;
    let found = items
        .iter()
        .zip(1..)
        .filter(|(item, _)| same(item, wanted))
        .map(|(_, position)| Value::number(position));
    call.kept_list(found.collect())
}

fn union(call: &mut Call<'_>) -> Answer {
    let Value::List(items) = concatenate(call)? else { return Ok(Value::Null) };
    distinct(call, &items)
}

fn distinct_values(call: &mut Call<'_>) -> Answer {
    let items = call.list(0)?;
    distinct(call, &items)
}

fn distinct(call: &mut Call<'_>, items: &[Value]) -> Answer {
    let mut kept: Vec<Value> = Vec::new();
    for item in items {
        scan(call, kept.len(), item)?;
        if !kept.iter().any(|other| same(other, item)) {
            kept.push(item.clone());
        }
    }
    Ok(Value::list(kept))
}

fn duplicate_values(call: &mut Call<'_>) -> Answer {
    let items = call.list(0)?;
    let mut seen: Vec<(Value, usize)> = Vec::new();
    for item in &items {
        scan(call, seen.len(), item)?;
        match seen.iter_mut().find(|(other, _)| same(other, item)) {
            Some((_, times)) => *times += 1,
            None => seen.push((item.clone(), 1)),
        }
    }
    Ok(Value::list(
        seen.into_iter().filter(|(_, times)| *times > 1).map(|(item, _)| item).collect(),
    ))
}

/// Takes steps for a scan over that many items.
fn step(call: &mut Call<'_>, length: usize) -> Result<(), Refusal> {
    let steps = 1 + u64::try_from(length).unwrap_or(u64::MAX) / 8;
    if call.run.step(steps, call.span) { Ok(()) } else { Err("too many steps".into()) }
}

/// Takes steps for comparing an item with that many others.
fn scan(call: &mut Call<'_>, length: usize, item: &Value) -> Result<(), Refusal> {
    let parts = usize::try_from(item.extent().parts / 8).unwrap_or(usize::MAX).max(1);
    step(call, length.saturating_mul(parts))
}

fn flatten(call: &mut Call<'_>) -> Answer {
    let mut flat = Vec::new();
    let mut rest = vec![call.get(0).clone()];
    if call.is_null(0) {
        return Err(call.wrong(0, "a list"));
    }
    // Depth first with a stack of our own: lists may be nested as deeply as they like.
    while let Some(next) = rest.pop() {
        match next {
            Value::List(items) => {
                step(call, items.len())?;
                rest.extend(items.iter().rev().cloned());
            }
            item => {
                flat.push(item);
                if !call.run.fits_list(flat.len(), call.span) {
                    return Err("the list is too long".into());
                }
            }
        }
    }
    call.made_list(flat)
}

/// A merge sort: stable, and safe with functions that contradict themselves.
fn sort(call: &mut Call<'_>) -> Answer {
    let items = call.list(0)?.to_vec();
    let precedes = match call.get(1) {
        Value::Null if call.dialect == Dialect::Camunda => None,
        Value::Function(function) if function.parameters().len() == 2 => Some(function),
        _ => return Err(call.wrong(1, "a function of two parameters")),
    };
    let mut runs: Vec<Vec<Value>> = items.into_iter().map(|item| vec![item]).collect();
    while runs.len() > 1 {
        let mut merged = Vec::with_capacity(runs.len().div_ceil(2));
        let mut pairs = runs.into_iter();
        while let Some(left) = pairs.next() {
            let right = pairs.next().unwrap_or_default();
            merged.push(merge(call, left, right, |call, right, left| match precedes {
                Some(function) => match call.invoke(function, &[right.clone(), left.clone()]) {
                    Value::Boolean(before) => Ok(before),
                    _ => Err("the function is to answer true or false".into()),
                },
                None => match right.compare(left) {
                    Some(order) => Ok(order.is_lt()),
                    None => {
                        Err(format!("{} and {} have no order", left.type_name(), right.type_name())
                            .into())
                    }
                },
            })?);
        }
        runs = merged;
    }
    call.kept_list(runs.into_iter().next().unwrap_or_default())
}

fn merge(
    call: &mut Call<'_>,
    left: Vec<Value>,
    right: Vec<Value>,
    precedes: impl Fn(&mut Call<'_>, &Value, &Value) -> Result<bool, Refusal>,
) -> Result<Vec<Value>, Refusal> {
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
    while let (Some(first), Some(second)) = (left.peek(), right.peek()) {
        step(call, 0)?;
        let from = if precedes(call, second, first)? { right.next() } else { left.next() };
        merged.extend(from);
    }
    merged.extend(left);
    merged.extend(right);
    Ok(merged)
}

fn partition(call: &mut Call<'_>) -> Answer {
    let items = call.list(0)?;
    let size = positive(call.integer(1)?)?;
    call.kept_list(items.chunks(size).map(|chunk| Value::list(chunk.to_vec())).collect())
}

/// The items that are numbers; a refusal where one is not.
pub(super) fn numbers(items: &[Value]) -> Result<Vec<Decimal>, Refusal> {
    let all: Option<Vec<_>> = items.iter().map(Value::as_number).collect();
    all.ok_or(Refusal::from("an item is no number"))
}
