//! A record as it was: changes that history keeps are taken back.

use serde::Deserialize;
use serde_json::Value as Json;

use crate::{FieldValue, ObjectDef, Record, read};

/// One field of a change, as history keeps it.
#[derive(Deserialize)]
struct Kept {
    field: String,
    old: Json,
}

/// Puts back what a change has replaced. `fields` is the JSON text that history keeps of it:
/// `[{"field": .., "old": .., "new": ..}]`, values as [`crate::view::to_json`] shows them. A field that the object no
/// longer has is left out, and a value that its field no longer takes stays as it is now.
///
/// # Errors
/// Where the text is not of this shape.
pub fn take_back(
    object: &ObjectDef,
    record: &mut Record,
    fields: &str,
) -> Result<(), serde_json::Error> {
    for Kept { field, old } in serde_json::from_str::<Vec<Kept>>(fields)? {
        let Some(position) = object.position(&field) else { continue };
        let Some(definition) = object.fields.get(position) else { continue };
        if let Ok(value) = read::read(definition, &old, record.at(position)) {
            if record.values.len() <= position {
                record.values.resize(position.saturating_add(1), FieldValue::Null);
            }
            if let Some(place) = record.values.get_mut(position) {
                *place = value;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::sample::{row, schema};
    use crate::{FieldChange, changes, view};

    /// An order that has these values, after a change was taken back that has replaced `old`.
    fn check(now: &Json, old: &[(&str, Json)], expect: &Json) {
        let schema = schema();
        let object = schema.object("order").expect("the sample has orders");
        let mut record = row(&schema, "order", 5, now);
        let fields: Vec<Json> = old
            .iter()
            .map(|(field, old)| json!({"field": field, "old": old, "new": null}))
            .collect();
        take_back(object, &mut record, &Json::Array(fields).to_string()).expect("it is kept so");
        let shown = view::to_json(object, &record);
        for field in ["account", "status"] {
            assert_eq!(shown[field], expect[field], "{old:?}");
        }
    }

    #[test]
    fn what_a_change_has_replaced_is_there_again() {
        let now = json!({"account": "1", "status": "submitted"});
        for (old, expect) in [
            (vec![("status", json!("draft"))], json!({"account": "1", "status": "draft"})),
            (vec![("account", json!(null))], json!({"status": "submitted"})),
            (vec![("no_longer", json!(1))], now.clone()),
            (vec![("status", json!("no option any more"))], now.clone()),
        ] {
            check(&now, &old, &expect);
        }
    }

    #[test]
    fn every_change_can_be_taken_back_from_what_is_shown_of_it() {
        let schema = schema();
        for (object, values) in [
            (
                "account",
                json!({"name": "Acme", "credit_limit": "12.50", "rating": -1.25, "parent": "7"}),
            ),
            (
                "order",
                json!({"account": "1", "status": "accepted", "total": "3.10", "due": "2026-11-22",
                    "shipped_at": "2026-11-22T10:00:00.123Z", "urgent": false, "owner": "9"}),
            ),
        ] {
            let object = schema.object(object).expect("the case names an object");
            let before = row(&schema, &object.name, 5, &values);
            let mut record = Record { values: Vec::new(), ..before.clone() };
            let old = |change: &FieldChange| {
                let field = object.field(&change.field).expect("it has changed");
                let old = view::field_to_json(&field.kind, &change.old);
                json!({"field": &*change.field, "old": old, "new": null})
            };
            let kept: Json =
                changes(object, Some(&before), Some(&record)).iter().map(old).collect();
            take_back(object, &mut record, &kept.to_string()).expect("it is kept so");
            assert_eq!(record, before);
        }
    }
}
