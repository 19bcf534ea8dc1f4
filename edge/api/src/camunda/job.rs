//! Jobs for workers: taken with a lease, by a request that waits where there is none, and answered.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{patch, post};
use axum::{Json, Router};
use runtime::{ActivatedJob, Answer, Changed, ChangedKind, ClaimJobs, Command};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use turn::InstanceCommand;

use super::body::{Given, context};
use super::waiting::Waiting;
use super::{TENANT, check_tenant, refuse, root_of};
use crate::actor::Caller;
use crate::app::App;
use crate::idempotency::IdempotencyKey;
use crate::problem::Problem;
use crate::record::parse_key;

/// The most jobs of one answer; who wants more asks again.
const JOBS_MAX: u32 = 1_000;

/// What a worker asks for.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct Activation {
    #[serde(rename = "type")]
    job_type: String,
    worker: Option<String>,
    timeout: i64,
    max_jobs_to_activate: i64,
    fetch_variable: Vec<String>,
    request_timeout: Option<i64>,
    tenant_ids: Vec<String>,
    #[serde(rename = "tenantFilter")]
    _tenant_filter: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Completion {
    variables: Option<Map<String, Value>>,
    result: Option<Value>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct Failure {
    retries: i64,
    error_message: Option<String>,
    retry_back_off: i64,
    variables: Option<Map<String, Value>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct BusinessError {
    error_code: String,
    error_message: Option<String>,
    variables: Option<Map<String, Value>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct Update {
    changeset: Changeset,
    #[serde(rename = "operationReference")]
    _operation_reference: Option<i64>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Changeset {
    retries: Option<i64>,
    timeout: Option<i64>,
}

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/jobs/activation", post(activate))
        .route("/jobs/{key}", patch(update))
        .route("/jobs/{key}/completion", post(complete))
        .route("/jobs/{key}/failure", post(fail))
        .route("/jobs/{key}/error", post(throw_error))
}

impl Activation {
    fn claim(&self) -> Result<ClaimJobs, Problem> {
        let wrong = |detail: &str| Err(Problem::bad_request("activation", detail));
        check_tenant(&self.tenant_ids)?;
        if self.job_type.trim().is_empty() {
            return wrong("give the `type` of the jobs");
        }
        if self.timeout < 1 {
            return wrong("give as `timeout` how long the worker may take, in milliseconds from 1");
        }
        if self.max_jobs_to_activate < 1 {
            return wrong("give as `maxJobsToActivate` how many jobs are wanted, from 1");
        }
        Ok(ClaimJobs {
            job_type: self.job_type.as_str().into(),
            worker: self.worker.as_deref().unwrap_or_default().into(),
            limit: u32::try_from(self.max_jobs_to_activate).unwrap_or(JOBS_MAX).min(JOBS_MAX),
            lease_ms: self.timeout,
            fetch_variables: self.fetch_variable.iter().map(|name| name.as_str().into()).collect(),
        })
    }
}

async fn activate(
    State(app): State<App>,
    Caller(actor): Caller,
    Given(given): Given<Activation>,
) -> Result<Json<Value>, Problem> {
    let claim = given.claim()?;
    let mut waiting = Waiting::new(&app, given.request_timeout);
    let concerns = |changed: &Changed| {
        changed.kind == ChangedKind::Job
            && changed.object.as_ref().is_some_and(|job_type| *job_type == claim.job_type)
    };
    loop {
        let command = Command::ActivateJobs(claim.clone());
        let answer = app.submit(&actor, IdempotencyKey::default(), command).await?;
        let Answer::Jobs(jobs) = answer else {
            return Err(Problem::fault("a claim of jobs was answered by something else"));
        };
        if !jobs.is_empty() || !waiting.goes_on(concerns).await {
            let jobs: Result<Vec<Value>, Problem> = jobs.iter().map(body).collect();
            return Ok(Json(json!({"jobs": jobs?})));
        }
    }
}

fn body(job: &ActivatedJob) -> Result<Value, Problem> {
    let headers: Value = job.headers.parse().map_err(Problem::fault)?;
    let variables: Value = job.variables.parse().map_err(Problem::fault)?;
    Ok(json!({
        "jobKey": job.key.to_string(),
        "type": &*job.job_type,
        "processInstanceKey": job.instance.to_string(),
        "rootProcessInstanceKey": root_of(job.instance),
        "processDefinitionKey": job.definition.to_string(),
        "processDefinitionId": &*job.process_id,
        "processDefinitionVersion": job.process_version,
        "elementId": &*job.element_id,
        "elementInstanceKey": job.element_instance.to_string(),
        "customHeaders": headers,
        "worker": &*job.worker,
        "retries": job.retries,
        "deadline": job.until.0,
        "variables": variables,
        "kind": "BPMN_ELEMENT",
        "listenerEventType": "UNSPECIFIED",
        "userTask": null,
        "tags": [],
        "tenantId": TENANT,
    }))
}

async fn complete(
    State(app): State<App>,
    Caller(actor): Caller,
    idempotency: IdempotencyKey,
    Path(key): Path<String>,
    Given(given): Given<Completion>,
) -> Result<StatusCode, Problem> {
    refuse(given.result.is_some(), "`result`", "there are no listeners; leave it out")?;
    let command = InstanceCommand::CompleteJob {
        job: parse_key(&key)?,
        variables: context(given.variables)?,
    };
    app.submit(&actor, idempotency, Command::Process(command)).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn fail(
    State(app): State<App>,
    Caller(actor): Caller,
    idempotency: IdempotencyKey,
    Path(key): Path<String>,
    Given(given): Given<Failure>,
) -> Result<StatusCode, Problem> {
    let named = given.variables.is_some_and(|variables| !variables.is_empty());
    refuse(named, "`variables` with a failure", "set them on the element instance")?;
    let command = InstanceCommand::FailJob {
        job: parse_key(&key)?,
        retries: whole("retries", given.retries)?,
        message: given.error_message.map_or_else(|| Arc::from(""), Arc::from),
        retry_back_off_ms: whole("retryBackOff", given.retry_back_off)?,
    };
    app.submit(&actor, idempotency, Command::Process(command)).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn throw_error(
    State(app): State<App>,
    Caller(actor): Caller,
    idempotency: IdempotencyKey,
    Path(key): Path<String>,
    Given(given): Given<BusinessError>,
) -> Result<StatusCode, Problem> {
    if given.error_code.is_empty() {
        return Err(Problem::bad_request("error_code", "give the BPMN error's `errorCode`"));
    }
    let command = InstanceCommand::ThrowJobError {
        job: parse_key(&key)?,
        code: given.error_code.into(),
        message: given.error_message.map_or_else(|| Arc::from(""), Arc::from),
        variables: context(given.variables)?,
    };
    app.submit(&actor, idempotency, Command::Process(command)).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn update(
    State(app): State<App>,
    Caller(actor): Caller,
    idempotency: IdempotencyKey,
    Path(key): Path<String>,
    Given(given): Given<Update>,
) -> Result<StatusCode, Problem> {
    let Changeset { retries, timeout } = given.changeset;
    refuse(
        timeout.is_some(),
        "a change of `timeout`",
        "let the lease run out, or take longer ones",
    )?;
    let Some(retries) = retries else {
        return Err(Problem::bad_request("changeset", "give new `retries`"));
    };
    let command = InstanceCommand::UpdateJobRetries {
        job: parse_key(&key)?,
        retries: whole("retries", retries)?,
    };
    app.submit(&actor, idempotency, Command::Process(command)).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn whole(field: &str, number: i64) -> Result<u32, Problem> {
    u32::try_from(number).map_err(|_out_of_range| {
        Problem::bad_request("number", format!("`{field}` is {number}; give 0 to {}", u32::MAX))
    })
}
