//! What a table says where certain rules match, found without evaluating its inputs: for comparisons.

use feel::{Run, Timestamp, Value};

use super::{Column, Conclusion, HitPolicy, Rows, Table, condition::Condition, hit, index::Index};
use crate::{
    boxed::conform,
    scope::{Expression, Frame, Spot, Tests},
};

/// What is said: a value, or an expression that depends on inputs as it is written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Outcome {
    Value(Value),
    Written(String),
    /// Computed outputs under a policy that looks at their values.
    Unknown,
}

impl Outcome {
    /// As FEEL.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Value(value) => literal(value),
            Self::Written(text) => text.clone(),
            Self::Unknown => "?".to_owned(),
        }
    }
}

/// An input column as it is written.
pub(crate) struct Question<'a> {
    pub(crate) expression: &'a str,
    /// For each rule its condition; as an error the text of a cell that no index answers.
    pub(crate) conditions: Vec<Result<Condition, String>>,
    /// What the allowed values tell apart.
    pub(crate) allowed: Vec<Condition>,
    column: &'a Column,
}

impl Question<'_> {
    /// Whether the input may have this value.
    pub(crate) fn admits(&self, value: &Value) -> bool {
        let (mut frame, mut run) = (Frame::default(), Run::new(Timestamp(0)));
        let allowed = self.column.allowed.as_ref();
        value.is_null()
            || allowed.is_none_or(|tests| tests.matches(value, &mut frame, &mut run))
                && self.column.kind.admits(value, &mut run)
    }
}

impl Conclusion {
    /// Its value, for what is in the frame.
    pub(crate) fn evaluate(&self, frame: &mut Frame, run: &mut Run) -> Value {
        match self {
            Self::Constant(value) => value.clone(),
            Self::Computed(expression) => expression.evaluate(frame, run),
        }
    }

    pub(crate) fn outcome(&self) -> Outcome {
        match (self, self.known()) {
            (_, Some(value)) => Outcome::Value(value),
            (Self::Computed(expression), None) => {
                Outcome::Written(expression.source().trim().to_owned())
            }
            (Self::Constant(_), None) => Outcome::Unknown,
        }
    }

    fn known(&self) -> Option<Value> {
        match self {
            Self::Constant(value) => Some(value.clone()),
            Self::Computed(expression) => constant(expression),
        }
    }
}

/// The value of an expression that reads nothing, neither inputs nor the clock nor random numbers.
fn constant(expression: &Expression) -> Option<Value> {
    let depends = ["now", "today", "random", "uuid"].iter();
    let depends = depends.clone().any(|word| expression.source().contains(word));
    if depends || expression.reads() {
        return None;
    }
    Some(expression.evaluate(&mut Frame::default(), &mut Run::new(Timestamp(0))))
}

/// A value as FEEL text; what has no literal of its own as `@".."`.
fn literal(value: &Value) -> String {
    match value {
        Value::Date(_)
        | Value::Time(_)
        | Value::DateTime(_)
        | Value::DaysDuration(_)
        | Value::YearsDuration(_) => format!("@\"{value}\""),
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(literal).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Context(context) => {
            let entries = context.iter().map(|(name, value)| (&**name, literal(value)));
            written_context(entries)
        }
        other => other.to_string(),
    }
}

fn written_context<'a>(entries: impl Iterator<Item = (&'a str, String)>) -> String {
    let entries: Vec<String> =
        entries.map(|(name, text)| format!("{}: {text}", Value::string(name))).collect();
    format!("{{{}}}", entries.join(", "))
}

