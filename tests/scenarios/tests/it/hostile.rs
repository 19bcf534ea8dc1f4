//! Models that are made to hurt, through the API: each is refused with its place, and nothing is deployed.

use scenarios::Sample;
use serde_json::json;
use served::Client;

const BPMN: &str = "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' id='d' targetNamespace='t'>\n";
const DMN: &str = "<definitions xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/' id='m' name='m' namespace='m'>\n";

/// How many processes and decisions are deployed.
fn deployed(client: &Client) -> [u64; 2] {
    ["process", "decision"].map(|kind| {
        let found = client.post(&format!("/v2/{kind}-definitions/search"), &json!({})).ok();
        found["page"]["totalItems"].as_u64().expect("a search counts")
    })
}

#[test]
fn a_model_that_is_made_to_hurt_is_refused_with_its_place_and_nothing_is_deployed() {
    let sample = Sample::start();
    let admin = sample.client("admin");
    let before = deployed(&admin);
    let laughs = "<!DOCTYPE a [<!ENTITY b '&c;&c;'><!ENTITY c 'ha'>]>\n";
    let deep = format!("{}{}", "<a>\n".repeat(1_000), "</a>".repeat(1_000));
    let end = "</definitions>";
    let task = "<process id='p' isExecutable='true'>\n<startEvent id='s'/>\n\
        <sequenceFlow id='f' sourceRef='s' targetRef='nowhere'/>\n</process>\n";
    let requires = |id: &str, needed: &str| {
        format!(
            "<decision id='{id}' name='{id}'><informationRequirement><requiredDecision \
             href='#{needed}'/></informationRequirement></decision>\n"
        )
    };
    let circle = requires("a", "b") + &requires("b", "a");
    for (name, text, place, part) in [
        ("a.bpmn", format!("{laughs}{BPMN}{end}"), "/line", "a document type"),
        ("a.dmn", format!("{laughs}{DMN}{end}"), "/line", "document type"),
        ("b.bpmn", format!("{BPMN}<process id='&b;'/>{end}"), "/line", "`&b;`"),
        ("c.bpmn", format!("{BPMN}{deep}{end}"), "/line", "deep"),
        ("c.dmn", format!("{DMN}{deep}{end}"), "/line", "deep"),
        ("d.dmn", format!("{DMN}{circle}{end}"), "/element", "in a circle"),
        ("e.bpmn", format!("{BPMN}{task}{end}"), "/element", "nowhere"),
        ("f.dmn", format!("{DMN}{}{end}", requires("a", "nowhere")), "/element", "`nowhere`"),
    ] {
        // What stands beside it is sound, and is not deployed either.
        let sound = include_str!("../../fixtures/parcel.bpmn");
        let files = json!({ "resources": [
            { "name": "parcel.bpmn", "content": sound }, { "name": name, "content": text } ] });
        let answer = admin.post("/api/deployments", &files);
        assert_eq!(answer.status, 400, "{name}: {}", answer.body);
        let problems = answer.body["problems"].as_array().cloned().unwrap_or_default();
        let told = problems.iter().any(|problem| {
            let message = problem["message"].as_str().unwrap_or_default();
            let stands = problem.pointer(place).is_some_and(|it| !it.is_null());
            problem["resource"] == name && message.contains(part) && stands
        });
        assert!(told, "{name}: no `{part}` with {place} in {}", answer.body);
    }
    assert_eq!(deployed(&admin), before);
}
