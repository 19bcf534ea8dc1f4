//! Object definitions to and from JSON, as files, the database and the API hold them. Reading is
//! strict about shape; whether a definition makes sense beside the others is asked by
//! [`crate::Schema::new`].

mod wire;

use serde_json::Value;

use self::wire::ObjectJson;
use crate::{ObjectDef, SchemaProblem};

impl ObjectDef {
    /// Reads a definition; attributes that are not known are refused.
    ///
    /// # Errors
    /// The first problem, with what to write instead.
    pub fn from_json(text: &str) -> Result<Self, SchemaProblem> {
        serde_json::from_str::<ObjectJson>(text).map_err(|error| unreadable(&error))?.into_object()
    }

    /// Reads a definition from JSON that is parsed already.
    ///
    /// # Errors
    /// As [`ObjectDef::from_json`].
    pub fn from_value(value: Value) -> Result<Self, SchemaProblem> {
        serde_json::from_value::<ObjectJson>(value)
            .map_err(|error| unreadable(&error))?
            .into_object()
    }

    /// The definition as [`ObjectDef::from_json`] reads it.
    pub fn to_json(&self) -> Value {
        serde_json::to_value(ObjectJson::of(self)).unwrap_or_default()
    }
}

fn unreadable(error: &serde_json::Error) -> SchemaProblem {
    let message = format!("the object definition cannot be read: {error}");
    SchemaProblem { object: None, field: None, message }
}

#[cfg(test)]
mod tests;
