//! Expressions that want to run for ever or to fill the memory. Each ends because of the budget, or is answered at once;
//! what is counted is steps and bytes, not time.

use feel::{Budget, Context, Dialect, Options, Run, Timestamp, Value, WarningKind, compile};

/// Bytes that an evaluation may hold at once, its result included.
const MAX_BYTES: u64 = 128 << 20;

/// The default, with a tenth of the steps, so that the whole table takes seconds.
fn budget() -> Budget {
    Budget { steps: 100_000, ..Budget::default() }
}

/// Values that hostile expressions are built from: a long text, a long list, and a list of the same list, 60 levels deep.
fn scope() -> Context {
    let long = "for i in 1..99999 return i";
    let wide = "{s: \"0123456789\", a: s+s+s+s+s+s+s+s+s+s, b: a+a+a+a+a+a+a+a+a+a, c: b+b+b+b+b+b+b+b+b+b, d: c+c+c+c+c+c+c+c+c+c, r: d+d+d+d+d+d+d+d+d}.r";
    let big = "context(for i in 1..5000 return {key: string(i), value: i})";
    let mut scope = Context::new();
    for (name, source) in [("L", long), ("S", wide), ("C", big)] {
        let mut run = Run::new(Timestamp(0));
        let expression = compile(source, &Options::default()).expect(source);
        let value = expression.evaluate(&[], &mut run);
        assert!(run.failure().is_none() && !value.is_null(), "{source}: {:?}", run.failure());
        scope.insert(name, value);
    }
    scope
}

/// What stops the expression in each dialect; `None` where it is answered.
fn stopped(source: &str, scope: &Context, dialect: Dialect) -> Option<String> {
    let names: Vec<&str> = scope.names().map(|name| &**name).collect();
    let mut run = Run::new(Timestamp(0)).budget(budget());
    let mut text = String::new();
    let used = allocation_counter::measure(|| {
        let expression = compile(source, &Options { dialect, names: &names })
            .unwrap_or_else(|error| panic!("{source}: {error}"));
        let value = expression.evaluate_in(scope, &mut run);
        // What is answered can also be written.
        text = value.to_string();
    });
    assert!(used.bytes_max < MAX_BYTES, "{source} holds {} bytes", used.bytes_max);
    let failure = run.failure()?;
    assert_eq!((failure.kind, &*text), (WarningKind::BudgetExceeded, "null"), "{source}");
    Some(failure.message.clone())
}

/// Those that are answered, or those that are stopped.
fn outcomes<'s>(sources: &[&'s str], are_stopped: bool) -> Vec<&'s str> {
    let scope = scope();
    let wrong = |source: &&&'s str| {
        let mut dialects = [Dialect::Camunda, Dialect::Standard].into_iter();
        dialects.any(|dialect| stopped(source, &scope, dialect).is_some() == are_stopped)
    };
    sources.iter().filter(wrong).copied().collect()
}

/// Each is stopped by the budget.
fn check(sources: &[&str]) {
    let wrong: Vec<&str> = outcomes(sources, false);
    assert!(wrong.is_empty(), "not stopped: {wrong:#?}");
}

/// Each is answered, with whatever value.
fn answered(sources: &[&str]) {
    let wrong: Vec<&str> = outcomes(sources, true);
    assert!(wrong.is_empty(), "stopped: {wrong:#?}");
}

