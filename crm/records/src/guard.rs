//! Conditions over one row's own fields: the guard of a guarded update, and a filter evaluated in
//! memory.
//!
//! Both see the row flat: every field by its name, a reference as its key in text, `key`,
//! `created at`, `updated at`. Nothing beyond the row is read, but by a [`Selection`], which has what the row
//! refers to.

use std::cmp::Ordering;

use feel::predicate::{Op, Predicate};
use feel::{Expression, Path, Run, Value};

use crate::selection::{Referred, Selection};
use crate::view::flat_value;
use crate::{ObjectDef, Record};

/// Whether the condition is true for the row; null counts as no, a name that the row does not have
/// is null.
pub fn guard(object: &ObjectDef, record: &Record, condition: &Expression, run: &mut Run) -> bool {
    let value_of = |name: &str| flat_value(object, record, name).unwrap_or_default();
    let slots: Vec<Value> = condition.inputs().iter().map(|name| value_of(name)).collect();
    condition.evaluate(&slots, run).as_bool() == Some(true)
}

/// Whether the row satisfies a predicate over its own fields, exactly as a database answers it.
pub fn matches(object: &ObjectDef, record: &Record, predicate: &Predicate) -> bool {
    Row { object, record, through: None }.holds(predicate) == Some(true)
}

pub(crate) struct Row<'a> {
    pub(crate) object: &'a ObjectDef,
    pub(crate) record: &'a Record,
    /// What leads beyond the row.
    pub(crate) through: Option<(&'a Selection, &'a Referred)>,
}

impl Row<'_> {
    /// Three-valued, as FEEL: `None` is neither true nor false.
    pub(crate) fn holds(&self, predicate: &Predicate) -> Option<bool> {
        match predicate {
            Predicate::Always => Some(true),
            Predicate::Never => Some(false),
            Predicate::And(parts) => self.fold(parts, false),
            Predicate::Or(parts) => self.fold(parts, true),
            Predicate::Not(part) => self.holds(part).map(|holds| !holds),
            Predicate::Unless(part) => Some(self.holds(part) != Some(true)),
            Predicate::Compare { path, op, value } => compare(&self.value(path), *op, value),
            Predicate::In { path, values } => {
                let stored = self.value(path);
                any(values.iter().map(|value| stored.feel_equals(value)), true)
            }
            Predicate::StartsWith { path, prefix } => {
                self.value(path).as_str().map(|text| text.starts_with(&**prefix))
            }
            Predicate::Contains { path, part } => {
                self.value(path).as_str().map(|text| text.contains(&**part))
            }
            Predicate::EndsWith { path, suffix } => {
                self.value(path).as_str().map(|text| text.ends_with(&**suffix))
            }
            Predicate::Length { path, op, length } => {
                let characters = self.value(path).as_str().map(|text| text.chars().count());
                let characters = characters.and_then(|count| i64::try_from(count).ok());
                compare(&characters.map(Value::number).into(), *op, &Value::Number(*length))
            }
            Predicate::IsNull { path } => Some(self.value(path).is_null()),
            Predicate::IsNotNull { path } => Some(!self.value(path).is_null()),
        }
    }

    fn fold(&self, parts: &[Predicate], decisive: bool) -> Option<bool> {
        any(parts.iter().map(|part| self.holds(part)), decisive)
    }

    /// What stands at a path of the row; a reference's `key` is the reference itself.
    fn value(&self, path: &Path) -> Value {
        let steps = match &**path {
            [before @ .., _, key] if &**key == "key" => path.get(..=before.len()).unwrap_or(path),
            all => all,
        };
        let value = match (steps, self.through) {
            ([name], _) => flat_value(self.object, self.record, name),
            (_, Some((selection, referred))) => {
                selection.referred_value(self.object, self.record, referred, steps)
            }
            (_, None) => None,
        };
        value.unwrap_or_default()
    }
}

/// `decisive` where one answer is, unknown where one is, else the opposite: "or" with true, "and"
/// with false.
fn any(answers: impl Iterator<Item = Option<bool>>, decisive: bool) -> Option<bool> {
    let mut all_known = true;
    for answer in answers {
        match answer {
            Some(answer) if answer == decisive => return Some(decisive),
            Some(_) => {}
            None => all_known = false,
        }
    }
    all_known.then_some(!decisive)
}

fn compare(stored: &Value, op: Op, value: &Value) -> Option<bool> {
    match op {
        Op::Equal => stored.feel_equals(value),
        Op::NotEqual => stored.feel_equals(value).map(|equal| !equal),
        Op::Less => stored.compare(value).map(Ordering::is_lt),
        Op::LessOrEqual => stored.compare(value).map(Ordering::is_le),
        Op::Greater => stored.compare(value).map(Ordering::is_gt),
        Op::GreaterOrEqual => stored.compare(value).map(Ordering::is_ge),
    }
}

#[cfg(test)]
mod tests;
