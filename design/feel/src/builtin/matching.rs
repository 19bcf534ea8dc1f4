//! Regular expressions in the syntax of `XPath`, matched in linear time. Back-references, which cannot be, are refused.

use std::sync::Arc;

use regex::{Regex, RegexBuilder};

use super::{Answer, Call, Refusal};
use crate::value::{List, Value};

/// Bytes that a compiled pattern may take.
const PATTERN_BYTES: usize = 1 << 20;
/// Steps that compiling a pattern counts for.
const PATTERN_STEPS: u64 = 200;

pub(super) fn matches(call: &mut Call<'_>) -> Answer {
    let pattern = pattern(call, 1, 2)?;
    Ok(Value::Boolean(pattern.is_match(call.text(0)?)))
}

pub(super) fn replace(call: &mut Call<'_>) -> Answer {
    let pattern = pattern(call, 1, 3)?;
    let literal = !call.is_null(3) && call.text(3)?.contains('q');
    let replacement = call.text(2)?;
    let text = call.text(0)?;
    let result = if literal {
        pattern.replace_all(text, regex::NoExpand(replacement)).into_owned()
    } else {
        pattern.replace_all(text, replacement_of(replacement, pattern.captures_len())?).into_owned()
    };
    call.made_string(result)
}

pub(super) fn split(call: &mut Call<'_>) -> Answer {
    let pattern = pattern(call, 1, 2)?;
    let parts: List = pattern.split(call.text(0)?).collect();
    Ok(parts.into())
}

pub(super) fn extract(call: &mut Call<'_>) -> Answer {
    let pattern = pattern(call, 1, 2)?;
    let parts: List = pattern.find_iter(call.text(0)?).map(|found| found.as_str()).collect();
    Ok(parts.into())
}

/// The functions that take a pattern, and where pattern and flags stand.
pub(super) const POSITIONS: [(&str, usize, usize); 4] =
    [("matches", 1, 2), ("replace", 1, 3), ("split", 1, 2), ("extract", 1, 2)];

fn pattern(call: &mut Call<'_>, index: usize, flags: usize) -> Result<Arc<Regex>, Refusal> {
    if let Some(known) = call.pattern {
        return Ok(Arc::clone(known));
    }
    let pattern = call.text(index)?;
    let none = Arc::from("");
    let flags = if call.is_null(flags) { &none } else { call.text(flags)? };
    if let Some(known) = call.run.known_pattern(pattern, flags) {
        return Ok(known);
    }
    // To compile a pattern is work, too.
    call.run.step(PATTERN_STEPS, call.span);
    let compiled = Arc::new(compiled(pattern, flags)?);
    call.run.keep_pattern(pattern, flags, Arc::clone(&compiled));
    Ok(compiled)
}

pub(super) fn compiled(pattern: &str, flags: &str) -> Result<Regex, Refusal> {
    if let Some(unknown) = flags.chars().find(|flag| !"smixq".contains(*flag)) {
        return Err(format!("no flag `{unknown}`").into());
    }
    let text = match (flags.contains('q'), flags.contains('x')) {
        (true, _) => regex::escape(pattern),
        (false, true) => translated(&without_blanks(pattern)),
        (false, false) => translated(pattern),
    };
    RegexBuilder::new(&text)
        .dot_matches_new_line(flags.contains('s'))
        .multi_line(flags.contains('m'))
        .case_insensitive(flags.contains('i'))
        // The dot stands for neither `\n` nor `\r`.
        .crlf(true)
        .size_limit(PATTERN_BYTES)
        .build()
        .ok()
        .ok_or_else(|| format!("`{pattern}` is no pattern that can be used").into())
}

/// `XPath`'s own spellings: `[a-z-[aeiou]]` subtracts, `\i` and `\c` are the characters of names.
fn translated(pattern: &str) -> String {
    let mut text = String::with_capacity(pattern.len());
    let mut chars = pattern.chars().peekable();
    let mut depth = 0_u32;
    while let Some(char) = chars.next() {
        match char {
            '\\' => match chars.next() {
                Some('i') => text.push_str(r"[\p{L}_:]"),
                Some('I') => text.push_str(r"[^\p{L}_:]"),
                Some(kind @ ('p' | 'P')) => property(kind, &mut chars, &mut text),
                Some('c') => text.push_str(r"[\p{L}\p{N}_:.\-]"),
                Some('C') => text.push_str(r"[^\p{L}\p{N}_:.\-]"),
                Some(other) => text.extend(['\\', other]),
                None => text.push('\\'),
            },
            '[' => {
                depth += 1;
                text.push('[');
            }
            ']' => {
                depth = depth.saturating_sub(1);
                text.push(']');
            }
            '-' if depth > 0 && chars.peek() == Some(&'[') => text.push_str("--"),
            other => text.push(other),
        }
    }
    text
}

