//! The values of FEEL. A value is cheap to clone: what is large is shared.

mod compare;
mod extent;
mod serial;
mod text;

use std::{ops::Deref, sync::Arc};

pub(crate) use self::{extent::Extent, text::text_within};
use crate::{
    calendar::{Date, DateTime, DaysDuration, Time, YearsDuration},
    context::{Context, Hint},
    decimal::Decimal,
    function::Function,
    range::Range,
};

/// A FEEL value.
///
/// `==` compares structure and is meant for tests and caches; [`Value::feel_equals`] is FEEL's own equality.
#[derive(Clone, Debug, Default)]
pub enum Value {
    /// Nothing, or not known.
    #[default]
    Null,
    /// True or false.
    Boolean(bool),
    /// A decimal number.
    Number(Decimal),
    /// Text.
    String(Arc<str>),
    /// Values in order.
    List(List),
    /// Named values.
    Context(Arc<Context>),
    /// A day.
    Date(Date),
    /// A time of day.
    Time(Time),
    /// A day with a time.
    DateTime(DateTime),
    /// A length in days and time.
    DaysDuration(DaysDuration),
    /// A length in years and months.
    YearsDuration(YearsDuration),
    /// Values between two ends.
    Range(Arc<Range>),
    /// Something that can be called.
    Function(Arc<Function>),
}

/// Values in order; shared, never changed in place.
#[derive(Clone, Debug, Default)]
pub struct List(Arc<Items>);

#[derive(Debug, Default)]
struct Items {
    values: Vec<Value>,
    // INVARIANT: of a container with these values.
    extent: Extent,
}

impl PartialEq for List {
    fn eq(&self, other: &Self) -> bool {
        self.0.values == other.0.values
    }
}

impl Deref for List {
    type Target = [Value];

    fn deref(&self) -> &[Value] {
        &self.0.values
    }
}

impl From<Vec<Value>> for List {
    fn from(mut values: Vec<Value>) -> Self {
        share_names(&mut values);
        let extent = Extent::all(&values).inside();
        Self(Arc::new(Items { values, extent }))
    }
}

/// Lets contexts of the same names that follow each other share them.
fn share_names(values: &mut [Value]) {
    let mut rest = values;
    while let [first, others @ ..] = rest {
        if let (Value::Context(before), Some(Value::Context(context))) =
            (&*first, others.first_mut())
        {
            Context::share_names(context, before);
        }
        rest = others;
    }
}

impl List {
    pub(crate) fn extent(&self) -> Extent {
        self.0.extent
    }
}

impl<V: Into<Value>> FromIterator<V> for List {
    fn from_iter<I: IntoIterator<Item = V>>(values: I) -> Self {
        Self::from(values.into_iter().map(Into::into).collect::<Vec<_>>())
    }
}

impl<'a> IntoIterator for &'a List {
    type Item = &'a Value;
    type IntoIter = std::slice::Iter<'a, Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Value {
    /// A string.
    pub fn string(text: impl Into<Arc<str>>) -> Self {
        Self::String(text.into())
    }

    /// A whole number.
    pub fn number(value: i64) -> Self {
        Self::Number(Decimal::from_i64(value))
    }

    /// A list.
    pub fn list(values: Vec<Value>) -> Self {
        Self::List(values.into())
    }

    /// A context of these entries.
    pub fn context<N: Into<Arc<str>>, V: Into<Value>>(
        entries: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        Self::Context(Arc::new(entries.into_iter().collect()))
    }

    /// A range.
    pub fn range(range: Range) -> Self {
        Self::Range(Arc::new(range))
    }

    /// Whether it is null.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        if let Self::String(text) = self { Some(text) } else { None }
    }

    /// True or false.
    pub fn as_bool(&self) -> Option<bool> {
        if let Self::Boolean(value) = self { Some(*value) } else { None }
    }

    /// The number.
    pub fn as_number(&self) -> Option<Decimal> {
        if let Self::Number(value) = self { Some(*value) } else { None }
    }

    /// The items of a list.
    pub fn as_list(&self) -> Option<&List> {
        if let Self::List(items) = self { Some(items) } else { None }
    }

    /// The entries of a context.
    pub fn as_context(&self) -> Option<&Context> {
        if let Self::Context(context) = self { Some(context) } else { None }
    }

    /// One step of a path into a context: the entry of that name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.as_context().and_then(|context| context.get(name))
    }

    /// The same, for a step that is taken in many contexts.
    #[inline]
    pub(crate) fn entry(&self, name: &str, hint: &Hint) -> Option<&Value> {
        self.as_context().and_then(|context| context.get_near(name, hint))
    }

    /// The name of the type as FEEL spells it (DMN 1.5, 10.3.2.3).
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "Null",
            Self::Boolean(_) => "boolean",
            Self::Number(_) => "number",
            Self::String(_) => "string",
            Self::List(_) => "list",
            Self::Context(_) => "context",
            Self::Date(_) => "date",
            Self::Time(_) => "time",
            Self::DateTime(_) => "date and time",
            Self::DaysDuration(_) => "days and time duration",
            Self::YearsDuration(_) => "years and months duration",
            Self::Range(_) => "range",
            Self::Function(_) => "function",
        }
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Boolean(left), Self::Boolean(right)) => left == right,
            (Self::Number(left), Self::Number(right)) => left == right,
            (Self::String(left), Self::String(right)) => left == right,
            (Self::List(left), Self::List(right)) => left == right,
            (Self::Context(left), Self::Context(right)) => left == right,
            (Self::Date(left), Self::Date(right)) => left == right,
            (Self::Time(left), Self::Time(right)) => left == right,
            (Self::DateTime(left), Self::DateTime(right)) => left == right,
            (Self::DaysDuration(left), Self::DaysDuration(right)) => left == right,
            (Self::YearsDuration(left), Self::YearsDuration(right)) => left == right,
            (Self::Range(left), Self::Range(right)) => left == right,
            (Self::Function(left), Self::Function(right)) => Arc::ptr_eq(left, right),
            _ => false,
        }
    }
}

macro_rules! value_from {
    ($($source:ty => $make:expr),* $(,)?) => {$(
        impl From<$source> for Value {
            fn from(value: $source) -> Self {
                ($make)(value)
            }
        }
    )*};
}

value_from! {
    bool => Value::Boolean,
    Decimal => Value::Number,
    i64 => Value::number,
    &str => |text: &str| Value::String(text.into()),
    String => |text: String| Value::String(text.into()),
    Arc<str> => Value::String,
    List => Value::List,
    Vec<Value> => Value::list,
    Context => |context| Value::Context(Arc::new(context)),
    Date => Value::Date,
    Time => Value::Time,
    DateTime => Value::DateTime,
    DaysDuration => Value::DaysDuration,
    YearsDuration => Value::YearsDuration,
    Range => Value::range,
    Function => |function| Value::Function(Arc::new(function)),
}

impl<V: Into<Value>> From<Option<V>> for Value {
    fn from(value: Option<V>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
