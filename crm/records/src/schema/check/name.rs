//! Names and labels.

use crate::Label;

/// The longest name: `idx_<object>_<field>` and `f_<field>_currency` stay within what databases
/// take.
const NAME_MAX: usize = 40;
const LABEL_MAX: usize = 100;

/// Names that no field may have, because a row has them anyway.
pub(super) const ROW_NAMES: [&str; 6] =
    ["key", "version", "created_at", "created_by", "updated_at", "updated_by"];

/// Names that no field may have, because an expression could not read them.
pub(super) const FEEL_NAMES: [&str; 26] = [
    "and",
    "between",
    "context",
    "else",
    "every",
    "external",
    "false",
    "for",
    "function",
    "if",
    "in",
    "instance",
    "item",
    "list",
    "not",
    "null",
    "of",
    "old",
    "or",
    "partial",
    "record",
    "return",
    "satisfies",
    "some",
    "then",
    "true",
];

/// What is wrong with a name, as the words that follow it.
pub(super) fn check_name(name: &str, reserved: &[&str]) -> Option<String> {
    let starts_well = name.starts_with(|c: char| c.is_ascii_lowercase());
    let is_part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let is_snake = starts_well && name.chars().all(is_part);
    if !is_snake || name.ends_with('_') || name.contains("__") || name.len() > NAME_MAX {
        return Some(format!(
            "has a name that cannot be used; write at most {NAME_MAX} small letters, \
             digits and single underscores, such as `close_date`"
        ));
    }
    reserved.contains(&name).then(|| "has a reserved name; choose another".to_owned())
}

/// What is wrong with a label, as the words that follow its owner's name.
pub(super) fn check_label(what: &str, label: &Label) -> Option<String> {
    let fits = |text: &str| {
        !text.trim().is_empty()
            && text.chars().count() <= LABEL_MAX
            && !text.contains(char::is_control)
    };
    let both_fit = fits(&label.en) && fits(&label.zh);
    let what_to_do = format!("write 1 to {LABEL_MAX} characters in `en` and `zh`");
    (!both_fit).then(|| format!("has a `{what}` that cannot be shown; {what_to_do}"))
}
