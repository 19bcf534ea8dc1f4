//! From the rows of one record to a new record with its parts, or to everything that is wrong with
//! them. The keys that rows name by unique fields are looked up by the caller, before.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use base::{Key, Timestamp};

use super::number::{Misread, spelled};
use super::plan::{Binding, Plan, Value};
use super::target::Via;
use super::{ROWS_PER_RECORD_MAX, Reason, Row};
use crate::read::read;
use crate::{FieldProblem, FieldValue, Input, Invalid, ObjectDef, Origin, create};

/// A record to be looked up by a unique field.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    /// Its object.
    pub object: Arc<ObjectDef>,
    /// The unique field.
    pub field: Arc<str>,
    /// What stands in the file.
    pub text: Arc<str>,
    /// The same as a value of the field.
    pub value: FieldValue,
}

/// Answers what was looked up.
pub trait Keys {
    /// The record of `object` whose unique `field` is `text`; `None` where there is none.
    fn key(&self, object: &str, field: &str, text: &str) -> Option<Key>;
}

/// A record as the import enters it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NewRecord {
    /// Its fields.
    pub input: Input,
    /// Its parts by collection.
    pub parts: BTreeMap<Arc<str>, Vec<Input>>,
    /// Which of the rows each part came from.
    part_rows: BTreeMap<Arc<str>, Vec<usize>>,
}

/// What is wrong with one of a record's rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowProblem {
    /// Which of the record's rows, from 0.
    pub row: usize,
    /// The name of the column; empty where it is about none.
    pub column: Arc<str>,
    /// What is wrong and what to do.
    pub reason: Reason,
}

/// A record on its way.
struct Builder<'a> {
    plan: &'a Plan,
    rows: &'a [Row],
    keys: &'a dyn Keys,
    problems: Vec<RowProblem>,
}

impl Plan {
    /// The record itself, where its key says that it may exist already.
    pub fn own(&self, row: &Row) -> Option<Wanted> {
        let (_, field) = self.key.as_ref()?;
        self.wanted(&self.object, field, self.key_of(row)?)
    }

    /// The records that a row refers to by unique fields.
    pub fn references(&self, row: &Row) -> Vec<Wanted> {
        let named = self.bindings.iter().filter_map(|binding| {
            let via = binding.target.via.as_ref()?;
            self.wanted(&via.object, &via.field, self.value(row, binding)?)
        });
        named.collect()
    }

    fn wanted(&self, object: &Arc<ObjectDef>, field: &Arc<str>, text: &str) -> Option<Wanted> {
        // What is no value of the field belongs to no record.
        let def = object.field(field)?;
        let spelled = spelled(text, &def.kind, self.separator).ok()?;
        let value = read(def, &(*spelled).into(), &FieldValue::Null).ok()?;
        let (object, field) = (Arc::clone(object), Arc::clone(field));
        Some(Wanted { object, field, text: text.into(), value })
    }

    /// What a row gives to a field.
    fn value<'a>(&'a self, row: &'a Row, binding: &'a Binding) -> Option<&'a str> {
        match &binding.source {
            Value::Column(column) => self.cell(row, *column),
            Value::Constant(text) => Some(text),
        }
    }

    /// What stands in a column, as the field of the column reads it.
    fn spelled<'a>(&self, binding: &Binding, text: &'a str) -> Result<Cow<'a, str>, Misread> {
        let part = binding.target.collection.as_ref().map(|(_, part)| part);
        let field = part.unwrap_or(&self.object).field(&binding.target.field);
        match (field, &binding.source) {
            (Some(field), Value::Column(_)) => spelled(text, &field.kind, self.separator),
            (None, _) | (_, Value::Constant(_)) => Ok(text.into()),
        }
    }

    fn column(&self, binding: &Binding) -> Arc<str> {
        match binding.source {
            Value::Column(column) => self.columns.get(column).cloned().unwrap_or_default(),
            Value::Constant(_) => Arc::default(),
        }
    }

    /// Makes one record of the rows that have its key.
    ///
    /// # Errors
    /// Every problem at once; never empty.
    pub fn build(&self, rows: &[Row], keys: &dyn Keys) -> Result<NewRecord, Vec<RowProblem>> {
        let mut builder = Builder { plan: self, rows, keys, problems: Vec::new() };
        builder.check_form();
        if !builder.problems.is_empty() {
            return Err(builder.problems);
        }
        let mut record = NewRecord { input: builder.record(), ..NewRecord::default() };
        for (collection, part) in &self.collections {
            builder.parts(collection, part, &mut record);
        }
        if builder.problems.is_empty() { Ok(record) } else { Err(builder.problems) }
    }

    /// Where in the rows a problem stands that was found when the record was entered: in `field`, or
    /// in `lines[1].field` of a part.
    pub fn locate(&self, record: &NewRecord, problem: &FieldProblem) -> RowProblem {
        let (collection, index, field) = cut(&problem.field);
        let row = collection
            .and_then(|collection| record.part_rows.get(collection)?.get(index))
            .copied()
            .unwrap_or(0);
        RowProblem {
            row,
            column: self.column_of(collection, field),
            reason: Reason::Field { code: problem.code, message: problem.message.clone() },
        }
    }

    /// The column that gives a field; empty where none does.
    fn column_of(&self, collection: Option<&str>, field: &str) -> Arc<str> {
        let gives = |binding: &&Binding| {
            let of = binding.target.collection.as_ref().map(|(name, _)| &**name);
            of == collection && *binding.target.field == *field
        };
        self.bindings.iter().find(gives).map(|binding| self.column(binding)).unwrap_or_default()
    }
}

