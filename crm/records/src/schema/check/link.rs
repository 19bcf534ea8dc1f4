//! The rules between objects: references, declared totals, parents and their parts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Problems;
use super::name::{FEEL_NAMES, ROW_NAMES, check_name};
use crate::{FieldKind, ObjectDef, SchemaProblem};

type Objects<'a> = BTreeMap<&'a Arc<str>, &'a ObjectDef>;

pub(super) fn check(objects: &[ObjectDef], found: &mut Vec<SchemaProblem>) {
    let by_name: Objects<'_> = objects.iter().map(|object| (&object.name, object)).collect();
    let mut collections = BTreeSet::new();
    for object in objects {
        let mut problems = Problems { found, object: &object.name };
        for (_, field, referred) in object.references() {
            if !by_name.contains_key(referred) {
                let rest = format!(
                    "refers to `{referred}`, which is not defined; define it or name another object"
                );
                problems.field(&field.name, &rest);
            }
        }
        check_totals(object, &by_name, &mut problems);
        if let Some(parent) = check_part(object, &by_name, &mut problems)
            && let Some(part_of) = &object.part_of
            && !collections.insert((&parent.name, &part_of.collection))
        {
            let (parent, collection) = (&parent.name, &part_of.collection);
            let rest =
                format!("takes the name `{parent}.{collection}` of other parts; choose another");
            problems.object(&rest);
        }
    }
}

fn check_totals(object: &ObjectDef, by_name: &Objects<'_>, problems: &mut Problems<'_>) {
    let find = |name: &str| by_name.get(&Arc::from(name)).copied();
    for field in &object.fields {
        let Some(total) = &field.total_of else { continue };
        if let Some(rest) = total.problem(object, &field.kind, find) {
            problems.field(&field.name, &rest);
        } else if !field.read_only {
            problems
                .field(&field.name, "is a total, which people cannot keep; make it `read_only`");
        }
    }
}

/// The parent's object, where the parts name one correctly.
fn check_part<'a>(
    object: &ObjectDef,
    by_name: &Objects<'a>,
    problems: &mut Problems<'_>,
) -> Option<&'a ObjectDef> {
    let part_of = object.part_of.as_ref()?;
    let field = object.field(&part_of.field);
    let Some(FieldKind::Reference { object: parent }) = field.map(|field| &field.kind) else {
        let field = &part_of.field;
        problems.object(&format!("is part of `{field}`, which is no reference field of it"));
        return None;
    };
    if field.is_some_and(|field| !field.required) {
        problems.field(&part_of.field, "names the parent of a part; make it required");
    }
    let collection = &part_of.collection;
    if check_name(collection, &[&ROW_NAMES[..], &FEEL_NAMES].concat()).is_some() {
        problems.object(&format!(
            "has a collection `{collection}` that cannot be used; choose another name"
        ));
    }
    let parent = by_name.get(parent)?;
    if parent.field(collection).is_some() {
        let parent = &parent.name;
        problems.object(&format!(
            "is called `{collection}` at `{parent}`, which has a field of that name"
        ));
    }
    if is_inside_itself(object, by_name) {
        problems.object("is part of itself; remove `part_of` from one of the objects");
    }
    Some(parent)
}

/// Whether the way up through the parents comes back to the object.
fn is_inside_itself(object: &ObjectDef, by_name: &Objects<'_>) -> bool {
    let mut above = object.parent();
    for _ in 0..=by_name.len() {
        match above {
            None => return false,
            Some(parent) if *parent == object.name => return true,
            Some(parent) => above = by_name.get(parent).and_then(|parent| parent.parent()),
        }
    }
    false
}
