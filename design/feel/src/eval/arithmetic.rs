//! Arithmetic on numbers, strings, dates, times and durations (DMN 1.5, 10.3.2.15, tables 56 to 60).

use super::{Frame, eval, place};
use crate::{
    calendar::{DAY_SECONDS, Date, DateTime, DaysDuration, NANOS, Time, YearsDuration, Zone},
    decimal::{Decimal, Rounding},
    ir::Node,
    problem::Span,
    run::{Run, WarningKind},
    syntax::tree::ArithmeticOp,
    value::Value,
};

/// Applies operators of one level from left to right.
pub(super) fn chain(
    first: &Node,
    rest: &[(ArithmeticOp, Node)],
    frame: &mut Frame<'_>,
    run: &mut Run,
) -> Value {
    let mut left = eval(first, frame, run);
    let mut span = first.span;
    for (op, operand) in rest {
        span = span.to(operand.span);
        left = match place(operand, frame) {
            Some(right) => apply(*op, &left, right, span, run),
            None => {
                let right = eval(operand, frame, run);
                apply(*op, &left, &right, span, run)
            }
        };
    }
    left
}

pub(super) fn negate(operand: &Value, span: Span, run: &mut Run) -> Value {
    match operand {
        Value::Number(number) => Value::Number(-*number),
        Value::DaysDuration(duration) => DaysDuration::from_nanos(-duration.total_nanos()).into(),
        Value::YearsDuration(duration) => {
            duration.months().checked_neg().map(YearsDuration::from_months).into()
        }
        other => {
            run.warn(WarningKind::InvalidType, span, || {
                format!("cannot negate {}", other.type_name())
            });
            Value::Null
        }
    }
}

fn apply(op: ArithmeticOp, left: &Value, right: &Value, span: Span, run: &mut Run) -> Value {
    if let (ArithmeticOp::Add, Value::String(left), Value::String(right)) = (op, left, right) {
        if !run.allows_string(left.len() + right.len(), span) {
            return Value::Null;
        }
        return Value::string(format!("{left}{right}"));
    }
    match combine(op, left, right) {
        Value::Null => {
            run.warn(WarningKind::InvalidType, span, || {
                format!(
                    "`{}` has no result for {} and {}",
                    symbol(op),
                    left.type_name(),
                    right.type_name()
                )
            });
            Value::Null
        }
        value => value,
    }
}

fn symbol(op: ArithmeticOp) -> &'static str {
    match op {
        ArithmeticOp::Add => "+",
        ArithmeticOp::Subtract => "-",
        ArithmeticOp::Multiply => "*",
        ArithmeticOp::Divide => "/",
        ArithmeticOp::Power => "**",
    }
}

/// The result of an operator; null where there is none.
pub(crate) fn combine(op: ArithmeticOp, left: &Value, right: &Value) -> Value {
    if let (Value::Number(left), Value::Number(right)) = (left, right) {
        return match op {
            ArithmeticOp::Add => left.checked_add(*right),
            ArithmeticOp::Subtract => left.checked_sub(*right),
            ArithmeticOp::Multiply => left.checked_mul(*right),
            ArithmeticOp::Divide => left.checked_div(*right),
            ArithmeticOp::Power => left.checked_pow(*right),
        }
        .into();
    }
    match op {
        ArithmeticOp::Add => add(left, right),
        ArithmeticOp::Subtract => subtract(left, right),
        ArithmeticOp::Multiply => multiply(left, right),
        ArithmeticOp::Divide => divide(left, right),
        ArithmeticOp::Power => Value::Null,
    }
}

/// The sum of two values; null where there is none.
fn add(left: &Value, right: &Value) -> Value {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left.checked_add(*right).into(),
        (Value::String(left), Value::String(right)) => Value::string(format!("{left}{right}")),
        (Value::DaysDuration(left), Value::DaysDuration(right)) => {
            DaysDuration::from_nanos(left.total_nanos() + right.total_nanos()).into()
        }
        (Value::YearsDuration(left), Value::YearsDuration(right)) => {
            left.months().checked_add(right.months()).map(YearsDuration::from_months).into()
        }
        (Value::DaysDuration(_) | Value::YearsDuration(_), _) => later(right, left),
        _ => later(left, right),
    }
}

