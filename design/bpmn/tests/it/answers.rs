//! Forms that were filled in, and what is wrong with how.

use bpmn::Form;
use feel::{Context, Timestamp, Value, json};

/// The faults of an answer to a form of these components, by field and kind.
#[track_caller]
fn check_seeing(components: &str, seen: &str, answer: &str, expect: &[&str]) {
    let text = format!(r#"{{"type": "default", "id": "f", "components": [{components}]}}"#);
    let form = Form::parse(&text).expect("the form is good");
    let read = |text: &str| match json::from_json(&serde_json::from_str(text).expect("JSON")) {
        Value::Context(context) => Context::clone(&context),
        _ => Context::new(),
    };
    let faults = form.faults(&read(seen), &read(answer), Timestamp(1_769_846_400_000));
    let told: Vec<String> =
        faults.iter().map(|fault| format!("{} {:?}", fault.field, fault.kind)).collect();
    assert_eq!(told, expect, "{components} answered {answer}");
    assert!(faults.iter().all(|fault| !fault.message.is_empty() && !fault.message.ends_with('.')));
}

#[track_caller]
fn check(components: &str, answer: &str, expect: &[&str]) {
    check_seeing(components, "{}", answer, expect);
}

#[test]
fn what_is_required_is_given() {
    for (kind, empty, full) in [
        ("textfield", r#""""#, r#""x""#),
        ("textarea", "null", r#"" ""#),
        ("number", "null", "0"),
        ("number", r#""""#, r#""0""#),
        ("checkbox", "false", "true"),
        ("datetime", "null", r#""2026-01-31""#),
        ("select", "null", r#""a""#),
        ("checklist", "[]", r#"["a"]"#),
        ("taglist", "null", r#"["a"]"#),
        ("filepicker", "[]", r#""files::1""#),
        ("rating", "null", "3"),
    ] {
        let field =
            format!(r#"{{"type": "{kind}", "key": "a", "validate": {{"required": true}}}}"#);
        check(&field, "{}", &["a Required"]);
        check(&field, &format!(r#"{{"a": {empty}}}"#), &["a Required"]);
        check(&field, &format!(r#"{{"a": {full}}}"#), &[]);
        let free = format!(r#"{{"type": "{kind}", "key": "a"}}"#);
        check(&free, "{}", &[]);
        check(&free, &format!(r#"{{"a": {empty}}}"#), &[]);
    }
}

#[test]
fn values_have_the_type_of_their_field() {
    for (field, good, bad) in [
        (r#""type": "textfield""#, &[r#""1""#][..], &["1", "true", r#"{"a": 1}"#][..]),
        (r#""type": "number""#, &["1", "-1.5", r#""2.50""#], &[r#""two""#, "true", "[1]"]),
        (r#""type": "checkbox""#, &["true"], &[r#""yes""#, "1"]),
        (
            r#""type": "datetime", "subtype": "date""#,
            &[r#""2024-02-29""#],
            &[r#""2023-02-29""#, "5"],
        ),
        (r#""type": "datetime", "subtype": "time""#, &[r#""12:30+01:00""#], &["5"]),
        (r#""type": "checklist""#, &["[1]"], &[r#""a""#]),
        (r#""type": "expression""#, &["1"], &[]),
    ] {
        let field = format!(r#"{{{field}, "key": "a"}}"#);
        for value in good {
            check(&field, &format!(r#"{{"a": {value}}}"#), &[]);
        }
        for value in bad {
            check(&field, &format!(r#"{{"a": {value}}}"#), &["a Type"]);
        }
    }
}

#[test]
fn bounds_hold_at_their_edge() {
    for (field, value, expect) in [
        (r#""number", "validate": {"min": 5, "max": 7}"#, "4.99", "BelowMin"),
        (r#""number", "validate": {"min": 5, "max": 7}"#, "5", ""),
        (r#""number", "validate": {"min": 5, "max": 7}"#, "7", ""),
        (r#""number", "validate": {"min": 5, "max": 7}"#, "7.01", "AboveMax"),
        (r#""number", "validate": {"min": "0"}"#, "-1", "BelowMin"),
        (r#""number", "validate": {"max": "=limit * 2"}"#, "20", ""),
        (r#""number", "validate": {"max": "=limit * 2"}"#, "21", "AboveMax"),
        (r#""number", "validate": {"max": "=nowhere"}"#, "21", ""),
        (r#""number", "decimalDigits": 2"#, "1.25", ""),
        (r#""number", "decimalDigits": 2"#, "1.250", ""),
        (r#""number", "decimalDigits": 2"#, "1.255", "Scale"),
        (r#""number", "decimalDigits": 0"#, "1.5", "Scale"),
        (r#""number", "increment": "0.05""#, "1.10", ""),
        (r#""number", "increment": "0.05""#, "1.11", "Step"),
        (r#""number", "increment": 0"#, "1.11", ""),
        (r#""textfield", "validate": {"minLength": 2, "maxLength": 3}"#, r#"" a ""#, "TooShort"),
        (r#""textfield", "validate": {"minLength": 2, "maxLength": 3}"#, r#""ab""#, ""),
        (r#""textfield", "validate": {"minLength": 2, "maxLength": 3}"#, r#"" abc ""#, ""),
        (
            r#""textfield", "validate": {"minLength": 2, "maxLength": 3}"#,
            r#""订单一号""#,
            "TooLong",
        ),
        (r#""textarea", "validate": {"maxLength": "=limit"}"#, r#""12345678901""#, "TooLong"),
        (r#""textfield", "validate": {"pattern": "^[A-Z]{2}[0-9]+$"}"#, r#""AB1""#, ""),
        (r#""textfield", "validate": {"pattern": "^[A-Z]{2}[0-9]+$"}"#, r#""AB""#, "Pattern"),
        (r#""textfield", "validate": {"pattern": "(?<!"}"#, r#""AB""#, ""),
        (r#""textfield", "validate": {"validationType": "email"}"#, r#""a@b.example""#, ""),
        (r#""textfield", "validate": {"validationType": "email"}"#, r#""a at b""#, "Email"),
        (r#""textfield", "validate": {"validationType": "phone"}"#, r#""+4930664040900""#, ""),
        (r#""textfield", "validate": {"validationType": "phone"}"#, r#""0306640""#, "Phone"),
    ] {
        let field = format!(r#"{{"type": {field}, "key": "a"}}"#);
        let expect = Some(format!("a {expect}")).filter(|_| !expect.is_empty());
        let expect: Vec<&str> = expect.as_deref().into_iter().collect();
        check_seeing(&field, r#"{"limit": 10}"#, &format!(r#"{{"a": {value}}}"#), &expect);
    }
}

#[test]
fn a_choice_is_one_of_the_options() {
    let values = r#""values": [{"label": "A", "value": "a"}, {"label": "1", "value": 1}]"#;
    for (field, value, good) in [
        (format!(r#""radio", {values}"#), r#""a""#, true),
        (format!(r#""radio", {values}"#), r#""b""#, false),
        (format!(r#""select", {values}"#), "1", true),
        (format!(r#""select", {values}"#), r#""1""#, false),
        (format!(r#""checklist", {values}"#), r#"["a", 1]"#, true),
        (format!(r#""taglist", {values}"#), r#"["a", "b"]"#, false),
        (r#""select", "valuesKey": "offered""#.to_owned(), r#""x""#, true),
        (r#""select", "valuesKey": "offered""#.to_owned(), r#""y""#, true),
        (r#""select", "valuesKey": "offered""#.to_owned(), r#""z""#, false),
        (r#""select", "valuesKey": "nowhere""#.to_owned(), r#""z""#, true),
        (r#""select", "valuesExpression": "=offered""#.to_owned(), r#""z""#, true),
    ] {
        let field = format!(r#"{{"type": {field}, "key": "a"}}"#);
        let expect: &[&str] = if good { &[] } else { &["a NotAnOption"] };
        let seen = r#"{"offered": ["x", {"label": "Y", "value": "y"}]}"#;
        check_seeing(&field, seen, &format!(r#"{{"a": {value}}}"#), expect);
    }
}

#[test]
fn what_is_hidden_or_closed_is_not_asked() {
    let why = r#"{"type": "textfield", "key": "why", "validate": {"required": true}, "conditional": {"hide": "=approved = true"}}"#;
    check(why, r#"{"approved": true}"#, &[]);
    check(why, r#"{"approved": false}"#, &["why Required"]);
    check(why, "{}", &["why Required"]);
    check_seeing(why, r#"{"approved": true}"#, "{}", &[]);
    check_seeing(why, r#"{"approved": true}"#, r#"{"approved": false}"#, &["why Required"]);
    let group = r#"{"type": "group", "conditional": {"hide": "=small"}, "components": [
        {"type": "group", "path": "more", "components": [
            {"type": "number", "key": "n", "validate": {"required": true}}]}]}"#;
    check(group, r#"{"small": true}"#, &[]);
    check(group, r#"{"small": false}"#, &["more.n Required"]);
    for closed in [r#""disabled": true"#, r#""readonly": true"#, r#""readonly": "=1 = 1""#] {
        check(
            &format!(
                r#"{{"type": "number", "key": "n", "validate": {{"required": true}}, {closed}}}"#
            ),
            r#"{"n": "x"}"#,
            &[],
        );
    }
    for broken in ["=", "=((", "=nowhere", "true", "=1 + 1", "=assert(false)"] {
        check(
            &format!(
                r#"{{"type": "number", "key": "n", "validate": {{"required": true}}, "conditional": {{"hide": "{broken}"}}}}"#
            ),
            "{}",
            &["n Required"],
        );
    }
}

#[test]
fn paths_lists_and_what_the_task_saw_are_followed() {
    let total = r#"{"type": "number", "key": "order.total", "validate": {"required": true}}"#;
    check(total, r#"{"order": {"total": 1}}"#, &[]);
    check(total, r#"{"order": {"other": 1}, "total": 1}"#, &["order.total Required"]);
    check(total, r#"{"order": 5}"#, &["order.total Required"]);
    check_seeing(total, r#"{"order": {"total": 1}}"#, "{}", &[]);
    check_seeing(
        total,
        r#"{"order": {"total": 1}}"#,
        r#"{"order": {}}"#,
        &["order.total Required"],
    );
    let lines = r#"{"type": "group", "path": "cart", "components": [
        {"type": "dynamiclist", "path": "lines", "components": [
            {"type": "textfield", "key": "sku", "validate": {"required": true}},
            {"type": "number", "key": "n", "validate": {"max": "=limit"},
             "conditional": {"hide": "=sku = \"free\" or i > 3"}}]}]}"#;
    check_seeing(
        lines,
        r#"{"limit": 5}"#,
        r#"{"cart": {"lines": [{"sku": "a", "n": 6}, {"n": 5}, {"sku": "free", "n": 9}, {"sku": "b", "n": 9}, 7]}}"#,
        &["cart.lines[0].n AboveMax", "cart.lines[1].sku Required", "cart.lines[4].sku Required"],
    );
    check(lines, r#"{"cart": {"lines": "all"}}"#, &["cart.lines Type"]);
    check(lines, "{}", &[]);
    check(total, r#"{"order": {"total": 1}, "anything": [1]}"#, &[]);
}
