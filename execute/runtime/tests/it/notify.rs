//! `rondo:notify`: who is told, and what an incident says where nobody can be.

use access::{Actor, Role};
use base::Key;
use runtime::{Command, Envelope};
use serde_json::json;

use crate::model::{row, service, user_task, watch};
use crate::office::Office;

const TEAM: &str = r#"{
    "name": "team", "label": {"en": "Team", "zh": "团队"}, "plural": {"en": "Teams", "zh": "团队"},
    "title": "name", "list": ["name"], "navigation": false,
    "fields": [
        {"name": "name", "label": {"en": "Name", "zh": "名称"}, "type": "text", "max": 100, "required": true, "unique": true}
    ]
}"#;

const USER: &str = r#"{
    "name": "user", "label": {"en": "User", "zh": "用户"}, "plural": {"en": "Users", "zh": "用户"},
    "title": "login", "list": ["login"], "navigation": false,
    "fields": [
        {"name": "login", "label": {"en": "Login", "zh": "登录名"}, "type": "text", "max": 60, "required": true, "unique": true},
        {"name": "role", "label": {"en": "Role", "zh": "角色"}, "type": "text", "max": 20, "required": true},
        {"name": "team", "label": {"en": "Team", "zh": "团队"}, "type": "reference", "object": "team"},
        {"name": "active", "label": {"en": "Active", "zh": "启用"}, "type": "boolean", "default": true}
    ]
}"#;

/// An office with a team and four people; `KEY` in `inputs` is the key of anna.
async fn run(inputs: &[(&str, &str)]) -> (Office, String) {
    let office = Office::with_notes().await;
    office.define(&[TEAM, USER]).await;
    let team = office.create("team", json!({"name": "Support"})).await.to_string();
    let mut anna = Key(0);
    for (login, role, team, active) in [
        ("zoe", "manager", None, false),
        ("ben", "manager", Some(&team), true),
        ("eve", "sales", Some(&team), true),
        ("anna", "sales", None, true),
    ] {
        let user = json!({"login": login, "role": role, "team": team, "active": active});
        anna = office.create("user", user).await;
    }
    let key = anna.to_string();
    let mapped: Vec<(&str, String)> =
        inputs.iter().map(|(name, text)| (*name, text.replace("KEY", &key))).collect();
    let mapped: Vec<(&str, &str)> = mapped.iter().map(|(name, text)| (*name, &**text)).collect();
    let task = service("task", "rondo:notify", &mapped, "r");
    let start = watch("note", "created", r#"record.name = "a""#);
    let tasks = [("task", task.as_str()), ("wait", &user_task("wait", ""))];
    office.deploy(vec![row("p", &start, &tasks)]).await;
    office.create("note", json!({"name": "a"})).await;
    let told: Vec<String> = {
        let db = office.db();
        let login = |user: Key| office.field("user", user, "login").replace('"', "");
        let rows = db.notifications.values();
        rows.map(|row| format!("{}: {}", login(row.user), row.text)).collect()
    };
    let incidents = office.open_incidents();
    let outcome = match incidents.first() {
        Some(incident) => incident.message.to_string(),
        None => told.join("; "),
    };
    assert!(incidents.is_empty() || told.is_empty(), "{incidents:?} {told:?}");
    office.check();
    (office, outcome)
}

#[tokio::test]
async fn those_are_told_whom_the_process_names_and_nobody_twice() {
    for (to, expect) in [
        (r#""KEY""#, "anna: hello a"),
        (r#""anna""#, "anna: hello a"),
        (r#"{key: "KEY"}"#, "anna: hello a"),
        (r#"{role: "manager"}"#, "ben: hello a"),
        (r#"{team: "Support"}"#, "ben: hello a; eve: hello a"),
        (
            r#"["eve", {role: "sales"}, {team: "Support"}, null]"#,
            "ben: hello a; eve: hello a; anna: hello a",
        ),
        (r#""zoe""#, ""),
        ("null", ""),
        ("[]", ""),
        (r#""nobody""#, "there is no user with the login `nobody`; correct the input `to`"),
        (r#"{team: "Sales"}"#, "there is no team with the name `Sales`; correct the input `to`"),
        (r#"{role: "king"}"#, "`king` is not a role; use `admin`"),
        ("7", "has to be a user, its key or its login, not a number"),
    ] {
        let (_, got) = run(&[("to", to), ("text", r#""hello " + record.name"#)]).await;
        match expect {
            "" => assert_eq!(got, "", "{to}"),
            expect => assert!(got.contains(expect), "{to}: {got}"),
        }
    }
}

#[tokio::test]
async fn a_notification_that_says_nothing_or_to_no_one_is_an_incident() {
    let long = format!("\"{}\"", "x".repeat(1_001));
    for (inputs, expect) in [
        (vec![("text", r#""hello""#)], "the input `to` of `rondo:notify` is missing"),
        (vec![("to", r#""anna""#)], "the input `text` of `rondo:notify` is missing or null"),
        (vec![("to", r#""anna""#), ("text", r#""  ""#)], "has to say something"),
        (vec![("to", r#""anna""#), ("text", &long)], "in at most 1000 characters"),
        (
            vec![
                ("to", r#""anna""#),
                ("text", r#""x""#),
                ("object", r#""note""#),
                ("key", r#""1""#),
            ],
            "there is no note `1`",
        ),
    ] {
        let (_, got) = run(&inputs).await;
        assert!(got.contains(expect), "{inputs:?}: {got}");
    }
}

#[tokio::test]
async fn it_is_about_the_bound_record_unless_another_is_named() {
    let text = ("text", r#""look""#);
    let to = ("to", r#"{team: "Support"}"#);
    for (more, object) in
        [(vec![], "note"), (vec![("object", r#""user""#), ("key", r#""KEY""#)], "user")]
    {
        let inputs: Vec<(&str, &str)> = [to, text].into_iter().chain(more).collect();
        let (office, _) = run(&inputs).await;
        let db = office.db();
        let about: Vec<&str> = db
            .notifications
            .values()
            .map(|row| &*row.record.as_ref().expect("it is about a record").object)
            .collect();
        assert_eq!(about, [object, object]);
    }
}

#[tokio::test]
async fn a_person_reads_the_own_notifications_only() {
    let (office, _) = run(&[("to", r#"{team: "Support"}"#), ("text", r#""look""#)]).await;
    let rows: Vec<_> = office.db().notifications.values().cloned().collect();
    let [first, second] = rows.as_slice() else { panic!("{rows:?}") };
    let read = async |user: Key, key: Option<Key>| {
        let actor = Actor { user, login: "x".into(), role: Role::ReadOnly, teams: Vec::new() };
        let envelope = Envelope::new(actor, Command::ReadNotifications(key));
        office.runtime.submit(envelope).await.expect("it is done");
        let db = office.db();
        db.notifications.values().map(|row| row.read_at.is_some()).collect::<Vec<_>>()
    };
    assert_eq!(read(second.user, Some(first.key)).await, [false, false]);
    assert_eq!(read(first.user, Some(first.key)).await, [true, false]);
    office.fake.pass(1_000);
    let at = office.db().notifications.get(&first.key).and_then(|row| row.read_at);
    assert_eq!(read(first.user, None).await, [true, false]);
    assert_eq!(office.db().notifications.get(&first.key).and_then(|row| row.read_at), at);
    assert_eq!(read(second.user, None).await, [true, true]);
}
