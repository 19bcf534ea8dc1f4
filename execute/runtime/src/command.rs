//! What a caller can ask the runtime to do, and in whose name. `permissions` is the one place that
//! says what each command needs.

use std::sync::Arc;

use access::{Actor, Permission};
use base::{Key, Timestamp};
use records::{Input, ObjectDef};
use turn::{Catalogue, InstanceCommand, PublishMessage, RecordChange, StartProcess, StartedBy};

use crate::port::{IdentityWrite, OutboxState, OutboxUpdate};

/// A command with the one who gives it.
#[derive(Debug, Clone)]
pub struct Envelope {
    /// In whose name.
    pub actor: Actor,
    /// A second command of this actor with the same key gets the first one's answer and does nothing.
    pub idempotency_key: Option<Arc<str>>,
    /// What a second command with that key hears.
    pub repeated: Repeated,
    /// What to do.
    pub command: Command,
}

/// What a command hears whose idempotency key was used for the same command before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Repeated {
    /// The first one's answer, as if it had been done now.
    #[default]
    IsAnswered,
    /// That it was done before: [`Answer::DoneBefore`](crate::Answer::DoneBefore).
    IsTold,
}

impl Envelope {
    /// A command without an idempotency key.
    pub fn new(actor: Actor, command: Command) -> Self {
        Self { actor, idempotency_key: None, repeated: Repeated::default(), command }
    }
}

/// A command. It is done with everything that follows from it, or not at all.
#[derive(Debug, Clone)]
pub enum Command {
    /// Changes records: all of them or none. Answer: `Records`, in the order of the changes.
    ChangeRecords(Vec<RecordChange>),
    /// Starts an instance. Answer: `Started`.
    StartProcess(StartProcess),
    /// Starts what waits for a message. Answer: `Published`.
    PublishMessage(PublishMessage),
    /// Goes on with an instance. Answer: `Done`.
    Process(InstanceCommand),
    /// Deploys models: all of them or none. Answer: `Deployed`.
    Deploy(Vec<Resource>),
    /// Defines objects: all of them or none. Refused where a deployed process would no longer fit them.
    /// Answer: `Done`.
    DefineObjects(Vec<ObjectDef>),
    /// Defines objects and deploys models that fit them: all of both or nothing. Answer: `Deployed`.
    Release(Release),
    /// Leases jobs to a worker. Answer: `Jobs`.
    ActivateJobs(ClaimJobs),
    /// Makes a user with a password. Answer: `Records` with the one user.
    AddUser(AddUser),
    /// Writes sessions, credentials, tokens. Answer: `Done`.
    Identity(Vec<IdentityWrite>),
    /// Leases outbox entries to a deliverer. Answer: `Outbox`.
    ClaimOutbox(ClaimOutbox),
    /// Says what became of outbox entries. Answer: `Done`.
    SettleOutbox(Vec<Settlement>),
    /// Has an outbox entry tried again that was given up or kept. Answer: `Done`.
    RetryOutbox(Key),
    /// The actor has read one notification, or all that the actor has. Answer: `Done`.
    ReadNotifications(Option<Key>),
}

/// A file to deploy. Its kind follows from its name: `.bpmn`, `.dmn`, `.form`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// The file's name.
    pub name: Arc<str>,
    /// The file's text.
    pub text: Arc<str>,
}

/// Objects and models that belong together.
#[derive(Debug, Clone, PartialEq)]
pub struct Release {
    /// The objects to define.
    pub objects: Vec<ObjectDef>,
    /// The files to deploy.
    pub resources: Vec<Resource>,
}

/// What a job worker asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimJobs {
    /// The type of job.
    pub job_type: Arc<str>,
    /// The worker's name.
    pub worker: Arc<str>,
    /// How many at most.
    pub limit: u32,
    /// How long nobody else gets them, in milliseconds.
    pub lease_ms: i64,
    /// The variables the worker wants; empty wants all that the job sees.
    pub fetch_variables: Vec<Arc<str>>,
}

