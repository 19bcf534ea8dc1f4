//! What is wrong with an expression as written, with the place in its text.

use std::{fmt, ops::Range};

use miette::{Diagnostic, LabeledSpan, SourceCode};

/// A part of the source text, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte behind the last one.
    pub end: usize,
}

impl Span {
    /// From the first byte to the byte behind the last one.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// The smallest span that covers both.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

impl From<Span> for Range<usize> {
    fn from(span: Span) -> Self {
        span.start..span.end
    }
}

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The place in the source.
    pub span: Span,
    /// What is wrong and what to do: lower case, no full stop.
    pub message: String,
}

/// An expression that cannot be compiled; at least one problem.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct CompileError {
    source_text: String,
    problems: Vec<Problem>,
}

impl CompileError {
    pub(crate) fn new(source: &str, problems: Vec<Problem>) -> Self {
        Self { source_text: source.to_owned(), problems }
    }

    /// The text that was compiled.
    pub fn source_text(&self) -> &str {
        &self.source_text
    }

    /// What is wrong, in the order of the text.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            if index > 0 {
                f.write_str("; ")?;
            }
            write!(f, "{} (at {})", problem.message, problem.span.start)?;
        }
        Ok(())
    }
}

impl Diagnostic for CompileError {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new("feel::compile"))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source_text)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(
            self.problems
                .iter()
                .map(|problem| LabeledSpan::at(Range::from(problem.span), problem.message.clone())),
        ))
    }
}
