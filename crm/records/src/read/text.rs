//! Text and what has the shape of text: e-mail addresses, telephone numbers, web addresses.

use serde_json::Value as Json;

use super::{Refusal, describe};
use crate::{FieldValue, ProblemCode};

/// The longest e-mail address, in characters (RFC 5321, 4.5.3.1.3).
const EMAIL_MAX: u32 = 254;
/// The longest part before the `@`, in characters (RFC 5321, 4.5.3.1.1).
const EMAIL_LOCAL_MAX: usize = 64;
const PHONE_MAX: u32 = 40;
const URL_MAX: u32 = 2048;
const HOST_MAX: usize = 253;
const HOST_LABEL_MAX: usize = 63;

/// One line of at most `max` characters.
pub(super) fn line(json: &Json, max: u32) -> Result<FieldValue, Refusal> {
    let text = short_text(json, max)?;
    if text.contains(char::is_control) {
        let rest = "takes one line without control characters; remove line breaks and tabs";
        return Err(Refusal::new(ProblemCode::Characters, rest));
    }
    Ok(FieldValue::Text(text.into()))
}

/// Lines of together at most `max` characters.
pub(super) fn lines(json: &Json, max: u32) -> Result<FieldValue, Refusal> {
    let text = short_text(json, max)?;
    let is_illegal = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    if text.contains(is_illegal) {
        let rest = "takes text without control characters; only line breaks and tabs are kept";
        return Err(Refusal::new(ProblemCode::Characters, rest));
    }
    Ok(FieldValue::Text(text.into()))
}

/// `anna@example.com`.
pub(super) fn email(json: &Json) -> Result<FieldValue, Refusal> {
    shaped(
        json,
        EMAIL_MAX,
        is_email,
        ProblemCode::Email,
        "an e-mail address such as `anna@example.com`",
    )
}

/// `+49 (30) 901820-0`, with an optional extension such as `x12`.
pub(super) fn phone(json: &Json) -> Result<FieldValue, Refusal> {
    shaped(
        json,
        PHONE_MAX,
        is_phone,
        ProblemCode::Phone,
        "a telephone number such as `+49 30 901820`",
    )
}

/// `https://example.com/path`.
pub(super) fn url(json: &Json) -> Result<FieldValue, Refusal> {
    shaped(json, URL_MAX, is_url, ProblemCode::Url, "a web address such as `https://example.com`")
}

fn shaped(
    json: &Json,
    max: u32,
    fits: fn(&str) -> bool,
    code: ProblemCode,
    takes: &str,
) -> Result<FieldValue, Refusal> {
    let text = short_text(json, max)?;
    if fits(text) {
        return Ok(FieldValue::Text(text.into()));
    }
    Err(Refusal::new(code, format!("takes {takes}, not {}", describe(json))))
}

fn short_text(json: &Json, max: u32) -> Result<&str, Refusal> {
    let Json::String(text) = json else {
        return Err(Refusal::wrong_type("a text", json));
    };
    let count = text.chars().count();
    if u32::try_from(count).is_ok_and(|count| count <= max) {
        return Ok(text);
    }
    let rest = format!("has {count} characters and takes at most {max}; shorten it");
    Err(Refusal::new(ProblemCode::TooLong, rest))
}

/// A local part without blanks or brackets, an `@`, a host of at least two labels. Letters of every
/// script are let in (RFC 6531); quoted local parts are not.
fn is_email(text: &str) -> bool {
    let Some((local, host)) = text.rsplit_once('@') else { return false };
    let is_local = |c: char| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    let dots_fit = !local.starts_with('.') && !local.ends_with('.') && !local.contains("..");
    let local_fits = !local.is_empty() && local.chars().count() <= EMAIL_LOCAL_MAX;
    local_fits && dots_fit && local.chars().all(is_local) && host.contains('.') && is_host(host)
}

/// Labels of letters, digits and inner hyphens, joined by dots.
fn is_host(text: &str) -> bool {
    let is_label = |label: &str| {
        let length = label.chars().count();
        (1..=HOST_LABEL_MAX).contains(&length)
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.chars().count() <= HOST_MAX && text.split('.').all(is_label)
}

/// 3 to 20 digits with the usual marks between them, a leading `+`, an extension after `x` or
/// `ext.`.
fn is_phone(text: &str) -> bool {
    let (number, extension) = match text.split_once(['x', 'e']) {
        Some((number, _)) if number.trim().is_empty() => return false,
        Some((number, rest)) => {
            (number, Some(rest.trim_start_matches("xt").trim_start_matches('.')))
        }
        None => (text, None),
    };
    let extension_fits = extension.is_none_or(|extension| {
        let digits = extension.trim();
        (1..=8).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
    });
    let number = number.trim_end();
    let number = number.strip_prefix('+').unwrap_or(number);
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    let marks_fit = number.chars().all(|c| c.is_ascii_digit() || " -./()".contains(c));
    let starts_well = number.starts_with(|c: char| c.is_ascii_digit() || c == '(');
    extension_fits && starts_well && marks_fit && (3..=20).contains(&digits)
}

/// `http` or `https`, a host, an optional port, and no blank or control character anywhere. A user
/// before the host is refused, for it is only ever used to mislead.
fn is_url(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let Some(rest) = rest else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    let port_fits = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0));
    let is_illegal = |c: char| c.is_whitespace() || c.is_control() || "<>\"\\^`{|}".contains(c);
    port_fits && is_host(host) && !rest.contains(is_illegal)
}
