//! Why rules did not match: found afterwards, from the values that the columns read, so that an evaluation keeps
//! nothing for it.

use std::sync::Arc;

use feel::{Run, Timestamp, Value};

use super::{Column, HitPolicy, Table};
use crate::{
    item::Type,
    scope::{Frame, Tests},
    trace::{RefusingCell, UnmatchedRule},
};

/// How many rules of a table are explained.
const MAX_RULES: usize = 1_000;

impl Table {
    /// The rules besides `matched` (from 1), with the first cell of each that did not let its input through. Where only cells
    /// are left that read more than their input, it is that cell where it is the only one.
    pub(crate) fn unmatched(&self, inputs: &[Value], matched: &[u32]) -> Vec<UnmatchedRule> {
        let inputs: Vec<Value> =
            self.columns.iter().zip(inputs).map(|(column, value)| column.typed(value)).collect();
        let others = (1_u32..).zip(&self.rules).filter(|(index, _)| !matched.contains(index));
        let explained = others.take(MAX_RULES).map(|(index, rule)| UnmatchedRule {
            index,
            id: Arc::clone(&rule.id),
            refused_by: self.refusing(index, &inputs, self.asks(index, &inputs, matched)),
        });
        explained.collect()
    }

    /// Whether the rule was asked at all.
    fn asks(&self, index: u32, inputs: &[Value], matched: &[u32]) -> bool {
        let is_behind = self.hit_policy == HitPolicy::First && matched.iter().any(|it| *it < index);
        let mut columns = self.columns.iter().zip(inputs);
        !is_behind && columns.all(|(column, value)| column.may_be(value))
    }

    fn refusing(&self, index: u32, inputs: &[Value], is_asked: bool) -> Option<RefusingCell> {
        let rule = usize::try_from(index).ok()?.checked_sub(1)?;
        let mut unknown = Vec::new();
        for (column, value) in self.columns.iter().zip(inputs) {
            let Some(test) = column.test(rule) else { continue };
            if test.reads_more() {
                unknown.push((column, test));
            } else if !test.matches(value, &mut Frame::default(), &mut Run::new(Timestamp(0))) {
                return Some(column.refusal(test));
            }
        }
        match &*unknown {
            [(column, test)] if is_asked => Some(column.refusal(test)),
            _ => None,
        }
    }
}

impl Column {
    /// The cell of a rule, where it is more than `-`.
    pub(super) fn test(&self, rule: usize) -> Option<&Tests> {
        let number = usize::try_from((*self.cells.get(rule)?)?).ok()?;
        self.tests.get(number)
    }

    fn may_be(&self, value: &Value) -> bool {
        let allowed = self.allowed.as_ref().filter(|_| !value.is_null());
        let (mut frame, mut run) = (Frame::default(), Run::new(Timestamp(0)));
        allowed.is_none_or(|tests| tests.matches(value, &mut frame, &mut run))
    }

    fn refusal(&self, test: &Tests) -> RefusingCell {
        RefusingCell {
            input_id: Arc::clone(&self.id),
            input_name: Arc::clone(&self.name),
            cell: test.source().into(),
        }
    }

    /// A value that was read as it was before it was written as JSON, which has no dates.
    fn typed(&self, value: &Value) -> Value {
        let Value::String(text) = value else { return value.clone() };
        let (date, time, moment) = (
            || text.parse().map(Value::Date),
            || text.parse().map(Value::Time),
            || text.parse().map(Value::DateTime),
        );
        let (days, years) =
            (|| text.parse().map(Value::DaysDuration), || text.parse().map(Value::YearsDuration));
        let found = match self.expected.kind.unrestricted() {
            Type::Date => date().ok(),
            Type::Time => time().ok(),
            Type::DateTime => moment().ok(),
            Type::DaysDuration => days().ok(),
            Type::YearsDuration => years().ok(),
            _ => None,
        };
        found.unwrap_or_else(|| value.clone())
    }
}