/// A new user.
#[derive(Debug, Clone, PartialEq)]
pub struct AddUser {
    /// The fields of the user's record.
    pub input: Input,
    /// The password by argon2id in PHC format; `None` makes a user who cannot sign in yet.
    pub password_hash: Option<String>,
}

/// What a deliverer asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimOutbox {
    /// The kinds it delivers.
    pub kinds: Vec<Arc<str>>,
    /// How many at most.
    pub limit: u32,
    /// How long nobody else gets them, in milliseconds.
    pub lease_ms: i64,
}

/// What became of an outbox entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    /// The entry.
    pub key: Key,
    /// Where it is in its life now.
    pub state: OutboxState,
    /// How often it was tried.
    pub attempts: u32,
    /// Leases whose outcome is not known, that of this settlement left out.
    pub unsettled: u32,
    /// It is not tried before this instant.
    pub next_at: Timestamp,
    /// Why the last try failed.
    pub error: Option<String>,
}

impl From<&Settlement> for OutboxUpdate {
    fn from(settlement: &Settlement) -> Self {
        Self {
            key: settlement.key,
            state: settlement.state,
            attempts: settlement.attempts,
            unsettled: settlement.unsettled,
            next_at: settlement.next_at,
            error: settlement.error.clone(),
        }
    }
}

impl Command {
    /// Whether it is run in a transaction of its own, for it changes what all others work with.
    pub(crate) fn changes_catalogue(&self) -> bool {
        matches!(self, Self::Deploy(_) | Self::DefineObjects(_) | Self::Release(_))
    }

    /// Whether a turn is all that it takes: no lease, nothing that only the database knows.
    pub(crate) fn is_turn(&self) -> bool {
        match self {
            Self::ChangeRecords(_)
            | Self::StartProcess(_)
            | Self::PublishMessage(_)
            | Self::Process(_) => true,
            Self::Deploy(_)
            | Self::DefineObjects(_)
            | Self::Release(_)
            | Self::ActivateJobs(_)
            | Self::AddUser(_)
            | Self::Identity(_)
            | Self::ClaimOutbox(_)
            | Self::SettleOutbox(_)
            | Self::RetryOutbox(_)
            | Self::ReadNotifications(_) => false,
        }
    }

