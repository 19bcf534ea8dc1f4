//! How much a value is, counted as if nothing in it were shared: a list of twice the same list is twice as large. Values
//! are walked level by level and part by part when they are compared, written and freed, so the evaluator keeps both small.

use super::Value;
use crate::{range::end_value, run::SEEN_A_STEP};

/// Bytes of text, or digits in front of a number's own, that count as one part.
const BYTES_A_PART: usize = 16;

/// Levels and parts of a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Extent {
    /// Lists, contexts and functions inside each other.
    pub(crate) depth: u32,
    /// Values in it, and the names of entries; a long text counts as several.
    pub(crate) parts: u32,
}

impl Extent {
    fn scalar(bytes: usize) -> Self {
        let more = u32::try_from(bytes / BYTES_A_PART).unwrap_or(u32::MAX);
        Self { depth: 0, parts: more.saturating_add(1) }
    }

    /// Of a text.
    pub(crate) fn of_text(text: &str) -> Self {
        Self::scalar(text.len())
    }

    /// Of both beside each other.
    #[inline]
    #[must_use]
    pub(crate) fn beside(self, other: Self) -> Self {
        Self { depth: self.depth.max(other.depth), parts: self.parts.saturating_add(other.parts) }
    }

    /// Without a part; the depth stays what it was.
    #[must_use]
    pub(crate) fn without(self, part: Self) -> Self {
        Self { depth: self.depth, parts: self.parts.saturating_sub(part.parts) }
    }

    /// Of a container around it.
    #[must_use]
    pub(crate) fn inside(self) -> Self {
        Self { depth: self.depth.saturating_add(1), parts: self.parts.saturating_add(1) }
    }

    /// Of values beside each other.
    pub(crate) fn all<'v>(values: impl IntoIterator<Item = &'v Value>) -> Self {
        values.into_iter().fold(Self::default(), |sum, value| sum.beside(value.extent()))
    }
}

impl Value {
    /// Whether to compare it takes steps of its own.
    #[inline]
    pub(crate) fn is_large(&self) -> bool {
        matches!(self, Self::List(_) | Self::Context(_) | Self::String(_) | Self::Range(_))
            && self.extent().parts >= SEEN_A_STEP
    }

    /// How many values are in it, each counted as often as it is to be found there; a long text counts as several.
    pub fn parts(&self) -> u32 {
        self.extent().parts
    }

    /// How much it is.
    #[inline]
    pub(crate) fn extent(&self) -> Extent {
        match self {
            Self::List(items) => items.extent(),
            Self::Context(context) => context.extent(),
            Self::Function(function) => function.extent(),
            Self::String(text) => Extent::scalar(text.len()),
            // Written without an exponent, a number may have thousands of zeros.
            Self::Number(number) => Extent::scalar(number.zeros()),
            Self::Range(range) => Extent::all(
                [range.start(), range.end()].into_iter().filter_map(|end| end_value(end)),
            ),
            _ => Extent::scalar(0),
        }
    }
}
