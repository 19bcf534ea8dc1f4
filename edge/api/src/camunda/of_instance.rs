//! Searches for what belongs to process instances: element instances, variables, incidents, decisions.
//! These are stored by instance, so that a search walks the instances that its filter leaves.

use std::sync::Arc;

use base::Key;
use runtime::port::{InstanceQuery, InstanceRow, PageRequest, Read};
use turn::Catalogue;

use super::definition::{Chosen, choose, key_of};
use super::search::{Found, List, READ_MAX, Row, Search};
use crate::problem::Problem;

/// Answers a search from the rows that `rows_of` gives for each instance, newest instance first.
pub(super) fn found(
    read: &dyn Read,
    catalogue: &Arc<Catalogue>,
    mut search: Search,
    list: &List,
    with_incidents: bool,
    rows_of: impl Fn(&InstanceRow) -> Result<Vec<Row>, Problem>,
) -> Result<Found, Problem> {
    if let Some(key) = search.filter.equal("processInstanceKey") {
        let instance = read.instance(key_of("processInstanceKey", &key)?)?;
        let rows = instance.as_ref().map(rows_of).transpose()?;
        return search.among(rows.unwrap_or_default());
    }
    let definition = match choose(catalogue, &mut search.filter)? {
        Chosen::Nothing => return search.among(Vec::new()),
        Chosen::One(key) => Some(key),
        Chosen::Any => None,
    };
    let rows = walk(read, definition, with_incidents, list, rows_of)?;
    search.among(rows)
}

fn walk(
    read: &dyn Read,
    definition: Option<Key>,
    with_incidents: bool,
    list: &List,
    rows_of: impl Fn(&InstanceRow) -> Result<Vec<Row>, Problem>,
) -> Result<Vec<Row>, Problem> {
    let mut query = InstanceQuery {
        definition,
        state: None,
        with_incidents,
        record: None,
        parent: None,
        page: PageRequest::first(PageRequest::MAX),
    };
    let mut rows = Vec::new();
    let mut walked = 0;
    loop {
        let page = read.instances(&query)?;
        for instance in &page.items {
            rows.extend(rows_of(instance)?);
            walked += 1;
            if rows.len().max(walked) > READ_MAX {
                return Err(list.too_many());
            }
        }
        match page.next {
            None => return Ok(rows),
            next => query.page.after = next,
        }
    }
}
