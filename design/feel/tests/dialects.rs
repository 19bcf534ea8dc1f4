//! Where the two dialects part at run time: calls that no signature of the standard has, patterns and times that it does not
//! allow (DMN 1.5, 10.3.4). There they are null; Camunda's dialect has a value for some.

use feel::{Dialect, Options, Run, Timestamp, compile};

/// An expression, its value in the standard's dialect, its value in Camunda's.
type Row = (&'static str, &'static str, &'static str);

/// What no signature of 10.3.4 has is null; Camunda's dialect has a few more: function, in the standard, in Camunda's.
const SIGNATURES: &[Row] = &[
    (r#"string join(["a", "c"], "X", "foo")"#, "null", r#""fooaXc""#),
    (r#"string join(["a", "c"], "X", "<", ">")"#, "null", r#""<aXc>""#),
    (r#"string join(list: ["a", "c"], prefix: "<")"#, "null", r#""<ac""#),
    (r#"string join(list: ["a", "c"], delimiter: "X")"#, r#""aXc""#, r#""aXc""#),
    ("count(1, 2)", "null", "2"),
    ("count(c: 1)", "null", "null"),
    ("count(1)", "1", "1"),
    ("context merge({a: 1}, {b: 2}) = {a: 1, b: 2}", "false", "true"),
    ("context merge({a: 1}) = {a: 1}", "true", "true"),
    ("sort([2, 1])", "null", "[1, 2]"),
    ("sort([2, 1], null)", "null", "[1, 2]"),
    ("sort(list: [2, 1])", "null", "[1, 2]"),
    ("is()", "null", "null"),
    ("is(1)", "null", "null"),
    ("is(null)", "null", "null"),
    ("is(null, null)", "true", "true"),
    ("is(value1: null)", "true", "true"),
    (r#"get value({a: {b: 1}}, ["a", "b"])"#, "null", "1"),
    (r#"get value(context: {a: 1}, key: "a")"#, "null", "1"),
    (r#"get value({a: 1}, ["a"])"#, "1", "1"),
    ("list replace(list: [1, 2], match: 1, newItem: 2)", "null", "null"),
    ("list replace(list: [1, 2], position: function(i, n) true, newItem: 2)", "null", "null"),
    ("list replace(list: [1, 2], position: 1, newItem: 2)", "[2, 2]", "[2, 2]"),
    ("list replace(list: [1, 2], match: function(i, n) i < n, newItem: 2)", "[2, 2]", "[2, 2]"),
    (r#"context put(context: {x: 1, y: {a: 0}}, key: ["y", "a"], value: 2)"#, "null", "null"),
    (r#"context put(context: {y: {a: 0}}, keys: ["y", "a"], value: 2).y.a"#, "2", "2"),
    (r#"context put(context: {y: 1}, key: "y", value: 2).y"#, "2", "2"),
    ("min(c: 1)", "null", "null"),
    ("sum(n: 1)", "null", "null"),
    ("all(b: true)", "null", "null"),
    ("min(list: 1)", "1", "1"),
    ("concatenate(lists: [1])", "[1]", "[1]"),
    // Not numbers: 10.3.4.4 knows sums and means of numbers only.
    (r#"sum(@"P1D", @"P1D")"#, "null", "null"),
    (r#"mean([@"P1D", @"P3D"])"#, "null", "null"),
    (r#"sum([1, @"P1D"])"#, "null", "null"),
    (r#"max([@"P1D", @"P3D"])"#, "P3D", "P3D"),
];

/// Errors of `XPath` are null in the standard (10.3.4.3); Java, and so Camunda, knows fewer of them.
const PATTERNS: &[Row] = &[
    (r#"replace("abc", "x*", "-")"#, "null", r#""-a-b-c-""#),
    (r#"replace("abc", "", "x")"#, "null", r#""xaxbxcx""#),
    (r#"replace("abc", "b?", "x", "q")"#, r#""abc""#, r#""abc""#),
    (r#"replace("abc", "x*", "-", "i")"#, "null", r#""-a-b-c-""#),
    (
        r#"for p in ["b", "b*"] return replace("abc", p, "-")"#,
        r#"["a-c", null]"#,
        r#"["a-c", "-a-c-"]"#,
    ),
    (r#"split("abc", "")"#, "null", r#"["", "a", "b", "c", ""]"#),
    (r#"split("a b", "\s*")"#, "null", r#"["", "a", "b", ""]"#),
    (r#"split("a b", "\s+")"#, r#"["a", "b"]"#, r#"["a", "b"]"#),
    (r#"matches("abc", "x*")"#, "true", "true"),
    (r#"replace("abc", "b", "\x")"#, "null", r#""a\\xc""#),
    (r#"replace("abc", "b", "x\\")"#, "null", r#""ax\\c""#),
    (r#"replace("abc", "b", "\\\\")"#, r#""a\\c""#, r#""a\\c""#),
    (r#"replace("abc", "b", "\$1")"#, r#""a$1c""#, r#""a$1c""#),
    (r#"replace("abc", "b", "$x")"#, "null", "null"),
];

/// The standard's times are those of XML Schema (10.3.2.3.4); Camunda's are what Java reads.
const TIMES: &[Row] = &[
    (r#"time("10:00")"#, "null", "10:00:00"),
    (r#"@"10:00""#, "null", "10:00:00"),
    (r#"time("10:00Z")"#, "null", "10:00:00Z"),
    (r#"time("10:00@Europe/Paris")"#, "null", "10:00:00@Europe/Paris"),
    (r#"date and time("2021-01-01T10:00")"#, "null", "2021-01-01T10:00:00"),
    (r#"@"2021-01-01T10:00""#, "null", "2021-01-01T10:00:00"),
    (r#"range("[@\"10:00\"..@\"11:00\"]")"#, "null", "[10:00:00..11:00:00]"),
    (r#"time("10:00:00+14:00")"#, "10:00:00+14:00", "10:00:00+14:00"),
    (r#"time("10:00:00-14:00")"#, "10:00:00-14:00", "10:00:00-14:00"),
    (r#"time("10:00:00+14:01")"#, "null", "10:00:00+14:01"),
    (r#"time("10:00:00-18:00")"#, "null", "10:00:00-18:00"),
    (r#"time("10:00:00+01:00:30")"#, "null", "10:00:00+01:00:30"),
    (r#"@"2021-01-01T10:00:00+15:00""#, "null", "2021-01-01T10:00:00+15:00"),
    (r#"time("10:00:00.123456789+01:00")"#, "10:00:00.123456789+01:00", "10:00:00.123456789+01:00"),
    (r#"time("10:00:00@Europe/Tirane")"#, "10:00:00@Europe/Tirane", "10:00:00@Europe/Tirane"),
    (r#"@"-2021-01-01T24:00:00Z""#, "-2021-01-02T00:00:00Z", "-2021-01-02T00:00:00Z"),
];

fn evaluated_in(dialect: Dialect, source: &str) -> String {
    match compile(source, &Options { dialect, names: &[] }) {
        Ok(expression) => {
            expression.evaluate(&[], &mut Run::new(Timestamp(1_700_000_000_000))).to_string()
        }
        Err(error) => error.to_string(),
    }
}

#[test]
fn what_the_standard_does_not_define_is_null_there() {
    for (source, standard, camunda) in [SIGNATURES, PATTERNS, TIMES].into_iter().flatten() {
        assert_eq!(evaluated_in(Dialect::Standard, source), *standard, "standard: {source}");
        assert_eq!(evaluated_in(Dialect::Camunda, source), *camunda, "camunda: {source}");
    }
}
