//! The index against brute force: on random tables every hit policy must give what it makes of the rules whose
//! every cell, asked alone, lets its input through; with a trace as without.

use dmn::TraceMode;
use feel::{Context, Dialect, Options, Run, Timestamp, Value};
use proptest::prelude::*;

const DIALECT: Dialect = Dialect::Standard;

/// Cells of one column: of numbers, strings, booleans, dates or a mixture.
fn cell() -> impl Strategy<Value = String> {
    let number = -3..8_i32;
    let text =
        prop::sample::select(vec!["a", "b", "c, d", "longprefix", "longprefix 1", "longpref"]);
    let day = 1..5_u8;
    let date = |day: u8| format!("date(\"2026-01-0{day}\")");
    prop_oneof![
        3 => Just("-".to_owned()),
        3 => number.clone().prop_map(|n| n.to_string()),
        2 => number.clone().prop_map(|n| format!("< {n}.5")),
        1 => number.clone().prop_map(|n| format!("[{n}.25..{n}.75]")),
        1 => Just(">= 9223372036854775807".to_owned()),
        1 => Just("< 123456789012345678901234567890".to_owned()),
        2 => (number.clone(), prop::sample::select(vec!["<", "<=", ">", ">="]))
            .prop_map(|(n, operator)| format!("{operator} {n}")),
        4 => (number.clone(), number.clone(), prop::sample::select(vec!["[]", "()", "[)", "(]", "]["]))
            .prop_map(|(start, end, ends)| format!("{}{start}..{end}{}", &ends[..1], &ends[1..])),
        2 => (number.clone(), number.clone()).prop_map(|(a, b)| format!("{a}, > {b}")),
        1 => (number.clone(), number).prop_map(|(a, b)| format!("not({a}, < {b})")),
        3 => text.clone().prop_map(|text| format!("\"{text}\"")),
        1 => text.clone().prop_map(|text| format!("not(\"{text}\")")),
        1 => (text.clone(), text).prop_map(|(a, b)| format!("\"{a}\",\"{b}\"")),
        1 => any::<bool>().prop_map(|flag| flag.to_string()),
        1 => day.clone().prop_map(date),
        1 => day.prop_map(move |day| format!("> {}", date(day))),
        1 => Just("null".to_owned()),
        1 => Just("other".to_owned()),
        1 => Just("? > other".to_owned()),
    ]
}

fn input() -> impl Strategy<Value = Value> {
    prop_oneof![
        6 => (-14..34_i64).prop_map(|fourths| Value::Number(feel::Decimal::from_scaled(fourths * 25, 2))),
        1 => prop::sample::select(vec!["9223372036854775806.5", "9223372036854775808", "-1e40", "1e-30"])
            .prop_map(|text| Value::Number(text.parse().unwrap())),
        4 => prop::sample::select(vec!["a", "b", "c, d", "e", "longpref", "longprefix 1", "longprefix 2"]).prop_map(Value::from),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(Value::Null),
        1 => (1..6_u8).prop_map(|day| Value::from(feel::Date::new(2026, 1, day))),
        1 => Just(Value::list(vec![Value::number(1), Value::from("a")])),
    ]
}

fn column(rules: usize) -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(cell(), rules)
}

fn table() -> impl Strategy<Value = Vec<Vec<String>>> {
    (0..90_usize, 1..4_usize)
        .prop_flat_map(|(rules, columns)| prop::collection::vec(column(rules), columns))
}

/// The output values in order of priority.
const PRIORITIES: [i64; 3] = [1, 0, 2];

/// What a policy makes of the rules that match; the outputs are the numbers of the rules, or by `of_three` these
/// divided by three.
struct Policy {
    name: &'static str,
    of_three: bool,
    conclude: fn(&[i64]) -> Value,
}

fn numbers(found: &[i64]) -> Value {
    if found.is_empty() {
        return Value::Null;
    }
    Value::list(found.iter().copied().map(Value::number).collect())
}

fn first(found: &[i64]) -> Value {
    found.first().copied().map(Value::number).unwrap_or_default()
}

/// The outputs as they come first among the output values.
fn ordered(found: &[i64]) -> Vec<i64> {
    let mut found = found.to_vec();
    found.sort_by_key(|output| PRIORITIES.iter().position(|it| it == output));
    found
}