#[test]
fn loops_and_recursion_are_stopped() {
    check(&[
        "for a in 1..100, b in 1..100, c in 1..100, d in 1..100 return 1",
        "every a in L, b in L satisfies a != b - 100000",
        "some a in L satisfies some b in L satisfies a = b + 100000",
        "{f: function(n) f(n), r: f(1)}.r",
        "{f: function(n) [f(n + 1), f(n + 2)], r: f(1)}.r",
        "{f: function(n) if n = 0 then 0 else f(n - 1) + f(n - 1), r: f(40)}.r",
        "{f: function(g, n) g(g, n + 1), r: f(f, 0)}.r",
        "sort(L, function(a, b) count(sort([3, 2, 1], function(c, d) c < d)) > a)",
        "list replace(L, function(a, b) sum(L) > a, 1)",
        "L[count(L[item > 5]) > 5]",
        "for i in 1..100000000000 return i",
        "for i in -9223372036854775808..9223372036854775807 return i",
        "for d in @\"-999999999-01-01\"..@\"999999999-12-31\" return d",
        "for i in 1..99999 return sum(L)",
        "for i in 1..99999 return max(L)",
        "for i in 1..99999 return list contains(L, 0)",
        "for i in 1..99999 return 0 in L",
        "for i in 1..99999 return L = L",
        "for i in 1..99999 return index of(L, 0)",
        "L[L = L]",
        "for i in 1..99999 return {a: L} = {a: L}",
        "for i in 1..99999 return S = S",
        "for i in 1..99999 return contains(S, \"x\")",
        "distinct values(L)",
        "union(L, L)",
        "duplicate values(L)",
        "for i in 1..99999 return sort(L)",
        "for i in 1..99999 return median(L)",
    ]);
}

#[test]
fn values_that_grow_are_stopped() {
    check(&[
        // Shared halves take no memory, but whoever reads the value would never end.
        "for i in 1..60 return [partial[-1], partial[-1]]",
        "for i in 1..60 return {a: partial[-1], b: partial[-1]}",
        "count(for i in 1..60 return [partial[-1], partial[-1]])",
        "string(for i in 1..60 return [partial[-1], partial[-1]])",
        "for i in 1..60 return function() [partial[-1], partial[-1]]",
        "for i in 1..99999 return S",
        "for i in 1..99999 return L",
        "for i in 1..99999 return reverse(L)",
        "for i in 1..99999 return remove(L, 1)",
        "for i in 1..99999 return sublist(L, 2)",
        "for i in 1..99999 return list replace(L, 1, 2)",
        "for i in 1..99999 return append(L, i)",
        "for i in 1..99999 return insert before(L, 1, i)",
        "for i in 1..99999 return partition(L, 1)",
        "for i in 1..99999 return count(concatenate(L, partial))",
        "concatenate(L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L)",
        "append(L, 1, 2)",
        "flatten([L, [L, [L, [L]]]])",
        "for i in 1..99999 return context put(C, \"x\", i)",
        "for i in 1..99999 return context put(C, [\"x\", \"y\"], i)",
        "for i in 1..99999 return context merge([C, C])",
        "for i in 1..99999 return get entries(C)",
        "context(for i in 1..99999 return {key: string(i), value: i})",
        "for i in 1..99999 return L[item > 0]",
        "for i in 1..99999 return (for j in 1..99 return C).x",
    ]);
}

#[test]
fn texts_that_grow_are_stopped() {
    check(&[
        "S + S",
        "{f: function(s, n) if n = 0 then s else f(s + s, n - 1), r: f(\"0123456789\", 60)}.r",
        "string join(for i in L return \"\", S)",
        "string join([S, S, S])",
        "replace(S, \"0\", S)",
        "replace(S, \"(.+)\", \"$1$1\", \"s\")",
        "replace(S, \"1\", S, \"q\")",
        "split(S, \"[0-9]\")",
        "extract(S, \".\")",
        "for i in 1..99999 return substring(S, 2)",
        "for i in 1..99999 return substring after(S, \"0\")",
        "for i in 1..99999 return upper case(S)",
        "for i in 1..99999 return string length(S)",
        "for i in 1..99999 return string(L)",
        "for i in 1..99999 return to json(L)",
        "for i in 1..99999 return from json(to json(L))",
        "to json([S, S])",
        "string([S, S])",
        "to base64(S)",
        "string(for i in 1..99999 return 10 ** 6000)",
        "string(for i in 1..99999 return 10 ** -6000)",
    ]);
}

