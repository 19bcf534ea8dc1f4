//! The order of a list of records, and the condition that a row stands behind a cursor. A list is sorted by
//! what it shows: options in the order in which they are defined, text whichever case it is in. The key
//! breaks ties in the direction of the last column, so that an index can be walked one way. Null is the least.

use std::sync::Arc;

use records::{Choice, FieldKind, FieldValue, ObjectDef, Record};
use runtime::port::Sort;

use crate::column::{folded, operand};
use crate::cursor::{Cursor, NotACursor, Place};
use crate::sql::{Dialect, Param, Sql};

/// The longest text, in characters, that a list is sorted by; a cursor carries the whole value.
const TEXT_MAX: u32 = 1_000;

/// One column of the order.
#[derive(Debug, Clone)]
struct OrderColumn {
    field: String,
    sorted: Sorted,
    descending: bool,
    may_be_null: bool,
}

/// What of a column is compared.
#[derive(Debug, Clone)]
enum Sorted {
    /// What is stored.
    Stored(String),
    /// The text of the column in one case.
    Folded(String),
    /// The place of the option among these; what is none of them any more comes last.
    Option { column: String, options: Vec<Arc<str>> },
}

/// A total order of an object's rows.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    name: String,
    columns: Vec<OrderColumn>,
    keys_descend: bool,
}

/// The list cannot be sorted so. The message says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct NotSortable(String);

impl Order {
    /// The order by these columns; none is newest first.
    pub(crate) fn new(object: &ObjectDef, sort: &[Sort]) -> Result<Self, NotSortable> {
        let mut columns = Vec::new();
        let mut keys_descend = sort.is_empty();
        for Sort { field, descending } in sort {
            keys_descend = *descending;
            if &**field == "key" {
                break;
            }
            let sorted = sortable(object, field)?;
            let may_be_null = object.field(field).is_some();
            columns.push(OrderColumn {
                field: field.to_string(),
                sorted,
                descending: *descending,
                may_be_null,
            });
        }
        let words: Vec<String> = columns.iter().map(OrderColumn::word).collect();
        let key = if keys_descend { "-key" } else { "key" };
        let name = format!("{}:{}:{key}", object.name, words.join(","));
        Ok(Self { name, columns, keys_descend })
    }

    /// Adds ` ORDER BY ..`.
    pub(crate) fn write(&self, sql: &mut Sql) {
        sql.push(" ORDER BY ");
        for column in &self.columns {
            column.sorted.write(sql);
            sql.push(if column.descending { " DESC" } else { " ASC" });
            // SQLite takes null for the least by itself, PostgreSQL for the greatest.
            if column.may_be_null && sql.dialect == Dialect::Postgres {
                sql.push(if column.descending { " NULLS LAST" } else { " NULLS FIRST" });
            }
            sql.push(", ");
        }
        sql.push("key").push(if self.keys_descend { " DESC" } else { " ASC" });
    }

    /// The cursor behind a row.
    pub(crate) fn cursor(&self, object: &ObjectDef, record: &Record) -> Cursor {
        let places = self.columns.iter().map(|column| column.place(object, record));
        Cursor { order: self.name.clone(), places: places.collect(), key: record.key.0 }
    }

    /// Adds the condition that a row stands behind the cursor.
    pub(crate) fn after(&self, cursor: &str, sql: &mut Sql) -> Result<(), NotACursor> {
        let cursor = Cursor::decode(cursor, &self.name, self.columns.len())?;
        let places: Vec<(&OrderColumn, Option<Param>)> = self
            .columns
            .iter()
            .zip(cursor.places)
            .map(|(column, place)| (column, param(place)))
            .collect();
        if let Some((column, Some(value))) = places.first() {
            bound(column, value, sql);
        }
        for (column, place) in &places {
            sql.push("(");
            strictly_after(column, place.as_ref(), sql);
            sql.push(" OR (");
            column.sorted.write(sql);
            match place {
                Some(value) => sql.push(" = ").bind(value.clone()),
                None => sql.push(" IS NULL"),
            };
            sql.push(" AND ");
        }
        sql.push("key").push(if self.keys_descend { " < " } else { " > " });
        sql.bind(Param::Integer(cursor.key));
        for _ in &places {
            sql.push("))");
        }
        Ok(())
    }
}

/// A bound on the first column that follows from the rest, in a form that an index can use.
fn bound(column: &OrderColumn, value: &Param, sql: &mut Sql) {
    if !column.descending {
        column.sorted.write(sql).push(" >= ").bind(value.clone()).push(" AND ");
    } else if !column.may_be_null {
        column.sorted.write(sql).push(" <= ").bind(value.clone()).push(" AND ");
    }
}

