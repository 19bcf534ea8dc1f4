//! What becomes of an expression for a database.

use super::{Op, Predicate, predicate, predicate_in, pushed_in};
use crate::{Context, Options, Run, Timestamp, Value, compile};

fn show(predicate: &Predicate) -> String {
    let all = |parts: &[Predicate], word: &str| {
        format!("({})", parts.iter().map(show).collect::<Vec<_>>().join(word))
    };
    match predicate {
        Predicate::And(parts) => all(parts, " and "),
        Predicate::Or(parts) => all(parts, " or "),
        Predicate::Not(part) => format!("not {}", show(part)),
        Predicate::Unless(part) => format!("unless {}", show(part)),
        Predicate::Compare { path, op, value } => {
            let op = match op {
                Op::Equal => "=",
                Op::NotEqual => "<>",
                Op::Less => "<",
                Op::LessOrEqual => "<=",
                Op::Greater => ">",
                Op::GreaterOrEqual => ">=",
            };
            format!("{path} {op} {value}")
        }
        Predicate::In { path, values } => format!("{path} in {}", Value::list(values.clone())),
        Predicate::StartsWith { path, prefix } => format!("{path} like {prefix}%"),
        Predicate::Contains { path, part } => format!("{path} like %{part}%"),
        Predicate::EndsWith { path, suffix } => format!("{path} like %{suffix}"),
        Predicate::Length { path, op, length } => format!("length of {path} {op:?} {length}"),
        Predicate::IsNull { path } => format!("{path} is null"),
        Predicate::IsNotNull { path } => format!("{path} is not null"),
        Predicate::Always => "always".to_owned(),
        Predicate::Never => "never".to_owned(),
    }
}

#[test]
fn what_a_database_can_answer_becomes_a_condition() {
    let cases = [
        ("record.amount > 100 * 2", "record.amount > 200"),
        ("100 <= amount", "amount >= 100"),
        ("a = 1 and (b = \"x\" or c < 2)", "(a = 1 and (b = \"x\" or c < 2))"),
        ("status != \"open\"", "(status <> \"open\" or status is null)"),
        ("not(status = \"open\")", "(status <> \"open\" or status is null)"),
        ("not(a > 1 and b)", "(a <= 1 or b = false)"),
        ("not(not(a))", "a = true"),
        ("owner = null", "owner is null"),
        ("not(owner = null)", "owner is not null"),
        ("owner < null", "never"),
        ("amount between 1 and 5", "(amount >= 1 and amount <= 5)"),
        ("not(amount between 1 and 5)", "(amount < 1 or amount > 5)"),
        ("stage in (\"won\", \"lost\")", "stage in [\"won\", \"lost\"]"),
        ("stage in [\"won\", null]", "(stage is null or stage in [\"won\"])"),
        ("not(stage in (\"won\"))", "(not stage in [\"won\"] or stage is null)"),
        (
            "not(stage in [\"won\", [1..2], [3], null])",
            "unless ((stage >= 1 and stage <= 2) or stage is null or stage in [\"won\"])",
        ),
        ("not(list contains([1, 2], size))", "unless size in [1, 2]"),
        ("stage in ([5..1], 7)", "stage in [7]"),
        ("not(stage in ([5..1], 7))", "never"),
        ("amount in [1..5)", "(amount >= 1 and amount < 5)"),
        ("amount in (< 3, 7, > 9)", "(amount < 3 or amount > 9 or amount in [7])"),
        ("not(amount in [1..5))", "(amount < 1 or amount >= 5)"),
        ("starts with(name, \"A\")", "name like A%"),
        ("not(starts with(name, \"A\"))", "not name like A%"),
        ("closed < date(\"2026-01-01\")", "closed < 2026-01-01"),
        ("contains(name, \"b\")", "name like %b%"),
        ("not(ends with(name, \"c\"))", "not name like %c"),
        ("string length(name) > 2", "length of name Greater 2"),
        ("not(3 = string length(name))", "length of name NotEqual 3"),
        ("list contains([1, null], size)", "(size is null or size in [1])"),
        ("amount + 5 > 7.5", "amount > 2.5"),
        ("10 - amount >= 4", "amount <= 6"),
        ("not(amount - 5 < 0)", "amount >= 5"),
        ("due + duration(\"P7D\") < date(\"2026-01-08\")", "due < 2026-01-01"),
        ("amount * 2 > 5", "amount > 2.5"),
        ("-3 * amount >= 4.5", "amount <= -1.5"),
        ("not(amount * 0.5 < 1)", "amount >= 2"),
        (
            "met + duration(\"PT1H\") > date and time(\"2026-01-01T00:30:00+01:00\")",
            "met > 2025-12-31T22:30:00Z",
        ),
        ("true", "always"),
        ("1 > 2 or a = 1", "a = 1"),
        ("null", "never"),
    ];
    for (source, expect) in cases {
        let expression = compile(source, &Options::default()).unwrap();
        let found =
            predicate(&expression).map_or_else(|error| error.to_string(), |found| show(&found));
        assert_eq!(found, expect, "{source}");
    }
}

