//! Strings. Positions count characters (code points) from 1, or from the end where negative.

use super::{
    Answer, Builtin, Call, Refusal,
    matching::{extract, matches, replace, split},
};
use crate::value::Value;

pub(super) const FUNCTIONS: &[Builtin] = &[
    Builtin {
        name: "substring",
        forms: &[&["string", "start position", "length?"]],
        call: substring,
    },
    Builtin { name: "string length", forms: &[&["string"]], call: string_length },
    Builtin {
        name: "upper case",
        forms: &[&["string"]],
        call: |call| mapped(call, str::to_uppercase),
    },
    Builtin {
        name: "lower case",
        forms: &[&["string"]],
        call: |call| mapped(call, str::to_lowercase),
    },
    Builtin {
        name: "trim",
        forms: &[&["string"]],
        call: |call| mapped(call, |text| text.trim().to_owned()),
    },
    Builtin { name: "substring before", forms: &[&["string", "match"]], call: substring_before },
    Builtin { name: "substring after", forms: &[&["string", "match"]], call: substring_after },
    Builtin {
        name: "contains",
        forms: &[&["string", "match"]],
        call: |call| test(call, |text, part| text.contains(part)),
    },
    Builtin {
        name: "starts with",
        forms: &[&["string", "match"]],
        call: |call| test(call, |text, part| text.starts_with(part)),
    },
    Builtin {
        name: "ends with",
        forms: &[&["string", "match"]],
        call: |call| test(call, |text, part| text.ends_with(part)),
    },
    Builtin { name: "matches", forms: &[&["input", "pattern", "flags?"]], call: matches },
    Builtin {
        name: "replace",
        forms: &[&["input", "pattern", "replacement", "flags?"]],
        call: replace,
    },
    Builtin { name: "split", forms: &[&["string", "delimiter"]], call: split },
    Builtin { name: "extract", forms: &[&["input", "pattern"]], call: extract },
    Builtin {
        name: "string join",
        forms: &[&["list", "delimiter?"], &["list", "delimiter?", "prefix?", "suffix?"]],
        call: string_join,
    },
    Builtin {
        name: "is blank",
        forms: &[&["string"]],
        call: |call| Ok(Value::Boolean(call.text(0)?.trim().is_empty())),
    },
];

fn mapped(call: &mut Call<'_>, map: impl FnOnce(&str) -> String) -> Answer {
    let text = map(call.text(0)?);
    call.made_string(text)
}

fn test(call: &mut Call<'_>, holds: impl FnOnce(&str, &str) -> bool) -> Answer {
    Ok(Value::Boolean(holds(call.text(0)?, call.text(1)?)))
}

fn string_length(call: &mut Call<'_>) -> Answer {
    let length = call.text(0)?.chars().count();
    Ok(Value::number(i64::try_from(length).unwrap_or(i64::MAX)))
}

fn substring(call: &mut Call<'_>) -> Answer {
    let text = call.text(0)?;
    let length = text.chars().count();
    let position = whole(call, 1)?;
    let start = match position {
        0 => return Err("positions count from 1".into()),
        1.. => usize::try_from(position - 1).unwrap_or(usize::MAX),
        _ => match length
            .checked_sub(usize::try_from(position.unsigned_abs()).unwrap_or(usize::MAX))
        {
            Some(start) => start,
            None => return Err("the start lies before the string".into()),
        },
    };
    let count =
        if call.is_null(2) { usize::MAX } else { usize::try_from(whole(call, 2)?).unwrap_or(0) };
    if !call.is_null(2) && count == 0 {
        return Err("the length is to be above zero".into());
    }
    call.made_string(text.chars().skip(start).take(count).collect())
}

/// A whole number; digits behind the point are cut.
fn whole(call: &Call<'_>, index: usize) -> Result<i64, Refusal> {
    let number = call.number(index)?.round(0, crate::decimal::Rounding::Down);
    number
        .and_then(crate::decimal::Decimal::to_i64)
        .ok_or_else(|| call.wrong(index, "a whole number"))
}

fn substring_before(call: &mut Call<'_>) -> Answer {
    let found = call.text(0)?.split_once(call.text(1)?.as_ref());
    call.made_string(found.map_or("", |(before, _)| before).to_owned())
}

fn substring_after(call: &mut Call<'_>) -> Answer {
    let found = call.text(0)?.split_once(call.text(1)?.as_ref());
    call.made_string(found.map_or("", |(_, after)| after).to_owned())
}

fn string_join(call: &mut Call<'_>) -> Answer {
    let items = call.list(0)?;
    let part = |index: usize| {
        if call.is_null(index) { Ok("") } else { call.text(index).map(AsRef::as_ref) }
    };
    let (delimiter, prefix, suffix) = (part(1)?, part(2)?, part(3)?);
    let mut texts = Vec::new();
    for item in &items {
        match item {
            Value::String(text) => texts.push(text.as_ref()),
            Value::Null => {}
            _ => return Err("an item is no string".into()),
        }
    }
    let between = delimiter.len().saturating_mul(texts.len().saturating_sub(1));
    let ends = [between, prefix.len(), suffix.len()];
    let lengths = texts.iter().map(|text| text.len()).chain(ends);
    call.allows_string(lengths.fold(0, usize::saturating_add))?;
    Ok(Value::string(format!("{prefix}{}{suffix}", texts.join(delimiter))))
}
