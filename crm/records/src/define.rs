//! Object definitions to and from JSON, as files, the database and the API hold them. Reading is
//! strict about shape; whether a definition makes sense beside the others is asked by
//! [`crate::Schema::new`].

mod wire;

use std::fmt::Write as _;
use std::sync::Arc;

use serde_json::Value;
use serde_path_to_error::{Path, Segment};

use self::wire::ObjectJson;
use crate::{ObjectDef, SchemaProblem};

impl ObjectDef {
    /// Reads a definition; attributes that are not known are refused.
    ///
    /// # Errors
    /// The first problem, with what to write instead.
    pub fn from_json(text: &str) -> Result<Self, SchemaProblem> {
        let reader = &mut serde_json::Deserializer::from_str(text);
        let read = serde_path_to_error::deserialize::<_, ObjectJson>(&mut *reader);
        let object = read.map_err(|error| {
            unreadable(error.path(), error.inner(), &serde_json::from_str(text).unwrap_or_default())
        })?;
        let nowhere = serde_path_to_error::Track::new().path();
        reader.end().map_err(|error| unreadable(&nowhere, &error, &Value::Null))?;
        object.into_object()
    }

    /// Reads a definition from JSON that is parsed already.
    ///
    /// # Errors
    /// As [`ObjectDef::from_json`].
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a definition is made of it; only where that fails is it looked at again"
    )]
    pub fn from_value(value: Value) -> Result<Self, SchemaProblem> {
        serde_path_to_error::deserialize::<_, ObjectJson>(&value)
            .map_err(|error| unreadable(error.path(), error.inner(), &value))?
            .into_object()
    }

    /// The definition as [`ObjectDef::from_json`] reads it.
    pub fn to_json(&self) -> Value {
        serde_json::to_value(ObjectJson::of(self)).unwrap_or_default()
    }
}

/// What holds a text in every language of the page.
const IN_BOTH_LANGUAGES: [&str; 3] = ["label", "plural", "help"];

/// Names object, field and member, as far as the definition got.
fn unreadable(path: &Path, error: &serde_json::Error, json: &Value) -> SchemaProblem {
    let name = |json: &Value| json.get("name")?.as_str().map(Arc::<str>::from);
    let mut steps: Vec<&Segment> = path.iter().collect();
    let object = name(json);
    let mut field = None;
    if let [Segment::Map { key }, Segment::Seq { index }, ..] = &*steps
        && key == "fields"
    {
        field = json.get("fields").and_then(|fields| fields.get(index)).and_then(name);
        if field.is_some() {
            steps.drain(..2);
        }
    }
    let whose = match (&object, &field) {
        (Some(object), Some(field)) => format!("`{object}.{field}`"),
        (Some(object), None) => format!("`{object}`"),
        (None, _) => "the object definition".to_owned(),
    };
    let place = place(&steps);
    let place = if place.is_empty() { place } else { format!(" at `{place}`") };
    let mut message = format!("{whose} cannot be read{place}: {error}");
    if let Some(Segment::Map { key }) = steps.last()
        && IN_BOTH_LANGUAGES.contains(&&**key)
    {
        message.push_str("; write both languages, as in {\"en\": \"Name\", \"zh\": \"名称\"}");
    }
    SchemaProblem { object, field, message }
}

/// The way to a member as people write it: `options[0].label`.
fn place(steps: &[&Segment]) -> String {
    let mut place = String::new();
    for step in steps {
        match step {
            Segment::Seq { index } => {
                let _ = write!(place, "[{index}]");
            }
            Segment::Map { key } | Segment::Enum { variant: key } => {
                if !place.is_empty() {
                    place.push('.');
                }
                place.push_str(key);
            }
            Segment::Unknown => {}
        }
    }
    place
}

#[cfg(test)]
mod tests;
