//! Deploys models: every file is compiled and checked against the catalogue first; then each id gets
//! its next version, unless its latest one came from the very same text. With one problem nothing is
//! deployed.

mod check;
mod remarks;
mod stored;

pub use remarks::remarks;

use std::sync::Arc;

use base::{Key, KeyGenerator, Timestamp};
use records::ObjectDef;
use turn::Catalogue;

use crate::answer::{Deployed, DeployedModel};
use crate::command::Resource;
use crate::compile::{self, Compiled};
use crate::define::define;
use crate::error::{CommandError, ResourceProblem};
use crate::port::{CatalogueWrite, ModelKind, ModelRow, ResourceRow, Store, StoreError, TimerRow};
use crate::start_timer;

/// What a deployment comes to.
pub(crate) struct Deployment {
    pub(crate) catalogue: Catalogue,
    /// Empty where everything is deployed already.
    pub(crate) writes: Vec<CatalogueWrite>,
    /// Timers of the start events of new versions.
    pub(crate) timers: Vec<TimerRow>,
    pub(crate) answer: Deployed,
}

/// A file with what it holds.
struct File<'a> {
    resource: &'a Resource,
    compiled: Compiled,
    models: Vec<Declared>,
    /// The versions that it would make again: the latest ones of all its ids, if they all came from this
    /// very text.
    same: Option<Vec<DeployedModel>>,
}

/// Why nothing is deployed or defined.
pub(crate) enum Refusal {
    /// What is wrong with it.
    Command(CommandError),
    /// The database did not answer.
    Store(StoreError),
}

impl Refusal {
    /// The refusal as the answer to a command, unless the database is to blame.
    pub(crate) fn into_answer<T>(self) -> Result<Result<T, CommandError>, StoreError> {
        match self {
            Self::Command(error) => Ok(Err(error)),
            Self::Store(error) => Err(error),
        }
    }
}

impl From<CommandError> for Refusal {
    fn from(error: CommandError) -> Self {
        Self::Command(error)
    }
}

