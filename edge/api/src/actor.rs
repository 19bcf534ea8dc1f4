//! Who is asking: a session's cookie, a bearer token, or HTTP Basic, in this order of preference of the
//! header over the cookie. The one extractor that turns a request into an [`Actor`].

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use access::{Actor, Permission};
use axum::extract::FromRequestParts;
use axum::http::header::{AUTHORIZATION, COOKIE, HOST, ORIGIN};
use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Method};
use base::{Key, Timestamp};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use records::{FieldValue, ObjectDef};
use runtime::port::Read;
use sha2::{Digest, Sha256};

use crate::app::{App, Authentication, wall_clock};
use crate::people::People;
use crate::problem::Problem;
use crate::token;

/// The name of the session cookie.
pub(crate) const COOKIE_NAME: &str = "rondo_session";
/// The object whose records are the users.
pub(crate) const USER: &str = "user";
/// How long a verified Basic pair is believed without hashing again.
const BASIC_MS: i64 = 5 * 60 * 1000;
/// How many Basic pairs are remembered.
const BASIC_MAX: usize = 1000;

/// The one in whose name a request is done.
#[derive(Debug, Clone)]
pub(crate) struct Caller(pub(crate) Actor);

impl FromRequestParts<App> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        if let Some(value) = parts.headers.get(AUTHORIZATION) {
            let value = value.to_str().unwrap_or_default();
            return match value.split_once(' ') {
                Some((scheme, secret)) if scheme.eq_ignore_ascii_case("bearer") => {
                    by_token(app, secret.trim()).await.map(Self)
                }
                Some((scheme, pair)) if scheme.eq_ignore_ascii_case("basic") => {
                    by_basic(app, pair.trim()).await.map(Self)
                }
                _ => Err(Problem::unauthorized("use `Authorization: Bearer TOKEN` or Basic")),
            };
        }
        if let Some(secret) = session_secret(&parts.headers) {
            check_origin(&parts.method, &parts.headers)?;
            if let Some(actor) = by_session(app, &secret).await? {
                return Ok(Self(actor));
            }
        }
        match app.options().authentication {
            Authentication::None => {
                check_host(parts)?;
                check_origin(&parts.method, &parts.headers)?;
                // Nothing of the caller has to be read, and yet what other nodes have defined is known.
                app.runtime().look().await?;
                Ok(Self(Actor::system()))
            }
            Authentication::Required => Err(Problem::unauthorized(
                "sign in, or send a token as `Authorization: Bearer TOKEN`",
            )),
        }
    }
}

/// The secret in the session cookie.
pub(crate) fn session_secret(headers: &HeaderMap) -> Option<String> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == COOKIE_NAME)
        .map(|(_, secret)| secret.to_owned())
}

/// Refuses a request that names this server otherwise than loopback addresses are named. Where nobody
/// signs in, a page of another site could else reach us under its own name, once that is made to lead here.
fn check_host(parts: &Parts) -> Result<(), Problem> {
    let header = parts.headers.get(HOST).and_then(|value| value.to_str().ok());
    let host = header.or_else(|| parts.uri.authority().map(Authority::as_str));
    let name = host.and_then(|host| host.parse::<Authority>().ok());
    let local = name.is_some_and(|host| {
        ["127.0.0.1", "[::1]", "localhost"]
            .iter()
            .any(|local| host.host().eq_ignore_ascii_case(local))
    });
    if local {
        return Ok(());
    }
    let detail =
        "where nobody has to sign in, the server answers under 127.0.0.1, [::1] and localhost only";
    Err(Problem::forbidden("host", detail))
}

/// Refuses a write that another site's page makes with our cookie. Browsers send `Origin` with every
/// write; programs send none and carry no cookie.
pub(crate) fn check_origin(method: &Method, headers: &HeaderMap) -> Result<(), Problem> {
    if method.is_safe() {
        return Ok(());
    }
    let Some(origin) = headers.get(ORIGIN) else { return Ok(()) };
    let host = headers.get(HOST).and_then(|value| value.to_str().ok());
    let ours = origin
        .to_str()
        .ok()
        .and_then(|origin| origin.split_once("://"))
        .is_some_and(|(_, authority)| Some(authority) == host);
    if ours {
        Ok(())
    } else {
        Err(Problem::forbidden("origin", "the request comes from another site"))
    }
}

