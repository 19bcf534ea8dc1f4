//! The table of an object's rows, made from its definition and altered with it. What a change would
//! lose is looked for first, and the change refused.

use records::{FieldDef, FieldKind, ObjectDef};

use crate::column::{ROW_COLUMNS, columns_of, currency_column, field_column, folded, table};
use crate::order::is_folded;
use crate::sql::quoted;

/// How a database spells the few types that rows of records are made of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spelling {
    /// A whole number of 64 bits.
    pub(crate) integer: &'static str,
    /// Text that is compared by code point.
    pub(crate) text: &'static str,
    /// The type of the primary key.
    pub(crate) primary_key: &'static str,
    /// What stands behind the list of columns.
    pub(crate) end: &'static str,
    /// What makes nulls come first in an index, as they do in lists.
    pub(crate) index_nulls: &'static str,
    /// What stands behind the column of an index, so that it holds the keys of equal values in order.
    pub(crate) index_tie: &'static str,
}

/// One thing to do, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// Run this.
    Run(String),
    /// Where this finds a row, the whole change is refused with the message.
    Refuse { found_by: String, message: String },
    /// Run this; where a row breaks it, the whole change is refused with the message.
    Constrain { sql: String, message: String },
}

/// What makes the table of a new object.
pub(crate) fn create(object: &ObjectDef, spelling: Spelling) -> Vec<Step> {
    let integer = spelling.integer;
    let mut columns = vec![format!("key {}", spelling.primary_key)];
    columns
        .extend(ROW_COLUMNS.split(", ").skip(1).map(|name| format!("{name} {integer} NOT NULL")));
    for field in &object.fields {
        columns.extend(declarations(field, spelling));
    }
    let table = table(&object.name);
    let mut steps =
        vec![Step::Run(format!("CREATE TABLE {table} ({}){}", columns.join(", "), spelling.end))];
    for name in ["created_at", "updated_at"] {
        let index = quoted(&format!("record_{}.{name}", object.name));
        let tie = spelling.index_tie;
        steps.push(Step::Run(format!("CREATE INDEX {index} ON {table} ({name}{tie})")));
    }
    let indexed = object.fields.iter().map(|field| (field, index_of(object, field)));
    steps.extend(
        indexed.filter_map(|(field, index)| Some(create_index(object, field, index?, spelling))),
    );
    steps.extend(sorted_field(object).map(|field| create_sorted(object, field, spelling)));
    steps
}

/// What makes the table of `before` the table of `after`. Fields are told apart by name.
pub(crate) fn alter(before: &ObjectDef, after: &ObjectDef, spelling: Spelling) -> Vec<Step> {
    let mut steps = Vec::new();
    let (was_sorted, is_sorted) = (sorted_field(before), sorted_field(after));
    if let Some(old) = was_sorted.filter(|old| is_sorted.is_none_or(|new| new.name != old.name)) {
        steps.push(Step::Run(format!("DROP INDEX IF EXISTS {}", sorted_name(before, old))));
    }
    for old in &before.fields {
        let kept = after.field(&old.name).filter(|new| change(old, new) != Change::Replace);
        if kept.is_none() {
            steps.extend(remove(before, old));
        }
    }
    for new in &after.fields {
        steps.extend(match before.field(&new.name) {
            Some(old) => keep_or_replace(before, after, old, new, spelling),
            None => add(after, new, spelling),
        });
    }
    steps.extend(is_sorted.map(|field| create_sorted(after, field, spelling)));
    steps
}

fn keep_or_replace(
    before: &ObjectDef,
    after: &ObjectDef,
    old: &FieldDef,
    new: &FieldDef,
    spelling: Spelling,
) -> Vec<Step> {
    let mut steps = match change(old, new) {
        Change::Replace => return add(after, new, spelling),
        Change::Widen(places) => widen(after, new, places),
        Change::None => Vec::new(),
    };
    let (had, has) = (index_of(before, old), index_of(after, new));
    if had != has {
        steps.extend(had.map(|_| drop_index(before, old)));
        steps.extend(has.map(|index| create_index(after, new, index, spelling)));
    }
    steps
}

/// What a new definition of a field means for what is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    None,
    /// A greater scale: stored numbers grow by this many places.
    Widen(u8),
    /// Stored values mean something else now: the column must be empty.
    Replace,
}

fn change(old: &FieldDef, new: &FieldDef) -> Change {
    match (&old.kind, &new.kind) {
        (old, new) if old.is_text() && new.is_text() => Change::None,
        (FieldKind::Money { .. }, FieldKind::Money { .. })
        | (FieldKind::Date, FieldKind::Date)
        | (FieldKind::DateTime, FieldKind::DateTime)
        | (FieldKind::Boolean, FieldKind::Boolean) => Change::None,
        (FieldKind::Reference { object: old }, FieldKind::Reference { object: new })
            if old == new =>
        {
            Change::None
        }
        (old, new) => match (old.scale(), new.scale()) {
            (Some(old), Some(new)) if old == new => Change::None,
            (Some(old), Some(new)) if old < new => Change::Widen(new - old),
            _ => Change::Replace,
        },
    }
}

