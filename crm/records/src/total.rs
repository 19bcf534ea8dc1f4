//! A declared total: a field that holds the sum of a field of other records, which processes keep as they go so
//! that one row is enough to decide. What is declared can be proved; nothing here adds anything up.

use std::sync::Arc;

use feel::predicate::{Predicate, predicate};
use feel::{Dialect, Expression, Options};
use serde::{Deserialize, Serialize};

use crate::selection::is_of_row;
use crate::{FieldKind, ObjectDef};

/// The longest condition, in bytes.
const WHEN_MAX: usize = 1_000;

/// The sum of `field` over the records of `object` whose `reference` is the record with the total.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TotalOf {
    /// The object whose records are added up.
    pub object: Arc<str>,
    /// Its field: money for money, a number of the same scale for a number.
    pub field: Arc<str>,
    /// Its reference field that names the record with the total.
    pub reference: Arc<str>,
    /// Which of them count, in FEEL: over their own fields and those of a record that they refer to
    /// (`order.status = "accepted"`). All of them where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Arc<str>>,
}

impl TotalOf {
    /// Which records count, as a database answers it.
    ///
    /// # Errors
    /// Words that follow the field's name: it is no FEEL, or no database can answer it.
    pub fn condition(&self) -> Result<Predicate, String> {
        match self.compiled()? {
            Some(expression) => predicate(&expression).map_err(|refused| {
                let message = refused.message;
                format!("has a total whose `when` no database can answer: {message}")
            }),
            None => Ok(Predicate::Always),
        }
    }

    fn compiled(&self) -> Result<Option<Expression>, String> {
        let Some(when) = &self.when else { return Ok(None) };
        if when.len() > WHEN_MAX {
            return Err(format!("has a total whose `when` is longer than {WHEN_MAX} bytes"));
        }
        let options = Options { dialect: Dialect::Camunda, names: &[] };
        let expression = feel::compile(when, &options)
            .map_err(|error| format!("has a total whose `when` is no FEEL: {error}"))?;
        Ok(Some(expression))
    }

    /// What is wrong with the total of `kind` at `owner`, as words that follow the field's name.
    pub(crate) fn problem<'a>(
        &self,
        owner: &ObjectDef,
        kind: &FieldKind,
        object: impl Fn(&str) -> Option<&'a ObjectDef>,
    ) -> Option<String> {
        let Self { object: name, field, reference, .. } = self;
        let Some(counted) = object(name) else {
            return Some(format!(
                "adds up `{name}`, which is not defined; define it or name another object"
            ));
        };
        let Some(added) = counted.field(field) else {
            return Some(format!("adds up `{name}.{field}`, which is no field of it"));
        };
        if let Some(rest) = unlike(kind, &added.kind) {
            return Some(format!("adds up `{name}.{field}`, {rest}"));
        }
        let refers = counted.field(reference).and_then(|it| it.kind.referenced_object());
        if refers != Some(&owner.name) {
            return Some(format!(
                "is found by `{name}.{reference}`, which is no reference to `{}`; name one that is",
                owner.name
            ));
        }
        let expression = match self.compiled() {
            Ok(expression) => expression?,
            Err(rest) => return Some(rest),
        };
        let unknown = expression.paths().iter().find(|path| !is_readable(counted, path, &object));
        if let Some(path) = unknown {
            return Some(format!(
                "has a total whose `when` reads `{path}`; read fields of `{name}` and of the records that it refers to"
            ));
        }
        self.condition().err()
    }
}

/// Why sums of `added` cannot stand in a field of `total`.
fn unlike(total: &FieldKind, added: &FieldKind) -> Option<String> {
    match (total, added) {
        (FieldKind::Number { scale }, FieldKind::Number { scale: other }) => (scale != other)
            .then(|| format!("which has {other} digits after the point, and not {scale}")),
        (FieldKind::Money { currency }, FieldKind::Money { currency: other }) => {
            (currency != other).then(|| "which is of another currency".to_owned())
        }
        (FieldKind::Number { .. } | FieldKind::Money { .. }, _) => {
            Some(format!("which is a `{}`, and not a `{}`", added.type_name(), total.type_name()))
        }
        _ => Some(format!("and is a `{}`; only numbers and money add up", total.type_name())),
    }
}

/// Whether the path names a field of the records, or of a record that one refers to.
fn is_readable<'a>(
    counted: &ObjectDef,
    path: &[Arc<str>],
    object: &impl Fn(&str) -> Option<&'a ObjectDef>,
) -> bool {
    match path {
        [name] => is_of_row(counted, name),
        [reference, name] => {
            let referred = counted.field(reference).and_then(|it| it.kind.referenced_object());
            referred.and_then(|it| object(it)).is_some_and(|it| is_of_row(it, name))
        }
        _ => false,
    }
}
