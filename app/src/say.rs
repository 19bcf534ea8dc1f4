//! What the program says to the person at the terminal: results on standard output, errors with their
//! causes on standard error. That nobody listens any more is no reason to stop serving.

use std::io::{Write as _, stderr, stdout};

/// A line on standard output.
pub(crate) fn line(text: impl AsRef<str>) {
    let _nobody_listens = writeln!(stdout().lock(), "{}", text.as_ref());
}

/// An error with its causes on standard error.
pub(crate) fn error(error: &anyhow::Error) {
    let causes: Vec<String> = error.chain().map(ToString::to_string).collect();
    let _nobody_listens = writeln!(stderr().lock(), "rondo: {}", causes.join(": "));
}
