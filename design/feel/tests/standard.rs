//! The standard's dialect, rule by rule of the grammar (DMN 1.5, 10.3.1.2) and function by function of the built-in ones
//! (10.3.4), each called by position and by the names of its parameters.

use std::collections::BTreeSet;

use feel::{Dialect, Options, Run, Timestamp, Value, builtins, compile, compile_unary_tests};

const OPTIONS: Options<'_> = Options {
    dialect: Dialect::Standard,
    names: &["Monthly Salary", "rate-of/interest", "a", "O'Neil"],
};

fn evaluated(source: &str) -> String {
    let names = OPTIONS.names.iter().zip([12_i64, 3, 7, 5]);
    let scope = names.map(|(name, value)| (*name, Value::number(value))).collect();
    match compile(source, &OPTIONS) {
        Ok(expression) => {
            let mut run = Run::new(Timestamp(1_700_000_000_000));
            expression.evaluate_in(&scope, &mut run).to_string()
        }
        Err(error) => error.to_string(),
    }
}

#[test]
fn every_rule_of_the_grammar_is_read() {
    for (rule, source, expect) in [
        ("textual expression", "1 + 1", "2"),
        ("arithmetic: addition, subtraction", "1 + 2 - 4", "-1"),
        ("arithmetic: multiplication, division", "6 / 4 * 2", "3"),
        ("arithmetic: exponentiation", "2 ** 3 ** 2", "64"),
        ("arithmetic negation", "-a + --a", "0"),
        ("simple positive unary test: operator and endpoint", "7 in > 5", "true"),
        ("simple positive unary test: equal", "7 in (= 7)", "true"),
        ("simple positive unary test: not equal", "7 in (!= 7)", "false"),
        ("interval: closed", "7 in [7..8]", "true"),
        ("interval: open by parentheses", "7 in (7..8)", "false"),
        ("interval: open by brackets", "7 in ]7..8[", "false"),
        ("interval: half open", "[8 in (7..8], 7 in [7..8)]", "[true, true]"),
        ("interval: endpoints are expressions", "7 in [a - 1..a * 2]", "true"),
        (
            "interval: endpoints of dates",
            "@\"2026-11-22\" in [@\"2026-01-01\"..@\"2026-12-31\"]",
            "true",
        ),
        ("positive unary tests", "7 in (< 3, [7..8], 10)", "true"),
        ("qualified name", "{x: {y: {z: 1}}}.x.y.z", "1"),
        ("name: blanks", "Monthly Salary + 1", "13"),
        ("name: additional symbols", "rate-of/interest * 2", "6"),
        ("name: apostrophe", "O'Neil", "5"),
        ("name: beyond ASCII", "{Größe: 1, 数量: 2}.数量", "2"),
        ("string literal", "\"a\\\"b\\\\c\\n\\u0041\\U01F40E\"", "\"a\\\"b\\\\c\\nA\u{1F40E}\""),
        ("boolean literal", "[true, false]", "[true, false]"),
        ("null literal", "null", "null"),
        ("numeric literal", "[1, 1.5, .5, 1e3, 1.5E-2]", "[1, 1.5, 0.5, 1000, 0.015]"),
        ("date time literal", "@\"2026-11-22\".year", "2026"),
        ("date time literal: time", "@\"10:30:00\".hour", "10"),
        ("date time literal: date and time", "@\"2026-11-22T10:30:00Z\".minute", "30"),
        ("date time literal: durations", "[@\"P1DT2H\".hours, @\"P1Y2M\".months]", "[2, 2]"),
        ("date time literal: zone", "@\"10:30:00@Europe/Paris\".timezone", "\"Europe/Paris\""),
        ("function invocation: positional parameters", "substring(\"foobar\", 4)", "\"bar\""),
        (
            "function invocation: named parameters",
            "substring(start position: 4, string: \"foobar\")",
            "\"bar\"",
        ),
        ("function invocation: of a path", "{f: function(x) x + 1}.f(1)", "2"),
        ("function invocation: of a result", "(function(x) function(y) x - y)(5)(2)", "3"),
        ("path expression: of a list", "[{b: 1}, {b: 2}].b", "[1, 2]"),
        ("for expression", "for x in [1, 2] return x * 2", "[2, 4]"),
        (
            "for expression: several contexts",
            "for x in [1, 2], y in [x, 3] return x * y",
            "[1, 3, 4, 6]",
        ),
        ("for expression: iteration range", "for x in 3..1 return x", "[3, 2, 1]"),
        (
            "for expression: days",
            "for d in @\"2026-01-31\"..@\"2026-02-01\" return d.day",
            "[31, 1]",
        ),
        (
            "for expression: partial",
            "for i in 0..4 return if i = 0 then 1 else i * partial[-1]",
            "[1, 1, 2, 6, 24]",
        ),
        ("if expression", "if 1 > 2 then \"x\" else if null then \"y\" else \"z\"", "\"z\""),
        (
            "quantified expression: some",
            "some x in [1, 2], y in [2, 3] satisfies x + y > 4",
            "true",
        ),
        ("quantified expression: every", "every x in [1, 2] satisfies x > 1", "false"),
        ("disjunction, conjunction", "false or true and null", "null"),
        (
            "comparison",
            "[1 = 1, 1 != 1, 1 < 2, 1 <= 1, 1 > 2, 1 >= 2]",
            "[true, false, true, true, false, false]",
        ),
        ("comparison: between", "5 between 1 and 10 and 2 between 3 and 4", "false"),
        ("comparison: in one test", "5 in [1, 5]", "true"),
        ("filter expression: condition", "[1, 2, 3][item > 1]", "[2, 3]"),
        ("filter expression: index", "[1, 2, 3][-1]", "3"),
        ("filter expression: of contexts", "[{b: 1}, {b: 2}][b > 1]", "[{b: 2}]"),
        ("filter expression: of a single value", "7[item > 1]", "[7]"),
        (
            "instance of: simple types",
            "[1 instance of number, \"\" instance of string, null instance of Any]",
            "[true, true, false]",
        ),
        (
            "instance of: dates",
            "[@\"2026-01-01\" instance of date, @\"P1D\" instance of days and time duration]",
            "[true, true]",
        ),
        (
            "instance of: list",
            "[[1] instance of list<number>, [\"\"] instance of list<number>]",
            "[true, false]",
        ),
        ("instance of: context", "{b: 1} instance of context<b: number>", "true"),
        ("instance of: range", "[1..2] instance of range<number>", "true"),
        (
            "instance of: function",
            "(function(x: number) x) instance of function<number>->Any",
            "true",
        ),
        ("boxed expression: list", "[1, [2], []]", "[1, [2], []]"),
        ("boxed expression: context", "{\"a key\": 1, b: 2 + 1}", "{a key: 1, b: 3}"),
        ("boxed expression: entries see those before", "{b: 1, c: b + 1}.c", "2"),
        (
            "function definition: types",
            "(function(x: number, y: list<string>) count(y) + x)(1, [\"a\"])",
            "2",
        ),
        (
            "function definition: external",
            "(function(x) external {java: {class: \"java.lang.Math\", method signature: \"cos(double)\"}})(0)",
            "1",
        ),
        ("comments", "1 /* one */ + // and\n 2", "3"),
        ("white space", "1\u{a0}+\u{2003}1\t\n", "2"),
    ] {
        assert_eq!(evaluated(source), expect, "{rule}: {source}");
    }
}

