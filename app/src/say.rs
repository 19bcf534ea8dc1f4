//! What the program says to the person at the terminal: results on standard output, errors with their
//! causes on standard error.

/// A line on standard output.
#[expect(clippy::print_stdout, reason = "this is the one place that talks to the terminal")]
pub(crate) fn line(text: impl AsRef<str>) {
    println!("{}", text.as_ref());
}

/// An error with its causes on standard error.
#[expect(clippy::print_stderr, reason = "this is the one place that talks to the terminal")]
pub(crate) fn error(error: &anyhow::Error) {
    let causes: Vec<String> = error.chain().map(ToString::to_string).collect();
    eprintln!("rondo: {}", causes.join(": "));
}
