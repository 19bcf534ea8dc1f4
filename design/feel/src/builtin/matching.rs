//! The functions that match text with regular expressions.

use std::{ops::Range, sync::Arc};

use super::{Answer, Call, Pattern, Refusal};
use crate::{expression::Dialect, value::Value};

pub(super) fn matches(call: &mut Call<'_>) -> Answer {
    let (pattern, text) = started(call, 2)?;
    Ok(Value::Boolean(pattern.is_match(text, (call.run, call.span))?))
}

pub(super) fn replace(call: &mut Call<'_>) -> Answer {
    let (pattern, text) = started(call, 3)?;
    refuse_empty_matches(call, &pattern)?;
    let literal = !call.is_null(3) && call.text(3)?.contains('q');
    let replacement = call.text(2)?;
    let pieces = if literal {
        vec![Piece::Text(replacement.as_ref().to_owned())]
    } else {
        pieces_of(replacement, pattern.captures_len(), call.dialect)?
    };
    let (mut result, mut end) = (String::new(), 0);
    let limit = call.string_limit();
    let mut cursor = Cursor::new(text);
    while let Some((all, found)) = cursor.next(|from| {
        let found = pattern.groups_at(text, from, (call.run, call.span))?;
        Ok(found.and_then(|found| Some((found.group(0)?, found))))
    })? {
        result.push_str(text.get(end..all.start).unwrap_or_default());
        for piece in &pieces {
            result.push_str(match piece {
                Piece::Text(text) => text,
                Piece::Group(number) => {
                    found.group(*number).and_then(|it| text.get(it)).unwrap_or_default()
                }
            });
            // Checked piece by piece: a short text can have many matches, and a replacement many groups.
            if result.len() > limit {
                return call.made_string(result);
            }
        }
        end = all.end;
    }
    result.push_str(text.get(end..).unwrap_or_default());
    call.made_string(result)
}

pub(super) fn split(call: &mut Call<'_>) -> Answer {
    let (pattern, text) = started(call, 2)?;
    refuse_empty_matches(call, &pattern)?;
    let mut end = 0;
    let mut list = parts(call, &pattern, text, |found| {
        let part = text.get(end..found.start);
        end = found.end;
        part
    })?;
    list.push(Value::string(text.get(end..).unwrap_or_default()));
    call.made_list(list)
}

/// An error of `XPath` (`FORX0003`), which the standard's FEEL makes null; Java and so Camunda cut between all characters.
fn refuse_empty_matches(call: &Call<'_>, pattern: &Pattern) -> Result<(), Refusal> {
    if call.dialect == Dialect::Standard && pattern.matches_nothing() {
        return Err("the pattern matches the empty text; let it need a character".into());
    }
    Ok(())
}

pub(super) fn extract(call: &mut Call<'_>) -> Answer {
    let (pattern, text) = started(call, 2)?;
    let list = parts(call, &pattern, text, |found| text.get(found))?;
    call.made_list(list)
}

/// A part of the text for each match.
fn parts<'t>(
    call: &mut Call<'_>,
    pattern: &Pattern,
    text: &'t str,
    mut part: impl FnMut(Range<usize>) -> Option<&'t str>,
) -> Result<Vec<Value>, Refusal> {
    let mut list = Vec::new();
    let mut cursor = Cursor::new(text);
    while let Some((found, ())) = cursor.next(|from| {
        let found = pattern.find_at(text, from, (call.run, call.span))?;
        Ok(found.map(|found| (found, ())))
    })? {
        list.push(Value::string(part(found).unwrap_or_default()));
        if !call.run.fits_list(list.len(), call.span) {
            return Err("the list is too long".into());
        }
    }
    Ok(list)
}

/// Goes from match to match.
struct Cursor<'t> {
    text: &'t str,
    from: usize,
    /// Where the match before ended: an empty one there is none.
    last_end: Option<usize>,
}

