//! The filter of a list: the part of a FEEL condition that a database can answer finds rows, and where that is not all of
//! it, the whole condition is evaluated on the rows found, page by page and never over more than so many.

use std::sync::Arc;

use base::Timestamp;
use feel::predicate::{NotPushable, Predicate, pushed_in};
use feel::{Budget, Context, Dialect, Expression, Options, Run};
use records::{FieldKind, ObjectDef};
use runtime::port::{Count, Page, PageRequest, RecordPage, RecordQuery, StoreError};

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
    /// Holds for every record that is wanted.
    pub(super) predicate: Predicate,
    /// The whole condition, where the predicate also finds others.
    residual: Option<Expression>,
    now: Timestamp,
}

impl Filter {
    pub(super) fn compile(object: &ObjectDef, text: &str, now: Timestamp) -> Result<Self, Problem> {
        if text.trim().is_empty() {
            return Ok(Self { predicate: Predicate::Always, residual: None, now });
        }
        if text.len() > FILTER_MAX {
            let detail = format!("a filter has at most {FILTER_MAX} bytes");
            return Err(Problem::bad_request("filter", detail));
        }
        let expression = feel::compile(text, &Options { dialect: Dialect::Camunda, names: &[] })
            .map_err(|error| Problem::bad_request("filter", error.to_string()))?;
        let readable = |path: &[Arc<str>]| match path {
            // A name that is no field is refused by the database, with its name.
            [_] => true,
            [first, key] => &**key == "key" && is_reference(object, first),
            _ => false,
        };
        let mut run = Run::new(now);
        let pushed = pushed_in(&expression, &Context::new(), &mut run, &readable);
        let residual = match pushed.residual {
            None => None,
            Some(reason) => {
                must_be_evaluable(object, &expression, &reason)?;
                Some(expression)
            }
        };
        Ok(Self { predicate: pushed.predicate, residual, now })
    }

    /// The page of a query that has this filter's predicate.
    ///
    /// Where rows are evaluated, a page may hold fewer records than asked for, even none, and still have a next one: then
    /// the bound was reached. The count is then of what was found so far, and capped.
    pub(super) fn page(
        &self,
        mut query: RecordQuery,
        mut find: impl FnMut(&RecordQuery) -> Result<RecordPage, StoreError>,
    ) -> Result<RecordPage, Problem> {
        let Some(condition) = &self.residual else { return Ok(find(&query)?) };
        let wanted = usize::try_from(query.page.limit).unwrap_or(usize::MAX);
        let is_first = query.page.after.is_none();
        let mut run = Run::new(self.now).budget(Budget { steps: STEPS_MAX, ..Budget::default() });
        let (mut items, mut scanned) = (Vec::new(), 0);
        let next = loop {
            query.page.limit = PageRequest::MAX;
            let page = find(&query)?.page;
            let length = page.items.len();
            scanned += length;
            let mut full = None;
            for (index, row) in page.items.into_iter().enumerate() {
                if records::guard(&query.object, &row, condition, &mut run) {
                    items.push(row);
                }
                if items.len() == wanted {
                    full = Some(index + 1);
                    break;
                }
            }
            if let Some(failure) = run.failure() {
                let detail = format!("the filter: {}; narrow it", failure.message);
                return Err(Problem::bad_request("filter", detail));
            }
            match full {
                Some(read) if read < length => {
                    // The same page again, cut behind the last record that was taken, for its place.
                    query.page.limit = u32::try_from(read).unwrap_or(PageRequest::MAX);
                    break find(&query)?.page.next;
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
}

fn is_reference(object: &ObjectDef, name: &str) -> bool {
    object.field(name).is_some_and(|field| field.kind.referenced_object().is_some())
}

/// What is evaluated reads the row's own fields only, as they stand.
fn must_be_evaluable(
    object: &ObjectDef,
    expression: &Expression,
    reason: &NotPushable,
) -> Result<(), Problem> {
    for path in expression.paths() {
        let first = path.first().map_or("", |name| &**name);
        let is_currency = first.strip_suffix(" currency").is_some_and(|money| {
            object.field(money).is_some_and(|f| matches!(f.kind, FieldKind::Money { .. }))
        });
        let is_own = object.field(first).is_some()
            || is_currency
            || matches!(first, "key" | "created at" | "updated at");
        if !is_own || (path.len() > 1 && is_reference(object, first)) {
            let detail = format!(
                "`{path}` is not a field of `{}`; a filter reads the row's own fields, a reference as its \
                 key in text (evaluated, because {})",
                object.name, reason.message
            );
            return Err(Problem::bad_request("filter_not_supported", detail));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
