//! Lists of records: a FEEL filter, search in what names a record, order, pages by key.

use std::sync::Arc;

use access::Permission;
use axum::Json;
use axum::extract::{Path, Query, State};
use records::ObjectDef;
use runtime::port::{PageRequest, RecordQuery, Sort};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::filter::Filter;
use super::lock::locks;
use super::{RecordBody, Titles, body, find_object};
use crate::actor::Caller;
use crate::app::{App, wall_clock};
use crate::problem::{ApiResult, Problem};

/// What a list shows by itself.
const LIMIT: u32 = 60;
/// The most fields that a list is sorted by.
const SORT_MAX: usize = 8;
/// Columns of every record that are not fields.
const SYSTEM_COLUMNS: [&str; 3] = ["key", "created_at", "updated_at"];

/// Which records, in which order.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    /// A FEEL condition over fields, and over those of referenced records: `total > 1000 and account.name = "Acme"`.
    filter: Option<String>,
    /// Part of the title, of a unique text or number, or of an e-mail address, in either case.
    search: Option<String>,
    /// Field names, the first counts most; `-` before a name turns its order round. Newest first by
    /// itself. At most 8 fields.
    sort: Option<String>,
    /// How many at most, 60 by itself, never above 500.
    limit: Option<u32>,
    /// The `next` of the page before.
    after: Option<String>,
}

/// A page of records.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RecordList {
    /// The records.
    items: Vec<RecordBody>,
    /// What to give as `after` for the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
    /// How many there are on all pages together.
    count: CountBody,
}

/// How many there are.
#[derive(Debug, Serialize, ToSchema)]
struct CountBody {
    /// The number.
    value: u64,
    /// Whether there are more and counting stopped there.
    capped: bool,
}

/// Records of an object.
#[utoipa::path(get, path = "/api/records/{object}", tag = "records",
    params(("object" = String, Path), ListQuery),
    responses((status = 200, body = RecordList), (status = 400, body = Problem)))]
pub(super) async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(object): Path<String>,
    Query(query): Query<ListQuery>,
) -> ApiResult<RecordList> {
    let catalogue = app.catalogue();
    let object = find_object(&catalogue, &object)?;
    let text = query.filter.as_deref().unwrap_or("");
    let filter = Filter::compile(&catalogue.schema, &object, text, wall_clock())?;
    let query = RecordQuery {
        object: Arc::clone(&object),
        selection: filter.selection.clone(),
        search: query.search.filter(|text| !text.trim().is_empty()),
        sort: query.sort.as_deref().map_or(Ok(Vec::new()), |text| parse_sort(&object, text))?,
        page: PageRequest {
            limit: query.limit.unwrap_or(LIMIT).clamp(1, PageRequest::MAX),
            after: query.after,
        },
    };
    let permission = Permission::ReadRecords(Arc::clone(&object.name));
    let others = filter.permissions();
    let list = app.list(&actor, permission, &others, move |read| {
        let found = filter.page(query, &read)?;
        let mut titles = Titles::default();
        titles.want(&object, &found.page.items);
        titles.load(&catalogue.schema, read)?;
        let rows = &found.page.items;
        let locks = locks(&catalogue.schema, &object, rows, read)?;
        let with_lock = rows.iter().zip(&locks);
        Ok(RecordList {
            items: with_lock
                .map(|(row, lock)| body(&object, row, lock.as_ref(), &titles))
                .collect(),
            next: found.page.next,
            count: CountBody { value: found.count.value, capped: found.count.capped },
        })
    });
    Ok(Json(list.await?))
}

/// What to sort by. A field that comes again counts where it came first: no order is left to it.
fn parse_sort(object: &ObjectDef, text: &str) -> Result<Vec<Sort>, Problem> {
    let mut sort: Vec<Sort> = Vec::new();
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let (name, descending) = part.strip_prefix('-').map_or((part, false), |name| (name, true));
        if object.field(name).is_none() && !SYSTEM_COLUMNS.contains(&name) {
            let detail = format!("`{}` has no field `{name}` to sort by", object.name);
            return Err(Problem::bad_request("sort", detail));
        }
        if sort.iter().any(|known| &*known.field == name) {
            continue;
        }
        if sort.len() == SORT_MAX {
            let detail = format!("a list is sorted by at most {SORT_MAX} fields; leave some out");
            return Err(Problem::bad_request("sort", detail));
        }
        sort.push(Sort { field: name.into(), descending });
    }
    Ok(sort)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_sorted_by_at_most_eight_fields() {
        let fields = (0..9).map(|n| {
            format!(r#"{{"name": "f{n}", "label": {{"en": "F", "zh": "F"}}, "type": "long_text"}}"#)
        });
        let fields = fields.collect::<Vec<_>>().join(",");
        let label = r#"{"en": "T", "zh": "T"}"#;
        let object = ObjectDef::from_json(&format!(
            r#"{{"name": "thing", "label": {label}, "plural": {label}, "title": "f0", "list": [],
                "navigation": false, "fields": [{fields}]}}"#
        ));
        let object = object.expect("the object can be read");
        let check = |text: &str, expect: &str| {
            let got = match parse_sort(&object, text) {
                Ok(sort) => sort.len().to_string(),
                Err(problem) => problem.detail,
            };
            assert!(got.contains(expect), "{text:.40}: {got}");
        };
        check("f0,-f1,,created_at", "3");
        check("f0,f1,f2,f3,f4,f5,f6,-f7", "8");
        check("f0,f1,f2,f3,f4,f5,f6,f7,f8", "at most 8 fields");
        check(&"f0,-f0,".repeat(5_000), "1");
        check("colour", "no field `colour`");
    }
}
