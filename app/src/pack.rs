//! Ready-made packs, carried inside the binary: objects, models and sample records as files. A pack is
//! loaded through the ordinary commands, so that its processes run as if people had entered the records.

use std::collections::BTreeMap;
use std::sync::Arc;

use access::{Actor, Role};
use anyhow::{Context, Result, anyhow, bail};
use base::Key;
use records::import::Mapping;
use records::{FieldValue, Input, ObjectDef};
use runtime::port::{CredentialRow, IdentityWrite};
use runtime::{AddUser, Answer, Command, Envelope, Resource, Runtime};
use rust_embed::RustEmbed;
use serde::Deserialize;
use serde_json::{Map, Value};
use turn::RecordChange;

use crate::workspace::now;

/// The files of the sample pack.
#[derive(RustEmbed)]
#[folder = "../crm/packs/orders/"]
struct SampleFiles;

/// `pack.json`.
#[derive(Deserialize)]
struct Manifest {
    name: String,
    /// What to load, in this order: records that are entered before a model is deployed run on the
    /// version before it.
    steps: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Step {
    /// Definitions of objects.
    Objects(Vec<String>),
    /// Models, deployed together.
    Models(Vec<String>),
    /// A file of records.
    Records(String),
}

/// A file of records.
#[derive(Deserialize)]
struct SampleRecords {
    records: Vec<SampleRecord>,
}

#[derive(Deserialize)]
struct SampleRecord {
    object: Arc<str>,
    #[serde(rename = "ref")]
    reference: Option<String>,
    fields: Map<String, Value>,
    #[serde(default)]
    parts: BTreeMap<Arc<str>, Vec<SamplePart>>,
}

#[derive(Deserialize)]
struct SamplePart {
    fields: Map<String, Value>,
}

/// A user of the sample, who can sign in.
pub(crate) struct SampleUser {
    pub(crate) login: &'static str,
    pub(crate) password: &'static str,
    pub(crate) role: Role,
}

const fn user(login: &'static str, password: &'static str, role: Role) -> SampleUser {
    SampleUser { login, password, role }
}

/// The users of the sample who can sign in.
const USERS: [SampleUser; 5] = [
    user("admin", "admin-demo", Role::Admin),
    user("manager", "manager-demo", Role::Manager),
    user("sales", "sales-demo", Role::Sales),
    user("wei", "wei-demo", Role::Sales),
    user("reader", "reader-demo", Role::ReadOnly),
];

/// Loads the sample pack where it is not there yet, and answers who can sign in.
pub(crate) async fn load_sample(runtime: &Runtime) -> Result<&'static [SampleUser]> {
    let manifest: Manifest = serde_json::from_str(&file("pack.json")?)?;
    load(runtime, &manifest)
        .await
        .with_context(|| format!("the pack `{}` cannot be loaded", manifest.name))?;
    Ok(&USERS)
}

/// Loads the pack once; the password of its first user, set last, says that all of it is there. Each
/// command carries an idempotency key, so that what a crash interrupted is taken up where it stopped.
async fn load(runtime: &Runtime, manifest: &Manifest) -> Result<()> {
    if find_user(runtime, "admin").await?.is_some_and(|(_, can_sign_in)| can_sign_in) {
        return set_passwords(runtime).await;
    }
    let mut keys = BTreeMap::new();
    for (place, step) in manifest.steps.iter().enumerate() {
        let once = format!("sample-{place}");
        match step {
            Step::Objects(names) => {
                let objects = names.iter().map(|name| Ok(ObjectDef::from_json(&file(name)?)?));
                let command = Command::DefineObjects(objects.collect::<Result<_>>()?);
                submit(runtime, Some(&once), command).await?;
            }
            Step::Models(names) => {
                let resources = names.iter().map(|name| {
                    Ok(Resource { name: name.as_str().into(), text: file(name)?.into() })
                });
                let command = Command::Deploy(resources.collect::<Result<_>>()?);
                submit(runtime, Some(&once), command).await?;
            }
            Step::Records(name) => enter_records(runtime, name, &once, &mut keys).await?,
        }
    }
    set_passwords(runtime).await
}

