//! The expressions of Camunda's own tests, with the results that Camunda's engine gives. The floor is the score reached;
//! raise it with every improvement, never lower it.

use std::fmt::Write as _;

use feel::{Dialect, Timestamp, cases};

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
        let case = cases::read(line).expect("every line is a case");
        total += 1;
        match case.check(Dialect::Camunda, Timestamp(1_700_000_000_000)) {
            Ok(()) => passed += 1,
            Err(found) => {
                let _ = writeln!(failed, "FAIL {}\n     {found}", case.id);
            }
        }
    }
    println!("{failed}passed {passed} of {total}");
    assert!(passed >= FLOOR, "passed {passed} of {total}, the floor is {FLOOR}\n{failed}");
}
