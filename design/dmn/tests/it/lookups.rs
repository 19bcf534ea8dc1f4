//! The short way through a table of literals against the long one, which a trace takes: on random tables both give the
//! same value and the same remarks, and the value is what brute force makes of the rules.

use std::fmt::Write as _;

use dmn::{Model, TraceMode};
use feel::{Context, Dialect, Options, Run, Timestamp, Value};
use proptest::prelude::*;

/// A table over the declared inputs `x0`, `x1`, .. of these types.
#[derive(Debug, Clone)]
struct Table {
    policy: &'static str,
    kinds: Vec<&'static str>,
    /// One for each input and rule.
    columns: Vec<Vec<String>>,
    outputs: usize,
    has_default: bool,
    answers: usize,
}

impl Table {
    fn rules(&self) -> usize {
        self.columns.first().map_or(0, Vec::len)
    }

    /// What a rule says in an output column. Some rules say the same.
    fn answer(&self, rule: usize, output: usize) -> i64 {
        i64::try_from(rule % self.answers * 10 + output).unwrap()
    }

    fn xml(&self) -> String {
        let mut xml = String::from(
            r#"<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="m" name="m" namespace="m">
            <inputData id="unread" name="unread"><variable name="unread" typeRef="number"/></inputData>"#,
        );
        let mut requires = String::from(
            r##"<informationRequirement><requiredInput href="#unread"/></informationRequirement>"##,
        );
        let mut clauses = String::new();
        for (at, kind) in self.kinds.iter().enumerate() {
            let _ = write!(
                xml,
                r#"<inputData id="x{at}" name="x{at}"><variable name="x{at}" typeRef="{kind}"/></inputData>"#
            );
            let _ = write!(
                requires,
                r##"<informationRequirement><requiredInput href="#x{at}"/></informationRequirement>"##
            );
            let _ = write!(
                clauses,
                r#"<input><inputExpression typeRef="{kind}"><text>x{at}</text></inputExpression></input>"#
            );
        }
        for output in 0..self.outputs {
            let default = if self.has_default {
                "<defaultOutputEntry><text>-1</text></defaultOutputEntry>"
            } else {
                ""
            };
            let _ =
                write!(clauses, r#"<output name="o{output}" typeRef="number">{default}</output>"#);
        }
        let _ = write!(
            xml,
            r#"<decision id="d" name="d">{requires}<decisionTable hitPolicy="{}">{clauses}"#,
            self.policy
        );
        for rule in 0..self.rules() {
            xml += "<rule>";
            for column in &self.columns {
                let _ = write!(
                    xml,
                    "<inputEntry><text><![CDATA[{}]]></text></inputEntry>",
                    column[rule]
                );
            }
            for output in 0..self.outputs {
                let answer = self.answer(rule, output);
                let _ = write!(xml, "<outputEntry><text>{answer}</text></outputEntry>");
            }
            xml += "</rule>";
        }
        xml + "</decisionTable></decision></definitions>"
    }

    /// Asks every cell of every rule.
    fn brute_force(&self, inputs: &Context) -> Vec<usize> {
        let options = Options { dialect: Dialect::Standard, names: &[] };
        let passes = |cell: &str, input: &Value| {
            let tests = feel::compile_unary_tests(cell, &options).unwrap();
            tests.matches_in(input, inputs, &mut Run::new(Timestamp(0))).as_bool() == Some(true)
        };
        let null = Value::Null;
        let mut matching: Vec<usize> = (0..self.rules()).collect();
        for (at, column) in self.columns.iter().enumerate() {
            let input = inputs.get(&format!("x{at}")).unwrap_or(&null);
            matching.retain(|rule| column[*rule] == "-" || passes(&column[*rule], input));
        }
        matching
    }

    /// What the rules that match say.
    fn expected(&self, matching: &[usize]) -> Value {
        let of = |answer: &dyn Fn(usize) -> i64| match self.outputs {
            1 => Value::number(answer(0)),
            many => {
                let entries = (0..many).map(|at| (format!("o{at}"), Value::number(answer(at))));
                Value::context(entries)
            }
        };
        let same = |rule: &usize| rule % self.answers == matching[0] % self.answers;
        match (self.policy, matching) {
            (_, []) if self.has_default => of(&|_| -1),
            (_, []) => Value::Null,
            ("FIRST", [first, ..]) | (_, [first]) => of(&|output| self.answer(*first, output)),
            ("ANY", [first, ..]) if matching.iter().all(same) => {
                of(&|output| self.answer(*first, output))
            }
            _ => Value::Null,
        }
    }
}

/// Evaluates both ways and compares them.
fn both_ways(model: &Model, inputs: &Context) -> Value {
    let [short, long] = [TraceMode::Off, TraceMode::On]
        .map(|trace| model.evaluate("d", inputs, &mut Run::new(Timestamp(0)), trace).unwrap());
    assert_eq!((&short.value, &short.warnings), (&long.value, &long.warnings), "{inputs:?}");
    short.value
}

fn number_cell() -> impl Strategy<Value = String> {
    let number = -3..8_i32;
    prop_oneof![
        3 => Just("-".to_owned()),
        3 => number.clone().prop_map(|n| n.to_string()),
        2 => number.clone().prop_map(|n| format!("< {n}.5")),
        3 => (number.clone(), number.clone()).prop_map(|(from, to)| format!("[{from}..{to})")),
        1 => (number.clone(), number).prop_map(|(a, b)| format!("not({a}, > {b})")),
        1 => Just(">= 9223372036854775807".to_owned()),
    ]
}

fn text() -> impl Strategy<Value = &'static str> {
    let texts = ["a", "a\u{0}", "b", "eight by", "eight byt", "eight bytes", "", "ä", "z"];
    prop::sample::select(texts.to_vec())
}