impl Table {
    /// The columns as they are written.
    pub(crate) fn questions(&self) -> Vec<Question<'_>> {
        self.columns.iter().map(|column| column.question(self.rules.len())).collect()
    }

    /// What the table says where exactly these rules match, in order.
    pub(crate) fn outcome(&self, matching: &[usize]) -> Outcome {
        let matched = match (self.hit_policy, matching) {
            (HitPolicy::First, [first, ..]) => std::slice::from_ref(first),
            _ => matching,
        };
        let rules = matched.iter().filter_map(|rule| self.rules.get(*rule));
        let mut rows: Vec<&[Conclusion]> = rules.map(|rule| &*rule.conclusions).collect();
        if rows.is_empty() {
            match &self.default {
                Some(default) => rows.push(default),
                None => return Outcome::Value(Value::Null),
            }
        }
        let values: Option<Vec<Value>> =
            rows.iter().copied().flatten().map(Conclusion::known).collect();
        match values {
            Some(values) => Outcome::Value(self.decide(matched, values)),
            None => self.written(&rows),
        }
    }

    fn decide(&self, matched: &[usize], values: Vec<Value>) -> Value {
        let mut run = Run::new(Timestamp(0));
        let kinds = self.outputs.iter().cycle();
        let values: Vec<Value> = values
            .into_iter()
            .zip(kinds)
            .map(|(mut value, output)| {
                conform(&mut value, &output.kind, &output.name, Spot::default(), &mut run);
                value
            })
            .collect();
        if matched.is_empty() {
            return hit::compose(self, &values);
        }
        let rows = Rows::of(self.outputs.len(), matched.to_vec(), values);
        hit::decide(self, &rows, &mut run).unwrap_or_default()
    }

    /// Outputs that depend on inputs: one rule says what is written there.
    fn written(&self, rows: &[&[Conclusion]]) -> Outcome {
        let texts: Vec<String> = rows.iter().map(|row| self.row_text(row)).collect();
        let is_one = texts.iter().all(|text| texts.first() == Some(text));
        match (self.hit_policy, &*texts) {
            (HitPolicy::Unique, [_, _, ..]) => Outcome::Value(Value::Null),
            (HitPolicy::Unique | HitPolicy::First | HitPolicy::Priority, [text]) => {
                Outcome::Written(text.clone())
            }
            (HitPolicy::Any | HitPolicy::Priority, [text, ..]) if is_one => {
                Outcome::Written(text.clone())
            }
            (HitPolicy::RuleOrder | HitPolicy::Collect(None), texts) => {
                Outcome::Written(format!("[{}]", texts.join(", ")))
            }
            _ => Outcome::Unknown,
        }
    }

    fn row_text(&self, row: &[Conclusion]) -> String {
        let cells = row.iter().map(|conclusion| conclusion.outcome().text());
        match &*self.outputs {
            [_] => cells.collect(),
            outputs => written_context(outputs.iter().map(|output| &*output.name).zip(cells)),
        }
    }

    /// A rule's outputs as text: rules of the same text say the same.
    pub(crate) fn rule_text(&self, rule: usize) -> String {
        self.rules.get(rule).map(|rule| self.row_text(&rule.conclusions)).unwrap_or_default()
    }
}

impl Column {
    fn question(&self, rules: usize) -> Question<'_> {
        let conditions = (0..rules).map(|rule| self.condition(rule)).collect();
        let dialect = self.expression.as_ref().map_or(feel::Dialect::Standard, Expression::dialect);
        let texts = [self.allowed.as_ref().map(Tests::source), self.kind.allowed_values()];
        let allowed =
            texts.into_iter().flatten().filter_map(|text| Condition::read(text, dialect)).collect();
        let expression = self.expression.as_ref().map_or("", |it| it.source()).trim();
        Question { expression, conditions, allowed, column: self }
    }

    fn condition(&self, rule: usize) -> Result<Condition, String> {
        let Some(Some(number)) = self.cells.get(rule) else {
            let is_any = !self.residual.contains(rule);
            return if is_any { Ok(Condition::Any) } else { Err(String::new()) };
        };
        let test = usize::try_from(*number).ok().and_then(|number| self.tests.get(number));
        let Some(test) = test else { return Err(String::new()) };
        let read = Condition::read(test.source(), test.dialect());
        match read {
            // Without any literal in the column there is no index.
            Some(condition)
                if !self.residual.contains(rule) || matches!(self.index, Index::Unindexed) =>
            {
                Ok(condition)
            }
            _ => Err(test.source().to_owned()),
        }
    }
}
