//! Item definitions as checks on values: what conforms to a type passes, what DMN converts
//! implicitly is converted (DMN 1.5, 10.3.2.9.4), and anything else is refused.

mod named;

use std::{collections::BTreeMap, sync::Arc};

use feel::{Context, DateTime, Dialect, Options, Run, Time, UnaryTests, Value};

use crate::{
    definitions::{Definitions, Item},
    problem::Problem,
};

pub(crate) use named::named_types;

/// Values that are checked against a type in one step.
const VALUES_A_STEP: usize = 16;

/// Types inside each other, by components and by reference; whoever checks a value goes as deep.
const MAX_LEVELS: usize = 100;

/// A type that values are checked against.
#[derive(Debug, Default)]
pub(crate) enum Type {
    #[default]
    Any,
    Number,
    String,
    Boolean,
    Date,
    Time,
    DateTime,
    DaysDuration,
    YearsDuration,
    Function,
    List(Arc<Type>),
    Context(Vec<(Arc<str>, Arc<Type>)>),
    /// The values of a type that pass the unary tests.
    Restricted(Arc<Type>, UnaryTests),
}

impl Type {
    /// The value as one of this type; `None` where it is not and cannot be converted.
    pub(crate) fn coerce(&self, value: Value, run: &mut Run) -> Option<Value> {
        if matches!(self, Self::Any) || self.admits(&value, run) {
            return Some(value);
        }
        let converted = match (self.unrestricted(), &value) {
            (Self::List(item), _) if item.admits(&value, run) => Value::list(vec![value]),
            (Self::DateTime, Value::Date(date)) => {
                let midnight = Time::new(0, 0, 0, 0, Some(feel::Zone::utc()))?;
                Value::DateTime(DateTime::new(*date, midnight))
            }
            (_, Value::List(list)) => match &**list {
                [only] => only.clone(),
                _ => return None,
            },
            _ => return None,
        };
        // What restricts the type restricts what was converted, too.
        self.admits(&converted, run).then_some(converted)
    }

    /// Whether the value conforms as it is, where a look at its kind is enough to say yes.
    #[inline]
    pub(crate) fn takes(&self, value: &Value) -> bool {
        matches!(
            (self, value),
            (Self::Any, _)
                | (_, Value::Null)
                | (Self::Number, Value::Number(_))
                | (Self::String, Value::String(_))
                | (Self::Boolean, Value::Boolean(_))
                | (Self::Date, Value::Date(_))
        )
    }

    /// Whether the value conforms as it is, whatever the run: not where tests would have to be asked.
    pub(crate) fn always_admits(&self, value: &Value) -> bool {
        match (self, value) {
            (Self::Restricted(..), _) => value.is_null(),
            (Self::List(item), Value::List(list)) => {
                list.iter().all(|value| item.always_admits(value))
            }
            (Self::Context(entries), Value::Context(context)) => {
                entries.iter().all(|(name, kind)| {
                    context.get(name).is_some_and(|value| kind.always_admits(value))
                })
            }
            _ => self.takes(value),
        }
    }

    /// Whether the value conforms as it is. Null conforms to every type.
    pub(crate) fn admits(&self, value: &Value, run: &mut Run) -> bool {
        self.admits_among(value, &Context::new(), run)
    }

