//! The house rules over the whole workspace, and each rule on a sample that breaks it.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use tidy::{
    Offence, Source, arrows, banned_words, file_length, foreign_imports, lib_is_contents,
    lock_hosts, module_paragraph, purity, room_name, sample_names, workspace_sources,
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn metadata() -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .expect("cargo prints its metadata");
    serde_json::from_slice(&output.stdout).expect("cargo metadata is JSON")
}

fn rules(source: &Source) -> Vec<Offence> {
    let mut offences = purity(source);
    offences.extend(banned_words(source));
    offences.extend(sample_names(source));
    offences.extend(
        [module_paragraph(source), file_length(source), lib_is_contents(source), room_name(source)]
            .into_iter()
            .flatten(),
    );
    offences.extend(lock_hosts(source));
    offences
}

fn check(offences: &[Offence]) {
    let lines: Vec<String> = offences.iter().map(ToString::to_string).collect();
    assert!(offences.is_empty(), "\n{}\n", lines.join("\n"));
}

#[test]
fn every_source_keeps_the_house_rules() {
    let sources = workspace_sources(&root());
    assert!(sources.len() > 50, "only {} files were found", sources.len());
    check(&sources.iter().flat_map(rules).collect::<Vec<_>>());
}

#[test]
fn imports_follow_the_map() {
    check(&arrows(&metadata()));
}

#[test]
fn the_core_imports_nothing_that_does_io() {
    check(&foreign_imports(&metadata()));
}

#[test]
fn each_rule_finds_what_breaks_it() {
    let long = format!("//! x\n{}", "let a = 1;\n".repeat(700));
    for (path, text, expect) in [
        ("base/src/key.rs", "fn a() {}", "opens without"),
        ("base/src/key.rs", "//! x\nfn a() { std::fs::read(p); }", "`std::fs`"),
        ("base/src/key.rs", "//! x\nasync fn a() {}", "`async fn`"),
        ("base/src/key.rs", long.as_str(), "split it by idea"),
        ("base/src/lib.rs", "//! x\npub fn a() {}", "table of contents"),
        ("edge/api/src/utils.rs", "//! x\n", "`utils` says nothing"),
        ("web/src/helpers/a.ts", "", "`helpers` says nothing"),
        ("app/src/main.rs", concat!("//! x\n#[al", "low(dead_code)]"), "#[expect"),
        ("app/src/main.rs", concat!("//! x\n// TO", "DO later"), "issue number"),
        ("edge/api/src/a.rs", "//! x\nlet a = find(\"order\");", "names `order` of the sample"),
        ("web/src/record/a.tsx", "const a = 'account';", "names `account` of the sample"),
        ("web/package-lock.json", "{\"resolved\": \"x\"}", "download addresses"),
    ] {
        let source = Source { path: path.into(), text: text.into() };
        let found: Vec<String> = rules(&source).iter().map(ToString::to_string).collect();
        assert!(found.iter().any(|line| line.contains(expect)), "{path}: {expect}: {found:?}");
    }
}

#[test]
fn tests_at_the_end_of_a_file_may_do_what_they_like() {
    let text = "//! x\n\n#[cfg(test)]\nmod tests { use std::fs; }";
    check(&rules(&Source { path: "base/src/key.rs".into(), text: text.into() }));
}

#[test]
fn an_arrow_that_runs_back_up_is_found() {
    let package = |name: &str, import: &str, kind: Value| json!({ "name": name, "dependencies": [{ "name": import, "kind": kind }] });
    let metadata = json!({ "packages": [
        package("base", "engine", Value::Null),
        package("engine", "rusqlite", Value::Null),
        package("store", "api", json!("build")),
        package("api", "rondo", json!("dev")),
        package("rondo", "api", Value::Null),
        package("utils", "base", Value::Null),
    ]});
    let found: Vec<String> = arrows(&metadata).iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "base: may not import `engine`; see the map in ARCHITECTURE.md",
            "store: may not import `api`; see the map in ARCHITECTURE.md",
            "utils: this crate is not on the map; add it to ARCHITECTURE.md and to tidy",
        ]
    );
    let found: Vec<String> = foreign_imports(&metadata).iter().map(ToString::to_string).collect();
    assert_eq!(found, ["engine: imports `rusqlite`, which does I/O; pass the value in instead"]);
}
