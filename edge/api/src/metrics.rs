//! `/metrics`: how the server does, in the text format of Prometheus. What there is stands in `family.rs`;
//! numbers and the names of models only, nothing about persons. What the database knows is asked for when
//! somebody looks; the rest is counted as it happens.

mod exposition;
mod family;
mod process;
mod requests;

use std::collections::BTreeMap;
use std::time::Duration;

use access::Permission;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Router, response};
use runtime::StatisticsNow;
use runtime::port::{DefinitionCount, WorkCount};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::actor::Caller;
use crate::app::{App, wall_clock};
use crate::metrics::exposition::Exposition;
use crate::problem::Problem;

pub(crate) use crate::metrics::requests::{Requests, count};

/// How long the database may take before it counts as away.
const DATABASE_MAX: Duration = Duration::from_secs(5);
/// The most processes that have numbers of their own; those of the others are added up.
const PROCESSES_MAX: usize = 500;
/// The name of those others.
const OTHER_PROCESSES: &str = "(other)";

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(metrics))
}

/// The metrics alone, for whoever reaches the address where this is served.
pub fn metrics_router(app: App) -> Router {
    Router::new().route("/metrics", get(unchecked)).with_state(app)
}

/// How the server does, in the text format of Prometheus. Who may manage instances may see it.
#[utoipa::path(get, path = "/metrics", tag = "live",
    responses((status = 200, content_type = "text/plain", body = String), (status = 403, body = Problem)))]
async fn metrics(State(app): State<App>, Caller(actor): Caller) -> Result<Response, Problem> {
    access::require(&actor, &Permission::ManageInstances)?;
    Ok(unchecked(State(app)).await)
}

async fn unchecked(State(app): State<App>) -> Response {
    let text = written(&app).await;
    let mut response = response::Html(text).into_response();
    let format = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, format);
    response
}

async fn written(app: &App) -> String {
    let mut out = Exposition::default();
    let options = app.options();
    out.family(&family::BUILD)
        .sample(&[("version", options.version), ("commit", options.commit)], 1);
    process::write(&mut out, app.started_at());
    app.requests().write(&mut out);
    write_lane(&mut out, &app.runtime().statistics());
    let mut waits = out.family(&family::READ_WAIT);
    for (pool, wait) in app.runtime().read_waits() {
        waits.histogram(&[("pool", pool)], &wait, MICROSECONDS);
    }
    let known = tokio::time::timeout(DATABASE_MAX, stored(app)).await.ok().flatten();
    out.family(&family::DATABASE_UP).sample(&[], u8::from(known.is_some()));
    if let Some((work, instances)) = known {
        write_work(&mut out, &work);
        write_instances(&mut out, &instances);
    }
    out.finish()
}

/// By what a counted value is divided: durations are counted in microseconds and shown in seconds.
const MICROSECONDS: f64 = 1e6;
const AS_IT_IS: f64 = 1.0;

fn write_lane(out: &mut Exposition, now: &StatisticsNow) {
    let mut commands = out.family(&family::COMMANDS);
    for count in &now.commands {
        commands.sample(&[("kind", count.kind), ("outcome", count.outcome)], count.count);
    }
    out.family(&family::WAITING).sample(&[], now.waiting);
    out.family(&family::TURNED_AWAY).sample(&[], now.overloaded);
    out.family(&family::TRANSACTIONS).sample(&[], now.batches);
    out.family(&family::RETRIES).sample(&[], now.retries);
    out.family(&family::PANICS).sample(&[], now.panics);
    out.family(&family::BATCH_COMMANDS).histogram(&[], &now.batch_commands, AS_IT_IS);
    out.family(&family::BATCH_SECONDS).histogram(&[], &now.batch_us, MICROSECONDS);
    out.family(&family::COMMIT_SECONDS).histogram(&[], &now.commit_us, MICROSECONDS);
}

