//! Regular expressions in the syntax of `XPath`, matched in linear time, but for those that refer back to a group, which
//! cannot be. A pattern knows how dear it is to match, since the time grows with its size as well as with the text's.

mod references;
mod referring;

use std::ops::Range;

use regex::{Regex, RegexBuilder};

use self::referring::Referring;
use super::Refusal;
use crate::{problem::Span, run::Run};

/// Bytes that a compiled pattern may take, and how many times dearer than a simple one it is then.
const SIZES: [(usize, u64); 4] = [(1 << 13, 1), (1 << 16, 8), (1 << 18, 32), (1 << 20, 128)];
/// Groups inside each other.
const LEVELS: u32 = 100;
/// Steps that compiling a simple pattern counts for.
const COMPILE_STEPS: u64 = 100;
/// Bytes of text that are matched with a simple pattern in one step.
const BYTES_A_STEP: usize = 16;

/// A compiled regular expression.
#[derive(Debug)]
pub(crate) struct Pattern {
    engine: Engine,
    matches_nothing: bool,
}

#[derive(Debug)]
enum Engine {
    Linear { regex: Regex, dearness: u64 },
    Referring(Referring),
}

/// A match with its groups.
#[derive(Debug)]
pub(super) enum Found<'t> {
    Linear(regex::Captures<'t>),
    Referring(fancy_regex::Captures<'t, str>),
}

impl Pattern {
    /// Compiles a pattern with its flags.
    ///
    /// # Errors
    /// It is none, or too large.
    pub(super) fn read(pattern: &str, flags: &str) -> Result<Self, Refusal> {
        if let Some(unknown) = flags.chars().find(|flag| !"smixq".contains(*flag)) {
            return Err(format!("no flag `{unknown}`").into());
        }
        let is_literal = flags.contains('q');
        let spaceless = flags.contains('x').then(|| without_blanks(pattern));
        let text = spaceless.as_deref().unwrap_or(pattern);
        let none = |why: &str| Refusal::from(format!("`{pattern}` is no pattern: {why}"));
        if !is_literal && let Some(text) = references::written_out(text).map_err(none)? {
            let referring = Referring::read(&translated(&text), flags)?;
            // Whether it matches the empty text is asked with as many attempts as any search may take.
            let mut run = Run::new(base::Timestamp(0));
            let matches_nothing = referring
                .search("", 0, (&mut run, Span::default()), |regex| regex.find(""))?
                .is_some();
            return Ok(Self { engine: Engine::Referring(referring), matches_nothing });
        }
        let text = if is_literal { regex::escape(pattern) } else { translated(text) };
        for (bytes, dearness) in SIZES {
            match builder(&text, flags).size_limit(bytes).build() {
                Ok(regex) => {
                    let matches_nothing = regex.is_match("");
                    return Ok(Self {
                        engine: Engine::Linear { regex, dearness },
                        matches_nothing,
                    });
                }
                Err(regex::Error::CompiledTooBig(_)) => {}
                Err(_) => break,
            }
        }
        Err(format!("`{pattern}` is no pattern that can be used").into())
    }

    /// Whether it matches the empty text, so that it says nothing about where to cut.
    pub(super) fn matches_nothing(&self) -> bool {
        self.matches_nothing
    }

    /// Steps that compiling it counts for.
    pub(super) fn compile_steps(&self) -> u64 {
        match &self.engine {
            Engine::Linear { dearness, .. } => COMPILE_STEPS * dearness,
            Engine::Referring(referring) => COMPILE_STEPS + referring.compile_steps(),
        }
    }

    /// Steps that running over a text counts for, those apart that a search takes itself.
    pub(super) fn steps(&self, text: &str) -> u64 {
        let simple = u64::try_from(text.len() / BYTES_A_STEP).unwrap_or(u64::MAX);
        match &self.engine {
            Engine::Linear { dearness, .. } => simple.saturating_mul(*dearness),
            Engine::Referring(_) => simple,
        }
    }

    /// The groups, and one for the whole match.
    pub(super) fn captures_len(&self) -> usize {
        match &self.engine {
            Engine::Linear { regex, .. } => regex.captures_len(),
            Engine::Referring(referring) => referring.captures_len(),
        }
    }

    /// Whether it is found in the text.
    pub(super) fn is_match(&self, text: &str, run: (&mut Run, Span)) -> Result<bool, Refusal> {
        match &self.engine {
            Engine::Linear { regex, .. } => Ok(regex.is_match(text)),
            Engine::Referring(referring) => {
                Ok(referring.search(text, 0, run, |regex| regex.find(text))?.is_some())
            }
        }
    }

    /// The first match from a place on.
    pub(super) fn find_at(
        &self,
        text: &str,
        from: usize,
        run: (&mut Run, Span),
    ) -> Result<Option<Range<usize>>, Refusal> {
        Ok(match &self.engine {
            Engine::Linear { regex, .. } => regex.find_at(text, from).map(|it| it.range()),
            Engine::Referring(referring) => referring
                .search(text, from, run, |regex| regex.find_from_pos(text, from))?
                .map(|it| it.range()),
        })
    }

    /// The first match from a place on with its groups.
    pub(super) fn groups_at<'t>(
        &self,
        text: &'t str,
        from: usize,
        run: (&mut Run, Span),
    ) -> Result<Option<Found<'t>>, Refusal> {
        Ok(match &self.engine {
            Engine::Linear { regex, .. } => regex.captures_at(text, from).map(Found::Linear),
            Engine::Referring(referring) => referring
                .search(text, from, run, |regex| regex.captures_from_pos(text, from))?
                .map(Found::Referring),
        })
    }
}

impl Found<'_> {
    /// Where a group stands; group 0 is the whole match.
    pub(super) fn group(&self, number: usize) -> Option<Range<usize>> {
        match self {
            Self::Linear(captures) => captures.get(number).map(|it| it.range()),
            Self::Referring(captures) => captures.get(number).map(|it| it.range()),
        }
    }
}

fn builder(text: &str, flags: &str) -> RegexBuilder {
    let mut builder = RegexBuilder::new(text);
    builder
        .dot_matches_new_line(flags.contains('s'))
        .multi_line(flags.contains('m'))
        .case_insensitive(flags.contains('i'))
        // The dot stands for neither `\n` nor `\r`.
        .crlf(true)
        .nest_limit(LEVELS);
    builder
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
