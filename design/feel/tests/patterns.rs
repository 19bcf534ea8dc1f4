//! Regular expressions that refer back to a group: what `XPath` says of them, in the functions that take a pattern.

use feel::{Dialect, Options, Run, Timestamp, compile};

/// The value of each expression, and whether there was a warning.
fn check(cases: &[(&str, &str)]) {
    for (source, expect) in cases {
        let options = Options { dialect: Dialect::Standard, names: &[] };
        let expression = compile(source, &options).unwrap_or_else(|it| panic!("{source}: {it}"));
        let mut run = Run::new(Timestamp(0));
        let found = expression.evaluate(&[], &mut run);
        assert_eq!(found.to_string(), *expect, "{source}: {:?}", run.warnings());
        assert_eq!(run.warnings().is_empty(), found != feel::Value::Null, "{source}");
        assert!(run.failure().is_none(), "{source}: {:?}", run.failure());
    }
}

#[test]
fn a_reference_stands_for_what_its_group_matched() {
    check(&[
        (r#"matches("aA", "(a)\1", "i")"#, "true"),
        (r#"matches("aA", "(a)\1")"#, "false"),
        (r#"matches("Ärger ä", "(Ä)rger \1", "i")"#, "true"),
        (r#"matches("Mississippi", "^M(iss)\1i(p)\2i$")"#, "true"),
        (r#"matches("'a' \"b\"", "(['\"])[^'\"]*\1")"#, "true"),
        (r#"matches("'a\"", "(['\"])[^'\"]*\1")"#, "false"),
        (r#"matches("2026-11-23", "^\d{4}([-/.])\d\d\1\d\d$")"#, "true"),
        (r#"matches("2026-11/23", "^\d{4}([-/.])\d\d\1\d\d$")"#, "false"),
        (r#"matches("abab1", "^(ab)\11$")"#, "true"),
        (r#"matches("aabb", "(a) \1 (b) \2", "x")"#, "true"),
        (r#"matches("(a)\1", "(a)\1", "q")"#, "true"),
        ("matches(\"x\n\nx\", \"^(x)$.+^\\1$\", \"ms\")", "true"),
        (r#"matches("bb", "([a-z-[aeiou]])\1")"#, "true"),
        (r#"matches("aa", "([a-z-[aeiou]])\1")"#, "false"),
        (r#"matches("λλ", "(\p{IsGreek})\1")"#, "true"),
    ]);
}

#[test]
fn a_group_that_took_no_part_stands_for_the_empty_text() {
    check(&[
        (r#"matches("b", "^(a)?b\1$")"#, "true"),
        (r#"matches("aba", "^(a)?b\1$")"#, "true"),
        (r#"matches("ab", "^(a)?b\1$")"#, "false"),
        (r#"matches("b", "^(?:(a)|b)\1$")"#, "true"),
        (r#"matches("x", "^()x\1*$")"#, "true"),
    ]);
}

#[test]
fn matches_are_replaced_and_cut_at_as_with_other_patterns() {
    check(&[
        (r#"replace("book keeper", "(.)\1", "<$1>")"#, r#""b<o>k k<e>per""#),
        (r#"replace("aabb", "(a)\1|(b)\2", "[$1,$2]")"#, r#""[a,][,b]""#),
        (r#"split("a--b==c-=d", "([-=])\1")"#, r#"["a", "b", "c-=d"]"#),
        (r#"split("--", "(-)\1")"#, r#"["", ""]"#),
        (r#"extract("xx y zz ää", "(.)\1")"#, r#"["xx", "zz", "ää"]"#),
        (r#"for p in ["(.)\1", "(b)\1"] return replace("aabb", p, "-")"#, r#"["--", "aa-"]"#),
    ]);
}

#[test]
fn what_xpath_takes_for_an_error_is_null_with_a_warning() {
    check(&[
        (r#"matches("aa", "(a\1)")"#, "null"),
        (r#"matches("aa", "\1(a)")"#, "null"),
        (r#"matches("aa", "(a)\2")"#, "null"),
        (r#"matches("aa", "(a)[\1]")"#, "null"),
        (r#"matches("aa", "(a)\1(?=b)")"#, "null"),
        (r#"matches("aa", "(a)\1*+")"#, "null"),
        (r#"matches("aa", "(a")"#, "null"),
        (r#"replace("b", "(a)?\1", "x")"#, "null"),
        (r#"split("b", "(a*)\1")"#, "null"),
    ]);
}
