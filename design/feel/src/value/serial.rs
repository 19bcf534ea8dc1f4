//! The stable serialised form of values, for JSON and binary formats alike. Numbers, dates and durations are exact text;
//! a function is written as null. The names and the order of the variants are frozen: only append.

use std::{ops::Bound, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Value;
use crate::{
    calendar::{Date, DateTime, DaysDuration, Time, YearsDuration},
    context::Context,
    decimal::Decimal,
    range::Range,
};

/// As a value is read.
#[derive(Deserialize)]
enum Stored {
    Null,
    Boolean(bool),
    Number(Decimal),
    String(Arc<str>),
    List(Vec<Value>),
    Context(Vec<(Arc<str>, Value)>),
    Date(Date),
    Time(Time),
    DateTime(DateTime),
    DaysDuration(DaysDuration),
    YearsDuration(YearsDuration),
    Range(StoredBound, StoredBound),
    EqualTo(Box<Value>),
    UnequalTo(Box<Value>),
}

#[derive(Deserialize)]
enum StoredBound {
    Unbounded,
    Included(Box<Value>),
    Excluded(Box<Value>),
}

/// As a value is written: the same variants, borrowed, for a large value is written often.
#[derive(Serialize)]
#[serde(rename = "Stored")]
enum Written<'a> {
    Null,
    Boolean(bool),
    Number(Decimal),
    String(&'a str),
    List(&'a [Value]),
    Context(Entries<'a>),
    Date(Date),
    Time(&'a Time),
    DateTime(&'a DateTime),
    DaysDuration(DaysDuration),
    YearsDuration(YearsDuration),
    Range(WrittenBound<'a>, WrittenBound<'a>),
    EqualTo(&'a Value),
    UnequalTo(&'a Value),
}

#[derive(Serialize)]
#[serde(rename = "StoredBound")]
enum WrittenBound<'a> {
    Unbounded,
    Included(&'a Value),
    Excluded(&'a Value),
}

/// The entries of a context as a sequence of pairs.
struct Entries<'a>(&'a Context);

impl Serialize for Entries<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter())
    }
}

impl<'a> From<&'a Bound<Value>> for WrittenBound<'a> {
    fn from(bound: &'a Bound<Value>) -> Self {
        match bound {
            Bound::Unbounded => Self::Unbounded,
            Bound::Included(value) => Self::Included(value),
            Bound::Excluded(value) => Self::Excluded(value),
        }
    }
}

impl From<StoredBound> for Bound<Value> {
    fn from(bound: StoredBound) -> Self {
        match bound {
            StoredBound::Unbounded => Self::Unbounded,
            StoredBound::Included(value) => Self::Included(*value),
            StoredBound::Excluded(value) => Self::Excluded(*value),
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let written = match self {
            Self::Null | Self::Function(_) => Written::Null,
            Self::Boolean(value) => Written::Boolean(*value),
            Self::Number(value) => Written::Number(*value),
            Self::String(text) => Written::String(text),
            Self::List(items) => Written::List(items),
            Self::Context(context) => Written::Context(Entries(context)),
            Self::Date(date) => Written::Date(*date),
            Self::Time(time) => Written::Time(time),
            Self::DateTime(moment) => Written::DateTime(moment),
            Self::DaysDuration(duration) => Written::DaysDuration(*duration),
            Self::YearsDuration(duration) => Written::YearsDuration(*duration),
            Self::Range(range) => match (range.equal_value(), range.unequal_value()) {
                (Some(value), _) => Written::EqualTo(value),
                (None, Some(value)) => Written::UnequalTo(value),
                (None, None) => Written::Range(range.start().into(), range.end().into()),
            },
        };
        written.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Stored::deserialize(deserializer)? {
            Stored::Null => Self::Null,
            Stored::Boolean(value) => Self::Boolean(value),
            Stored::Number(value) => Self::Number(value),
            Stored::String(text) => Self::String(text),
            Stored::List(items) => Self::list(items),
            Stored::Context(entries) => Self::context(entries),
            Stored::Date(date) => Self::Date(date),
            Stored::Time(time) => Self::Time(time),
            Stored::DateTime(moment) => Self::DateTime(moment),
            Stored::DaysDuration(duration) => Self::DaysDuration(duration),
            Stored::YearsDuration(duration) => Self::YearsDuration(duration),
            Stored::Range(start, end) => Self::range(Range::new(start.into(), end.into())),
            Stored::EqualTo(value) => Self::range(Range::equal_to(*value)),
            Stored::UnequalTo(value) => Self::range(Range::unequal_to(*value)),
        })
    }
}
