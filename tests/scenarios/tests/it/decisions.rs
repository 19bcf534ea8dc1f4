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

/// A process whose only step asks `shipping`.
const ASKS: &str = r#"<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
 xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="ship" targetNamespace="ship">
<bpmn:process id="ship" isExecutable="true"><bpmn:startEvent id="start"/><bpmn:businessRuleTask id="ask">
<bpmn:extensionElements><zeebe:calledDecision decisionId="shipping" resultVariable="by"/></bpmn:extensionElements>
</bpmn:businessRuleTask><bpmn:endEvent id="end"/>
<bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="ask"/><bpmn:sequenceFlow id="f2" sourceRef="ask" targetRef="end"/>
</bpmn:process></bpmn:definitions>"#;

#[test]
fn an_explanation_says_which_cell_said_no_and_where_a_warning_stands() {
    let sample = Sample::start();
    let client = sample.client("admin");
    let rule = |id: &str, cell: &str, output: &str| {
        format!(
            r#"<rule id="{id}"><inputEntry><text>{cell}</text></inputEntry><outputEntry><text>{output}</text></outputEntry></rule>"#
        )
    };
    let table = format!(
        r#"<definitions {NAMESPACE} id="s" name="s" namespace="s"><decision id="shipping" name="shipping">
<decisionTable><input id="w"><inputExpression><text>weight</text></inputExpression></input><output name="by"/>{}{}
</decisionTable></decision></definitions>"#,
        rule("light", "&lt; 5", r#""letter""#),
        rule("heavy", "&gt;= 5", r#""parcel" + weight.unit"#)
    );
    deploy(&client, &[("shipping.dmn", &table), ("ship.bpmn", ASKS)]).ok();
    let variables = json!({ "weight": 7 });
    let said_no = json!([{ "index": 1, "id": "light",
        "refused_by": { "input_id": "w", "input_name": "weight", "cell": "< 5" } }]);
    let check = |trace: &Value| {
        let decision = &trace["decisions"][0];
        assert_eq!(decision["unmatched"], said_no, "{trace}");
        let source = json!({ "element": "heavy", "text": r#""parcel" + weight.unit"# });
        assert_eq!(decision["warnings"][0]["source"], source, "{trace}");
    };
    let now = client.post("/api/decisions/shipping/evaluate", &json!({ "variables": variables }));
    check(&now.ok()["trace"]);

    // From the history, by the version that was evaluated.
    let start = json!({ "processDefinitionId": "ship", "variables": variables });
    let started = client.post("/v2/process-instances", &start);
    let instance = started.text("/processInstanceKey");
    let decisions = client.get(&format!("/api/instances/{instance}/decisions")).ok();
    let key = decisions["items"][0]["key"].as_str().expect("a decision was made").to_owned();
    deploy(&client, &[("shipping.dmn", &table.replace("&lt; 5", "&lt; 50"))]).ok();
    check(&client.get(&format!("/api/decisions/{key}")).ok()["trace"]);
}

/// A tree whose node 2 several branches lead to.
const SHARED: &str = r#"
id: shared
name: Shared
nodes:
  - node: 1
    decide: region
    branches:
      - { when: '"EU"', then: 2 }
      - { when: '"CH"', then: 2 }
      - { when: 'not("EU", "CH")', result: '"manual"' }
  - node: 2
    decide: amount
    branches:
      - { when: "< 100", result: '"auto"' }
      - { when: ">= 100", result: '"manual"' }
"#;

/// The newest version of a decision, as the list has it and as it is asked for by key.
fn newest(client: &Client, id: &str) -> (Value, Value) {
    let models = client.get("/api/decision-models").ok();
    let items = models["items"].as_array().expect("a list");
    let listed = items.iter().find(|item| item["id"] == id).expect("it is deployed").clone();
    let key = listed["key"].as_str().expect("a key");
    let whole = client.get(&format!("/api/decision-models/{key}")).ok();
    (listed, whole)
}

#[test]
fn a_deployed_decision_shows_its_logic() {
    let sample = Sample::start();
    let client = sample.client("admin");
    let files = [
        ("shared.tree.yaml", SHARED),
        ("rates.dmn", &*rates("1.2")),
        ("prices.dmn", &*prices("https://rates")),
    ];
    deploy(&client, &files).ok();

    let (listed, whole) = newest(&client, "shared");
    assert_eq!(
        (&listed["kind"], &listed["inputs"], &listed["requires"]),
        (&json!("DECISION_TREE"), &json!(["amount", "region"]), &json!([])),
        "{listed}"
    );
    assert_eq!((listed.get("tree"), listed.get("xml"), whole.get("xml")), (None, None, None));
    let branch = |when: &str, then: u32| json!({ "when": when, "then": then });
    let nodes = json!([
        { "node": 1, "decide": "region", "branches":
            [branch(r#""EU""#, 2), branch(r#""CH""#, 2), branch(r#"not("EU", "CH")"#, 3)] },
        { "node": 2, "decide": "amount", "branches": [branch("< 100", 4), branch(">= 100", 5)] },
        { "node": 3, "result": r#""manual""# },
        { "node": 4, "result": r#""auto""# },
        { "node": 5, "result": r#""manual""# },
    ]);
    assert_eq!(whole["tree"], json!({ "dialect": "standard", "nodes": nodes }));

    let (listed, whole) = newest(&client, "price");
    assert_eq!((&listed["kind"], listed.get("xml")), (&json!("LITERAL_EXPRESSION"), None));
    assert_eq!((&listed["inputs"], &listed["requires"]), (&json!(["amount"]), &json!(["rate"])));
    assert_eq!((whole["xml"].as_str(), whole.get("tree")), (Some(files[2].1), None));
    let (_, table) = newest(&client, "order_acceptance");
    assert_eq!((&table["kind"], table.get("tree")), (&json!("DECISION_TABLE"), None));
}

#[test]
fn a_deployed_decision_is_shown_to_who_may_see_processes() {
    let sample = Sample::start();
    let key = newest(&sample.client("admin"), "order_acceptance").1["key"].clone();
    let path = format!("/api/decision-models/{}", key.as_str().expect("a key"));
    for (login, status) in [("reader", 200), ("sales", 200), ("admin", 200)] {
        assert_eq!(sample.client(login).get(&path).status, status, "{login}");
    }
    let nobody = Client::at(sample.client("admin").base());
    assert_eq!((nobody.get(&path).status, nobody.get("/api/decision-models").status), (401, 401));
    // Neither a key that nothing has, nor one of a process.
    let processes = sample.client("admin").get("/api/processes").ok();
    let process = processes["items"][0]["key"].as_str().expect("a key");
    for unknown in ["1", process] {
        let answer = sample.client("admin").get(&format!("/api/decision-models/{unknown}"));
        assert_eq!(answer.status, 404, "{}", answer.body);
    }
}
