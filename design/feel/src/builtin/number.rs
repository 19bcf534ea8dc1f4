//! Rounding and elementary functions of numbers.

use super::{Answer, Builtin, Call, Refusal};
use crate::{
    calendar::{DaysDuration, YearsDuration},
    decimal::{Decimal, Rounding},
    value::Value,
};

pub(super) const FUNCTIONS: &[Builtin] = &[
    Builtin { name: "decimal", forms: &[&["n", "scale", "mode?"]], call: decimal },
    Builtin {
        name: "floor",
        forms: &[&["n", "scale?"]],
        call: |call| rounded(call, Rounding::Floor),
    },
    Builtin {
        name: "ceiling",
        forms: &[&["n", "scale?"]],
        call: |call| rounded(call, Rounding::Ceiling),
    },
    Builtin {
        name: "round up",
        forms: &[&["n", "scale"]],
        call: |call| rounded(call, Rounding::Up),
    },
    Builtin {
        name: "round down",
        forms: &[&["n", "scale"]],
        call: |call| rounded(call, Rounding::Down),
    },
    Builtin {
        name: "round half up",
        forms: &[&["n", "scale"]],
        call: |call| rounded(call, Rounding::HalfUp),
    },
    Builtin {
        name: "round half down",
        forms: &[&["n", "scale"]],
        call: |call| rounded(call, Rounding::HalfDown),
    },
    Builtin { name: "abs", forms: &[&["n"], &["number"]], call: abs },
    Builtin { name: "modulo", forms: &[&["dividend", "divisor"]], call: modulo },
    Builtin { name: "sqrt", forms: &[&["number"]], call: |call| applied(call, Decimal::sqrt) },
    Builtin { name: "log", forms: &[&["number"]], call: |call| applied(call, Decimal::ln) },
    Builtin { name: "exp", forms: &[&["number"]], call: |call| applied(call, Decimal::exp) },
    Builtin { name: "odd", forms: &[&["number"]], call: |call| parity(call, Decimal::ONE) },
    Builtin { name: "even", forms: &[&["number"]], call: |call| parity(call, Decimal::ZERO) },
    Builtin { name: "random number", forms: &[&[]], call: random },
];

fn decimal(call: &mut Call<'_>) -> Answer {
    if call.is_null(2) {
        return rounded(call, Rounding::HalfEven);
    }
    let mode = call.text(2)?.to_uppercase();
    let rounding = match mode.as_str() {
        "UP" => Rounding::Up,
        "DOWN" => Rounding::Down,
        "CEILING" => Rounding::Ceiling,
        "FLOOR" => Rounding::Floor,
        "HALF_UP" => Rounding::HalfUp,
        "HALF_DOWN" => Rounding::HalfDown,
        "HALF_EVEN" => Rounding::HalfEven,
        "UNNECESSARY" => {
            let value = rounded(call, Rounding::Down)?;
            let exact = value.as_number() == Some(call.number(0)?);
            return if exact { Ok(value) } else { Err("rounding is necessary".into()) };
        }
        _ => return Err(format!("no rounding mode `{mode}`").into()),
    };
    rounded(call, rounding)
}

fn rounded(call: &mut Call<'_>, rounding: Rounding) -> Answer {
    let number = call.number(0)?;
    let scale = if call.count() < 2 { 0 } else { scale(call.number(1)?)? };
    let result = number.round(scale, rounding).ok_or(Refusal::from("the scale is out of range"))?;
    Ok(result.into())
}

/// A scale with digits behind the point counts as its whole part.
fn scale(scale: Decimal) -> Result<i32, Refusal> {
    let whole = scale.round(0, Rounding::Down).and_then(Decimal::to_i64);
    whole
        .and_then(|scale| i32::try_from(scale).ok())
        .ok_or(Refusal::from("the scale is out of range"))
}

fn abs(call: &mut Call<'_>) -> Answer {
    match call.single(0) {
        Value::Number(number) => Ok(number.abs().into()),
        Value::DaysDuration(duration) => {
            Ok(DaysDuration::from_nanos(duration.total_nanos().abs()).into())
        }
        Value::YearsDuration(duration) => {
            Ok(duration.months().checked_abs().map(YearsDuration::from_months).into())
        }
        _ => Err(call.wrong(0, "a number or duration")),
    }
}

fn modulo(call: &mut Call<'_>) -> Answer {
    let (dividend, divisor) = (call.number(0)?, call.number(1)?);
    dividend.checked_modulo(divisor).map(Value::from).ok_or("the divisor is zero".into())
}

fn applied(call: &mut Call<'_>, function: fn(Decimal) -> Option<Decimal>) -> Answer {
    function(call.number(0)?).map(Value::from).ok_or("not defined for this number".into())
}

fn parity(call: &mut Call<'_>, rest: Decimal) -> Answer {
    let number = call.number(0)?;
    if !number.is_integer() {
        return Ok(Value::Boolean(false));
    }
    let found = number.checked_modulo(Decimal::from_i64(2));
    Ok(found.map(|found| found == rest).into())
}

/// A number from 0 up to, but not including, 1.
fn random(call: &mut Call<'_>) -> Answer {
    let digits = call.run.next_random() % 1_000_000_000_000_000_000;
    Ok(i64::try_from(digits).ok().map(|digits| Decimal::from_scaled(digits, 18)).into())
}
