//! The language through its public face: what an expression evaluates to, what it reads, and why it is refused.

use feel::{
    Budget, CompileError, Context, Dialect, Function, Options, Run, Timestamp, Value, WarningKind,
    compile, compile_unary_tests, json,
};

const NAMES: [&str; 4] = ["order", "first name", "a-b", "limit"];

fn scope() -> Context {
    let order = serde_json::json!({
        "number": 17,
        "lines": [
            {"product": {"name": "bolt", "available": 10}, "quantity": 4, "price": 2.5},
            {"product": {"name": "nut", "available": 1}, "quantity": 3, "price": 0.1}
        ],
        "close date": "2026-11-22"
    });
    let mut scope = Context::new();
    scope.insert("order", json::from_json(&order));
    scope.insert("first name", "Ada");
    scope.insert("a-b", Value::number(5));
    scope.insert("limit", Value::number(100));
    scope
}

fn run() -> Run {
    Run::new(Timestamp(1_700_000_000_000))
}

/// The value as text, with the codes of the warnings behind it; or why it does not compile.
fn evaluated(source: &str, dialect: Dialect, names: &[&str]) -> String {
    let mut run = run();
    match compile(source, &Options { dialect, names }) {
        Ok(expression) => {
            let value = expression.evaluate_in(&scope(), &mut run);
            let codes = run.warnings().iter().map(|warning| warning.kind.code());
            std::iter::once(value.to_string().as_str()).chain(codes).collect::<Vec<_>>().join(" !")
        }
        Err(error) => error.to_string(),
    }
}

fn check(cases: &[(&str, &str)]) {
    for (source, expect) in cases {
        assert_eq!(evaluated(source, Dialect::Camunda, &[]), *expect, "{source}");
    }
}

#[test]
fn operators_bind_as_the_standard_says() {
    check(&[
        ("1 + 2 * 3 - 4 / 2", "5"),
        ("2 ** 3 ** 2", "64"),
        ("-3 ** 2", "9"),
        ("(1 + 2) * 3", "9"),
        ("1 < 2 and 2 < 3 or null", "true"),
        ("\"a\" + \"b\"", "\"ab\""),
        ("10 - 2 - 3", "5"),
        ("5 between 1 and 10 and true", "true"),
        ("1 = 1.0", "true"),
        ("1 = \"1\"", "null !NOT_COMPARABLE"),
        ("1 + \"1\"", "null !INVALID_TYPE"),
        ("1 / 0", "null !INVALID_TYPE"),
    ]);
}

#[test]
fn logic_has_three_values() {
    check(&[
        ("true and null", "null"),
        ("false and null", "false"),
        ("null or true", "true"),
        ("null or false", "null"),
        ("not(null)", "null"),
        ("some x in [1, null] satisfies x > 0", "true"),
        ("every x in [1, null] satisfies x > 0", "null !NOT_COMPARABLE"),
        ("if null then 1 else 2", "2"),
        ("5 between 6 and null", "false !NOT_COMPARABLE"),
        ("5 between null and 4", "false !NOT_COMPARABLE"),
        ("5 between 4 and null", "null !NOT_COMPARABLE"),
        ("null between 1 and 2", "null !NOT_COMPARABLE !NOT_COMPARABLE"),
        ("5 in (> 6, null)", "false"),
        ("5 in (< \"a\", > 4)", "true !NOT_COMPARABLE"),
        ("5 in (< \"a\", > 6)", "null !NOT_COMPARABLE"),
        ("null in [1..2]", "null"),
        ("\"a\" in [1..2]", "null"),
        ("5 in [1..2]", "false"),
    ]);
}

#[test]
fn lists_and_contexts_are_filtered_and_projected() {
    check(&[
        ("order.lines[quantity > 3].product.name", "[\"bolt\"]"),
        ("order.lines[item.quantity > product.available].product.name", "[\"nut\"]"),
        ("order.lines[1].product.name", "\"bolt\""),
        ("order.lines[-1].quantity", "3"),
        ("order.lines[3]", "null !NO_CONTEXT_ENTRY_FOUND"),
        ("sum(for line in order.lines return line.quantity * line.price)", "10.3"),
        ("for x in 1..3, y in [10, 20] return x * y", "[10, 20, 20, 40, 30, 60]"),
        ("for i in 0..4 return if i = 0 then 1 else i * partial[-1]", "[1, 1, 2, 6, 24]"),
        ("every line in order.lines satisfies line.product.available >= line.quantity", "false"),
        ("{a: 1, b: a + 1}.b", "2"),
        ("order.close date", "\"2026-11-22\""),
        ("[1, [2, 3]] = [1, [2, 3]]", "true"),
        ("{a: 1, b: 2} = {b: 2, a: 1}", "true"),
        ("5 in (1, [4..6])", "true"),
        ("order.missing.deeper", "null !NO_CONTEXT_ENTRY_FOUND !NO_CONTEXT_ENTRY_FOUND"),
    ]);
}

