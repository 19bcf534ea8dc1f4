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
