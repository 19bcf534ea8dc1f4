//! HTTP: the CRM API, a part of the Camunda API, wire types, sign-in, live events and OpenAPI. A handler
//! extracts, authorises, calls one use case and maps its answer; rules and SQL are elsewhere.

mod actor;
mod again;
mod api_token;
mod app;
mod attempts;
mod camunda;
mod decision;
mod deployment;
mod event_stream;
mod harden;
mod health;
mod idempotency;
mod import;
mod instance;
mod listed;
mod metrics;
mod notification;
mod object;
mod outbox;
mod page;
mod password;
mod people;
mod problem;
mod process;
mod record;
mod request_id;
mod router;
mod search;
mod session;
mod token;
mod user_task;

pub use app::{App, Authentication, Options};
pub use metrics::metrics_router;
pub use page::{Asset, Page};
pub use password::Passwords;
pub use problem::Problem;
pub use router::{openapi, router};