fn strictly_after(column: &OrderColumn, place: Option<&Param>, sql: &mut Sql) {
    let sorted = &column.sorted;
    match (place, column.descending) {
        (None, false) => sorted.write(sql).push(" IS NOT NULL"),
        (None, true) => sql.push("FALSE"),
        (Some(value), false) => sorted.write(sql).push(" > ").bind(value.clone()),
        (Some(value), true) => {
            sorted.write(sql).push(" < ").bind(value.clone());
            if column.may_be_null {
                sql.push(" OR ");
                sorted.write(sql).push(" IS NULL");
            }
            sql
        }
    };
}

impl OrderColumn {
    /// How the name of the order calls it. Options in another order are another order.
    fn word(&self) -> String {
        let sign = if self.descending { "-" } else { "" };
        let options = match &self.sorted {
            Sorted::Option { options, .. } => format!("({})", options.join("|")),
            Sorted::Stored(_) | Sorted::Folded(_) => String::new(),
        };
        format!("{sign}{}{options}", self.field)
    }

    /// What a row has in it.
    fn place(&self, object: &ObjectDef, record: &Record) -> Place {
        let stored = place(object, record, &self.field);
        match (&self.sorted, stored) {
            (Sorted::Folded(_), Place::Text(text)) => Place::Text(text.to_ascii_lowercase()),
            (Sorted::Option { options, .. }, Place::Text(text)) => {
                let place = options.iter().position(|option| **option == *text);
                let place = place.unwrap_or(options.len());
                Place::Integer(i64::try_from(place).unwrap_or(i64::MAX))
            }
            (_, stored) => stored,
        }
    }
}

impl Sorted {
    /// Adds the expression.
    fn write<'a>(&self, sql: &'a mut Sql) -> &'a mut Sql {
        match self {
            Self::Stored(column) => sql.push(column),
            Self::Folded(column) => sql.push(&folded(column)),
            Self::Option { column, options } => {
                sql.push("CAST(CASE ").push(column);
                for (place, option) in options.iter().enumerate() {
                    sql.push(" WHEN ").bind(Param::Text(Arc::clone(option)));
                    sql.push(&format!(" THEN {place}"));
                }
                let behind = format!("ELSE CASE WHEN {column} IS NOT NULL THEN {}", options.len());
                sql.push(" ").push(&behind).push(" END END AS BIGINT)")
            }
        }
    }
}

fn sortable(object: &ObjectDef, field: &str) -> Result<Sorted, NotSortable> {
    let kind = object.field(field).map(|field| &field.kind);
    let too_long = match kind {
        Some(FieldKind::LongText) => true,
        Some(FieldKind::Text { max }) => *max > TEXT_MAX,
        _ => false,
    };
    if too_long {
        return Err(NotSortable(format!(
            "`{field}` holds text too long to sort by; sort by a shorter field"
        )));
    }
    let operand = operand(object, &[field]).map_err(|error| {
        NotSortable(format!(
            "`{}` is not a field of `{}`; sort by one of its fields, `created_at`, `updated_at` or `key`",
            error.path, error.object
        ))
    })?;
    let column = operand.column;
    Ok(match kind {
        Some(FieldKind::Choice { options }) if !options.is_empty() => {
            let options = options.iter().map(|Choice { value, .. }| Arc::clone(value)).collect();
            Sorted::Option { column, options }
        }
        Some(kind) if is_folded(kind) => Sorted::Folded(column),
        _ => Sorted::Stored(column),
    })
}

/// Whether a list sorted by such a field takes both cases of a letter for one.
pub(crate) fn is_folded(kind: &FieldKind) -> bool {
    match kind {
        FieldKind::Text { max } => *max <= TEXT_MAX,
        FieldKind::Email | FieldKind::Phone | FieldKind::Url => true,
        _ => false,
    }
}

fn place(object: &ObjectDef, record: &Record, field: &str) -> Place {
    match field {
        "created_at" | "created at" => return Place::Integer(record.created_at.0),
        "updated_at" | "updated at" => return Place::Integer(record.updated_at.0),
        _ => {}
    }
    if let Some(money) = field.strip_suffix(" currency") {
        return match record.value(object, money) {
            FieldValue::Money(money) => Place::Text(money.currency.to_string()),
            _ => Place::Null(()),
        };
    }
    match record.value(object, field) {
        FieldValue::Null => Place::Null(()),
        FieldValue::Text(text) => Place::Text(text.to_string()),
        FieldValue::Number(number) => Place::Integer(*number),
        FieldValue::Money(money) => Place::Integer(money.minor),
        FieldValue::Date(days) => Place::Integer(i64::from(*days)),
        FieldValue::DateTime(at) => Place::Integer(at.0),
        FieldValue::Boolean(flag) => Place::Integer(i64::from(*flag)),
        FieldValue::Reference(key) => Place::Integer(key.0),
    }
}

fn param(place: Place) -> Option<Param> {
    match place {
        Place::Integer(number) => Some(Param::Integer(number)),
        Place::Text(text) => Some(Param::Text(text.into())),
        Place::Null(()) => None,
    }
}
