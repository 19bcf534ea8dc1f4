//! What the verifier says of cells that are more than literals, of cells that are not of their column's type and of
//! kinds of values beside numbers: every claim is true, and what it does not know it names.

use dmn::Model;

/// A model of one table; an input is `name`, `name: type` or `name: type = allowed values`, a rule is its cells
/// with its output behind the last bar.
fn model(policy: &str, attributes: &str, inputs: &[&str], rules: &[&str]) -> Model {
    let inputs: String = inputs
        .iter()
        .map(|input| {
            let (input, allowed) = input.split_once(" = ").unwrap_or((input, ""));
            let (name, kind) = input.split_once(": ").unwrap_or((input, ""));
            let kind = if kind.is_empty() { String::new() } else { format!("typeRef=\"{kind}\"") };
            let allowed = match allowed {
                "" => String::new(),
                allowed => format!("<inputValues><text><![CDATA[{allowed}]]></text></inputValues>"),
            };
            format!("<input><inputExpression {kind}><text>{name}</text></inputExpression>{allowed}</input>")
        })
        .collect();
    let rules: String = rules
        .iter()
        .map(|rule| {
            let cells: Vec<&str> = rule.split('|').map(str::trim).collect();
            let (output, cells) = cells.split_last().unwrap();
            let cells: String = cells
                .iter()
                .map(|cell| format!("<inputEntry><text><![CDATA[{cell}]]></text></inputEntry>"))
                .collect();
            format!("<rule>{cells}<outputEntry><text>{output}</text></outputEntry></rule>")
        })
        .collect();
    let xml = format!(
        r#"<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="m" name="m" namespace="m" {attributes}>
        <itemDefinition name="tOdd"><typeRef>number</typeRef><allowedValues><text>odd(?)</text></allowedValues></itemDefinition>
        <itemDefinition name="tNarrow"><typeRef>tWide</typeRef><allowedValues><text>[1..3]</text></allowedValues></itemDefinition>
        <itemDefinition name="tWide"><typeRef>number</typeRef><allowedValues><text>[2..9]</text></allowedValues></itemDefinition>
        <itemDefinition name="tNames" isCollection="true"><typeRef>string</typeRef></itemDefinition>
        <decision id="d" name="d"><decisionTable hitPolicy="{policy}">{inputs}<output name="o"/>{rules}
        </decisionTable></decision></definitions>"#
    );
    dmn::compile(&xml).unwrap_or_else(|problems| panic!("{problems:?}"))
}

/// What is found and, behind a question mark, what is not verified.
fn said(model: &Model) -> Vec<String> {
    let report = &model.verify()[0];
    let unverified = report.unverified.iter().map(|it| format!("? {it}"));
    let said: Vec<String> =
        report.findings.iter().map(ToString::to_string).chain(unverified).collect();
    assert_eq!(report.is_complete, report.unverified.is_empty(), "{said:?}");
    said
}

fn check(inputs: &[&str], rules: &[&str], expect: &[&str]) {
    assert_eq!(said(&model("UNIQUE", "", inputs, rules)), expect, "{inputs:?} {rules:?}");
}

#[test]
fn cells_of_another_type_than_their_column_never_match() {
    check(
        &["s: string = \"a\", \"b\""],
        &["\"a\" | 1", "5 | 1"],
        &["no rule matches s = \"b\"", "rule 2 never matches: its cell of `s` is never true"],
    );
    check(
        &["n: number"],
        &["@\"2021-01-01\" | 1", "true | 3"],
        &[
            "no rule matches n = 0",
            "rule 1 never matches: its cell of `n` is never true",
            "rule 2 never matches: its cell of `n` is never true",
        ],
    );
    check(
        &["n: number"],
        &["< 5 | 1", ">= 5 | 2", "\"x\" | 3"],
        &["rule 3 never matches: its cell of `n` is never true"],
    );
    check(
        &["n: number"],
        &["\"x\" | 1"],
        &["no rule matches n = 0", "rule 1 never matches: its cell of `n` is never true"],
    );
    check(
        &["s = \"a\", \"b\"", "n: number"],
        &["5 | - | 1"],
        &[
            "no rule matches s = \"a\", n = 0",
            "rule 1 never matches: its cell of `s` is never true",
            "no rule says anything about `n`",
        ],
    );
    // In a column of any type both kinds may come.
    check(&["x"], &["< 5 | 1", ">= 5 | 2", "\"x\" | 3"], &["no rule matches x = \"other\""]);
}

#[test]
fn cells_that_are_more_than_literals_are_asked_about_examples() {
    check(
        &["n: number"],
        &["odd(?) | 1", "odd(?) | 2"],
        &[
            "no rule matches n = 0",
            "rules 1 and 2 both match n = 1",
            "? the cell `odd(?)` of `n` in rules 1, 2",
        ],
    );
    check(
        &["n: number"],
        &["odd(?) | 1", "not(odd(?)) | 2"],
        &["? the cell `odd(?)` of `n` in rule 1", "? the cell `not(odd(?))` of `n` in rule 2"],
    );
    check(
        &["names: tNames"],
        &["list contains(?, \"a\") | 1"],
        &[
            "no rule matches names = []",
            "? the cell `list contains(?, \"a\")` of `names` in rule 1",
        ],
    );
    // Without a type and a literal, no example says anything; nor does the clock.
    check(&["x"], &["odd(?) | 1"], &["? the cell `odd(?)` of `x` in rule 1"]);
    check(&["d: date"], &["> today() | 1"], &["? the cell `> today()` of `d` in rule 1"]);
}