#[test]
fn patterns_cannot_take_long() {
    check(&[
        "for i in 1..99999 return matches(S, \"(0|01|012)*x\")",
        "matches(S, \"([0-9]{1,50}){1,50}x\")",
        "matches(S, \"[0-9]*0[0-9]{1000}x\")",
        "for i in 1..99999 return matches(\"a\", \"\\w{10}\" + string(i))",
        "matches(\"a\", S)",
        "for i in L return replace(S, \"0\", \"1\")",
    ]);
    answered(&[
        "matches(\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!\", \"(a+)+$\")",
        "matches(\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!\", \"(a|aa)+$\")",
        "matches(\"x\", \"((((a{1,100}){1,100}){1,100}){1,100}){1,100}\")",
        "matches(\"x\", \"(((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((a)))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))\")",
        "matches(S, \"9\")",
        "replace(\"a1b2\", \"([0-9])\", \"<$1>\")",
    ]);
}

#[test]
fn patterns_that_refer_back_cannot_take_long() {
    check(&[
        r#"for i in 1..99999 return matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "(a*)*\1b")"#,
        r#"for i in 1..99999 return matches(string(i) + string(i), "^(\d+)\1$")"#,
        r#"for i in 1..99999 return matches("a", "(\w{10})\1" + string(i))"#,
        r#"replace(substring(S, 1, 60000), "(1)\1|0", "x")"#,
        r#"matches(substring(S, 1, 60000), "(0)\1")"#,
        r#"extract(substring(S, 1, 60000), "(0)(1)?\2")"#,
    ]);
    answered(&[
        // Given up, after 65,536 attempts.
        r#"matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "(a+)+\1$")"#,
        r#"matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "^(a|aa)+\1$")"#,
        r#"matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "^(a*)(a*)(a*)(a*)\1\2\3\4$")"#,
        r#"matches("aaaa", "()(\1\1)*(\2*)*b")"#,
        // Too large.
        r#"matches("x", "((((a{1,100}){1,100}){1,100}){1,100}){1,100}\1")"#,
        r#"matches("x", "(\w{1000}){1000}\1")"#,
        r#"matches("x", "(((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((a)))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))\1")"#,
        r#"matches("a", "(a)\1" + substring(S, 1, 2000))"#,
        r#"matches(S, "(9)\1")"#,
        r#"matches("aa", "(a)\1")"#,
    ]);
}

#[test]
fn numbers_and_dates_at_their_ends_are_answered() {
    answered(&[
        "for i in 1..10**30 return i",
        "2 ** 10 ** 30",
        "(10 ** 6000) ** 10",
        "0.9999999999999999999999999999999999 ** 999999999999999999",
        "1.000000000000000000000000000000001 ** -9223372036854775808",
        "10 ** -6176 * 0.1",
        "exp(10 ** 30)",
        "exp(-(10 ** 30))",
        "log(10 ** 6000)",
        "log(10 ** -6170)",
        "sqrt(10 ** -6175)",
        "decimal(1 / 3, 10 ** 9)",
        "decimal(1 / 3, -(10 ** 9))",
        "decimal(10 ** 6000, 6176)",
        "round up(10 ** -6000, 2)",
        "modulo(10 ** 6000, 10 ** -6000)",
        "modulo(-(10 ** 6000), 3)",
        "10 ** 6144 + 10 ** -6176",
        "@\"999999999-12-31\" + @\"P1D\"",
        "@\"-999999999-01-01\" - @\"P1D\"",
        "@\"999999999-12-31\" + @\"P999999999Y\"",
        "@\"999999999-12-31T23:59:59.999999999-14:00\" - @\"-999999999-01-01T00:00:00+14:00\"",
        "@\"999999999-12-31T23:59:59-14:00\" = @\"999999999-12-31T23:59:59@Europe/Paris\"",
        "date and time(@\"999999999-12-31T23:59:59Z\", \"Pacific/Kiritimati\")",
        "duration(\"P\" + string(10 ** 30) + \"D\")",
        "duration(\"P9223372036854775807D\") * 9223372036854775807",
        "duration(\"P9223372036854775807Y\") + duration(\"P9223372036854775807Y\")",
        "-duration(\"P768614336404564650Y\") * -9223372036854775808",
        "abs(duration(\"-P9223372036854775807M\"))",
        "years and months duration(@\"-999999999-01-01\", @\"999999999-12-31\")",
        "date(\"2026-11-22\") + duration(\"P9223372036854775807D\")",
        "time(\"23:59:59.999999999\") + duration(\"P99999999999D\")",
        "week of year(@\"-999999999-01-01\")",
        "last day of month(@\"999999999-12-31\")",
        "substring(\"abc\", -9223372036854775808)",
        "substring(\"abc\", 1, 10 ** 30)",
        "sublist([1, 2], -9223372036854775808, 9223372036854775807)",
        "partition([1, 2], 9223372036854775807)",
        "[1, 2][-9223372036854775808]",
        "[1, 2][10 ** 30]",
        "sort(sublist(L, 1, 1000), function(a, b) true)",
        "sort(sublist(L, 1, 1000), function(a, b) modulo(a * 7, 13) < modulo(b * 11, 17))",
        "range(\"[1..\" + S + \"]\")",
        "number(S)",
        "date(S)",
        "duration(S)",
        "from json(string join(for i in 1..900 return \"[\"))",
    ]);
}

