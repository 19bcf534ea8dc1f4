//! Translations of a form: texts in other languages stand among a component's custom properties, named by the
//! attribute and the language (`label.zh`, `values.approve.zh`). A name that nothing has is shown nowhere, and
//! nobody who does not read that language would notice.

use serde_json::{Map, Value};

use super::{Form, text};

/// The languages of the page.
const LANGUAGES: [&str; 2] = ["en", "zh"];

/// A translation of what is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnusedTranslation {
    /// The key of the component, else its id or its type; the form's id where it is the form's own.
    pub component: String,
    /// What is wrong and what to do.
    pub message: String,
}

impl Form {
    /// The translations that translate nothing, in the order of the form.
    pub fn unused_translations(&self) -> Vec<UnusedTranslation> {
        let mut found = Vec::new();
        if let Value::Object(form) = &self.schema {
            look_through(form, &mut found);
        }
        found
    }
}

/// Recursion is safe: the JSON reader limits nesting to 128.
fn look_through(component: &Map<String, Value>, found: &mut Vec<UnusedTranslation>) {
    let properties = component.get("properties").and_then(Value::as_object);
    for (name, _) in properties.into_iter().flatten().filter(|(_, value)| value.is_string()) {
        let Some((place, language)) = name.rsplit_once('.') else { continue };
        if !LANGUAGES.contains(&language) {
            continue;
        }
        if let Some(missing) = missing(component, place) {
            found.push(UnusedTranslation {
                component: name_of(component),
                message: format!(
                    "has the translation `{name}`, but {missing}; correct the name or remove it"
                ),
            });
        }
    }
    let children = component.get("components").and_then(Value::as_array);
    for child in children.into_iter().flatten().filter_map(Value::as_object) {
        look_through(child, found);
    }
}

/// What a translation of `place` (`label`, `values.approve`) lacks.
fn missing(component: &Map<String, Value>, place: &str) -> Option<String> {
    let (attribute, inner) = match place.split_once('.') {
        Some((attribute, inner)) => (attribute, Some(inner)),
        None => (place, None),
    };
    let no_text = || Some(format!("no text `{place}`"));
    match (component.get(attribute), inner) {
        (Some(Value::String(_)), None) => None,
        (Some(Value::Array(entries)), Some(inner)) => {
            let is_named = |entry: &Value| {
                ["value", "key"]
                    .iter()
                    .any(|by| entry.get(by).and_then(Value::as_str) == Some(inner))
            };
            let is_there = entries.iter().any(is_named);
            (!is_there).then(|| format!("no entry `{inner}` in `{attribute}`"))
        }
        (Some(Value::Object(members)), Some(inner)) => {
            if members.contains_key(inner) {
                None
            } else {
                no_text()
            }
        }
        _ => no_text(),
    }
}

fn name_of(component: &Map<String, Value>) -> String {
    let mut names = ["key", "path", "id", "type"].iter();
    names.find_map(|name| text(component, name)).unwrap_or("?").to_owned()
}
