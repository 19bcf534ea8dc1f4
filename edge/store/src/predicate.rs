//! Conditions over one object's rows as SQL. The answer is FEEL's for every row, nulls and exact decimals
//! included: each part answers true, false or null just as evaluation in memory would, so that `and`,
//! `or` and `not` of SQL, which have the same three values, can join them.

mod compare;
mod joins;
mod position;

use feel::predicate::{Op, Predicate};
use feel::{Path, Value};
use records::{ObjectDef, Selection};

use self::joins::Joins;
use crate::column::{NoColumn, Operand, operand};
use crate::sql::Sql;

/// The most comparisons in one condition; a database parses them as one nested expression.
const TERMS_MAX: usize = 400;
/// The deepest nesting of `and`, `or`, `not`.
const DEPTH_MAX: usize = 100;
/// The most constants of one condition.
const PARAMS_MAX: usize = 5_000;

/// A condition that cannot be put to the database. The message says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotAnswerable(pub String);

/// Adds to a statement that reads the object's table what the selection's predicate reads beside it, and
/// ` WHERE ` with the predicate.
///
/// # Errors
/// As [`condition`].
pub fn selected(
    object: &ObjectDef,
    selection: &Selection,
    sql: &mut Sql,
) -> Result<(), NotAnswerable> {
    let joins = Joins::new(object, selection).map_err(|error| NotAnswerable(error.to_string()))?;
    joins.write(sql);
    sql.push(" WHERE ");
    condition_by(&|path| joins.operand(path), selection.predicate(), sql)
}

/// Adds the condition to the statement, in parentheses where it needs them.
///
/// # Errors
/// Where it reads what a row does not hold, or is larger than a database takes.
pub fn condition(
    object: &ObjectDef,
    predicate: &Predicate,
    sql: &mut Sql,
) -> Result<(), NotAnswerable> {
    condition_by(&|path| operand(object, path), predicate, sql)
}

/// The same, where `find` says which column a path reads.
///
/// # Errors
/// As [`condition`].
pub(crate) fn condition_by(
    find: &dyn Fn(&Path) -> Result<Operand, NoColumn>,
    predicate: &Predicate,
    sql: &mut Sql,
) -> Result<(), NotAnswerable> {
    Writer { find, sql, terms: 0 }.write(predicate, 0)
}

struct Writer<'a> {
    find: &'a dyn Fn(&Path) -> Result<Operand, NoColumn>,
    sql: &'a mut Sql,
    terms: usize,
}

impl Writer<'_> {
    fn write(&mut self, predicate: &Predicate, depth: usize) -> Result<(), NotAnswerable> {
        if depth > DEPTH_MAX {
            return Err(NotAnswerable(format!(
                "the filter is nested deeper than {DEPTH_MAX} levels; write it flatter"
            )));
        }
        match predicate {
            Predicate::And(parts) => self.join(parts, " AND ", "TRUE", depth),
            Predicate::Or(parts) => self.join(parts, " OR ", "FALSE", depth),
            Predicate::Not(part) => {
                self.sql.push("(NOT ");
                self.write(part, depth + 1)?;
                self.sql.push(")");
                Ok(())
            }
            Predicate::Unless(part) => {
                self.sql.push("(");
                self.write(part, depth + 1)?;
                self.sql.push(" IS NOT TRUE)");
                Ok(())
            }
            Predicate::Compare { path, op, value } => self.compare(path, *op, value),
            Predicate::In { path, values } => self.one_of(path, values),
            Predicate::StartsWith { path, prefix } => {
                let operand = self.operand(path)?;
                compare::starts_with(&operand, prefix, self.sql);
                self.count()
            }
            Predicate::Contains { path, part } => {
                let operand = self.operand(path)?;
                compare::contains(&operand, part, self.sql);
                self.count()
            }
            Predicate::EndsWith { path, suffix } => {
                let operand = self.operand(path)?;
                compare::ends_with(&operand, suffix, self.sql);
                self.count()
            }
            Predicate::Length { path, op, length } => {
                let operand = self.operand(path)?;
                compare::length(&operand, *op, *length, self.sql);
                self.count()
            }
            Predicate::IsNull { path } => self.null_test(path, " IS NULL"),
            Predicate::IsNotNull { path } => self.null_test(path, " IS NOT NULL"),
            Predicate::Always => self.constant("TRUE"),
            Predicate::Never => self.constant("FALSE"),
        }
    }

    fn join(
        &mut self,
        parts: &[Predicate],
        word: &str,
        none: &str,
        depth: usize,
    ) -> Result<(), NotAnswerable> {
        if parts.is_empty() {
            return self.constant(none);
        }
        self.sql.push("(");
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                self.sql.push(word);
            }
            self.write(part, depth + 1)?;
        }
        self.sql.push(")");
        Ok(())
    }

    fn compare(&mut self, path: &Path, op: Op, value: &Value) -> Result<(), NotAnswerable> {
        let operand = self.operand(path)?;
        compare::compare(&operand, op, value, self.sql);
        self.count()
    }

    /// `x in (a, b)` is `x = a or x = b`.
    fn one_of(&mut self, path: &Path, values: &[Value]) -> Result<(), NotAnswerable> {
        let operand = self.operand(path)?;
        compare::one_of(&operand, values, self.sql);
        self.count()
    }

    fn null_test(&mut self, path: &Path, test: &str) -> Result<(), NotAnswerable> {
        let operand = self.operand(path)?;
        self.sql.push("(").push(&operand.column).push(test).push(")");
        self.count()
    }

    fn constant(&mut self, word: &str) -> Result<(), NotAnswerable> {
        self.sql.push(word);
        self.count()
    }

    fn operand(&self, path: &Path) -> Result<Operand, NotAnswerable> {
        (self.find)(path).map_err(|error| NotAnswerable(error.to_string()))
    }

    fn count(&mut self) -> Result<(), NotAnswerable> {
        self.terms += 1;
        if self.terms > TERMS_MAX || self.sql.params.len() > PARAMS_MAX {
            return Err(NotAnswerable(format!(
                "the filter has more than {TERMS_MAX} comparisons or {PARAMS_MAX} constants; split it"
            )));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
