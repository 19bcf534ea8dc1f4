//! The running example on a real file: the runtime on this store, orders from entry to outcome, and
//! everything that the page asks about them.

use std::collections::BTreeMap;
use std::sync::Arc;

use access::{Actor, Permission, Role};
use base::Key;
use feel::Context;
use feel::predicate::Predicate;
use records::{Input, ObjectDef, RecordRef, view};
use runtime::port::{
    Before, InstanceQuery, InstanceState, Mine, OutboxQuery, PageRequest, Read, RecordQuery,
    StoreError, UserTaskQuery, UserTaskState, VariableRow,
};
use runtime::{
    Answer, Command, Envelope, InstanceCommand, RecordChange, Resource, Runtime, Settings,
};
use serde_json::{Value, json};

use crate::place::Place;

macro_rules! crm {
    ($file:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../crm/", $file))
    };
}

const NEWEST: Before = Before { place: None, limit: 100 };

/// Does what waits for a database on a thread that may wait.
fn aside<T: Send>(what: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| scope.spawn(what).join()).unwrap()
}

fn runtime_on(place: &Place) -> Runtime {
    let readers = Arc::from(place.readers());
    Runtime::start(place.lane(), readers, Settings::default()).unwrap()
}

fn actor(role: Role) -> Actor {
    Actor { user: Key(7), login: role.as_str().into(), role, teams: Vec::new() }
}

fn create(object: &str, fields: &Value) -> RecordChange {
    let input = serde_json::from_value::<Input>(fields.clone()).unwrap();
    RecordChange::Create { object: object.into(), input, parts: BTreeMap::new() }
}

struct Shop {
    runtime: Runtime,
    account: Key,
    bolt: Key,
    place: Place,
}

impl Shop {
    async fn open() -> Self {
        let place = aside(Place::new);
        let runtime = aside(|| runtime_on(&place));
        let objects = [
            crm!("objects/user.json"),
            crm!("objects/team.json"),
            crm!("objects/task.json"),
            crm!("packs/orders/objects/account.json"),
            crm!("packs/orders/objects/contact.json"),
            crm!("packs/orders/objects/product.json"),
            crm!("packs/orders/objects/order.json"),
            crm!("packs/orders/objects/order_line.json"),
        ];
        let objects = objects.map(|text| ObjectDef::from_json(text).unwrap());
        let models = [
            ("order-acceptance.dmn", crm!("packs/orders/order-acceptance.dmn")),
            ("credit-review.form", crm!("packs/orders/forms/credit-review.form")),
            ("order-v1.bpmn", crm!("packs/orders/order-v1.bpmn")),
            ("order-v2.bpmn", crm!("packs/orders/order-v2.bpmn")),
        ];
        let mut shop = Self { runtime, account: Key(0), bolt: Key(0), place };
        shop.done(Command::DefineObjects(objects.to_vec())).await;
        for (name, text) in models {
            let resource = Resource { name: name.into(), text: text.into() };
            shop.done(Command::Deploy(vec![resource])).await;
        }
        let acme = json!({"name": "Acme 北京", "email": "a@acme.example", "credit_limit": "10.00", "owner": null});
        shop.account = shop.create("account", &acme).await;
        let bolt = json!({"sku": "B-1", "name": "Bolt", "price": "2.50", "on_hand": 10});
        shop.bolt = shop.create("product", &bolt).await;
        shop
    }

    async fn done(&self, command: Command) -> Answer {
        self.runtime.submit(Envelope::new(actor(Role::Admin), command)).await.unwrap()
    }

    async fn create(&self, object: &str, fields: &Value) -> Key {
        match self.done(Command::ChangeRecords(vec![create(object, fields)])).await {
            Answer::Records(records) => records[0].key,
            other => panic!("{other:?}"),
        }
    }

    fn order(&self, quantity: i64) -> Command {
        let line = json!({"product": self.bolt.to_string(), "quantity": quantity});
        // The actor is no record of this database, so nobody owns the order.
        let order =
            json!({"account": self.account.to_string(), "status": "submitted", "owner": null});
        let RecordChange::Create { object, input, .. } = create("order", &order) else {
            unreachable!("it is a creation")
        };
        let line = serde_json::from_value(line).unwrap();
        let parts = BTreeMap::from([("lines".into(), vec![line])]);
        Command::ChangeRecords(vec![RecordChange::Create { object, input, parts }])
    }

