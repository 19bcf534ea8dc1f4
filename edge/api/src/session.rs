//! Signing in and out, the own password, and the set-up of an empty server.

use std::collections::BTreeMap;
use std::sync::Arc;

use access::{Actor, Permission, Role};
use axum::Json;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header::{AUTHORIZATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use records::{FieldValue, Input};
use runtime::port::{CredentialRow, IdentityWrite, SessionRow};
use runtime::{AddUser, Answer, Command};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::actor::{
    COOKIE_NAME, Caller, check_origin, find_credential, session_secret, user_object,
};
use crate::app::{App, wall_clock};
use crate::idempotency::IdempotencyKey;
use crate::listed;
use crate::problem::{ApiResult, Problem};
use crate::token;

/// How long a session lasts.
const SESSION_MS: i64 = 7 * 24 * 60 * 60 * 1000;

/// The longest request body that brings a password, in bytes: strangers may send it.
pub(crate) const PASSWORD_BODY_MAX: usize = 4 * 1024;

/// What signs a person in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SignIn {
    /// The name to sign in with.
    login: String,
    /// The password.
    password: String,
}

/// The one who is signed in.
#[derive(Serialize, ToSchema)]
pub(crate) struct Me {
    /// The key of the user's record.
    user: String,
    /// The name to sign in with.
    login: String,
    /// The name of the person.
    name: String,
    /// What they are to the workspace.
    #[schema(value_type = listed::Role)]
    role: &'static str,
    /// `en` or `zh`; absent where the user has chosen none.
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    /// What the user may do, besides records: `deploy`, `manage_users`.
    permissions: Vec<&'static str>,
}

/// A new password for oneself.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PasswordChange {
    /// The password as it is.
    current: String,
    /// The password to be.
    new: String,
}

/// Whether the server waits for its first administrator.
#[derive(Serialize, ToSchema)]
struct SetupState {
    /// It does.
    needed: bool,
}

/// The first administrator.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Setup {
    /// The token in the link that the server printed.
    token: String,
    /// The name to sign in with.
    login: String,
    /// The name of the person.
    name: String,
    /// The password.
    password: String,
}

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(sign_in, me, sign_out))
        .routes(routes!(change_password))
        .routes(routes!(setup_state, set_up))
        .layer(DefaultBodyLimit::max(PASSWORD_BODY_MAX))
}

/// Signs in: answers who one is, and sets the session's cookie.
#[utoipa::path(post, path = "/api/session", tag = "session", request_body = SignIn,
    responses((status = 200, body = Me), (status = 401, body = Problem), (status = 429, body = Problem),
        (status = 503, body = Problem)))]
async fn sign_in(
    State(app): State<App>,
    method: Method,
    headers: HeaderMap,
    Json(given): Json<SignIn>,
) -> Result<Response, Problem> {
    check_origin(&method, &headers)?;
    let (user, credential) = find_credential(&app, &given.login).await?;
    if !app.check_password(&given.login, given.password, credential).await? {
        return Err(Problem::unauthorized("the name or the password is wrong"));
    }
    let user = user.ok_or_else(|| Problem::unauthorized("the name or the password is wrong"))?;
    open_session(&app, user).await
}

/// Makes a session for `user` and answers with its cookie.
async fn open_session(app: &App, user: Actor) -> Result<Response, Problem> {
    let (secret, now) = (token::random_text()?, wall_clock());
    let session = SessionRow {
        token_hash: token::digest(&secret),
        user: user.user,
        created_at: now,
        expires_at: now.plus_ms(SESSION_MS),
    };
    let command = Command::Identity(vec![IdentityWrite::PutSession(session)]);
    app.submit(&user, IdempotencyKey::default(), command).await?;
    let me = describe(app, user).await?;
    Ok(([(SET_COOKIE, cookie(app, &secret, SESSION_MS / 1000)?)], Json(me)).into_response())
}

fn cookie(app: &App, secret: &str, max_age_s: i64) -> Result<HeaderValue, Problem> {
    let secure = if app.options().secure_cookie { "; Secure" } else { "" };
    let text = format!(
        "{COOKIE_NAME}={secret}; Path=/; HttpOnly; SameSite=Lax; Max-Age={max_age_s}{secure}"
    );
    HeaderValue::from_str(&text).map_err(Problem::fault)
}

async fn describe(app: &App, actor: Actor) -> Result<Me, Problem> {
    let object = user_object(app)?;
    let key = actor.user;
    let record = app
        .read(&Actor::system(), Permission::ManageUsers, {
            let object = Arc::clone(&object);
            move |read| Ok(read.record(&object, key)?)
        })
        .await?;
    let text = |field: &str| {
        record.as_ref().and_then(|user| match user.value(&object, field) {
            FieldValue::Text(text) => Some(text.to_string()),
            _ => None,
        })
    };
    Ok(Me {
        user: actor.user.to_string(),
        name: text("name").unwrap_or_else(|| actor.login.to_string()),
        language: text("language"),
        permissions: permissions(actor.role),
        role: actor.role.as_str(),
        login: actor.login.to_string(),
    })
}

