//! Lists by key, newest first: conditions are joined, the page begins below the last key of the page
//! before.

use base::Key;
use runtime::port::{Before, Page, PageRequest, StoreError};
use rusqlite::{Connection, Row, params_from_iter};

use super::cell::{self, Read};
use super::failure::Outcome;
use crate::cursor::{Cursor, NotACursor};
use crate::sql::{Param, Sql};

/// The name of the only order that these lists have.
const ORDER: &str = "-key";

/// A list under construction: `SELECT .. FROM .. WHERE a AND b`.
#[derive(Debug)]
pub(super) struct List {
    sql: Sql,
    conditions: usize,
}

impl List {
    /// Begins with `SELECT .. FROM ..`.
    pub(super) fn new(select: &str) -> Self {
        Self { sql: Sql::new(select), conditions: 0 }
    }

    /// Adds a condition; the caller writes it.
    pub(super) fn condition(&mut self) -> &mut Sql {
        self.sql.push(if self.conditions == 0 { " WHERE " } else { " AND " });
        self.conditions += 1;
        &mut self.sql
    }

    /// Adds `column = value` where there is a value.
    pub(super) fn equal(&mut self, column: &str, value: Option<Param>) -> &mut Self {
        if let Some(value) = value {
            self.condition().push(column).push(" = ").bind(value);
        }
        self
    }

    /// The page, newest first.
    pub(super) fn page<T>(
        mut self,
        connection: &Connection,
        request: &PageRequest,
        read: impl FnMut(&Row<'_>) -> Read<T>,
        key: impl Fn(&T) -> Key,
    ) -> Outcome<Page<T>> {
        if let Some(after) = &request.after {
            let cursor = Cursor::decode(after, ORDER, 0).map_err(refused)?;
            self.condition().push("key < ").bind(Param::Integer(cursor.key));
        }
        let limit = request.limit.clamp(1, PageRequest::MAX);
        self.sql.push(" ORDER BY key DESC LIMIT ").bind(Param::Integer(i64::from(limit) + 1));
        let params = params_from_iter(self.sql.params.iter());
        let items = cell::all(connection, &self.sql.text, params, read)?;
        Ok(cut(items, limit, |last| Cursor {
            order: ORDER.to_owned(),
            places: Vec::new(),
            key: key(last).0,
        }))
    }
}

/// Cuts the row that was read to see whether there are more, and says where the next page begins.
pub(super) fn cut<T>(mut items: Vec<T>, limit: u32, cursor: impl Fn(&T) -> Cursor) -> Page<T> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| more).map(|last| cursor(last).encode());
    Page { items, next }
}

/// A cursor that came from somewhere else is the caller's fault, not the database's.
pub(super) fn refused(error: NotACursor) -> StoreError {
    StoreError::Constraint(error.to_string())
}

/// The place that the rows of a timeline stand before; the newest of all where none is given.
pub(super) fn place(before: Before) -> (i64, i64) {
    before.place.map_or((i64::MAX, i64::MAX), |(at, key)| (at.0, key.0))
}