    async fn submit(&self, quantity: i64) -> Key {
        match self.done(self.order(quantity)).await {
            Answer::Records(records) => records[0].key,
            other => panic!("{other:?}"),
        }
    }

    async fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&dyn Read) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        let permission = Permission::ReadProcesses;
        self.runtime.read(&actor(Role::Admin), &permission, query).await.unwrap()
    }

    async fn field(&self, object: &str, key: Key, field: &str) -> Value {
        let object = Arc::clone(self.runtime.catalogue().schema.object(object).unwrap());
        let definition = Arc::clone(&object);
        let record = self.read(move |read| read.record(&object, key)).await.unwrap();
        view::to_json(&definition, &record)[field].clone()
    }

    async fn status(&self, order: Key) -> String {
        self.field("order", order, "status").await.as_str().unwrap().to_owned()
    }

    /// The one user task that waits for a manager.
    async fn review(&self) -> Key {
        let tasks = self.read(|read| read.user_tasks(&waiting_for("manager"))).await.items;
        assert_eq!(tasks.len(), 1, "{tasks:?}");
        tasks[0].key
    }

    /// Every instance is what its history leads to.
    async fn check(&self) {
        self.read(|read| {
            for listed in read.instances(&all_instances(500))?.items {
                let row = read.instance(listed.key)?.unwrap();
                let history = read.history(row.key, 0, 10_000)?;
                runtime::check_replay(&row, &history).unwrap();
            }
            Ok(())
        })
        .await;
    }
}

fn waiting_for(group: &str) -> UserTaskQuery {
    UserTaskQuery {
        state: Some(UserTaskState::Created),
        mine: Some(Mine { login: "nobody".into(), groups: vec![group.into()] }),
        ..UserTaskQuery::all(PageRequest::first(10))
    }
}

fn all_instances(limit: u32) -> InstanceQuery {
    InstanceQuery {
        definition: None,
        state: None,
        with_incidents: false,
        record: None,
        parent: None,
        page: PageRequest::first(limit),
    }
}

#[tokio::test]
async fn orders_are_accepted_reviewed_and_rejected_and_the_page_can_see_why() {
    let shop = Shop::open().await;
    let accepted = shop.submit(4).await;
    assert_eq!(shop.status(accepted).await, "accepted");
    let rejected = shop.submit(7).await;
    assert_eq!(shop.status(rejected).await, "rejected");
    let reviewed = shop.submit(6).await;
    assert_eq!(shop.status(reviewed).await, "in_review");
    let variables: Context =
        feel::json::from_json(&json!({"decision": "approve"})).as_context().unwrap().clone();
    let task = shop.review().await;
    let complete = Command::Process(InstanceCommand::CompleteUserTask { task, variables });
    shop.done(complete).await;
    assert_eq!(shop.status(reviewed).await, "accepted");
    assert_eq!(shop.field("product", shop.bolt, "reserved").await, json!(10));
    assert_eq!(
        shop.field("account", shop.account, "open_amount").await,
        json!({"amount": "25.00", "currency": "EUR"})
    );
    shop.check().await;

    let record = RecordRef { object: "order".into(), key: reviewed };
    let (elements, decisions, incidents, history, mails) = shop
        .read(move |read| {
            Ok((
                read.elements_of_record(&record, NEWEST)?,
                read.decisions_of_record(&record, NEWEST)?,
                read.incidents_of_record(&record, NEWEST)?,
                read.record_history("order", reviewed, NEWEST)?,
                read.outbox(&OutboxQuery { state: None, page: PageRequest::first(10) })?,
            ))
        })
        .await;
    let made = decisions.clone();
    let traces = shop.read(move |read| read.traces(&made)).await;
    assert!(elements.iter().any(|element| &*element.kind == "USER_TASK"), "{elements:?}");
    assert!(elements.iter().all(|element| element.ended_at.is_some()));
    assert_eq!((decisions.len(), incidents), (2, Vec::new()));
    for decision in &decisions {
        let (trace, id) = (&traces[&decision.key], &decision.decision_id);
        assert!(trace.contains(&**id) && trace.contains("matched"), "{trace}");
    }
    assert!(history.len() >= 4 && history[0].version > history[history.len() - 1].version);
    assert_eq!(mails.items.len(), 2);

    let instances = shop.read(|read| read.instances(&all_instances(10))).await.items;
    let definition = instances[0].definition;
    for instance in instances.iter().map(|instance| instance.key) {
        let variables = shop.read(move |read| read.variables(instance)).await;
        let named = |row: &&VariableRow| &*row.name == "acceptance" && row.scope == instance;
        assert_eq!(variables.iter().filter(named).count(), 1, "{variables:?}");
        for row in variables {
            let key = row.key;
            assert_eq!(shop.read(move |read| read.variable(key)).await, Some(row));
        }
    }
    let (counts, flows, totals) = shop
        .read(move |read| {
            Ok((
                read.element_counts(definition)?,
                read.flow_counts(definition)?,
                read.definition_counts()?,
            ))
        })
        .await;
    assert!(counts.iter().all(|count| count.active == 0 && count.incidents == 0));
    let started = counts.iter().map(|count| count.completed).max();
    assert_eq!(started, Some(3), "three orders went through the start");
    assert!(flows.iter().any(|flow| flow.count == 3));
    assert_eq!(totals.iter().map(|total| (total.active, total.completed)).max(), Some((0, 3)));
}

