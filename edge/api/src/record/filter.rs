//! The filter of a list: the part of a FEEL condition that a database can answer finds rows, and where that is not all of
//! it, the whole condition is evaluated on the rows found, page by page and never over more than so many. What a
//! condition reads through references is loaded for a page at once.

use std::collections::BTreeSet;
use std::sync::Arc;

use access::Permission;
use base::{Key, Timestamp};
use feel::predicate::Predicate;
use feel::{Budget, Dialect, Options, Run};
use records::{ObjectDef, Record, Schema, Selection};
use runtime::port::{Count, Page, PageRequest, Read, RecordPage, RecordQuery, StoreError};

use crate::problem::Problem;

/// The longest filter, in bytes.
const FILTER_MAX: usize = 10_000;
/// Rows that one request evaluates at most.
const SCAN_MAX: usize = 10_000;
/// Steps of evaluation that one request takes at most, over all rows.
const STEPS_MAX: u64 = 2_000_000;

/// A filter of an object's records.
#[derive(Debug)]
pub(super) struct Filter {
    pub(super) selection: Selection,
    now: Timestamp,
}

/// What a filter asks of a database.
pub(super) trait Rows {
    /// A page of the rows that the predicate of a query finds.
    fn page(&self, query: &RecordQuery) -> Result<RecordPage, StoreError>;

    /// Those of the records with these keys that exist.
    fn with_keys(
        &self,
        object: &Arc<ObjectDef>,
        keys: &BTreeSet<Key>,
    ) -> Result<Vec<Record>, StoreError>;
}

impl Rows for &dyn Read {
    fn page(&self, query: &RecordQuery) -> Result<RecordPage, StoreError> {
        self.records(query)
    }

    fn with_keys(
        &self,
        object: &Arc<ObjectDef>,
        keys: &BTreeSet<Key>,
    ) -> Result<Vec<Record>, StoreError> {
        self.records_with(object, keys)
    }
}

impl Filter {
    pub(super) fn compile(
        schema: &Schema,
        object: &Arc<ObjectDef>,
        text: &str,
        now: Timestamp,
    ) -> Result<Self, Problem> {
        if text.trim().is_empty() {
            return Ok(Self { selection: Predicate::Always.into(), now });
        }
        if text.len() > FILTER_MAX {
            let detail = format!("a filter has at most {FILTER_MAX} bytes");
            return Err(Problem::bad_request("filter", detail));
        }
        let condition = feel::compile(text, &Options { dialect: Dialect::Camunda, names: &[] })
            .map_err(|error| Problem::bad_request("filter", error.to_string()))?;
        let selection = Selection::new(schema, object, &condition, &mut Run::new(now))
            .map_err(|refused| Problem::bad_request("filter_not_supported", refused.to_string()))?;
        selection
            .check_constants(object)
            .map_err(|refused| Problem::bad_request("filter", refused.to_string()))?;
        Ok(Self { selection, now })
    }

    /// What one must be allowed to read besides the records of the list: which of them are found tells of the records
    /// that the paths of the filter lead to.
    pub(super) fn permissions(&self) -> Vec<Permission> {
        let names: BTreeSet<&Arc<str>> =
            self.selection.objects().values().map(|object| &object.name).collect();
        names.into_iter().map(|name| Permission::ReadRecords(Arc::clone(name))).collect()
    }

    /// The page of a query that has this filter's selection.
    ///
    /// Where rows are evaluated, a page may hold fewer records than asked for, even none, and still have a next one: then
    /// the bound was reached. The count is then of what was found so far, and capped.
    pub(super) fn page(
        &self,
        mut query: RecordQuery,
        rows: &impl Rows,
    ) -> Result<RecordPage, Problem> {
        if self.selection.evaluated().is_none() {
            return Ok(rows.page(&query)?);
        }
        let wanted = usize::try_from(query.page.limit).unwrap_or(usize::MAX);
        let is_first = query.page.after.is_none();
        let mut run = Run::new(self.now).budget(Budget { steps: STEPS_MAX, ..Budget::default() });
        let (mut items, mut scanned) = (Vec::new(), 0);
        let next = loop {
            query.page.limit = PageRequest::MAX;
            let page = rows.page(&query)?.page;
            let length = page.items.len();
            scanned += length;
            let read = self.take(&query.object, page.items, wanted, &mut items, rows, &mut run)?;
            match (items.len() == wanted).then_some(read) {
                Some(read) if read < length => {
                    // The same page again, cut behind the last record that was taken, for its place.
                    query.page.limit = u32::try_from(read).unwrap_or(PageRequest::MAX);
                    break rows.page(&query)?.page.next;
                }
                Some(_) => break page.next,
                None if page.next.is_none() || scanned >= SCAN_MAX => break page.next,
                None => query.page.after = page.next,
            }
        };
        let value = u64::try_from(items.len()).unwrap_or(u64::MAX);
        let capped = next.is_some() || !is_first;
        Ok(RecordPage { page: Page { items, next }, count: Count { value, capped } })
    }

    /// Takes what the filter selects of some rows until there are as many as wanted; how many rows were looked at.
    fn take(
        &self,
        object: &ObjectDef,
        found: Vec<Record>,
        wanted: usize,
        items: &mut Vec<Record>,
        rows: &impl Rows,
        run: &mut Run,
    ) -> Result<usize, Problem> {
        let referred = self.selection.follow(object, &found, |object, keys| {
            let rows = rows.with_keys(object, &keys)?;
            Ok::<_, StoreError>(rows.into_iter().map(Arc::new).collect())
        })?;
        let mut read = 0;
        for row in found {
            read += 1;
            if self.selection.selects(object, &row, &referred, run) {
                items.push(row);
            }
            if items.len() == wanted {
                break;
            }
        }
        match run.failure() {
            Some(failure) => {
                let detail = format!("the filter: {}; narrow it", failure.message);
                Err(Problem::bad_request("filter", detail))
            }
            None => Ok(read),
        }
    }
}

#[cfg(test)]
mod tests;
