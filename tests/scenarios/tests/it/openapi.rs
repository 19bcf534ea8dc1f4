//! The document that integrators read, and from which the page's types follow, is what the server says.

use std::collections::BTreeSet;

use scenarios::Sample;
use serde_json::Value;

#[test]
fn the_committed_document_is_the_servers() {
    let sample = Sample::start();
    let served = sample.server().stranger().get("/api/openapi.json").ok();
    let committed = concat!(env!("CARGO_MANIFEST_DIR"), "/../../web/openapi.json");
    let committed = std::fs::read(committed).expect("web/openapi.json can be read");
    let committed: Value = serde_json::from_slice(&committed).expect("it is JSON");
    assert!(
        served == committed,
        "web/openapi.json is out of date; in the root: target/debug/rondo openapi > web/openapi.json \
         && npm --prefix web run types"
    );
}

/// A client is generated from the document: what stands in a path's template is in the path, and nothing else is.
#[test]
fn parameters_stand_where_the_document_says() {
    let committed = concat!(env!("CARGO_MANIFEST_DIR"), "/../../web/openapi.json");
    let committed = std::fs::read(committed).expect("web/openapi.json can be read");
    let document: Value = serde_json::from_slice(&committed).expect("it is JSON");
    let mut checked = 0;
    for (path, operations) in document["paths"].as_object().expect("paths") {
        let template: BTreeSet<&str> =
            path.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect();
        for (method, operation) in operations.as_object().expect("operations") {
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            let in_path: BTreeSet<&str> = parameters
                .filter(|parameter| parameter["in"] == "path")
                .filter_map(|parameter| parameter["name"].as_str())
                .collect();
            assert_eq!(in_path, template, "{method} {path}");
            checked += 1;
        }
    }
    assert!(checked > 40, "only {checked} operations were found");
}

/// Whoever adds an operation that drops what it does not know fails here.
#[test]
fn no_operation_takes_a_member_or_a_parameter_that_it_does_not_have() {
    let sample = Sample::start();
    let client = sample.client("admin");
    let document = client.get("/api/openapi.json").ok();
    let nobody_knows = serde_json::json!({ "nobody_knows": 1 });
    let mut checked = 0;
    for (path, operations) in document["paths"].as_object().expect("paths") {
        let path = path.replace("{object}", "order");
        let path: String = path
            .split('/')
            .skip(1)
            .map(
                |segment| {
                    if segment.starts_with('{') { "/1".into() } else { format!("/{segment}") }
                },
            )
            .collect();
        for (method, operation) in operations.as_object().expect("operations") {
            let mut parameters = operation["parameters"].as_array().into_iter().flatten();
            let with_parameter = format!("{path}?nobody_knows=1");
            let has_parameters = parameters.any(|parameter| parameter["in"] == "query");
            let has_body = operation["requestBody"]["content"]["application/json"].is_object();
            for (applies, path, body) in
                [(has_parameters, &with_parameter, None), (has_body, &path, Some(&nobody_knows))]
            {
                if !applies {
                    continue;
                }
                let answer = client.send(&method.to_uppercase(), path, body, None);
                let answer = answer.expect("the server answers");
                assert!([400, 422].contains(&answer.status), "{method} {path}: {}", answer.body);
                assert!(
                    answer.body.to_string().contains("`nobody_knows`"),
                    "{method} {path}: {}",
                    answer.body
                );
                checked += 1;
            }
        }
    }
    assert!(checked > 20, "{checked} operations were found");
}
