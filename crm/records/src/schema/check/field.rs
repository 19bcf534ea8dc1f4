//! The rules of one object's fields.

use std::collections::BTreeSet;

use super::Problems;
use super::name::{FEEL_NAMES, ROW_NAMES, check_label, check_name};
use crate::read::read;
use crate::{Choice, FieldDef, FieldDefault, FieldKind, FieldValue, ObjectDef, USER_OBJECT, view};

const SCALE_MAX: u8 = 9;
const TEXT_MAX: u32 = 4000;
const PREFIX_MAX: usize = 10;
const DIGITS_MAX: u8 = 18;
const OPTIONS_MAX: usize = 500;
const OPTION_MAX: usize = 60;
const HELP_MAX: usize = 500;

pub(super) fn check(object: &ObjectDef, problems: &mut Problems<'_>) {
    let mut names = BTreeSet::new();
    for field in &object.fields {
        let mut say = |rest: &str| problems.field(&field.name, rest);
        if !names.insert(&field.name) {
            say("is defined twice; rename or remove one");
        }
        if let Some(rest) = check_name(&field.name, &[&ROW_NAMES[..], &FEEL_NAMES].concat()) {
            say(&rest);
        }
        if let Some(rest) = check_label("label", &field.label) {
            say(&rest);
        }
        if let Some(help) = &field.help
            && [&help.en, &help.zh].iter().any(|text| text.chars().count() > HELP_MAX)
        {
            say(&format!("has a `help` of more than {HELP_MAX} characters; shorten it"));
        }
        check_kind(&field.kind, &mut say);
        if let Some(rest) = field.bounds.problem(&field.kind) {
            say(&rest);
        }
        check_flags(field, &mut say);
        check_default(field, &mut say);
    }
    check_currencies(object, problems);
}

fn check_kind(kind: &FieldKind, say: &mut impl FnMut(&str)) {
    match kind {
        FieldKind::Text { max } if !(1..=TEXT_MAX).contains(max) => {
            say(&format!("has a `max` of {max}; choose 1 to {TEXT_MAX}, or `long_text`"));
        }
        FieldKind::Number { scale } | FieldKind::Percent { scale } if *scale > SCALE_MAX => {
            say(&format!("has a `scale` of {scale}; choose 0 to {SCALE_MAX}"));
        }
        FieldKind::AutoNumber { prefix, digits } => {
            if prefix.chars().count() > PREFIX_MAX || prefix.contains(char::is_control) {
                say(&format!("has a long `prefix`; write at most {PREFIX_MAX} characters"));
            }
            if !(1..=DIGITS_MAX).contains(digits) {
                say(&format!("has `digits` of {digits}; choose 1 to {DIGITS_MAX}"));
            }
        }
        FieldKind::Choice { options } => check_options(options, say),
        FieldKind::Text { .. }
        | FieldKind::LongText
        | FieldKind::Number { .. }
        | FieldKind::Money { .. }
        | FieldKind::Percent { .. }
        | FieldKind::Date
        | FieldKind::DateTime
        | FieldKind::Boolean
        | FieldKind::Email
        | FieldKind::Phone
        | FieldKind::Url
        | FieldKind::Reference { .. } => {}
    }
}

fn check_options(options: &[Choice], say: &mut impl FnMut(&str)) {
    if options.is_empty() || options.len() > OPTIONS_MAX {
        say(&format!("has {} options; list 1 to {OPTIONS_MAX}", options.len()));
    }
    let mut values = BTreeSet::new();
    for option in options {
        let value = &option.value;
        let is_legal = !value.is_empty()
            && value.trim() == &**value
            && value.chars().count() <= OPTION_MAX
            && !value.contains(char::is_control);
        if !is_legal {
            say(&format!(
                "has an option that cannot be stored; write 1 to {OPTION_MAX} characters"
            ));
        }
        if !values.insert(value) {
            say(&format!("has the option `{value}` twice; remove one"));
        }
        if let Some(rest) = check_label("label", &option.label) {
            say(&format!("has the option `{value}`, which {rest}"));
        }
        let is_color = |c: char| c.is_ascii_lowercase();
        if option.color.as_ref().is_some_and(|color| !color.chars().all(is_color)) {
            say(&format!(
                "has the option `{value}` with a wrong `color`; write one such as `green`"
            ));
        }
    }
}

fn check_flags(field: &FieldDef, say: &mut impl FnMut(&str)) {
    let has_no_key =
        matches!(field.kind, FieldKind::LongText | FieldKind::Money { .. } | FieldKind::Boolean);
    if field.unique && has_no_key {
        let kind = field.kind.type_name();
        say(&format!("is a `{kind}`, which cannot be unique; remove `unique`"));
    }
}

fn check_default(field: &FieldDef, say: &mut impl FnMut(&str)) {
    let Some(default) = &field.default else { return };
    let value = match default {
        FieldDefault::Value(value) => value,
        FieldDefault::Me => {
            check_me(field, say);
            return;
        }
    };
    if matches!(field.kind, FieldKind::AutoNumber { .. } | FieldKind::Reference { .. }) {
        let kind = field.kind.type_name();
        let hint = match field.kind.referenced_object() {
            Some(object) if &**object == USER_OBJECT => "write `me` or remove it",
            _ => "remove it",
        };
        say(&format!("is a `{kind}`, which takes no default; {hint}"));
    } else if field.unique {
        say("is unique, so that only one row could have the default; remove it");
    } else if value.is_null() {
        say("has null as its default; remove it");
    } else {
        let json = view::field_to_json(&field.kind, value);
        if read(field, &json, &FieldValue::Null).as_ref() != Ok(value) {
            say("has a default that it does not take; write a value of its own type");
        }
        if let Some((_, rest)) = field.bounds.refusal(&field.kind, value) {
            say(&format!("has a default that {rest}; write another"));
        }
    }
}

/// The rules of the default that is whoever creates the row.
fn check_me(field: &FieldDef, say: &mut impl FnMut(&str)) {
    if field.kind.referenced_object().is_none_or(|object| &**object != USER_OBJECT) {
        say("has the default `me`, which only a reference to `user` takes; remove it");
    } else if field.unique {
        say("is unique, so that only one row could have the default; remove it");
    }
}

/// The currency of the money field `total` stands beside it as `total_currency`.
fn check_currencies(object: &ObjectDef, problems: &mut Problems<'_>) {
    for field in &object.fields {
        let currency = format!("{}_currency", field.name);
        if matches!(field.kind, FieldKind::Money { .. })
            && let Some(other) = object.field(&currency)
        {
            let rest =
                format!("is where the currency of `{}` is kept; choose another name", field.name);
            problems.field(&other.name, &rest);
        }
    }
}