fn permissions(role: Role) -> Vec<&'static str> {
    [
        (Permission::ReadProcesses, "read_processes"),
        (Permission::Deploy, "deploy"),
        (Permission::StartProcess, "start_process"),
        (Permission::ManageInstances, "manage_instances"),
        (Permission::WorkOnTasks, "work_on_tasks"),
        (Permission::WorkOnJobs, "work_on_jobs"),
        (Permission::Evaluate, "evaluate"),
        (Permission::DefineObjects, "define_objects"),
        (Permission::ManageUsers, "manage_users"),
        (Permission::ReadOutbox, "read_outbox"),
    ]
    .into_iter()
    .filter(|(permission, _)| permission.held_by(role))
    .map(|(_, name)| name)
    .collect()
}

/// Who is signed in; null where nobody is. That is an answer and no error, for a page asks before anybody
/// could sign in. A token or a password that does not hold is still refused.
#[utoipa::path(get, path = "/api/session", tag = "session",
    responses((status = 200, body = Option<Me>), (status = 401, body = Problem)))]
async fn me(
    State(app): State<App>,
    caller: Result<Caller, Problem>,
    headers: HeaderMap,
) -> ApiResult<Option<Me>> {
    match caller {
        Ok(Caller(actor)) => Ok(Json(Some(describe(&app, actor).await?))),
        Err(problem)
            if problem.status == StatusCode::UNAUTHORIZED
                && !headers.contains_key(AUTHORIZATION) =>
        {
            Ok(Json(None))
        }
        Err(problem) => Err(problem),
    }
}

/// Signs out: the session ends on the server too.
#[utoipa::path(delete, path = "/api/session", tag = "session", responses((status = 204)))]
async fn sign_out(
    State(app): State<App>,
    Caller(actor): Caller,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if let Some(secret) = session_secret(&headers) {
        let end = IdentityWrite::RemoveSession(token::digest(&secret));
        app.submit(&actor, IdempotencyKey::default(), Command::Identity(vec![end])).await?;
    }
    Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, cookie(&app, "", 0)?)]).into_response())
}

/// Changes the own password. Every other session of the user ends.
#[utoipa::path(post, path = "/api/session/password", tag = "session",
    request_body = PasswordChange, responses((status = 204), (status = 403, body = Problem)))]
async fn change_password(
    State(app): State<App>,
    Caller(actor): Caller,
    headers: HeaderMap,
    Json(given): Json<PasswordChange>,
) -> Result<StatusCode, Problem> {
    let (_, credential) = find_credential(&app, &actor.login).await?;
    if !app.check_password(&actor.login, given.current, credential).await? {
        return Err(Problem::forbidden("password", "the current password is wrong"));
    }
    let password_hash = app.passwords().hash(given.new).await?;
    let except = session_secret(&headers).map(|secret| token::digest(&secret));
    let writes = vec![
        IdentityWrite::PutCredential(CredentialRow {
            user: actor.user,
            password_hash,
            changed_at: wall_clock(),
        }),
        IdentityWrite::RemoveSessionsOf { user: actor.user, except },
    ];
    app.submit(&actor, IdempotencyKey::default(), Command::Identity(writes)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whether the server waits for its first administrator.
#[utoipa::path(get, path = "/api/setup", tag = "session", responses((status = 200, body = SetupState)))]
async fn setup_state(State(app): State<App>) -> Json<SetupState> {
    Json(SetupState { needed: app.setup().is_some() })
}

/// Makes the first administrator, once, by the token in the link that the server printed.
#[utoipa::path(post, path = "/api/setup", tag = "session", request_body = Setup,
    responses((status = 200, body = Me), (status = 403, body = Problem)))]
async fn set_up(
    State(app): State<App>,
    method: Method,
    headers: HeaderMap,
    Json(given): Json<Setup>,
) -> Result<Response, Problem> {
    check_origin(&method, &headers)?;
    let digest = token::digest(&given.token);
    if app.setup().as_ref() != Some(&digest) {
        let detail = "this link was used already or is not the one the server printed last";
        return Err(Problem::forbidden("setup", detail));
    }
    let password_hash = app.passwords().hash(given.password).await?;
    let fields = BTreeMap::from([
        ("login", given.login.clone()),
        ("name", given.name),
        ("role", Role::Admin.to_string()),
    ]);
    let input: Input = fields.into_iter().collect();
    let command = Command::AddUser(AddUser { input, password_hash: Some(password_hash) });
    // The link is spent before the command runs, so that of two who use it at once only one succeeds.
    let taken = app.setup().take_if(|expected| *expected == digest);
    let spent = taken.ok_or_else(|| Problem::forbidden("setup", "this link was used already"))?;
    let answer = app.submit(&Actor::system(), IdempotencyKey::default(), command).await;
    let Answer::Records(users) = answer.inspect_err(|_| *app.setup() = Some(spent))? else {
        return Err(Problem::fault("adding a user answered something else"));
    };
    let user = users.first().ok_or_else(|| Problem::fault("adding a user answered no user"))?;
    let actor =
        Actor { user: user.key, login: given.login.into(), role: Role::Admin, teams: Vec::new() };
    open_session(&app, actor).await
}
