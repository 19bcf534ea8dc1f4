//! What becomes of an expression for a database.

use super::{Op, Predicate, predicate, predicate_in};
use crate::{Context, Options, Run, Timestamp, Value, compile};

fn show(predicate: &Predicate) -> String {
    let all = |parts: &[Predicate], word: &str| {
        format!("({})", parts.iter().map(show).collect::<Vec<_>>().join(word))
    };
    match predicate {
        Predicate::And(parts) => all(parts, " and "),
        Predicate::Or(parts) => all(parts, " or "),
        Predicate::Not(part) => format!("not {}", show(part)),
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
        ("amount in [1..5)", "(amount >= 1 and amount < 5)"),
        ("amount in (< 3, 7, > 9)", "(amount < 3 or amount > 9 or amount in [7])"),
        ("not(amount in [1..5))", "(amount < 1 or amount >= 5)"),
        ("starts with(name, \"A\")", "name like A%"),
        ("not(starts with(name, \"A\"))", "not name like A%"),
        ("closed < date(\"2026-01-01\")", "closed < 2026-01-01"),
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
        ("name + \"x\" = \"ax\"", 0, "`name` is used in a way that a database does not know"),
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
fn names_with_values_and_the_time_are_constants() {
    let expression = compile("owner = user.key and due <= today()", &Options::default()).unwrap();
    let user = Value::context([("key", "7")]);
    let bound: Context = [("user", user)].into_iter().collect();
    let found = predicate_in(&expression, &bound, &mut Run::new(Timestamp(0))).unwrap();
    assert_eq!(show(&found), "(owner = \"7\" and due <= 1970-01-01)");
}
