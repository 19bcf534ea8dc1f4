//! Records: references point to rows, versions are those of the history, declared totals add up, and nothing is
//! gone without a word.

use records::ObjectDef;
use runtime::port::StoreError;

use super::{Inspect, Report, total};
use crate::archive::Cell;
use crate::column::{field_column, table};

/// Asks about the records of every object.
pub(super) fn check(read: &dyn Inspect, report: &mut Report) -> Result<(), StoreError> {
    let mut objects = Vec::new();
    for row in read.ask("SELECT name, definition FROM object ORDER BY position")? {
        let [Cell::Text(name), Cell::Text(definition)] = row.as_slice() else { continue };
        match ObjectDef::from_json(definition) {
            Ok(object) => objects.push(object),
            Err(error) => report.add("object", format!("object `{name}`"), error.to_string()),
        }
    }
    let tables = read.tables()?;
    let has_table = |object: &ObjectDef| {
        let name = format!("record_{}", object.name);
        tables.iter().any(|table| table.name == name)
    };
    let (there, missing): (Vec<ObjectDef>, Vec<ObjectDef>) =
        objects.into_iter().partition(has_table);
    for object in missing {
        report.add("object", format!("object `{}`", object.name), "it has no table");
    }
    for object in &there {
        check_history(read, object, report)?;
        for (_, field, target) in object.references() {
            if there.iter().any(|object| object.name == *target) {
                check_reference(read, object, &field.name, target, report)?;
            }
        }
        total::check(read, object, &there, report)?;
    }
    Ok(())
}

fn check_reference(
    read: &dyn Inspect,
    object: &ObjectDef,
    field: &str,
    target: &str,
    report: &mut Report,
) -> Result<(), StoreError> {
    let (from, to, column) = (table(&object.name), table(target), field_column(field));
    let sql = format!(
        "SELECT key FROM {from} AS here WHERE {column} IS NOT NULL AND NOT EXISTS
         (SELECT 1 FROM {to} AS target WHERE target.key = here.{column}) ORDER BY key"
    );
    let what = format!("`{field}` refers to a {target} that is not there");
    report.ask(read, "reference", &object.name, &what, &sql)
}

fn check_history(
    read: &dyn Inspect,
    object: &ObjectDef,
    report: &mut Report,
) -> Result<(), StoreError> {
    let (name, from) = (&object.name, table(&object.name));
    let sql = format!(
        "SELECT key FROM {from} AS here WHERE version <> COALESCE((SELECT max(h.version)
         FROM history_record AS h WHERE h.record = here.key AND h.object = '{name}'), 0) ORDER BY key"
    );
    report.ask(read, "record", name, "its version is not that of its history", &sql)?;
    let sql = format!(
        "SELECT DISTINCT h.record FROM history_record AS h WHERE h.object = '{name}'
         AND NOT EXISTS (SELECT 1 FROM {from} AS here WHERE here.key = h.record)
         AND NOT EXISTS (SELECT 1 FROM history_record AS gone WHERE gone.record = h.record
                         AND gone.change = 'deleted')"
    );
    report.ask(read, "record", name, "it is gone, and nothing says that it was deleted", &sql)
}
