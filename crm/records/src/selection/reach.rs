//! Where a path of a condition leads: through which references, to which value.

use std::sync::Arc;

use feel::Path;

use super::{NotSelectable, REFERENCES_MAX};
use crate::{FieldKind, ObjectDef, Schema};

/// A path of a condition over the rows of an object.
pub(super) struct Reach<'a> {
    pub(super) path: &'a [Arc<str>],
    /// The names of the objects that the references at its beginning lead to, one after the other.
    pub(super) objects: Vec<Arc<str>>,
    /// The value behind them is a reference, of which the key is read.
    pub(super) is_key: bool,
}

impl<'a> Reach<'a> {
    /// The path up to the value that a row holds.
    pub(super) fn value(&self) -> &'a [Arc<str>] {
        self.path.get(..=self.objects.len()).unwrap_or_default()
    }

    /// Whether a row holds it as it is; else something is taken of the value: the year of a date.
    pub(super) fn is_stored(&self) -> bool {
        self.path.len() == self.objects.len() + 1 + usize::from(self.is_key)
    }
}

/// Follows the references. The key of a reference stands in the row that has the reference.
pub(super) fn reach<'a>(
    schema: &Schema,
    object: &ObjectDef,
    path: &'a [Arc<str>],
) -> Result<Reach<'a>, NotSelectable> {
    let mut at = object;
    let mut objects = Vec::new();
    let mut rest = path;
    while let [name, behind @ ..] = rest {
        let target = at.field(name).and_then(|field| field.kind.referenced_object());
        let is_key = behind.first().is_some_and(|next| &**next == "key");
        match target {
            Some(target) if !behind.is_empty() && !is_key => {
                at = schema.object(target).ok_or_else(|| unknown(at, path))?;
                objects.push(Arc::clone(target));
            }
            _ if objects.len() > REFERENCES_MAX => {
                return Err(NotSelectable(format!(
                    "`{}` goes through {} references; go through {REFERENCES_MAX} at most",
                    shown(path),
                    objects.len()
                )));
            }
            _ if is_of_row(at, name) => {
                return Ok(Reach { path, objects, is_key: is_key && target.is_some() });
            }
            _ => break,
        }
        rest = behind;
    }
    Err(unknown(at, path))
}

/// Whether every row of the object holds something of that name.
pub(crate) fn is_of_row(object: &ObjectDef, name: &str) -> bool {
    let is_money = |field: &str| {
        object.field(field).is_some_and(|it| matches!(it.kind, FieldKind::Money { .. }))
    };
    object.field(name).is_some()
        || matches!(name, "key" | "created at" | "updated at" | "created_at" | "updated_at")
        || name.strip_suffix(" currency").is_some_and(is_money)
}

fn unknown(object: &ObjectDef, path: &[Arc<str>]) -> NotSelectable {
    NotSelectable(format!(
        "`{}` is not a field of `{}`; a filter reads fields of the row and of records that it refers to",
        shown(path),
        object.name
    ))
}

fn shown(path: &[Arc<str>]) -> Path {
    Path::new(path.iter().map(Arc::clone))
}