    /// As [`Type::admits`], for an entry of a context: what restricts it may ask for the entries beside it.
    fn admits_among(&self, value: &Value, siblings: &Context, run: &mut Run) -> bool {
        match (self, value) {
            (Self::Any, _) | (_, Value::Null) => true,
            (Self::Number, Value::Number(_))
            | (Self::String, Value::String(_))
            | (Self::Boolean, Value::Boolean(_))
            | (Self::Date, Value::Date(_))
            | (Self::Time, Value::Time(_))
            | (Self::DateTime, Value::DateTime(_))
            | (Self::DaysDuration, Value::DaysDuration(_))
            | (Self::YearsDuration, Value::YearsDuration(_))
            | (Self::Function, Value::Function(_)) => true,
            // A type that allows anything asks no item.
            (Self::List(item), Value::List(_)) if matches!(**item, Self::Any) => true,
            (Self::List(item), Value::List(list)) => {
                run.charge(looks(list.len()))
                    && list.iter().all(|value| item.admits_among(value, siblings, run))
            }
            (Self::Context(entries), Value::Context(context)) => {
                run.charge(looks(entries.len()))
                    && entries.iter().all(|(name, kind)| has_entry(context, name, kind, run))
            }
            (Self::Restricted(kind, tests), value) => {
                kind.admits_among(value, siblings, run)
                    && tests.matches_in(value, siblings, run).as_bool() == Some(true)
            }
            _ => false,
        }
    }

    /// The type without its restrictions.
    pub(crate) fn unrestricted(&self) -> &Self {
        match self {
            Self::Restricted(kind, _) => kind.unrestricted(),
            other => other,
        }
    }

    /// The type that a file of Camunda's modeller names, where values are neither checked nor converted.
    pub(crate) fn hinted(name: &str) -> Self {
        match name {
            "integer" | "long" | "double" => Self::Number,
            name => built_in(name).unwrap_or(Self::Any),
        }
    }

    /// The texts of all unary tests that restrict the values.
    pub(crate) fn restrictions(&self) -> Vec<&str> {
        match self {
            Self::Restricted(kind, tests) => {
                let mut texts = kind.restrictions();
                texts.push(tests.source());
                texts
            }
            _ => Vec::new(),
        }
    }

    /// The texts of the allowed values, where the type is an enumeration of them.
    pub(crate) fn allowed_values(&self) -> Option<&str> {
        match self {
            Self::Restricted(_, tests) => Some(tests.source()),
            _ => None,
        }
    }
}

/// The steps of looking at so many values.
fn looks(values: usize) -> u64 {
    u64::try_from(values / VALUES_A_STEP).unwrap_or(u64::MAX)
}

fn has_entry(context: &Context, name: &str, kind: &Type, run: &mut Run) -> bool {
    context.get(name).is_some_and(|value| kind.admits_among(value, context, run))
}

/// The item definitions of a file by name.
pub(crate) struct Items<'a> {
    dialect: Dialect,
    definitions: BTreeMap<&'a str, &'a Item>,
    resolved: BTreeMap<Arc<str>, Arc<Type>>,
    open: Vec<Arc<str>>,
    levels: usize,
}

impl<'a> Items<'a> {
    /// Resolves all item definitions.
    pub(crate) fn new(definitions: &'a Definitions, problems: &mut Vec<Problem>) -> Self {
        let mut items = Self {
            dialect: definitions.dialect,
            definitions: definitions.items.iter().map(|item| (&*item.name, item)).collect(),
            resolved: BTreeMap::new(),
            open: Vec::new(),
            levels: 0,
        };
        for item in &definitions.items {
            items.named(&item.name, item, problems);
        }
        items
    }

    /// The type that a `typeRef` names; any where there is none.
    ///
    /// # Errors
    /// A message where no such type is known.
    pub(crate) fn get(&self, reference: Option<&Arc<str>>) -> Result<Arc<Type>, String> {
        let Some(name) = reference else { return Ok(Arc::new(Type::Any)) };
        if let Some(kind) = self.resolved.get(name) {
            return Ok(Arc::clone(kind));
        }
        // Camunda neither checks nor converts by type; its modeller writes types of Java, too.
        if self.dialect == Dialect::Camunda {
            return Ok(Arc::new(Type::Any));
        }
        built_in(name).map(Arc::new).ok_or_else(|| {
            format!("the type `{name}` is not known; add an item definition of that name")
        })
    }

