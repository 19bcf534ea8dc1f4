//! The short way through a table: where inputs are read as they are, the indexes answer every cell and all outputs are
//! literals, the sets of the columns are intersected where they stand, and the rule that is left has its value made before.
//! What needs more, such as an input of another kind or a second rule that matches, is left to the long way.

use feel::Value;

use super::{
    Column, Conclusion, HitPolicy, Table,
    bits::{Set, words_a_bit},
    hit,
};
use crate::item::Type;

/// Columns that such a table may have.
const MOST_COLUMNS: usize = 8;

/// What the short way needs beside the table.
#[derive(Debug)]
pub(crate) struct Lookup {
    /// The input of each column.
    inputs: Vec<usize>,
    /// The inputs that no column reads.
    unread: Vec<usize>,
    /// The value of the table by the rule that matches.
    values: Vec<Value>,
}

impl Table {
    /// The short way for so many inputs, where there is one; `kinds` are the types that its value must be of.
    pub(crate) fn lookup(&self, given: usize, kinds: &[&Type]) -> Option<Lookup> {
        let takes_one = match self.hit_policy {
            HitPolicy::Unique | HitPolicy::First | HitPolicy::Any | HitPolicy::Priority => true,
            HitPolicy::OutputOrder | HitPolicy::RuleOrder | HitPolicy::Collect(_) => false,
        };
        let is_restricted = self.columns.iter().any(|column| !column.is_open);
        if !takes_one || !is_restricted || self.columns.len() > MOST_COLUMNS {
            return None;
        }
        let inputs: Option<Vec<usize>> = self.columns.iter().map(Column::looked_up).collect();
        let values: Option<Vec<Value>> =
            (0..self.rules.len()).map(|rule| self.literal_value(rule, kinds)).collect();
        let inputs = inputs?;
        let unread = (0..given).filter(|input| !inputs.contains(input)).collect();
        Some(Lookup { inputs, unread, values: values? })
    }

    /// What a rule of literals says, where the value is of these types as it is.
    fn literal_value(&self, rule: usize, kinds: &[&Type]) -> Option<Value> {
        let conclusions = &self.rules.get(rule)?.conclusions;
        let mut outputs = Vec::with_capacity(self.outputs.len());
        for (at, output) in self.outputs.iter().enumerate() {
            let value = match conclusions.get(at) {
                Some(Conclusion::Constant(value)) => value.clone(),
                Some(Conclusion::Computed(_)) => return None,
                None => Value::Null,
            };
            outputs.push(Some(value).filter(|value| output.kind.always_admits(value))?);
        }
        let value = hit::compose(self, &outputs);
        kinds.iter().all(|kind| kind.always_admits(&value)).then_some(value)
    }

    /// The value of the table for what `given` gives as the inputs, where each is of its type; `None` where only the long
    /// way can tell.
    #[inline]
    pub(crate) fn look_up<'a>(
        &self,
        lookup: &Lookup,
        given: impl Fn(usize) -> Option<&'a Value>,
    ) -> Option<Value> {
        if lookup.unread.iter().any(|input| given(*input).is_none()) {
            return None;
        }
        let mut sets = [Set::EMPTY; MOST_COLUMNS];
        let mut count = 0;
        for (column, input) in self.columns.iter().zip(&lookup.inputs) {
            let value = given(*input)?;
            if !column.kind.takes(value) {
                return None;
            }
            if !column.is_open {
                *sets.get_mut(count)? = column.set(value)?;
                count += 1;
            }
        }
        match only_common(sets.get(..count)?, self.hit_policy) {
            Common::None if self.default.is_none() => Some(Value::Null),
            Common::None | Common::Several => None,
            Common::One(rule) => lookup.values.get(rule).cloned(),
        }
    }
}

impl Column {
    /// The input that the column is, where an index answers all its cells.
    fn looked_up(&self) -> Option<usize> {
        let is_answered = self.allowed.is_none() && self.residual.is_empty();
        self.expression.as_ref().filter(|_| is_answered)?.slot()
    }

    #[inline]
    fn set(&self, value: &Value) -> Option<Set<'_>> {
        if value.is_null() {
            return Some(Set { words: self.on_null.words(), outline: u64::MAX });
        }
        self.index.set(value)
    }
}

/// What sets have in common.
enum Common {
    None,
    /// This rule: the first, or the only one, as the policy asks.
    One(usize),
    Several,
}

#[inline]
fn only_common(sets: &[Set<'_>], policy: HitPolicy) -> Common {
    let Some((first, rest)) = sets.split_first() else { return Common::Several };
    let group = words_a_bit(first.words.len());
    let mut outline = rest.iter().fold(first.outline, |all, set| all & set.outline);
    let mut found = Common::None;
    while outline != 0 {
        let from = usize::try_from(outline.trailing_zeros()).unwrap_or(0) * group;
        outline &= outline - 1;
        if from >= first.words.len() {
            break;
        }
        for (at, word) in first.words.iter().enumerate().skip(from).take(group) {
            let common =
                rest.iter().fold(*word, |all, set| all & set.words.get(at).copied().unwrap_or(0));
            if common == 0 {
                continue;
            }
            let rule = at * 64 + usize::try_from(common.trailing_zeros()).unwrap_or(0);
            if policy == HitPolicy::First {
                return Common::One(rule);
            }
            if !matches!(found, Common::None) || !common.is_power_of_two() {
                return Common::Several;
            }
            found = Common::One(rule);
        }
    }
    found
}