#[tokio::test]
async fn work_goes_on_after_a_restart_and_a_command_sent_again_is_done_once() {
    let mut shop = Shop::open().await;
    let mut envelope = Envelope::new(actor(Role::Admin), shop.order(6));
    envelope.idempotency_key = Some("one".into());
    let first = shop.runtime.submit(envelope.clone()).await.unwrap();
    shop.runtime.shutdown().await;
    let Shop { runtime, account, bolt, mut place } = shop;
    drop(runtime);
    let runtime = aside(|| {
        place.reopen();
        runtime_on(&place)
    });
    shop = Shop { runtime, account, bolt, place };
    assert_eq!(shop.runtime.submit(envelope).await.unwrap(), first);
    let query = InstanceQuery { state: Some(InstanceState::Active), ..all_instances(10) };
    let active = shop.read(move |read| read.instances(&query)).await.items;
    assert_eq!(active.len(), 1, "{active:?}");
    let variables: Context =
        feel::json::from_json(&json!({"decision": "reject"})).as_context().unwrap().clone();
    let task = shop.review().await;
    let complete = Command::Process(InstanceCommand::CompleteUserTask { task, variables });
    shop.done(complete).await;
    let order = active[0].record.as_ref().unwrap().key;
    assert_eq!(shop.status(order).await, "rejected");
    assert_eq!(shop.field("product", shop.bolt, "reserved").await, json!(0));
    shop.check().await;
    shop.runtime.shutdown().await;
}

#[tokio::test]
async fn many_orders_at_once_reserve_no_more_than_there_is() {
    let shop = Arc::new(Shop::open().await);
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..60 {
        let shop = Arc::clone(&shop);
        tasks.spawn(async move { shop.submit(1).await });
    }
    let orders = tasks.join_all().await;
    assert_eq!(orders.len(), 60);
    shop.check().await;
    let order = Arc::clone(shop.runtime.catalogue().schema.object("order").unwrap());
    let definition = Arc::clone(&order);
    let query = RecordQuery {
        object: order,
        selection: Predicate::Always.into(),
        search: None,
        sort: Vec::new(),
        page: PageRequest::first(500),
    };
    let found = shop.read(move |read| read.records(&query)).await;
    let mut outcomes: BTreeMap<String, u32> = BTreeMap::new();
    for order in &found.page.items {
        let status = order.value(&definition, "status").as_text().unwrap().to_owned();
        *outcomes.entry(status).or_default() += 1;
    }
    let reserved = shop.field("product", shop.bolt, "reserved").await;
    let accepted = outcomes.get("accepted").copied().unwrap_or(0);
    assert_eq!(reserved, json!(accepted), "{outcomes:?}");
    assert_eq!(accepted, 4, "four orders stay within the credit limit of 10.00: {outcomes:?}");
    assert_eq!(found.count.value, 60);
}
