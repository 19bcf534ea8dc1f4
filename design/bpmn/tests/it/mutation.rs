//! Damaged files. Whatever is done to a good file, reading it gives a model or problems, never a
//! panic; what can be read can be written and read again.

use bpmn::{Document, Model};
use proptest::{
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

use crate::{bpmn_files, miwg::REFERENCE};

/// What is done to a file: at a place, some characters give way to a piece of text.
#[derive(Clone, Debug)]
struct Damage {
    place: prop::sample::Index,
    removed: usize,
    inserted: String,
}

fn damage() -> impl Strategy<Value = Damage> {
    let pieces = prop_oneof![
        Just(""),
        Just("<"),
        Just(">"),
        Just("/>"),
        Just("\""),
        Just("&"),
        Just("&#x10FFFF;"),
        Just("]]>"),
        Just("<!--"),
        Just("<![CDATA["),
        Just("<?x"),
        Just("<!DOCTYPE a>"),
        Just(" xmlns:zeebe=\"x\""),
        Just("</bpmn:process>"),
        Just(" default=\"x\""),
        Just("="),
        Just("(("),
        Just("销"),
        Just("\0"),
    ];
    let inserted = prop_oneof![3 => pieces.prop_map(str::to_owned), 1 => "\\PC{0,8}"];
    (any::<prop::sample::Index>(), 0..40_usize, inserted)
        .prop_map(|(place, removed, inserted)| Damage { place, removed, inserted })
}

fn damaged(xml: &str, damages: &[Damage]) -> String {
    let mut characters: Vec<char> = xml.chars().collect();
    for Damage { place, removed, inserted } in damages {
        let start = place.index(characters.len() + 1);
        let end = (start + removed).min(characters.len());
        characters.splice(start..end, inserted.chars());
    }
    characters.into_iter().collect()
}

fn check(xml: &str) {
    let Ok(document) = Document::parse(xml) else { return };
    let again = Document::parse(&document.to_xml()).expect("what was written can be read");
    assert_eq!(document.canonical(), again.canonical());
    match Model::of(&document) {
        Ok(model) => assert!(model.warnings.iter().all(|problem| !problem.is_error())),
        Err(problems) => assert!(problems.iter().any(bpmn::Problem::is_error)),
    }
}

fn check_damaged(files: Vec<(String, String)>, cases: u32) {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let strategy = (prop::sample::select(files), prop::collection::vec(damage(), 1..4));
    let result = runner.run(&strategy, |((_, xml), damages)| {
        check(&damaged(&xml, &damages));
        Ok(())
    });
    if let Err(failure) = result {
        panic!("{failure}");
    }
}

#[test]
fn a_damaged_fixture_never_panics() {
    check_damaged(bpmn_files("tests/fixtures"), 3_000);
}

#[test]
fn a_damaged_reference_model_never_panics() {
    check_damaged(bpmn_files(REFERENCE), 150);
}

#[test]
fn any_text_never_panics() {
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let config = Config { cases: 2_000, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, rng);
    let result = runner.run(&"[<>/a-c:=\"'&;!\\[\\]?x \\PC-]{0,60}", |text| {
        check(&text);
        let _ = bpmn::Form::parse(&text);
        Ok(())
    });
    if let Err(failure) = result {
        panic!("{failure}");
    }
}
