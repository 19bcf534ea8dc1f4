//! The check of a whole database, on one moment of it and in bounded memory: every instance is the fold of its
//! history, every row that people search agrees with that state, totals equal what they count, nothing refers
//! to what is not there. It only reads; what it finds it tells.

mod instance;
mod records;
mod tables;
mod total;

use std::collections::BTreeMap;

use base::Key;
use runtime::port::{
    ElementCount, ElementInstanceRow, ElementState, InstanceQuery, PageRequest, Read, StoreError,
};
use serde::Serialize;

use crate::archive::{Cell, Table};
use crate::sql::{Dialect, Sql};

/// Findings that are kept; beyond, they are only counted.
const FINDINGS_MAX: usize = 1_000;
/// Findings of one statement that are looked at.
const ROWS_MAX: u32 = 100;

/// One moment of a database, to be looked at in ways that the ports do not know.
pub trait Inspect: Read {
    /// Makes room for statements that look at every row.
    ///
    /// # Errors
    /// Where the database fails.
    fn be_patient(&self) -> Result<(), StoreError>;

    /// Every table.
    ///
    /// # Errors
    /// Where the database fails.
    fn tables(&self) -> Result<Vec<Table>, StoreError>;

    /// Whose spelling its statements are in.
    fn dialect(&self) -> Dialect;

    /// The rows of a statement.
    ///
    /// # Errors
    /// Where the database fails.
    fn ask_sql(&self, sql: &Sql) -> Result<Vec<Vec<Cell>>, StoreError>;

    /// The rows of a statement that both databases understand.
    ///
    /// # Errors
    /// Where the database fails.
    fn ask(&self, sql: &str) -> Result<Vec<Vec<Cell>>, StoreError> {
        self.ask_sql(&Sql::of(self.dialect(), sql))
    }
}

/// Something that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Which rule is broken: `history`, `job`, `total` ..
    pub rule: &'static str,
    /// Where: an instance, a table and a key.
    pub place: String,
    /// What is wrong there.
    pub what: String,
}

/// What a check has seen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Instances that were replayed.
    pub instances: u64,
    /// Statements over whole tables that were asked.
    pub statements: u64,
    /// Declared totals that were added up.
    pub totals: u64,
    /// How many findings there are.
    pub found: u64,
    /// The first of them.
    pub findings: Vec<Finding>,
}

impl Report {
    /// Whether nothing was found.
    pub fn is_clean(&self) -> bool {
        self.found == 0
    }

    fn add(&mut self, rule: &'static str, place: impl Into<String>, what: impl Into<String>) {
        self.found += 1;
        if self.findings.len() < FINDINGS_MAX {
            self.findings.push(Finding { rule, place: place.into(), what: what.into() });
        }
    }

    /// Adds a finding for each key that the statement answers.
    fn ask(
        &mut self,
        read: &dyn Inspect,
        rule: &'static str,
        place: &str,
        what: &str,
        sql: &str,
    ) -> Result<(), StoreError> {
        self.statements += 1;
        for row in read.ask(&format!("{sql} LIMIT {ROWS_MAX}"))? {
            let key = match row.first() {
                Some(Cell::Integer(key)) => key.to_string(),
                Some(Cell::Text(text)) => text.clone(),
                Some(Cell::Bytes(_) | Cell::Null) | None => "without a key".to_owned(),
            };
            self.add(rule, format!("{place} {key}"), what);
        }
        Ok(())
    }
}

/// Checks everything; `tell` hears how many instances are done.
///
/// # Errors
/// Where the database fails. What is wrong in it is no error but a finding.
pub fn check(read: &dyn Inspect, tell: &mut dyn FnMut(u64)) -> Result<Report, StoreError> {
    read.be_patient()?;
    let mut report = Report::default();
    tables::check(read, &mut report)?;
    records::check(read, &mut report)?;
    let mut counted = Counted::default();
    each_instance(read, &mut |key| {
        instance::check(read, key, &mut counted, &mut report)?;
        report.instances += 1;
        tell(report.instances);
        Ok(())
    })?;
    instance::check_owners(read, &mut report)?;
    check_totals(read, counted, &mut report)?;
    Ok(report)
}

/// Gives every instance, page by page.
fn each_instance(
    read: &dyn Inspect,
    each: &mut dyn FnMut(Key) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut page = PageRequest::first(PageRequest::MAX);
    loop {
        let query = InstanceQuery {
            definition: None,
            state: None,
            with_incidents: false,
            record: None,
            parent: None,
            page,
        };
        let found = read.instances(&query)?;
        for row in found.items {
            each(row.key)?;
        }
        let Some(next) = found.next else { return Ok(()) };
        page = PageRequest { limit: PageRequest::MAX, after: Some(next) };
    }
}

/// What the instances count to: as much as a diagram has elements, however many instances there are.
#[derive(Debug, Default)]
struct Counted {
    /// How often flows were taken, by version of a process.
    flows: BTreeMap<Key, u64>,
    /// Passes by version of a process and element.
    elements: BTreeMap<(Key, String), ElementCount>,
}

impl Counted {
    fn add_element(&mut self, row: &ElementInstanceRow) {
        let key = (row.definition, row.element_id.to_string());
        let count = self.elements.entry(key).or_insert_with(|| ElementCount {
            element_id: std::sync::Arc::clone(&row.element_id),
            active: 0,
            completed: 0,
            terminated: 0,
            incidents: 0,
        });
        match row.state {
            ElementState::Active => count.active += 1,
            ElementState::Completed => count.completed += 1,
            ElementState::Terminated => count.terminated += 1,
        }
        count.incidents += u64::from(row.incident.is_some());
    }
}

/// That the totals are what the instances count to.
fn check_totals(
    read: &dyn Inspect,
    mut counted: Counted,
    report: &mut Report,
) -> Result<(), StoreError> {
    for row in read.ask("SELECT key FROM model WHERE kind = 'process' ORDER BY key")? {
        let Some(Cell::Integer(definition)) = row.first() else { continue };
        let totals = read.flow_counts(Key(*definition))?;
        let total: u64 = totals.iter().map(|flow| flow.count).sum();
        let taken = counted.flows.remove(&Key(*definition)).unwrap_or_default();
        if total != taken {
            let what = format!("the totals add up to {total}, the instances took {taken} flows");
            report.add("total", format!("flow_count of {definition}"), what);
        }
        for total in read.element_counts(Key(*definition))? {
            let id = total.element_id.to_string();
            let passes = counted.elements.remove(&(Key(*definition), id));
            let sum = total.active + total.completed + total.terminated + total.incidents;
            if passes.as_ref().map_or(sum != 0, |passes| *passes != total) {
                let place = format!("element_count of {definition} `{}`", total.element_id);
                report.add("total", place, "the totals are not what the passes count to");
            }
        }
    }
    for (definition, id) in counted.elements.into_keys() {
        let place = format!("element_count of {definition} `{id}`");
        report.add("total", place, "there is no total, and there are passes");
    }
    Ok(())
}
