//! Counts requests by the template of their route, never by their address: that has keys of records.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use runtime::{DURATIONS_US, Histogram};

use crate::app::App;
use crate::metrics::MICROSECONDS;
use crate::metrics::exposition::Exposition;
use crate::metrics::family;

/// What is counted for addresses that no route has: files of the page, and what is nowhere.
const PAGE: &str = "(page)";

/// The requests since the start. They are few against what a lane does, and each holds the lock for a
/// look-up.
#[derive(Debug, Default)]
pub(crate) struct Requests(Mutex<BTreeMap<&'static str, BTreeMap<String, Counted>>>);

#[derive(Debug)]
struct Counted {
    statuses: BTreeMap<u16, u64>,
    duration: Histogram,
}

/// Counts a request when its answer begins.
pub(crate) async fn count(State(app): State<App>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = word(request.method());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    let route = route.as_ref().map_or(PAGE, MatchedPath::as_str);
    app.requests().add(method, route, response.status(), started.elapsed());
    response
}

impl Requests {
    fn add(&self, method: &'static str, route: &str, status: StatusCode, took: Duration) {
        let mut methods = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let routes = methods.entry(method).or_default();
        if !routes.contains_key(route) {
            let counted =
                Counted { statuses: BTreeMap::new(), duration: Histogram::new(DURATIONS_US) };
            routes.insert(route.to_owned(), counted);
        }
        if let Some(counted) = routes.get_mut(route) {
            *counted.statuses.entry(status.as_u16()).or_default() += 1;
            counted.duration.observe_duration(took);
        }
    }

    pub(super) fn write(&self, out: &mut Exposition) {
        let methods = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let all = || methods.iter().flat_map(|(it, routes)| routes.iter().map(move |on| (*it, on)));
        let mut requests = out.family(&family::REQUESTS);
        for (method, (route, counted)) in all() {
            for (status, count) in &counted.statuses {
                let status = status.to_string();
                let labels = [("route", route.as_str()), ("method", method), ("status", &status)];
                requests.sample(&labels, *count);
            }
        }
        let mut durations = out.family(&family::REQUEST_SECONDS);
        for (method, (route, counted)) in all() {
            let labels = [("route", route.as_str()), ("method", method)];
            durations.histogram(&labels, &counted.duration.now(), MICROSECONDS);
        }
    }
}

/// A caller may invent methods; labels may not grow by that.
fn word(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
