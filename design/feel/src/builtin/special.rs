//! Functions that the standard lacks and Camunda has: absent values, assertions, encodings.

use super::{Answer, Builtin, Call, Refusal};
use crate::{json, run::WarningKind, value::Value};

pub(super) const FUNCTIONS: &[Builtin] = &[
    Builtin {
        name: "is defined",
        forms: &[&["value"]],
        call: |call| Ok(Value::Boolean(!call.is_null(0))),
    },
    Builtin {
        name: "get or else",
        forms: &[&["value", "default"]],
        call: |call| Ok(call.get(usize::from(call.is_null(0))).clone()),
    },
    Builtin { name: "assert", forms: &[&["value", "condition", "cause?"]], call: assert },
    Builtin { name: "uuid", forms: &[&[]], call: uuid },
    Builtin { name: "to base64", forms: &[&["value"]], call: to_base64 },
    Builtin { name: "from base64", forms: &[&["value"]], call: from_base64 },
    Builtin { name: "to json", forms: &[&["value"]], call: to_json },
    Builtin { name: "from json", forms: &[&["value"]], call: from_json },
    Builtin {
        name: "fromAi",
        forms: &[&["value", "description?", "type?", "schema?", "options?"]],
        call: |call| Ok(call.get(0).clone()),
    },
];

/// The value, where the condition holds; otherwise the evaluation stops.
fn assert(call: &mut Call<'_>) -> Answer {
    if call.get(1).as_bool() == Some(true) {
        return Ok(call.get(0).clone());
    }
    let cause = call.get(2).as_str().unwrap_or("the condition is not fulfilled").to_owned();
    call.run.fail(WarningKind::AssertFailed, call.span, || cause);
    Ok(Value::Null)
}

/// A random UUID (version 4) of the run's seed.
fn uuid(call: &mut Call<'_>) -> Answer {
    let (high, low) = (call.run.next_random(), call.run.next_random());
    let high = (high & !0xF000) | 0x4000;
    let low = (low & !(0b11 << 62)) | (0b10 << 62);
    let text = format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xFFFF,
        high & 0xFFFF,
        low >> 48,
        low & 0xFFFF_FFFF_FFFF
    );
    Ok(Value::string(text))
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn to_base64(call: &mut Call<'_>) -> Answer {
    let bytes = call.text(0)?.as_bytes();
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let bits = (byte(0) << 16) | (byte(1) << 8) | byte(2);
        for place in 0..4_usize {
            let sextet = usize::try_from((bits >> (18 - 6 * place)) & 63).unwrap_or(0);
            let letter = ALPHABET.get(sextet).map_or('=', |letter| char::from(*letter));
            text.push(if place <= chunk.len() { letter } else { '=' });
        }
    }
    call.made_string(text)
}

fn from_base64(call: &mut Call<'_>) -> Answer {
    let wrong = || Refusal::from("not base64 text");
    let text = call.text(0)?.trim_end_matches('=');
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0_u32, 0_u32);
    for letter in text.bytes() {
        let sextet = ALPHABET.iter().position(|known| *known == letter).ok_or_else(wrong)?;
        bits = ((bits << 6) | u32::try_from(sextet).unwrap_or(0)) & 0x3FFF;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from((bits >> count) & 0xFF).unwrap_or(0));
        }
    }
    let text = String::from_utf8(bytes).ok().ok_or_else(wrong)?;
    call.made_string(text)
}

fn to_json(call: &mut Call<'_>) -> Answer {
    let text = match call.get(0) {
        Value::Function(function) => serde_json::Value::from(format!("{function:?}")).to_string(),
        value => json::text_within(value, call.string_limit()),
    };
    call.made_string(text)
}

fn from_json(call: &mut Call<'_>) -> Answer {
    let text = call.text(0)?;
    call.run.makes(text.len(), call.span);
    let json: serde_json::Value =
        serde_json::from_str(text).ok().ok_or_else(|| Refusal::from("not JSON text"))?;
    Ok(json::from_json(&json))
}
