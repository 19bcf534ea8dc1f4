//! Real files with random damage: whatever comes of it, readers and evaluator return, soon and without a
//! crash, and a trace changes no value.

use std::path::Path;

use damage::Damage;
use dmn::{Model, TraceMode, Tree, compile_lenient};
use feel::{Budget, Context, Run, Timestamp, Value};

/// The texts of files of the compatibility kit, models and cases.
fn kit(ending: &str) -> Vec<String> {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/dmn-tck"));
    assert!(root.is_dir(), "the kit is missing: unpack dmn-tck to {}", root.display());
    let folders = [
        "compliance-level-2/0118-multi-priority-hitpolicy",
        "compliance-level-3/0004-lending",
        "compliance-level-3/0030-user-defined-functions",
        "compliance-level-3/0085-decision-services",
        "compliance-level-3/1152-boxed-for",
    ];
    let mut files: Vec<_> = folders
        .iter()
        .flat_map(|folder| std::fs::read_dir(root.join(folder)).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|it| it == ending))
        .collect();
    files.sort();
    files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect()
}

fn trees() -> Vec<String> {
    let yaml = "id: t\ninputs: [a b]\nnodes:\n  - node: 1\n    decide: a b\n    branches:\n      - { when: \"< 5, 7\", then: 2 }\n      - { when: \"[5..7)\", result: '\"x\"' }\n      - when: not(null, < 8)\n        then: 3\n  - { node: 2, result: 1 }\n  - node: 3\n    decide: s\n    branches: [{ when: '\"a\"', then: 2 }, { when: 'not(\"a\")', result: a b }]\n";
    vec![yaml.to_owned(), Tree::read(yaml).unwrap().to_json().to_string()]
}

/// What is put in.
const PIECES: &[&str] = &[
    "",
    "<",
    ">",
    "\"",
    "'",
    "&",
    "&lt;",
    "&x;",
    "&#0;",
    "<![CDATA[",
    "]]>",
    "<!DOCTYPE x>",
    "<!--",
    "-",
    "(",
    "((((((((",
    "]",
    "..",
    "null",
    "item",
    "not(",
    "?",
    "1e400",
    "@\"",
    "é",
    "\u{0}",
    "\u{202e}",
    "<list>",
    "</decision>",
    "<text>",
    "#",
    "_decision_001",
    "COLLECT",
    "PRIORITY",
    "isCollection=\"true\"",
    "for x in ",
    " return ",
    "function(x) ",
    "..999999999",
    "- ",
    ": ",
    "{",
    "}",
    "[[",
    "&a ",
    "*a",
    "\t",
    "then: 1",
    "node: 1",
];

fn run(texts: &[String], mut target: impl FnMut(&str)) {
    Damage { texts, pieces: PIECES, cut: 60, taken: 200 }.run(|text, _| target(text));
}

#[test]
fn damaged_xml_never_crashes_the_readers() {
    run(&kit("dmn"), |text| {
        bounded(text, || drop(compile_lenient(text)));
    });
    run(&kit("xml"), |text| {
        bounded(text, || drop(dmn::tck::read(text)));
    });
}

fn evaluate_all(model: &Model, inputs: &Context) {
    for decision in model.decisions() {
        model.paths(&decision.id).unwrap();
        let [traced, plain] = [TraceMode::On, TraceMode::Off].map(|trace| {
            let budget = Budget { steps: 10_000, ..Budget::default() };
            let mut run = Run::new(Timestamp(0)).budget(budget);
            let found = model.evaluate(&decision.id, inputs, &mut run, trace).unwrap();
            assert_eq!(found.trace.is_some(), trace == TraceMode::On);
            // Functions are equal to themselves only; written they can be compared.
            run.failure().is_none().then(|| found.value.to_string())
        });
        if let (Some(traced), Some(plain)) = (traced, plain) {
            assert_eq!(plain, traced, "`{}` of {inputs:?}", decision.id);
        }
    }
}

/// Bytes that one damaged file may hold at once: the file as it is read, its models, values and traces.
const MAX_BYTES: u64 = 256 << 20;

fn bounded(text: &str, work: impl FnMut()) {
    let used = allocation_counter::measure(work);
    assert!(used.bytes_max < MAX_BYTES, "{text} holds {} bytes", used.bytes_max);
}

#[test]
fn damaged_models_are_evaluated_and_verified_without_a_crash() {
    let values = [
        Value::Null,
        Value::number(7),
        Value::string("x"),
        Value::Boolean(true),
        Value::list(vec![Value::number(1), Value::Null]),
    ];
    let mut at = 0;
    run(&kit("dmn"), |text| {
        bounded(text, || {
            let (Some(model), _) = compile_lenient(text) else { return };
            at += 1;
            let names = model.decisions().flat_map(|it| it.inputs.clone()).collect::<Vec<_>>();
            let inputs = names.into_iter().map(|name| (name, values[at % values.len()].clone()));
            evaluate_all(&model, &inputs.collect());
            for decision in model.decisions() {
                if let Ok(tree) = Tree::of_table(&model, &decision.id) {
                    assert!(Tree::read(&tree.to_yaml()).is_ok(), "{}", tree.to_yaml());
                }
            }
            let _ = model.verify();
        });
    });
}

#[test]
fn damaged_trees_never_crash() {
    run(&trees(), |text| {
        bounded(text, || {
            let Ok(tree) = Tree::read(text) else { return };
            assert_eq!(Tree::read(&tree.to_json().to_string()).unwrap(), tree);
            let _ = (tree.to_mermaid(), tree.to_table());
            if let Ok(model) = tree.compile() {
                evaluate_all(&model, &Context::new());
                let _ = model.verify();
            }
        });
    });
}
