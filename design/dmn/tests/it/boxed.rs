//! Boxed expressions and item definitions: what each form gives, row by row, where it differs from a plain expression and
//! where it must not.

use dmn::{Model, TraceMode};
use feel::{Context, Run, Timestamp, json};

fn model(body: &str) -> Model {
    let xml = format!(
        r#"<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="m" name="m" namespace="m">{body}</definitions>"#
    );
    dmn::compile(&xml).unwrap_or_else(|problems| panic!("{problems:?}\n{xml}"))
}

/// The value of a decision `d` of this logic.
fn check(types: &str, logic: &str, expect: &str) {
    let model = model(&format!(r#"{types}<decision id="d" name="d">{logic}</decision>"#));
    let expect: serde_json::Value = serde_json::from_str(expect).unwrap();
    for mode in [TraceMode::Off, TraceMode::On] {
        let mut run = Run::new(Timestamp(0));
        let found = model.evaluate("d", &Context::new(), &mut run, mode).unwrap();
        let warnings = (run.take_warnings(), found.warnings);
        assert_eq!(json::to_json(&found.value), expect, "{logic}: {warnings:?}");
    }
}

fn literal(text: &str) -> String {
    format!("<literalExpression><text><![CDATA[{text}]]></text></literalExpression>")
}

/// `for`, `some` or `every` item `i`.
fn each(kind: &str, over: &str, body: &str) -> String {
    let part = if kind == "for" { "return" } else { "satisfies" };
    let (over, body) = (literal(over), literal(body));
    format!("<{kind} iteratorVariable=\"i\"><in>{over}</in><{part}>{body}</{part}></{kind}>")
}

fn filter(list: &str, condition: &str) -> String {
    format!("<filter><in>{}</in><match>{condition}</match></filter>", literal(list))
}

fn conditional(condition: &str, then: &str, otherwise: &str) -> String {
    let (condition, then, otherwise) = (literal(condition), literal(then), literal(otherwise));
    format!(
        "<conditional><if>{condition}</if><then>{then}</then><else>{otherwise}</else></conditional>"
    )
}

fn context(entries: &[(&str, String)], result: &str) -> String {
    let entries: String = entries
        .iter()
        .map(|(name, logic)| {
            format!("<contextEntry><variable name=\"{name}\"/>{logic}</contextEntry>")
        })
        .collect();
    let result = match result {
        "" => String::new(),
        text => format!("<contextEntry>{}</contextEntry>", literal(text)),
    };
    format!("<context>{entries}{result}</context>")
}

#[test]
fn iterators_run_over_what_those_of_feel_run_over() {
    for (kind, over, body, expect) in [
        ("for", "[1,2,3]", "i * 2", "[2,4,6]"),
        ("for", "[1..3]", "i", "[1,2,3]"),
        ("for", "(1..3]", "i", "[2,3]"),
        ("for", "7", "i", "[7]"),
        ("for", "[]", "i", "[]"),
        ("for", "null", "i", "null"),
        ("for", "[1,2,3]", "i + count(partial)", "[1,3,5]"),
        (
            "for",
            "[1,2,3,4]",
            "if count(partial) < 2 then 1 else partial[-1] + partial[-2]",
            "[1,1,2,3]",
        ),
        ("some", "[1,2]", "i > 1", "true"),
        ("some", "[1..2]", "i > 2", "false"),
        ("some", "[1,2,null]", "i > 2", "null"),
        ("some", "[null,2]", "i > 1", "true"),
        ("some", "[]", "true", "false"),
        ("some", "null", "true", "null"),
        ("every", "[1,2]", "i > 0", "true"),
        ("every", "[1..2]", "i > 1", "false"),
        ("every", "[2,null]", "i > 1", "null"),
        ("every", "[null,1]", "i > 1", "false"),
        ("every", "[2,3]", "i", "null"),
        ("every", "[]", "false", "true"),
        ("every", "null", "true", "null"),
    ] {
        check("", &each(kind, over, body), expect);
    }
    // Each `for` has results of its own.
    let inner = each("for", "[1,2]", "count(partial)").replace("\"i\"", "\"j\"");
    let outer = format!(
        "<for iteratorVariable=\"i\"><in>{}</in><return>{inner}</return></for>",
        literal("[1,2]")
    );
    check("", &outer, "[[0,1],[0,1]]");
}

#[test]
fn a_filter_asks_for_each_item_and_its_entries() {
    let lines = "[{a: 1, b: 5}, {a: 2, b: 6}]";
    for (list, condition, expect) in [
        ("[1,2,3]", literal("item > 1"), "[2,3]"),
        ("[1,2,3]", literal("item > 1 // large"), "[2,3]"),
        ("[1,2,3]", literal("2"), "2"),
        ("5", literal("item = 5"), "[5]"),
        ("null", literal("true"), "[]"),
        (lines, literal("a > 1"), r#"[{"a":2,"b":6}]"#),
        (lines, conditional("a > 1", "b = 6", "false"), r#"[{"a":2,"b":6}]"#),
        (lines, conditional("item.a > 1", "true", "null"), r#"[{"a":2,"b":6}]"#),
        (lines, conditional("c = null", "a = 1", "false"), r#"[{"a":1,"b":5}]"#),
        ("[1,2,3]", conditional("true", "-1", "1"), "3"),
        ("[1,2,3]", conditional("true", "4", "1"), "null"),
        ("[1,2,3]", conditional("true", "\"x\"", "1"), "null"),
        ("[{item: 1}, {item: 2}]", conditional("item = 2", "true", "false"), r#"[{"item":2}]"#),
        (
            lines,
            filter("[1,2]", &conditional("item = a", "true", "false"))
                .replace("<filter>", "<some iteratorVariable='x'>")
                .replace("<match>", "<satisfies>")
                .replace("</match>", "</satisfies>")
                .replace("</filter>", "</some>")
                .replace("item = a", "x = a - 1"),
            r#"[{"a":2,"b":6}]"#,
        ),
    ] {
        check("", &filter(list, &condition), expect);
    }
    // An entry of the item hides a name outside; what the item lacks is found there.
    let outside = [("a", literal("1")), ("limit", literal("1"))];
    let inside = filter(lines, &conditional("a > limit", "true", "false"));
    let both = context(&[outside[0].clone(), outside[1].clone(), ("kept", inside)], "kept");
    check("", &both, r#"[{"a":2,"b":6}]"#);
    let table = "<decisionTable><input><inputExpression><text>a</text></inputExpression></input><output/>\
        <rule><inputEntry><text>&gt; 1</text></inputEntry><outputEntry><text>true</text></outputEntry></rule></decisionTable>";
    check("", &filter(lines, table), r#"[{"a":2,"b":6}]"#);
}

#[test]
fn a_filter_is_one_expression() {
    for (condition, expect) in
        [("item > 1][1", "`item > 1][1` is not FEEL"), ("item >", "`item >` is not FEEL")]
    {
        let xml = format!(
            r#"<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="m" name="m" namespace="m">
            <decision id="d" name="d">{}</decision></definitions>"#,
            filter("[1,2,3]", &literal(condition))
        );
        let problems = dmn::compile(&xml).unwrap_err();
        assert!(problems[0].message.starts_with(expect), "{problems:?}");
    }
}

#[test]
fn a_context_has_each_name_once() {
    let twice = [("a", literal("1")), ("a", literal("2"))];
    check("", &context(&twice, ""), "null");
    check("", &context(&twice, "a"), "null");
    check("", &context(&twice[..1], ""), r#"{"a":1}"#);
}

#[test]
fn cells_of_a_relation_are_of_the_type_of_their_column() {
    let relation = |cell: &str| {
        format!(
            r#"<relation><column name="a" typeRef="number"/><column name="b"/><row>{}{}</row></relation>"#,
            literal(cell),
            literal("\"x\"")
        )
    };
    check("", &relation("1"), r#"[{"a":1,"b":"x"}]"#);
    check("", &relation("[1]"), r#"[{"a":1,"b":"x"}]"#);
    check("", &relation("\"x\""), r#"[{"a":null,"b":"x"}]"#);
}

#[test]
fn constraints_of_types_hold() {
    let types = r#"
        <itemDefinition name="tEven"><typeRef>number</typeRef><typeConstraint><text>even(?)</text></typeConstraint></itemDefinition>
        <itemDefinition name="tThree" isCollection="true"><typeRef>number</typeRef><allowedValues><text>[0..9]</text></allowedValues>
            <typeConstraint><text>count(?) > 2</text></typeConstraint></itemDefinition>
        <itemDefinition name="tOne" isCollection="true"><typeRef>tEven</typeRef><typeConstraint><text>count(?) = 1</text></typeConstraint></itemDefinition>
        <itemDefinition name="tPeriod"><itemComponent name="from"><typeRef>number</typeRef></itemComponent>
            <itemComponent name="to"><typeRef>number</typeRef><allowedValues><text>> from</text></allowedValues></itemComponent>
            <itemComponent name="days off" isCollection="true"><typeRef>number</typeRef><allowedValues><text>[from..to]</text></allowedValues>
            <typeConstraint><text>count(?) &lt; to - from</text></typeConstraint></itemComponent></itemDefinition>
        <itemDefinition name="tLate"><typeRef>date and time</typeRef><typeConstraint><text>> @"2021-01-01T00:00:00Z"</text></typeConstraint></itemDefinition>"#;
    for (kind, value, expect) in [
        ("tEven", "2", "2"),
        ("tEven", "3", "null"),
        ("tEven", "[2]", "2"),
        ("tThree", "[1,2,3]", "[1,2,3]"),
        ("tThree", "[1,2]", "null"),
        ("tThree", "[1,2,10]", "null"),
        ("tThree", "1", "null"),
        ("tOne", "2", "[2]"),
        ("tOne", "3", "null"),
        ("tOne", "[2,4]", "null"),
        ("tPeriod", "{from: 1, to: 2, days off: []}", r#"{"from":1,"to":2,"days off":[]}"#),
        ("tPeriod", "{from: 2, to: 1, days off: []}", "null"),
        ("tPeriod", "{from: 1, to: 5, days off: [2,3]}", r#"{"from":1,"to":5,"days off":[2,3]}"#),
        ("tPeriod", "{from: 1, to: 5, days off: [2,6]}", "null"),
        ("tPeriod", "{from: 1, to: 3, days off: [2,2]}", "null"),
        ("tLate", "@\"2021-01-02\" = @\"2021-01-02\"", "null"),
        ("tLate", "@\"2020-01-02\"", "null"),
    ] {
        let logic = literal(value).replacen('>', &format!(" typeRef=\"{kind}\">"), 1);
        check(types, &logic, expect);
    }
}

#[test]
fn parameters_of_functions_convert() {
    for (call, expect) in [
        ("(function(x: number) x)([1])", "1"),
        ("(function(x: number) x)([1,2])", "null"),
        ("(function(x: number) x)(\"a\")", "null"),
        ("(function(x: list<number>) x)(1)", "[1]"),
        ("(function(x: list<number>) x)(\"a\")", "null"),
        ("(function(x: list<string>) x)([1])", "null"),
        ("(function(x: date and time) string(x))(@\"2021-01-02\")", "\"2021-01-02T00:00:00Z\""),
        ("(function(x: number) x = null)(null)", "true"),
        ("(function(x) x)([1])", "[1]"),
    ] {
        check("", &literal(call), expect);
    }
}
