//! Deployments: versions, what is refused, and who else hears of it.

use std::sync::Arc;

use access::Role;
use runtime::{
    Answer, Command, CommandError, Envelope, InstanceCommand, ProcessRef, Resource, Runtime,
    Settings, StartProcess, StartedBy,
};
use serde_json::json;

use crate::fake::{Fault, NoReaders};
use crate::model::{row, service, user_task, watch};
use crate::office::{Office, actor, context, create};

fn versions(answer: &Answer) -> Vec<String> {
    let Answer::Deployed(deployed) = answer else { panic!("{answer:?}") };
    let word =
        |model: &runtime::DeployedModel| format!("{} {} {}", model.kind, model.id, model.version);
    deployed.models.iter().map(word).collect()
}

fn waiting(id: &str, task: &str) -> Resource {
    row(id, "", &[(task, &user_task(task, ""))])
}

#[tokio::test]
async fn each_new_text_of_a_model_is_its_next_version() {
    let office = Office::with_notes().await;
    let first = office.deploy(vec![waiting("p", "a")]).await;
    assert_eq!(versions(&first), ["process p 1"]);
    office.fake.pass(1_000);
    assert_eq!(office.deploy(vec![waiting("p", "a")]).await, first, "nothing is new");
    let both = office.deploy(vec![waiting("p", "b"), waiting("q", "a")]).await;
    assert_eq!(versions(&both), ["process p 2", "process q 1"]);
    let back = office.deploy(vec![waiting("p", "a"), waiting("q", "a")]).await;
    assert_eq!(versions(&back), ["process p 3", "process q 1"]);
    let models = office.db().catalogue.models;
    assert_eq!(models.len(), 4);
    assert_eq!(office.db().catalogue.version, office.runtime.catalogue().version);
}

fn problems(answer: Result<Answer, CommandError>) -> Vec<String> {
    let Err(CommandError::Invalid(problems)) = answer else { panic!("{answer:?}") };
    let told = problems.into_iter().map(|it| {
        format!("{} {}: {}", it.resource, it.element.as_deref().unwrap_or("-"), it.message)
    });
    told.collect()
}

#[tokio::test]
async fn with_one_problem_nothing_is_deployed() {
    let office = Office::with_notes().await;
    let decides = r#"<businessRuleTask id="decide"><extensionElements>
        <zeebe:calledDecision decisionId="nothing" resultVariable="r"/></extensionElements></businessRuleTask>"#;
    let fills_in = r#"<userTask id="fill"><extensionElements><zeebe:userTask/>
        <zeebe:formDefinition formId="nothing"/></extensionElements></userTask>"#;
    let unknown = service("task", "rondo:nothing", &[], "");
    for (bad, expect) in [
        (row("bad", "", &[("decide", decides)]), "bad.bpmn decide: calls the decision `nothing`"),
        (row("bad", "", &[("fill", fills_in)]), "bad.bpmn fill: names the form `nothing`"),
        (
            row("bad", "", &[("task", &unknown)]),
            "bad.bpmn task: asks for the built-in task `rondo:nothing`",
        ),
        (row("bad", &watch("nothing", "created", "true"), &[]), "records of `nothing`"),
        (Resource { name: "bad.txt".into(), text: "".into() }, "bad.txt -: the kind of a file"),
        (Resource { name: "bad.bpmn".into(), text: "<x/>".into() }, "bad.bpmn -: "),
        (waiting("good", "a"), "the process `good` is in two of the files"),
    ] {
        let files = vec![waiting("good", "a"), bad];
        let told = problems(office.submit(Role::Admin, Command::Deploy(files)).await);
        assert!(told.iter().any(|told| told.contains(expect)), "{expect}: {told:?}");
    }
    assert!(office.db().catalogue.models.is_empty());
    assert_eq!(problems(office.submit(Role::Admin, Command::Deploy(Vec::new())).await).len(), 1);
}

#[tokio::test]
async fn a_defect_in_a_deployment_costs_the_deployment_and_not_the_lane() {
    for (defects, is_deployed) in [(1, true), (2, false)] {
        let office = Office::with_notes().await;
        office.fake.fail(vec![Fault::Panic; defects]);
        let deploy = Command::Deploy(vec![waiting("p", "a")]);
        let answer = office.submit(Role::Admin, deploy).await;
        assert_eq!(answer.is_ok(), is_deployed, "{answer:?}");
        assert!(is_deployed || matches!(answer, Err(CommandError::Fault(_))), "{answer:?}");
        office.create("note", json!({"name": "a"})).await;
        assert_eq!(office.runtime.catalogue().processes().len(), usize::from(is_deployed));
    }
}