#[test]
fn functions_are_values() {
    check(&[
        ("sort([3, 1, 2], function(a, b) a > b)", "[3, 2, 1]"),
        ("{double: function(x: number) x * 2, r: double(21)}.r", "42"),
        ("{f: function(n) if n < 2 then 1 else n * f(n - 1), r: f(20)}.r", "2432902008176640000"),
        ("{y: 3, f: function(x) x + y + limit, r: f(1)}.r", "104"),
        ("{f: function(x: number) x, r: f(\"a\")}.r", "null !INVALID_TYPE"),
        ("substring(string: \"hello\", start position: 2, length: 3)", "\"ell\""),
        ("substring(text: \"hello\")", "null !NO_FUNCTION_FOUND"),
        ("no such thing(1)", "null !NO_VARIABLE_FOUND !NO_FUNCTION_FOUND"),
        ("get or else(missing, 5)", "5 !NO_VARIABLE_FOUND"),
        ("is defined(missing)", "false"),
        ("is defined(order.lines)", "true"),
    ]);
}

#[test]
fn dates_have_properties_and_arithmetic() {
    check(&[
        ("@\"2026-11-22\".weekday", "7"),
        ("date(\"2024-01-31\") + duration(\"P1M\")", "2024-02-29"),
        (
            "date and time(\"2026-01-01T00:00:00Z\") - date and time(\"2025-12-31T00:00:00Z\")",
            "P1D",
        ),
        ("time(\"23:30:00\") + duration(\"PT1H\")", "00:30:00"),
        ("duration(\"P1D\") / 2", "PT12H"),
        ("years and months duration(date(\"2020-02-29\"), date(\"2024-02-28\"))", "P3Y11M"),
        ("now()", "2023-11-14T22:13:20Z"),
        ("today() > date(\"2023-11-01\")", "true"),
        ("@\"2023-02-30\"", "null !FUNCTION_INVOCATION_FAILURE"),
    ]);
}

#[test]
fn names_of_the_standard_hold_blanks_and_operators() {
    let cases = [
        ("first name + \"!\"", "\"Ada!\""),
        ("a-b + 1", "6"),
        ("a - b", "5"),
        ("for my item in [1, 2] return my item + 1", "[2, 3]"),
        ("{full name: first name, x: full name}.x", "\"Ada\""),
        ("{a+b: 1, c: a+b}.c", "1"),
        ("order.close date", "\"2026-11-22\""),
    ];
    for (source, expect) in cases {
        assert_eq!(evaluated(source, Dialect::Standard, &NAMES), expect, "{source}");
    }
    check(&[("`first name`", "\"Ada\"")]);
}

#[test]
fn unary_tests_match_an_input() {
    let cases = [
        ("-", 1, "true"),
        ("1, 2", 2, "true"),
        ("> 5", 5, "false"),
        ("[5..10)", 5, "true"),
        ("not(1, 2)", 2, "false"),
        ("? > limit", 101, "true"),
        ("? * 2 = 10 or ? = 1", 5, "true"),
        ("limit", 100, "true"),
        ("[1, 2, 3]", 2, "true"),
        ("< limit, = 200", 200, "true"),
        ("\"a\"", 1, "null"),
    ];
    for (source, input, expect) in cases {
        let tests = compile_unary_tests(source, &Options::default()).unwrap();
        let found = tests.matches_in(&Value::number(input), &scope(), &mut run());
        assert_eq!(found.to_string(), expect, "{source} for {input}");
    }
}

#[test]
fn every_path_that_is_read_is_known() {
    let cases: [(&str, &[&str], &[&str]); 8] = [
        ("record.account.name + x", &["record", "x"], &["record.account.name", "x"]),
        (
            "every line in record.lines satisfies line.product.available >= line.quantity",
            &["record"],
            &["record.lines.product.available", "record.lines.quantity"],
        ),
        ("count(record.lines)", &["record"], &["record.lines"]),
        (
            "record.lines[item.quantity > 1]",
            &["record"],
            &["record.lines", "record.lines.quantity"],
        ),
        (
            "record.lines[quantity > 1].price",
            &["record", "quantity"],
            &["quantity", "record.lines.price", "record.lines.quantity"],
        ),
        ("for i in record.lines return 1", &["record"], &["record.lines"]),
        ("{a: record.owner, b: a.name}.b", &["record"], &["record.owner", "record.owner.name"]),
        ("function(x) x + record.amount", &["record"], &["record.amount"]),
    ];
    for (source, inputs, paths) in cases {
        let expression = compile(source, &Options::default()).unwrap();
        let found: Vec<&str> = expression.inputs().iter().map(AsRef::as_ref).collect();
        assert_eq!(found, inputs, "inputs of {source}");
        let found: Vec<String> = expression.paths().iter().map(ToString::to_string).collect();
        assert_eq!(found, paths, "paths of {source}");
    }
}

