//! Currencies that can be paid with: asked of amounts that are written and of objects that are defined, never of
//! what is stored, which may be older than the list.

use std::sync::Arc;

use base::Currency;

use crate::{FieldDefault, FieldKind, FieldValue, ObjectDef, SchemaProblem};

/// What is wrong with the currency of a value, as words that follow the field's name.
pub(crate) fn refusal(value: &FieldValue) -> Option<String> {
    match value {
        FieldValue::Money(money) if !money.currency.is_in_use() => Some(unknown(money.currency)),
        _ => None,
    }
}

/// The fields of an object that is to be defined whose default currency nobody can pay with.
pub fn unknown_currencies(object: &ObjectDef) -> Vec<SchemaProblem> {
    let unknown = object.fields.iter().filter_map(|field| {
        let rest = match &field.kind {
            FieldKind::Money { currency: Some(currency) } if !currency.is_in_use() => {
                Some(unknown(*currency))
            }
            _ => match &field.default {
                Some(FieldDefault::Value(value)) => refusal(value),
                Some(FieldDefault::Me) | None => None,
            },
        };
        let (object, field) = (&object.name, &field.name);
        rest.map(|rest| SchemaProblem {
            object: Some(Arc::clone(object)),
            field: Some(Arc::clone(field)),
            message: format!("`{object}.{field}` {rest}"),
        })
    });
    unknown.collect()
}

fn unknown(currency: Currency) -> String {
    format!(
        "is in `{currency}`, which is no currency in use; write the code of one, such as `EUR` (ISO 4217)"
    )
}
