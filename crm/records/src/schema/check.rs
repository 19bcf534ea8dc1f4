//! The rules that definitions keep: per object here, per field in `field`, between objects in
//! `link`.

mod field;
mod link;
mod name;

use std::collections::BTreeSet;
use std::sync::Arc;

use self::name::{check_label, check_name};
use super::{MAX_FIELDS, MAX_OBJECTS, SchemaProblem};
use crate::{Choice, FieldKind, ObjectDef, Stages};

/// Names that no object may have: the table of the history is `record_history`.
const RESERVED_OBJECTS: [&str; 1] = ["history"];

/// The most fields that a summary shows.
const SUMMARY_MAX: usize = 6;

/// The problems found so far, and what is being looked at.
struct Problems<'a> {
    found: &'a mut Vec<SchemaProblem>,
    object: &'a Arc<str>,
}

impl Problems<'_> {
    /// A problem of the object; `rest` follows its name.
    fn object(&mut self, rest: &str) {
        let object = self.object;
        let message = format!("`{object}` {rest}");
        self.found.push(SchemaProblem { object: Some(Arc::clone(object)), field: None, message });
    }

    /// A problem of one of its fields; `rest` follows the field's name.
    fn field(&mut self, field: &Arc<str>, rest: &str) {
        let object = self.object;
        let message = format!("`{object}.{field}` {rest}");
        let (object, field) = (Some(Arc::clone(object)), Some(Arc::clone(field)));
        self.found.push(SchemaProblem { object, field, message });
    }
}

/// Every problem of these objects.
pub(super) fn check(objects: &[ObjectDef]) -> Vec<SchemaProblem> {
    let mut found = Vec::new();
    if objects.len() > MAX_OBJECTS {
        let count = objects.len();
        let message = format!("a workspace has at most {MAX_OBJECTS} objects, not {count}");
        found.push(SchemaProblem { object: None, field: None, message });
    }
    let mut names = BTreeSet::new();
    for object in objects {
        let mut problems = Problems { found: &mut found, object: &object.name };
        if !names.insert(&object.name) {
            problems.object("is defined twice; rename or remove one");
        }
        check_object(object, &mut problems);
        field::check(object, &mut problems);
    }
    link::check(objects, &mut found);
    found
}

fn check_object(object: &ObjectDef, problems: &mut Problems<'_>) {
    if let Some(rest) = check_name(&object.name, &RESERVED_OBJECTS) {
        problems.object(&rest);
    }
    for (what, label) in [("label", &object.label), ("plural", &object.plural)] {
        if let Some(rest) = check_label(what, label) {
            problems.object(&rest);
        }
    }
    let is_icon = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if object.icon.as_ref().is_some_and(|icon| icon.is_empty() || !icon.chars().all(is_icon)) {
        problems.object("has an `icon` that is no Tabler icon name; write one such as `file-text`");
    }
    if object.fields.is_empty() || object.fields.len() > MAX_FIELDS {
        let count = object.fields.len();
        problems.object(&format!("has {count} fields; define 1 to {MAX_FIELDS}"));
    }
    check_title(object, problems);
    check_columns(object, "lists the column", &object.list, problems);
    check_columns(object, "has in its summary", &object.summary, problems);
    if object.summary.len() > SUMMARY_MAX {
        problems.object(&format!("has a summary of more than {SUMMARY_MAX} fields; shorten it"));
    }
    if object.summary.contains(&object.title) {
        let title = &object.title;
        problems.object(&format!("has its title `{title}` in its summary; remove it there"));
    }
    check_stages(object, problems);
}

/// The names of fields that stand beside each other; `what` is said of a wrong one.
fn check_columns(
    object: &ObjectDef,
    what: &str,
    columns: &[Arc<str>],
    problems: &mut Problems<'_>,
) {
    let mut seen = BTreeSet::new();
    for column in columns {
        if object.field(column).is_none() {
            problems.object(&format!("{what} `{column}`, which is no field of it"));
        }
        if !seen.insert(column) {
            problems.object(&format!("{what} `{column}` twice; remove one"));
        }
    }
}

fn check_title(object: &ObjectDef, problems: &mut Problems<'_>) {
    let title = &object.title;
    match object.field(title).map(|field| &field.kind) {
        None => problems.object(&format!("has the title `{title}`, which is no field of it")),
        Some(kind) if !kind.is_text() || matches!(kind, FieldKind::LongText) => {
            let rest =
                format!("has a {} as its title; use a field of one line of text", kind.type_name());
            problems.object(&rest);
        }
        Some(_) => {}
    }
}

fn check_stages(object: &ObjectDef, problems: &mut Problems<'_>) {
    let Some(stages) = &object.stages else { return };
    match object.field(&stages.field).map(|field| &field.kind) {
        Some(FieldKind::Choice { options }) => {
            check_locks(object, stages, options, problems);
            check_ends(stages, options, problems);
        }
        Some(_) | None => {
            let field = &stages.field;
            problems.object(&format!("has stages by `{field}`, which is no choice field of it"));
        }
    }
    if stages.process.trim().is_empty() {
        problems.object("has stages without a process; give the id of the process");
    }
}

fn check_locks(
    object: &ObjectDef,
    stages: &Stages,
    options: &[Choice],
    problems: &mut Problems<'_>,
) {
    let mut values = BTreeSet::new();
    for (lock, _) in stages.locks() {
        let value = &lock.value;
        if options.iter().all(|option| option.value != *value) {
            let field = &stages.field;
            problems.object(&format!(
                "locks the stage `{value}`, which is no option of `{field}`; name one of its options"
            ));
        }
        if !values.insert(value) {
            problems.object(&format!("locks the stage `{value}` twice; remove one"));
        }
        let mut open = BTreeSet::new();
        for name in &lock.open {
            if object.field(name).is_none() {
                problems.object(&format!(
                    "leaves `{name}` open at the stage `{value}`, which is no field of it"
                ));
            }
            if !open.insert(name) {
                problems.object(&format!(
                    "leaves `{name}` open twice at the stage `{value}`; remove one"
                ));
            }
        }
    }
}

fn check_ends(stages: &Stages, options: &[Choice], problems: &mut Problems<'_>) {
    let mut values = BTreeSet::new();
    for end in &stages.ends {
        let value = &end.value;
        if options.iter().all(|option| option.value != *value) {
            let field = &stages.field;
            problems.object(&format!(
                "ends at the stage `{value}`, which is no option of `{field}`; name one of its options"
            ));
        }
        if !values.insert(value) {
            problems.object(&format!("ends at the stage `{value}` twice; remove one"));
        }
    }
}

#[cfg(test)]
mod tests;