    /// What kind it is, for the metrics.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::ChangeRecords(_) => "change_records",
            Self::StartProcess(_) => "start_process",
            Self::PublishMessage(_) => "publish_message",
            Self::Process(command) => match command {
                InstanceCommand::CompleteJob { .. } => "complete_job",
                InstanceCommand::FailJob { .. } => "fail_job",
                InstanceCommand::ThrowJobError { .. } => "throw_job_error",
                InstanceCommand::UpdateJobRetries { .. } => "update_job_retries",
                InstanceCommand::CompleteUserTask { .. } => "complete_user_task",
                InstanceCommand::AssignUserTask { .. } => "assign_user_task",
                InstanceCommand::ResolveIncident { .. } => "resolve_incident",
                InstanceCommand::SetVariables { .. } => "set_variables",
                InstanceCommand::Cancel { .. } => "cancel_instance",
            },
            Self::Deploy(_) => "deploy",
            Self::DefineObjects(_) => "define_objects",
            Self::Release(_) => "release",
            Self::ActivateJobs(_) => "activate_jobs",
            Self::AddUser(_) => "add_user",
            Self::Identity(_) => "identity",
            Self::ClaimOutbox(_) => "claim_outbox",
            Self::SettleOutbox(_) => "settle_outbox",
            Self::RetryOutbox(_) => "retry_outbox",
            Self::ReadNotifications(_) => "read_notifications",
        }
    }

    /// Whether a second one with the same idempotency key gets the first one's answer. Leases are not
    /// given twice: who asks again wants more.
    pub(crate) fn is_done_once(&self) -> bool {
        !matches!(self, Self::ActivateJobs(_) | Self::ClaimOutbox(_))
    }

    /// The key of what it goes on with, where there is one.
    pub(crate) fn key(&self) -> Option<Key> {
        match self {
            Self::ChangeRecords(changes) => changes.first().and_then(|change| match change {
                RecordChange::Create { .. } => None,
                RecordChange::Update { key, .. } | RecordChange::Delete { key, .. } => Some(*key),
            }),
            Self::StartProcess(start) => start.record.as_ref().map(|record| record.key),
            Self::Process(command) => Some(command.key()),
            Self::SettleOutbox(settlements) => settlements.first().map(|it| it.key),
            Self::RetryOutbox(key) => Some(*key),
            Self::Deploy(_)
            | Self::DefineObjects(_)
            | Self::Release(_)
            | Self::ActivateJobs(_)
            | Self::AddUser(_)
            | Self::Identity(_)
            | Self::PublishMessage(_)
            | Self::ReadNotifications(_)
            | Self::ClaimOutbox(_) => None,
        }
    }

    /// About how many bytes it brings, for the size of a batch.
    pub(crate) fn weight(&self) -> usize {
        match self {
            Self::ChangeRecords(changes) => changes.iter().map(weight_of_change).sum(),
            Self::StartProcess(start) => weight_of_variables(&start.variables),
            Self::PublishMessage(message) => weight_of_variables(&message.variables),
            Self::Process(command) => match command {
                InstanceCommand::CompleteJob { variables, .. }
                | InstanceCommand::ThrowJobError { variables, .. }
                | InstanceCommand::CompleteUserTask { variables, .. }
                | InstanceCommand::SetVariables { variables, .. } => weight_of_variables(variables),
                InstanceCommand::FailJob { .. }
                | InstanceCommand::UpdateJobRetries { .. }
                | InstanceCommand::AssignUserTask { .. }
                | InstanceCommand::ResolveIncident { .. }
                | InstanceCommand::Cancel { .. } => BASE_WEIGHT,
            },
            Self::Deploy(resources) | Self::Release(Release { resources, .. }) => {
                resources.iter().map(|resource| resource.text.len()).sum()
            }
            Self::DefineObjects(_)
            | Self::ActivateJobs(_)
            | Self::AddUser(_)
            | Self::Identity(_)
            | Self::ClaimOutbox(_)
            | Self::SettleOutbox(_)
            | Self::RetryOutbox(_)
            | Self::ReadNotifications(_) => BASE_WEIGHT,
        }
    }

    /// What `actor` must be permitted for this command.
    pub fn permissions(&self, actor: &Actor, catalogue: &Catalogue) -> Vec<Permission> {
        match self {
            Self::ChangeRecords(changes) => {
                changes.iter().flat_map(|change| of_change(change, catalogue)).collect()
            }
            Self::StartProcess(start) => of_start(start),
            Self::PublishMessage(_) => vec![Permission::StartProcess],
            Self::Process(command) => vec![of_instance(command)],
            Self::Deploy(_) => vec![Permission::Deploy],
            Self::DefineObjects(_) => vec![Permission::DefineObjects],
            Self::Release(_) => vec![Permission::DefineObjects, Permission::Deploy],
            Self::ActivateJobs(_) => vec![Permission::WorkOnJobs],
            Self::AddUser(_) => vec![Permission::ManageUsers],
            Self::Identity(writes) if writes.iter().all(|write| is_own(write, actor)) => Vec::new(),
            Self::Identity(_) => vec![Permission::ManageUsers],
            Self::ClaimOutbox(_) | Self::SettleOutbox(_) | Self::RetryOutbox(_) => {
                vec![Permission::ManageInstances]
            }
            Self::ReadNotifications(_) => Vec::new(),
        }
    }
}

/// What a command weighs besides what it carries.
const BASE_WEIGHT: usize = 256;
/// What a value weighs besides its text.
const VALUE_WEIGHT: usize = 16;

fn weight_of_change(change: &RecordChange) -> usize {
    let inputs = match change {
        RecordChange::Create { input, parts, .. } => {
            weight_of_input(input) + parts.values().flatten().map(weight_of_input).sum::<usize>()
        }
        RecordChange::Update { input, .. } => weight_of_input(input),
        RecordChange::Delete { .. } => 0,
    };
    BASE_WEIGHT.saturating_add(inputs)
}

