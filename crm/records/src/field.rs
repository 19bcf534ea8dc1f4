//! A field of an object: its name, its kind and the rules that its values keep.

use std::sync::Arc;

use base::Currency;
use serde::{Deserialize, Serialize};

use crate::{Bounds, FieldValue, Label, TotalOf};

/// The longest long text, in characters.
pub const LONG_TEXT_MAX: u32 = 100_000;

/// The object whose records are the people who sign in.
pub const USER_OBJECT: &str = "user";

/// One field of an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldDef {
    /// The name in JSON, SQL and FEEL: `snake_case`.
    pub name: Arc<str>,
    /// The name on the page.
    pub label: Label,
    /// What values it takes.
    pub kind: FieldKind,
    /// A row must have a value.
    pub required: bool,
    /// No two rows have the same value.
    pub unique: bool,
    /// Only processes write it.
    pub read_only: bool,
    /// The value of a new row where nothing is given.
    pub default: Option<FieldDefault>,
    /// A sentence that explains the field on the page.
    pub help: Option<Label>,
    /// Between which values a number, a percentage or an amount keeps.
    pub bounds: Bounds,
    /// What it adds up, where it is a total that can be proved.
    pub total_of: Option<TotalOf>,
}

/// What a field of a new row holds where nothing is given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum FieldDefault {
    /// Always this value.
    Value(FieldValue),
    /// The person who creates the row; nothing where a process does. Written `"me"`, for a reference to
    /// [`USER_OBJECT`].
    Me,
}

/// What values a field takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum FieldKind {
    /// One line of text.
    Text {
        /// The longest text, in characters.
        max: u32,
    },
    /// A running number that the product draws: `SO-000017`. Nobody writes it; it is unique.
    AutoNumber {
        /// What stands before the digits.
        prefix: Arc<str>,
        /// The least number of digits; filled with zeros from the left.
        digits: u8,
    },
    /// Text of several lines, at most [`LONG_TEXT_MAX`] characters.
    LongText,
    /// A decimal number.
    Number {
        /// Digits after the decimal point, 0 to 9; stored as a whole number of ten to the minus
        /// scale.
        scale: u8,
    },
    /// An amount of money.
    Money {
        /// The currency of an amount that comes without one.
        currency: Option<Currency>,
    },
    /// A percentage as people write it: 12.5 is 12.5 %.
    Percent {
        /// Digits after the decimal point, 0 to 9.
        scale: u8,
    },
    /// A day.
    Date,
    /// An instant.
    DateTime,
    /// Yes or no.
    Boolean,
    /// One of a list of options.
    Choice {
        /// The options in the order of the page.
        options: Vec<Choice>,
    },
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// A web address, `http` or `https`.
    Url,
    /// A record of another object (or of the same).
    Reference {
        /// The name of the object.
        object: Arc<str>,
    },
}

/// One option of a choice field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// The value that is stored: `snake_case`.
    pub value: Arc<str>,
    /// The option on the page.
    pub label: Label,
    /// The colour of its badge: a colour name of the page's theme, such as `green`.
    pub color: Option<Arc<str>>,
    /// Only processes choose it, and only processes leave it.
    pub read_only: bool,
}

impl FieldKind {
    /// The name of the kind in JSON: `long_text`.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Text { .. } => "text",
            Self::AutoNumber { .. } => "auto_number",
            Self::LongText => "long_text",
            Self::Number { .. } => "number",
            Self::Money { .. } => "money",
            Self::Percent { .. } => "percent",
            Self::Date => "date",
            Self::DateTime => "date_time",
            Self::Boolean => "boolean",
            Self::Choice { .. } => "choice",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Url => "url",
            Self::Reference { .. } => "reference",
        }
    }

    /// The digits after the decimal point of a number or percent.
    pub fn scale(&self) -> Option<u8> {
        match self {
            Self::Number { scale } | Self::Percent { scale } => Some(*scale),
            _ => None,
        }
    }

    /// The name of the object that a reference points to.
    pub fn referenced_object(&self) -> Option<&Arc<str>> {
        match self {
            Self::Reference { object } => Some(object),
            _ => None,
        }
    }

    /// The text of the auto number `count` (17 is `SO-000017`); `None` for every other kind.
    pub fn auto_number(&self, count: i64) -> Option<Arc<str>> {
        match self {
            Self::AutoNumber { prefix, digits } => {
                Some(format!("{prefix}{count:0width$}", width = usize::from(*digits)).into())
            }
            _ => None,
        }
    }

    /// Whether values are kept as [`FieldValue::Text`].
    pub fn is_text(&self) -> bool {
        match self {
            Self::Text { .. }
            | Self::AutoNumber { .. }
            | Self::LongText
            | Self::Choice { .. }
            | Self::Email
            | Self::Phone
            | Self::Url => true,
            Self::Number { .. }
            | Self::Money { .. }
            | Self::Percent { .. }
            | Self::Date
            | Self::DateTime
            | Self::Boolean
            | Self::Reference { .. } => false,
        }
    }
}
