//! A statement under construction: its text and what is bound to it. Values never become text; this is
//! the one place that writes placeholders, whose spelling differs between databases.

use std::fmt::Write as _;
use std::sync::Arc;

/// Which database a statement is for, where their spelling differs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite.
    #[default]
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

/// A value bound to a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Param {
    /// A key, an instant, a scaled number, a boolean as 0 or 1.
    Integer(i64),
    /// Text.
    Text(Arc<str>),
}

/// A statement, or a part of one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sql {
    /// The text with its placeholders.
    pub text: String,
    /// The values, in the order of the placeholders.
    pub params: Vec<Param>,
    /// Whose spelling it is in.
    pub dialect: Dialect,
}

impl Sql {
    /// Begins with this text, for SQLite.
    pub fn new(text: impl Into<String>) -> Self {
        Self::of(Dialect::Sqlite, text)
    }

    /// Begins with this text.
    pub fn of(dialect: Dialect, text: impl Into<String>) -> Self {
        Self { text: text.into(), params: Vec::new(), dialect }
    }

    /// Adds text that the program wrote: never a value, never an unquoted name from outside.
    pub fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Adds a placeholder for the value.
    pub fn bind(&mut self, value: Param) -> &mut Self {
        self.params.push(value);
        // INVARIANT: placeholders are numbered from 1 in the order of `params`.
        let number = self.params.len();
        let sign = match self.dialect {
            Dialect::Sqlite => '?',
            Dialect::Postgres => '$',
        };
        let written = write!(self.text, "{sign}{number}");
        debug_assert!(written.is_ok(), "writing to a string does not fail");
        self
    }

    /// Adds placeholders separated by commas.
    pub fn bind_list(&mut self, values: impl IntoIterator<Item = Param>) -> &mut Self {
        for (index, value) in values.into_iter().enumerate() {
            if index > 0 {
                self.push(", ");
            }
            self.bind(value);
        }
        self
    }
}

/// A name from metadata as an identifier. Names are checked when an object is defined; quoting makes
/// sure that even one that should not be there stays a name.
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The least text above every text with the prefix; none where there is no such text.
pub(crate) fn after_prefix(prefix: &str) -> Option<String> {
    let mut end: Vec<char> = prefix.chars().collect();
    while let Some(last) = end.pop() {
        let next = match last {
            char::MAX => continue,
            '\u{d7ff}' => '\u{e000}',
            other => char::from_u32(u32::from(other) + 1)?,
        };
        end.push(next);
        return Some(end.into_iter().collect());
    }
    None
}
