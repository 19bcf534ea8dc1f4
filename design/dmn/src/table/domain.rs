//! What the input of a column may be, by example: a value for everything that its cells and its allowed values
//! tell apart, always of its type.

use std::sync::Arc;

use feel::{Context, Date, DateTime, DaysDuration, Run, Time, Timestamp, Value, YearsDuration};

use super::{
    Column,
    condition::{Point, as_point},
    literals::Literals,
    sample,
};
use crate::{
    item::Type,
    scope::{Frame, Tests},
};

/// What verification takes the input for. A file of Camunda's modeller gives hints that evaluation does not
/// heed.
#[derive(Debug)]
pub(super) struct Expected {
    pub(super) kind: Arc<Type>,
    pub(super) allowed: Option<Tests>,
    /// The input counts something: a whole number that is not negative.
    pub(super) is_count: bool,
}

/// Examples of what an input may be, null left out.
#[derive(Debug)]
pub(super) struct Domain {
    /// Each value, and whether it is allowed: those that are not are only kept where the allowed values are more
    /// than literals, so that the value may stand for others that are.
    pub(super) values: Vec<(Value, bool)>,
    /// The allowed values are more than literals: this text.
    pub(super) unread: Option<Arc<str>>,
    /// There is a value for everything that cells of literals tell apart.
    pub(super) is_whole: bool,
    /// Neither a type nor a literal says what the input is.
    pub(super) is_vague: bool,
}

/// Kinds of values that literals are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    String,
    Boolean,
    Date,
    Time,
    DateTime,
    Days,
    Years,
}

impl Column {
    /// What the input may be; `cells` are the literals of its cells, as far as they are nothing else.
    pub(super) fn domain(&self, cells: &[Option<Literals>]) -> Domain {
        let (restricting, unread) = self.expected.restrictions();
        let mut literals = Literals::default();
        for read in cells.iter().flatten().chain(&restricting) {
            literals.values.extend(read.values.iter().cloned());
            literals.orders_strings |= read.orders_strings;
        }
        let kind = self.expected.kind.unrestricted();
        let is_any = matches!(kind, Type::Any);
        let kinds = match Kind::of_type(kind) {
            _ if self.expected.is_count => vec![Kind::Number],
            Some(kind) => vec![kind],
            None if is_any => kinds(&literals.values),
            None => Vec::new(),
        };
        let asks_more = unread.is_some() || cells.iter().any(Option::is_none);
        let mut values: Vec<Value> = Vec::new();
        for kind in &kinds {
            values.extend(kind.samples(&literals, self.expected.is_count));
            values.extend(asks_more.then(|| kind.typical()).into_iter().flatten());
        }
        let is_vague = kinds.is_empty() && is_any;
        if is_vague {
            // Anything tells `null` from what is there.
            values.extend((!self.tests.is_empty()).then(|| Value::string("other")));
        } else if kinds.is_empty() {
            values.extend(typical_of(kind));
        }
        let values = values.into_iter().filter_map(|value| {
            let is_allowed = self.expected.admits(&value);
            let stands_for_others = unread.is_some() && self.expected.is_of_kind(&value);
            (is_allowed || stands_for_others).then_some((value, is_allowed))
        });
        Domain { values: values.collect(), unread, is_whole: is_any || !kinds.is_empty(), is_vague }
    }
}

impl Expected {
    /// The literals of the allowed values, and a text that is more than these.
    fn restrictions(&self) -> (Vec<Literals>, Option<Arc<str>>) {
        let own = self.allowed.iter().map(|it| (it.source(), it.dialect()));
        let of_type = self.kind.restrictions();
        let of_type = of_type.into_iter().map(|text| (text, feel::Dialect::Standard));
        let (mut literals, mut unread) = (Vec::new(), None);
        for (text, dialect) in own.chain(of_type) {
            match Literals::read(text, dialect) {
                Some(read) => literals.push(read),
                None => unread = unread.or_else(|| Some(Arc::from(text))),
            }
        }
        (literals, unread)
    }

    fn admits(&self, value: &Value) -> bool {
        let (mut frame, mut run) = (Frame::default(), Run::new(Timestamp(0)));
        self.counts(value)
            && self.kind.admits(value, &mut run)
            && self.allowed.as_ref().is_none_or(|it| it.matches(value, &mut frame, &mut run))
    }

    fn is_of_kind(&self, value: &Value) -> bool {
        self.counts(value) && self.kind.unrestricted().admits(value, &mut Run::new(Timestamp(0)))
    }