#[test]
fn the_rest_is_refused_with_its_place_and_reason() {
    let cases = [
        ("a > 1 and b = c", 10, "it compares two stored values"),
        ("count(lines) > 1", 0, "`lines` is used in a way that a database does not know"),
        ("name + \"x\" = \"ax\"", 0, "the stored value cannot be told exactly from the result"),
        ("amount + 1 = 2", 0, "the stored value cannot be told exactly from the result"),
        (
            "amount + 0.000000000000001 > 2",
            0,
            "the stored value cannot be told exactly from the result",
        ),
        (
            "due + duration(\"PT1H\") > date(\"2026-01-01\")",
            0,
            "the stored value cannot be told exactly from the result",
        ),
        ("amount * 3 > 5", 0, "the stored value cannot be told exactly from the result"),
        ("amount * 2 = 4", 0, "the stored value cannot be told exactly from the result"),
        ("amount * 0 < 4", 0, "`amount` is used in a way that a database does not know"),
        ("amount / 2 < 4", 0, "`amount` is used in a way that a database does not know"),
        ("if a then b else c", 0, "which branch counts is only known by evaluation"),
        ("matches(name, \"a\")", 0, "`name` is used in a way that a database does not know"),
        ("contains(name, other)", 0, "only a stored text can be searched for a constant one"),
        ("due < today()", 0, "it depends on the time of the query; use `predicate_in`"),
        ("tags = [1]", 0, "list cannot be stored"),
    ];
    for (source, start, message) in cases {
        let expression = compile(source, &Options::default()).unwrap();
        let refused = predicate(&expression).unwrap_err();
        assert_eq!((refused.span.start, refused.message.as_str()), (start, message), "{source}");
    }
}

#[test]
fn what_a_database_cannot_answer_is_left_to_evaluation() {
    let cases = [
        ("a = 1 and matches(name, \"x\")", "a = 1", "matches(name, \"x\")"),
        ("a = 1 or matches(name, \"x\")", "always", "matches(name, \"x\")"),
        ("not(a = 1 or b * 2 = 4)", "(a <> 1 or a is null)", "b * 2 = 4"),
        ("not(a = 1 and b * 2 = 4)", "always", "b * 2 = 4"),
        ("a = 1 and (b = 2 or c = d) and e = 3", "(a = 1 and e = 3)", "c = d"),
        ("closes.year = 2026 and a > 1", "a > 1", "closes.year"),
        (
            "if a = 1 then b > 2 else c",
            "((a = 1 and b > 2) or c = true)",
            "if a = 1 then b > 2 else c",
        ),
        ("not(if d.e then b else false)", "always", "if d.e then b else false"),
        ("a = 1 and if d.e then b else false", "(a = 1 and b = true)", "if d.e then b else false"),
        ("a = 1 and b < 2", "(a = 1 and b < 2)", ""),
    ];
    for (source, predicate, residual) in cases {
        let expression = compile(source, &Options::default()).unwrap();
        let readable = |path: &[std::sync::Arc<str>]| path.len() == 1;
        let mut run = Run::new(Timestamp(0));
        let found = pushed_in(&expression, &Context::new(), &mut run, &readable);
        let left =
            found.residual.map_or("", |left| source.get(left.span.start..left.span.end).unwrap());
        assert_eq!((show(&found.predicate).as_str(), left), (predicate, residual), "{source}");
    }
}

#[test]
fn names_with_values_and_the_time_are_constants() {
    let expression = compile("owner = user.key and due <= today()", &Options::default()).unwrap();
    let user = Value::context([("key", "7")]);
    let bound: Context = [("user", user)].into_iter().collect();
    let found = predicate_in(&expression, &bound, &mut Run::new(Timestamp(0))).unwrap();
    assert_eq!(show(&found), "(owner = \"7\" and due <= 1970-01-01)");
}
