//! The rules that definitions keep.

use super::SchemaProblem;
use crate::ObjectDef;

/// Every problem of these objects.
pub(super) fn check(objects: &[ObjectDef]) -> Vec<SchemaProblem> {
    let _ = objects;
    Vec::new()
}