fn text_cell() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => Just("-".to_owned()),
        4 => text().prop_map(|text| format!("\"{text}\"")),
        1 => (text(), text()).prop_map(|(a, b)| format!("\"{a}\", \"{b}\"")),
        1 => text().prop_map(|text| format!("not(\"{text}\")")),
    ]
}

fn column(rules: usize) -> impl Strategy<Value = (&'static str, Vec<String>)> {
    prop_oneof![
        prop::collection::vec(number_cell(), rules).prop_map(|cells| ("number", cells)),
        prop::collection::vec(text_cell(), rules).prop_map(|cells| ("string", cells)),
        prop::collection::vec(Just("-".to_owned()), rules).prop_map(|cells| ("boolean", cells)),
    ]
}

fn table() -> impl Strategy<Value = Table> {
    let policy = prop::sample::select(vec!["UNIQUE", "FIRST", "ANY"]);
    let columns = (0..130_usize, 1..5_usize)
        .prop_flat_map(|(rules, columns)| prop::collection::vec(column(rules), columns));
    (policy, columns, 1..3_usize, any::<bool>(), 1..4_usize).prop_map(
        |(policy, columns, outputs, has_default, answers)| {
            let (kinds, columns) = columns.into_iter().unzip();
            Table { policy, kinds, columns, outputs, has_default, answers }
        },
    )
}

/// Mostly of the type that is declared.
fn input(kind: &str) -> BoxedStrategy<Value> {
    let number = prop_oneof![
        6 => (-14..34_i64).prop_map(|it| Value::Number(feel::Decimal::from_scaled(it * 25, 2))),
        1 => Just(Value::Number("9223372036854775807.5".parse().unwrap())),
    ];
    let own = match kind {
        "number" => number.boxed(),
        "string" => text().prop_map(Value::from).boxed(),
        _ => any::<bool>().prop_map(Value::from).boxed(),
    };
    prop_oneof![
        20 => own,
        1 => Just(Value::Null),
        1 => Just(Value::list(vec![Value::number(1)])),
        1 => Just(Value::Boolean(true)),
    ]
    .boxed()
}

fn case() -> impl Strategy<Value = (Table, Vec<Context>)> {
    table().prop_flat_map(|table| {
        let row: Vec<BoxedStrategy<Value>> = table.kinds.iter().map(|kind| input(kind)).collect();
        let given = (row, any::<bool>(), input("number")).prop_map(|(row, is_left_out, unread)| {
            let skip = usize::from(is_left_out && row.len() > 1);
            let named = row.into_iter().enumerate().skip(skip);
            let entries = named.map(|(at, value)| (format!("x{at}"), value));
            entries.chain([("unread".to_owned(), unread)]).collect()
        });
        (Just(table), prop::collection::vec(given, 1..12))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_short_way_says_what_the_long_one_and_brute_force_say((table, given) in case()) {
        let model = dmn::compile(&table.xml()).unwrap();
        for inputs in given {
            let value = both_ways(&model, &inputs);
            // What is of another type is converted or refused before the rules are asked.
            let is_typed = table.kinds.iter().enumerate().all(|(at, kind)| {
                let value = inputs.get(&format!("x{at}")).unwrap_or(&Value::Null);
                value.is_null() || value.type_name() == *kind
            });
            if is_typed {
                prop_assert_eq!(value, table.expected(&table.brute_force(&inputs)), "{:?}", inputs);
            }
        }
    }
}

#[test]
fn a_rule_is_found_among_so_many_that_one_bit_stands_for_several_words() {
    let rules = 9_000;
    let (mut bands, mut tiers) = (Vec::new(), Vec::new());
    for rule in 0..rules {
        bands.push(format!("[{}..{})", rule / 3 * 10, rule / 3 * 10 + 10));
        tiers.push(format!("\"{}\"", ["gold", "silver", "bronze"][rule % 3]));
    }
    for policy in ["UNIQUE", "FIRST"] {
        let table = Table {
            policy,
            kinds: vec!["number", "string"],
            columns: vec![bands.clone(), tiers.clone()],
            outputs: 1,
            has_default: false,
            answers: rules,
        };
        let model = dmn::compile(&table.xml()).unwrap();
        for rule in [0, 1, 63, 64, 191, 192, 4095, 4096, 8191, rules - 1] {
            let amount = i64::try_from(rule / 3 * 10 + 9).unwrap();
            let tier = ["gold", "silver", "bronze"][rule % 3];
            let inputs = [("x0", Value::number(amount)), ("x1", tier.into())];
            let value = both_ways(&model, &inputs.into_iter().collect());
            assert_eq!(value, Value::number(table.answer(rule, 0)), "{policy} {rule}");
        }
        let outside = [("x0", Value::number(-1)), ("x1", "gold".into())];
        assert_eq!(both_ways(&model, &outside.into_iter().collect()), Value::Null);
    }
}