async fn enter_records(
    runtime: &Runtime,
    name: &str,
    once: &str,
    keys: &mut BTreeMap<String, Key>,
) -> Result<()> {
    let sample: SampleRecords = serde_json::from_str(&file(name)?)?;
    for (place, record) in sample.records.into_iter().enumerate() {
        let parts = record.parts.into_iter().map(|(collection, rows)| {
            let rows = rows.into_iter().map(|row| resolve(row.fields, keys)).collect::<Result<_>>();
            Ok((collection, rows?))
        });
        let change = RecordChange::Create {
            object: record.object,
            parts: parts.collect::<Result<_>>()?,
            input: resolve(record.fields, keys)?,
        };
        let once = format!("{once}-{place}");
        let answer = submit(runtime, Some(&once), Command::ChangeRecords(vec![change])).await?;
        let Answer::Records(made) = answer else { bail!("a creation answered no record") };
        if let (Some(reference), Some(made)) = (record.reference, made.first()) {
            keys.insert(reference, made.key);
        }
    }
    Ok(())
}

/// Puts keys where the fields name other sample records.
fn resolve(fields: Map<String, Value>, keys: &BTreeMap<String, Key>) -> Result<Input> {
    let fields = fields.into_iter().map(|(name, value)| match value.as_str() {
        Some(reference) if reference.starts_with('@') => {
            let key =
                keys.get(reference).with_context(|| format!("`{reference}` names nothing"))?;
            Ok((name, Value::String(key.to_string())))
        }
        _ => Ok((name, value)),
    });
    fields.collect::<Result<Map<_, _>>>().map(Input::from)
}

/// What the columns of a file of `object` mean, where the pack says it.
pub(crate) fn import_mapping(object: &str) -> Result<Option<Mapping>> {
    let name = format!("imports/{object}.json");
    if SampleFiles::get(&name).is_none() {
        return Ok(None);
    }
    Ok(Some(Mapping::from_json(&file(&name)?)?))
}

async fn set_passwords(runtime: &Runtime) -> Result<()> {
    let passwords = api::Passwords::new().map_err(|problem| anyhow!(problem.detail))?;
    for user in &USERS {
        let found = find_user(runtime, user.login).await?;
        if found.is_some_and(|(_, can_sign_in)| can_sign_in) {
            continue;
        }
        let password_hash = passwords
            .hash(user.password.to_owned())
            .await
            .map_err(|problem| anyhow!(problem.detail))?;
        let command = match found {
            Some((key, _)) => {
                Command::Identity(vec![IdentityWrite::PutCredential(CredentialRow {
                    user: key,
                    password_hash,
                    changed_at: now(),
                })])
            }
            None => Command::AddUser(AddUser {
                input: [
                    ("login", user.login.to_owned()),
                    ("name", user.login.to_owned()),
                    ("role", user.role.to_string()),
                ]
                .into_iter()
                .collect(),
                password_hash: Some(password_hash),
            }),
        };
        submit(runtime, None, command).await?;
    }
    Ok(())
}

/// The user with this login, and whether they have a password.
async fn find_user(runtime: &Runtime, login: &str) -> Result<Option<(Key, bool)>> {
    let catalogue = runtime.catalogue();
    let object = catalogue.schema.object("user").cloned();
    let object = object.context("the object `user` is missing")?;
    let login = FieldValue::Text(login.into());
    let found = runtime
        .read_unchecked(move |read| {
            let Some(user) = read.record_by(&object, "login", &login)? else { return Ok(None) };
            Ok(Some((user.key, read.credential(user.key)?.is_some())))
        })
        .await?;
    Ok(found)
}

async fn submit(runtime: &Runtime, once: Option<&str>, command: Command) -> Result<Answer> {
    let envelope = Envelope {
        idempotency_key: once.map(Arc::from),
        ..Envelope::new(Actor::system(), command)
    };
    runtime.submit(envelope).await.map_err(|error| match error {
        runtime::CommandError::Invalid(problems) => {
            let lines = problems.iter().map(|problem| {
                format!("{}:{}: {}", problem.resource, problem.line, problem.message)
            });
            anyhow!(lines.collect::<Vec<_>>().join("\n"))
        }
        runtime::CommandError::Rejected(rejection) => {
            let lines = rejection.problems.iter().map(|problem| problem.message.clone());
            anyhow!("{}: {}", rejection.message, lines.collect::<Vec<_>>().join("; "))
        }
        other => other.into(),
    })
}

fn file(name: &str) -> Result<String> {
    let file = SampleFiles::get(name).with_context(|| format!("the pack has no file `{name}`"))?;
    String::from_utf8(file.data.into_owned()).with_context(|| format!("`{name}` is not UTF-8"))
}
