//! What every handler has at hand: the runtime, the page, password work, the set-up link. Handlers reach
//! the runtime only through [`App::submit`] and [`App::read`], which map its errors to problems.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use access::{Actor, Permission};
use base::Timestamp;
use runtime::port::Read;
use runtime::{Answer, Command, CommandError, Envelope, Repeated, Runtime};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use turn::Catalogue;

use crate::actor::BasicLogins;
use crate::attempts::Attempts;
use crate::idempotency::IdempotencyKey;
use crate::metrics::Requests;
use crate::page::Page;
use crate::password::Passwords;
use crate::problem::Problem;
use crate::token;

/// Imports that run at the same time; each may hold a file in memory.
const IMPORTS_MAX: usize = 2;

/// Who may use the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authentication {
    /// Whoever signs in, or brings a token.
    Required,
    /// Everybody, as an administrator. For a loopback address only.
    None,
}

/// How the API is served.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Who may use it.
    pub authentication: Authentication,
    /// Whether browsers reach it over TLS, so that the cookie is marked `Secure`.
    pub secure_cookie: bool,
    /// Whether this server speaks TLS itself, so that browsers are told to come by no other way.
    pub tls: bool,
    /// How long a request's body may pause.
    pub slow_client: Duration,
    /// The version of the program.
    pub version: &'static str,
    /// The commit it was built from.
    pub commit: &'static str,
}

/// Shared by all handlers.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    runtime: Runtime,
    page: Box<dyn Page>,
    passwords: Passwords,
    attempts: Attempts,
    basic_logins: BasicLogins,
    options: Options,
    /// The digest of the one-time set-up link's token; gone once it was used.
    setup: Mutex<Option<Vec<u8>>>,
    imports: Arc<Semaphore>,
    requests: Requests,
    closing: watch::Sender<bool>,
    started_at: Timestamp,
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("options", &self.0.options).finish_non_exhaustive()
    }
}

impl App {
    /// Wires the API to a running runtime.
    ///
    /// # Errors
    /// Where the operating system gives no randomness.
    pub fn new(runtime: Runtime, page: Box<dyn Page>, options: Options) -> Result<Self, Problem> {
        Ok(Self(Arc::new(Inner {
            runtime,
            page,
            passwords: Passwords::new()?,
            attempts: Attempts::default(),
            basic_logins: BasicLogins::new()?,
            options,
            setup: Mutex::new(None),
            imports: Arc::new(Semaphore::new(IMPORTS_MAX)),
            requests: Requests::default(),
            closing: watch::Sender::new(false),
            started_at: wall_clock(),
        })))
    }

    /// Opens the set-up of an empty server: the token that `POST /api/setup` takes, once.
    ///
    /// # Errors
    /// Where the operating system gives no randomness.
    pub fn open_setup(&self) -> Result<String, Problem> {
        let secret = token::random_text()?;
        *self.setup() = Some(token::digest(&secret));
        Ok(secret)
    }

    pub(crate) fn setup(&self) -> MutexGuard<'_, Option<Vec<u8>>> {
        self.0.setup.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for an import, unless as many run as may.
    pub(crate) fn import_place(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.0.imports).try_acquire_owned().ok()
    }

    /// Ends the streams of events, which would last for as long as their pages do.
    pub fn close_streams(&self) {
        self.0.closing.send_replace(true);
    }

    /// Hears when streams have to end.
    pub(crate) fn closing(&self) -> watch::Receiver<bool> {
        self.0.closing.subscribe()
    }

    pub(crate) fn requests(&self) -> &Requests {
        &self.0.requests
    }

    pub(crate) fn started_at(&self) -> Timestamp {
        self.0.started_at
    }

    pub(crate) fn options(&self) -> Options {
        self.0.options
    }

    pub(crate) fn page(&self) -> &dyn Page {
        &*self.0.page
    }

    pub(crate) fn passwords(&self) -> &Passwords {
        &self.0.passwords
    }

    /// Whether `password` is the one of this login, whose stored hash is `credential`. Every way to try a
    /// password goes through here, so that guessing is slow by each.
    pub(crate) async fn check_password(
        &self,
        login: &str,
        password: String,
        credential: Option<String>,
    ) -> Result<bool, Problem> {
        self.0.attempts.check(login, wall_clock())?;
        let matches = self.0.passwords.verify(password, credential).await?;
        if matches {
            self.0.attempts.succeeded(login);
        } else {
            self.0.attempts.failed(login, wall_clock());
        }
        Ok(matches)
    }

    pub(crate) fn basic_logins(&self) -> &BasicLogins {
        &self.0.basic_logins
    }

    pub(crate) fn runtime(&self) -> &Runtime {
        &self.0.runtime
    }

    pub(crate) fn catalogue(&self) -> Arc<Catalogue> {
        self.0.runtime.catalogue()
    }

    /// Has a lane do a command, whose permissions the runtime checks.
    pub(crate) async fn submit(
        &self,
        actor: &Actor,
        IdempotencyKey(idempotency_key): IdempotencyKey,
        command: Command,
    ) -> Result<Answer, Problem> {
        let repeated = Repeated::IsAnswered;
        let envelope = Envelope { actor: actor.clone(), idempotency_key, repeated, command };
        self.0.runtime.submit(envelope).await.map_err(|error| match error {
            // The lane may have committed before it failed or went away.
            CommandError::Fault(cause) => Problem::unknown_outcome(cause),
            error => error.into(),
        })
    }

    /// Runs queries on one snapshot, if the actor holds the permission.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        actor: &Actor,
        permission: Permission,
        query: impl FnOnce(&dyn Read) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let query = move |read: &dyn Read| Ok(query(read));
        self.0.runtime.read(actor, &permission, query).await.map_err(Problem::from)?
    }

    /// The same for a list, if the actor holds the others, too.
    pub(crate) async fn list<T: Send + 'static>(
        &self,
        actor: &Actor,
        permission: Permission,
        others: &[Permission],
        query: impl FnOnce(&dyn Read) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let runtime = &self.0.runtime;
        let query = move |read: &dyn Read| Ok(query(read));
        let answer = runtime.list(actor, &permission, others, query).await;
        answer.map_err(Problem::from)?
    }
}

/// The wall clock, for what is judged outside any transaction: whether a session is still good.
pub(crate) fn wall_clock() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
