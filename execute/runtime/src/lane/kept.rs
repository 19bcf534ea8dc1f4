//! Answers that are kept, so that a command that is sent twice is done once. Each is kept with a digest
//! of its command, so that the key of one command never answers another.

use base::{Key, Timestamp};
use records::ObjectDef;
use serde::Serialize;
use sha2::{Digest, Sha256};
use turn::{InstanceCommand, PublishMessage, RecordChange, StartProcess};

use crate::port::{IdempotencyRow, IdentityWrite, StoreError};
use crate::{Answer, Command, CommandError, Envelope, Resource};

/// The first byte of what is kept.
const FORMAT: u8 = 1;
/// The bytes of a digest.
const DIGEST: usize = 32;

/// A command by the key that its caller gave.
pub(super) struct Named {
    /// Under which key the answer is kept: one user's keys do not meet another's.
    pub(super) key: String,
    digest: [u8; DIGEST],
}

/// What a digest is made of: what the caller asked for, without what is drawn anew each time he asks
/// (secrets, salts, leases).
#[derive(Serialize)]
enum Face<'a> {
    ChangeRecords(&'a [RecordChange]),
    StartProcess(&'a StartProcess),
    Process(&'a InstanceCommand),
    Deploy(Vec<(&'a str, &'a str)>),
    DefineObjects(Vec<String>),
    AddUser(&'a records::Input),
    Identity(Vec<(&'static str, Key)>),
    SettleOutbox(Vec<Key>),
    RetryOutbox(Key),
    Lease,
    ReadNotifications(Option<Key>),
    PublishMessage(&'a PublishMessage),
    Release(Vec<String>, Vec<(&'a str, &'a str)>),
}

/// The name of a command, where its caller gave one.
pub(super) fn named(envelope: &Envelope) -> Result<Option<Named>, StoreError> {
    let key = envelope.idempotency_key.as_ref().filter(|_| envelope.command.is_done_once());
    let Some(key) = key else { return Ok(None) };
    let key = format!("{}:{key}", envelope.actor.user);
    let face = postcard::to_allocvec(&face(&envelope.command))
        .map_err(|error| StoreError::Broken(format!("a command cannot be encoded: {error}")))?;
    Ok(Some(Named { key, digest: Sha256::digest(face).into() }))
}

impl Named {
    /// The row that keeps an answer.
    pub(super) fn row(self, answer: &Answer, at: Timestamp) -> Result<IdempotencyRow, StoreError> {
        let mut kept = vec![FORMAT];
        kept.extend(self.digest);
        let answer = postcard::to_extend(answer, kept)
            .map_err(|error| StoreError::Broken(format!("an answer cannot be kept: {error}")))?;
        Ok(IdempotencyRow { key: self.key, at, answer })
    }

    /// The answer that was kept, if it was given to this command.
    pub(super) fn read(&self, bytes: &[u8]) -> Result<Answer, CommandError> {
        let unreadable =
            |reason: &str| CommandError::Fault(format!("the kept answer cannot be read: {reason}"));
        let Some((&FORMAT, kept)) = bytes.split_first() else {
            return Err(unreadable("its format is not known"));
        };
        let Some((digest, answer)) = kept.split_first_chunk::<DIGEST>() else {
            return Err(unreadable("it is too short"));
        };
        if *digest != self.digest {
            return Err(CommandError::rejected(
                "idempotency_key",
                "this Idempotency-Key was used for another command; use a new one for each command",
            ));
        }
        postcard::from_bytes(answer).map_err(|error| unreadable(&error.to_string()))
    }
}

fn face(command: &Command) -> Face<'_> {
    match command {
        Command::ChangeRecords(changes) => Face::ChangeRecords(changes),
        Command::StartProcess(start) => Face::StartProcess(start),
        Command::PublishMessage(message) => Face::PublishMessage(message),
        Command::Process(command) => Face::Process(command),
        Command::Deploy(resources) => Face::Deploy(files(resources)),
        Command::DefineObjects(objects) => Face::DefineObjects(definitions(objects)),
        Command::Release(release) => {
            Face::Release(definitions(&release.objects), files(&release.resources))
        }
        Command::AddUser(user) => Face::AddUser(&user.input),
        Command::Identity(writes) => Face::Identity(writes.iter().map(identity).collect()),
        Command::SettleOutbox(settlements) => {
            Face::SettleOutbox(settlements.iter().map(|it| it.key).collect())
        }
        Command::RetryOutbox(key) => Face::RetryOutbox(*key),
        Command::ReadNotifications(key) => Face::ReadNotifications(*key),
        Command::ActivateJobs(_) | Command::ClaimOutbox(_) => Face::Lease,
    }
}

fn files(resources: &[Resource]) -> Vec<(&str, &str)> {
    resources.iter().map(|it| (&*it.name, &*it.text)).collect()
}

fn definitions(objects: &[ObjectDef]) -> Vec<String> {
    objects.iter().map(|it| it.to_json().to_string()).collect()
}

/// What is written about whom.
fn identity(write: &IdentityWrite) -> (&'static str, Key) {
    match write {
        IdentityWrite::PutSession(session) => ("put_session", session.user),
        IdentityWrite::RemoveSession(_) => ("remove_session", Key(0)),
        IdentityWrite::RemoveSessionsOf { user, .. } => ("remove_sessions", *user),
        IdentityWrite::PutCredential(credential) => ("put_credential", credential.user),
        IdentityWrite::RemoveCredential(user) => ("remove_credential", *user),
        IdentityWrite::PutToken(token) => ("put_token", token.user),
        IdentityWrite::RemoveToken { key, .. } => ("remove_token", *key),
        IdentityWrite::RemoveTokensOf(user) => ("remove_tokens", *user),
    }
}
