//! Rows of the catalogue to a compiled one. What is compiled already is shared: a model version never
//! changes.

use std::collections::BTreeMap;
use std::sync::Arc;

use base::Key;
use records::{ObjectDef, Schema};
use turn::{Catalogue, DecisionVersion, FormVersion, ProcessVersion, Version};

use crate::port::{CatalogueRows, ModelKind, ModelRow, ResourceRow};

/// A row of the catalogue that cannot be compiled although it was when it was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the stored {what} `{name}` cannot be compiled: {reason}")]
pub struct CatalogueError {
    what: &'static str,
    name: Arc<str>,
    reason: String,
}

/// A file, compiled.
#[derive(Debug, Clone)]
pub(crate) enum Compiled {
    Processes(Vec<Arc<bpmn::Process>>),
    Decisions(Arc<dmn::Model>),
    Form(Arc<bpmn::Form>),
}

/// Compiles the catalogue, taking over from `known` what it has. A model that no longer compiles is
/// left out, so that it does not keep the house closed: its instances wait until it is repaired.
pub(crate) fn catalogue(
    rows: &CatalogueRows,
    known: &Catalogue,
) -> Result<Catalogue, CatalogueError> {
    let mut catalogue = Catalogue::new(rows.version, Arc::new(schema(rows)?));
    let resources: BTreeMap<Key, &ResourceRow> =
        rows.resources.iter().map(|resource| (resource.key, resource)).collect();
    let mut compiled = BTreeMap::new();
    for model in &rows.models {
        if share(model, known, &mut catalogue) {
            continue;
        }
        let file = compiled.entry(model.resource).or_insert_with(|| {
            let file = stored(model, resources.get(&model.resource).copied(), &rows.resources);
            file.map_err(|error| tracing::error!(%error, key = %model.key, "a model is left out"))
        });
        if let Ok(file) = file {
            add(&mut catalogue, model, file);
        }
    }
    Ok(catalogue)
}

fn schema(rows: &CatalogueRows) -> Result<Schema, CatalogueError> {
    let broken = |name: &Arc<str>, reason: String| CatalogueError {
        what: "object",
        name: Arc::clone(name),
        reason,
    };
    let objects = rows.objects.iter().map(|row| {
        ObjectDef::from_json(&row.definition).map_err(|error| broken(&row.name, error.to_string()))
    });
    let objects: Vec<ObjectDef> = objects.collect::<Result<_, _>>()?;
    Schema::new(objects).map_err(|problems| {
        let name = problems.first().and_then(|problem| problem.object.clone());
        let reasons: Vec<String> = problems.iter().map(ToString::to_string).collect();
        broken(&name.unwrap_or_else(|| Arc::from("schema")), reasons.join("; "))
    })
}

/// Takes a version over from the catalogue before, where it is in it.
fn share(model: &ModelRow, known: &Catalogue, catalogue: &mut Catalogue) -> bool {
    match model.kind {
        ModelKind::Process => {
            known.process(model.key).map(|it| catalogue.add_process(it)).is_some()
        }
        ModelKind::Decision => {
            known.decision(model.key).map(|it| catalogue.add_decision(Arc::clone(it))).is_some()
        }
        ModelKind::Form => {
            known.form(model.key).map(|it| catalogue.add_form(Arc::clone(it))).is_some()
        }
    }
}

/// Compiles a DMN file or, by its name, a decision tree; `others` are the files that it may import.
pub(crate) fn decisions(
    name: &str,
    text: &str,
    others: &[&str],
) -> Result<dmn::Model, Vec<dmn::Problem>> {
    if dmn::Tree::is_file_name(name) {
        return dmn::Tree::read(text).and_then(|tree| tree.compile());
    }
    dmn::compile_with(text, others)
}

/// Whether a file of this name is a DMN file.
pub(crate) fn is_dmn(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, extension)| extension == "dmn")
}

/// The DMN files among the deployed ones, the newest first: imports take the first that fits.
pub(crate) fn newest_first(resources: &[ResourceRow]) -> impl Iterator<Item = &ResourceRow> {
    let mut files: Vec<&ResourceRow> = resources.iter().filter(|it| is_dmn(&it.name)).collect();
    files.sort_by_key(|it| std::cmp::Reverse(it.key));
    files.into_iter()
}

/// What a deployed file may import: as when it was deployed, the files that came with it, then those
/// that were there before.
fn importable<'a>(resource: &ResourceRow, resources: &'a [ResourceRow]) -> Vec<&'a str> {
    let mut others: Vec<&ResourceRow> = newest_first(resources)
        .filter(|it| it.key != resource.key)
        .filter(|it| it.deployment == resource.deployment || it.key < resource.key)
        .collect();
    others.sort_by_key(|it| it.deployment != resource.deployment);
    others.into_iter().map(|it| &*it.text).collect()
}

fn stored(
    model: &ModelRow,
    resource: Option<&ResourceRow>,
    resources: &[ResourceRow],
) -> Result<Compiled, CatalogueError> {
    let broken = |reasons: Vec<String>| CatalogueError {
        what: model.kind.as_str(),
        name: Arc::clone(&model.id),
        reason: reasons.join("; "),
    };
    let resource = resource.ok_or_else(|| broken(vec!["its file is missing".to_owned()]))?;
    match model.kind {
        ModelKind::Process => bpmn::Model::parse(&resource.text)
            .map(|file| Compiled::Processes(file.processes.into_iter().map(Arc::new).collect()))
            .map_err(|problems| broken(problems.iter().map(ToString::to_string).collect())),
        ModelKind::Decision => {
            decisions(&resource.name, &resource.text, &importable(resource, resources))
                .map(|file| Compiled::Decisions(Arc::new(file)))
                .map_err(|problems| broken(problems.iter().map(ToString::to_string).collect()))
        }
        ModelKind::Form => bpmn::Form::parse(&resource.text)
            .map(|form| Compiled::Form(Arc::new(form)))
            .map_err(|problem| broken(vec![problem.to_string()])),
    }
}

/// Adds the version of a model that a compiled file holds.
pub(crate) fn add(catalogue: &mut Catalogue, model: &ModelRow, file: &Compiled) {
    let version = Version {
        key: model.key,
        id: Arc::clone(&model.id),
        name: Arc::clone(&model.name),
        version: model.version,
        version_tag: model.version_tag.clone(),
        resource: model.resource,
        deployment: model.deployment,
        deployed_at: model.deployed_at,
    };
    match file {
        Compiled::Processes(processes) => {
            if let Some(process) = processes.iter().find(|process| process.id == model.id) {
                let process = Arc::clone(process);
                catalogue.add_process(&Arc::new(ProcessVersion { version, process }));
            }
        }
        Compiled::Decisions(file) => {
            let model = Arc::clone(file);
            catalogue.add_decision(Arc::new(DecisionVersion { version, model }));
        }
        Compiled::Form(form) => {
            catalogue.add_form(Arc::new(FormVersion { version, form: Arc::clone(form) }));
        }
    }
}
