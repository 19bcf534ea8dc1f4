//! Searches: filter, sort and page, answered alike for every noun. A list in its stored order whose
//! filter the database answers is read page by page; any other is read whole up to a limit, put in order
//! here, and refused with advice where it is longer.

use std::cmp::Ordering;

use runtime::port::{Page, PageRequest};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::cursor::{Cursor, not_a_cursor};
use super::filter::{Filter, compare};
use crate::problem::Problem;

/// The rows of a page where the request does not say.
const LIMIT: usize = 100;
/// The most rows of a page.
const LIMIT_MAX: usize = 10_000;
/// The most rows that one search reads to put them in order.
pub(super) const READ_MAX: usize = 10_000;
/// How far a list that is read page by page is counted.
const COUNT_MAX: usize = 1_000;

/// The body of a search.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Request {
    page: PageBody,
    sort: Vec<SortBody>,
    filter: Map<String, Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct PageBody {
    limit: Option<usize>,
    from: Option<usize>,
    after: Option<String>,
    before: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SortBody {
    field: String,
    #[serde(default)]
    order: Order,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize)]
enum Order {
    #[default]
    #[serde(rename = "ASC", alias = "asc")]
    Ascending,
    #[serde(rename = "DESC", alias = "desc")]
    Descending,
}

/// What can be searched for.
#[derive(Debug)]
pub(super) struct List {
    /// The member that identifies a row.
    pub(super) key: &'static str,
    /// The members by which rows can be filtered.
    pub(super) filters: &'static [&'static str],
    /// The members by which rows can be sorted.
    pub(super) sorts: &'static [&'static str],
    /// The member whose falling order is the stored one, where rows are read page by page.
    pub(super) stored: Option<&'static str>,
    /// What to filter by where there are too many rows.
    pub(super) advice: &'static str,
}

/// A row of a list: what is answered, and what it can be filtered by besides.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    pub(super) item: Value,
    hidden: Map<String, Value>,
}

/// Which part of the list is asked for.
#[derive(Debug)]
enum Place {
    From(usize),
    After(Cursor),
    Before(Cursor),
}

/// A search that was read and found to be possible.
#[derive(Debug)]
pub(super) struct Search {
    pub(super) filter: Filter,
    sort: Vec<SortBody>,
    place: Place,
    limit: usize,
    list: &'static List,
}

/// The answer to a search.
#[derive(Debug, Serialize)]
pub(super) struct Found {
    pub(super) items: Vec<Value>,
    page: PageAnswer,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PageAnswer {
    total_items: usize,
    has_more_total_items: bool,
    start_cursor: Option<String>,
    end_cursor: Option<String>,
}

impl Row {
    pub(super) fn new(item: Value) -> Self {
        Self { item, hidden: Map::new() }
    }

    /// The same with a member that is not answered.
    pub(super) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.hidden.insert(name.to_owned(), value.into());
        self
    }

    pub(super) fn value(&self, field: &str) -> &Value {
        const NULL: &Value = &Value::Null;
        self.item.get(field).or_else(|| self.hidden.get(field)).unwrap_or(NULL)
    }

    fn key(&self, list: &List) -> &str {
        self.value(list.key).as_str().unwrap_or_default()
    }
}

impl Request {
    /// The search, if this list can be searched so.
    pub(super) fn of(self, list: &'static List) -> Result<Search, Problem> {
        let filter = Filter::read(&self.filter, list.filters)?;
        if let Some(sort) = self.sort.iter().find(|sort| !list.sorts.contains(&&*sort.field)) {
            let detail = format!(
                "a sort by `{}` is not supported here; supported are {}",
                sort.field,
                list.sorts.join(", ")
            );
            return Err(Problem::bad_request("sort", detail));
        }
        let limit = self.page.limit.unwrap_or(LIMIT);
        if !(1..=LIMIT_MAX).contains(&limit) {
            let detail = format!("`limit` is {limit}; give 1 to {LIMIT_MAX}");
            return Err(Problem::bad_request("page", detail));
        }
        let place = match (self.page.from, self.page.after, self.page.before) {
            (None, None, None) => Place::From(0),
            (Some(from), None, None) => Place::From(from),
            (None, Some(after), None) => Place::After(Cursor::decode(&after)?),
            (None, None, Some(before)) => Place::Before(Cursor::decode(&before)?),
            _ => {
                let detail = "give one of `from`, `after` and `before`";
                return Err(Problem::bad_request("page", detail));
            }
        };
        Ok(Search { filter, sort: self.sort, place, limit, list })
    }
}