/// A moment some duration later.
fn later(moment: &Value, duration: &Value) -> Value {
    match (moment, duration) {
        (Value::Date(date), Value::YearsDuration(duration)) => {
            date.checked_add_months(*duration).into()
        }
        (Value::Date(date), Value::DaysDuration(duration)) => {
            let days = duration.total_nanos().div_euclid(NANOS * i128::from(DAY_SECONDS));
            i64::try_from(days).ok().and_then(|days| date.checked_add_days(days)).into()
        }
        (Value::DateTime(moment), Value::YearsDuration(duration)) => {
            moment.checked_add_months(*duration).into()
        }
        (Value::DateTime(moment), Value::DaysDuration(duration)) => {
            moment.checked_add_days(*duration).into()
        }
        (Value::Time(time), Value::DaysDuration(duration)) => time.wrapping_add(*duration).into(),
        _ => Value::Null,
    }
}

fn subtract(left: &Value, right: &Value) -> Value {
    match (left, right) {
        (Value::DaysDuration(left), Value::DaysDuration(right)) => {
            DaysDuration::from_nanos(left.total_nanos() - right.total_nanos()).into()
        }
        (Value::YearsDuration(left), Value::YearsDuration(right)) => {
            left.months().checked_sub(right.months()).map(YearsDuration::from_months).into()
        }
        (_, Value::DaysDuration(duration)) => DaysDuration::from_nanos(-duration.total_nanos())
            .map_or(Value::Null, |back| later(left, &back.into())),
        (_, Value::YearsDuration(duration)) => duration
            .months()
            .checked_neg()
            .map_or(Value::Null, |months| later(left, &YearsDuration::from_months(months).into())),
        (Value::Time(left), Value::Time(right)) => times_apart(left, right).into(),
        (Value::Date(left), Value::Date(right)) => {
            let days = left.epoch_days() - right.epoch_days();
            days.checked_mul(DAY_SECONDS).map(DaysDuration::from_seconds).into()
        }
        (Value::DateTime(left), Value::DateTime(right)) => moments_apart(left, right).into(),
        (Value::DateTime(left), Value::Date(right)) => {
            moments_apart(left, &midnight(*right)).into()
        }
        (Value::Date(left), Value::DateTime(right)) => {
            moments_apart(&midnight(*left), right).into()
        }
        _ => Value::Null,
    }
}

fn times_apart(left: &Time, right: &Time) -> Option<DaysDuration> {
    if left.zone().is_some() != right.zone().is_some() {
        return None;
    }
    DaysDuration::from_nanos(left.utc_nanos() - right.utc_nanos())
}

fn moments_apart(left: &DateTime, right: &DateTime) -> Option<DaysDuration> {
    if left.zone().is_some() != right.zone().is_some() {
        return None;
    }
    DaysDuration::from_nanos(left.instant_nanos() - right.instant_nanos())
}

/// A date counts as its midnight in UTC (DMN 1.5, table 58).
fn midnight(date: Date) -> DateTime {
    DateTime::new(date, Time::midnight().with_zone(Some(Zone::utc())))
}

fn multiply(left: &Value, right: &Value) -> Value {
    match (left, right) {
        (Value::Number(_), Value::DaysDuration(_) | Value::YearsDuration(_)) => {
            scaled(right, left, Decimal::checked_mul)
        }
        _ => scaled(left, right, Decimal::checked_mul),
    }
}

fn divide(left: &Value, right: &Value) -> Value {
    match (left, right) {
        (Value::DaysDuration(left), Value::DaysDuration(right)) => {
            ratio(left.total_nanos(), right.total_nanos())
        }
        (Value::YearsDuration(left), Value::YearsDuration(right)) => {
            ratio(i128::from(left.months()), i128::from(right.months()))
        }
        _ => scaled(left, right, Decimal::checked_div),
    }
}

fn ratio(left: i128, right: i128) -> Value {
    let number = |value: i128| value.to_string().parse::<Decimal>().ok();
    number(left).zip(number(right)).and_then(|(left, right)| left.checked_div(right)).into()
}

/// A duration times or divided by a number, cut towards zero.
fn scaled(duration: &Value, factor: &Value, op: fn(Decimal, Decimal) -> Option<Decimal>) -> Value {
    let Value::Number(factor) = factor else { return Value::Null };
    let result = |length: i128| {
        let length: Decimal = length.to_string().parse().ok()?;
        op(length, *factor)?.round(0, Rounding::Down)?.to_string().parse::<i128>().ok()
    };
    match duration {
        Value::DaysDuration(duration) => {
            result(duration.total_nanos()).and_then(DaysDuration::from_nanos).into()
        }
        Value::YearsDuration(duration) => result(i128::from(duration.months()))
            .and_then(|months| i64::try_from(months).ok())
            .map(YearsDuration::from_months)
            .into(),
        _ => Value::Null,
    }
}
