//! Aggregations of lists.

use super::{Answer, Builtin, Call, Refusal, fold::folded, list::numbers};
use crate::{decimal::Decimal, value::Value};

pub(super) const FUNCTIONS: &[Builtin] = &[
    Builtin {
        name: "min",
        forms: &[&["list"], &["c.."]],
        call: |call| folded("min", &call.variadic()?),
    },
    Builtin {
        name: "max",
        forms: &[&["list"], &["c.."]],
        call: |call| folded("max", &call.variadic()?),
    },
    Builtin {
        name: "sum",
        forms: &[&["list"], &["n.."]],
        call: |call| folded("sum", &call.variadic()?),
    },
    Builtin {
        name: "mean",
        forms: &[&["list"], &["n.."]],
        call: |call| folded("mean", &call.variadic()?),
    },
    Builtin { name: "product", forms: &[&["list"], &["n.."]], call: product },
    Builtin { name: "median", forms: &[&["list"], &["n.."]], call: median },
    Builtin { name: "stddev", forms: &[&["list"], &["n.."]], call: stddev },
    Builtin { name: "mode", forms: &[&["list"], &["n.."]], call: mode },
];

fn length(count: usize) -> Decimal {
    Decimal::from_i64(i64::try_from(count).unwrap_or(i64::MAX))
}

fn overflow() -> Refusal {
    "the result is out of range".into()
}

fn product(call: &mut Call<'_>) -> Answer {
    let numbers = numbers(&call.variadic()?)?;
    if numbers.is_empty() {
        return Ok(Value::Null);
    }
    let product = numbers.into_iter().try_fold(Decimal::ONE, Decimal::checked_mul);
    product.map(Value::from).ok_or_else(overflow)
}

fn median(call: &mut Call<'_>) -> Answer {
    let mut numbers = numbers(&call.variadic()?)?;
    call.run.makes(numbers.len(), call.span);
    numbers.sort();
    let middle = numbers.len() / 2;
    let upper = numbers.get(middle).copied();
    if numbers.len() % 2 == 1 {
        return Ok(upper.into());
    }
    let lower = middle.checked_sub(1).and_then(|index| numbers.get(index)).copied();
    let Some((lower, upper)) = lower.zip(upper) else { return Ok(Value::Null) };
    let half = lower.checked_add(upper).and_then(|sum| sum.checked_div(Decimal::from_i64(2)));
    half.map(Value::from).ok_or_else(overflow)
}

/// The standard deviation of a sample.
fn stddev(call: &mut Call<'_>) -> Answer {
    let numbers = numbers(&call.variadic()?)?;
    if numbers.len() < 2 {
        return Err("two numbers are needed at least".into());
    }
    let deviation = || {
        let sum = numbers.iter().try_fold(Decimal::ZERO, |sum, number| sum.checked_add(*number))?;
        let mean = sum.checked_div(length(numbers.len()))?;
        let squares = numbers.iter().try_fold(Decimal::ZERO, |sum, number| {
            let apart = number.checked_sub(mean)?;
            sum.checked_add(apart.checked_mul(apart)?)
        })?;
        squares.checked_div(length(numbers.len() - 1))?.sqrt()
    };
    deviation().map(Value::from).ok_or_else(overflow)
}

fn mode(call: &mut Call<'_>) -> Answer {
    let mut numbers = numbers(&call.variadic()?)?;
    call.run.makes(numbers.len(), call.span);
    numbers.sort();
    let groups: Vec<(Decimal, usize)> = numbers
        .chunk_by(|left, right| left == right)
        .filter_map(|chunk| Some((*chunk.first()?, chunk.len())))
        .collect();
    let most = groups.iter().map(|(_, count)| *count).max().unwrap_or(0);
    let modes =
        groups.into_iter().filter(|(_, count)| *count == most).map(|(number, _)| number.into());
    Ok(Value::list(modes.collect()))
}
