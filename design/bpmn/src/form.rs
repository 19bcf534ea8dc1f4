//! Forms that user tasks name: form-js JSON, read as far as the server must know them. The page
//! draws the schema as it stands.

mod answer;
mod translation;

use std::sync::Arc;

use serde_json::{Map, Value};

pub use self::answer::{Fault, FaultKind};
pub use self::translation::UnusedTranslation;
use crate::{
    problem::Problem,
    xml::{MAX_BYTES, Position},
};

/// A form.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    /// What `formId` of a user task names.
    pub id: Arc<str>,
    /// The whole form as it was deployed.
    pub schema: Value,
    /// The inputs, in the order of the form.
    pub fields: Vec<Field>,
}

/// One input of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The path of the variable it reads and writes (`order.total`), groups included.
    pub key: Arc<str>,
    /// What people see; may be a FEEL expression or a template.
    pub label: Option<Arc<str>>,
    /// What it takes.
    pub kind: FieldKind,
    /// Whether it must be filled in.
    pub required: bool,
    /// Whether it only shows its value.
    pub read_only: bool,
}

/// What an input of a form takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// A string (`textfield`, `textarea`).
    Text,
    /// A number (`number`).
    Number,
    /// True or false (`checkbox`).
    Checkbox,
    /// A date, a time or both (`datetime`).
    DateTime,
    /// One of several values (`radio`, `select`).
    Choice,
    /// A list of values (`checklist`, `taglist`).
    Choices,
    /// Files (`filepicker`).
    Files,
    /// A value that the form computes (`expression`).
    Computed,
    /// A list of contexts with these fields (`dynamiclist`).
    List(Vec<Field>),
    /// An input of a type that is not known here; its value is taken as it comes.
    Other(Arc<str>),
}

impl Form {
    /// Reads form-js JSON: `{"type": "default", "id": .., "components": [..]}`.
    pub fn parse(json: &str) -> Result<Self, Problem> {
        if json.len() > MAX_BYTES {
            return Err(problem(format!("the form is longer than {MAX_BYTES} bytes")));
        }
        let schema: Value = serde_json::from_str(json).map_err(|error| {
            let at = Position { line: count(error.line()), column: count(error.column()) };
            Problem::error(None, at, format!("the form is no JSON: {error}"))
        })?;
        if schema.get("type").and_then(Value::as_str) != Some("default") {
            return Err(problem("the form's `type` must be `default`".to_owned()));
        }
        let id = match schema.get("id").and_then(Value::as_str).map(str::trim) {
            Some(id) if !id.is_empty() => Arc::from(id),
            _ => return Err(problem("the form needs an `id`; user tasks name it".to_owned())),
        };
        let components = schema
            .get("components")
            .and_then(Value::as_array)
            .ok_or_else(|| problem("the form needs a list of `components`".to_owned()))?;
        let mut fields = Vec::new();
        read_components(components, "", &mut fields)?;
        check_keys(&fields)?;
        Ok(Self { id, schema, fields })
    }
}

fn problem(message: String) -> Problem {
    Problem::error(None, Position { line: 1, column: 1 }, message)
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX).max(1)
}

/// Recursion is safe: the JSON reader limits nesting to 128.
fn read_components(
    components: &[Value],
    path: &str,
    fields: &mut Vec<Field>,
) -> Result<(), Problem> {
    for component in components {
        let Value::Object(component) = component else {
            return Err(problem("a form component must be a JSON object".to_owned()));
        };
        let Some(kind) = text(component, "type") else {
            return Err(problem("a form component needs a `type`".to_owned()));
        };
        let children = component.get("components").and_then(Value::as_array).map(Vec::as_slice);
        if kind == "dynamiclist" {
            let mut inner = Vec::new();
            read_components(children.unwrap_or_default(), "", &mut inner)?;
            let key = joined(path, text(component, "path").unwrap_or_default());
            fields.push(field(component, key, FieldKind::List(inner)));
        } else if let Some(children) = children {
            let path = joined(path, text(component, "path").unwrap_or_default());
            read_components(children, &path, fields)?;
        } else if let Some(key) = text(component, "key") {
            fields.push(field(component, joined(path, key), field_kind(kind)));
        }
    }
    Ok(())
}

fn field(component: &Map<String, Value>, key: String, kind: FieldKind) -> Field {
    let is_true = |value: Option<&Value>| value.and_then(Value::as_bool) == Some(true);
    let validate = component.get("validate");
    Field {
        key: key.into(),
        label: text(component, "label").map(Arc::from),
        kind,
        required: is_true(validate.and_then(|rules| rules.get("required"))),
        read_only: is_true(component.get("disabled")) || is_true(component.get("readonly")),
    }
}

fn field_kind(kind: &str) -> FieldKind {
    match kind {
        "textfield" | "textarea" => FieldKind::Text,
        "number" => FieldKind::Number,
        "checkbox" => FieldKind::Checkbox,
        "datetime" => FieldKind::DateTime,
        "radio" | "select" => FieldKind::Choice,
        "checklist" | "taglist" => FieldKind::Choices,
        "filepicker" => FieldKind::Files,
        "expression" => FieldKind::Computed,
        other => FieldKind::Other(other.into()),
    }
}

fn text<'c>(component: &'c Map<String, Value>, name: &str) -> Option<&'c str> {
    component.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
}

fn joined(path: &str, key: &str) -> String {
    match (path, key) {
        ("", key) => key.to_owned(),
        (path, "") => path.to_owned(),
        (path, key) => format!("{path}.{key}"),
    }
}

/// Every value must have one place to come from. Several fields may share a key (form-js shows one
/// of them by condition), so only empty steps are wrong.
fn check_keys(fields: &[Field]) -> Result<(), Problem> {
    for Field { key, kind, .. } in fields {
        if key.split('.').any(str::is_empty) {
            return Err(problem(format!("the field key `{key}` is no path; write `a.b`")));
        }
        if let FieldKind::List(inner) = kind {
            check_keys(inner)?;
        }
    }
    Ok(())
}
