//! The input cells that an index can answer: literals, comparisons with literals, ranges between
//! literals, disjunctions of these and their negation. Everything else stays a unary test.
//!
//! This reads only forms whose meaning does not depend on names in scope; the literals themselves
//! are FEEL's.

use std::ops::Bound;

use feel::{Date, DaysDuration, Decimal, Dialect, Options, Run, Timestamp, Value, YearsDuration};

/// What a cell says about its input.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Condition {
    /// `-`: nothing.
    Any,
    /// The input is in one of the intervals, or null where that is named; or, negated, neither.
    Intervals { intervals: Vec<Interval>, negated: bool, with_null: bool },
}

/// Values between two ends; both ends are of one kind.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Interval {
    pub(crate) start: Bound<Point>,
    pub(crate) end: Bound<Point>,
}

/// A value of a kind that has a total order here.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Point {
    Number(Decimal),
    String(std::sync::Arc<str>),
    Boolean(bool),
    Date(Date),
    Days(DaysDuration),
    Years(YearsDuration),
}

impl Condition {
    /// Reads a cell; `None` where it must stay a unary test.
    pub(crate) fn read(text: &str, dialect: Dialect) -> Option<Self> {
        let text = text.trim();
        if matches!(text, "" | "-") {
            return Some(Self::Any);
        }
        let (text, negated) = match negation(text) {
            Some(inner) => (inner, true),
            None => (text, false),
        };
        let (mut intervals, mut with_null) = (Vec::new(), false);
        for part in split(text)? {
            match part.trim() {
                "null" => with_null = true,
                part => intervals.push(interval(part, dialect)?),
            }
        }
        Some(Self::Intervals { intervals, negated, with_null })
    }
}

/// A literal and nothing else.
pub(crate) fn literal(text: &str, dialect: Dialect) -> Option<Value> {
    let value = match text.trim() {
        "true" => Value::Boolean(true),
        "false" => Value::Boolean(false),
        text if is_number(text) => Value::Number(text.parse().ok()?),
        text if is_plain_string(text) => Value::string(text.strip_prefix('"')?.strip_suffix('"')?),
        text if is_temporal(text) => evaluate(text, dialect)?,
        _ => return None,
    };
    Some(value)
}

/// The inside of `not(..)`, where the bracket closes at the end.
pub(super) fn negation(text: &str) -> Option<&str> {
    // `not(1) or (2)` ends with a bracket, too, but what is inside is then no literal.
    text.strip_prefix("not")?.trim_start().strip_prefix('(')?.strip_suffix(')')
}

fn interval(text: &str, dialect: Dialect) -> Option<Interval> {
    let comparison =
        [("<=", (false, true)), (">=", (true, true)), ("<", (false, false)), (">", (true, false))];
    for (operator, (is_lower, is_closed)) in comparison {
        if let Some(rest) = text.strip_prefix(operator) {
            let point = ordered_point(rest, dialect)?;
            let end = if is_closed { Bound::Included(point) } else { Bound::Excluded(point) };
            return Some(if is_lower {
                Interval { start: end, end: Bound::Unbounded }
            } else {
                Interval { start: Bound::Unbounded, end }
            });
        }
    }
    if text.starts_with(['[', '(', ']']) {
        return range(text, dialect);
    }
    let point = point(text, dialect)?;
    Some(Interval { start: Bound::Included(point.clone()), end: Bound::Included(point) })
}

/// `[a..b]` and its open forms.
fn range(text: &str, dialect: Dialect) -> Option<Interval> {
    let first = text.chars().next()?;
    let last = text.chars().next_back().filter(|it| matches!(it, ']' | ')' | '['))?;
    let (start, end) = text.strip_prefix(first)?.strip_suffix(last)?.split_once("..")?;
    let (start, end) = (ordered_point(start, dialect)?, ordered_point(end, dialect)?);
    is_same_kind(&start, &end).then_some(Interval {
        start: if first == '[' { Bound::Included(start) } else { Bound::Excluded(start) },
        end: if last == ']' { Bound::Included(end) } else { Bound::Excluded(end) },
    })
}

/// A point of a kind that `<` orders; strings are compared for equality only.
fn ordered_point(text: &str, dialect: Dialect) -> Option<Point> {
    point(text, dialect).filter(|point| !matches!(point, Point::String(_) | Point::Boolean(_)))
}

fn point(text: &str, dialect: Dialect) -> Option<Point> {
    as_point(&literal(text, dialect)?)
}

/// The value as a point, where it is of a kind that an index takes.
pub(super) fn as_point(value: &Value) -> Option<Point> {
    match value {
        Value::Number(number) => Some(Point::Number(*number)),
        Value::String(text) => Some(Point::String(std::sync::Arc::clone(text))),
        Value::Boolean(flag) => Some(Point::Boolean(*flag)),
        Value::Date(date) => Some(Point::Date(*date)),
        Value::DaysDuration(duration) => Some(Point::Days(*duration)),
        Value::YearsDuration(duration) => Some(Point::Years(*duration)),
        _ => None,
    }
}

