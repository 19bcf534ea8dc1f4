//! The expressions of Camunda's own tests, with the results that Camunda's engine gives. The floor is the score reached;
//! raise it with every improvement, never lower it.

use std::fmt::Write as _;

use feel::{
    Context, DateTime, Dialect, Options, Run, Timestamp, Value, compile, compile_unary_tests,
};
use serde_json::Value as Json;

/// Cases that must pass.
const FLOOR: usize = 1050;

const CORPUS: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/feel-camunda/cases.jsonl");

#[test]
fn the_camunda_corpus_does_not_fall_below_its_floor() {
    let bytes = std::fs::read(CORPUS)
        .unwrap_or_else(|error| panic!("the corpus is missing: {CORPUS}: {error}"));
    let text = String::from_utf8(bytes).expect("the corpus is UTF-8");
    let (mut passed, mut total, mut failed) = (0, 0, String::new());
    for line in text.lines() {
        let case: Json = serde_json::from_str(line).expect("every line is JSON");
        total += 1;
        match check(&case) {
            Ok(()) => passed += 1,
            Err(found) => {
                let _ = writeln!(
                    failed,
                    "FAIL {}\n     {}\n     expected {}, found {found}",
                    case["id"], case["expr"], case["expect"]
                );
            }
        }
    }
    println!("{failed}passed {passed} of {total}");
    assert!(passed >= FLOOR, "passed {passed} of {total}, the floor is {FLOOR}\n{failed}");
}

/// Evaluates one case and compares; the error tells what was found instead.
fn check(case: &Json) -> Result<(), String> {
    let source = case["expr"].as_str().expect("an expression");
    let scope: Context = case["context"]
        .as_object()
        .expect("a context")
        .iter()
        .map(|(name, value)| (name.as_str(), typed(value)))
        .collect();
    let options = Options { dialect: Dialect::Camunda, names: &[] };
    let mut run = Run::new(Timestamp(1_700_000_000_000));
    let found = if case["kind"] == "unary" {
        let input = case.get("input").map_or(Value::Null, typed);
        compile_unary_tests(source, &options)
            .map(|tests| tests.matches_in(&input, &scope, &mut run))
    } else {
        compile(source, &options).map(|expression| expression.evaluate_in(&scope, &mut run))
    };
    let expect = &case["expect"];
    let fails = expect["type"] == "error";
    match found {
        Err(_) if fails => Ok(()),
        Err(error) => Err(format!("does not compile: {error}")),
        Ok(_) if run.failure().is_some() => {
            if fails {
                Ok(())
            } else {
                Err(format!("failure {:?}", run.failure()))
            }
        }
        Ok(value) if fails => Err(value.to_string()),
        Ok(value) if equal(&value, &typed(expect), is_approximate(source)) => Ok(()),
        Ok(value) => Err(format!("{value} ({})", value.type_name())),
    }
}

fn is_approximate(source: &str) -> bool {
    ["sqrt", "log", "exp", "stddev", "**"].iter().any(|name| source.contains(name))
}

fn typed(json: &Json) -> Value {
    let value = &json["value"];
    let text = value.as_str().unwrap_or_default();
    match json["type"].as_str().expect("a type") {
        "null" | "error" => Value::Null,
        "boolean" => Value::Boolean(value.as_bool().expect("a boolean")),
        "string" => Value::string(text),
        "number" => Value::Number(text.parse().expect("a number")),
        "list" => value.as_array().expect("a list").iter().map(typed).collect::<Vec<_>>().into(),
        "context" => {
            let entries = value.as_object().expect("a context").iter();
            Value::context(entries.map(|(name, value)| (name.as_str(), typed(value))))
        }
        "date" => Value::Date(text.parse().expect("a date")),
        "local-time" | "time" => Value::Time(text.parse().expect("a time")),
        "local-date-time" | "date-time" => Value::DateTime(text.parse().expect("a date and time")),
        "days-duration" => {
            Value::DaysDuration(signed_in_front(text).parse().expect("a days duration"))
        }
        "years-duration" => {
            Value::YearsDuration(signed_in_front(text).parse().expect("a years duration"))
        }
        other => panic!("unknown type {other}"),
    }
}

/// Java writes the sign before each part: `PT-3M-4S` is `-PT3M4S`.
fn signed_in_front(text: &str) -> String {
    match text.strip_prefix('P') {
        Some(parts) if parts.contains('-') => format!("-P{}", parts.replace('-', "")),
        _ => text.to_owned(),
    }
}

fn equal(found: &Value, expect: &Value, approximate: bool) -> bool {
    match (found, expect) {
        (Value::Number(found), Value::Number(expect)) if approximate => {
            let (found, expect) = (found.to_f64(), expect.to_f64());
            (found - expect).abs() <= expect.abs() * 1e-12
        }
        (Value::List(found), Value::List(expect)) => {
            found.len() == expect.len()
                && found.iter().zip(expect).all(|(found, expect)| equal(found, expect, approximate))
        }
        (Value::Context(found), Value::Context(expect)) => {
            found.len() == expect.len()
                && found.iter().all(|(name, found)| {
                    expect.get(name).is_some_and(|expect| equal(found, expect, approximate))
                })
        }
        (Value::DateTime(found), Value::DateTime(expect)) => same_moment(found, expect),
        (Value::Time(_), Value::Time(_)) => found.feel_equals(expect) == Some(true),
        _ => found == expect,
    }
}

/// Same local time, offset and zone.
fn same_moment(found: &DateTime, expect: &DateTime) -> bool {
    let name = |moment: &DateTime| moment.zone().and_then(|zone| zone.name().map(str::to_owned));
    found.with_zone(None) == expect.with_zone(None)
        && found.offset() == expect.offset()
        && name(found) == name(expect)
}
