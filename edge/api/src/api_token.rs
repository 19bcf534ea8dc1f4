//! API tokens of a user, and what an administrator does about another's tokens and password.

use access::Permission;
use axum::Json;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use base::{Key, KeyGenerator};
use runtime::Command;
use runtime::port::{CredentialRow, IdentityWrite, TokenRow};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::actor::{Caller, user_object};
use crate::app::{App, wall_clock};
use crate::idempotency::IdempotencyKey;
use crate::problem::{ApiResult, Problem};
use crate::record::parse_key;
use crate::session::PASSWORD_BODY_MAX;
use crate::token;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
const NAME_MAX: usize = 100;
/// The longest that a token may be good for, in days.
const DAYS_MAX: u32 = 3650;

/// The tokens of a user.
#[derive(Debug, Serialize, ToSchema)]
struct Tokens {
    /// Newest first.
    items: Vec<TokenBody>,
}

/// A token; its secret is told once, when it is made.
#[derive(Debug, Serialize, ToSchema)]
struct TokenBody {
    /// The token's key.
    key: String,
    /// What the user calls it.
    name: String,
    /// When it was made.
    created_at: String,
    /// When it ends; absent where it does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<String>,
    /// The secret, for `Authorization: Bearer`; only in the answer that makes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

/// A token to make.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewToken {
    /// What the user calls it.
    name: String,
    /// How many days it is good for; without it for ever.
    days: Option<u32>,
}

/// A password that an administrator sets.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPassword {
    /// The password to be.
    password: String,
}

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(remove))
        .routes(routes!(list_of_user))
        .routes(routes!(remove_of_user))
        .merge(
            OpenApiRouter::new()
                .routes(routes!(set_password))
                .layer(DefaultBodyLimit::max(PASSWORD_BODY_MAX)),
        )
}

fn body(row: &TokenRow, secret: Option<String>) -> TokenBody {
    TokenBody {
        key: row.key.to_string(),
        name: row.name.clone(),
        created_at: row.created_at.to_string(),
        expires_at: row.expires_at.map(|at| at.to_string()),
        secret,
    }
}

/// The own tokens.
#[utoipa::path(get, path = "/api/tokens", tag = "session", responses((status = 200, body = Tokens)))]
async fn list(State(app): State<App>, Caller(actor): Caller) -> ApiResult<Tokens> {
    let user = actor.user;
    // Everybody may see the own tokens, so that the read is done as the engine, for this user only.
    let system = access::Actor::system();
    let rows =
        app.read(&system, Permission::ManageUsers, move |read| Ok(read.tokens(user)?)).await?;
    Ok(Json(Tokens { items: rows.iter().map(|row| body(row, None)).collect() }))
}

/// Makes a token. Its secret is in this answer and never again.
#[utoipa::path(post, path = "/api/tokens", tag = "session", request_body = NewToken,
    responses((status = 201, body = TokenBody), (status = 400, body = Problem)))]
async fn create(
    State(app): State<App>,
    Caller(actor): Caller,
    Json(given): Json<NewToken>,
) -> Result<(StatusCode, Json<TokenBody>), Problem> {
    let name = given.name.trim();
    if name.is_empty() || name.chars().count() > NAME_MAX {
        let detail = format!("give the token a name of at most {NAME_MAX} characters");
        return Err(Problem::bad_request("name", detail));
    }
    if given.days.is_some_and(|days| days == 0 || days > DAYS_MAX) {
        let detail = format!("a token is good for 1 to {DAYS_MAX} days, or for ever");
        return Err(Problem::bad_request("days", detail));
    }
    let (secret, now) = (token::random_text()?, wall_clock());
    let row = TokenRow {
        key: draw_key()?,
        user: actor.user,
        name: name.to_owned(),
        token_hash: token::digest(&secret),
        created_at: now,
        expires_at: given.days.map(|days| now.plus_ms(i64::from(days) * DAY_MS)),
    };
    let answer = body(&row, Some(secret));
    let command = Command::Identity(vec![IdentityWrite::PutToken(row)]);
    app.submit(&actor, IdempotencyKey::default(), command).await?;
    Ok((StatusCode::CREATED, Json(answer)))
}

/// A key for a token, from a lane drawn by chance: no lane of the runtime is at hand here, and the table's
/// primary key refuses the one case in thousands of millions where two tokens meet.
fn draw_key() -> Result<Key, Problem> {
    let lane = i64::from(u16::from_be_bytes(token::random_bytes::<2>()?));
    Ok(KeyGenerator::new(lane).next(wall_clock()))
}

/// Ends a token of one's own.
#[utoipa::path(delete, path = "/api/tokens/{key}", tag = "session", params(("key" = String, Path)),
    responses((status = 204)))]
async fn remove(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(key): Path<String>,
) -> Result<StatusCode, Problem> {
    let write = IdentityWrite::RemoveToken { key: parse_key(&key)?, user: actor.user };
    app.submit(&actor, IdempotencyKey::default(), Command::Identity(vec![write])).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The tokens of a user.
#[utoipa::path(get, path = "/api/users/{key}/tokens", tag = "session", params(("key" = String, Path)),
    responses((status = 200, body = Tokens), (status = 403, body = Problem)))]
async fn list_of_user(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(key): Path<String>,
) -> ApiResult<Tokens> {
    let user = parse_key(&key)?;
    let rows =
        app.read(&actor, Permission::ManageUsers, move |read| Ok(read.tokens(user)?)).await?;
    Ok(Json(Tokens { items: rows.iter().map(|row| body(row, None)).collect() }))
}

/// Ends a token of a user.
#[utoipa::path(delete, path = "/api/users/{key}/tokens/{token}", tag = "session",
    params(("key" = String, Path), ("token" = String, Path)),
    responses((status = 204), (status = 403, body = Problem)))]
async fn remove_of_user(
    State(app): State<App>,
    Caller(actor): Caller,
    Path((key, token)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let write = IdentityWrite::RemoveToken { key: parse_key(&token)?, user: parse_key(&key)? };
    app.submit(&actor, IdempotencyKey::default(), Command::Identity(vec![write])).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sets the password of a user. Every session and every token of the user ends: whoever had the old
/// password may have made them.
#[utoipa::path(post, path = "/api/users/{key}/password", tag = "session",
    params(("key" = String, Path)), request_body = NewPassword,
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn set_password(
    State(app): State<App>,
    Caller(actor): Caller,
    idempotency: IdempotencyKey,
    Path(key): Path<String>,
    Json(given): Json<NewPassword>,
) -> Result<StatusCode, Problem> {
    let (user, object) = (parse_key(&key)?, user_object(&app)?);
    let found = app.read(&actor, Permission::ManageUsers, move |read| {
        let found = read.record(&object, user)?;
        found.ok_or_else(|| Problem::not_found(format!("there is no user {user}")))
    });
    found.await?;
    let password_hash = app.passwords().hash(given.password).await?;
    // The same writes each time it is asked for, so that the same request has the same digest.
    let writes = vec![
        IdentityWrite::PutCredential(CredentialRow {
            user,
            password_hash,
            changed_at: wall_clock(),
        }),
        IdentityWrite::RemoveSessionsOf { user, except: None },
        IdentityWrite::RemoveTokensOf(user),
    ];
    app.submit(&actor, idempotency, Command::Identity(writes)).await?;
    Ok(StatusCode::NO_CONTENT)
}
