//! Real expressions with random damage: whatever comes of it, the parser and the evaluator return, soon and without a
//! crash, in both dialects.

#![expect(
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test that meets the unexpected is to fail on the spot; its files are read from disk"
)]

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use damage::{Damage, Random};
use feel::{
    Budget, Context, Dialect, Options, Run, Timestamp, Value, compile, compile_unary_tests, json,
    predicate,
};

/// Names that hold blanks and operators, so that the standard's way to read them is damaged, too.
const NAMES: [&str; 6] = ["a", "b c", "x-y", "order", "Loan Amount", "d.e"];

fn data(path: &str) -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")).join(path)
}

/// The expressions of Camunda's own tests and those of the compatibility kit.
fn corpus() -> Vec<String> {
    let read = |path: &Path| {
        std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    let mut sources: Vec<String> = Vec::new();
    for line in read(&data("feel-camunda/cases.jsonl")).lines() {
        let case: serde_json::Value = serde_json::from_str(line).expect("every line is a case");
        sources.extend(case["expr"].as_str().map(str::to_owned));
    }
    let mut folders: Vec<PathBuf> = std::fs::read_dir(data("dmn-tck/compliance-level-3"))
        .expect("the kit is there")
        .map(|entry| entry.expect("the kit can be read").path())
        .collect();
    folders.sort();
    for folder in folders {
        let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
            .expect("a folder of the kit")
            .map(|entry| entry.expect("the kit can be read").path())
            .filter(|path| path.extension().is_some_and(|ending| ending == "dmn"))
            .collect();
        files.sort();
        for file in files {
            let xml = read(&file);
            let texts = xml.split("<text>").skip(1).filter_map(|part| part.split_once("</text>"));
            sources.extend(texts.map(|(text, _)| {
                let plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
                plain.replace("&amp;", "&")
            }));
        }
    }
    assert!(sources.len() > 2_000, "only {} expressions were found", sources.len());
    sources
}

/// What is put in.
const PIECES: &[&str] = &[
    "",
    " ",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    ".",
    "..",
    "\"",
    "`",
    "@\"",
    "//",
    "/*",
    "*/",
    "+",
    "-",
    "*",
    "/",
    "**",
    "=",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "?",
    "null",
    "true",
    "false",
    "0",
    "1",
    "-1",
    "1e400",
    "10 ** 6100",
    "0.0000000000000000000000000000000001",
    "9223372036854775807",
    "-9223372036854775808",
    "item",
    "partial",
    "a",
    "b c",
    "order.",
    "d.e",
    " and ",
    " or ",
    " in ",
    " between ",
    " instance of ",
    " instance of list<number>",
    "if a then ",
    " else ",
    "for x in ",
    " return ",
    "some x in ",
    " satisfies ",
    "every x in ",
    "function(x) ",
    "function(f) f(f)",
    "not(",
    "..999999999",
    "@\"999999999-12-31\"",
    "@\"-999999999-01-01T00:00:00+18:00\"",
    "@\"P9223372036854775807D\"",
    "@\"-P999999999Y\"",
    "@\"23:59:59.999999999@Europe/Paris\"",
    "sort(",
    "replace(",
    "matches(",
    "split(",
    "string join(",
    "flatten(",
    "concatenate(",
    "context put(",
    "context merge(",
    "range(",
    "number(",
    "date(",
    "duration(",
    "get entries(",
    "list replace(",
    "from json(",
    "to json(",
    "string(",
    "sublist(",
    "substring(",
    "decimal(",
    "years and months duration(",
    "é",
    "\u{0}",
    "\u{202e}",
    "\u{1F600}",
    "\\u",
    "\n",
];

fn run(target: impl FnMut(&str, &mut Random)) {
    let texts = corpus();
    Damage { texts: &texts, pieces: PIECES, cut: 12, taken: 60 }.run(target);
}

const DIALECTS: [Dialect; 2] = [Dialect::Standard, Dialect::Camunda];

#[test]
fn damaged_texts_never_crash_the_parser() {
    run(|text, _| {
        for dialect in DIALECTS {
            for names in [&NAMES[..], &[]] {
                let options = Options { dialect, names };
                match compile(text, &options) {
                    Ok(expression) => {
                        let _ = predicate::predicate(&expression);
                        assert_eq!(expression.source(), text);
                    }
                    // Every problem has a place in the text.
                    Err(error) => {
                        assert!(!error.problems().is_empty());
                        for problem in error.problems() {
                            let span = problem.span.start..problem.span.end;
                            assert!(text.get(span).is_some(), "{text}: {problem:?}");
                        }
                    }
                }
                let _ = compile_unary_tests(text, &options);
            }
        }
    });
}

/// Values of every type, and at the ends of each.
fn values() -> Vec<Value> {
    let sources = [
        "null",
        "true",
        "0",
        "-1.50",
        "10 ** 6144",
        "10 ** -6176",
        "9223372036854775807",
        "\"\"",
        "\"foobar\u{1F600}\"",
        "[]",
        "[1, null, \"x\", [2, [3]]]",
        "[3, 1, 2]",
        "[{a: 1, b c: 2}, {a: null}, {}]",
        "{a: {a: {a: [1]}}, key: \"k\", value: 1}",
        "@\"2026-02-28\"",
        "@\"999999999-12-31\"",
        "@\"-999999999-01-01\"",
        "@\"23:59:59.999999999@Pacific/Kiritimati\"",
        "@\"00:00:00-14:00\"",
        "@\"2026-03-29T02:30:00@Europe/Paris\"",
        "@\"999999999-12-31T23:59:59Z\"",
        "@\"P1DT2H\"",
        "@\"-P1Y2M\"",
        "duration(\"P9223372036854775807M\")",
        "[1..10)",
        "(@\"2026-01-01\"..@\"2026-12-31\"]",
        "function(x) x",
        "function(a, b) a < b",
        "sort",
    ];
    let values = sources.iter().map(|source| {
        let names = Options { dialect: Dialect::Standard, names: &["b c"] };
        let expression =
            compile(source, &names).unwrap_or_else(|error| panic!("{source}: {error}"));
        expression.evaluate(&[], &mut Run::new(Timestamp(0)))
    });
    values.collect()
}

/// What is done with every value that comes out.
fn inspected(value: &Value, text: &str) {
    let _ =
        (value.to_string(), json::to_json(value), value.feel_equals(value), value.compare(value));
    if let Ok(bytes) = postcard::to_allocvec(value) {
        let back: Value =
            postcard::from_bytes(&bytes).unwrap_or_else(|error| panic!("{text}: {error}"));
        // A function is stored as null, and an offset of zero as UTC.
        let stored = value.to_string().replace("+00:00", "Z");
        let back = back.to_string().replace("+00:00", "Z");
        assert!(
            stored == back || stored.contains("function("),
            "{text}: {stored} comes back as {back}"
        );
    }
}

/// Bytes that one text may hold at once: its expression, its values and their written forms.
const MAX_BYTES: u64 = 256 << 20;

#[test]
fn damaged_expressions_never_crash_the_evaluator() {
    let values = values();
    run(|text, random| {
        let used = allocation_counter::measure(|| evaluate_all(text, &values, random));
        assert!(used.bytes_max < MAX_BYTES, "{text} holds {} bytes", used.bytes_max);
    });
}

/// As an expression and as a cell, in both dialects, with random values for its names.
fn evaluate_all(text: &str, values: &[Value], random: &mut Random) {
    for dialect in DIALECTS {
        let options = Options { dialect, names: &NAMES };
        let budget = Budget { steps: 20_000, ..Budget::default() };
        let mut any = || random.pick(values).cloned().unwrap_or_default();
        let mut run = Run::new(Timestamp(1_700_000_000_000)).budget(budget);
        if let Ok(expression) = compile(text, &options) {
            let scope = expression.inputs().iter();
            let scope: Context = scope.map(|name| (Arc::clone(name), any())).collect();
            let slots: Vec<Value> = scope.iter().map(|(_, value)| value.clone()).collect();
            let value = expression.evaluate_in(&scope, &mut run);
            inspected(&value, text);
            expression.evaluate(&slots, &mut run);
            for warning in run.take_warnings() {
                assert!(!warning.message.is_empty(), "{text}");
            }
        }
        if let Ok(tests) = compile_unary_tests(text, &options) {
            let mut run = Run::new(Timestamp(0)).budget(budget);
            let scope = NAMES.map(|name| (name, any()));
            let scope: Context = scope.into_iter().collect();
            inspected(&tests.matches_in(&any(), &scope, &mut run), text);
        }
    }
}
