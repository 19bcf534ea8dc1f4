//! What a request's body says. An absent one is an empty one, as the operations that need none expect;
//! a member that nobody knows is refused rather than ignored.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::app::App;
use crate::problem::Problem;

/// A JSON body; absent, empty and `null` alike give the default.
pub(super) struct Given<T>(pub(super) T);

impl<T: DeserializeOwned + Default> FromRequest<App> for Given<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let bytes = Bytes::from_request(request, app)
            .await
            .map_err(|error| Problem::bad_request("body", error.body_text()))?;
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Ok(Self(T::default()));
        }
        let read = serde_json::from_slice::<Option<T>>(&bytes);
        read.map(|given| Self(given.unwrap_or_default())).map_err(|error| {
            Problem::bad_request("body", format!("the body cannot be read: {error}"))
        })
    }
}

/// A body that may carry a reference which Camunda writes to its log; there is none here to write it to.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Reference {
    #[serde(rename = "operationReference")]
    _operation_reference: Option<i64>,
}

/// Variables that may be left out or null.
pub(super) fn context(variables: Option<Map<String, Value>>) -> Result<feel::Context, Problem> {
    crate::user_task::context(variables.unwrap_or_default())
}
