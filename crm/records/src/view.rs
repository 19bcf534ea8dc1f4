//! What a record looks like from outside: as JSON for the API, as a FEEL value for expressions.

mod feel_face;
mod json_face;
mod names;
pub mod resolve;

pub use feel_face::{feel_to_json_input, field_to_feel, to_feel};
pub use json_face::{field_to_json, to_json};

pub use names::{UnknownName, unknown_name};

pub(crate) use feel_face::{flat_value, key_text};
pub(crate) use json_face::decimal_to_json;

#[cfg(test)]
mod tests;