/// The flag `x` takes all blanks out, except those in brackets.
fn without_blanks(pattern: &str) -> String {
    let mut depth = 0_u32;
    let mut escaped = false;
    let kept = |char: &char| {
        match char {
            '[' if !escaped => depth += 1,
            ']' if !escaped => depth = depth.saturating_sub(1),
            _ => {}
        }
        escaped = *char == '\\' && !escaped;
        depth > 0 || !char.is_whitespace()
    };
    pattern.chars().filter(kept).collect()
}

/// Unicode blocks by the names of XML Schema, as far as they are in use.
const BLOCKS: [(&str, &str); 14] = [
    ("IsBasicLatin", r"\x{0}-\x{7F}"),
    ("IsLatin-1Supplement", r"\x{80}-\x{FF}"),
    ("IsLatinExtended-A", r"\x{100}-\x{17F}"),
    ("IsLatinExtended-B", r"\x{180}-\x{24F}"),
    ("IsGreek", r"\x{370}-\x{3FF}"),
    ("IsGreekandCoptic", r"\x{370}-\x{3FF}"),
    ("IsCyrillic", r"\x{400}-\x{4FF}"),
    ("IsHebrew", r"\x{590}-\x{5FF}"),
    ("IsArabic", r"\x{600}-\x{6FF}"),
    ("IsThai", r"\x{E00}-\x{E7F}"),
    ("IsHiragana", r"\x{3040}-\x{309F}"),
    ("IsKatakana", r"\x{30A0}-\x{30FF}"),
    ("IsCJKUnifiedIdeographs", r"\x{4E00}-\x{9FFF}"),
    ("IsHangulSyllables", r"\x{AC00}-\x{D7A3}"),
];

/// `\p{IsGreek}` and `\P{..}`: a block becomes its range, any other property stays as it is.
fn property(kind: char, chars: &mut std::iter::Peekable<std::str::Chars<'_>>, text: &mut String) {
    let braced: String = if chars.peek() == Some(&'{') {
        chars.by_ref().skip(1).take_while(|char| *char != '}').collect()
    } else {
        text.extend(['\\', kind]);
        return;
    };
    match BLOCKS.iter().find(|(name, _)| *name == braced) {
        Some((_, range)) if kind == 'p' => text.extend(["[", range, "]"]),
        Some((_, range)) => text.extend(["[^", range, "]"]),
        None => {
            text.extend(['\\', kind, '{']);
            text.extend([braced.as_str(), "}"]);
        }
    }
}

/// `$1` stands for a group, `\$` for a dollar; anything else behind them is an error in `XPath`.
fn replacement_of(replacement: &str, groups: usize) -> Result<String, Refusal> {
    let mut text = String::new();
    let mut chars = replacement.chars().peekable();
    while let Some(char) = chars.next() {
        match (char, chars.peek().copied()) {
            ('\\', Some('$')) => {
                chars.next();
                text.push_str("$$");
            }
            ('\\', Some('\\')) => {
                chars.next();
                text.push('\\');
            }
            ('$', Some(digit)) if digit.is_ascii_digit() => {
                text.push_str(&group(&mut chars, groups));
            }
            ('$', _) => return Err("a lone `$` in the replacement; write `\\$`".into()),
            (other, _) => text.push(other),
        }
    }
    Ok(text)
}

/// The longest group number that exists; the digits behind it are text.
fn group(chars: &mut std::iter::Peekable<std::str::Chars<'_>>, groups: usize) -> String {
    let mut number = 0_usize;
    let mut first = true;
    while let Some(digit) = chars.peek().and_then(|char| char.to_digit(10)) {
        let next = number.saturating_mul(10).saturating_add(usize::try_from(digit).unwrap_or(0));
        if !first && next >= groups {
            break;
        }
        chars.next();
        (number, first) = (next, false);
    }
    if number < groups { format!("${{{number}}}") } else { String::new() }
}
