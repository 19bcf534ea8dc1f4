//! Starting a process instance, and waiting for its end where that is asked for.

use std::sync::Arc;

use access::{Actor, Permission};
use axum::Json;
use axum::extract::State;
use base::Key;
use runtime::port::{InstanceState, Read};
use runtime::{Answer, ChangedKind, Command, Started};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use turn::{ProcessRef, StartProcess, StartedBy};

use super::find;
use crate::actor::Caller;
use crate::app::App;
use crate::camunda::body::{Given, context};
use crate::camunda::definition::{self, key_of};
use crate::camunda::waiting::Waiting;
use crate::camunda::{TENANT, check_tenant, refuse};
use crate::idempotency::IdempotencyKey;
use crate::problem::Problem;

/// The version number that means the latest.
const LATEST: i32 = -1;

/// Which process to start, and how.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(super) struct NewInstance {
    process_definition_key: Option<String>,
    process_definition_id: Option<String>,
    process_definition_version: Option<i32>,
    variables: Option<Map<String, Value>>,
    await_completion: bool,
    request_timeout: Option<i64>,
    fetch_variables: Vec<String>,
    tenant_id: Option<String>,
    #[serde(rename = "operationReference")]
    _operation_reference: Option<i64>,
    start_instructions: Vec<Value>,
    runtime_instructions: Vec<Value>,
    tags: Vec<String>,
    business_id: Option<String>,
}

impl NewInstance {
    fn check(&self) -> Result<(), Problem> {
        check_tenant(&self.tenant_id)?;
        let without = "leave it out";
        refuse(!self.start_instructions.is_empty(), "`startInstructions`", without)?;
        refuse(!self.runtime_instructions.is_empty(), "`runtimeInstructions`", without)?;
        refuse(!self.tags.is_empty(), "`tags`", without)?;
        let variable = "give it as a variable";
        refuse(self.business_id.is_some(), "`businessId`", variable)
    }

    fn process(&self) -> Result<ProcessRef, Problem> {
        let version = self.process_definition_version.unwrap_or(LATEST);
        match (&self.process_definition_key, &self.process_definition_id) {
            (Some(key), None) => Ok(ProcessRef::Key(key_of("processDefinitionKey", key)?)),
            (None, Some(id)) if version == LATEST => Ok(ProcessRef::Id(id.as_str().into())),
            (None, Some(id)) => Ok(ProcessRef::Version(id.as_str().into(), version)),
            _ => Err(Problem::bad_request(
                "process",
                "give either `processDefinitionKey` or `processDefinitionId`",
            )),
        }
    }
}

pub(super) async fn create(
    State(app): State<App>,
    Caller(actor): Caller,
    idempotency: IdempotencyKey,
    Given(given): Given<NewInstance>,
) -> Result<Json<Value>, Problem> {
    given.check()?;
    let process = given.process()?;
    let waiting = given.await_completion.then(|| Waiting::new(&app, given.request_timeout));
    let start = StartProcess {
        process,
        record: None,
        variables: context(given.variables)?,
        by: StartedBy::Caller,
    };
    let answer = app.submit(&actor, idempotency, Command::StartProcess(start)).await?;
    let Answer::Started(started) = answer else {
        return Err(Problem::bad_request(
            "idempotency_key",
            "this idempotency key was used for another kind of command; take a new one",
        ));
    };
    let variables = match waiting {
        None => Map::new(),
        Some(waiting) => {
            let fetch = given.fetch_variables.into();
            at_the_end(&app, &actor, started.instance, waiting, fetch).await?
        }
    };
    Ok(Json(body(&app, &started, &variables)))
}

fn body(app: &App, started: &Started, variables: &Map<String, Value>) -> Value {
    let definition = definition::of(&app.catalogue(), started.definition);
    json!({
        "processInstanceKey": started.instance.to_string(),
        "processDefinitionKey": started.definition.to_string(),
        "processDefinitionId": &*definition.id,
        "processDefinitionVersion": definition.version,
        "tenantId": TENANT,
        "variables": variables,
        "tags": [],
        "businessId": null,
    })
}

/// The variables of an instance once it has ended. Most have when their start is answered: they
/// ended in the same turn.
async fn at_the_end(
    app: &App,
    actor: &Actor,
    instance: Key,
    mut waiting: Waiting,
    fetch: Arc<[String]>,
) -> Result<Map<String, Value>, Problem> {
    loop {
        let fetch = Arc::clone(&fetch);
        let look = move |read: &dyn Read| {
            let row = find(read, instance)?;
            match row.state {
                InstanceState::Active => Ok(None),
                InstanceState::Completed => variables(read, instance, &fetch).map(Some),
                InstanceState::Terminated => Err(Problem::conflict(
                    "cancelled",
                    format!("process instance {instance} was cancelled before it came to its end"),
                )),
            }
        };
        if let Some(ended) = app.read(actor, Permission::ReadProcesses, look).await? {
            return Ok(ended);
        }
        let concerns = |changed: &runtime::Changed| {
            changed.kind == ChangedKind::Instance && changed.key == instance
        };
        if !waiting.goes_on(concerns).await {
            return Err(Problem::timeout(format!(
                "process instance {instance} was started and has not ended in the time given; it goes on"
            )));
        }
    }
}

/// The instance's own variables; only those that are wanted, where any are named.
fn variables(
    read: &dyn Read,
    instance: Key,
    fetch: &[String],
) -> Result<Map<String, Value>, Problem> {
    let own = read.variables(instance)?.into_iter().filter(|row| row.scope == instance);
    let wanted = own.filter(|row| fetch.is_empty() || fetch.iter().any(|name| **name == *row.name));
    wanted
        .map(|row| Ok((row.name.to_string(), row.value.parse().map_err(Problem::fault)?)))
        .collect()
}
