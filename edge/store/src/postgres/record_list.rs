//! Lists of records: filtered, searched, sorted, by pages, with how many there are.

use std::collections::BTreeSet;
use std::sync::Arc;

use base::Key;
use records::{FieldValue, ObjectDef, Record};
use runtime::port::{
    Before, Count, PageRequest, ReadRecords, RecordHistoryRow, RecordPage, RecordQuery, StoreError,
    TitleRow,
};

use super::cell::all_once;
use super::connection::Connection;
use super::failure::Outcome;
use super::page::{cut, refused};
use super::reader::Snapshot;
use super::record::{self, Locking};
use super::record_row::{record, select};
use super::{record_history, title_search};
use crate::column::table;
use crate::naming::contains;
use crate::order::Order;
use crate::predicate::selected;
use crate::sql::{Dialect, Param, Sql};

/// Rows that are counted; beyond, "more than" is all that anyone reads.
const COUNT_MAX: i64 = 10_000;

fn list(connection: &Connection, query: &RecordQuery) -> Outcome<RecordPage> {
    let object = &*query.object;
    let order = Order::new(object, &query.sort)
        .map_err(|error| StoreError::Constraint(error.to_string()))?;
    let mut sql = Sql::of(Dialect::Postgres, select(object));
    filter(query, &mut sql)?;
    if let Some(after) = &query.page.after {
        sql.push(" AND ");
        order.after(after, &mut sql).map_err(refused)?;
    }
    order.write(&mut sql);
    let limit = query.page.limit.clamp(1, PageRequest::MAX);
    sql.push(" LIMIT ").bind(Param::Integer(i64::from(limit) + 1));
    let items = all_once(connection, &sql, |row| record(object, row))?;
    let page = cut(items, limit, |last| order.cursor(object, last));
    Ok(RecordPage { page, count: count(connection, query)? })
}

/// Adds what the filter joins and ` WHERE ..`: the filter and the search, without the place of the page.
fn filter(query: &RecordQuery, sql: &mut Sql) -> Outcome<()> {
    selected(&query.object, &query.selection, sql)
        .map_err(|error| StoreError::Constraint(error.to_string()))?;
    let text = query.search.as_deref().map(str::trim).filter(|text| !text.is_empty());
    if let Some(text) = text {
        sql.push(" AND ");
        contains(&query.object, text, sql);
    }
    Ok(())
}

fn count(connection: &Connection, query: &RecordQuery) -> Outcome<Count> {
    let mut sql = Sql::of(Dialect::Postgres, "SELECT count(*) FROM (SELECT 1 FROM ");
    sql.push(&table(&query.object.name));
    filter(query, &mut sql)?;
    sql.push(" LIMIT ").bind(Param::Integer(COUNT_MAX + 1)).push(") AS counted");
    let counted: Vec<i64> = all_once(connection, &sql, |row| Ok(row.try_get(0)?))?;
    let counted = counted.first().copied().unwrap_or(0);
    let value = u64::try_from(counted.min(COUNT_MAX)).unwrap_or(0);
    Ok(Count { value, capped: counted > COUNT_MAX })
}

impl ReadRecords for Snapshot<'_> {
    fn record(&self, object: &Arc<ObjectDef>, key: Key) -> Result<Option<Record>, StoreError> {
        Ok(record::get(self.connection(), object, key, Locking::None)?)
    }

    fn records_with(
        &self,
        object: &Arc<ObjectDef>,
        keys: &BTreeSet<Key>,
    ) -> Result<Vec<Record>, StoreError> {
        Ok(record::all_of(self.connection(), object, keys, Locking::None)?)
    }

    fn record_by(
        &self,
        object: &Arc<ObjectDef>,
        field: &str,
        value: &FieldValue,
    ) -> Result<Option<Record>, StoreError> {
        match record::key_by(self.connection(), object, field, value, Locking::None)? {
            Some(key) => Ok(record::get(self.connection(), object, key, Locking::None)?),
            None => Ok(None),
        }
    }

    fn records(&self, query: &RecordQuery) -> Result<RecordPage, StoreError> {
        Ok(list(self.connection(), query)?)
    }

    fn children(
        &self,
        object: &Arc<ObjectDef>,
        field: &str,
        parent: Key,
        limit: u32,
    ) -> Result<Vec<Record>, StoreError> {
        let limit = i64::from(limit);
        Ok(record::children(self.connection(), object, field, parent, limit, Locking::None)?)
    }

    fn titles(&self, object: &Arc<ObjectDef>, keys: &[Key]) -> Result<Vec<TitleRow>, StoreError> {
        Ok(title_search::titles(self.connection(), object, keys)?)
    }

    fn search(
        &self,
        objects: &[Arc<ObjectDef>],
        text: &str,
        limit: u32,
    ) -> Result<Vec<TitleRow>, StoreError> {
        let objects = objects.iter().map(|object| &**object);
        Ok(title_search::search(self.connection(), objects, text, limit)?)
    }

    fn record_history(
        &self,
        object: &str,
        record: Key,
        before: Before,
    ) -> Result<Vec<RecordHistoryRow>, StoreError> {
        Ok(record_history::of_record(self.connection(), object, record, before)?)
    }
}