#[test]
fn a_text_may_be_as_deep_as_it_likes() {
    let deep = |open: &str, inner: &str, close: &str| {
        format!("{}{inner}{}", open.repeat(10_000), close.repeat(10_000))
    };
    let texts = [
        deep("(", "1", ")"),
        deep("[", "1", "]"),
        deep("{a: ", "1", "}"),
        deep("-", "1", ""),
        deep("not(", "true", ")"),
        deep("if true then ", "1", " else 2"),
        deep("for x in ", "[1]", " return x"),
        deep("function() ", "1", ""),
        deep("some x in [1] satisfies ", "true", ""),
        deep("1 + ", "1", ""),
        deep("1 ** ", "1", ""),
        deep("a.", "b", ""),
        deep("f(", "1", ")"),
        deep("", "a", "[1]"),
        deep("", "a", " instance of list"),
        deep("x instance of ", "list", "<list>"),
        deep("1 in (", "1", ")"),
        deep("\"", "1", "\""),
        deep("true and ", "true", ""),
        deep("1 = ", "1", ""),
    ];
    for text in &texts {
        for dialect in [Dialect::Camunda, Dialect::Standard] {
            // Whether it is refused or evaluated, it comes back.
            let options = Options { dialect, names: &["a b", "a"] };
            if let Ok(expression) = compile(text, &options) {
                expression.evaluate(&[], &mut Run::new(Timestamp(0)));
            }
            let _ = feel::compile_unary_tests(text, &options);
        }
    }
}

#[test]
fn a_smaller_budget_stops_sooner() {
    let small = Budget { steps: 100, depth: 20, list_length: 5, string_bytes: 10, value_parts: 8 };
    for (source, message) in [
        ("some i in 1..5, j in 1..5, k in 1..5 satisfies i > 5", "too many steps"),
        ("{f: function(n) f(n + 1), r: f(0)}.r", "nested too deeply"),
        ("for i in 1..6 return i", "a list of more than 5 items"),
        ("for a in [\"123456\"] return a + a", "a string of more than 10 bytes"),
        ("for i in 1..4 return [i, i]", "a value of more than 8 parts"),
    ] {
        let mut run = Run::new(Timestamp(0)).budget(small);
        let value = compile(source, &Options::default()).unwrap().evaluate(&[], &mut run);
        let failure = run.failure().map(|failure| failure.message.clone()).unwrap_or_default();
        assert!(value == Value::Null && failure.contains(message), "{source}: {failure}");
        assert!(run.steps() <= 200, "{source}: {}", run.steps());
    }
}
