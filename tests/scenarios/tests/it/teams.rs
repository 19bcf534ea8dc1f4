//! Work for a team: who is in it finds the task, takes it and does it; who is not, does not.

use scenarios::{Sample, create};
use serde_json::{Value, json};
use served::Client;

/// A user in a team (or none) with a password.
fn user(sample: &Sample, login: &str, team: Option<&str>) -> Client {
    let admin = sample.client("admin");
    let fields = json!({ "login": login, "name": login, "role": "sales", "team": team });
    let key = create(&admin, "user", &fields);
    let secret = json!({ "password": "a long password" });
    assert_eq!(admin.post(&format!("/api/users/{key}/password"), &secret).status, 204);
    sample.client_with(login, "a long password")
}

/// Starts an instance and answers the path of its task.
fn start(client: &Client, groups: &[&str], users: &[&str]) -> String {
    let asked = json!({ "processDefinitionId": "team_task",
        "variables": { "groups": groups, "users": users } });
    let instance = client.post("/v2/process-instances", &asked).ok();
    let instance = instance["processInstanceKey"].as_str().expect("an instance has a key");
    let tasks = client.get(&format!("/api/user-tasks?instance={instance}")).ok();
    format!("/api/user-tasks/{}", tasks["items"][0]["key"].as_str().expect("it waits"))
}

fn has_in_inbox(client: &Client, task: &str) -> bool {
    let inbox = client.get("/api/user-tasks?state=created&mine=true").ok();
    let items = inbox["items"].as_array().cloned().unwrap_or_default();
    items.iter().any(|item| task.ends_with(item["key"].as_str().unwrap_or("?")))
}

#[test]
fn a_task_for_a_team_is_its_members_and_nobody_else_s() {
    let sample = Sample::start();
    let admin = sample.client("admin");
    let [support, stock] =
        ["Support", "Stock"].map(|name| create(&admin, "team", &json!({ "name": name })));
    let ben = user(&sample, "ben", Some(&support));
    let eve = user(&sample, "eve", Some(&stock));
    let zoe = user(&sample, "zoe", None);
    let resources = json!({ "resources": [
        { "name": "team_task.bpmn", "content": include_str!("../../fixtures/team_task.bpmn") } ] });
    admin.post("/api/deployments", &resources).ok();
    for (groups, users, may) in [
        (&["Support"][..], &[][..], [true, false, false]),
        (&["manager", "Stock"], &[], [false, true, false]),
        (&["Support"], &["zoe"], [true, false, true]),
        (&["sales"], &[], [true, true, true]),
        (&[], &[], [true, true, true]),
    ] {
        let told = format!("{groups:?} {users:?}");
        for (client, login, may) in
            [(&ben, "ben", may[0]), (&eve, "eve", may[1]), (&zoe, "zoe", may[2])]
        {
            let task = start(&admin, groups, users);
            assert_eq!(has_in_inbox(client, &task), may, "{login} {told}");
            let mine = json!({ "assignee": login });
            let claimed = client.post(&format!("{task}/assign"), &mine);
            assert_eq!(claimed.status == 204, may, "{login} {told}: {}", claimed.body);
            let done = client.post(&format!("{task}/complete"), &json!({}));
            assert_eq!(done.status / 100 == 2, may, "{login} {told}: {}", done.body);
        }
    }

    // The Camunda API finds the same tasks by the same names.
    let task = start(&admin, &["Support"], &["zoe"]);
    for (filter, found) in [
        (json!({ "candidateGroup": "Support", "state": "CREATED" }), true),
        (json!({ "candidateUser": "zoe", "state": "CREATED" }), true),
        (json!({ "candidateGroup": "zoe" }), false),
        (json!({ "candidateUser": "Support" }), false),
    ] {
        let answer = ben.post("/v2/user-tasks/search", &json!({ "filter": filter })).ok();
        let items = answer["items"].as_array().cloned().unwrap_or_default();
        let has =
            items.iter().any(|item| task.ends_with(item["userTaskKey"].as_str().unwrap_or("?")));
        assert_eq!(has, found, "{filter}");
    }
    let me = ben.get("/v2/authentication/me").ok();
    assert_eq!(me["groups"], json!(["sales", "Support"]));

    // Who leaves the team leaves its work.
    let list = admin.get("/api/records/user?filter=login%20=%20%22ben%22").ok();
    let path = format!("/api/records/user/{}", list["items"][0]["key"].as_str().expect("a key"));
    let out = json!({ "fields": { "team": Value::Null } });
    admin.send("PATCH", &path, Some(&out), None).expect("the server answers").ok();
    assert!(!has_in_inbox(&ben, &task));
    assert_eq!(ben.post(&format!("{task}/complete"), &json!({})).text("/code"), "not_a_candidate");
}