fn policies() -> [Policy; 7] {
    let policy = |name, of_three, conclude| Policy { name, of_three, conclude };
    [
        policy("COLLECT", false, numbers),
        policy("RULE ORDER", false, numbers),
        policy("FIRST", false, first),
        policy("UNIQUE", false, |found| if found.len() == 1 { first(found) } else { Value::Null }),
        policy("ANY", true, |found| {
            let is_one = found.iter().all(|output| found.first() == Some(output));
            if is_one { first(found) } else { Value::Null }
        }),
        policy("PRIORITY", true, |found| first(&ordered(found))),
        policy("OUTPUT ORDER", true, |found| numbers(&ordered(found))),
    ]
}

impl Policy {
    fn output(&self, rule: i64) -> i64 {
        if self.of_three { rule % 3 } else { rule }
    }

    fn model(&self, columns: &[Vec<String>]) -> dmn::Model {
        let values =
            if self.of_three { "<outputValues><text>1, 0, 2</text></outputValues>" } else { "" };
        dmn::compile(&xml(self.name, values, columns, |rule| self.output(rule))).unwrap()
    }
}

fn xml(policy: &str, values: &str, columns: &[Vec<String>], output: impl Fn(i64) -> i64) -> String {
    let inputs: String = (0..columns.len())
        .map(|at| format!("<input><inputExpression><text>x{at}</text></inputExpression></input>"))
        .collect();
    let rules: String = (0..columns[0].len())
        .map(|rule| {
            let cells: String = columns
                .iter()
                .map(|column| {
                    format!("<inputEntry><text><![CDATA[{}]]></text></inputEntry>", column[rule])
                })
                .collect();
            let output = output(i64::try_from(rule).unwrap());
            format!("<rule>{cells}<outputEntry><text>{output}</text></outputEntry></rule>")
        })
        .collect();
    format!(
        "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" id=\"m\" name=\"m\" namespace=\"m\">\
         <decision id=\"d\" name=\"d\"><decisionTable hitPolicy=\"{policy}\">{inputs}<output>{values}</output>{rules}\
         </decisionTable></decision></definitions>"
    )
}

/// Asks every cell of every rule.
fn brute_force(columns: &[Vec<String>], context: &Context) -> Vec<i64> {
    let options = Options { dialect: DIALECT, names: &[] };
    let passes = |cell: &str, input: &Value| {
        let tests = feel::compile_unary_tests(cell, &options).unwrap();
        tests.matches_in(input, context, &mut Run::new(Timestamp(0))).as_bool() == Some(true)
    };
    (0..columns[0].len())
        .filter(|rule| {
            columns.iter().enumerate().all(|(at, column)| {
                let input = context.get(&format!("x{at}")).unwrap();
                column[*rule] == "-" || passes(&column[*rule], input)
            })
        })
        .map(|rule| i64::try_from(rule).unwrap())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_index_finds_the_rules_that_brute_force_finds(
        columns in table(),
        rows in prop::collection::vec(prop::collection::vec(input(), 4), 1..12),
    ) {
        let models = policies().map(|policy| (policy.model(&columns), policy));
        for row in rows {
            let mut context: Context =
                row.iter().enumerate().map(|(at, value)| (format!("x{at}"), value.clone())).collect();
            context.insert("other", row[3].clone());
            let matching = brute_force(&columns, &context);
            for (model, policy) in &models {
                let [plain, traced] = [TraceMode::Off, TraceMode::On].map(|trace| {
                    model.evaluate("d", &context, &mut Run::new(Timestamp(0)), trace).unwrap()
                });
                let outputs: Vec<i64> = matching.iter().map(|rule| policy.output(*rule)).collect();
                let expected = (policy.conclude)(&outputs);
                prop_assert_eq!(&plain.value, &expected, "{} of {:?}", policy.name, context);
                prop_assert_eq!(&traced.value, &expected, "{}, traced, of {:?}", policy.name, context);
                let trace = traced.trace.unwrap();
                let traced = trace.decisions[0].matched.iter().map(|rule| i64::from(rule.index) - 1);
                let counted = if policy.name == "FIRST" { matching.len().min(1) } else { matching.len() };
                prop_assert_eq!(traced.collect::<Vec<_>>(), &matching[..counted], "{}", policy.name);
            }
        }
    }
}