#[tokio::test]
async fn an_instance_stays_on_the_version_it_started_with() {
    let office = Office::with_notes().await;
    let start = || StartProcess {
        process: ProcessRef::Id("p".into()),
        record: None,
        variables: context(&json!({"n": 1})),
        by: StartedBy::Caller,
    };
    office.deploy(vec![waiting("p", "old")]).await;
    office.done(Command::StartProcess(start())).await;
    office.deploy(vec![waiting("p", "new")]).await;
    office.done(Command::StartProcess(start())).await;
    let numbered = StartProcess { process: ProcessRef::Version("p".into(), 1), ..start() };
    office.done(Command::StartProcess(numbered)).await;
    let tasks = office.open_tasks();
    let ids: Vec<&str> = tasks.iter().map(|task| &*task.element_id).collect();
    assert_eq!(ids, ["old", "new", "old"]);
    for process in [ProcessRef::Id("q".into()), ProcessRef::Version("p".into(), 3)] {
        let start = Command::StartProcess(StartProcess { process, ..start() });
        let answer = office.submit(Role::Admin, start).await;
        assert!(matches!(answer, Err(CommandError::NotFound { .. })), "{answer:?}");
    }
    office.check();
}

#[tokio::test]
async fn a_second_node_and_a_restart_see_what_is_deployed_and_what_runs() {
    let office = Office::with_notes().await;
    let start = || Runtime::start(office.fake.store(), Arc::new(NoReaders), Settings::default());
    let second = Office { runtime: start().expect("it starts"), fake: Arc::clone(&office.fake) };
    let watched = row("p", &watch("note", "created", "true"), &[("look", &user_task("look", ""))]);
    office.deploy(vec![watched]).await;
    second.create("note", json!({"name": "a"})).await;
    assert_eq!(second.runtime.catalogue().processes().len(), 1);
    let tasks = office.open_tasks();
    let [task] = tasks.as_slice() else { panic!("{tasks:?}") };
    let restarted = Office { runtime: start().expect("it starts"), fake: Arc::clone(&office.fake) };
    let complete =
        InstanceCommand::CompleteUserTask { task: task.key, variables: context(&json!({})) };
    restarted.done(Command::Process(complete.clone())).await;
    // The second node still holds the instance as it was, and finds that it has moved on.
    let late = second.submit(Role::Admin, Command::Process(complete)).await;
    assert!(matches!(late, Err(CommandError::Rejected(_))), "{late:?}");
    assert!(office.open_tasks().is_empty());
    office.check();
}

#[tokio::test]
async fn objects_are_defined_all_or_none_and_an_equal_definition_changes_nothing() {
    let office = Office::with_notes().await;
    let version = office.db().catalogue.version;
    let known =
        office.runtime.catalogue().schema.object("note").expect("it is defined").as_ref().clone();
    office.done(Command::DefineObjects(vec![known.clone()])).await;
    assert_eq!(office.db().catalogue.version, version);
    let mut dangling = known.clone();
    dangling.name = "memo".into();
    for field in &mut dangling.fields {
        if let records::FieldKind::Reference { object } = &mut field.kind {
            *object = "nothing".into();
        }
    }
    let answer = office.submit(Role::Admin, Command::DefineObjects(vec![known, dangling])).await;
    assert!(problems(answer).iter().any(|told| told.contains("nothing")));
    let change = Command::ChangeRecords(vec![create("memo", json!({}))]);
    let answer = office.submit(Role::Admin, change).await;
    assert!(matches!(answer, Err(CommandError::NotFound { .. })), "{answer:?}");
}

#[tokio::test]
async fn a_model_that_no_longer_compiles_does_not_keep_the_house_closed() {
    let office = Office::with_notes().await;
    office.deploy(vec![waiting("p", "a")]).await;
    office.runtime.shutdown().await;
    assert!(!office.runtime.is_running());
    office.fake.edit(|db| {
        for resource in &mut db.catalogue.resources {
            resource.text = "<damaged/>".into();
        }
    });
    let runtime = Runtime::start(office.fake.store(), Arc::new(NoReaders), Settings::default());
    let restarted = Office { runtime: runtime.expect("it starts"), fake: Arc::clone(&office.fake) };
    restarted.create("note", json!({"name": "a"})).await;
    let repaired = restarted.deploy(vec![waiting("p", "a")]).await;
    assert_eq!(versions(&repaired), ["process p 2"], "the number is not given twice");
}