fn widen(object: &ObjectDef, field: &FieldDef, places: u8) -> Vec<Step> {
    let (table, column) = (table(&object.name), field_column(&field.name));
    let factor = 10_i64.saturating_pow(u32::from(places));
    let most = i64::MAX / factor;
    vec![
        Step::Refuse {
            found_by: format!(
                "SELECT 1 FROM {table} WHERE {column} > {most} OR {column} < -{most} LIMIT 1"
            ),
            message: format!(
                "`{}` of `{}` holds numbers that are too large for {} digits after the point; keep the old scale",
                field.name,
                object.name,
                field.kind.scale().unwrap_or_default()
            ),
        },
        Step::Run(format!("UPDATE {table} SET {column} = {column} * {factor}")),
    ]
}

fn add(object: &ObjectDef, field: &FieldDef, spelling: Spelling) -> Vec<Step> {
    let table = table(&object.name);
    let columns = declarations(field, spelling).into_iter();
    let mut steps: Vec<Step> = columns
        .map(|column| Step::Run(format!("ALTER TABLE {table} ADD COLUMN {column}")))
        .collect();
    steps.extend(index_of(object, field).map(|index| create_index(object, field, index, spelling)));
    steps
}

fn remove(object: &ObjectDef, field: &FieldDef) -> Vec<Step> {
    let (table, column) = (table(&object.name), field_column(&field.name));
    let mut steps = vec![Step::Refuse {
        found_by: format!("SELECT 1 FROM {table} WHERE {column} IS NOT NULL LIMIT 1"),
        message: format!(
            "`{}` of `{}` holds values that the change would lose; empty the field in every row first",
            field.name, object.name
        ),
    }];
    steps.extend(index_of(object, field).map(|_| drop_index(object, field)));
    let columns = columns_of(field).into_iter();
    steps.extend(
        columns.map(|column| Step::Run(format!("ALTER TABLE {table} DROP COLUMN {column}"))),
    );
    steps
}

fn declarations(field: &FieldDef, spelling: Spelling) -> Vec<String> {
    let column = field_column(&field.name);
    if field.kind.is_text() {
        return vec![format!("{column} {}", spelling.text)];
    }
    let mut columns = vec![format!("{column} {}", spelling.integer)];
    if matches!(field.kind, FieldKind::Money { .. }) {
        columns.push(format!("{} {}", currency_column(&field.name), spelling.text));
    }
    columns
}

/// The index of a field's column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Index {
    Unique,
    Plain,
}

/// What people look rows up and sort them by: unique fields, references, choices (stages among them) and
/// the title.
fn index_of(object: &ObjectDef, field: &FieldDef) -> Option<Index> {
    let indexed = matches!(field.kind, FieldKind::Reference { .. } | FieldKind::Choice { .. })
        || field.name == object.title;
    if field.unique || matches!(field.kind, FieldKind::AutoNumber { .. }) {
        Some(Index::Unique)
    } else {
        indexed.then_some(Index::Plain)
    }
}

fn create_index(object: &ObjectDef, field: &FieldDef, index: Index, spelling: Spelling) -> Step {
    let (table, name) = (table(&object.name), index_name(object, field));
    let column = format!("{}{}", field_column(&field.name), spelling.index_nulls);
    match index {
        Index::Plain => {
            Step::Run(format!("CREATE INDEX {name} ON {table} ({column}{})", spelling.index_tie))
        }
        Index::Unique => Step::Constrain {
            sql: format!("CREATE UNIQUE INDEX {name} ON {table} ({column})"),
            message: format!(
                "two rows of `{}` have the same `{}`; make them differ before the field becomes unique",
                object.name, field.name
            ),
        },
    }
}

/// The title, where lists are sorted by it in another form than it is stored in.
fn sorted_field(object: &ObjectDef) -> Option<&FieldDef> {
    object.field(&object.title).filter(|field| is_folded(&field.kind))
}

/// A list by title is what people leaf through: its order has an index of its own. Tables made before there was
/// one get it with the next definition of their object.
fn create_sorted(object: &ObjectDef, field: &FieldDef, spelling: Spelling) -> Step {
    let (table, name) = (table(&object.name), sorted_name(object, field));
    let Spelling { index_nulls, index_tie, .. } = spelling;
    let column = folded(&field_column(&field.name));
    let columns = format!("{column}{index_nulls}{index_tie}");
    Step::Run(format!("CREATE INDEX IF NOT EXISTS {name} ON {table} ({columns})"))
}

fn drop_index(object: &ObjectDef, field: &FieldDef) -> Step {
    Step::Run(format!("DROP INDEX {}", index_name(object, field)))
}

/// The dot keeps object and field apart: no name of either has one. PostgreSQL cuts a name at 63 bytes, which
/// may leave two fields with one name: a longer one ends with a digest of the whole instead.
fn index_name(object: &ObjectDef, field: &FieldDef) -> String {
    shortened(&format!("record_{}.f_{}", object.name, field.name))
}

fn sorted_name(object: &ObjectDef, field: &FieldDef) -> String {
    shortened(&format!("record_{}.f_{}.sorted", object.name, field.name))
}

fn shortened(name: &str) -> String {
    if name.len() <= NAME_MAX {
        return quoted(name);
    }
    // FNV-1a of 64 bits.
    let digest = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |digest, byte| {
        (digest ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    let beginning: String = name.chars().take(NAME_MAX - 17).collect();
    quoted(&format!("{beginning}.{digest:016x}"))
}

/// The longest name, in bytes, that every database keeps whole. Names are ASCII.
const NAME_MAX: usize = 63;