impl From<Vec<ResourceProblem>> for Refusal {
    fn from(problems: Vec<ResourceProblem>) -> Self {
        Self::Command(CommandError::Invalid(problems))
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// A model in a file.
struct Declared {
    kind: ModelKind,
    id: Arc<str>,
    name: Arc<str>,
    version_tag: Option<Arc<str>>,
    record_object: Option<Arc<str>>,
}

/// Works out a deployment on top of `catalogue`, which was compiled from what `store` holds, and of the
/// objects, which are defined with it.
pub(crate) fn release(
    objects: &[ObjectDef],
    resources: &[Resource],
    catalogue: &Catalogue,
    store: &mut dyn Store,
    keys: &mut KeyGenerator,
    now: Timestamp,
) -> Result<Deployment, Refusal> {
    if objects.is_empty() {
        return work_out(resources, catalogue, store, keys, now);
    }
    let (to_come, mut writes) = with_objects(objects, catalogue)?;
    let mut deployment = work_out(resources, &to_come, store, keys, now)?;
    refuse_unfit(catalogue, &deployment.catalogue, store)?;
    if !writes.is_empty() {
        deployment.catalogue.version = catalogue.version.saturating_add(1);
        writes.append(&mut deployment.writes);
        deployment.writes = writes;
    }
    Ok(deployment)
}

/// The catalogue with these objects, and what is to be written for it.
pub(crate) fn redefine(
    objects: &[ObjectDef],
    catalogue: &Catalogue,
    store: &mut dyn Store,
) -> Result<(Catalogue, Vec<CatalogueWrite>), Refusal> {
    let (mut to_come, writes) = with_objects(objects, catalogue)?;
    refuse_unfit(catalogue, &to_come, store)?;
    to_come.version = catalogue.version.saturating_add(1);
    Ok((to_come, writes))
}

fn with_objects(
    objects: &[ObjectDef],
    catalogue: &Catalogue,
) -> Result<(Catalogue, Vec<CatalogueWrite>), Refusal> {
    let (schema, writes) = define(objects, catalogue)?;
    let mut to_come = catalogue.clone();
    to_come.schema = Arc::new(schema);
    Ok((to_come, writes))
}

/// Refuses objects that a deployed process no longer fits. Its latest version counts: older ones start
/// nothing any more.
fn refuse_unfit(
    before: &Catalogue,
    after: &Catalogue,
    store: &mut dyn Store,
) -> Result<(), Refusal> {
    let mut problems = Vec::new();
    for (version, found) in check::unfit(before, after) {
        let file = store.resource(version.resource)?.map(|resource| resource.name);
        let file = file.unwrap_or_else(|| Arc::clone(&version.id));
        problems.extend(found.into_iter().map(|finding| finding.of_deployed(&file, &version)));
    }
    if problems.is_empty() { Ok(()) } else { Err(problems.into()) }
}

fn work_out(
    resources: &[Resource],
    catalogue: &Catalogue,
    store: &mut dyn Store,
    keys: &mut KeyGenerator,
    now: Timestamp,
) -> Result<Deployment, Refusal> {
    let imported = stored::imported(resources, catalogue, store)?;
    let mut files = read(resources, &imported)?;
    for file in &mut files {
        file.same = same_as_deployed(file, catalogue, store)?;
    }
    let renewed = renewed(&files);
    let key = keys.next(now);
    let mut draft = catalogue.clone();
    let mut writes = Vec::new();
    let mut answer = Deployed { key, deployed_at: now, models: Vec::new() };
    for file in &files {
        if let Some(versions) = file.same.as_ref().filter(|_| !file.imports_any(&renewed)) {
            answer.models.extend(versions.iter().cloned());
            continue;
        }
        let resource = ResourceRow {
            key: keys.next(now),
            deployment: key,
            name: Arc::clone(&file.resource.name),
            text: Arc::clone(&file.resource.text),
        };
        writes.push(CatalogueWrite::Resource(resource.clone()));
        for declared in &file.models {
            let last = store.last_version(declared.kind, &declared.id)?;
            let model = next_version(declared, last, &resource, keys, now);
            compile::add(&mut draft, &model, &file.compiled);
            answer.models.push(deployed(&model, &file.resource.name));
            writes.push(CatalogueWrite::Model(model));
        }
    }
    let mut problems = check::check(&files, &draft);
    let timers = start_timers(&writes, &draft, keys, now, &mut problems);
    if !problems.is_empty() {
        return Err(problems.into());
    }
    if writes.is_empty() {
        (answer.key, answer.deployed_at) =
            deployed_before(&answer, catalogue).unwrap_or((key, now));
    } else {
        draft.version = catalogue.version.saturating_add(1);
    }
    Ok(Deployment { catalogue: draft, writes, timers, answer })
}

/// The start timers of the new versions.
fn start_timers(
    writes: &[CatalogueWrite],
    draft: &Catalogue,
    keys: &mut KeyGenerator,
    now: Timestamp,
    problems: &mut Vec<ResourceProblem>,
) -> Vec<TimerRow> {
    let mut timers = Vec::new();
    for write in writes {
        let CatalogueWrite::Model(model) = write else { continue };
        let Some(version) = draft.process(model.key) else { continue };
        match start_timer::planned(&version.process, model.key, keys, now) {
            Ok(planned) => timers.extend(planned),
            Err((id, message)) => {
                let at = version.process.element_by_id(&id).map(|(_, element)| element.at);
                let (line, column) = at.map_or((0, 0), |at| (at.line, at.column));
                let resource = resource_name(writes, model.resource);
                problems.push(ResourceProblem {
                    resource,
                    element: Some(id),
                    line,
                    column,
                    message,
                });
            }
        }
    }
    timers
}

fn resource_name(writes: &[CatalogueWrite], key: Key) -> Arc<str> {
    let name = writes.iter().find_map(|write| match write {
        CatalogueWrite::Resource(row) if row.key == key => Some(Arc::clone(&row.name)),
        _ => None,
    });
    name.unwrap_or_default()
}

/// The namespaces of the decision models that are new or changed: who imports one of them is compiled
/// anew, too, and gets a new version.
fn renewed(files: &[File<'_>]) -> Vec<Arc<str>> {
    let changed = files.iter().filter(|file| file.same.is_none());
    let namespaces = changed.filter_map(|file| match &file.compiled {
        Compiled::Decisions(model) => Some(Arc::clone(model.namespace())),
        Compiled::Processes(_) | Compiled::Form(_) => None,
    });
    namespaces.collect()
}

impl File<'_> {
    fn imports_any(&self, namespaces: &[Arc<str>]) -> bool {
        match &self.compiled {
            Compiled::Decisions(model) => {
                model.imports().iter().any(|import| namespaces.contains(import))
            }
            Compiled::Processes(_) | Compiled::Form(_) => false,
        }
    }
}

/// Compiles the files, which may import `imported`; two models of one id in one deployment are refused.
fn read<'a>(
    resources: &'a [Resource],
    imported: &[Arc<str>],
) -> Result<Vec<File<'a>>, Vec<ResourceProblem>> {
    let mut problems = Vec::new();
    let mut files: Vec<File<'_>> = Vec::new();
    if resources.is_empty() {
        problems.push(of_file("", "there is no file to deploy; send at least one".to_owned()));
    }
    for resource in resources {
        match read_file(resource, resources, imported) {
            Ok(file) => {
                for declared in &file.models {
                    let mut others = files.iter().flat_map(|other| &other.models);
                    if others.any(|other| (other.kind, &other.id) == (declared.kind, &declared.id))
                    {
                        let message = format!(
                            "the {} `{}` is in two of the files; deploy one of them at a time",
                            declared.kind, declared.id
                        );
                        problems.push(of_file(&resource.name, message));
                    }
                }
                files.push(file);
            }
            Err(found) => problems.extend(found),
        }
    }
    if problems.is_empty() { Ok(files) } else { Err(problems) }
}

