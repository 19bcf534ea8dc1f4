//! Deployed processes: their versions, diagrams and live counts.

use std::collections::BTreeMap;

use access::Permission;
use axum::Json;
use axum::extract::{Path, State};
use base::Key;
use runtime::port::{DefinitionCount, ModelKind, ModelRow};
use serde::Serialize;
use turn::Catalogue;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::actor::Caller;
use crate::app::App;
use crate::problem::{ApiResult, Problem};
use crate::record::parse_key;

/// Every version of every process.
#[derive(Debug, Serialize, ToSchema)]
struct Processes {
    /// By id, the latest version first.
    items: Vec<ProcessBody>,
}

/// One version of a process with its instances counted by state.
#[derive(Debug, Serialize, ToSchema)]
struct ProcessBody {
    /// The key of this version.
    key: String,
    /// The BPMN process id.
    id: String,
    /// Its name.
    name: String,
    /// The name in other languages, by language: the process's properties `name.zh` ..
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(value_type = BTreeMap<String, String>, required = false)]
    names: BTreeMap<String, String>,
    /// 1, 2, 3 .. per id.
    version: i32,
    /// The modeller's own name for the version.
    #[serde(skip_serializing_if = "Option::is_none")]
    version_tag: Option<String>,
    /// When it was deployed.
    deployed_at: String,
    /// The object whose records its instances are bound to.
    #[serde(skip_serializing_if = "Option::is_none")]
    record_object: Option<String>,
    /// Instances that run or wait.
    active: u64,
    /// Instances that came to their end.
    completed: u64,
    /// Instances that were cancelled.
    terminated: u64,
    /// Active instances with an open incident.
    incidents: u64,
    /// The BPMN XML; in lists absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    xml: Option<String>,
}

/// A version of a process as others name it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ProcessRef {
    key: String,
    id: String,
    name: String,
    /// The name in other languages, by language.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(value_type = BTreeMap<String, String>, required = false)]
    names: BTreeMap<String, String>,
    version: i32,
}

/// What a model calls something, in its own language and in others.
pub(crate) struct Named {
    pub(crate) name: String,
    /// By language.
    pub(crate) names: BTreeMap<String, String>,
}

impl Named {
    /// What has no name goes by its id.
    pub(crate) fn by_id(id: &str) -> Self {
        Self { name: id.to_owned(), names: BTreeMap::new() }
    }
}

/// Live counts for the diagram.
#[derive(Debug, Serialize, ToSchema)]
struct Counts {
    /// Passes through each element.
    elements: Vec<ElementCountBody>,
    /// How often each flow was taken.
    flows: Vec<FlowCountBody>,
}

/// The passes through one element.
#[derive(Debug, Serialize, ToSchema)]
struct ElementCountBody {
    /// The BPMN id.
    element_id: String,
    /// Passes that run or wait.
    active: u64,
    /// Passes that did their work.
    completed: u64,
    /// Passes that were interrupted.
    terminated: u64,
    /// Passes with an open incident.
    incidents: u64,
}

/// How often a flow was taken.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FlowCountBody {
    /// The BPMN id of the sequence flow.
    flow_id: String,
    /// How often.
    count: u64,
}

impl From<runtime::port::FlowCount> for FlowCountBody {
    fn from(row: runtime::port::FlowCount) -> Self {
        Self { flow_id: row.flow_id.to_string(), count: row.count }
    }
}

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(get)).routes(routes!(counts))
}

/// The names of an element of a version of a process, where both are known.
pub(crate) fn names_of(catalogue: &Catalogue, definition: Key, element_id: &str) -> Option<Named> {
    let (_, element) = catalogue.process(definition)?.process.element_by_id(element_id)?;
    let Some(name) = &element.name else { return Some(Named::by_id(element_id)) };
    Some(Named { name: name.to_string(), names: element.properties.translations("name") })
}

