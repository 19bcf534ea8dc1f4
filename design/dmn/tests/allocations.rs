//! How much memory evaluations allocate. A binary of its own: the counting allocator serves all of it.

#![expect(clippy::format_collect, reason = "a test's model need not be written fast")]

use dmn::{Arena, Model, TraceMode};
use feel::{Context, Run, Timestamp, Value};

/// Ten rules over a number, a string and a number, of which exactly one matches.
fn ten_rules(policy: &str) -> Model {
    let mut rows = Vec::new();
    for tier in ["gold", "silver", "bronze"] {
        for amount in ["< 100", "[100..1000)", ">= 1000"] {
            let is_split = (tier, amount) == ("gold", "< 100");
            for years in if is_split { &["< 2", ">= 2"][..] } else { &["-"] } {
                rows.push([amount, tier, years]);
            }
        }
    }
    let rules: String = rows
        .into_iter()
        .map(|[amount, tier, years]| {
            format!(
                r#"<rule><inputEntry><text><![CDATA[{amount}]]></text></inputEntry>
                <inputEntry><text>"{tier}"</text></inputEntry>
                <inputEntry><text><![CDATA[{years}]]></text></inputEntry>
                <outputEntry><text><![CDATA["{tier} {amount} {years}"]]></text></outputEntry></rule>"#
            )
        })
        .collect();
    let inputs: String = [("amount", "number"), ("tier", "string"), ("years", "number")]
        .map(|(name, _)| format!("<inputData id=\"{name}\" name=\"{name}\"/>"))
        .concat();
    let requires: String = ["amount", "tier", "years"]
        .map(|name| {
            format!(
                "<informationRequirement><requiredInput href=\"#{name}\"/></informationRequirement>"
            )
        })
        .concat();
    let columns: String = [("amount", "number"), ("tier", "string"), ("years", "number")]
        .map(|(name, kind)| {
            format!(
                "<input><inputExpression typeRef=\"{kind}\"><text>{name}</text></inputExpression></input>"
            )
        })
        .concat();
    let xml = format!(
        r#"<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="m" name="m" namespace="m">
        {inputs}<decision id="d" name="d">{requires}
        <decisionTable hitPolicy="{policy}">{columns}<output typeRef="string"/>{rules}</decisionTable>
        </decision></definitions>"#
    );
    dmn::compile(&xml).expect("the table is sound")
}

fn inputs(amount: i64, tier: &str, years: i64) -> Context {
    let entries =
        [("amount", Value::number(amount)), ("tier", Value::string(tier)), ("years", years.into())];
    entries.into_iter().collect()
}

#[test]
fn a_table_of_ten_rules_allocates_nothing_once_it_is_warm() {
    let cases = [
        (50, "gold", 1, "gold < 100 < 2"),
        (50, "gold", 2, "gold < 100 >= 2"),
        (100, "silver", 9, "silver [100..1000) -"),
        (1000, "bronze", 0, "bronze >= 1000 -"),
    ];
    for policy in ["UNIQUE", "FIRST", "ANY"] {
        let model = ten_rules(policy);
        let mut arena = Arena::default();
        for (amount, tier, years, expected) in cases {
            let inputs = inputs(amount, tier, years);
            let mut evaluate = || {
                let mut run = Run::new(Timestamp(0));
                model.evaluate_in("d", &inputs, &mut run, TraceMode::Off, &mut arena).unwrap().value
            };
            assert_eq!(evaluate(), Value::string(expected), "{policy}");
            let counted = allocation_counter::measure(|| {
                evaluate();
            });
            assert_eq!(counted.count_total, 0, "{policy}: {counted:?}");
            // Memory is used again, not kept.
            assert_eq!(counted.count_current, 0, "{policy}: {counted:?}");
        }
    }
}

#[test]
fn a_table_of_literals_allocates_nothing_even_the_first_time() {
    let inputs = inputs(50, "gold", 1);
    for policy in ["UNIQUE", "FIRST", "ANY"] {
        let model = ten_rules(policy);
        // The plan is made at the first evaluation of a decision.
        model.evaluate("d", &inputs, &mut Run::new(Timestamp(0)), TraceMode::Off).unwrap();
        let counted = allocation_counter::measure(|| {
            let mut run = Run::new(Timestamp(0));
            let evaluation = model.evaluate("d", &inputs, &mut run, TraceMode::Off).unwrap();
            assert_eq!(evaluation.value.as_str(), Some("gold < 100 < 2"));
        });
        assert_eq!(counted.count_total, 0, "{policy}: {counted:?}");
    }
}

#[test]
fn the_counter_counts() {
    let counted = allocation_counter::measure(|| {
        std::hint::black_box(Value::string("something"));
    });
    assert!(counted.count_total > 0);
}