fn read_file<'a>(
    resource: &'a Resource,
    resources: &[Resource],
    imported: &[Arc<str>],
) -> Result<File<'a>, Vec<ResourceProblem>> {
    let extension = resource.name.rsplit_once('.').map(|(_, extension)| extension);
    let (compiled, models) = match extension {
        Some("bpmn") => processes(resource)?,
        _ if dmn::Tree::is_file_name(&resource.name) => decisions(resource, &[])?,
        Some("dmn") => {
            let beside =
                resources.iter().filter(|it| compile::is_dmn(&it.name) && it.name != resource.name);
            let mut others: Vec<&str> = beside.map(|it| &*it.text).collect();
            others.extend(imported.iter().map(|text| &**text));
            decisions(resource, &others)?
        }
        Some("form" | "json") => form(resource)?,
        _ => {
            let message = "the kind of a file follows from its name; use the ending `.bpmn`, `.dmn`, \
                           `.tree.json`, `.tree.yaml` or `.form`";
            return Err(vec![of_file(&resource.name, message.to_owned())]);
        }
    };
    Ok(File { resource, compiled, models, same: None })
}

fn processes(resource: &Resource) -> Result<(Compiled, Vec<Declared>), Vec<ResourceProblem>> {
    let model = bpmn::Model::parse(&resource.text).map_err(|problems| {
        let errors = problems.into_iter().filter(bpmn::Problem::is_error);
        errors.map(|problem| of_bpmn(&resource.name, problem)).collect::<Vec<_>>()
    })?;
    let processes: Vec<Arc<bpmn::Process>> = model.processes.into_iter().map(Arc::new).collect();
    let declared = processes.iter().map(|process| Declared {
        kind: ModelKind::Process,
        id: Arc::clone(&process.id),
        name: process.name.clone().unwrap_or_else(|| Arc::clone(&process.id)),
        version_tag: process.version_tag.clone(),
        record_object: process.record_object.clone(),
    });
    let declared = declared.collect();
    Ok((Compiled::Processes(processes), declared))
}

/// A DMN file, for which `others` are those that it may import, or a decision tree.
fn decisions(
    resource: &Resource,
    others: &[&str],
) -> Result<(Compiled, Vec<Declared>), Vec<ResourceProblem>> {
    let model = compile::decisions(&resource.name, &resource.text, others).map_err(|problems| {
        problems.into_iter().map(|problem| of_dmn(&resource.name, problem)).collect::<Vec<_>>()
    })?;
    let declared = model.decisions().map(|decision| Declared {
        kind: ModelKind::Decision,
        id: Arc::clone(&decision.id),
        name: Arc::clone(&decision.name),
        version_tag: None,
        record_object: None,
    });
    let declared = declared.collect();
    Ok((Compiled::Decisions(Arc::new(model)), declared))
}

