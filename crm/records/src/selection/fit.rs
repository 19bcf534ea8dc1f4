//! Whether a condition compares fields with values that they can hold. FEEL answers a comparison of different kinds with null, so
//! a list filtered by one is empty for ever; a person who asks so is better told.

use base::Key;
use feel::predicate::Predicate;
use feel::{Path, Value};

use super::{NotSelectable, Selection};
use crate::{Choice, FieldKind, ObjectDef};

impl Selection {
    /// Checks what its predicate compares with constants. What only evaluation can answer is not looked at.
    ///
    /// # Errors
    /// A field is compared with what it never holds; says what it holds, and how that is written.
    pub fn check_constants(&self, object: &ObjectDef) -> Result<(), NotSelectable> {
        self.check_part(object, &self.predicate)
    }

    fn check_part(&self, object: &ObjectDef, part: &Predicate) -> Result<(), NotSelectable> {
        match part {
            Predicate::And(parts) | Predicate::Or(parts) => {
                parts.iter().try_for_each(|part| self.check_part(object, part))
            }
            Predicate::Not(part) | Predicate::Unless(part) => self.check_part(object, part),
            Predicate::Compare { path, value, .. } => self.check_constant(object, path, value),
            Predicate::In { path, values } => {
                values.iter().try_for_each(|value| self.check_constant(object, path, value))
            }
            Predicate::StartsWith { .. }
            | Predicate::Contains { .. }
            | Predicate::EndsWith { .. }
            | Predicate::Length { .. }
            | Predicate::IsNull { .. }
            | Predicate::IsNotNull { .. }
            | Predicate::Always
            | Predicate::Never => Ok(()),
        }
    }

    fn check_constant(
        &self,
        object: &ObjectDef,
        path: &Path,
        value: &Value,
    ) -> Result<(), NotSelectable> {
        let Some((name, references)) = path.split_last() else { return Ok(()) };
        let holder = match references {
            [] => Some(object),
            references => self.objects.get(references).map(AsRef::as_ref),
        };
        let Some(field) = holder.and_then(|object| object.field(name)) else { return Ok(()) };
        match hint(&field.kind, value) {
            None => Ok(()),
            Some(hint) => Err(NotSelectable(format!(
                "`{path}` is of type `{}` and is never `{}`; {hint}",
                field.kind.type_name(),
                feel::json::to_json(value)
            ))),
        }
    }
}

/// How to write what a field of this kind is compared with; `None` where the value may be it.
fn hint(kind: &FieldKind, value: &Value) -> Option<String> {
    let (fits, hint) = match kind {
        FieldKind::Text { .. }
        | FieldKind::AutoNumber { .. }
        | FieldKind::LongText
        | FieldKind::Email
        | FieldKind::Phone
        | FieldKind::Url => (value.as_str().is_some(), "compare it with text in quotes: `\"..\"`"),
        FieldKind::Number { .. } | FieldKind::Money { .. } | FieldKind::Percent { .. } => {
            (value.as_number().is_some(), "compare it with a number without quotes: `12.5`")
        }
        FieldKind::Date => {
            (matches!(value, Value::Date(_)), "compare it with a date: `date(\"2026-01-31\")`")
        }
        FieldKind::DateTime => (
            matches!(value, Value::DateTime(_)),
            "compare it with an instant: `date and time(\"2026-01-31T12:00:00Z\")`",
        ),
        FieldKind::Boolean => (value.as_bool().is_some(), "compare it with `true` or `false`"),
        FieldKind::Reference { .. } => (
            value.as_str().is_some_and(|text| text.parse::<Key>().is_ok()),
            "compare it with a key in quotes, or read a field of the record behind it, such as its name, by a dot",
        ),
        FieldKind::Choice { options } => return option_hint(options, value),
    };
    (!fits).then(|| hint.to_owned())
}

/// An option that was removed may still be stored, so only what looks like an option is refused.
fn option_hint(options: &[Choice], value: &Value) -> Option<String> {
    let Some(text) = value.as_str() else {
        return Some("compare it with the value of an option, in quotes".to_owned());
    };
    if options.iter().any(|option| &*option.value == text) {
        return None;
    }
    let means = |option: &&Choice| {
        let mut names = [&option.label.en, &option.label.zh].into_iter();
        option.value.eq_ignore_ascii_case(text) || names.any(|name| **name == *text)
    };
    let option = options.iter().find(means)?;
    Some(format!("the value of that option is written `\"{}\"`", option.value))
}
