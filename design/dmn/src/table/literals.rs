//! What a cell compares its input with, where that is literals and nothing else: these tell apart
//! all values that the cell treats differently. Wider than what an index answers: times, moments and the order of
//! strings are among it.

use feel::{Dialect, Options, Run, Timestamp, Value};

use super::condition::{literal, negation, split};

/// The literals of a cell.
#[derive(Debug, Default)]
pub(super) struct Literals {
    pub(super) values: Vec<Value>,
    /// Some are strings that are compared by order, not only for equality.
    pub(super) orders_strings: bool,
}

impl Literals {
    /// Reads a cell; `None` where it is more than literals, comparisons with them, ranges between them, lists
    /// of these and their negation.
    pub(super) fn read(text: &str, dialect: Dialect) -> Option<Self> {
        let mut found = Self::default();
        let text = text.trim();
        if matches!(text, "" | "-") {
            return Some(found);
        }
        for part in split(negation(text).unwrap_or(text))? {
            found.part(part.trim(), dialect)?;
        }
        Some(found)
    }

    fn part(&mut self, text: &str, dialect: Dialect) -> Option<()> {
        if text == "null" {
            return Some(());
        }
        let compared = ["<=", ">=", "<", ">"].iter().find_map(|it| text.strip_prefix(it));
        if let Some(rest) = compared {
            self.ordered(constant(rest, dialect)?);
            return Some(());
        }
        if text.starts_with(['[', '(', ']']) {
            let inner = text.get(1..)?;
            let inner = inner.strip_suffix([']', ')', '['])?;
            let (start, end) = inner.split_once("..")?;
            self.ordered(constant(start, dialect)?);
            self.ordered(constant(end, dialect)?);
            return Some(());
        }
        self.values.push(constant(text, dialect)?);
        Some(())
    }

    /// A literal that values lie before or behind.
    fn ordered(&mut self, value: Value) {
        self.orders_strings |= matches!(value, Value::String(_));
        self.values.push(value);
    }
}

/// A literal, times included.
fn constant(text: &str, dialect: Dialect) -> Option<Value> {
    literal(text, dialect).or_else(|| moment(text.trim(), dialect))
}

/// `time("..")` or `date and time("..")`.
fn moment(text: &str, dialect: Dialect) -> Option<Value> {
    let calls = ["time(\"", "date and time(\""];
    let inner = calls.iter().find_map(|call| text.strip_prefix(call)?.strip_suffix("\")"))?;
    if inner.contains(['"', '\\']) {
        return None;
    }
    let expression = feel::compile(text, &Options { dialect, names: &[] }).ok()?;
    let value = expression.evaluate(&[], &mut Run::new(Timestamp(0)));
    Some(value).filter(|value| matches!(value, Value::Time(_) | Value::DateTime(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The literals, with `<` before those of a cell that orders strings; `more` where there is more than these.
    fn check(text: &str, expect: &str) {
        let shown = Literals::read(text, Dialect::Standard).map(|found| {
            let values: Vec<String> = found.values.iter().map(ToString::to_string).collect();
            format!("{}{}", if found.orders_strings { "<" } else { "" }, values.join(" "))
        });
        assert_eq!(shown.as_deref().unwrap_or("more"), expect, "{text}");
    }

    #[test]
    fn cells_of_literals_are_read_whatever_their_kind() {
        check("-", "");
        check("null, not(null)", "more");
        check("not(null, 1)", "1");
        check("\"a\", < \"m\"", "<\"a\" \"m\"");
        check("[\"a\"..\"c\"), 7", "<\"a\" \"c\" 7");
        check("< @\"10:00:00\"", "10:00:00");
        check(">= time(\"10:00:00Z\")", "10:00:00Z");
        check("date and time(\"2021-01-01T00:00:00\")", "2021-01-01T00:00:00");
        for text in [
            "odd(?)",
            "> n",
            "? > 5",
            "1 + 1",
            "time(\"25:00:00\")",
            "[1..n]",
            "time(\"a\" + \"b\")",
        ] {
            check(text, "more");
        }
    }
}
