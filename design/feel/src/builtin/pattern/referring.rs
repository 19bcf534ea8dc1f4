//! A pattern that refers back to its groups, which no engine matches in linear time: it is tried with few attempts first and
//! with more where those do not suffice, each paid for before it is made, and given up at last. With the flag
//! `i` the few letters whose two cases differ in bytes (`ß` and `ẞ`) are not the same to a reference.

use fancy_regex::{Error, Regex, RegexBuilder, RuntimeError};

use super::Refusal;
use crate::{problem::Span, run::Run};

/// Attempts that a search may take: those of one try after the other.
const ATTEMPTS: [u64; 3] = [1 << 8, 1 << 12, 1 << 16];
/// Attempts at a short text that count for one step.
const ATTEMPTS_A_STEP: u64 = 8;
/// Bytes of text that make an attempt dearer by as much as it is without.
const BYTES_AN_ATTEMPT: usize = 256;
/// Bytes of a pattern, of the parts that need no attempts, and of the text that is searched.
const PATTERN_BYTES: usize = 1000;
const PART_BYTES: usize = 1 << 16;
const TEXT_BYTES: usize = 1 << 16;
/// Instructions that a pattern may become.
const INSTRUCTIONS: usize = 2000;
/// Steps that compiling counts for, for each byte.
const COMPILE_STEPS: u64 = 16;

/// A pattern that refers back, once for each number of attempts.
#[derive(Debug)]
pub(super) struct Referring {
    tries: Vec<(u64, Regex)>,
    bytes: usize,
}

impl Referring {
    /// Compiles a pattern whose references are written out, with its flags.
    pub(super) fn read(text: &str, flags: &str) -> Result<Self, Refusal> {
        if text.len() > PATTERN_BYTES {
            return Err(format!(
                "a pattern that refers back to a group has at most {PATTERN_BYTES} bytes"
            )
            .into());
        }
        let tries = ATTEMPTS.map(|attempts| Some((attempts, compiled(text, flags, attempts)?)));
        let tries: Option<Vec<_>> = tries.into_iter().collect();
        let tries = tries.ok_or("the pattern cannot be used; make it simpler")?;
        Ok(Self { tries, bytes: text.len() })
    }

    /// Steps that compiling it counts for.
    pub(super) fn compile_steps(&self) -> u64 {
        u64::try_from(self.bytes).unwrap_or(u64::MAX).saturating_mul(COMPILE_STEPS)
    }

    /// The groups, and one for the whole match.
    pub(super) fn captures_len(&self) -> usize {
        self.tries.first().map_or(1, |(_, regex)| regex.captures_len())
    }

    /// Searches the text from a place on.
    pub(super) fn search<T>(
        &self,
        text: &str,
        from: usize,
        (run, span): (&mut Run, Span),
        find: impl Fn(&Regex) -> fancy_regex::Result<Option<T>>,
    ) -> Result<Option<T>, Refusal> {
        if text.len() > TEXT_BYTES {
            return Err(format!(
                "a pattern that refers back to a group searches at most {TEXT_BYTES} bytes"
            )
            .into());
        }
        let left = text.len().saturating_sub(from) / BYTES_AN_ATTEMPT;
        let dearness = u64::try_from(left).unwrap_or(u64::MAX).saturating_add(1);
        for (attempts, regex) in &self.tries {
            if !run.step((attempts / ATTEMPTS_A_STEP).saturating_mul(dearness), span) {
                return Err("too many steps".into());
            }
            match find(regex) {
                Err(Error::RuntimeError(RuntimeError::BacktrackLimitExceeded)) => {}
                Err(_) => break,
                Ok(found) => return Ok(found),
            }
        }
        Err("the pattern needs too many attempts at this text; refer back to fewer or shorter groups".into())
    }
}

fn compiled(text: &str, flags: &str, attempts: u64) -> Option<Regex> {
    let mut builder = RegexBuilder::new(text);
    builder
        .dot_matches_new_line(flags.contains('s'))
        .multi_line(flags.contains('m'))
        .case_insensitive(flags.contains('i'))
        .crlf(true)
        .backtrack_limit(usize::try_from(attempts).ok()?)
        .delegate_size_limit(PART_BYTES)
        .max_prog_size(INSTRUCTIONS);
    builder.build().ok()
}