impl<'t> Cursor<'t> {
    fn new(text: &'t str) -> Self {
        Self { text, from: 0, last_end: None }
    }

    /// The next match that a search from a place on finds.
    fn next<T>(
        &mut self,
        mut search: impl FnMut(usize) -> Result<Option<(Range<usize>, T)>, Refusal>,
    ) -> Result<Option<(Range<usize>, T)>, Refusal> {
        while self.from <= self.text.len() {
            let Some((range, found)) = search(self.from)? else { break };
            let is_repeated = range.is_empty() && self.last_end == Some(range.end);
            self.from = if is_repeated { behind(self.text, range.end) } else { range.end };
            if !is_repeated {
                self.last_end = Some(range.end);
                return Ok(Some((range, found)));
            }
        }
        self.from = usize::MAX;
        Ok(None)
    }
}

/// The place behind the character at a place.
fn behind(text: &str, at: usize) -> usize {
    let next = text.get(at..).and_then(|rest| rest.chars().next());
    at + next.map_or(1, char::len_utf8)
}

/// The functions that take a pattern, and where pattern and flags stand.
pub(super) const POSITIONS: [(&str, usize, usize); 4] =
    [("matches", 1, 2), ("replace", 1, 3), ("split", 1, 2), ("extract", 1, 2)];

/// The pattern of a call and its text, after the steps that matching takes.
fn started<'a>(call: &mut Call<'a>, flags: usize) -> Result<(Arc<Pattern>, &'a str), Refusal> {
    let pattern = pattern(call, 1, flags)?;
    let text = call.text(0)?;
    if call.run.step(pattern.steps(text), call.span) {
        Ok((pattern, text))
    } else {
        Err("too many steps".into())
    }
}

fn pattern(call: &mut Call<'_>, index: usize, flags: usize) -> Result<Arc<Pattern>, Refusal> {
    if let Some(known) = call.pattern {
        return Ok(Arc::clone(known));
    }
    let pattern = call.text(index)?;
    let none = Arc::from("");
    let flags = if call.is_null(flags) { &none } else { call.text(flags)? };
    if let Some(known) = call.run.known_pattern(pattern, flags) {
        return Ok(known);
    }
    // To read a pattern is work, too.
    if !call.run.makes(pattern.len(), call.span) {
        return Err("too many steps".into());
    }
    let read = Arc::new(Pattern::read(pattern, flags)?);
    call.run.step(read.compile_steps(), call.span);
    call.run.keep_pattern(pattern, flags, Arc::clone(&read));
    Ok(read)
}

/// A part of a replacement.
enum Piece {
    Text(String),
    Group(usize),
}

/// `$1` stands for a group, `\$` for a dollar; anything else behind them is an error in `XPath` (`FORX0004`).
fn pieces_of(replacement: &str, groups: usize, dialect: Dialect) -> Result<Vec<Piece>, Refusal> {
    let (mut pieces, mut text) = (Vec::new(), String::new());
    let mut chars = replacement.chars().peekable();
    while let Some(char) = chars.next() {
        match (char, chars.peek().copied()) {
            ('\\', Some(escaped @ ('$' | '\\'))) => {
                chars.next();
                text.push(escaped);
            }
            ('$', Some(digit)) if digit.is_ascii_digit() => {
                pieces.push(Piece::Text(std::mem::take(&mut text)));
                pieces.extend(group(&mut chars, groups).map(Piece::Group));
            }
            ('\\', _) if dialect == Dialect::Standard => {
                return Err("a lone backslash in the replacement; write two".into());
            }
            ('$', _) => return Err("a lone `$` in the replacement; write `\\$`".into()),
            (other, _) => text.push(other),
        }
    }
    pieces.push(Piece::Text(text));
    Ok(pieces)
}

/// The longest group number that exists; the digits behind it are text.
fn group(chars: &mut std::iter::Peekable<std::str::Chars<'_>>, groups: usize) -> Option<usize> {
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
    (number < groups).then_some(number)
}
