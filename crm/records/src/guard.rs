//! Conditions over one row's own fields: the guard of a guarded update, and a filter evaluated in memory.
//!
//! Both see the row flat: every field by its name, a reference as its key in text, `key`, `created at`,
//! `updated at`. Nothing beyond the row is read.

use feel::predicate::Predicate;
use feel::{Expression, Run};

use crate::{ObjectDef, Record};

/// Whether the condition is true for the row; null counts as no.
pub fn guard(object: &ObjectDef, record: &Record, condition: &Expression, run: &mut Run) -> bool {
    let _ = (object, record, condition, run);
    false
}

/// Whether the row satisfies a predicate, exactly as a database answers it.
pub fn matches(object: &ObjectDef, record: &Record, predicate: &Predicate) -> bool {
    let _ = (object, record, predicate);
    false
}