/// How others name a version of a process; by its key alone where it is unknown.
pub(crate) fn refer(catalogue: &Catalogue, definition: Key) -> ProcessRef {
    match catalogue.process(definition).map(|process| (&process.version, process)) {
        Some((version, process)) => ProcessRef {
            key: version.key.to_string(),
            id: version.id.to_string(),
            name: version.name.to_string(),
            names: process.process.properties.translations("name"),
            version: version.version,
        },
        None => ProcessRef {
            key: definition.to_string(),
            id: String::new(),
            name: definition.to_string(),
            names: BTreeMap::new(),
            version: 0,
        },
    }
}

fn body(
    catalogue: &Catalogue,
    row: &ModelRow,
    counts: &BTreeMap<Key, DefinitionCount>,
    xml: Option<String>,
) -> ProcessBody {
    let count = counts.get(&row.key);
    let process = catalogue.process(row.key).map(|version| &version.process);
    ProcessBody {
        key: row.key.to_string(),
        id: row.id.to_string(),
        name: row.name.to_string(),
        names: process.map(|one| one.properties.translations("name")).unwrap_or_default(),
        version: row.version,
        version_tag: row.version_tag.as_deref().map(ToOwned::to_owned),
        deployed_at: row.deployed_at.to_string(),
        record_object: row.record_object.as_deref().map(ToOwned::to_owned),
        active: count.map_or(0, |count| count.active),
        completed: count.map_or(0, |count| count.completed),
        terminated: count.map_or(0, |count| count.terminated),
        incidents: count.map_or(0, |count| count.incidents),
        xml,
    }
}

fn by_definition(counts: Vec<DefinitionCount>) -> BTreeMap<Key, DefinitionCount> {
    counts.into_iter().map(|count| (count.definition, count)).collect()
}

/// Every version of every process.
#[utoipa::path(get, path = "/api/processes", tag = "processes",
    responses((status = 200, body = Processes)))]
async fn list(State(app): State<App>, Caller(actor): Caller) -> ApiResult<Processes> {
    let catalogue = app.catalogue();
    let items = app.read(&actor, Permission::ReadProcesses, move |read| {
        let counts = by_definition(read.definition_counts()?);
        let rows = read.models(ModelKind::Process)?;
        Ok(rows.iter().map(|row| body(&catalogue, row, &counts, None)).collect())
    });
    Ok(Json(Processes { items: items.await? }))
}

/// One version of a process with its BPMN XML.
#[utoipa::path(get, path = "/api/processes/{key}", tag = "processes",
    params(("key" = String, Path)),
    responses((status = 200, body = ProcessBody), (status = 404, body = Problem)))]
async fn get(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(key): Path<String>,
) -> ApiResult<ProcessBody> {
    let (key, catalogue) = (parse_key(&key)?, app.catalogue());
    let process = app.read(&actor, Permission::ReadProcesses, move |read| {
        let row = read.model(key)?.filter(|row| row.kind == ModelKind::Process);
        let row = row.ok_or_else(|| Problem::not_found(format!("there is no process {key}")))?;
        let counts = by_definition(read.definition_counts()?);
        let xml = read.resource(row.resource)?.map(|resource| resource.text.to_string());
        Ok(body(&catalogue, &row, &counts, xml))
    });
    Ok(Json(process.await?))
}

/// Live counts per element and flow of one version of a process.
#[utoipa::path(get, path = "/api/processes/{key}/counts", tag = "processes",
    params(("key" = String, Path)), responses((status = 200, body = Counts)))]
async fn counts(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(key): Path<String>,
) -> ApiResult<Counts> {
    let key = parse_key(&key)?;
    let counts = app.read(&actor, Permission::ReadProcesses, move |read| {
        let elements = read.element_counts(key)?.into_iter().map(|count| ElementCountBody {
            element_id: count.element_id.to_string(),
            active: count.active,
            completed: count.completed,
            terminated: count.terminated,
            incidents: count.incidents,
        });
        let flows = read.flow_counts(key)?.into_iter().map(FlowCountBody::from);
        Ok(Counts { elements: elements.collect(), flows: flows.collect() })
    });
    Ok(Json(counts.await?))
}
