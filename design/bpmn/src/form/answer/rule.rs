//! What one field asks of its value, by its type and by `validate`.

use feel::{Context, Decimal, Run, Timestamp, Value as Feel, json};
use serde_json::{Map, Value};

use super::{FaultKind, scope::Scope};
use crate::text::compile;

/// As the form library judges it.
const EMAIL: &str = "^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~\\-]+@[a-zA-Z0-9]([a-zA-Z0-9\\-]{0,61}[a-zA-Z0-9])?\
                     (\\.[a-zA-Z0-9]([a-zA-Z0-9\\-]{0,61}[a-zA-Z0-9])?)*$";
/// Wider than the form library, which knows the codes of all countries.
const PHONE: &str = "(\\+|00)[0-9]{6,}";

type Found = Vec<(FaultKind, String)>;

/// A component that takes a value.
pub(super) struct Field<'a> {
    pub(super) component: &'a Map<String, Value>,
    pub(super) kind: &'a str,
    pub(super) scope: &'a Scope,
    pub(super) now: Timestamp,
}

impl Field<'_> {
    /// What is wrong with its value.
    pub(super) fn faults(&self, value: &Feel) -> Found {
        if self.kind == "expression" {
            return Found::new();
        }
        if is_empty(value) || (self.kind == "checkbox" && value.as_bool() == Some(false)) {
            let is_required = self.rule("required").and_then(Value::as_bool) == Some(true);
            let missing = (FaultKind::Required, "is required; give it a value".to_owned());
            return if is_required { vec![missing] } else { Found::new() };
        }
        match self.kind {
            "textfield" | "textarea" => self.of_text(value),
            "number" => self.of_number(value),
            "checkbox" => typed(value.as_bool().is_some(), "`true` or `false`"),
            "datetime" => self.of_date(value),
            "radio" | "select" => self.of_options(std::slice::from_ref(value)),
            "checklist" | "taglist" => match value.as_list() {
                Some(values) => self.of_options(values),
                None => typed(false, "a list"),
            },
            _ => Found::new(),
        }
    }

    fn rule(&self, name: &str) -> Option<&Value> {
        self.component.get("validate")?.get(name).filter(|rule| !rule.is_null())
    }

    /// A bound: a number, its text, or FEEL that gives one.
    fn bound(&self, name: &str) -> Option<Decimal> {
        let rule = self.rule(name)?;
        match rule.as_str().filter(|text| text.trim_start().starts_with('=')) {
            Some(source) => self.scope.evaluate(source, self.now)?.as_number(),
            None => number(rule),
        }
    }

    fn of_text(&self, value: &Feel) -> Found {
        let Some(text) = value.as_str() else { return typed(false, "a string") };
        let mut found = Found::new();
        // The form library counts as JavaScript does, without the blanks at both ends.
        let length = i64::try_from(text.trim().encode_utf16().count()).unwrap_or(i64::MAX);
        let length = Decimal::from_i64(length);
        if let Some(least) = self.bound("minLength").filter(|least| length < *least) {
            found.push((
                FaultKind::TooShort,
                format!("is too short; write at least {least} characters"),
            ));
        }
        if let Some(most) = self.bound("maxLength").filter(|most| length > *most) {
            found.push((
                FaultKind::TooLong,
                format!("is too long; write at most {most} characters"),
            ));
        }
        if let Some(pattern) = self.rule("pattern").and_then(Value::as_str)
            && self.matches(text, pattern) == Some(false)
        {
            let own = self.rule("patternErrorMessage").and_then(Value::as_str);
            let hint = own.map_or_else(|| format!("write what matches `{pattern}`"), Into::into);
            found.push((FaultKind::Pattern, format!("has another form; {hint}")));
        }
        match self.rule("validationType").and_then(Value::as_str) {
            Some("email") if self.matches(text, EMAIL) == Some(false) => {
                found.push((FaultKind::Email, "is no e-mail address; give one".to_owned()));
            }
            Some("phone") if self.matches(text, PHONE) == Some(false) => {
                let message =
                    "is no telephone number; give one with the code of its country, `+49..`";
                found.push((FaultKind::Phone, message.to_owned()));
            }
            _ => {}
        }
        found
    }

    fn of_number(&self, value: &Feel) -> Found {
        // A form may hand over numbers as strings, so that no digit is lost.
        let given = value.as_number().or_else(|| value.as_str()?.trim().parse().ok());
        let Some(given) = given else { return typed(false, "a number") };
        let mut found = Found::new();
        if let Some(least) = self.bound("min").filter(|least| given < *least) {
            found.push((FaultKind::BelowMin, format!("is too small; give at least {least}")));
        }
        if let Some(most) = self.bound("max").filter(|most| given > *most) {
            found.push((FaultKind::AboveMax, format!("is too great; give at most {most}")));
        }
        let digits = self.component.get("decimalDigits").and_then(Value::as_u64);
        if let Some(digits) = digits.filter(|digits| decimals(given) > *digits) {
            found.push((
                FaultKind::Scale,
                format!("is too exact; give at most {digits} decimal places"),
            ));
        }
        let step = self.component.get("increment").and_then(number).filter(|step| !step.is_zero());
        let names = |step: Decimal| [("value", given.into()), ("step", step.into())];
        if let Some(step) = step
            && self.ask("modulo(value, step) = 0", names(step)) == Some(false)
        {
            found.push((
                FaultKind::Step,
                format!("is not one of the steps; give a multiple of {step}"),
            ));
        }
        found
    }

    /// Times are written in several ways, a day in one.
    fn of_date(&self, value: &Feel) -> Found {
        let Some(text) = value.as_str() else { return typed(false, "a string") };
        let is_day = self.component.get("subtype").and_then(Value::as_str) == Some("date");
        typed(!is_day || text.parse::<feel::Date>().is_ok(), "a date, `2026-01-31`")
    }

    /// Options that an expression gives are known to the form alone.
    fn of_options(&self, given: &[Feel]) -> Found {
        let Some(options) = self.options() else { return Found::new() };
        let unknown = given.iter().find(|value| !options.contains(value));
        let told =
            |value: &Feel| format!("is {value}, which is none of the options; choose one of them");
        unknown.map(|value| (FaultKind::NotAnOption, told(value))).into_iter().collect()
    }

    fn options(&self) -> Option<Vec<Feel>> {
        if let Some(options) = self.component.get("values").and_then(Value::as_array) {
            let value = |option: &Value| json::from_json(option.get("value").unwrap_or(option));
            return Some(options.iter().map(value).collect());
        }
        let key = self.component.get("valuesKey").and_then(Value::as_str)?;
        let listed = self.scope.named(key)?.as_list()?;
        let value = |option: &Feel| option.get("value").unwrap_or(option).clone();
        Some(listed.iter().map(value).collect())
    }

    fn matches(&self, text: &str, pattern: &str) -> Option<bool> {
        let names = [("value", Feel::string(text)), ("pattern", Feel::string(pattern))];
        self.ask("matches(value, pattern)", names)
    }

    /// What FEEL says; nothing where it fails.
    fn ask<const N: usize>(&self, source: &str, names: [(&str, Feel); N]) -> Option<bool> {
        let names: Context = names.into_iter().collect();
        compile(source).ok()?.evaluate_in(&names, &mut Run::new(self.now)).as_bool()
    }
}

/// A number of the schema, which may stand there as text.
fn number(value: &Value) -> Option<Decimal> {
    match value {
        Value::String(text) => text.trim().parse().ok(),
        Value::Number(_) => json::from_json(value).as_number(),
        _ => None,
    }
}

fn is_empty(value: &Feel) -> bool {
    value.is_null()
        || value.as_str() == Some("")
        || value.as_list().is_some_and(|items| items.is_empty())
}

fn typed(is_so: bool, wanted: &str) -> Found {
    let fault = || (FaultKind::Type, format!("has the wrong type; give {wanted}"));
    if is_so { Found::new() } else { vec![fault()] }
}

/// How many digits stand behind the decimal point.
fn decimals(number: Decimal) -> u64 {
    let text = number.normalised().to_string();
    text.split_once('.').map_or(0, |(_, digits)| u64::try_from(digits.len()).unwrap_or(u64::MAX))
}
