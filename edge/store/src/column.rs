//! Which columns hold a field, and how a path of an expression finds them. Every table of an object has
//! `key`, `version`, `created_at`, `created_by`, `updated_at`, `updated_by` and, for each field,
//! `f_<field>`; money has `f_<field>_currency` beside its minor units.

use std::fmt;

use records::{FieldDef, FieldKind, ObjectDef};

use crate::sql::quoted;

/// The columns before those of the fields, in the order in which rows are read and written.
pub(crate) const ROW_COLUMNS: &str = "key, version, created_at, created_by, updated_at, updated_by";

/// The name of an object's table, quoted.
pub(crate) fn table(object: &str) -> String {
    quoted(&format!("record_{object}"))
}

/// The column of a field, quoted.
pub(crate) fn field_column(field: &str) -> String {
    quoted(&format!("f_{field}"))
}

/// The column of a money field's currency, quoted.
pub(crate) fn currency_column(field: &str) -> String {
    quoted(&format!("f_{field}_currency"))
}

/// The text of a column in one case, as lists are sorted by it: every database folds the letters A to Z alike
/// and for ever, so that it may stand in an index.
pub(crate) fn folded(column: &str) -> String {
    format!("lower({column})")
}

/// Every column of the fields, in order: one, or two for money.
pub(crate) fn field_columns(object: &ObjectDef) -> Vec<String> {
    object.fields.iter().flat_map(columns_of).collect()
}

/// The columns of one field.
pub(crate) fn columns_of(field: &FieldDef) -> Vec<String> {
    match field.kind {
        FieldKind::Money { .. } => vec![field_column(&field.name), currency_column(&field.name)],
        _ => vec![field_column(&field.name)],
    }
}

/// A stored value that a condition or a sort reads: its column, and how FEEL sees what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Operand {
    /// The column, quoted.
    pub(crate) column: String,
    pub(crate) reading: Reading,
}

impl Operand {
    /// The same in a statement over several tables, where this one goes by that name, quoted.
    pub(crate) fn in_table(self, name: &str) -> Self {
        let reading = match self.reading {
            Reading::Money { currency } => {
                Reading::Money { currency: format!("{name}.{currency}") }
            }
            other => other,
        };
        Self { column: format!("{name}.{}", self.column), reading }
    }
}

/// How FEEL sees a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reading {
    /// Text as it stands, ordered by code point.
    Text,
    /// A key, which FEEL sees as text.
    Key,
    /// A whole number of ten to the minus scale.
    Scaled(u8),
    /// Minor units of the currency in the named column.
    Money { currency: String },
    /// Days since 1970.
    Date,
    /// Milliseconds since 1970, in UTC.
    Instant,
    /// 0 or 1.
    Boolean,
}

/// The path names nothing that a row of the object holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NoColumn {
    pub(crate) path: String,
    pub(crate) object: String,
}

impl fmt::Display for NoColumn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is not a field of `{}`; a filter reads fields of the row and of records that it refers to",
            self.path, self.object
        )
    }
}

/// What a path reads. A path has one step, the name of a field or of what every row has; a reference
/// may be followed by its `key`.
pub(crate) fn operand(object: &ObjectDef, path: &[impl AsRef<str>]) -> Result<Operand, NoColumn> {
    let steps: Vec<&str> = path.iter().map(AsRef::as_ref).collect();
    let found = match steps.as_slice() {
        [name] => of_name(object, name),
        [name, "key"] => of_name(object, name)
            .filter(|_| object.field(name).is_some_and(|f| f.kind.referenced_object().is_some())),
        _ => None,
    };
    found.ok_or_else(|| NoColumn { path: steps.join("."), object: object.name.to_string() })
}

fn of_name(object: &ObjectDef, name: &str) -> Option<Operand> {
    if let Some(field) = object.field(name) {
        let reading = reading(field);
        return Some(Operand { column: field_column(name), reading });
    }
    if let Some(money) = name.strip_suffix(" currency") {
        let field = object.field(money)?;
        let is_money = matches!(field.kind, FieldKind::Money { .. });
        return is_money
            .then(|| Operand { column: currency_column(money), reading: Reading::Text });
    }
    let (column, reading) = match name {
        "key" => ("key", Reading::Key),
        "created at" | "created_at" => ("created_at", Reading::Instant),
        "updated at" | "updated_at" => ("updated_at", Reading::Instant),
        _ => return None,
    };
    Some(Operand { column: column.to_owned(), reading })
}

fn reading(field: &FieldDef) -> Reading {
    match &field.kind {
        FieldKind::Text { .. }
        | FieldKind::AutoNumber { .. }
        | FieldKind::LongText
        | FieldKind::Choice { .. }
        | FieldKind::Email
        | FieldKind::Phone
        | FieldKind::Url => Reading::Text,
        FieldKind::Number { scale } | FieldKind::Percent { scale } => Reading::Scaled(*scale),
        FieldKind::Money { .. } => Reading::Money { currency: currency_column(&field.name) },
        FieldKind::Date => Reading::Date,
        FieldKind::DateTime => Reading::Instant,
        FieldKind::Boolean => Reading::Boolean,
        FieldKind::Reference { .. } => Reading::Key,
    }
}
