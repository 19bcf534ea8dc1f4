//! What the columns of a file mean where their names do not say it: other names for paths, and values
//! for fields that the file does not have.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

/// What columns mean and what is given besides them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// The object that the mapping is for; absent where it is given with the file.
    #[serde(default)]
    pub object: Option<Arc<str>>,
    /// Paths by the name of the column.
    #[serde(default)]
    pub columns: BTreeMap<Arc<str>, Arc<str>>,
    /// Values by path, for every record. A column for the same path is an error.
    #[serde(default)]
    pub constants: BTreeMap<Arc<str>, Arc<str>>,
    /// Values by path, where no column gives one.
    #[serde(default)]
    pub defaults: BTreeMap<Arc<str>, Arc<str>>,
}

/// A mapping that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct MappingProblem(String);

impl Mapping {
    /// Reads a mapping file.
    ///
    /// # Errors
    /// Where the text is no JSON of a mapping.
    pub fn from_json(text: &str) -> Result<Self, MappingProblem> {
        serde_json::from_str(text)
            .map_err(|error| MappingProblem(format!("the mapping cannot be read: {error}")))
    }

    /// Adds what columns mean: `order_ref=external_id`, several with commas between.
    ///
    /// # Errors
    /// Where there is no `=`, or one side is empty.
    pub fn map(&mut self, text: &str) -> Result<(), MappingProblem> {
        for pair in text.split(',') {
            let (column, path) = cut(pair, "COLUMN=PATH")?;
            self.columns.insert(column.trim().into(), path.trim().into());
        }
        Ok(())
    }

    /// Adds a value for every record: `status=submitted`.
    ///
    /// # Errors
    /// Where there is no `=`, or the path is empty.
    pub fn set(&mut self, text: &str) -> Result<(), MappingProblem> {
        let (path, value) = cut(text, "PATH=VALUE")?;
        self.constants.insert(path.trim().into(), value.into());
        Ok(())
    }
}

fn cut<'a>(text: &'a str, form: &str) -> Result<(&'a str, &'a str), MappingProblem> {
    let pair = text.split_once('=');
    let pair = pair.filter(|(left, right)| !left.trim().is_empty() && !right.trim().is_empty());
    pair.ok_or_else(|| MappingProblem(format!("`{}` is not {form}", text.trim())))
}