fn weight_of_input(input: &Input) -> usize {
    input.0.iter().map(|(name, value)| name.len() + weight_of_json(value)).sum()
}

fn weight_of_variables(variables: &feel::Context) -> usize {
    let all = variables.iter().map(|(name, value)| name.len() + weight_of_value(value));
    BASE_WEIGHT.saturating_add(all.sum())
}

/// What comes from outside has the limited depth of the JSON that it was.
fn weight_of_value(value: &feel::Value) -> usize {
    let parts: usize = match value {
        feel::Value::String(text) => text.len(),
        feel::Value::List(items) => items.iter().map(weight_of_value).sum(),
        feel::Value::Context(context) => {
            context.iter().map(|(name, value)| name.len() + weight_of_value(value)).sum()
        }
        _ => 0,
    };
    VALUE_WEIGHT.saturating_add(parts)
}

fn weight_of_json(value: &serde_json::Value) -> usize {
    let parts: usize = match value {
        serde_json::Value::String(text) => text.len(),
        serde_json::Value::Array(items) => items.iter().map(weight_of_json).sum(),
        serde_json::Value::Object(fields) => {
            fields.iter().map(|(name, value)| name.len() + weight_of_json(value)).sum()
        }
        serde_json::Value::Null | serde_json::Value::Bool(_) | serde_json::Value::Number(_) => 0,
    };
    VALUE_WEIGHT.saturating_add(parts)
}

fn of_change(change: &RecordChange, catalogue: &Catalogue) -> Vec<Permission> {
    let mut needed = vec![Permission::WriteRecords(Arc::clone(change.object()))];
    let parts = catalogue.schema.children_of(change.object());
    match change {
        RecordChange::Create { parts: given, .. } => {
            let written = parts.iter().filter(|(collection, _)| given.contains_key(collection));
            needed.extend(written.map(|(_, part)| writes(part)));
        }
        RecordChange::Update { .. } => {}
        RecordChange::Delete { .. } => needed.extend(parts.iter().map(|(_, part)| writes(part))),
    }
    needed
}

fn writes(object: &ObjectDef) -> Permission {
    Permission::WriteRecords(Arc::clone(&object.name))
}

/// Who starts a process on a record by its button changes the record by it.
fn of_start(start: &StartProcess) -> Vec<Permission> {
    let record = start.record.as_ref().filter(|_| start.by == StartedBy::Button);
    let writes = record.map(|record| Permission::WriteRecords(Arc::clone(&record.object)));
    [Permission::StartProcess].into_iter().chain(writes).collect()
}

fn of_instance(command: &InstanceCommand) -> Permission {
    match command {
        InstanceCommand::CompleteJob { .. }
        | InstanceCommand::FailJob { .. }
        | InstanceCommand::ThrowJobError { .. } => Permission::WorkOnJobs,
        InstanceCommand::CompleteUserTask { .. } | InstanceCommand::AssignUserTask { .. } => {
            Permission::WorkOnTasks
        }
        InstanceCommand::UpdateJobRetries { .. }
        | InstanceCommand::ResolveIncident { .. }
        | InstanceCommand::SetVariables { .. }
        | InstanceCommand::Cancel { .. } => Permission::ManageInstances,
    }
}

/// Whether the write concerns the actor alone. The end of a session is known by its secret.
fn is_own(write: &IdentityWrite, actor: &Actor) -> bool {
    match write {
        IdentityWrite::PutSession(session) => session.user == actor.user,
        IdentityWrite::RemoveSession(_) => true,
        IdentityWrite::RemoveSessionsOf { user, .. } => *user == actor.user,
        IdentityWrite::PutCredential(credential) => credential.user == actor.user,
        IdentityWrite::RemoveCredential(user) => *user == actor.user,
        IdentityWrite::PutToken(token) => token.user == actor.user,
        IdentityWrite::RemoveToken { user, .. } | IdentityWrite::RemoveTokensOf(user) => {
            *user == actor.user
        }
    }
}