impl Search {
    /// Answers from rows that are all there are, in their usual order.
    pub(super) fn among(self, mut rows: Vec<Row>) -> Result<Found, Problem> {
        rows.retain(|row| self.filter.holds(row));
        rows.sort_by(|left, right| self.compare(left, right));
        let position = |key: &str| rows.iter().position(|row| row.key(self.list) == key);
        let total = rows.len();
        let (start, end) = match &self.place {
            Place::From(from) => (*from, from.saturating_add(self.limit)),
            Place::After(Cursor::End) => (total, total),
            Place::After(Cursor::Row(key)) => {
                let start = position(key).ok_or_else(not_a_cursor)? + 1;
                (start, start.saturating_add(self.limit))
            }
            Place::Before(Cursor::Row(key)) => {
                let end = position(key).ok_or_else(not_a_cursor)?;
                (end.saturating_sub(self.limit), end)
            }
            Place::Before(Cursor::End) => (total.saturating_sub(self.limit), total),
            Place::After(Cursor::Stored(_)) | Place::Before(Cursor::Stored(_)) => {
                return Err(not_a_cursor());
            }
        };
        let (start, end) = (start.min(total), end.min(total));
        let items: Vec<Row> = rows.drain(start..end).collect();
        let next = (end == total).then_some(Cursor::End);
        Ok(self.found(items, next, total, false))
    }

    /// Answers from pages in the stored order, newest first; `fetch` has taken over whatever it took
    /// out of the filter.
    pub(super) fn paged(
        self,
        mut fetch: impl FnMut(PageRequest) -> Result<Page<Row>, Problem>,
    ) -> Result<Found, Problem> {
        let after = match &self.place {
            Place::From(0) => None,
            Place::After(Cursor::Stored(after)) => Some(after.clone()),
            Place::After(Cursor::End) if self.is_as_stored() => {
                let counted = read(&mut fetch, None, COUNT_MAX)?;
                let (total, more) = (counted.items.len(), counted.next.is_some());
                return Ok(self.found(Vec::new(), None, total, more));
            }
            _ => return self.gathered(&mut fetch),
        };
        if !self.is_as_stored() {
            return self.gathered(&mut fetch);
        }
        let first = after.is_none();
        let page = read(&mut fetch, after, self.limit)?;
        let (total, more) = if first && page.next.is_none() {
            (page.items.len(), false)
        } else {
            let counted = read(&mut fetch, None, COUNT_MAX.max(self.limit))?;
            (counted.items.len(), counted.next.is_some())
        };
        let next = page.next.map_or(Cursor::End, Cursor::Stored);
        Ok(self.found(page.items, Some(next), total, more))
    }

    fn gathered(
        self,
        fetch: &mut impl FnMut(PageRequest) -> Result<Page<Row>, Problem>,
    ) -> Result<Found, Problem> {
        let page = read(fetch, None, READ_MAX)?;
        if page.next.is_some() {
            return Err(self.list.too_many());
        }
        self.among(page.items)
    }

    /// Whether nothing is left to do to rows as the database gives them.
    fn is_as_stored(&self) -> bool {
        let sorted = match &*self.sort {
            [] => true,
            [sort] => Some(&*sort.field) == self.list.stored && sort.order == Order::Descending,
            _ => false,
        };
        sorted && self.filter.is_empty()
    }

    fn compare(&self, left: &Row, right: &Row) -> Ordering {
        let mut orders = self.sort.iter().map(|sort| {
            let order = compare(left.value(&sort.field), right.value(&sort.field));
            if sort.order == Order::Descending { order.reverse() } else { order }
        });
        orders.find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    }

    fn found(&self, rows: Vec<Row>, next: Option<Cursor>, total: usize, more: bool) -> Found {
        let place = |row: &Row| Cursor::Row(row.key(self.list).to_owned());
        let start_cursor = rows.first().map(|row| place(row).encode());
        let next = next.or_else(|| rows.last().map(place));
        let end_cursor = next.filter(|_| !rows.is_empty()).map(|cursor| cursor.encode());
        Found {
            items: rows.into_iter().map(|row| row.item).collect(),
            page: PageAnswer {
                total_items: total,
                has_more_total_items: more,
                start_cursor,
                end_cursor,
            },
        }
    }
}

impl List {
    /// The refusal of a search that would have to read too much.
    pub(super) fn too_many(&self) -> Problem {
        Problem::bad_request(
            "too_many",
            format!(
                "more than {READ_MAX} rows would have to be read for this filter and order; {}",
                self.advice
            ),
        )
    }
}

/// Up to `limit` rows from behind `after`, however many pages of the database that takes.
fn read(
    fetch: &mut impl FnMut(PageRequest) -> Result<Page<Row>, Problem>,
    mut after: Option<String>,
    limit: usize,
) -> Result<Page<Row>, Problem> {
    let mut items = Vec::new();
    loop {
        let left = u32::try_from(limit.saturating_sub(items.len())).unwrap_or(u32::MAX);
        let page = fetch(PageRequest { limit: left.min(PageRequest::MAX), after })?;
        items.extend(page.items);
        after = page.next;
        if after.is_none() || items.len() >= limit {
            return Ok(Page { items, next: after });
        }
    }
}