async fn by_session(app: &App, secret: &str) -> Result<Option<Actor>, Problem> {
    let (hash, now) = (token::digest(secret), wall_clock());
    identify(app, move |read| {
        let session = read.session(&hash)?.filter(|session| now < session.expires_at);
        Ok(session.map(|session| session.user))
    })
    .await
}

async fn by_token(app: &App, secret: &str) -> Result<Actor, Problem> {
    let (hash, now) = (token::digest(secret), wall_clock());
    let actor = identify(app, move |read| {
        let token = read.token(&hash)?;
        let good = token.filter(|token| token.expires_at.is_none_or(|until| now < until));
        Ok(good.map(|token| token.user))
    })
    .await?;
    actor.ok_or_else(|| {
        Problem::unauthorized("this token is unknown or has expired; make a new one")
    })
}

async fn by_basic(app: &App, pair: &str) -> Result<Actor, Problem> {
    let refused = || Problem::unauthorized("the name or the password is wrong");
    let decoded = STANDARD.decode(pair).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let (login, password) =
        decoded.as_deref().and_then(|text| text.split_once(':')).ok_or_else(refused)?;
    let (user, credential) = find_credential(app, login).await?;
    if !app.basic_logins().knows(pair, credential.as_deref(), wall_clock()) {
        let stored = credential.clone();
        if !app.check_password(login, password.to_owned(), stored).await? {
            return Err(refused());
        }
        app.basic_logins().remember(pair, credential.as_deref(), wall_clock());
    }
    user.ok_or_else(refused)
}

/// Refuses a login that is not of an active user who may work on tasks: whoever has a task shall be able to
/// do it. The own one is good, even where nobody signs in and it is that of the engine.
pub(crate) async fn require_login(app: &App, asking: &Actor, login: &str) -> Result<(), Problem> {
    if login == &*asking.login {
        return Ok(());
    }
    let unknown = || {
        let detail = format!("there is no active user `{login}`; give the login of one");
        Problem::bad_request("assignee", detail)
    };
    // PostgreSQL refuses a query with this character.
    if login.contains('\0') {
        return Err(unknown());
    }
    let people = People::of(&app.catalogue())?;
    let value = FieldValue::Text(login.into());
    let found = app
        .read(&Actor::system(), Permission::ManageUsers, move |read| {
            let user = read.record_by(people.users(), "login", &value)?;
            Ok(user.map(|user| people.actor(&user, read)).transpose()?.flatten())
        })
        .await?
        .ok_or_else(unknown)?;
    if Permission::WorkOnTasks.held_by(found.role) {
        return Ok(());
    }
    let role = found.role;
    let detail = format!(
        "`{login}` has the role `{role}` and may not work on tasks; give the login of somebody who may"
    );
    Err(Problem::bad_request("assignee", detail))
}

/// The active user with this login, and the hash of the password, where each exists.
pub(crate) async fn find_credential(
    app: &App,
    login: &str,
) -> Result<(Option<Actor>, Option<String>), Problem> {
    if login.contains('\0') {
        return Ok((None, None));
    }
    let people = People::of(&app.catalogue())?;
    let login = FieldValue::Text(login.into());
    app.read(&Actor::system(), Permission::ManageUsers, move |read| {
        let user = read.record_by(people.users(), "login", &login)?;
        let actor = user.map(|user| people.actor(&user, read)).transpose()?.flatten();
        let Some(actor) = actor else {
            return Ok((None, None));
        };
        let credential = read.credential(actor.user)?;
        Ok((Some(actor), credential.map(|credential| credential.password_hash)))
    })
    .await
}

async fn identify(
    app: &App,
    user_of: impl FnOnce(&dyn Read) -> Result<Option<Key>, Problem> + Send + 'static,
) -> Result<Option<Actor>, Problem> {
    let people = People::of(&app.catalogue())?;
    app.read(&Actor::system(), Permission::ManageUsers, move |read| {
        let Some(user) = user_of(read)? else { return Ok(None) };
        let user = read.record(people.users(), user)?;
        Ok(user.map(|user| people.actor(&user, read)).transpose()?.flatten())
    })
    .await
}

