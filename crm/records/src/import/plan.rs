//! What each column of a file means, decided once from its header. A header with a problem imports
//! nothing, so that no column is lost silently.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use super::refused::{ADDED_COLUMNS, unguarded};
use super::target::{self, Target};
use super::{Mapping, Row, Separator};
use crate::{FieldKind, ObjectDef, Schema};

/// The field that tells records apart where several unique ones have a column.
pub(super) const USUAL_KEY: &str = "external_id";
/// What a mapping says of a column that is to be left out.
const LEFT_OUT: &str = "-";
/// The most problems of a header that are told.
const PROBLEMS_MAX: usize = 100;

/// What is wrong with a header, or with the mapping for it. Nothing was imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderProblem {
    /// The name of the column; empty where it is about none.
    pub column: String,
    /// What is wrong and what to do.
    pub message: String,
}

impl fmt::Display for HeaderProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.column.is_empty() {
            return f.write_str(&self.message);
        }
        write!(f, "column `{}`: {}", self.column, self.message)
    }
}

/// What the columns of a file mean.
#[derive(Debug, Clone)]
pub struct Plan {
    pub(super) object: Arc<ObjectDef>,
    /// The names of the columns as they stand in the file, the import's own left out.
    pub(super) columns: Vec<Arc<str>>,
    pub(super) bindings: Vec<Binding>,
    /// Collections that have a column, in order of name.
    pub(super) collections: Vec<(Arc<str>, Arc<ObjectDef>)>,
    /// The column and the unique field that tell records apart.
    pub(super) key: Option<(usize, Arc<str>)>,
    /// How many cells a row has.
    pub(super) width: usize,
    pub(super) separator: Separator,
}

/// A value of a field comes from a column, or is the same for all.
#[derive(Debug, Clone)]
pub(super) struct Binding {
    pub(super) source: Value,
    pub(super) target: Target,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Column(usize),
    Constant(Arc<str>),
}

/// A plan on its way, with what was found wrong.
struct Draft<'a> {
    schema: &'a Schema,
    object: &'a Arc<ObjectDef>,
    bindings: Vec<Binding>,
    problems: Vec<HeaderProblem>,
}

impl Plan {
    /// Decides what the columns of `header` mean.
    ///
    /// # Errors
    /// Every problem at once, up to a hundred.
    pub fn new(
        schema: &Schema,
        object: &Arc<ObjectDef>,
        mapping: &Mapping,
        header: &Row,
    ) -> Result<Self, Vec<HeaderProblem>> {
        if header.is_empty() {
            return Err(vec![problem("", "the file is empty; its first row names the columns")]);
        }
        if let Some(flaw) = header.flaw {
            let column = flaw.column().and_then(|column| header.cell(column)).unwrap_or_default();
            return Err(vec![problem(column, flaw)]);
        }
        let mut columns: Vec<Arc<str>> = header.cells().map(|cell| cell.trim().into()).collect();
        // A file of refused rows is taken as it is, once it is repaired.
        if columns.iter().rev().take(3).rev().map(|name| &**name).eq(ADDED_COLUMNS) {
            columns.truncate(columns.len().saturating_sub(3));
        }
        let mut draft = Draft { schema, object, bindings: Vec::new(), problems: Vec::new() };
        draft.bind_columns(mapping, &columns);
        draft.bind_constants(mapping);
        draft.check_mapping(mapping, &columns);
        let key = draft.key();
        draft.check_parts(key.is_some());
        draft.check_required();
        let Draft { bindings, mut problems, .. } = draft;
        problems.truncate(PROBLEMS_MAX);
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut collections: Vec<_> =
            bindings.iter().filter_map(|binding| binding.target.collection.clone()).collect();
        collections.sort_by(|(left, _), (right, _)| left.cmp(right));
        collections.dedup_by(|(left, _), (right, _)| left == right);
        let (object, width, separator) = (Arc::clone(object), header.len(), header.separator);
        Ok(Self { object, columns, bindings, collections, key, width, separator })
    }

    /// The object whose records are imported.
    pub fn object(&self) -> &Arc<ObjectDef> {
        &self.object
    }

    /// The names of the columns.
    pub fn columns(&self) -> &[Arc<str>] {
        &self.columns
    }

    /// What separates the columns in the file.
    pub fn separator(&self) -> Separator {
        self.separator
    }

    /// The unique field that tells records apart, where there is one.
    pub fn key_field(&self) -> Option<&str> {
        self.key.as_ref().map(|(_, field)| &**field)
    }

    /// The name of the column of that field.
    pub fn key_column(&self) -> Option<Arc<str>> {
        self.columns.get(self.key.as_ref()?.0).cloned()
    }

    /// What tells the record of this row apart; rows with the same key are one record.
    pub fn key_of<'a>(&self, row: &'a Row) -> Option<&'a str> {
        let (column, _) = self.key.as_ref()?;
        // The cell in which reading went wrong is not what its writer meant.
        if row.flaw.and_then(|flaw| flaw.column()) == Some(*column) {
            return None;
        }
        self.cell(row, *column)
    }

    /// The cell, where something stands in it.
    pub(super) fn cell<'a>(&self, row: &'a Row, column: usize) -> Option<&'a str> {
        let cell = row.cell(column).filter(|cell| !cell.trim().is_empty())?;
        let is_refused_file = self.width != self.columns.len();
        Some(if is_refused_file { unguarded(cell) } else { cell })
    }
}