/// Cut to a readable length.
fn shown(text: &str) -> String {
    text.chars().take(40).collect()
}

/// `lines[1].quantity` as collection, index and field.
fn cut(field: &str) -> (Option<&str>, usize, &str) {
    let part = field.split_once("].").and_then(|(head, field)| {
        let (collection, index) = head.split_once('[')?;
        Some((Some(collection), index.parse().ok()?, field))
    });
    part.unwrap_or((None, 0, field))
}

impl Builder<'_> {
    fn say(&mut self, row: usize, column: impl Into<Arc<str>>, reason: Reason) {
        self.problems.push(RowProblem { row, column: column.into(), reason });
    }

    /// Rows that are broken, too short, too many, or without the key that they need.
    fn check_form(&mut self) {
        let (plan, rows) = (self.plan, self.rows);
        for (index, row) in rows.iter().enumerate() {
            if let Some(flaw) = row.flaw {
                let column = flaw.column().and_then(|column| plan.columns.get(column));
                self.say(index, column.cloned().unwrap_or_default(), Reason::Flaw(flaw));
            } else if row.len() != plan.width {
                let (has, takes) = (row.len(), plan.width);
                self.say(index, "", Reason::Cells { has, takes });
            }
        }
        if let (true, Some((column, field)), Some(row)) =
            (self.problems.is_empty(), &plan.key, rows.first())
            && plan.key_of(row).is_none()
            && !plan.collections.is_empty()
        {
            let column = plan.columns.get(*column).cloned().unwrap_or_default();
            self.say(0, column, Reason::NoKey { field: Arc::clone(field) });
        }
        if rows.len() > ROWS_PER_RECORD_MAX {
            self.say(0, "", Reason::TooManyRows);
        }
    }

    /// The fields of the record itself. Its rows repeat them or leave them empty.
    fn record(&mut self) -> Input {
        let (plan, rows) = (self.plan, self.rows);
        let (mut input, before) = (Input::new(), self.problems.len());
        let own = plan.bindings.iter().filter(|it| it.target.collection.is_none());
        for binding in own {
            let mut given: Option<(usize, &str)> = None;
            for (index, row) in rows.iter().enumerate() {
                let Some(text) = plan.value(row, binding) else { continue };
                match given {
                    None => given = Some((index, text)),
                    Some((first, other)) if other != text => {
                        let line = rows.get(first).map_or(0, |row| row.line);
                        self.say(index, plan.column(binding), Reason::Differs { line });
                    }
                    Some(_) => {}
                }
            }
            if let Some((row, text)) = given {
                self.give(&mut input, row, binding, text);
            }
        }
        self.check(&plan.object, &input, None, 0, before);
        input
    }

    /// The parts of one collection: one for each row in which a column of it has something.
    fn parts(&mut self, collection: &Arc<str>, part: &ObjectDef, record: &mut NewRecord) {
        let (plan, rows) = (self.plan, self.rows);
        let of_collection = |binding: &&Binding| {
            binding.target.collection.as_ref().is_some_and(|(name, _)| name == collection)
        };
        let bindings: Vec<&Binding> = plan.bindings.iter().filter(of_collection).collect();
        for (index, row) in rows.iter().enumerate() {
            let is_given = |binding: &&Binding| {
                matches!(binding.source, Value::Column(_)) && plan.value(row, binding).is_some()
            };
            if !bindings.iter().any(is_given) {
                continue;
            }
            let (mut input, before) = (Input::new(), self.problems.len());
            for binding in &bindings {
                if let Some(text) = plan.value(row, binding) {
                    self.give(&mut input, index, binding, text);
                }
            }
            self.check(part, &input, Some(collection), index, before);
            record.parts.entry(Arc::clone(collection)).or_default().push(input);
            record.part_rows.entry(Arc::clone(collection)).or_default().push(index);
        }
    }

    /// Gives a field its value; a record that is named by a unique field, by its key.
    fn give(&mut self, input: &mut Input, row: usize, binding: &Binding, text: &str) {
        let field = &binding.target.field;
        let Some(Via { object, field: unique }) = &binding.target.via else {
            match self.plan.spelled(binding, text) {
                Ok(text) => input.insert(field, &*text),
                Err(Misread { write }) => {
                    let reason = Reason::Misread { text: shown(text), write };
                    self.say(row, self.plan.column(binding), reason);
                }
            }
            return;
        };
        match self.keys.key(&object.name, unique, text) {
            Some(key) => input.insert(field, key.to_string()),
            None => {
                let (object, field) = (Arc::clone(&object.name), Arc::clone(unique));
                let reason = Reason::NoSuchRecord { object, field, text: shown(text) };
                self.say(row, self.plan.column(binding), reason);
            }
        }
    }

    /// What the object has against the input, unless the same column was found wrong already.
    fn check(
        &mut self,
        object: &ObjectDef,
        input: &Input,
        collection: Option<&str>,
        row: usize,
        before: usize,
    ) {
        let mut input = input.clone();
        // A part gets its parent when it is entered.
        if let (Some(part_of), Some(_)) = (&object.part_of, collection) {
            input.insert(&part_of.field, Key(1).to_string());
        }
        let created = create(object, Key(1), &input, Origin::Person, Key(1), Timestamp(0));
        let Err(Invalid { problems }) = created else { return };
        for problem in problems {
            let column = self.plan.column_of(collection, &problem.field);
            let known = self.problems.iter().skip(before);
            if column.is_empty() || known.clone().all(|known| known.column != column) {
                self.say(
                    row,
                    column,
                    Reason::Field { code: problem.code, message: problem.message },
                );
            }
        }
    }
}

#[cfg(test)]
mod tests;