#[tokio::test]
async fn a_deployment_sent_twice_is_done_once() {
    let office = Office::with_notes().await;
    let send = |file: Resource| {
        let mut envelope = Envelope::new(actor(Role::Admin), Command::Deploy(vec![file]));
        envelope.idempotency_key = Some("k".into());
        let runtime = office.runtime.clone();
        async move { runtime.submit(envelope).await }
    };
    let first = send(waiting("p", "a")).await;
    assert!(first.is_ok());
    assert_eq!(send(waiting("p", "a")).await, first);
    match send(waiting("p", "b")).await {
        Err(CommandError::Rejected(it)) => assert_eq!(it.code, "idempotency_key"),
        other => panic!("{other:?}"),
    }
    assert_eq!(office.db().catalogue.models.len(), 1);
}

/// A DMN file of the decision `id`, which imports these namespaces; the namespace is `urn:ID`.
fn decides(id: &str, text: &str, imports: &[&str]) -> Resource {
    let dmn = "https://www.omg.org/spec/DMN/20230324/MODEL/";
    let imports = imports.iter().fold(String::new(), |all, name| {
        all + &format!(r#"<import name="{name}" namespace="urn:{name}" importType="{dmn}"/>"#)
    });
    let text = format!(
        r#"<definitions xmlns="{dmn}" id="d" name="d" namespace="urn:{id}">
        {imports}<decision id="{id}" name="{id}"><literalExpression><text>{text}</text></literalExpression></decision>
        </definitions>"#
    );
    Resource { name: format!("{id}.dmn").into(), text: text.into() }
}

#[tokio::test]
async fn a_deployment_reads_the_texts_that_it_may_repeat_and_those_that_it_imports() {
    let office = Office::with_notes().await;
    let leaf = || decides("leaf", "2", &[]);
    let branch = || decides("branch", "1", &["leaf"]);
    office.deploy(vec![leaf(), decides("other", "1", &[]), waiting("p", "a")]).await;
    office.deploy(vec![decides("leaf", "1", &[])]).await;
    office.deploy(vec![leaf()]).await;
    office.fake.take_texts_read();
    for (files, expect, read) in [
        // What is new imports nothing: no text.
        (vec![waiting("q", "a")], "process q 1", &[][..]),
        (vec![decides("alone", "1", &[])], "decision alone 1", &[]),
        // The latest of what may be the same.
        (vec![waiting("p", "a")], "process p 1", &["p.bpmn"]),
        (vec![leaf()], "decision leaf 3", &["leaf.dmn"]),
        // What is imported, its newest text only, and through it what that imports.
        (vec![branch()], "decision branch 1", &["leaf.dmn"]),
        (vec![decides("root", "1", &["branch"])], "decision root 1", &["branch.dmn", "leaf.dmn"]),
        // What is brought along is not looked for.
        (
            vec![decides("twig", "1", &["leaf"]), decides("leaf", "4", &[])],
            "decision twig 1,decision leaf 4",
            &["leaf.dmn"],
        ),
    ] {
        let answer = office.deploy(files).await;
        assert_eq!(versions(&answer).join(","), expect);
        assert_eq!(office.fake.take_texts_read(), read, "{expect}");
    }
    let missing = vec![decides("lost", "1", &["nothing"])];
    let told = problems(office.submit(Role::Admin, Command::Deploy(missing)).await);
    assert!(told[0].contains("`urn:nothing` is not at hand"), "{told:?}");
}

#[tokio::test]
async fn a_library_of_functions_is_kept_and_imported_after_a_restart() {
    let library = |body: &str| {
        let text = format!(
            r#"<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="d" name="d" namespace="urn:lib">
            <businessKnowledgeModel id="f" name="f"><variable name="f"/><encapsulatedLogic>
            <formalParameter name="x"/><literalExpression><text>{body}</text></literalExpression>
            </encapsulatedLogic></businessKnowledgeModel></definitions>"#
        );
        Resource { name: "lib.dmn".into(), text: text.into() }
    };
    let files = |office: &Office| office.db().catalogue.resources.len();
    let office = Office::with_notes().await;
    for (body, expect) in [("x + 1", 1), ("x + 1", 1), ("x + 2", 2)] {
        office.deploy(vec![library(body)]).await;
        assert_eq!(files(&office), expect, "{body}");
    }
    let answer = office.deploy(vec![decides("user", "1", &["lib"])]).await;
    assert_eq!(versions(&answer), ["decision user 1"]);
    let restarted =
        Runtime::start(office.fake.store(), Arc::new(NoReaders), Settings::default()).unwrap();
    assert!(restarted.catalogue().latest_decision("user").is_some());
}
