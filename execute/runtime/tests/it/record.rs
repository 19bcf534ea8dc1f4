//! Records by hand and by built-in tasks: what is refused, and what an incident says.

use std::collections::BTreeMap;

use access::Role;
use base::Key;
use runtime::{Answer, Command, CommandError, InstanceCommand, RecordChange};
use serde_json::{Value, json};

use crate::model::{row, service, user_task, watch};
use crate::office::{Office, create, delete, input, update};

const PAGE: &str = r#"{
    "name": "page", "label": {"en": "Page", "zh": "页"}, "plural": {"en": "Pages", "zh": "页"},
    "title": "number", "list": ["number"], "navigation": false,
    "part_of": {"field": "note", "collection": "pages"},
    "fields": [
        {"name": "number", "label": {"en": "Number", "zh": "编号"}, "type": "auto_number", "prefix": "P-", "digits": 3},
        {"name": "note", "label": {"en": "Note", "zh": "便签"}, "type": "reference", "object": "note", "required": true},
        {"name": "words", "label": {"en": "Words", "zh": "字数"}, "type": "number", "scale": 0, "required": true}
    ]
}"#;

async fn change(office: &Office, change: RecordChange) -> Result<Answer, CommandError> {
    office.submit(Role::Admin, Command::ChangeRecords(vec![change])).await
}

fn with_pages(name: &str, pages: &[Value]) -> RecordChange {
    let pages = pages.iter().map(|page| input(page.clone())).collect();
    RecordChange::Create {
        object: "note".into(),
        input: input(json!({"name": name})),
        parts: BTreeMap::from([("pages".into(), pages)]),
    }
}

/// Code and fields of a refusal.
fn refusal(answer: Result<Answer, CommandError>) -> String {
    match answer {
        Err(CommandError::Rejected(it)) => {
            let fields: Vec<String> =
                it.problems.iter().map(|it| format!(" {}:{}", it.field, it.code)).collect();
            format!("{}{}", it.code, fields.concat())
        }
        Err(CommandError::Conflict { expected, actual, .. }) => format!("{expected} is {actual}"),
        Err(CommandError::NotFound { what, .. }) => format!("no {what}"),
        other => format!("{other:?}"),
    }
}

/// What came of a task: the message of its incident, or its result, the variable `r`.
fn told(office: &Office) -> String {
    match office.open_incidents().as_slice() {
        [incident] => incident.message.to_string(),
        _ => {
            let db = office.db();
            let result = db.variables.values().find(|variable| &*variable.name == "r");
            result.expect("the task has a result").value.clone()
        }
    }
}

#[tokio::test]
async fn parts_are_made_with_their_parent_and_go_with_it() {
    let office = Office::with_notes().await;
    office.define(&[PAGE]).await;
    let pages = [json!({"words": 10}), json!({"words": 20})];
    let created = change(&office, with_pages("a", &pages)).await.expect("it is created");
    let Answer::Records(created) = created else { panic!("{created:?}") };
    let note = created.first().expect("one record").key;
    assert_eq!(office.texts("page", "number"), ["P-001", "P-002"]);
    change(&office, with_pages("b", &pages[..1])).await.expect("it is created");
    assert_eq!(office.texts("page", "number"), ["P-001", "P-002", "P-003"]);
    change(&office, delete("note", note)).await.expect("it is deleted");
    assert_eq!(office.texts("page", "number"), ["P-003"]);
    let gone =
        office.db().record_history.iter().filter(|row| row.change.as_str() == "deleted").count();
    assert_eq!(gone, 3, "each has its own line of history");
}

