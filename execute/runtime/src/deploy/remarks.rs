//! What whoever deploys should look at although it was deployed: what the modeller's eye missed in a
//! process, what a form translates in vain, and what the verification of a decision table finds. It takes its time on large tables, so no
//! lane waits for it.

use std::collections::BTreeSet;
use std::sync::Arc;

use base::Key;
use dmn::verify::Severity;
use turn::Catalogue;

use super::{of_bpmn, of_file};
use crate::answer::Deployed;
use crate::command::Resource;
use crate::error::ResourceProblem;
use crate::port::ModelKind;

/// How many remarks are given at most.
const REMARKS_MAX: usize = 100;

/// The remarks on `resources`, of which `deployed` stands in `catalogue`; the first hundred.
pub fn remarks(
    resources: &[Resource],
    deployed: &Deployed,
    catalogue: &Catalogue,
) -> Vec<ResourceProblem> {
    let processes = resources.iter().filter(|resource| resource.name.ends_with(".bpmn"));
    let mut remarks: Vec<ResourceProblem> = processes
        .flat_map(|resource| {
            let found = bpmn::lint(&resource.text).into_iter();
            found.map(|problem| of_bpmn(&resource.name, problem))
        })
        .collect();
    for model in deployed.models.iter().filter(|model| model.kind == ModelKind::Form) {
        remarks.extend(of_form(model.key, &model.resource_name, catalogue));
    }
    let mut seen = BTreeSet::new();
    for model in deployed.models.iter().filter(|model| model.kind == ModelKind::Decision) {
        if remarks.len() < REMARKS_MAX && seen.insert(model.resource) {
            remarks.extend(of_tables(model.key, &model.resource_name, catalogue));
        }
    }
    remarks.truncate(REMARKS_MAX);
    remarks
}

fn of_form(key: Key, resource_name: &Arc<str>, catalogue: &Catalogue) -> Vec<ResourceProblem> {
    let form = catalogue.form(key).map(|version| &version.form);
    let unused = form.into_iter().flat_map(|form| form.unused_translations());
    unused
        .map(|unused| ResourceProblem {
            element: Some(unused.component.into()),
            ..of_file(resource_name, unused.message)
        })
        .collect()
}

/// What is wrong with the tables of a model, or may not be what is meant; hints how they could be simpler
/// are left to `rondo dmn check`.
fn of_tables(key: Key, resource_name: &Arc<str>, catalogue: &Catalogue) -> Vec<ResourceProblem> {
    let Some(version) = catalogue.decision(key) else { return Vec::new() };
    let mut remarks = Vec::new();
    for report in version.model.verify() {
        let told = report.findings.iter().filter(|finding| finding.severity() > Severity::Hint);
        remarks.extend(told.map(|finding| ResourceProblem {
            element: Some(Arc::clone(&report.decision_id)),
            ..of_file(resource_name, finding.to_string())
        }));
    }
    remarks
}