impl Draft<'_> {
    fn bind_columns(&mut self, mapping: &Mapping, columns: &[Arc<str>]) {
        if let [only] = columns
            && only.contains('|')
        {
            let message = "columns are separated by `,`, `;` or tabs, not by `|`; save the file so";
            self.problems.push(problem("", message));
            return;
        }
        for (index, name) in columns.iter().enumerate() {
            if name.is_empty() {
                let message = format!("column {} has no name; name it or remove it", index + 1);
                self.problems.push(problem("", message));
                continue;
            }
            let mapped = mapping.columns.get(name);
            if mapped.is_some_and(|path| **path == *LEFT_OUT) {
                continue;
            }
            let path = mapped.unwrap_or(name);
            self.bind(name, path, Value::Column(index));
        }
    }

    fn bind_constants(&mut self, mapping: &Mapping) {
        for (path, value) in &mapping.constants {
            self.bind("", path, Value::Constant(Arc::clone(value)));
        }
        for (path, value) in &mapping.defaults {
            let target = target::follow(self.schema, self.object, path);
            // A mapping file may be older than the object: a field that is gone needs no default.
            if target.is_err() || target.is_ok_and(|target| self.bound(&target).is_some()) {
                continue;
            }
            self.bind("", path, Value::Constant(Arc::clone(value)));
        }
    }

    fn bind(&mut self, column: &str, path: &str, source: Value) {
        let target = match target::follow(self.schema, self.object, path) {
            Ok(target) => target,
            Err(message) => return self.problems.push(problem(column, message)),
        };
        if self.bound(&target).is_some() {
            let message = format!("`{}` is given twice; keep one of the two", target.field);
            return self.problems.push(problem(column, message));
        }
        self.bindings.push(Binding { source, target });
    }

    /// What gives a value to the same field.
    fn bound(&self, target: &Target) -> Option<&Binding> {
        self.bindings.iter().find(|binding| {
            binding.target.field == target.field && binding.target.collection == target.collection
        })
    }

    fn check_mapping(&mut self, mapping: &Mapping, columns: &[Arc<str>]) {
        // A mapping file names every column that may occur; one given with the file names what does.
        if mapping.object.is_some() {
            return;
        }
        let known: BTreeSet<&Arc<str>> = columns.iter().collect();
        for name in mapping.columns.keys().filter(|name| !known.contains(name)) {
            let message = "the mapping names this column, and the file does not have it";
            self.problems.push(problem(name, message));
        }
    }

    /// The unique field that tells records apart, and its column.
    fn key(&self) -> Option<(usize, Arc<str>)> {
        let unique = |binding: &&Binding| {
            let target = &binding.target;
            target.collection.is_none()
                && target.via.is_none()
                && self.object.field(&target.field).is_some_and(|field| field.unique)
        };
        let mut found = self.bindings.iter().filter(unique).filter_map(|binding| {
            let Value::Column(column) = binding.source else { return None };
            Some((column, Arc::clone(&binding.target.field)))
        });
        let first = found.clone().next();
        found.find(|(_, field)| **field == *USUAL_KEY).or(first)
    }

    fn check_parts(&mut self, has_key: bool) {
        let part = self.bindings.iter().find_map(|binding| binding.target.collection.as_ref());
        if let Some((collection, _)) = part.filter(|_| !has_key) {
            let message = format!(
                "rows of `{collection}` are put together by a unique field of `{}`; \
                 the file needs a column for one",
                self.object.name
            );
            self.problems.push(problem("", message));
        }
    }

    /// Required fields that nothing gives.
    fn check_required(&mut self) {
        // A column that is not understood may be the one that gives it.
        if !self.problems.is_empty() {
            return;
        }
        let mut collections = vec![None];
        collections
            .extend(self.bindings.iter().filter_map(|it| it.target.collection.clone()).map(Some));
        collections.dedup();
        let mut told = BTreeSet::new();
        for collection in collections {
            let object = collection.as_ref().map_or(self.object, |(_, part)| part);
            let link = object.part_of.as_ref().filter(|_| collection.is_some());
            for field in &object.fields {
                let is_drawn = matches!(field.kind, FieldKind::AutoNumber { .. });
                let is_link = link.is_some_and(|link| link.field == field.name);
                if !field.required || field.default.is_some() || is_drawn || is_link {
                    continue;
                }
                let (name, collection) = (Arc::clone(&field.name), collection.clone());
                let path = collection.as_ref().map_or_else(
                    || name.to_string(),
                    |(collection, _)| format!("{collection}.{name}"),
                );
                let target = Target { collection, field: name, via: None };
                if self.bound(&target).is_none() && told.insert(path.clone()) {
                    let message = format!("`{path}` is required, and no column gives it");
                    self.problems.push(problem("", message));
                }
            }
        }
    }
}

fn problem(column: &str, message: impl fmt::Display) -> HeaderProblem {
    HeaderProblem { column: column.to_owned(), message: message.to_string() }
}

#[cfg(test)]
mod tests;
