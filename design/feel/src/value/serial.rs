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

#[derive(Serialize, Deserialize)]
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
}

#[derive(Serialize, Deserialize)]
enum StoredBound {
    Unbounded,
    Included(Box<Value>),
    Excluded(Box<Value>),
}

impl From<&Bound<Value>> for StoredBound {
    fn from(bound: &Bound<Value>) -> Self {
        match bound {
            Bound::Unbounded => Self::Unbounded,
            Bound::Included(value) => Self::Included(Box::new(value.clone())),
            Bound::Excluded(value) => Self::Excluded(Box::new(value.clone())),
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
        let stored = match self {
            Self::Null | Self::Function(_) => Stored::Null,
            Self::Boolean(value) => Stored::Boolean(*value),
            Self::Number(value) => Stored::Number(*value),
            Self::String(text) => Stored::String(Arc::clone(text)),
            Self::List(items) => Stored::List(items.to_vec()),
            Self::Context(context) => {
                Stored::Context(Context::clone(context).into_iter().collect())
            }
            Self::Date(date) => Stored::Date(*date),
            Self::Time(time) => Stored::Time(time.clone()),
            Self::DateTime(moment) => Stored::DateTime(moment.clone()),
            Self::DaysDuration(duration) => Stored::DaysDuration(*duration),
            Self::YearsDuration(duration) => Stored::YearsDuration(*duration),
            Self::Range(range) => Stored::Range(range.start().into(), range.end().into()),
        };
        stored.serialize(serializer)
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
        })
    }
}