#[test]
fn where_all_names_are_declared_a_filter_reads_no_others() {
    let options = Options { names: &["record"], ..Options::default() };
    let expression = compile("record.lines[quantity > 1].price", &options).unwrap();
    let paths: Vec<String> = expression.paths().iter().map(ToString::to_string).collect();
    assert_eq!(paths, ["record.lines.price", "record.lines.quantity"]);
    assert_eq!(expression.inputs().len(), 1);
}

#[test]
fn a_wrong_text_is_refused_with_its_place() {
    check(&[
        ("", "expected an expression, found the end (at 0)"),
        ("1 +", "expected an expression, found the end (at 3)"),
        ("(1", "expected `)`, found the end (at 2)"),
        ("[1, 2", "expected `]`, found the end (at 5)"),
        ("{a 1}", "expected a name and `:`, found `a` (at 1)"),
        ("if a then b", "expected `else`, found the end (at 11)"),
        ("1 ~ 2", "expected the end, found `~` (at 2)"),
        ("\"open", "the string has no end; write a quotation mark behind it (at 0)"),
        ("/* open", "the comment has no end; write `*/` behind it (at 0)"),
        (
            "first name",
            "`first name` has blanks; write it in backticks, or an operator between the words (at 0)",
        ),
        ("? > 1", "`?` has a value in unary tests only; name the variable (at 0)"),
    ]);
}

fn refused(source: &str) -> CompileError {
    let options = Options::default();
    compile_unary_tests(source, &options).expect_err("hostile unary tests");
    compile(source, &options).expect_err("hostile text")
}

#[test]
fn hostile_texts_are_refused_without_harm() {
    let many = 100_000;
    for (open, close) in
        [("(", ")"), ("[", "]"), ("{a:", "}"), ("-", ""), ("not(", ")"), ("x[", "]")]
    {
        refused(&format!("{}1{}", open.repeat(many), close.repeat(many)));
        refused(&open.repeat(many));
    }
    for part in
        ["if a then b else ", "for x in ", "x in (", "function(a) ", "1 in (1 in ", "a.b", "f(g:"]
    {
        refused(&part.repeat(many));
    }
    refused(&format!("a{}", ".b".repeat(many)));
    refused(&format!("a{}", "[1]".repeat(many)));
    refused(&format!("a{}", "()".repeat(many)));
    refused(&format!("1 {}", "= 1 ".repeat(many)));
    refused(&format!("x instance of {}", "list<".repeat(many)));
    refused(&"a".repeat(2_000_000));
}

#[test]
fn long_flat_chains_are_no_problem() {
    let sum = format!("0{}", " + 1".repeat(50_000));
    assert_eq!(evaluated(&sum, Dialect::Camunda, &[]), "50000");
    let any = format!("false{}", " or false".repeat(50_000));
    assert_eq!(evaluated(&any, Dialect::Camunda, &[]), "false");
}

#[test]
fn the_deepest_allowed_text_fits_the_stack() {
    let deep = format!("{}1{}", "(".repeat(62), ")".repeat(62));
    assert_eq!(evaluated(&deep, Dialect::Camunda, &[]), "1");
    let deep = format!("{}1{}", "[".repeat(62), "]".repeat(62));
    assert_eq!(evaluated(&deep, Dialect::Camunda, &[]), deep);
}

