//! Whether a form was filled in as it wants to be: what form-js asks of a person, asked of whoever
//! answers. Hidden, disabled and read-only components are not asked, and what is no field of the form is
//! no business of it. Nothing here refuses what the page would take; a rule that cannot be evaluated
//! (an expression that fails, a pattern that is no FEEL pattern) is not asked.

mod rule;
mod scope;

use std::sync::Arc;

use feel::{Context, Timestamp, Value as Feel};
use serde_json::{Map, Value};

use self::scope::Scope;
use super::{Form, text};

/// What is wrong with the answer to one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The path of the field: `order.total`, `lines[0].sku`.
    pub field: String,
    /// What kind of fault it is.
    pub kind: FaultKind,
    /// What is wrong and what to do, in English.
    pub message: String,
}

/// The kinds of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// A value must be given.
    Required,
    /// The value is of another type than the field's.
    Type,
    /// None of the options.
    NotAnOption,
    /// Less than the least number.
    BelowMin,
    /// More than the greatest number.
    AboveMax,
    /// Too many digits after the decimal point.
    Scale,
    /// No multiple of the increment.
    Step,
    /// Too few characters.
    TooShort,
    /// Too many characters.
    TooLong,
    /// The text does not match the pattern.
    Pattern,
    /// Not an e-mail address.
    Email,
    /// Not a telephone number.
    Phone,
}

impl Form {
    /// Every fault of an answer, in the order of the form. `seen` are the variables that the task saw: what
    /// the answer leaves out keeps the value that the form showed.
    pub fn faults(&self, seen: &Context, answer: &Context, now: Timestamp) -> Vec<Fault> {
        let mut values = seen.clone();
        for (name, value) in answer.iter() {
            values.insert(Arc::clone(name), value.clone());
        }
        let mut asked = Asked { now, faults: Vec::new() };
        asked.components(components(&self.schema), &Scope::root(values));
        asked.faults
    }
}

fn components(component: &Value) -> &[Value] {
    component.get("components").and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// What was asked so far. The schema is read as it stands: it was checked when the form was parsed, and
/// who answers waits for one form alone.
struct Asked {
    now: Timestamp,
    faults: Vec<Fault>,
}

impl Asked {
    /// Recursion is safe: the JSON reader limited nesting to 128.
    fn components(&mut self, components: &[Value], scope: &Scope) {
        for component in components.iter().filter_map(Value::as_object) {
            if !self.is_hidden(component, scope) {
                self.component(component, scope);
            }
        }
    }

    fn component(&mut self, component: &Map<String, Value>, scope: &Scope) {
        let inner = component.get("components").and_then(Value::as_array).map(Vec::as_slice);
        let path = text(component, "path").unwrap_or_default();
        match (text(component, "type"), inner) {
            (Some("dynamiclist"), inner) => {
                self.list(inner.unwrap_or_default(), &scope.within(path));
            }
            (_, Some(inner)) => self.components(inner, &scope.within(path)),
            (Some(kind), None) => {
                if let Some(key) =
                    text(component, "key").filter(|_| !self.is_closed(component, scope))
                {
                    let field = rule::Field { component, kind, scope, now: self.now };
                    let found = field.faults(&scope.value(key));
                    let path = scope.place(key);
                    for (kind, message) in found {
                        self.fault(path.clone(), kind, &message);
                    }
                }
            }
            (None, None) => {}
        }
    }

    /// Each entry of a list is asked for itself.
    fn list(&mut self, inner: &[Value], scope: &Scope) {
        match scope.value("") {
            Feel::List(entries) => {
                for (index, entry) in entries.iter().enumerate() {
                    self.components(inner, &scope.entry(index, entry));
                }
            }
            Feel::Null => {}
            _ => {
                self.fault(scope.place(""), FaultKind::Type, "is no list; give a list of contexts");
            }
        }
    }

    fn fault(&mut self, field: String, kind: FaultKind, message: &str) {
        let message = format!("`{field}` {message}");
        self.faults.push(Fault { field, kind, message });
    }

    fn is_hidden(&self, component: &Map<String, Value>, scope: &Scope) -> bool {
        let hide = component.get("conditional").and_then(|conditional| conditional.get("hide"));
        self.is_true(hide, scope)
    }

    fn is_closed(&self, component: &Map<String, Value>, scope: &Scope) -> bool {
        self.is_true(component.get("disabled"), scope)
            || self.is_true(component.get("readonly"), scope)
    }

    /// A flag of the form: `true`, or FEEL behind an `=`.
    fn is_true(&self, flag: Option<&Value>, scope: &Scope) -> bool {
        match flag {
            Some(Value::Bool(flag)) => *flag,
            Some(Value::String(source)) => {
                scope.evaluate(source, self.now).is_some_and(|it| it.as_bool() == Some(true))
            }
            _ => false,
        }
    }
}
