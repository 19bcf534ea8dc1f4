//! What names a record besides its title: its unique texts (an external id, a number, a SKU) and its e-mail
//! addresses. A list is searched in any part of them; the search over all objects goes by their beginnings,
//! through the indices that they have anyway, as typed, in small and in capital letters.

use std::collections::BTreeSet;
use std::sync::Arc;

use records::{FieldDef, FieldKind, ObjectDef};

use crate::column::{field_column, table};
use crate::sql::{Dialect, Param, Sql, after_prefix};
use crate::title::{fold, is_searched};

/// Records of one object that are named so; more would bury those whose title begins with the text.
const NAMED_MAX: i64 = 50;

/// The fields that name a record, the title left out.
fn naming_fields(object: &ObjectDef) -> impl Iterator<Item = &FieldDef> {
    object.fields.iter().filter(|field| {
        let names = match field.kind {
            FieldKind::Email | FieldKind::AutoNumber { .. } => true,
            _ => field.unique && field.kind.is_text(),
        };
        names && field.name != object.title
    })
}

/// Adds the condition that the text is part of the title or of what names the record besides, in either case.
pub(crate) fn contains(object: &ObjectDef, text: &str, sql: &mut Sql) {
    let title = object.field(&object.title).filter(|field| field.kind.is_text());
    let position = match sql.dialect {
        Dialect::Sqlite => "instr",
        Dialect::Postgres => "strpos",
    };
    sql.push("(FALSE");
    for field in title.into_iter().chain(naming_fields(object)) {
        sql.push(" OR ").push(position).push("(fold(").push(&field_column(&field.name));
        sql.push("), ").bind(Param::Text(fold(text).into())).push(") > 0");
    }
    sql.push(")");
}

/// The statement for the keys of records that the text begins to name; none where nothing names them.
pub(crate) fn named(object: &ObjectDef, text: &str, dialect: Dialect) -> Option<Sql> {
    let text = text.trim();
    let mut fields = naming_fields(object).peekable();
    if text.is_empty() || !is_searched(object) || fields.peek().is_none() {
        return None;
    }
    let cases = BTreeSet::from([text.to_owned(), text.to_lowercase(), text.to_uppercase()]);
    let mut sql = Sql::of(dialect, format!("SELECT key FROM {}", table(&object.name)));
    let mut between = " WHERE ";
    for field in fields {
        let column = field_column(&field.name);
        for begins in &cases {
            sql.push(between).push("(").push(&column).push(" >= ");
            sql.bind(Param::Text(Arc::from(begins.as_str())));
            if let Some(end) = after_prefix(begins) {
                sql.push(" AND ").push(&column).push(" < ").bind(Param::Text(end.into()));
            }
            sql.push(")");
            between = " OR ";
        }
    }
    sql.push(" LIMIT ").bind(Param::Integer(NAMED_MAX));
    Some(sql)
}
