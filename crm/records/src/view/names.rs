//! Which names an expression may use of a record: known by the schema alone, before there is any record.

use std::sync::Arc;

use super::feel_face::has_own_value;
use crate::Schema;

/// A name that nothing stands under.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{object}` has no field `{name}`")]
pub struct UnknownName {
    /// The name of the object.
    pub object: Arc<str>,
    /// What it does not have.
    pub name: Arc<str>,
}

/// The first step of `path`, which begins at a record of `object`, that names nothing: neither a field nor
/// what stands beside one, nor a collection of parts. References and collections are followed; what is
/// asked of a value that is no record is not looked at.
pub fn unknown_name(schema: &Schema, object: &str, path: &[Arc<str>]) -> Option<UnknownName> {
    let mut object = schema.object(object)?;
    for name in path {
        let field = object.field(name);
        let next = match field {
            Some(field) => field.kind.referenced_object().and_then(|name| schema.object(name)),
            None => schema.collection(&object.name, name),
        };
        match next {
            Some(next) => object = next,
            None if field.is_some() || has_own_value(object, name) => return None,
            None => {
                let (object, name) = (Arc::clone(&object.name), Arc::clone(name));
                return Some(UnknownName { object, name });
            }
        }
    }
    None
}

#[cfg(test)]
mod tests;
