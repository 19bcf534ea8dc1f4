//! The document that integrators read, and from which the page's types follow, is what the server says.

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