    fn named(&mut self, name: &str, item: &'a Item, problems: &mut Vec<Problem>) -> Arc<Type> {
        if let Some(kind) = self.resolved.get(name) {
            return Arc::clone(kind);
        }
        if self.open.iter().any(|open| **open == *name) {
            problems.push(item.place.problem(format!("the type `{name}` contains itself")));
            return Arc::new(Type::Any);
        }
        self.open.push(name.into());
        let kind = self.resolve(item, &[], problems);
        self.open.pop();
        self.resolved.insert(name.into(), Arc::clone(&kind));
        kind
    }

    fn resolve(
        &mut self,
        item: &'a Item,
        siblings: &'a [Item],
        problems: &mut Vec<Problem>,
    ) -> Arc<Type> {
        if self.dialect == Dialect::Camunda {
            return Arc::new(Type::Any);
        }
        if self.levels >= MAX_LEVELS {
            let message = format!("more than {MAX_LEVELS} types stand inside each other");
            problems.push(item.place.problem(message));
            return Arc::new(Type::Any);
        }
        self.levels += 1;
        let kind = self.resolve_parts(item, siblings, problems);
        self.levels -= 1;
        kind
    }

    fn resolve_parts(
        &mut self,
        item: &'a Item,
        siblings: &'a [Item],
        problems: &mut Vec<Problem>,
    ) -> Arc<Type> {
        let components = &item.components;
        let kind = if !components.is_empty() {
            let entries = components.iter().map(|component| {
                let kind = self.resolve(component, components, problems);
                (Arc::clone(&component.name), kind)
            });
            Arc::new(Type::Context(entries.collect()))
        } else if item.is_function {
            Arc::new(Type::Function)
        } else {
            self.referenced(item, problems)
        };
        let mut restrict = |kind, text: Option<&str>| {
            restricted(kind, text, siblings, self.dialect).unwrap_or_else(|message| {
                problems.push(item.place.problem(message));
                Arc::new(Type::Any)
            })
        };
        let kind = restrict(kind, item.allowed_values.as_deref());
        let kind = if item.is_collection { Arc::new(Type::List(kind)) } else { kind };
        restrict(kind, item.constraint.as_deref())
    }

    fn referenced(&mut self, item: &'a Item, problems: &mut Vec<Problem>) -> Arc<Type> {
        let Some(name) = &item.type_ref else { return Arc::new(Type::Any) };
        if let Some(definition) = self.definitions.get(&**name).copied() {
            return self.named(name, definition, problems);
        }
        match built_in(name) {
            Some(kind) => Arc::new(kind),
            None => {
                let message =
                    format!("the type `{name}` is not known; add an item definition of that name");
                problems.push(item.place.problem(message));
                Arc::new(Type::Any)
            }
        }
    }
}

/// The type with its values restricted by unary tests, which may name the components beside it.
fn restricted(
    kind: Arc<Type>,
    text: Option<&str>,
    siblings: &[Item],
    dialect: Dialect,
) -> Result<Arc<Type>, String> {
    let Some(text) = text else { return Ok(kind) };
    let names: Vec<&str> = siblings.iter().map(|sibling| &*sibling.name).collect();
    match feel::compile_unary_tests(text, &Options { dialect, names: &names }) {
        Ok(tests) => Ok(Arc::new(Type::Restricted(kind, tests))),
        Err(error) => Err(format!("the allowed values `{text}` are not FEEL: {error}")),
    }
}

/// FEEL's own types, as DMN 1.1 to 1.5 write them, with or without a `feel:` prefix.
fn built_in(name: &str) -> Option<Type> {
    let plain = name.strip_prefix("feel:").unwrap_or(name);
    Some(match plain {
        "Any" | "any" => Type::Any,
        "number" => Type::Number,
        "string" => Type::String,
        "boolean" => Type::Boolean,
        "date" => Type::Date,
        "time" => Type::Time,
        "date and time" | "dateTime" => Type::DateTime,
        "days and time duration" | "dayTimeDuration" => Type::DaysDuration,
        "years and months duration" | "yearMonthDuration" => Type::YearsDuration,
        "list" => Type::List(Arc::new(Type::Any)),
        "context" => Type::Context(Vec::new()),
        _ => return None,
    })
}
