//! How small the tree of a table is: beside the smallest that there is, which is sought among all for tables of three
//! columns of booleans.

use std::{collections::BTreeMap, fmt::Write as _};

use dmn::{Model, TraceMode, Tree};
use feel::{Context, Run, Timestamp, Value};
use proptest::{prelude::*, strategy::ValueTree as _, test_runner::TestRunner};

const COLUMNS: [&str; 3] = ["a", "b", "c"];

/// What the table says about each of the 27 inputs; null is nothing.
type Said = Vec<Option<String>>;

fn table(policy: &str, rules: &[(Vec<&str>, u8)]) -> Model {
    let mut body = String::new();
    for name in COLUMNS {
        let _ = write!(
            body,
            "<input><inputExpression typeRef='boolean'><text>{name}</text></inputExpression></input>"
        );
    }
    body += "<output name='o'/>";
    for (cells, output) in rules {
        let cells: String =
            cells.iter().map(|it| format!("<inputEntry><text>{it}</text></inputEntry>")).collect();
        let _ =
            write!(body, "<rule>{cells}<outputEntry><text>{output}</text></outputEntry></rule>");
    }
    let inputs = COLUMNS.map(|name| format!("<inputData id='{name}' name='{name}'/>")).concat();
    let requires = COLUMNS.map(|name| {
        format!("<informationRequirement><requiredInput href='#{name}'/></informationRequirement>")
    });
    let xml = format!(
        "<definitions xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/' id='m' name='m' namespace='m'>{inputs}
        <decision id='d' name='d'>{}<decisionTable hitPolicy='{policy}'>{body}</decisionTable></decision></definitions>",
        requires.concat()
    );
    dmn::compile(&xml).unwrap_or_else(|problems| panic!("{problems:?}\n{xml}"))
}

fn said(model: &Model) -> Said {
    let values = [Value::Boolean(true), Value::Boolean(false), Value::Null];
    let inputs = (0..27).map(|at| [at / 9, at / 3 % 3, at % 3].map(|it: usize| values[it].clone()));
    let outputs = inputs.map(|inputs| {
        let inputs: Context = COLUMNS.into_iter().zip(inputs).collect();
        let mut run = Run::new(Timestamp(0));
        let found = model.evaluate("d", &inputs, &mut run, TraceMode::Off).unwrap().value;
        (!found.is_null()).then(|| found.to_string())
    });
    outputs.collect()
}

/// Nodes of the smallest tree that says so; nothing is said without one.
fn smallest(said: &Said, known: &mut BTreeMap<Said, usize>) -> usize {
    if said.iter().all(|it| *it == said[0]) {
        return usize::from(said[0].is_some());
    }
    if let Some(found) = known.get(said) {
        return *found;
    }
    let mut least = usize::MAX;
    let mut stride = 1;
    while stride < said.len() {
        // What is left to say for each of the three answers.
        let mut parts: Vec<Said> = (0..3)
            .map(|answer| {
                let at = said.iter().zip(0..).filter(|(_, at)| at / stride % 3 == answer);
                at.map(|(it, _)| it.clone()).collect()
            })
            .collect();
        parts.sort();
        parts.dedup();
        if parts.len() > 1 {
            let below: usize = parts.iter().map(|part| smallest(part, known)).sum();
            least = least.min(1 + below);
        } else {
            // The question makes no difference: the tree is that of either answer.
            least = least.min(smallest(&parts[0], known));
        }
        stride *= 3;
    }
    known.insert(said.clone(), least);
    least
}

/// Tables of up to seven rules; always the same ones.
fn tables() -> impl Iterator<Item = Model> {
    let cells = prop::collection::vec(prop::sample::select(vec!["true", "false", "-"]), 3);
    let rules = prop::collection::vec((cells, 0..4_u8), 1..8);
    let written = (prop::sample::select(vec!["FIRST", "COLLECT"]), rules);
    let mut runner = TestRunner::deterministic();
    std::iter::repeat_with(move || {
        let (policy, rules) = written.new_tree(&mut runner).unwrap().current();
        table(policy, &rules)
    })
}

#[test]
fn the_tree_of_a_small_table_is_close_to_the_smallest() {
    let (mut all, mut all_least) = (0, 0);
    for model in tables().take(1_000) {
        let tree = Tree::of_table(&model, "d").unwrap();
        let nodes = tree.nodes().len();
        // A tree that says nothing is a node that says null.
        let least = smallest(&said(&model), &mut BTreeMap::new()).max(1);
        let tree = tree.to_yaml();
        assert!(nodes >= least, "the smallest has {least} nodes, it is not smallest: {tree}");
        assert!(nodes <= 3 * least, "the smallest has {least} nodes: {tree}");
        (all, all_least) = (all + nodes, all_least + least);
    }
    assert!(all * 100 <= all_least * 125, "{all} nodes, {all_least} would do");
}