fn form(resource: &Resource) -> Result<(Compiled, Vec<Declared>), Vec<ResourceProblem>> {
    let form = bpmn::Form::parse(&resource.text)
        .map_err(|problem| vec![of_bpmn(&resource.name, problem)])?;
    let declared = Declared {
        kind: ModelKind::Form,
        id: Arc::clone(&form.id),
        name: Arc::clone(&form.id),
        version_tag: None,
        record_object: None,
    };
    Ok((Compiled::Form(Arc::new(form)), vec![declared]))
}

/// See [`File::same`].
fn same_as_deployed(
    file: &File<'_>,
    catalogue: &Catalogue,
    store: &mut dyn Store,
) -> Result<Option<Vec<DeployedModel>>, StoreError> {
    if file.models.is_empty() {
        // A library of functions, which only its file's name tells from another.
        let text = stored::newest_named(&file.resource.name, store)?;
        return Ok((text.as_ref() == Some(&file.resource.text)).then(Vec::new));
    }
    let mut models = Vec::new();
    for declared in &file.models {
        let Some(version) = latest(catalogue, declared.kind, &declared.id) else { return Ok(None) };
        let stored = store.resource(version.resource)?;
        if stored.is_none_or(|stored| stored.text != file.resource.text) {
            return Ok(None);
        }
        models.push(DeployedModel {
            key: version.key,
            kind: declared.kind,
            id: Arc::clone(&version.id),
            name: Arc::clone(&version.name),
            version: version.version,
            resource_name: Arc::clone(&file.resource.name),
            resource: version.resource,
        });
    }
    Ok(Some(models))
}

fn latest<'a>(catalogue: &'a Catalogue, kind: ModelKind, id: &str) -> Option<&'a turn::Version> {
    match kind {
        ModelKind::Process => catalogue.latest_process(id).map(|it| &it.version),
        ModelKind::Decision => catalogue.latest_decision(id).map(|it| &it.version),
        ModelKind::Form => catalogue.latest_form(id).map(|it| &it.version),
    }
}

fn next_version(
    declared: &Declared,
    last: i32,
    resource: &ResourceRow,
    keys: &mut KeyGenerator,
    now: Timestamp,
) -> ModelRow {
    ModelRow {
        key: keys.next(now),
        kind: declared.kind,
        id: Arc::clone(&declared.id),
        name: Arc::clone(&declared.name),
        version: last.saturating_add(1),
        version_tag: declared.version_tag.clone(),
        resource: resource.key,
        deployment: resource.deployment,
        deployed_at: now,
        record_object: declared.record_object.clone(),
    }
}

fn deployed(model: &ModelRow, resource_name: &Arc<str>) -> DeployedModel {
    DeployedModel {
        key: model.key,
        kind: model.kind,
        id: Arc::clone(&model.id),
        name: Arc::clone(&model.name),
        version: model.version,
        resource_name: Arc::clone(resource_name),
        resource: model.resource,
    }
}

/// The latest deployment among those that brought the models, and when it was.
fn deployed_before(answer: &Deployed, catalogue: &Catalogue) -> Option<(Key, Timestamp)> {
    let of = |it: &DeployedModel| {
        latest(catalogue, it.kind, &it.id).map(|it| (it.deployment, it.deployed_at))
    };
    answer.models.iter().filter_map(of).max()
}

fn of_file(resource: &str, message: String) -> ResourceProblem {
    ResourceProblem { resource: resource.into(), element: None, line: 0, column: 0, message }
}

fn of_bpmn(resource: &Arc<str>, problem: bpmn::Problem) -> ResourceProblem {
    ResourceProblem {
        resource: Arc::clone(resource),
        element: problem.element.map(Into::into),
        line: problem.line,
        column: problem.column,
        message: problem.message,
    }
}

fn of_dmn(resource: &Arc<str>, problem: dmn::Problem) -> ResourceProblem {
    ResourceProblem {
        resource: Arc::clone(resource),
        element: problem.element,
        line: problem.line,
        column: problem.column,
        message: problem.message,
    }
}
