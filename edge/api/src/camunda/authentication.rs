//! Who the caller is.

use access::{Actor, Permission};
use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::TENANT;
use crate::actor::{Caller, user_object};
use crate::app::App;
use crate::problem::Problem;

pub(super) fn routes() -> Router<App> {
    Router::new().route("/authentication/me", get(me))
}

/// The caller's own user; the permission to read users is not needed for oneself.
async fn me(State(app): State<App>, Caller(actor): Caller) -> Result<Json<Value>, Problem> {
    let (object, user) = (user_object(&app)?, actor.user);
    let (name, email) = app
        .read(&Actor::system(), Permission::ManageUsers, move |read| {
            let record = read.record(&object, user)?;
            let text = |field: &str| {
                let record = record.as_ref()?;
                Some(record.value(&object, field).as_text()?.to_owned())
            };
            Ok((text("name"), text("email")))
        })
        .await?;
    let role = actor.role.to_string();
    Ok(Json(json!({
        "username": &*actor.login,
        "displayName": name,
        "email": email,
        "authorizedComponents": [],
        "tenants": [{"name": "Default", "tenantId": TENANT, "description": null}],
        "groups": actor.groups().collect::<Vec<_>>(),
        "roles": [&role],
        "salesPlanType": null,
        "c8Links": {},
        "canLogout": true,
    })))
}
