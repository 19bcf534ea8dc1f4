//! The commands for decisions: the sample's cases, and what a failure says and returns.

use std::path::Path;
use std::process::Command;

use served::{Folder, binary};

use crate::handbook::write_files;

/// What `rondo` says with these arguments in that folder, errors last, and whether it succeeds.
pub(crate) fn rondo(folder: &Path, arguments: &[&str]) -> (String, bool) {
    let output = Command::new(binary()).args(arguments).current_dir(folder).output();
    let output = output.expect("the program runs");
    let said = [output.stdout, output.stderr].concat();
    (String::from_utf8(said).expect("it says text"), output.status.success())
}

#[test]
fn the_cases_of_the_sample_pass() {
    let pack = concat!(env!("CARGO_MANIFEST_DIR"), "/../../crm/packs/orders");
    let (said, succeeds) = rondo(Path::new(pack), &["dmn", "test", "."]);
    assert!(succeeds, "{said}");
    assert_eq!(said.trim_end(), "20 passed, 0 failed");
}

fn check(folder: &Path, arguments: &[&str], succeeds: bool, last: &str) {
    let (said, succeeded) = rondo(folder, arguments);
    assert_eq!(succeeded, succeeds, "{arguments:?}: {said}");
    assert_eq!(said.lines().last(), Some(last), "{arguments:?}: {said}");
}

#[test]
fn what_is_wrong_fails_and_says_so_in_the_last_line() {
    let folder = Folder::new();
    let at = folder.path();
    write_files("dmn.md", at);
    let price = std::fs::read_to_string(at.join("price.dmn")).expect("it was written");
    let write = |name: &str, text: &str| {
        std::fs::write(at.join(name), text).expect("the file can be written");
    };
    // Two rules meet: the amount of the first one is now allowed to be 100.
    write("overlap.dmn", &price.replace("&lt; 100", "&lt;= 100"));
    write("broken.dmn", &price.replace("amount * 0.9", "amount *"));
    write(
        "wrong.csv",
        "case,amount,customer.tier,expect price\nfine,120,gold,108\noff,120,gold,1\n",
    );
    write("empty.csv", "case,amount,customer.tier,expect price\n");
    write("list.json", "[1]");
    check(at, &["dmn", "check", "overlap.dmn"], false, "rondo: `overlap.dmn` has 2 errors");
    check(at, &["dmn", "check", "broken.dmn"], false, "rondo: `broken.dmn` cannot be compiled");
    check(
        at,
        &["dmn", "check", "none.dmn"],
        false,
        "rondo: `none.dmn` cannot be read: No such file or directory (os error 2)",
    );
    let failing = "rondo: not all cases pass, or there are none";
    check(at, &["dmn", "test", "wrong.csv", "--model", "price.dmn"], false, failing);
    let (said, _) = rondo(at, &["dmn", "test", "wrong.csv", "--model", "price.dmn"]);
    let mut lines = said.lines();
    let first = lines.next().expect("the failing case");
    assert!(first.starts_with("FAILED wrong.csv line 3 off: "), "{said}");
    assert_eq!(lines.next(), Some("1 passed, 1 failed"));
    check(at, &["dmn", "test", "empty.csv", "--model", "price.dmn"], false, failing);
    check(
        at,
        &["dmn", "compare", "price.dmn", "overlap.dmn"],
        false,
        "rondo: the decisions differ",
    );
    let unknown = "rondo: the model `prices` has no decision `cost`; it has `price`";
    check(at, &["eval", "--model", "price.dmn", "cost", "order.json"], false, unknown);
    let no_object = "rondo: `list.json` does not hold a JSON object of variables";
    check(at, &["eval", "--model", "price.dmn", "price", "list.json"], false, no_object);
}

#[test]
fn a_report_says_what_it_does_not_know_and_counts_in_english() {
    let folder = Folder::new();
    let at = folder.path();
    write_files("dmn.md", at);
    let price = std::fs::read_to_string(at.join("price.dmn")).expect("it was written");
    std::fs::write(at.join("open.dmn"), price.replace("&lt; 100", "&lt; limit"))
        .expect("the file can be written");
    let (said, succeeds) = rondo(at, &["dmn", "check", "open.dmn"]);
    assert!(succeeds, "{said}");
    assert!(
        said.contains("note: `price`: not verified: the cell `< limit` of `amount` in rule 1"),
        "{said}"
    );
    let last = said.lines().last().expect("it says something");
    assert!(last.ends_with("in what could be verified; there may be more"), "{said}");
    let gap = price.replace("&gt;= 100", "&gt; 100");
    std::fs::write(at.join("gap.dmn"), gap).expect("the file can be written");
    check(at, &["dmn", "check", "gap.dmn"], true, "`price`: 1 finding");
    let pack = concat!(env!("CARGO_MANIFEST_DIR"), "/../../crm/packs");
    let (said, succeeds) = rondo(Path::new(pack), &["dmn", "check", "orders/order-acceptance.dmn"]);
    assert!(succeeds && !said.contains("warning"), "what is counted is never negative: {said}");
    let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures");
    let (said, succeeds) = rondo(Path::new(fixtures), &["dmn", "check", "leave.bpmn"]);
    assert!(
        !succeeds && said.contains("is a BPMN file") && said.contains("give a `.dmn` file"),
        "{said}"
    );
}

#[test]
fn a_model_that_imports_another_is_evaluated_with_what_lies_beside_it() {
    let folder = Folder::new();
    let write = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).expect("the file can be written");
    };
    let model = |name: &str, content: &str| {
        format!(
            r#"<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="{name}" name="{name}" namespace="urn:{name}">{content}</definitions>"#
        )
    };
    write(
        "rates.dmn",
        &model(
            "rates",
            r#"<decision id="rate" name="rate"><literalExpression><text>7</text></literalExpression></decision>"#,
        ),
    );
    write(
        "sum.dmn",
        &model(
            "sum",
            r#"<import name="r" namespace="urn:rates" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>
        <decision id="sum" name="sum"><informationRequirement><requiredDecision href="urn:rates#rate"/></informationRequirement>
        <literalExpression><text>r.rate + 1</text></literalExpression></decision>"#,
        ),
    );
    write("input.json", "{}");
    let (said, succeeds) =
        rondo(folder.path(), &["eval", "--model", "sum.dmn", "sum", "input.json"]);
    assert!(succeeds && said.contains("\"output\": 8"), "{said}");
    std::fs::remove_file(folder.path().join("rates.dmn")).expect("it was there");
    let (said, succeeds) =
        rondo(folder.path(), &["eval", "--model", "sum.dmn", "sum", "input.json"]);
    assert!(!succeeds && said.contains("urn:rates"), "{said}");
}

#[test]
fn where_no_database_is_an_evaluation_says_so_and_makes_none() {
    let folder = Folder::new();
    std::fs::write(folder.path().join("input.json"), "{}").expect("the file is written");
    let (said, succeeds) =
        rondo(folder.path(), &["eval", "order_acceptance", "input.json", "--data", "nowhere"]);
    assert!(!succeeds, "{said}");
    assert!(
        said.contains("nothing was evaluated: there is no database of Rondo in `nowhere`"),
        "{said}"
    );
    assert!(!folder.path().join("nowhere").exists());
}
