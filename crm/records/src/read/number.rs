//! Numbers, percentages and money: exact decimals, never rounded.

use base::{Currency, Money, ParseCurrencyError};
use feel::Decimal;
use serde_json::Value as Json;

use super::{Refusal, describe};
use crate::{FieldValue, ProblemCode};

/// The most significant digits that a decimal keeps on its way through a 64-bit float.
const FLOAT_DIGITS: usize = 15;

/// The most digits that a decimal can have.
const DECIMAL_DIGITS: usize = 34;

/// A number of at most `scale` digits after the point.
pub(super) fn scaled(json: &Json, scale: u8) -> Result<FieldValue, Refusal> {
    to_scaled(decimal(json)?, u32::from(scale), json).map(FieldValue::Number)
}

/// `{"amount": "12.50", "currency": "EUR"}`, `"12.50 EUR"`, or an amount in the currency that the
/// field holds now, or else in the field's own.
pub(super) fn money(
    json: &Json,
    default: Option<Currency>,
    before: &FieldValue,
) -> Result<FieldValue, Refusal> {
    let (amount, currency) = parts(json)?;
    let held = match before {
        FieldValue::Money(money) => Some(money.currency),
        _ => default,
    };
    let currency = match currency {
        Some(code) => code.parse().map_err(|error: ParseCurrencyError| {
            Refusal::new(ProblemCode::Currency, format!("has a wrong currency: {error}"))
        })?,
        None => held.ok_or_else(|| {
            let rest = r#"needs a currency; write {"amount": "12.50", "currency": "EUR"}"#;
            Refusal::new(ProblemCode::Currency, rest)
        })?,
    };
    let minor = to_scaled(decimal(&amount)?, currency.digits(), &amount)?;
    Ok(FieldValue::Money(Money { minor, currency }))
}

/// The amount and the currency code of money, as far as they are given.
fn parts(json: &Json) -> Result<(Json, Option<String>), Refusal> {
    let refuse = || Refusal::wrong_type("an amount and a currency", json);
    match json {
        Json::Number(_) => Ok((json.clone(), None)),
        Json::String(text) => Ok(match text.trim().rsplit_once(' ') {
            Some((amount, code)) => (amount.into(), Some(code.to_owned())),
            None => (json.clone(), None),
        }),
        Json::Object(entries) => {
            let is_known = |name: &String| name == "amount" || name == "currency";
            if !entries.keys().all(is_known) {
                return Err(refuse());
            }
            let amount = entries.get("amount").filter(|json| !json.is_null()).ok_or_else(refuse)?;
            match entries.get("currency") {
                None | Some(Json::Null) => Ok((amount.clone(), None)),
                Some(Json::String(code)) => Ok((amount.clone(), Some(code.clone()))),
                Some(_) => Err(refuse()),
            }
        }
        Json::Null | Json::Bool(_) | Json::Array(_) => Err(refuse()),
    }
}

/// A decimal from a JSON number or from text such as `-12.50`.
pub(super) fn decimal(json: &Json) -> Result<Decimal, Refusal> {
    let text = match json {
        Json::Number(number) => {
            let text = number.to_string();
            if number.is_f64() && significant_digits(&text) > FLOAT_DIGITS {
                let rest = format!("has more than {FLOAT_DIGITS} digits; write the number as text");
                return Err(Refusal::new(ProblemCode::Range, rest));
            }
            text
        }
        Json::String(text) => text.trim().to_owned(),
        _ => return Err(Refusal::wrong_type("a number", json)),
    };
    if !is_decimal(&text) {
        return Err(Refusal::wrong_type("a number such as `-12.5`", json));
    }
    let out_of_range = || out_of_range(json);
    if significant_digits(&text) > DECIMAL_DIGITS {
        return Err(out_of_range());
    }
    text.parse::<Decimal>().ok().ok_or_else(out_of_range)
}

/// Digits, an optional sign before and point between, an optional exponent of up to three digits.
fn is_decimal(text: &str) -> bool {
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let mantissa = mantissa.strip_prefix('-').unwrap_or(mantissa);
    let mantissa_fits = match mantissa.split_once('.') {
        Some((whole, fraction)) => all_digits(whole) && all_digits(fraction),
        None => all_digits(mantissa),
    };
    let exponent_fits = exponent.is_none_or(|exponent| {
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        all_digits(digits) && digits.len() <= 3
    });
    mantissa_fits && exponent_fits
}

/// Digits of the mantissa without zeros at either end.
fn significant_digits(text: &str) -> usize {
    let mantissa = text.split(['e', 'E']).next().unwrap_or_default();
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    digits.trim_matches('0').len()
}

fn to_scaled(decimal: Decimal, scale: u32, json: &Json) -> Result<i64, Refusal> {
    let scaled = decimal.to_scaled(scale).ok_or_else(|| out_of_range(json))?;
    if Decimal::from_scaled(scaled, scale) == decimal {
        return Ok(scaled);
    }
    let kept = match scale {
        0 => "takes whole numbers".to_owned(),
        1 => "takes 1 digit after the point".to_owned(),
        _ => format!("takes {scale} digits after the point"),
    };
    Err(Refusal::new(ProblemCode::Scale, format!("{kept}, not {}; round it first", describe(json))))
}

fn out_of_range(json: &Json) -> Refusal {
    Refusal::new(
        ProblemCode::Range,
        format!("cannot hold {}; write a smaller number", describe(json)),
    )
}
