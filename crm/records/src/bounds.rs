//! The least and the greatest value of a field that holds a number, a percentage or an amount. An amount is
//! compared by its number, whatever its currency.

use feel::Decimal;
use serde::{Deserialize, Serialize};

use crate::{FieldKind, FieldValue, ProblemCode, view};

/// Between which values a field keeps, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Bounds {
    /// The least value.
    pub min: Option<Decimal>,
    /// The greatest value.
    pub max: Option<Decimal>,
}

impl Bounds {
    /// Why the value is out of bounds: the code and words that follow the field's name.
    pub(crate) fn refusal(
        &self,
        kind: &FieldKind,
        value: &FieldValue,
    ) -> Option<(ProblemCode, String)> {
        let number = view::field_to_feel(kind, value).as_number()?;
        let shown = match value {
            FieldValue::Money(money) => money.to_string(),
            _ => number.to_string(),
        };
        match (self.min, self.max) {
            (Some(min), _) if number < min => {
                Some((ProblemCode::BelowMin, format!("has to be at least {min}, and is {shown}")))
            }
            (_, Some(max)) if number > max => {
                Some((ProblemCode::AboveMax, format!("has to be at most {max}, and is {shown}")))
            }
            _ => None,
        }
    }

    /// What is wrong with the bounds of a field of that kind, as words that follow its name.
    pub(crate) fn problem(&self, kind: &FieldKind) -> Option<String> {
        if let (Some(min), Some(max)) = (self.min, self.max)
            && min > max
        {
            return Some(format!("has a `min` of {min} above its `max` of {max}; exchange them"));
        }
        // The digits of an amount follow from its currency.
        let scale = u32::from(kind.scale()?);
        let bounds = [("min", self.min), ("max", self.max)];
        bounds.into_iter().find_map(|(name, bound)| {
            let bound = bound?;
            let kept = bound.to_scaled(scale).map(|it| Decimal::from_scaled(it, scale));
            (kept != Some(bound)).then(|| {
                format!(
                    "has a `{name}` of {bound}, which it cannot hold; write one of its own values"
                )
            })
        })
    }
}