#[test]
fn every_form_of_unary_tests_is_read() {
    for (tests, input, expect) in [
        ("-", "1", "true"),
        ("5", "5", "true"),
        ("< 5, > 7", "8", "true"),
        ("not(5)", "5", "false"),
        ("not(< 5, [7..8])", "6", "true"),
        ("[5..6)", "6", "false"),
        ("\"x\", \"y\"", "\"y\"", "true"),
        ("? > 4 and ? < 6", "5", "true"),
        ("even(?)", "4", "true"),
        ("[1, 5]", "5", "true"),
        ("null", "null", "true"),
        ("!= 5", "5", "false"),
        ("= 5", "5", "true"),
        ("> a", "8", "true"),
    ] {
        let mut run = Run::new(Timestamp(0));
        let scope = [("a", Value::number(7))].into_iter().collect();
        let input = compile(input, &OPTIONS).unwrap().evaluate(&[], &mut run);
        let cell = compile_unary_tests(tests, &OPTIONS).unwrap();
        assert_eq!(cell.matches_in(&input, &scope, &mut run).to_string(), expect, "{tests}");
    }
}

/// By position, by name where that may differ, result.
type Row = (&'static str, &'static str, &'static str);

const CONVERSION: &[Row] = &[
    ("date(\"2012-12-25\")", "date(from: \"2012-12-25\")", "2012-12-25"),
    ("date(2012, 12, 25)", "date(day: 25, month: 12, year: 2012)", "2012-12-25"),
    (
        "date and time(\"2012-12-24T23:59:00\")",
        "date and time(from: \"2012-12-24T23:59:00\")",
        "2012-12-24T23:59:00",
    ),
    (
        "date and time(@\"2012-12-24\", @\"23:59:00Z\")",
        "date and time(time: @\"23:59:00Z\", date: @\"2012-12-24\")",
        "2012-12-24T23:59:00Z",
    ),
    ("time(\"23:59:00z\")", "time(from: \"23:59:00z\")", "23:59:00Z"),
    (
        "time(23, 59, 0, @\"PT1H\")",
        "time(hour: 23, minute: 59, second: 0, offset: @\"PT1H\")",
        "23:59:00+01:00",
    ),
    (
        "number(\"1 000,5\", \" \", \",\")",
        "number(from: \"1 000,5\", grouping separator: \" \", decimal separator: \",\")",
        "1000.5",
    ),
    ("string(1.1)", "string(from: 1.1)", "\"1.1\""),
    ("duration(\"P2DT20H14M\")", "duration(from: \"P2DT20H14M\")", "P2DT20H14M"),
    (
        "years and months duration(@\"2011-12-22\", @\"2013-08-24\")",
        "years and months duration(to: @\"2013-08-24\", from: @\"2011-12-22\")",
        "P1Y8M",
    ),
    ("range(\"[18..21)\")", "range(from: \"[18..21)\")", "[18..21)"),
];

const BOOLEANS: &[Row] = &[
    ("not(true)", "not(negand: true)", "false"),
    (
        "is(@\"23:00:50Z\", @\"23:00:50\")",
        "is(value1: @\"23:00:50Z\", value2: @\"23:00:50\")",
        "false",
    ),
];

const STRINGS: &[Row] = &[
    (
        "substring(\"foobar\", 3, 3)",
        "substring(length: 3, string: \"foobar\", start position: 3)",
        "\"oba\"",
    ),
    (
        "substring(\"\\U01F40Eab\", 2)",
        "substring(string: \"\\U01F40Eab\", start position: 2)",
        "\"ab\"",
    ),
    ("string length(\"\\U01F40Eab\")", "string length(string: \"\\U01F40Eab\")", "3"),
    ("upper case(\"aBc4\")", "upper case(string: \"aBc4\")", "\"ABC4\""),
    ("lower case(\"aBc4\")", "lower case(string: \"aBc4\")", "\"abc4\""),
    (
        "substring before(\"foobar\", \"bar\")",
        "substring before(string: \"foobar\", match: \"bar\")",
        "\"foo\"",
    ),
    (
        "substring after(\"foobar\", \"ob\")",
        "substring after(string: \"foobar\", match: \"ob\")",
        "\"ar\"",
    ),
    (
        "replace(\"abcd\", \"(ab)|(a)\", \"[1=$1][2=$2]\")",
        "replace(input: \"abcd\", pattern: \"(ab)|(a)\", replacement: \"[1=$1][2=$2]\")",
        "\"[1=ab][2=]cd\"",
    ),
    (
        "replace(\"aBc\", \"b\", \"x\", \"i\")",
        "replace(input: \"aBc\", pattern: \"b\", replacement: \"x\", flags: \"i\")",
        "\"axc\"",
    ),
    ("contains(\"foobar\", \"of\")", "contains(match: \"of\", string: \"foobar\")", "false"),
    ("starts with(\"foobar\", \"fo\")", "starts with(match: \"fo\", string: \"foobar\")", "true"),
    ("ends with(\"foobar\", \"r\")", "ends with(match: \"r\", string: \"foobar\")", "true"),
    (
        "matches(\"foobar\", \"^FO*b\", \"i\")",
        "matches(input: \"foobar\", pattern: \"^FO*b\", flags: \"i\")",
        "true",
    ),
    (
        "split(\"John Doe\", \"\\\\s\")",
        "split(string: \"John Doe\", delimiter: \"\\\\s\")",
        "[\"John\", \"Doe\"]",
    ),
    (
        "string join([\"a\", null, \"c\"], \"_and_\")",
        "string join(list: [\"a\", null, \"c\"], delimiter: \"_and_\")",
        "\"a_and_c\"",
    ),
];

const LISTS: &[Row] = &[
    ("list contains([1, null], null)", "list contains(list: [1, null], element: null)", "true"),
    (
        "list replace([2, 4, 7, 8], 3, 6)",
        "list replace(list: [2, 4, 7, 8], position: 3, newItem: 6)",
        "[2, 4, 6, 8]",
    ),
    (
        "list replace([2, 4, 7, 8], function(item, newItem) item < newItem, 5)",
        "list replace(list: [2, 4, 7, 8], match: function(item, newItem) item < newItem, newItem: 5)",
        "[5, 5, 7, 8]",
    ),
    ("count([1, 2, null])", "count(list: [1, 2, null])", "3"),
    ("min([3, 1, 2])", "min(list: [3, 1, 2])", "1"),
    ("max(3, 1, 2)", "max(list: [3, 1, 2])", "3"),
    ("sum([1, 2, 3])", "sum(list: [1, 2, 3])", "6"),
    ("mean(1, 2, 3)", "mean(list: [1, 2, 3])", "2"),
    ("all([true, null, false])", "all(list: [true, null, false])", "false"),
    ("any([false, null, true])", "any(list: [false, null, true])", "true"),
    (
        "sublist([4, 5, 6], 1, 2)",
        "sublist(list: [4, 5, 6], start position: 1, length: 2)",
        "[4, 5]",
    ),
    ("append([1], 2, 3)", "", "[1, 2, 3]"),
    ("append([1], 2)", "append(list: [1], item: 2)", "[1, 2]"),
    ("concatenate([1, 2], [3])", "", "[1, 2, 3]"),
    (
        "insert before([1, 3], 1, 2)",
        "insert before(list: [1, 3], position: 1, newItem: 2)",
        "[2, 1, 3]",
    ),
    ("remove([1, 2, 3], 2)", "remove(list: [1, 2, 3], position: 2)", "[1, 3]"),
    ("reverse([1, 2, 3])", "reverse(list: [1, 2, 3])", "[3, 2, 1]"),
    ("index of([1, 2, 3, 2], 2)", "index of(list: [1, 2, 3, 2], match: 2)", "[2, 4]"),
    ("union([1, 2], [2, 3])", "", "[1, 2, 3]"),
    ("distinct values([1, 2, 3, 2, 1])", "distinct values(list: [1, 2, 3, 2, 1])", "[1, 2, 3]"),
    ("flatten([[1, 2], [[3]], 4])", "flatten(list: [[1, 2], [[3]], 4])", "[1, 2, 3, 4]"),
    ("product(2, 3, 4)", "product(list: [2, 3, 4])", "24"),
    ("median(8, 2, 5, 3, 4)", "median(list: [8, 2, 5, 3, 4])", "4"),
    ("stddev(2, 4, 7, 5)", "stddev(list: [2, 4, 7, 5])", "2.081665999466132735282297706979931"),
    ("mode(6, 3, 9, 6, 6)", "mode(list: [6, 3, 9, 6, 6])", "[6]"),
    (
        "sort([3, 1, 4], function(x, y) x < y)",
        "sort(list: [3, 1, 4], precedes: function(x, y) x < y)",
        "[1, 3, 4]",
    ),
];

const NUMBERS: &[Row] = &[
    ("decimal(1.5, 0)", "decimal(n: 1.5, scale: 0)", "2"),
    ("floor(-1.56, 1)", "floor(n: -1.56, scale: 1)", "-1.6"),
    ("ceiling(-1.5)", "ceiling(n: -1.5)", "-1"),
    ("round up(5.5, 0)", "round up(n: 5.5, scale: 0)", "6"),
    ("round down(-5.5, 0)", "round down(n: -5.5, scale: 0)", "-5"),
    ("round half up(-2.5, 0)", "round half up(n: -2.5, scale: 0)", "-3"),
    ("round half down(5.5, 0)", "round half down(n: 5.5, scale: 0)", "5"),
    ("abs(@\"-PT5H\")", "abs(n: @\"-PT5H\")", "PT5H"),
    ("modulo(-12, 5)", "modulo(dividend: -12, divisor: 5)", "3"),
    ("sqrt(16)", "sqrt(number: 16)", "4"),
    ("decimal(log(10), 8)", "decimal(n: log(number: 10), scale: 8)", "2.30258509"),
    ("log(1)", "log(number: 1)", "0"),
    ("exp(0)", "exp(number: 0)", "1"),
    ("odd(5)", "odd(number: 5)", "true"),
    ("even(5)", "even(number: 5)", "false"),
];

const DATES: &[Row] = &[
    ("day of year(@\"2019-09-17\")", "day of year(date: @\"2019-09-17\")", "260"),
    ("day of week(@\"2019-09-17\")", "day of week(date: @\"2019-09-17\")", "\"Tuesday\""),
    ("month of year(@\"2019-09-17\")", "month of year(date: @\"2019-09-17\")", "\"September\""),
    ("week of year(@\"2005-01-01\")", "week of year(date: @\"2005-01-01\")", "53"),
    ("now()", "", "2023-11-14T22:13:20Z"),
    ("today()", "", "2023-11-14"),
];

const CONTEXTS: &[Row] = &[
    (
        "get value({key1: \"value1\"}, \"key1\")",
        "get value(m: {key1: \"value1\"}, key: \"key1\")",
        "\"value1\"",
    ),
    ("get entries({k: 1})", "get entries(m: {k: 1})", "[{key: \"k\", value: 1}]"),
    ("context([{key: \"a\", value: 1}])", "context(entries: [{key: \"a\", value: 1}])", "{a: 1}"),
    (
        "context put({x: 1}, \"y\", 2)",
        "context put(context: {x: 1}, key: \"y\", value: 2)",
        "{x: 1, y: 2}",
    ),
    (
        "context put({x: {y: 0}}, [\"x\", \"y\"], 2)",
        "context put(context: {x: {y: 0}}, keys: [\"x\", \"y\"], value: 2)",
        "{x: {y: 2}}",
    ),
    (
        "context merge([{x: 1}, {x: 2, y: 3}])",
        "context merge(contexts: [{x: 1}, {x: 2, y: 3}])",
        "{x: 2, y: 3}",
    ),
];

const RANGES: &[Row] = &[
    ("before(1, 10)", "before(point1: 1, point2: 10)", "true"),
    ("before([1..5), [5..10])", "before(range1: [1..5), range2: [5..10])", "true"),
    ("after(10, [1..10))", "after(point: 10, range: [1..10))", "true"),
    ("after([5..10], 12)", "after(range: [5..10], point: 12)", "false"),
    ("meets([1..5], [5..10])", "meets(range1: [1..5], range2: [5..10])", "true"),
    ("met by([5..10], [1..5))", "met by(range1: [5..10], range2: [1..5))", "false"),
    ("before([1..5], 6)", "before(range: [1..5], point: 6)", "true"),
    ("overlaps([1..5], [3..8])", "overlaps(range1: [1..5], range2: [3..8])", "true"),
    ("overlaps before([1..5], (5..8])", "overlaps before(range1: [1..5], range2: (5..8])", "false"),
    ("overlaps after([4..10], [1..5])", "overlaps after(range1: [4..10], range2: [1..5])", "true"),
    ("finishes(10, [1..10])", "finishes(point: 10, range: [1..10])", "true"),
    ("finished by([1..10], [5..10])", "finished by(range1: [1..10], range2: [5..10])", "true"),
    ("includes([1..10], 5)", "includes(point: 5, range: [1..10])", "true"),
    ("during(5, [1..10])", "during(range: [1..10], point: 5)", "true"),
    ("starts(1, [1..10])", "starts(point: 1, range: [1..10])", "true"),
    ("started by([1..10], [1..5])", "started by(range1: [1..10], range2: [1..5])", "true"),
    ("coincides([1..5], [1..5])", "coincides(range1: [1..5], range2: [1..5])", "true"),
];

/// What the standard lacks; both dialects know these.
const CAMUNDA: [&str; 21] = [
    "and",
    "or",
    "put",
    "put all",
    "duplicate values",
    "is empty",
    "partition",
    "random number",
    "trim",
    "extract",
    "is blank",
    "last day of month",
    "is defined",
    "get or else",
    "assert",
    "uuid",
    "to base64",
    "from base64",
    "to json",
    "from json",
    "fromAi",
];

#[test]
fn every_function_of_the_standard_is_called_by_position_and_by_name() {
    let tables = [CONVERSION, BOOLEANS, STRINGS, LISTS, NUMBERS, DATES, CONTEXTS, RANGES];
    let mut called: BTreeSet<&str> = CAMUNDA.into_iter().collect();
    for (by_position, by_name, expect) in tables.into_iter().flatten() {
        assert_eq!(evaluated(by_position), *expect, "{by_position}");
        if !by_name.is_empty() {
            assert_eq!(evaluated(by_name), *expect, "{by_name}");
        }
        called.insert(by_position.split_once('(').unwrap().0);
    }
    let known: BTreeSet<&str> = builtins().map(|(name, _)| name).collect();
    assert_eq!(known, called);
}

#[test]
fn a_test_is_a_value_everywhere_in_the_standard() {
    for (source, expect) in [
        ("[>2, <1]", "[(2..), (..1)]"),
        ("[ >= 2, <= 1 ]", "[[2..), (..1]]"),
        ("{a: >2}.a", "(2..)"),
        ("(function(r) 3 in r)(>2)", "true"),
        ("(function(r) 3 in r)(r: >4)", "false"),
        ("1 in [>0]", "true"),
        ("-1 in [>0, 5]", "false"),
        ("> 5", "(5..)"),
        ("if true then > 5 else < 5", "(5..)"),
        ("(= 10)", "(=10)"),
        ("(!= 10)", "(!=10)"),
        ("[(= 10) = (= 10), (!= 10) = (!= 10)]", "[true, true]"),
        ("[(= 10) = [10..10], (!= 10) = (= 10), (!= 10) = (!= 9)]", "[false, false, false]"),
        ("[10 in (= 10), 9 in (= 10)]", "[true, false]"),
        ("[10 in (!= 10), 9 in (!= 10)]", "[false, true]"),
        (
            "{r: (!= 10), a: [10 in r, 9 in r, \"x\" in r, (!= 10) in r]}.a",
            "[false, true, null, true]",
        ),
        ("[10 in [(!= 10)], 9 in [(!= 10)]]", "[false, true]"),
        ("[(!= 10).start, (!= 10).start included, (= 10).end included]", "[10, false, true]"),
        ("before((!= 10), 11)", "null"),
        ("during((!= 10), [1..20])", "null"),
        ("includes((!= 10), 11)", "null"),
        ("during((= 10), [1..20])", "true"),
        ("for x in (!= 10) return x", "null"),
        ("(= null)", "null"),
        ("(!= true)", "null"),
        ("string((> 5))", "\"(5..)\""),
        ("[range(string((> 5))) = (> 5), range(string((<= 5))) = (<= 5)]", "[true, true]"),
        ("[range(string((= 5))) = (= 5), range(string((!= 5))) = (!= 5)]", "[true, true]"),
        (
            "[range(\"(=@\\\"2026-01-01\\\")\") = (= @\"2026-01-01\"), range(\"(=5)\") = [5..5]]",
            "[true, false]",
        ),
        (
            "[range(\"(=)\"), range(\"(=a)\"), range(\"[=5]\"), range(\"(!=null)\")]",
            "[null, null, null, null]",
        ),
        ("range(\"[5..)\")", "[5..)"),
        ("[5..null)", "null"),
    ] {
        assert_eq!(evaluated(source), expect, "{source}");
    }
    for source in ["[>2]", "{a: >2}", "> 5"] {
        let options = Options { dialect: Dialect::Camunda, names: &[] };
        assert!(compile(source, &options).is_err(), "{source}");
    }
}

#[test]
fn a_function_is_an_instance_of_what_its_parameters_allow() {
    for (function, of, expect) in [
        ("function(a: number) a", "function<number>->number", "true"),
        ("function(a: number) a", "function<string>->Any", "false"),
        ("function(a: number) \"x\"", "function<string>->string", "false"),
        ("function(a: number) 1", "function<number>->string", "false"),
        ("function(a: number) 1", "function<number>->number", "true"),
        ("function(a: number) null", "function<number>->string", "true"),
        ("function(a: string) a", "function<Any>->string", "false"),
        ("function(a: Any) a", "function<string>->string", "true"),
        ("function(a) a", "function<string>->string", "true"),
        ("function(a, b) a", "function<string>->string", "false"),
        ("function(a: list) a", "function<list<number>>->Any", "true"),
        ("function(a: list<number>) a", "function<list>->Any", "false"),
        ("function(a: list<number>) a", "function<list<number>>->Any", "true"),
        ("function(a: range<number>) a", "function<range<string>>->Any", "false"),
        (
            "function(a: context<x: number>) a",
            "function<context<x: number, y: string>>->Any",
            "true",
        ),
        ("function(a: context<x: number>) a", "function<context<y: string>>->Any", "false"),
        ("function(f: function<number>->Any) f", "function<function<Any>->string>->Any", "true"),
        ("function(f: function<Any>->Any) f", "function<function<number>->Any>->Any", "false"),
        ("abs", "function<number>->number", "true"),
        ("abs", "function<number, number>->number", "false"),
        ("abs", "function<number>->string", "false"),
        ("abs", "function<number>->Any", "true"),
        ("abs", "function<string>->number", "false"),
        ("abs", "function<Any>->Any", "false"),
        ("abs", "function<days and time duration>->days and time duration", "true"),
        ("abs", "function<days and time duration>->number", "false"),
        ("abs", "function<date>->Any", "false"),
        ("string", "function<number>->string", "true"),
        ("string", "function<Any>->string", "true"),
        ("string", "function<string>->number", "false"),
        ("substring", "function<string, number>->string", "true"),
        ("substring", "function<string, number, number>->string", "true"),
        ("substring", "function<string>->string", "false"),
        ("substring", "function<number, string>->string", "false"),
        ("sum", "function<list<number>>->number", "true"),
        ("sum", "function<list<string>>->number", "false"),
        ("sum", "function<number, number, number>->number", "true"),
        ("sum", "function<number, string>->number", "false"),
        ("max", "function<date, date>->date", "true"),
        ("max", "function<date, date>->number", "false"),
        ("count", "function<list<date>>->number", "true"),
        ("reverse", "function<list<number>>->list<number>", "true"),
        ("reverse", "function<list<number>>->list<string>", "false"),
        ("reverse", "function<list<number>>->list", "true"),
        ("flatten", "function<list<Any>>->list<Any>", "true"),
        ("now", "function<>->date and time", "true"),
        ("now", "function<>->string", "false"),
        ("before", "function<number, range<number>>->boolean", "true"),
        ("sort", "function<list<number>, function<number, number>->boolean>->list<number>", "true"),
        ("sort", "function<list<number>, function<number>->boolean>->list<number>", "false"),
        ("matches", "function<string, string, string>->boolean", "true"),
        ("get value", "function<context<a: number>, string>->Any", "true"),
    ] {
        let source = format!("({function}) instance of {of}");
        assert_eq!(evaluated(&source), expect, "{source}");
    }
}

#[test]
fn a_name_may_begin_with_a_question_mark_or_a_literal() {
    for (source, expect) in [
        ("{?a: 1, r: ?a}.r", "1"),
        ("{?a: 1, r: ?a + ?a * 2}.r", "3"),
        ("(function(?x, y) ?x + y)(1, 2)", "3"),
        ("(function(?x) ?x + 1)(?x: 1)", "2"),
        ("for ?i in [1, 2] return ?i * 2", "[2, 4]"),
        ("some ?i in [1, 2] satisfies ?i > 1", "true"),
        ("{?a: 1}.?a", "1"),
        ("(function(? x) 1)(1)", "error"),
        ("{true story: 1, r: true story}.r", "1"),
        ("{null value: 1, r: [null value, null]}.r", "[1, null]"),
        ("{false alarm: true, r: if false alarm then 1 else false}.r", "1"),
        ("{true: 1}", "error"),
    ] {
        let found = evaluated(source);
        let is_error = expect == "error" && found.starts_with("expected");
        assert!(found == expect || is_error, "{source}: {found}");
    }
    let cell =
        compile_unary_tests("? > ?a", &Options { dialect: Dialect::Standard, names: &["?a"] });
    let scope = [("?a", Value::number(7))].into_iter().collect();
    let found = cell.unwrap().matches_in(&Value::number(8), &scope, &mut Run::new(Timestamp(0)));
    assert_eq!(found, Value::Boolean(true));
}

#[test]
fn a_parameter_of_another_name_is_refused() {
    for source in [
        "substring(text: \"foobar\", start position: 3)",
        "substring(string: \"foobar\")",
        "count(items: [1])",
        "abs(number: -1)",
        "date(year: 2012, month: 12)",
        "not(value: true)",
    ] {
        assert_eq!(evaluated(source), "null", "{source}");
    }
}
