//! Where a path leads: `field`, `field.unique_field` (a record found by a unique field of its object),
//! and the same below a collection: `lines.quantity`, `lines.product.sku`.

use std::sync::Arc;

use crate::{FieldDef, FieldKind, ObjectDef, Schema};

/// What a path names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    /// The collection that the field's record belongs to; `None` is the record itself.
    pub(super) collection: Option<(Arc<str>, Arc<ObjectDef>)>,
    pub(super) field: Arc<str>,
    pub(super) via: Option<Via>,
}

/// How the record is found that a reference points to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Via {
    pub(super) object: Arc<ObjectDef>,
    pub(super) field: Arc<str>,
}

/// Follows a path from `object`.
pub(super) fn follow(
    schema: &Schema,
    object: &Arc<ObjectDef>,
    path: &str,
) -> Result<Target, String> {
    let (first, rest) = path.split_once('.').unwrap_or((path, ""));
    let is_field = object.field(first).is_some();
    match schema.collection(&object.name, first) {
        Some(part) if !is_field => {
            if rest.is_empty() {
                return Err(format!(
                    "`{first}` is a collection; name a field of it: `{first}.FIELD`"
                ));
            }
            let (field, via) = in_object(schema, part, rest)?;
            let link = part.part_of.as_ref().map(|part_of| &part_of.field);
            if link == Some(&field) {
                return Err(format!("`{path}` is set by the import; remove the column"));
            }
            Ok(Target { collection: Some((first.into(), Arc::clone(part))), field, via })
        }
        _ => {
            let (field, via) = in_object(schema, object, path)?;
            Ok(Target { collection: None, field, via })
        }
    }
}

fn in_object(
    schema: &Schema,
    object: &ObjectDef,
    path: &str,
) -> Result<(Arc<str>, Option<Via>), String> {
    let (name, unique) = match path.split_once('.') {
        Some((name, unique)) => (name, Some(unique)),
        None => (path, None),
    };
    let field = object.field(name).ok_or_else(|| {
        format!(
            "`{}` has no field `{name}`; rename the column, map it to a field or remove it",
            object.name
        )
    })?;
    check_writable(field)?;
    let Some(unique) = unique else { return Ok((Arc::clone(&field.name), None)) };
    let FieldKind::Reference { object: referred } = &field.kind else {
        return Err(format!("`{name}` refers to no record; write `{name}` alone"));
    };
    let referred = schema.object(referred).ok_or_else(|| format!("there is no `{referred}`"))?;
    let found = referred.field(unique).filter(|field| field.unique);
    let found = found.ok_or_else(|| {
        let unique_fields = referred.fields.iter().filter(|field| field.unique);
        let names: Vec<String> = unique_fields.map(|field| format!("`{}`", field.name)).collect();
        let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        format!("`{unique}` is no unique field of `{}`; its unique fields: {names}", referred.name)
    })?;
    let via = Via { object: Arc::clone(referred), field: Arc::clone(&found.name) };
    Ok((Arc::clone(&field.name), Some(via)))
}

fn check_writable(field: &FieldDef) -> Result<(), String> {
    let name = &field.name;
    if matches!(field.kind, FieldKind::AutoNumber { .. }) {
        return Err(format!("`{name}` is numbered automatically; remove the column"));
    }
    if field.read_only {
        return Err(format!("`{name}` is written by processes only; remove the column"));
    }
    Ok(())
}
