//! What the columns of a file probably mean, judged by their names. It is a proposal for a person, who
//! sees it and may change it; the import itself understands paths only and never guesses.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::plan::USUAL_KEY;
use super::target;
use crate::{FieldDef, FieldKind, Label, ObjectDef, Schema};

/// What other systems append to the name of a column that refers to something.
const SUFFIXES: [&str; 9] = ["ref", "reference", "id", "key", "no", "number", "code", "编号", "号"];

/// A path that a column may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnPath {
    /// The path: `lines.product.sku`.
    pub path: String,
    /// The same in the words of the page.
    pub label: Label,
    /// The field that gets the value.
    pub field: FieldDef,
    /// The collection that the field belongs to.
    pub collection: Option<Arc<str>>,
    /// The unique field by which the record is found that a reference points to, and its object.
    pub via: Option<(Arc<str>, Arc<str>)>,
}

/// Every path that a column for `object` may have, the object's own fields first.
pub fn column_paths(schema: &Schema, object: &Arc<ObjectDef>) -> Vec<ColumnPath> {
    let mut found = Vec::new();
    gather(schema, object, object, None, &mut found);
    for (collection, part) in schema.children_of(&object.name) {
        gather(schema, object, part, Some(collection), &mut found);
    }
    found
}

fn gather(
    schema: &Schema,
    object: &Arc<ObjectDef>,
    holder: &ObjectDef,
    collection: Option<&Arc<str>>,
    found: &mut Vec<ColumnPath>,
) {
    let prefix = collection.map(|name| format!("{name}.")).unwrap_or_default();
    let above = collection.map(|_| &holder.plural);
    for field in &holder.fields {
        let mut offer = |path: String, via: Option<(&ObjectDef, &FieldDef)>| {
            // The law of paths stands in one place.
            if target::follow(schema, object, &path).is_err() {
                return;
            }
            let words = [above, Some(&field.label), via.map(|(_, unique)| &unique.label)];
            found.push(ColumnPath {
                path,
                label: joined(&words),
                field: field.clone(),
                collection: collection.cloned(),
                via: via.map(|(it, unique)| (Arc::clone(&it.name), Arc::clone(&unique.name))),
            });
        };
        if let FieldKind::Reference { object: referred } = &field.kind
            && let Some(referred) = schema.object(referred)
        {
            let mut unique: Vec<&FieldDef> =
                referred.fields.iter().filter(|it| it.unique).collect();
            unique.sort_by_key(|it| *it.name != *USUAL_KEY);
            for unique in unique {
                offer(format!("{prefix}{}.{}", field.name, unique.name), Some((referred, unique)));
            }
        }
        offer(format!("{prefix}{}", field.name), None);
    }
}

fn joined(words: &[Option<&Label>]) -> Label {
    let text = |of: fn(&Label) -> &str| {
        words.iter().flatten().map(|label| of(label)).collect::<Vec<_>>().join(" · ")
    };
    Label::new(&text(|label| &label.en), &text(|label| &label.zh))
}

/// The path that each column probably has, by the column's name. Columns that fit nothing, or several
/// things equally well, are left out.
pub fn suggest(
    object: &ObjectDef,
    column_paths: &[ColumnPath],
    columns: &[Arc<str>],
) -> BTreeMap<Arc<str>, String> {
    let mut found = BTreeMap::new();
    let mut taken = BTreeSet::new();
    // A name that says it exactly goes before one that only resembles it, wherever it stands.
    for likeness in [is_path, is_label, is_last_word, is_reference] {
        for column in columns {
            if found.contains_key(column) {
                continue;
            }
            let fitting: Vec<&ColumnPath> = column_paths
                .iter()
                .filter(|it| !taken.contains(&place(it)) && likeness(object, it, column))
                .collect();
            let Some(first) = fitting.first() else { continue };
            // The ways to name one record are one thing; the first of them finds it by a unique field.
            if fitting.iter().all(|it| place(it) == place(first)) {
                taken.insert(place(first));
                found.insert(Arc::clone(column), first.path.clone());
            }
        }
    }
    found
}