pub(crate) fn user_object(app: &App) -> Result<Arc<ObjectDef>, Problem> {
    Ok(Arc::clone(People::of(&app.catalogue())?.users()))
}

/// Basic pairs that were verified a moment ago. Only keyed hashes are kept, of the pair together with the
/// stored password hash, so that a changed password forgets the pair at once.
#[derive(Debug)]
pub(crate) struct BasicLogins {
    secret: [u8; 32],
    verified: Mutex<BTreeMap<[u8; 32], Timestamp>>,
}

impl BasicLogins {
    pub(crate) fn new() -> Result<Self, Problem> {
        Ok(Self { secret: token::random_bytes()?, verified: Mutex::default() })
    }

    fn fingerprint(&self, pair: &str, credential: Option<&str>) -> [u8; 32] {
        let mut hash = Sha256::new();
        for part in [&self.secret[..], pair.as_bytes(), credential.unwrap_or_default().as_bytes()] {
            hash.update(part.len().to_be_bytes());
            hash.update(part);
        }
        hash.finalize().into()
    }

    fn knows(&self, pair: &str, credential: Option<&str>, now: Timestamp) -> bool {
        let verified = self.verified.lock().unwrap_or_else(PoisonError::into_inner);
        verified
            .get(&self.fingerprint(pair, credential))
            .is_some_and(|at| (0..BASIC_MS).contains(&now.ms_since(*at)))
    }

    fn remember(&self, pair: &str, credential: Option<&str>, now: Timestamp) {
        let mut verified = self.verified.lock().unwrap_or_else(PoisonError::into_inner);
        verified.retain(|_, at| now.ms_since(*at) < BASIC_MS);
        if verified.len() < BASIC_MAX {
            verified.insert(self.fingerprint(pair, credential), now);
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn a_write_with_our_cookie_must_come_from_our_page() {
        for (method, origin, ours) in [
            (Method::GET, Some("https://evil.example"), true),
            (Method::POST, None, true),
            (Method::POST, Some("http://127.0.0.1:8080"), true),
            (Method::POST, Some("http://127.0.0.1:9090"), false),
            (Method::DELETE, Some("https://evil.example"), false),
            (Method::POST, Some("null"), false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, HeaderValue::from_static("127.0.0.1:8080"));
            if let Some(origin) = origin {
                headers.insert(ORIGIN, HeaderValue::from_static(origin));
            }
            assert_eq!(check_origin(&method, &headers).is_ok(), ours, "{method} {origin:?}");
        }
    }

    #[test]
    fn where_nobody_signs_in_only_loopback_names_are_answered() {
        for (host, answered) in [
            (Some("127.0.0.1:8080"), true),
            (Some("[::1]:8080"), true),
            (Some("LocalHost"), true),
            (Some("evil.example:8080"), false),
            (Some("127.0.0.1.evil.example"), false),
            (Some("localhost@evil.example"), false),
            (Some(""), false),
            (None, false),
        ] {
            let mut request = axum::http::Request::builder().uri("/api/objects");
            if let Some(host) = host {
                request = request.header(HOST, host);
            }
            let (parts, ()) = request.body(()).expect("a request").into_parts();
            assert_eq!(check_host(&parts).is_ok(), answered, "{host:?}");
        }
    }

    #[test]
    fn the_session_is_found_among_other_cookies() {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, HeaderValue::from_static("a=b; rondo_session=s3cret; c=d"));
        assert_eq!(session_secret(&headers).as_deref(), Some("s3cret"));
    }

    #[test]
    fn a_verified_pair_is_believed_until_the_password_changes_or_time_passes() {
        let logins = BasicLogins::new().expect("randomness");
        logins.remember("pair", Some("hash"), Timestamp(1_000));
        for (credential, now, known) in [
            ("hash", 1_000 + BASIC_MS - 1, true),
            ("hash", 1_000 + BASIC_MS, false),
            ("other", 1_001, false),
        ] {
            assert_eq!(logins.knows("pair", Some(credential), Timestamp(now)), known);
        }
    }
}
