//! Decisions that import each other, and decision trees, deployed and evaluated through the API.

use scenarios::Sample;
use serde_json::{Value, json};
use served::Client;

const NAMESPACE: &str = r#"xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/""#;

/// A model whose decision `rate` is a number.
fn rates(rate: &str) -> String {
    format!(
        r#"<definitions {NAMESPACE} id="rates" name="rates" namespace="https://rates">
        <decision id="rate" name="Rate"><literalExpression><text>{rate}</text></literalExpression></decision>
        </definitions>"#
    )
}

/// A model that imports `rates`, or another namespace.
fn prices(namespace: &str) -> String {
    format!(
        r##"<definitions {NAMESPACE} xmlns:r="{namespace}" id="prices" name="prices" namespace="https://prices">
<import name="rates" namespace="{namespace}" importType="{}"/>
<inputData id="amount" name="amount"/>
<decision id="price" name="price">
  <informationRequirement><requiredInput href="#amount"/></informationRequirement>
  <informationRequirement><requiredDecision href="{namespace}#rate"/></informationRequirement>
  <literalExpression><text>amount * rates.Rate</text></literalExpression>
</decision></definitions>"##,
        "https://www.omg.org/spec/DMN/20230324/MODEL/"
    )
}

fn deploy(client: &Client, files: &[(&str, &str)]) -> served::Answer {
    let files: Vec<Value> =
        files.iter().map(|(name, text)| json!({ "name": name, "content": text })).collect();
    client.post("/api/deployments", &json!({ "resources": files }))
}

fn evaluate(client: &Client, decision: &str, variables: &Value) -> Value {
    let path = format!("/api/decisions/{decision}/evaluate");
    client.post(&path, &json!({ "variables": variables })).ok()["output"].clone()
}

#[test]
fn a_model_may_import_one_that_comes_with_it_or_is_there_already() {
    let mut sample = Sample::start();
    let client = sample.client("admin");
    let missing = deploy(&client, &[("prices.dmn", &prices("https://rates"))]);
    assert_eq!(missing.status, 400, "{}", missing.body);
    let problem = &missing.body["problems"][0];
    assert_eq!(
        (problem["resource"].as_str(), problem["line"].as_u64()),
        (Some("prices.dmn"), Some(2)),
        "{}",
        missing.body
    );
    assert!(problem.to_string().contains("`https://rates` is not at hand"), "{problem}");

    // The order of the files does not matter.
    let both = [("prices.dmn", &*prices("https://rates")), ("rates.dmn", &rates("1.2"))];
    assert_eq!(deploy(&client, &both).ok()["decisions"].as_array().map(Vec::len), Some(2));
    assert_eq!(evaluate(&client, "price", &json!({ "amount": 10 })), json!(12));

    // What is imported is bound when it is deployed, and a new text of it renews those deployed with it.
    deploy(&client, &[("rates.dmn", &rates("1.5"))]).ok();
    assert_eq!(evaluate(&client, "price", &json!({ "amount": 10 })), json!(12));
    let both = [("prices.dmn", &*prices("https://rates")), ("rates.dmn", &rates("2"))];
    deploy(&client, &both).ok();
    assert_eq!(evaluate(&client, "price", &json!({ "amount": 10 })), json!(20));

    let alone = prices("https://rates").replace("amount * rates.Rate", "amount * rates.Rate + 1");
    deploy(&client, &[("prices.dmn", &alone)]).ok();
    assert_eq!(evaluate(&client, "price", &json!({ "amount": 10 })), json!(21));
    sample.crash_and_restart();
    let client = sample.client("admin");
    assert_eq!(evaluate(&client, "price", &json!({ "amount": 10 })), json!(21));
}

#[test]
fn a_decision_tree_is_deployed_like_a_table() {
    let mut sample = Sample::start();
    let client = sample.client("admin");
    let tree = "id: shipping\nnodes:\n- node: 1\n  decide: weight\n  branches:\n  - { when: '< 5', result: '\"letter\"' }\n  - { when: '>= 5', result: '\"parcel\"' }\n";
    deploy(&client, &[("shipping.tree.yaml", tree)]).ok();
    assert_eq!(evaluate(&client, "shipping", &json!({ "weight": 5 })), json!("parcel"));
    let bad =
        deploy(&client, &[("shipping.tree.yaml", &tree.replace("'>= 5', result", "'>= 5', then"))]);
    assert_eq!(bad.status, 400, "{}", bad.body);
    assert_eq!(bad.body["problems"][0]["line"], 7, "{}", bad.body);
    sample.crash_and_restart();
    let client = sample.client("admin");
    assert_eq!(evaluate(&client, "shipping", &json!({ "weight": 4 })), json!("letter"));
}
