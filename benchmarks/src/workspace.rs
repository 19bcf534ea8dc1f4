//! A runtime over a database of its own, with the objects and models of the sample pack, but with
//! accounts that may order anything and products that never run out: every order is accepted.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use access::Actor;
use anyhow::{Context, Result, bail};
use base::Key;
use records::{Input, ObjectDef};
use runtime::port::Store;
use runtime::{Answer, Command, Envelope, RecordChange, Resource, Runtime, Settings};
use serde_json::{Value, json};
use store::{postgres, sqlite};

/// An opened workspace.
#[derive(Debug)]
pub(crate) struct Workspace {
    pub(crate) runtime: Runtime,
    pub(crate) file: PathBuf,
    accounts: Vec<Key>,
    products: Vec<Key>,
}

impl Workspace {
    /// Opens an empty folder and fills it. Within a tokio runtime.
    pub(crate) async fn open(folder: &Path, spread: usize) -> Result<Self> {
        let database = sqlite::Database::open(folder)?;
        let (lane, readers) = (Box::new(database.lane()?), Arc::new(database.reader()));
        let runtime = Runtime::start(lane, readers, Settings::default())?;
        Self::fill(runtime, database.file().to_owned(), spread).await
    }

    /// Opens an empty PostgreSQL database and fills it. Within a tokio runtime.
    pub(crate) async fn open_postgres(url: &str, lanes: usize, spread: usize) -> Result<Self> {
        let address = url.to_owned();
        let started = tokio::task::spawn_blocking(move || on_postgres(&address, lanes)).await?;
        Self::fill(started?, PathBuf::new(), spread).await
    }

    /// Another node on the database.
    pub(crate) fn second_postgres(&self, url: &str, lanes: usize) -> Result<Self> {
        Ok(Self {
            runtime: on_postgres(url, lanes)?,
            file: PathBuf::new(),
            accounts: self.accounts.clone(),
            products: self.products.clone(),
        })
    }

    async fn fill(runtime: Runtime, file: PathBuf, spread: usize) -> Result<Self> {
        load_pack(&runtime).await?;
        let (mut accounts, mut products) = (Vec::new(), Vec::new());
        for number in 0..spread {
            let amount = |amount: &str| json!({ "amount": amount, "currency": "EUR" });
            let account = json!({ "name": format!("Account {number}"),
                "external_id": format!("ACC-{number}"),
                "email": format!("account{number}@example.com"),
                "credit_limit": amount("1000000000.00") });
            accounts.push(create(&runtime, change("account", &account, &[])).await?);
            let product = json!({ "sku": format!("SKU-{number}"), "name": format!("Product {number}"),
                "price": amount("19.90"), "on_hand": 1_000_000_000 });
            products.push(create(&runtime, change("product", &product, &[])).await?);
        }
        Ok(Self { runtime, file, accounts, products })
    }

    /// Submits order number `number`: two lines of different products.
    pub(crate) async fn submit(&self, number: usize) -> Result<()> {
        let pick = |keys: &[Key], place: usize| {
            keys.get(place % keys.len().max(1)).map(ToString::to_string)
        };
        let order = json!({ "account": pick(&self.accounts, number), "status": "submitted",
            "external_id": format!("BENCH-{number}") });
        let line = |step: usize, quantity: usize| json!({ "product": pick(&self.products, number * 7 + step), "quantity": quantity });
        let lines = [line(0, 1 + number % 5), line(3, 2)];
        create(&self.runtime, change("order", &order, &lines)).await?;
        Ok(())
    }
}

/// The account and the product of each line of order number `number`, as other systems name them.
pub(crate) fn names(number: usize, spread: usize) -> [(String, String); 2] {
    let sku = |step: usize| format!("SKU-{}", (number * 7 + step) % spread);
    let account = format!("ACC-{}", number % spread);
    [(account.clone(), sku(0)), (account, sku(3))]
}

/// A node on a PostgreSQL database. Blocks.
fn on_postgres(url: &str, lanes: usize) -> Result<Runtime> {
    let database = postgres::Database::open(url, |_| Ok(()))?;
    let stores = (0..lanes).map(|_| Ok(Box::new(database.lane()?) as Box<dyn Store>));
    let stores = stores.collect::<Result<_>>()?;
    Ok(Runtime::start_lanes(stores, Arc::new(database.reader()), Settings::default())?)
}

/// A pack's manifest and its files.
async fn load_pack(runtime: &Runtime) -> Result<()> {
    let crm = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crm");
    let read = |path: &Path| {
        std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
    };
    let mut objects = Vec::new();
    for name in ["user", "team", "task"] {
        objects.push(ObjectDef::from_json(&read(&crm.join(format!("objects/{name}.json")))?)?);
    }
    submit(runtime, Command::DefineObjects(objects)).await?;
    let pack = crm.join("packs/orders");
    let manifest: Value = serde_json::from_str(&read(&pack.join("pack.json"))?)?;
    for step in manifest.get("steps").and_then(Value::as_array).into_iter().flatten() {
        let files = |kind: &str| {
            let names = step.get(kind).and_then(Value::as_array).into_iter().flatten();
            let names = names.filter_map(Value::as_str);
            names.map(|name| Ok((name, read(&pack.join(name))?))).collect::<Result<Vec<_>>>()
        };
        let objects = files("objects")?;
        if !objects.is_empty() {
            let objects = objects.iter().map(|(_, text)| Ok(ObjectDef::from_json(text)?));
            submit(runtime, Command::DefineObjects(objects.collect::<Result<_>>()?)).await?;
        }
        let models = files("models")?;
        if !models.is_empty() {
            let resources = models.into_iter();
            let resources = resources
                .map(|(name, text)| Resource { name: name.into(), text: text.into() })
                .collect();
            submit(runtime, Command::Deploy(resources)).await?;
        }
    }
    Ok(())
}

fn input(fields: &Value) -> Input {
    fields.as_object().cloned().map(Input::from).unwrap_or_default()
}

fn change(object: &str, fields: &Value, lines: &[Value]) -> RecordChange {
    let parts = if lines.is_empty() {
        BTreeMap::new()
    } else {
        BTreeMap::from([(Arc::from("lines"), lines.iter().map(input).collect())])
    };
    RecordChange::Create { object: object.into(), input: input(fields), parts }
}

async fn create(runtime: &Runtime, change: RecordChange) -> Result<Key> {
    match submit(runtime, Command::ChangeRecords(vec![change])).await? {
        Answer::Records(records) => Ok(records.first().context("a record was made")?.key),
        other => bail!("a creation answered {other:?}"),
    }
}

async fn submit(runtime: &Runtime, command: Command) -> Result<Answer> {
    Ok(runtime.submit(Envelope::new(Actor::system(), command)).await?)
}
