//! Decision trees: their file, their evaluation with its trace, and tables to trees and back.

use std::fmt::Write as _;

use dmn::{DecisionKind, Model, TraceMode, Tree};
use feel::{Context, Run, Timestamp, Value};
use proptest::prelude::*;

const DISCOUNT: &str = r#"
id: discount
name: Discount
nodes:
  - node: 1
    decide: amount
    branches:
      - { when: "< 100", then: 2 }
      - { when: "[100..1000)", then: 3 }
      - { when: ">= 1000", result: 0.1 }
  - { node: 2, result: 0 }
  - node: 3
    decide: tier
    branches:
      - { when: '"gold"', result: "amount / 10000" }
      - { when: 'not("gold")', then: 2 }
"#;

fn evaluate(model: &Model, id: &str, inputs: &[(&str, Value)]) -> (Value, dmn::DecisionTrace) {
    let inputs: Context = inputs.iter().map(|(name, value)| (*name, value.clone())).collect();
    let mut run = Run::new(Timestamp(0));
    let found = model.evaluate(id, &inputs, &mut run, TraceMode::On).unwrap();
    (found.value, found.trace.unwrap().decisions.pop().unwrap())
}

#[test]
fn a_tree_asks_only_what_lies_on_its_way_and_says_which_way_it_took() {
    let model = Tree::read(DISCOUNT).unwrap().compile().unwrap();
    let amount = |amount: i64| ("amount", Value::number(amount));
    let tier = |tier: &str| ("tier", Value::string(tier));
    let (value, trace) = evaluate(&model, "discount", &[amount(500), tier("gold")]);
    assert_eq!(value.to_string(), "0.05");
    assert_eq!(trace.kind, DecisionKind::DecisionTree);
    let asked: Vec<String> = trace
        .inputs
        .iter()
        .map(|it| format!("{} {} = {}", it.id, it.expression, it.value))
        .collect();
    assert_eq!(asked, ["1 amount = 500", r#"3 tier = "gold""#]);
    let taken: Vec<String> = trace
        .matched
        .iter()
        .map(|it| format!("{}.{} -> {}", it.id, it.index, it.outputs[0].value))
        .collect();
    assert_eq!(taken, ["1.2 -> 3", "3.1 -> 5"]);
    let (value, trace) = evaluate(&model, "discount", &[amount(99), tier("gold")]);
    assert_eq!((value, trace.inputs.len()), (Value::number(0), 1));
    let (value, trace) = evaluate(&model, "discount", &[("amount", Value::Null), tier("gold")]);
    assert_eq!(value, Value::Null);
    assert_eq!(&*trace.warnings[0].message, "no branch of node 1 takes the answer");
    let paths: Vec<String> =
        model.paths("discount").unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(paths, ["amount", "tier"]);
}

#[test]
fn what_is_written_reads_as_the_same_tree() {
    let tree = Tree::read(DISCOUNT).unwrap();
    assert_eq!(Tree::read(&tree.to_json().to_string()).unwrap(), tree);
    let indented = serde_json::to_string_pretty(&tree.to_json()).unwrap().replace("  ", "\t");
    assert_eq!(Tree::read(&indented).unwrap(), tree);
    assert_eq!(Tree::read(&tree.to_yaml()).unwrap(), tree);
    assert_eq!(
        tree.to_mermaid(),
        "flowchart TD
    n1{\"amount\"}
    n1 -->|\"#60; 100\"| n2
    n1 -->|\"#91;100..1000#41;\"| n3
    n1 -->|\"#62;#61; 1000\"| n4
    n2([\"0\"])
    n3{\"tier\"}
    n3 -->|\"#34;gold#34;\"| n5
    n3 -->|\"not#40;#34;gold#34;#41;\"| n2
    n4([\"0.1\"])
    n5([\"amount #47; 10000\"])
"
    );
}

#[test]
fn an_outline_draws_every_node_once() {
    let tree = Tree::read(
        r#"{"id": "fee", "name": "Fee", "nodes": [
            {"node": 1, "decide": "amount", "branches": [
                {"when": "< 100", "then": 2}, {"when": "[100..1000)", "then": 3}, {"when": ">= 1000", "result": 9}]},
            {"node": 2, "decide": "tier", "branches": [
                {"when": "\"gold\"", "result": 0}, {"when": "not(\"gold\")", "then": 3}]},
            {"node": 3, "decide": "new", "branches": [
                {"when": "true", "result": 5}, {"when": "false", "result": "amount / 10"}]}]}"#,
    )
    .unwrap();
    let expect = "Fee
1. amount
├─ < 100: 2. tier
│  ├─ \"gold\": 0
│  └─ not(\"gold\"): 3. new
│     ├─ true: 5
│     └─ false: amount / 10
├─ [100..1000): see 3
└─ >= 1000: 9
";
    assert_eq!(tree.to_text(), expect);
    // A chain of questions goes on at the margin, and its outline stays in proportion.
    let nodes = (1..=5_000).map(|number| match number {
        5_000 => serde_json::json!({"node": number, "result": "0"}),
        _ => serde_json::json!({"node": number, "decide": "x", "branches": [
            {"when": format!("{number}"), "then": number + 1}]}),
    });
    let chain = serde_json::json!({"id": "chain", "nodes": nodes.collect::<Vec<_>>()});
    let text = Tree::read(&chain.to_string()).unwrap().to_text();
    assert_eq!(text.matches(". x\n").count(), 4_999, "each question is drawn once");
    assert!(text.len() < 1_000_000, "{} bytes", text.len());
}

/// The problems of a file, or of its FEEL.
fn problems(text: &str) -> Vec<String> {
    let found = Tree::read(text).and_then(|tree| tree.compile());
    found.err().unwrap_or_default().iter().map(ToString::to_string).collect()
}

#[test]
fn what_is_wrong_with_a_file_is_said_with_its_place() {
    let cases: &[(&str, &[&str])] = &[
        ("", &["the file is empty"]),
        (
            "[",
            &[
                "line 2, column 1: the file is neither JSON nor YAML: while parsing a node, did not find expected node content",
            ],
        ),
        ("id: t", &["line 1, column 1: the tree has no `nodes`"]),
        ("{\"id\": \"t\", \"nodes\": 5}", &["line 1, column 22: `nodes` must be a list"]),
        (
            "id: t\nnodes: [{ node: x, result: 1 }]",
            &[
                "line 2, column 9: the node has no number; give it one as `node`",
                "line 2, column 17: `x` is not the number of a node; use a whole number from 0",
            ],
        ),
        (
            "id: t\nnodes: [{ node: 1, result: 1, colour: red }]",
            &[
                "line 2, column 39: `colour` is not known here; use `node`, `decide`, `branches` or `result`",
            ],
        ),
        (
            "id: t\nnodes: [{ node: 1, decide: a }]",
            &["line 2, column 9: node 1 asks, but has no `branches`"],
        ),
        (
            "id: t\nnodes: [{ node: 1, result: 1 }, { node: 1, result: 2 }]",
            &["line 2, column 33: there are two nodes of the number 1"],
        ),
        (
            "id: t\nnodes:\n- { node: 1, decide: a, branches: [{ when: 1, then: 7 }] }",
            &["line 3, column 36: node 1 leads to node 7, which is not there"],
        ),
        (
            "id: t\nnodes:\n- { node: 1, decide: a, branches: [{ when: 1, then: 2 }] }\n- { node: 2, decide: a, branches: [{ when: 1, then: 1 }] }",
            &["line 4, column 36: node 2 leads back to node 1; a tree has no cycle"],
        ),
        (
            "id: t\nnodes:\n- { node: 1, result: 1 }\n- { node: 2, result: 1 }",
            &["line 4, column 3: no branch leads to node 2"],
        ),
        (
            "id: t\nnodes:\n- { node: 1, decide: a, branches: [{ when: 1 }] }",
            &[
                "line 3, column 3: node 1 asks, but has no `branches`",
                "line 3, column 36: a branch needs `when` and either `then` or `result`",
            ],
        ),
        ("id: t\nid: u", &["line 2, column 1: `id` is there twice"]),
        (
            "id: &a t\nnodes: *a",
            &["line 1, column 5: anchors, aliases and tags are not read; write the value out"],
        ),
        (
            "id: t\nnodes:\n- { node: 1, decide: a +, branches: [{ when: 1, result: 2 }] }",
            &[
                "line 3, column 3: `node 1`: `a +` is not FEEL: expected an expression, found the end (at 3)",
            ],
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(problems(text), *expected, "{text}");
    }
    let deep = format!("id: {}", "[".repeat(100_000));
    assert_eq!(problems(&deep).len(), 1);
    assert_eq!(problems(&"x".repeat(2_000_000)).len(), 1);
}

#[test]
fn a_long_way_neither_hangs_nor_overflows() {
    let mut text = String::from("id: long\nnodes:\n");
    for number in 0..9_000 {
        let _ = writeln!(
            text,
            "- {{ node: {number}, decide: a, branches: [{{ when: '-', then: {} }}] }}",
            number + 1
        );
    }
    text += "- { node: 9000, result: 7 }\n";
    let tree = Tree::read(&text).unwrap();
    let model = tree.compile().unwrap();
    assert_eq!(evaluate(&model, "long", &[("a", Value::Null)]).0, Value::number(7));
    assert!(model.difference("long", &model, "long").is_err());
    assert!(tree.to_table().is_err());
}

fn table(policy: &str, rules: &[&str]) -> Model {
    let rules: String = rules
        .iter()
        .map(|rule| {
            let cells: Vec<&str> = rule.split('|').map(str::trim).collect();
            format!("<rule><inputEntry><text><![CDATA[{}]]></text></inputEntry><inputEntry><text><![CDATA[{}]]></text></inputEntry><outputEntry><text>{}</text></outputEntry></rule>", cells[0], cells[1], cells[2])
        })
        .collect();
    let xml = format!(
        r##"<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="m" name="m" namespace="m">
        <inputData id="n" name="n"/><inputData id="s" name="s"/>
        <decision id="d" name="d"><informationRequirement><requiredInput href="#n"/></informationRequirement>
        <informationRequirement><requiredInput href="#s"/></informationRequirement>
        <decisionTable hitPolicy="{policy}">
            <input><inputExpression><text>n</text></inputExpression></input>
            <input><inputExpression><text>s</text></inputExpression></input>
            <output><outputValues><text>3, 2, 1, 0</text></outputValues></output>{rules}
        </decisionTable></decision></definitions>"##
    );
    dmn::compile(&xml).unwrap()
}

/// The tree of a table, shown to be equivalent both ways; as lines `node: question | when -> node`.
fn grown(policy: &str, rules: &[&str]) -> Vec<String> {
    let model = table(policy, rules);
    let tree = Tree::of_table(&model, "d").unwrap();
    let compiled = tree.compile().unwrap();
    assert_eq!(model.difference("d", &compiled, "d").unwrap(), None);
    let back = dmn::compile(&tree.to_table().unwrap()).unwrap();
    assert_eq!(compiled.difference("d", &back, "d").unwrap(), None);
    tree.nodes()
        .iter()
        .map(|node| match &node.step {
            dmn::tree::Step::Result(text) => format!("{}: {text}", node.number),
            dmn::tree::Step::Ask { question, branches } => {
                let branches: Vec<String> =
                    branches.iter().map(|it| format!("{} -> {}", it.when, it.then)).collect();
                format!("{}: {question} | {}", node.number, branches.join(" | "))
            }
        })
        .collect()
}

#[test]
fn a_table_becomes_a_small_tree() {
    assert_eq!(
        grown("UNIQUE", &["< 50 | \"a\" | 1", "< 50 | not(\"a\") | 2", ">= 50 | - | 3"]),
        [
            "1: n | < 50 -> 2 | >= 50 -> 5",
            "2: s | \"a\" -> 3 | not(\"a\") -> 4",
            "3: 1",
            "4: 2",
            "5: 3",
        ]
    );
    // The column that says nothing is not asked, rules that say the same become one branch.
    assert_eq!(
        grown("FIRST", &["1, 5 | - | 1", "[3..7] | - | 1", "- | - | 2"]),
        ["1: n | < 1, (1..3), > 7, null -> 2 | 1, [3..7] -> 3", "2: 2", "3: 1"]
    );
    assert_eq!(
        grown("COLLECT", &["- | - | 1", "- | \"a\" | 2"]),
        ["1: s | \"a\" -> 2 | not(\"a\") -> 3", "2: [1, 2]", "3: [1]",]
    );
    assert_eq!(grown("PRIORITY", &["- | - | 1", "- | - | 2"]), ["1: 2"]);
    assert_eq!(
        grown("FIRST", &["> 5 | - | n + 1", "- | - | n"]),
        ["1: n | <= 5, null -> 2 | > 5 -> 3", "2: n", "3: n + 1",]
    );
}

#[test]
fn a_difference_comes_with_a_witness() {
    let left = table("FIRST", &["< 50 | - | 1", "- | - | 2"]);
    let right = table("FIRST", &["<= 50 | - | 1", "- | - | 2"]);
    let found = left.difference("d", &right, "d").unwrap().unwrap();
    assert_eq!(
        (found.witness[0].1.clone(), &*found.left, &*found.right),
        (Value::number(50), "2", "1")
    );
    let open = table("FIRST", &["< s | - | 1"]);
    let error = open.difference("d", &left, "d").unwrap_err();
    assert_eq!(
        error.to_string(),
        "the test `< s` of `n` depends on more than literals; write it with literals and ranges"
    );
    assert!(left.difference("d", &right, "x").is_err());
}

fn rule() -> impl Strategy<Value = String> {
    let number = prop_oneof![
        Just("-".to_owned()),
        Just("null".to_owned()),
        (0..5_i32).prop_map(|n| n.to_string()),
        (0..5_i32).prop_map(|n| format!("< {n}")),
        (0..3_i32, 1..5_i32).prop_map(|(n, m)| format!("({n}..{m}]")),
        (0..5_i32).prop_map(|n| format!("not({n}, null)")),
    ];
    let text = prop_oneof![
        Just("-".to_owned()),
        "[abc]".prop_map(|it| format!("\"{it}\"")),
        "[abc]".prop_map(|it| format!("not(\"{it}\")")),
    ];
    (number, text, 0..4_i32)
        .prop_map(|(number, text, output)| format!("{number} | {text} | {output}"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn trees_and_tables_say_the_same_about_every_value(
        policy in prop::sample::select(vec!["UNIQUE", "FIRST", "ANY", "PRIORITY", "OUTPUT ORDER", "COLLECT"]),
        rules in prop::collection::vec(rule(), 1..6),
        others in prop::collection::vec(rule(), 1..4),
    ) {
        let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
        let others: Vec<&str> = others.iter().map(String::as_str).collect();
        let model = table(policy, &rules);
        let tree = Tree::of_table(&model, "d").unwrap();
        let compiled = tree.compile().unwrap();
        prop_assert_eq!(model.difference("d", &compiled, "d").unwrap(), None);
        let back = dmn::compile(&tree.to_table().unwrap()).unwrap();
        prop_assert_eq!(back.difference("d", &model, "d").unwrap(), None);
        let other = table(policy, &others);
        let difference = model.difference("d", &other, "d").unwrap();
        let mut differs = false;
        let numbers = (-2..12).map(|n| Value::Number(feel::Decimal::from_scaled(n * 5, 1)));
        for n in numbers.chain([Value::Null]) {
            for s in [Value::string("a"), Value::string("b"), Value::string("c"), Value::string("z"), Value::Null] {
                let inputs = [("n", n.clone()), ("s", s)];
                let expected = evaluate(&model, "d", &inputs).0;
                prop_assert_eq!(&evaluate(&compiled, "d", &inputs).0, &expected, "tree");
                prop_assert_eq!(&evaluate(&back, "d", &inputs).0, &expected, "table");
                differs |= evaluate(&other, "d", &inputs).0 != expected;
            }
        }
        prop_assert_eq!(difference.is_some(), differs);
        if let Some(found) = difference {
            let inputs = [("n", found.witness[0].1.clone()), ("s", found.witness[1].1.clone())];
            let (left, right) = (evaluate(&model, "d", &inputs).0, evaluate(&other, "d", &inputs).0);
            prop_assert_eq!((left.to_string(), right.to_string()), (found.left, found.right));
        }
    }
}