#[test]
fn a_budget_stops_what_would_not_end() {
    let cases = [
        ("{f: function(n) f(n + 1), r: f(0)}.r", "the evaluation is nested too deeply"),
        (
            "for a in 1..1000, b in 1..1000, c in 1..1000 return 1",
            "a list of more than 100000 items",
        ),
        (
            "some a in 1..100000, b in 1..100000 satisfies a < b - 200000",
            "the evaluation takes too many steps",
        ),
        ("for i in 1..100000 return [partial[-1]]", "a value of more than 100 levels"),
        ("for i in 1..100000 return {a: partial[-1]}", "a value of more than 100 levels"),
        ("for i in 1..100000 return function() partial[-1]", "a value of more than 4000000 parts"),
        (
            "{f: function(n) [n][some x in [1] satisfies f(n + 1)], r: f(0)}.r",
            "the evaluation is nested too deeply",
        ),
        (
            "{f: function(n) {a: for x in [1] return {b: f(n + 1)}}, r: f(0)}.r",
            "the evaluation is nested too deeply",
        ),
        (
            "{f: function(a, b) sort([2, 1], f), r: f(1, 2)}.r",
            "the evaluation is nested too deeply",
        ),
        ("{f: function(n) n in (f(n), ? > 2), r: f(1)}.r", "the evaluation is nested too deeply"),
        ("{f: function(n) 1 + -f(n: n) * 2, r: f(1)}.r", "the evaluation is nested too deeply"),
        ("count(for i in 1..1000000000000 return i)", "a list of more than 100000 items"),
        (
            "{f: function(s, n) if n = 0 then s else f(s + s, n - 1), r: f(\"0123456789\", 30)}.r",
            "a string of more than 1000000 bytes",
        ),
    ];
    for (source, message) in cases {
        let mut run = run();
        let expression = compile(source, &Options::default()).unwrap();
        assert_eq!(expression.evaluate(&[], &mut run), Value::Null, "{source}");
        let failure = run.failure().unwrap_or_else(|| panic!("{source} stops"));
        assert_eq!(
            (failure.kind, failure.message.as_str()),
            (WarningKind::BudgetExceeded, message),
            "{source}"
        );
    }
    let mut run = run().budget(Budget { steps: 10, ..Budget::default() });
    compile("for i in 1..100 return i", &Options::default()).unwrap().evaluate(&[], &mut run);
    assert!(run.failure().is_some());
}

#[test]
fn a_failed_assertion_stops_the_evaluation() {
    let mut run = run();
    let expression =
        compile("{a: assert(1, 1 > 2, \"too small\"), b: 2}", &Options::default()).unwrap();
    assert_eq!(expression.evaluate(&[], &mut run), Value::Null);
    assert_eq!(run.failure().map(|failure| failure.message.as_str()), Some("too small"));
}

#[test]
fn the_host_can_provide_functions() {
    let double = Function::native(["x"], |arguments, _| {
        arguments.first().and_then(Value::as_number).and_then(|x| x.checked_add(x)).into()
    });
    let scope: Context = [("double", Value::from(double))].into_iter().collect();
    for (source, expect) in [("double(4)", "8"), ("double(x: 5)", "10"), ("double(1, 2)", "null")] {
        let expression = compile(source, &Options::default()).unwrap();
        assert_eq!(expression.evaluate_in(&scope, &mut run()).to_string(), expect, "{source}");
    }
}

#[test]
fn the_same_seed_gives_the_same_random_values() {
    let draw = |seed: u64| {
        let expression = compile("[random number(), uuid()]", &Options::default()).unwrap();
        expression.evaluate(&[], &mut run().seed(seed)).to_string()
    };
    assert_eq!(draw(1), draw(1));
    assert_ne!(draw(1), draw(2));
}

#[test]
fn a_value_survives_its_stored_form() {
    let sources = [
        "null",
        "[1, 2.50, \"x\", true, {a: [null]}]",
        "[@\"2026-11-22\", @\"10:30:00@Europe/Paris\", @\"2026-11-22T10:30:00+01:00\", @\"P1DT2H\", @\"-P1Y\"]",
        "[[1..5), (< 7), (@\"2026-01-01\"..@\"2026-12-31\"), (= 7), (!= 7)]",
    ];
    for source in sources {
        let value = compile(source, &Options::default()).unwrap().evaluate(&[], &mut run());
        let bytes = postcard::to_allocvec(&value).unwrap();
        assert_eq!(postcard::from_bytes::<Value>(&bytes).unwrap(), value, "{source}");
        let text = serde_json::to_string(&value).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value, "{source}");
    }
}

#[test]
fn numbers_pass_through_json_exactly() {
    let text = r#"{"a":0.1,"b":9007199254740993,"c":[1e2,-3],"d":"2026-11-22"}"#;
    let value = json::from_json(&serde_json::from_str(text).unwrap());
    assert_eq!(
        value.to_string(),
        r#"{a: 0.1, b: 9007199254740993, c: [100, -3], d: "2026-11-22"}"#
    );
    let back = json::to_json(&value).to_string();
    assert_eq!(back, r#"{"a":0.1,"b":9007199254740993,"c":[100,-3],"d":"2026-11-22"}"#);
    let long = Value::Number("0.1234567890123456789".parse().unwrap());
    assert_eq!(json::to_json(&long), serde_json::json!("0.1234567890123456789"));
}