type Place = (Option<Arc<str>>, Arc<str>);

fn place(path: &ColumnPath) -> Place {
    (path.collection.clone(), Arc::clone(&path.field.name))
}

fn is_path(_: &ObjectDef, path: &ColumnPath, column: &str) -> bool {
    *path.path == *column.trim()
}

fn is_label(_: &ObjectDef, path: &ColumnPath, column: &str) -> bool {
    let (name, field) = (plain(column), &path.field);
    let words = [&*path.label.en, &path.label.zh, &field.label.en, &field.label.zh];
    path.collection.is_none() && words.into_iter().any(|word| plain(word) == name)
        || [&path.label.en, &path.label.zh].into_iter().any(|word| plain(word) == name)
}

/// `sku` for `lines.product.sku`, `quantity` for `lines.quantity`. What every object may have, such as a
/// name, says nothing about which one is meant.
fn is_last_word(_: &ObjectDef, path: &ColumnPath, column: &str) -> bool {
    let last = path.path.rsplit('.').next().unwrap_or_default();
    let is_own = path.collection.is_none() && path.via.is_none();
    (is_own || last != USUAL_KEY) && plain(last) == plain(column)
}

/// `account_ref` for what finds the account, `order_ref` for what tells orders apart.
fn is_reference(object: &ObjectDef, path: &ColumnPath, column: &str) -> bool {
    let name = plain(column);
    SUFFIXES.iter().filter_map(|suffix| name.strip_suffix(suffix)).any(|stem| {
        if path.field.unique && path.collection.is_none() {
            return [&*object.name, &object.label.en, &object.label.zh]
                .into_iter()
                .any(|word| plain(word) == stem);
        }
        let words = [&*path.field.name, &path.field.label.en, &path.field.label.zh];
        path.via.is_some() && words.into_iter().any(|word| plain(word) == stem)
    })
}

/// The letters and digits of a name in lower case.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::sample::schema;

    fn check(object: &str, columns: &str, expect: &str) {
        let schema = schema();
        let object = schema.object(object).expect("the case names an object");
        let columns: Vec<Arc<str>> = columns.split(',').map(Into::into).collect();
        let found = suggest(object, &column_paths(&schema, object), &columns);
        let got: Vec<String> = columns
            .iter()
            .map(|column| found.get(column).map_or("?".to_owned(), ToString::to_string))
            .collect();
        assert_eq!(got.join(","), expect, "{columns:?}");
    }

    #[test]
    fn a_column_is_known_by_its_path_its_label_or_the_thing_it_refers_to() {
        check(
            "order",
            "reference,account.code,lines.quantity",
            "reference,account.code,lines.quantity",
        );
        check(
            "order",
            "order_ref,account_ref,quantity",
            "reference,account.external_id,lines.quantity",
        );
        check(
            "order",
            "Order No.,ACCOUNT ID,Quantity",
            "reference,account.external_id,lines.quantity",
        );
        check("order", "due,status,remark", "due,status,?");
        check("account", "Name,Credit limit,parent", "name,credit_limit,parent");
    }

    #[test]
    fn nothing_is_suggested_twice_and_what_is_unclear_is_not() {
        check("order", "account,account_ref", "account,?");
        check("account", "code,account_code", "code,?");
        check("order", "code", "?");
    }

    #[test]
    fn only_what_an_import_may_write_is_offered() {
        let schema = schema();
        let order = schema.object("order").expect("the sample has orders");
        let paths: Vec<String> =
            column_paths(&schema, order).into_iter().map(|it| it.path).collect();
        assert_eq!(
            paths.join(" "),
            "reference account.external_id account.code account.tax_id account status due lines.name \
             lines.article.external_id lines.article.code lines.article.tax_id lines.article \
             lines.quantity"
        );
    }
}