#[test]
fn cells_that_read_other_inputs_are_not_verified_but_compared_by_text() {
    check(
        &["n"],
        &["> n | 1", "> n | 2"],
        &[
            "rules 1 and 2 both match what is there where `> n` is true of `n`",
            "? the cell `> n` of `n` in rules 1, 2",
        ],
    );
    check(
        &["n: number", "s: string = \"a\", \"b\""],
        &["> limit | \"a\" | 1", "> limit | - | 1", "<= limit | - | 1"],
        &[
            "rules 1 and 2 both match s = \"a\" where `> limit` is true of `n`",
            "? the cell `> limit` of `n` in rules 1, 2",
            "? the cell `<= limit` of `n` in rule 3",
        ],
    );
    check(&["n: number"], &["? > 5 + n | 1"], &["? the cell `? > 5 + n` of `n` in rule 1"]);
    check(
        &["n: number"],
        &["> limit | 1", "> limit | 1"],
        &[
            "rules 1 and 2 are the same",
            "rules 1 and 2 both match what is there where `> limit` is true of `n`",
            "? the cell `> limit` of `n` in rules 1, 2",
        ],
    );
}

#[test]
fn times_moments_and_the_order_of_strings_have_intervals() {
    check(&["t: time"], &["< @\"10:00:00\" | 1"], &["no rule matches t = 10:00:00"]);
    check(&["t: time"], &["< @\"10:00:00\" | 1", ">= @\"10:00:00\" | 2"], &[]);
    check(
        &["t: date and time"],
        &["< @\"2021-01-01T00:00:00Z\" | 1", "< @\"2021-01-02T00:00:00Z\" | 2"],
        &[
            "no rule matches t = 2021-01-02T00:00:00Z",
            "rules 1 and 2 both match t = 2020-12-31T00:00:00Z",
        ],
    );
    // Local times have no order among those with a zone.
    check(
        &["t: time"],
        &["< @\"10:00:00\" | 1", ">= time(\"10:00:00Z\") | 2"],
        &["no rule matches t = 10:00:00"],
    );
    check(&["s: string"], &["< \"m\" | 1"], &["no rule matches s = \"m\""]);
    check(&["s: string"], &["< \"m\" | 1", "[\"m\"..\"q\") | 2", ">= \"q\" | 3"], &[]);
    check(&["s: string"], &["<= \"m\" | 1", "> \"n\" | 2"], &["no rule matches s = \"mm\""]);
}

#[test]
fn witnesses_are_allowed() {
    check(&["n: tNarrow"], &["2 | 1"], &["no rule matches n = 2.5"]);
    check(
        &["n: tOdd"],
        &["< 2 | 1"],
        &["no rule matches n = 3", "? the allowed values `odd(?)` of `n`"],
    );
    // What is counted is whole and not negative, in both dialects.
    check(&["count(lines)"], &["0 | 1", "> 0 | 2"], &[]);
    check(&["count(lines)"], &["0 | 1", "> 1 | 2"], &["no rule matches count(lines) = 1"]);
    check(
        &["count(a) - count(b)"],
        &["0 | 1", "> 0 | 2"],
        &["no rule matches count(a) - count(b) = -1"],
    );
    let camunda = "xmlns:modeler=\"http://camunda.org/schema/modeler/1.0\" modeler:executionPlatform=\"Camunda Cloud\"";
    let model = model(
        "UNIQUE",
        camunda,
        &["count(lines): number", "s: string"],
        &["0 | \"a\" | 1", "> 0 | 7 | 2"],
    );
    assert_eq!(
        said(&model),
        [
            "no rule matches count(lines) = 0, s = \"other\"",
            "no rule matches count(lines) = 1, s = \"a\"",
            "no rule matches count(lines) = 1, s = \"other\"",
            "rule 2 never matches: its cell of `s` is never true",
        ]
    );
}

#[test]
fn null_is_an_input_that_rules_may_meet_at() {
    check(&["n: number"], &["null | 1", "not(null) | 2"], &[]);
    check(
        &["n: number"],
        &["null, < 5 | 1", "null, >= 5 | 2"],
        &["rules 1 and 2 both match n = null"],
    );
    let first = |rules: &[&str]| said(&model("FIRST", "", &["n: number"], rules));
    assert_eq!(first(&["< 5 | 1", ">= 5 | 2", "- | 3"]), [""; 0]);
    assert_eq!(
        first(&["not(null) | 1", "null | 2", "- | 3"]),
        ["rule 3 is never reached: rules before it match whatever it matches"]
    );
}

#[test]
fn a_thousand_cells_that_no_index_answers_take_no_time() {
    let rules: Vec<String> = (0..1000).map(|rule| format!("< \"m{rule:04}\" | {rule}")).collect();
    let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
    let report = &model("UNIQUE", "", &["s: string"], &rules).verify()[0];
    assert!(!report.is_complete && report.unverified.len() == 1000);
}