pub(crate) fn is_same_kind(left: &Point, right: &Point) -> bool {
    std::mem::discriminant(left) == std::mem::discriminant(right)
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let are_digits =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    text.len() <= 34 && are_digits(whole) && are_digits(fraction)
}

/// A string literal without escapes.
fn is_plain_string(text: &str) -> bool {
    let inner = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    text.len() >= 2 && inner.is_some_and(|inner| !inner.contains(['"', '\\']))
}

/// `@".."`, `date("..")` or `duration("..")`.
fn is_temporal(text: &str) -> bool {
    let inner = ["date(", "duration("]
        .iter()
        .find_map(|call| text.strip_prefix(call)?.strip_suffix(')'))
        .or_else(|| text.strip_prefix('@'));
    inner.is_some_and(is_plain_string)
}

fn evaluate(text: &str, dialect: Dialect) -> Option<Value> {
    let expression = feel::compile(text, &Options { dialect, names: &[] }).ok()?;
    let value = expression.evaluate(&[], &mut Run::new(Timestamp(0)));
    Some(value).filter(|value| !value.is_null() && expression.inputs().is_empty())
}

/// The parts between commas outside strings; `None` where a string does not end. Commas within
/// brackets separate, too: the pieces are then no literals.
pub(super) fn split(text: &str) -> Option<Vec<&str>> {
    let (mut parts, mut start, mut in_string) = (Vec::new(), 0, false);
    let mut bytes = text.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'\\' if in_string => {
                bytes.next();
            }
            b'"' => in_string = !in_string,
            b',' if !in_string => {
                parts.push(text.get(start..at)?);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text.get(start..)?);
    (!in_string).then_some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `any`, `residual`, or the ends of the intervals.
    fn check(text: &str, expect: &str) {
        let shown = match Condition::read(text, Dialect::Standard) {
            None => "residual".to_owned(),
            Some(Condition::Any) => "any".to_owned(),
            Some(Condition::Intervals { intervals, negated, with_null }) => {
                let not = if negated { "not " } else { "" };
                let mut shown: Vec<_> = intervals.iter().map(show).collect();
                shown.extend(with_null.then(|| "null".to_owned()));
                format!("{not}{}", shown.join(" "))
            }
        };
        assert_eq!(shown, expect, "{text}");
    }

    fn show(interval: &Interval) -> String {
        let point = |point: &Point| match point {
            Point::Number(number) => number.to_string(),
            Point::String(text) => text.to_string(),
            Point::Boolean(flag) => flag.to_string(),
            Point::Date(date) => date.to_string(),
            Point::Days(_) | Point::Years(_) => "duration".to_owned(),
        };
        let start = match &interval.start {
            Bound::Included(start) => format!("[{}", point(start)),
            Bound::Excluded(start) => format!("({}", point(start)),
            Bound::Unbounded => "(".to_owned(),
        };
        match &interval.end {
            Bound::Included(end) => format!("{start}..{}]", point(end)),
            Bound::Excluded(end) => format!("{start}..{})", point(end)),
            Bound::Unbounded => format!("{start}..)"),
        }
    }

    #[test]
    fn literals_comparisons_and_ranges_are_for_the_index() {
        check("-", "any");
        check("", "any");
        check("5", "[5..5]");
        check(" -5.50 ", "[-5.5..-5.5]");
        check("< 5", "(..5)");
        check(">=5, 1", "[5..) [1..1]");
        check("[1..5)", "[1..5)");
        check("]1 .. 5[", "(1..5)");
        check("(1..5]", "(1..5]");
        check(r#""a","b, c""#, "[a..a] [b, c..b, c]");
        check("not(1, [2..3])", "not [1..1] [2..3]");
        check(r#"not("a")"#, "not [a..a]");
        check("null", "null");
        check("not(null, 1)", "not [1..1] null");
        check("true", "[true..true]");
        check(r#"> date("2026-01-31")"#, "(2026-01-31..)");
        check(r#"@"P1D""#, "[duration..duration]");
    }

    #[test]
    fn everything_else_stays_a_unary_test() {
        for text in [
            "a",
            "-a",
            "1 + 1",
            "f(1, 2)",
            "[1,2]",
            "(5)",
            "not(1) or (2)",
            "not(1), not(2)",
            "? > 5",
            "= 5",
            r#"< "a""#,
            r#"["a".."b"]"#,
            r#""a" + "b""#,
            r#""a\"b""#,
            "[1..a]",
            "1,",
            "1..5",
            "1e5",
            "- 5",
            ".5",
            "5.",
            "date(2026, 1, 1)",
            r#""a"#,
            r#"[1..date("2026-01-01")]"#,
        ] {
            check(text, "residual");
        }
    }
}