#[tokio::test]
async fn a_step_changes_a_record_and_its_parts_together_or_not_at_all() {
    for (pages, outcome, words) in [
        (
            r"for page in record.pages[words < 15] return {key: page.key, words: page.words * 2}",
            r#""version":1"#,
            [20, 20],
        ),
        ("[]", r#""version":1"#, [10, 20]),
        ("[{words: 1}]", "each of the `pages` needs the `key` of the part that changes", [10, 20]),
        (r#"[{key: "12", words: 1}]"#, "no page", [10, 20]),
        (
            r"for page in record.parent.pages return {key: page.key, words: 1}",
            "is not one of the `pages` of note",
            [10, 20],
        ),
        (
            r#"for page in record.pages return {key: page.key, words: if page.words > 15 then "x" else 1}"#,
            "`words` takes a number",
            [10, 20],
        ),
    ] {
        let office = Office::with_notes().await;
        office.define(&[PAGE]).await;
        let parts = format!("{{pages: {pages}}}");
        let inputs = [("fields", "{count: record.count}"), ("parts", parts.as_str())];
        let task = service("task", "rondo:update-record", &inputs, "r");
        let start = watch("note", "created", r#"record.name = "a""#);
        let tasks = [("task", task.as_str()), ("wait", &user_task("wait", ""))];
        office.deploy(vec![row("p", &start, &tasks)]).await;
        let other = change(&office, with_pages("b", &[json!({"words": 5})])).await;
        let Ok(Answer::Records(other)) = other else { panic!("{other:?}") };
        let mut made = with_pages("a", &[json!({"words": 10}), json!({"words": 20})]);
        if let RecordChange::Create { input, .. } = &mut made {
            input.insert("parent", other.first().expect("one record").key.to_string());
        }
        change(&office, made).await.expect("it is created");
        let told = told(&office);
        assert!(told.contains(outcome), "{pages}: {told}");
        let [one, two] = words.map(|count| format!("Number({count})"));
        assert_eq!(office.texts("page", "words"), ["Number(5)".into(), one, two], "{pages}");
        office.check();
    }
}

#[tokio::test]
async fn a_field_is_not_defined_in_a_currency_that_nobody_pays_with() {
    let office = Office::with_notes().await;
    for (field, expect) in [
        (r#""currency": "EUR""#, ""),
        (r#""currency": "XXX""#, "`coin.worth` is in `XXX`, which is no currency in use"),
        (r#""default": "1 DEM""#, "`coin.worth` is in `DEM`, which is no currency in use"),
    ] {
        let definition = format!(
            r#"{{"name": "coin", "label": {{"en": "Coin", "zh": "币"}}, "plural": {{"en": "Coins", "zh": "币"}},
            "title": "name", "fields": [
            {{"name": "name", "label": {{"en": "Name", "zh": "名称"}}, "type": "text"}},
            {{"name": "worth", "label": {{"en": "Worth", "zh": "价值"}}, "type": "money", {field}}}]}}"#
        );
        let object = records::ObjectDef::from_json(&definition).expect("it can be read");
        match office.submit(Role::Admin, Command::DefineObjects(vec![object])).await {
            Ok(_) => assert_eq!(expect, "", "{field}"),
            Err(CommandError::Invalid(problems)) => {
                let [problem] = problems.as_slice() else { panic!("{problems:?}") };
                assert!(!expect.is_empty() && problem.message.starts_with(expect), "{problem:?}");
            }
            Err(other) => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn every_problem_is_named_at_once_with_its_place() {
    let office = Office::with_notes().await;
    office.define(&[PAGE]).await;
    let nowhere = json!({"name": "a", "parent": "12", "nonsense": 1});
    for (given, expect) in [
        (create("note", nowhere), "invalid nonsense:unknown_field"),
        (create("note", json!({"name": "a", "parent": "12"})), "invalid parent:not_found"),
        (create("note", json!({})), "invalid name:required"),
        (create("nothing", json!({})), "no object"),
        (
            with_pages("a", &[json!({"words": 1}), json!({"words": "x"}), json!({})]),
            "invalid pages[1].words:type pages[2].words:required",
        ),
        (
            with_pages("", &[json!({"words": 1}), json!({"words": "x"})]),
            "invalid name:required pages[1].words:type",
        ),
        (
            {
                let mut nowhere = with_pages("a", &[json!({"words": 1})]);
                if let RecordChange::Create { input, .. } = &mut nowhere {
                    input.insert("parent", "12");
                }
                nowhere
            },
            "invalid parent:not_found",
        ),
        (update("note", Key(12), json!({})), "no note"),
        (delete("note", Key(12)), "no note"),
    ] {
        assert_eq!(refusal(change(&office, given.clone()).await), expect, "{given:?}");
    }
    assert!(office.db().records.is_empty() && office.db().counters.is_empty());
}

#[tokio::test]
async fn a_change_of_what_others_have_changed_meanwhile_is_a_conflict() {
    let office = Office::with_notes().await;
    let note = office.create("note", json!({"name": "a"})).await;
    let with_version = |version, name: &str| RecordChange::Update {
        object: "note".into(),
        key: note,
        version: Some(version),
        input: input(json!({"name": name})),
    };
    change(&office, with_version(1, "b")).await.expect("version 1 is there");
    assert_eq!(refusal(change(&office, with_version(1, "c")).await), "1 is 2");
    change(&office, with_version(2, "b")).await.expect("nothing is different");
    assert_eq!(office.record("note", note).version, 2);
    assert_eq!(office.db().record_history.len(), 2);
}

#[tokio::test]
async fn a_unique_value_is_free_again_when_its_holder_lets_it_go() {
    let office = Office::with_notes().await;
    let a = office.create("note", json!({"name": "a"})).await;
    assert_eq!(
        refusal(change(&office, create("note", json!({"name": "a"}))).await),
        "invalid name:not_unique"
    );
    let swap = vec![update("note", a, json!({"name": "b"})), create("note", json!({"name": "a"}))];
    office.done(Command::ChangeRecords(swap)).await;
    assert_eq!(office.texts("note", "name"), ["b", "a"]);
}

#[tokio::test]
async fn what_others_refer_to_or_work_on_is_not_deleted() {
    let office = Office::with_notes().await;
    let parent = office.create("note", json!({"name": "a"})).await;
    let child = json!({"name": "b", "parent": parent.to_string()});
    let child = office.create("note", child).await;
    assert_eq!(refusal(change(&office, delete("note", parent)).await), "referenced");
    let both = vec![delete("note", child), delete("note", parent)];
    office.done(Command::ChangeRecords(both)).await;
    let start = watch("note", "created", "true");
    office.deploy(vec![row("busy", &start, &[("look", &user_task("look", ""))])]).await;
    let busy = office.create("note", json!({"name": "c"})).await;
    assert_eq!(refusal(change(&office, delete("note", busy)).await), "in_process");
    let instance = *office.db().instances.keys().next().expect("it runs");
    office.done(Command::Process(InstanceCommand::Cancel { instance })).await;
    office.done(Command::ChangeRecords(vec![delete("note", busy)])).await;
    office.check();
}

#[tokio::test]
async fn a_trigger_sees_the_record_before_and_after() {
    let office = Office::with_notes().await;
    let start = watch("note", "changed", "record.count > 10 and old.count <= 10");
    office.deploy(vec![row("over", &start, &[("look", &user_task("look", ""))])]).await;
    let note = office.create("note", json!({"name": "a", "count": 50})).await;
    for (count, started) in [(5, 0), (10, 0), (11, 1), (12, 1), (3, 1), (30, 2)] {
        office
            .done(Command::ChangeRecords(vec![update("note", note, json!({"count": count}))]))
            .await;
        assert_eq!(office.db().instances.len(), started, "count {count}");
    }
    let twice =
        vec![update("note", note, json!({"count": 0})), update("note", note, json!({"count": 99}))];
    office.done(Command::ChangeRecords(twice)).await;
    assert_eq!(office.db().instances.len(), 3, "each change of a command counts by itself");
}

#[tokio::test]
async fn a_record_that_has_gone_starts_nothing() {
    let office = Office::with_notes().await;
    let start = watch("note", "changed", "true");
    office.deploy(vec![row("p", &start, &[("wait", &user_task("wait", ""))])]).await;
    let note = office.create("note", json!({"name": "a"})).await;
    let changes = vec![update("note", note, json!({"count": 1})), delete("note", note)];
    office.done(Command::ChangeRecords(changes)).await;
    assert!(office.db().records.is_empty() && office.db().instances.is_empty());
}

/// Runs one built-in task on the note `a` (count 5) beside `b` (count 7); answers the incident, or the
/// variable `r` when there is none.
async fn run(job_type: &str, inputs: &[(&str, &str)]) -> (Office, String) {
    let office = Office::with_notes().await;
    let task = service("task", job_type, inputs, "r");
    let start = watch("note", "created", r#"record.name = "a""#);
    let tasks = [("task", task.as_str()), ("wait", &user_task("wait", ""))];
    office.deploy(vec![row("p", &start, &tasks)]).await;
    office.create("note", json!({"name": "b", "count": 7})).await;
    office.create("note", json!({"name": "a", "count": 5})).await;
    let outcome = match office.open_incidents().as_slice() {
        [] => {
            let db = office.db();
            let result = db.variables.values().find(|variable| &*variable.name == "r");
            result.expect("the task has a result").value.clone()
        }
        [incident] => incident.message.to_string(),
        more => panic!("{more:?}"),
    };
    office.check();
    (office, outcome)
}

/// A process on the note `a`, to which `b` and `c` refer, and to `c` the note `d`: it sets the count of `a` from 5 to 9
/// and looks for notes in the same turn.
#[tokio::test]
async fn records_are_found_through_references_as_they_are_in_the_turn() {
    for (filter, limit, expect) in [
        ("parent.count = 9", "5", &["b", "c"][..]),
        ("parent.count = 9", "1", &["b"]),
        ("parent.count = 5", "5", &[]),
        ("parent.count != 9", "5", &["a", "d"]),
        ("not(parent.count = 9)", "1", &["a"]),
        ("parent.parent.count = 9", "5", &["d"]),
        ("parent.parent.count = null and parent.name = \\\"a\\\"", "5", &["b", "c"]),
        ("upper case(parent.name) = \\\"A\\\" and parent.count > count", "5", &["b"]),
        ("odd(parent.parent.count)", "5", &["d"]),
    ] {
        let office = Office::with_notes().await;
        let find = format!("\"{filter}\"");
        let inputs = [("object", r#""note""#), ("filter", find.as_str()), ("limit", limit)];
        let set = service("set", "rondo:update-record", &[("fields", "{count: 9}")], "s");
        let find = service("find", "rondo:find-records", &inputs, "r");
        let start = watch("note", "changed", "record.count = 5");
        let steps = [("set", set.as_str()), ("find", &find), ("wait", &user_task("wait", ""))];
        office.deploy(vec![row("p", &start, &steps)]).await;
        let a = office.create("note", json!({"name": "a"})).await;
        office.create("note", json!({"name": "b", "parent": a.to_string()})).await;
        let c = json!({"name": "c", "count": 20, "parent": a.to_string()});
        let c = office.create("note", c).await;
        office.create("note", json!({"name": "d", "parent": c.to_string()})).await;
        let change = vec![update("note", a, json!({"count": 5}))];
        office.done(Command::ChangeRecords(change)).await;
        assert!(office.open_incidents().is_empty(), "{filter}: {:?}", office.open_incidents());
        let db = office.db();
        let found = db.variables.values().find(|variable| &*variable.name == "r");
        let found: Vec<Value> =
            serde_json::from_str(&found.expect("a result").value).expect("a list");
        let names: Vec<&str> = found.iter().filter_map(|note| note["name"].as_str()).collect();
        assert_eq!(names, expect, "{filter}");
        drop(db);
        office.check();
    }
}

#[tokio::test]
async fn a_built_in_task_does_its_work_or_says_what_to_repair() {
    let find = |filter: &'static str| [("object", r#""note""#), ("filter", filter)];
    for (job_type, inputs, expect) in [
        ("rondo:update-record", vec![("fields", "{count: 6}")], r#""version":2"#),
        ("rondo:update-record", vec![("fields", r#"{count: "six"}"#)], "count"),
        ("rondo:update-record", vec![], "the input `fields` of `rondo:update-record` is missing"),
        (
            "rondo:update-record",
            vec![("fields", "{}"), ("object", r#""note""#), ("key", r#""12""#)],
            "there is no note `12`",
        ),
        (
            "rondo:create-record",
            vec![("object", r#""nothing""#), ("fields", "{}")],
            "there is no object `nothing`",
        ),
        (
            "rondo:create-record",
            vec![("object", r#""note""#), ("fields", r#"{name: "b"}"#)],
            "unique",
        ),
        (
            "rondo:create-record",
            vec![("object", r#""note""#), ("fields", r#"{name: "c", parent: record}"#)],
            r#""object":"note""#,
        ),
        ("rondo:delete-record", vec![], "cannot be deleted while process instance"),
        ("rondo:find-records", find(r#""count > 5""#).to_vec(), r#""name":"b""#),
        ("rondo:find-records", find(r#""count > 50""#).to_vec(), "[]"),
        ("rondo:find-records", find(r#""count * count > 30""#).to_vec(), r#""name":"b""#),
        (
            "rondo:find-records",
            find(r#""count > 5 and upper case(name) = \"B\"""#).to_vec(),
            r#""name":"b""#,
        ),
        ("rondo:find-records", find(r#""count > 5 and matches(name, \"^x\")""#).to_vec(), "[]"),
        (
            "rondo:find-records",
            find(r#""parent.colour = \"a\"""#).to_vec(),
            "`parent.colour` is not a field of `note`",
        ),
        (
            "rondo:find-records",
            find(r#""colour = 1""#).to_vec(),
            "`colour` is not a field of `note`",
        ),
        ("rondo:find-records", find(r#""count >""#).to_vec(), "is no FEEL"),
        (
            "rondo:send-mail",
            vec![("to", r#""nobody""#), ("subject", r#""s""#), ("body", r#""b""#)],
            "`nobody` is not an e-mail address",
        ),
        (
            "rondo:send-mail",
            vec![("to", r#"["a@b.example"]"#), ("subject", r#""s""#), ("body", r#""b""#)],
            r#""key""#,
        ),
    ] {
        let (_, outcome) = run(job_type, &inputs).await;
        assert!(outcome.contains(expect), "{job_type} {inputs:?}: {outcome}");
    }
}

#[tokio::test]
async fn a_guarded_update_changes_all_rows_or_none() {
    let add =
        |amounts: &str| format!("for a in {amounts} return {{key: record.key, add: {{count: a}}}}");
    for (updates, guard, outcome, count) in [
        (add("[1, 2]"), r#""count <= 8""#, "true", "8"),
        (add("[1, 3]"), r#""count <= 8""#, "false", "5"),
        (add("[-5]"), r#""count >= 0""#, "true", "0"),
        (add("[-6]"), r#""count >= 0""#, "false", "5"),
        (add(r#"["x"]"#), r#""true""#, "has to be a number", "5"),
        (add("[0.5]"), r#""true""#, "count", "5"),
        ("[]".to_owned(), r#""true""#, "true", "5"),
    ] {
        let inputs = [("object", r#""note""#), ("updates", updates.as_str()), ("guard", guard)];
        let (office, got) = run("rondo:guarded-update", &inputs).await;
        assert!(got.contains(outcome), "{updates}: {got}");
        let note = office.db().records.keys().last().expect("two notes").key;
        assert_eq!(office.field("note", note, "count"), count, "{updates}");
    }
}

#[tokio::test]
async fn a_sum_beyond_the_bounds_of_its_field_is_an_outcome_and_a_value_an_incident() {
    const BOX: &str = r#"{
        "name": "box", "label": {"en": "Box", "zh": "箱"}, "plural": {"en": "Boxes", "zh": "箱"},
        "title": "name", "list": ["name"], "navigation": false,
        "fields": [
            {"name": "name", "label": {"en": "Name", "zh": "名称"}, "type": "text"},
            {"name": "count", "label": {"en": "Count", "zh": "数量"}, "type": "number", "min": 0, "max": 8}
        ]
    }"#;
    let add = |amount: &str| {
        let updates = format!("[{{key: record.key, add: {{count: {amount}}}}}]");
        ("rondo:guarded-update", vec![("updates", updates), ("guard", r#""true""#.to_owned())])
    };
    let set = |count: &str| {
        let fields = format!("{{count: {count}}}");
        ("rondo:update-record", vec![("fields", fields), ("key", "record.key".to_owned())])
    };
    for ((task, mut inputs), outcome, count) in [
        (add("3"), "true", "8"),
        (add("3.5"), "takes whole numbers", "5"),
        (add("4"), "false", "5"),
        (add("-5"), "true", "0"),
        (add("-6"), "false", "5"),
        (set("8"), "version", "8"),
        (set("-1"), "`count` has to be at least 0, and is -1", "5"),
        (set("9"), "`count` has to be at most 8, and is 9", "5"),
    ] {
        let office = Office::with_notes().await;
        office.define(&[BOX]).await;
        inputs.push(("object", r#""box""#.to_owned()));
        let inputs: Vec<(&str, &str)> =
            inputs.iter().map(|(name, it)| (*name, it.as_str())).collect();
        let task = service("task", task, &inputs, "r");
        let tasks = [("task", task.as_str()), ("wait", &user_task("wait", ""))];
        office.deploy(vec![row("p", &watch("box", "created", "true"), &tasks)]).await;
        let key = office.create("box", json!({"name": "a", "count": 5})).await;
        let told = told(&office);
        assert!(told.contains(outcome), "{inputs:?}: {told}");
        assert_eq!(office.field("box", key, "count"), count, "{inputs:?}");
        office.check();
    }
}

#[tokio::test]
async fn an_incident_is_resolved_when_its_cause_is_repaired() {
    let office = Office::with_notes().await;
    let inputs = [("object", r#""note""#), ("fields", r#"{name: record.name + "2"}"#)];
    let copy = service("copy", "rondo:create-record", &inputs, "");
    let start = watch("note", "created", r#"record.name = "a""#);
    office.deploy(vec![row("p", &start, &[("copy", &copy)])]).await;
    let taken = office.create("note", json!({"name": "a2"})).await;
    office.create("note", json!({"name": "a"})).await;
    let incidents = office.open_incidents();
    let [incident] = incidents.as_slice() else { panic!("{incidents:?}") };
    let resolve = InstanceCommand::ResolveIncident { incident: incident.key };
    office.done(Command::Process(resolve.clone())).await;
    let again = office.open_incidents();
    assert!(again.len() == 1 && again != incidents, "it failed again: {again:?}");
    office.done(Command::ChangeRecords(vec![delete("note", taken)])).await;
    let incident = again.first().expect("it is open").key;
    office.done(Command::Process(InstanceCommand::ResolveIncident { incident })).await;
    assert!(office.open_incidents().is_empty());
    assert_eq!(office.texts("note", "name"), ["a", "a2"]);
    let gone = office.submit(Role::Admin, Command::Process(resolve)).await;
    assert!(matches!(gone, Err(CommandError::Rejected(_))), "the instance has ended: {gone:?}");
    office.check();
}