    fn counts(&self, value: &Value) -> bool {
        let whole = |number: feel::Decimal| {
            number >= feel::Decimal::ZERO
                && number.to_i64().is_some_and(|it| feel::Decimal::from_i64(it) == number)
        };
        !self.is_count || value.as_number().is_some_and(whole)
    }
}

fn kinds(literals: &[Value]) -> Vec<Kind> {
    let mut kinds = Vec::new();
    for kind in literals.iter().filter_map(Kind::of_value) {
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    kinds
}

impl Kind {
    fn of_type(kind: &Type) -> Option<Self> {
        Some(match kind {
            Type::Number => Self::Number,
            Type::String => Self::String,
            Type::Boolean => Self::Boolean,
            Type::Date => Self::Date,
            Type::Time => Self::Time,
            Type::DateTime => Self::DateTime,
            Type::DaysDuration => Self::Days,
            Type::YearsDuration => Self::Years,
            Type::Any
            | Type::Function
            | Type::List(_)
            | Type::Context(_)
            | Type::Restricted(..) => {
                return None;
            }
        })
    }

    fn of_value(value: &Value) -> Option<Self> {
        Some(match value {
            Value::Number(_) => Self::Number,
            Value::String(_) => Self::String,
            Value::Boolean(_) => Self::Boolean,
            Value::Date(_) => Self::Date,
            Value::Time(_) => Self::Time,
            Value::DateTime(_) => Self::DateTime,
            Value::DaysDuration(_) => Self::Days,
            Value::YearsDuration(_) => Self::Years,
            _ => return None,
        })
    }

    /// A value for each literal of this kind and one for everything between and beyond them; without literals
    /// the first typical ones.
    fn samples(self, literals: &Literals, is_count: bool) -> Vec<Value> {
        let own = |value: &&Value| Self::of_value(value) == Some(self);
        let own: Vec<&Value> = literals.values.iter().filter(own).collect();
        if own.is_empty() {
            return self
                .typical()
                .into_iter()
                .take(if self == Self::Boolean { 2 } else { 1 })
                .collect();
        }
        let points: Vec<Point> = own.iter().filter_map(|value| as_point(value)).collect();
        match self {
            Self::Number if is_count => sample::counts(&points),
            Self::Number => sample::numbers(&points),
            Self::String if literals.orders_strings => sample::ordered_strings(&points),
            Self::String => sample::strings(&points),
            Self::Boolean => self.typical(),
            Self::Date => sample::dates(&points),
            Self::Days => sample::days(&points),
            Self::Years => sample::years(&points),
            Self::Time => sample::times(&own),
            Self::DateTime => sample::moments(&own),
        }
    }

    /// Values that are often met.
    fn typical(self) -> Vec<Value> {
        let day = |day| Date::new(2026, 1, day);
        let noon = Time::new(12, 0, 0, 0, None);
        match self {
            Self::Number => [0, 1, 2, -1, 10, 100].into_iter().map(Value::number).collect(),
            Self::String => ["other", "", "a", "A", "1"].into_iter().map(Value::string).collect(),
            Self::Boolean => vec![Value::Boolean(false), Value::Boolean(true)],
            Self::Date => [day(1), day(31)].into_iter().flatten().map(Value::Date).collect(),
            Self::Time => {
                [noon, Some(Time::midnight())].into_iter().flatten().map(Value::Time).collect()
            }
            Self::DateTime => {
                let moment = day(1).zip(noon).map(|(day, noon)| DateTime::new(day, noon));
                moment.into_iter().map(Value::DateTime).collect()
            }
            Self::Days => vec![Value::DaysDuration(DaysDuration::from_seconds(86_400))],
            Self::Years => vec![Value::YearsDuration(YearsDuration::from_months(12))],
        }
    }
}

/// A value of a type that has no literals.
fn typical_of(kind: &Type) -> Option<Value> {
    match kind {
        Type::Any | Type::Function => None,
        Type::List(_) => Some(Value::list(Vec::new())),
        Type::Context(entries) => {
            let entry = |(name, kind): &(Arc<str>, Arc<Type>)| {
                Some((Arc::clone(name), typical_of(kind.unrestricted()).unwrap_or_default()))
            };
            let entries: Option<Context> = entries.iter().map(entry).collect();
            entries.map(Value::from)
        }
        other => Kind::of_type(other)?.typical().into_iter().next(),
    }
}
