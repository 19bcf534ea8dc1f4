//! A file of settings, `rondo.toml`: one `key = value` a line, values texts, whole numbers, true or false.
//! Whether a key is known and a value possible is judged elsewhere.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use toml::de::{DeTable, DeValue};

/// What stands in a file.
#[derive(Debug)]
pub(super) struct File {
    path: PathBuf,
    entries: Vec<Entry>,
}

/// One line of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) value: String,
    pub(super) line: usize,
}

impl File {
    /// Reads a file.
    ///
    /// # Errors
    /// Where it cannot be read, or is not as it should be; with the line.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("the file of settings `{}` cannot be read", path.display()))?;
        let mut file = Self { path: path.to_owned(), entries: Vec::new() };
        let table = match DeTable::parse(&text) {
            Ok(table) => table,
            Err(error) => {
                let line = line(&text, error.span().map_or(0, |span| span.start));
                bail!("{}: {}", file.place(line), error.message());
            }
        };
        for (key, value) in table.get_ref() {
            let line = line(&text, key.span().start);
            let key = key.get_ref().to_string();
            let Some(value) = plain(value.get_ref()) else {
                let place = file.place(line);
                bail!("{place}: `{key}` must be a text, a whole number, true or false");
            };
            file.entries.push(Entry { key, value, line });
        }
        // As they stand in the file, so that the first mistake is told first.
        file.entries.sort_by_key(|entry| entry.line);
        Ok(file)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    pub(super) fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// A line of it, as errors name it.
    pub(super) fn place(&self, line: usize) -> String {
        format!("`{}`, line {line}", self.path.display())
    }
}

/// A value as the command line would have it.
fn plain(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) if number.radix() == 10 => Some(number.as_str().to_owned()),
        DeValue::Boolean(value) => Some(value.to_string()),
        _ => None,
    }
}

fn line(text: &str, offset: usize) -> usize {
    text.get(..offset).unwrap_or(text).matches('\n').count() + 1
}