/// What the database knows; `None` where it does not answer.
async fn stored(app: &App) -> Option<(Vec<WorkCount>, BTreeMap<String, DefinitionCount>)> {
    let now = wall_clock();
    let read =
        app.runtime().read_unchecked(move |read| Ok((read.work(now)?, read.definition_counts()?)));
    let (work, counts) = match read.await {
        Ok(known) => known,
        Err(error) => {
            tracing::warn!(%error, "the database does not answer the metrics page");
            return None;
        }
    };
    let catalogue = app.catalogue();
    let mut by_process = BTreeMap::new();
    for count in counts {
        let process = catalogue.process(count.definition).map(|it| it.process.id.to_string());
        add(&mut by_process, process.unwrap_or_else(|| OTHER_PROCESSES.to_owned()), count);
    }
    Some((work, limited(by_process)))
}

/// So that nobody who deploys many models can flood what collects the metrics.
fn limited(mut by_process: BTreeMap<String, DefinitionCount>) -> BTreeMap<String, DefinitionCount> {
    let Some(first_left_out) = by_process.keys().nth(PROCESSES_MAX).cloned() else {
        return by_process;
    };
    for (_, count) in by_process.split_off(&first_left_out) {
        add(&mut by_process, OTHER_PROCESSES.to_owned(), count);
    }
    by_process
}

fn add(to: &mut BTreeMap<String, DefinitionCount>, process: String, count: DefinitionCount) {
    match to.get_mut(&process) {
        Some(sum) => {
            sum.active += count.active;
            sum.completed += count.completed;
            sum.terminated += count.terminated;
            sum.incidents += count.incidents;
        }
        None => {
            to.insert(process, count);
        }
    }
}

fn write_work(out: &mut Exposition, work: &[WorkCount]) {
    let kinds = [
        (&family::JOBS, "job"),
        (&family::TIMERS, "timer"),
        (&family::USER_TASKS, "user_task"),
        (&family::INCIDENTS, "incident"),
        (&family::OUTBOX, "outbox"),
    ];
    for (family, kind) in kinds {
        let mut samples = out.family(family);
        for count in work.iter().filter(|count| &*count.kind == kind) {
            samples.sample(&[("state", &count.state)], count.count);
        }
    }
}

fn write_instances(out: &mut Exposition, instances: &BTreeMap<String, DefinitionCount>) {
    let mut started = out.family(&family::INSTANCES_STARTED);
    for (process, count) in instances {
        let all = count.active + count.completed + count.terminated;
        started.sample(&[("process", process)], all);
    }
    let mut ended = out.family(&family::INSTANCES_ENDED);
    for (process, count) in instances {
        ended.sample(&[("process", process), ("outcome", "completed")], count.completed);
        ended.sample(&[("process", process), ("outcome", "cancelled")], count.terminated);
    }
    let mut active = out.family(&family::INSTANCES_ACTIVE);
    for (process, count) in instances {
        active.sample(&[("process", process)], count.active);
    }
    let mut stuck = out.family(&family::INSTANCES_WITH_INCIDENTS);
    for (process, count) in instances {
        stuck.sample(&[("process", process)], count.incidents);
    }
}

#[cfg(test)]
mod tests {
    use base::Key;

    use super::*;

    #[test]
    fn the_numbers_of_too_many_processes_are_added_up() {
        let one = |n: i64| DefinitionCount {
            definition: Key(n),
            active: 1,
            completed: 2,
            terminated: 0,
            incidents: 0,
        };
        for (processes, left, other) in [(PROCESSES_MAX, PROCESSES_MAX, None), (502, 501, Some(2))]
        {
            let counts = (0_i64..).take(processes).map(|n| (format!("p{n:04}"), one(n))).collect();
            let limited = limited(counts);
            assert_eq!(limited.len(), left);
            assert_eq!(limited.get(OTHER_PROCESSES).map(|it| it.active), other);
        }
    }
}
