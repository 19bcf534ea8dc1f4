//! The verifier against brute force on random tables: each kind of finding is there exactly where asking every
//! point says so; with cells that are more than literals, what is claimed is true.

use std::collections::BTreeSet;

use dmn::{
    Model, TraceMode,
    verify::{Finding, Report, Witness},
};
use feel::{Context, Dialect, Options, Run, Timestamp, Value};
use proptest::prelude::*;

/// The cells of a rule, and its output.
type Rule = ([String; 3], i64);

const NAMES: [&str; 3] = ["x", "s", "b"];

/// The output values in order of priority; 3 is none of them.
const PRIORITIES: [i64; 3] = [1, 0, 2];

fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => Just("-".to_owned()),
        2 => (0..5_i32).prop_map(|n| n.to_string()),
        2 => (0..5_i32).prop_map(|n| format!("< {n}")),
        2 => (0..5_i32).prop_map(|n| format!(">= {n}")),
        2 => (0..3_i32, 1..5_i32).prop_map(|(n, m)| format!("[{n}..{m}]")),
        1 => (0..5_i32).prop_map(|n| format!("not({n})")),
        1 => (0..5_i32).prop_map(|n| format!("null, {n}")),
        1 => Just("not(null)".to_owned()),
        1 => Just("true".to_owned()),
    ]
}

fn string() -> impl Strategy<Value = String> {
    let cells = ["-", "-", "\"a\"", "\"b\"", "\"a\", \"c\"", "not(\"a\")", "< \"b\"", "null", "5"];
    prop::sample::select(cells.to_vec()).prop_map(str::to_owned)
}

fn boolean() -> impl Strategy<Value = String> {
    let cells = ["-", "-", "-", "true", "false", "not(true)", "\"a\""];
    prop::sample::select(cells.to_vec()).prop_map(str::to_owned)
}

fn rule() -> impl Strategy<Value = Rule> {
    (number(), string(), boolean(), 0..4_i64).prop_map(|(x, s, b, output)| ([x, s, b], output))
}

fn model(policy: &str, rules: &[Rule]) -> Model {
    let rules: String = rules
        .iter()
        .map(|(cells, output)| {
            let cells: String = cells
                .iter()
                .map(|cell| format!("<inputEntry><text><![CDATA[{cell}]]></text></inputEntry>"))
                .collect();
            format!("<rule>{cells}<outputEntry><text>{output}</text></outputEntry></rule>")
        })
        .collect();
    let xml = format!(
        r#"<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="m" name="m" namespace="m">
        <itemDefinition name="tLetter"><typeRef>string</typeRef><allowedValues><text>"a", "b", "c"</text></allowedValues></itemDefinition>
        <decision id="d" name="d"><decisionTable hitPolicy="{policy}">
            <input><inputExpression typeRef="number"><text>x</text></inputExpression></input>
            <input><inputExpression typeRef="tLetter"><text>s</text></inputExpression></input>
            <input><inputExpression typeRef="boolean"><text>b</text></inputExpression></input>
            <output name="o"><outputValues><text>1, 0, 2</text></outputValues></output>{rules}
        </decisionTable></decision></definitions>"#
    );
    dmn::compile(&xml).unwrap()
}

fn report(policy: &str, rules: &[Rule]) -> Report {
    model(policy, rules).verify().remove(0)
}

/// Every half from -1 to 6 stands for its surroundings, as all literals are whole.
fn values(column: usize) -> Vec<Value> {
    let mut values: Vec<Value> = match column {
        0 => (-2..12).map(|n| Value::Number(feel::Decimal::from_scaled(n * 5, 1))).collect(),
        1 => ["a", "b", "c"].map(Value::from).to_vec(),
        _ => vec![false.into(), true.into()],
    };
    values.push(Value::Null);
    values
}

type Point = [Value; 3];

fn points() -> impl Iterator<Item = Point> {
    values(0).into_iter().flat_map(|x| {
        values(1).into_iter().flat_map(move |s| {
            let x = x.clone();
            values(2).into_iter().map(move |b| [x.clone(), s.clone(), b])
        })
    })
}

/// Whether a cell lets a value through, asked of FEEL alone.
fn passes(cell: &str, value: &Value, limit: &Value) -> bool {
    let options = Options { dialect: Dialect::Standard, names: &[] };
    let scope: Context = [("limit", limit.clone())].into_iter().collect();
    let tests = |cell| feel::compile_unary_tests(cell, &options).unwrap();
    cell == "-"
        || tests(cell).matches_in(value, &scope, &mut Run::new(Timestamp(0))).as_bool()
            == Some(true)
}

/// For each column and rule the values that pass.
fn passing(rules: &[Rule], limit: &Value) -> Vec<Vec<BTreeSet<usize>>> {
    let cell = |column: usize, cell: &str| {
        let all = values(column);
        (0..all.len()).filter(|at| passes(cell, &all[*at], limit)).collect()
    };
    (0..3).map(|at| rules.iter().map(|rule| cell(at, &rule.0[at])).collect()).collect()
}

/// The rules that match, by the sets of passing values.
fn matching(passing: &[Vec<BTreeSet<usize>>], at: [usize; 3]) -> Vec<usize> {
    let matches = |rule: &usize| (0..3).all(|column| passing[column][*rule].contains(&at[column]));
    (0..passing[0].len()).filter(matches).collect()
}

fn all_points() -> Vec<[usize; 3]> {
    let counts = [0, 1, 2].map(|column| values(column).len());
    let each = (0..counts[0]).flat_map(move |x| {
        (0..counts[1]).flat_map(move |s| (0..counts[2]).map(move |b| [x, s, b]))
    });
    each.collect()
}

fn is_null(at: [usize; 3]) -> bool {
    (0..3).any(|column| at[column] + 1 == values(column).len())
}

/// The rules that match a witness of all columns.
fn at_witness(rules: &[Rule], witness: &Witness, limit: &Value) -> Vec<usize> {
    let value = |column: usize| &witness.iter().find(|it| *it.0 == *NAMES[column]).unwrap().1;
    let matches = |rule: &Rule| (0..3).all(|at| passes(&rule.0[at], value(at), limit));
    (0..rules.len()).filter(|rule| matches(&rules[*rule])).collect()
}

/// The pairs of rules that a policy forbids to match together, each shown by its witness.
fn clashes(report: &Report, rules: &[Rule]) -> BTreeSet<[usize; 2]> {
    let mut found = BTreeSet::new();
    for finding in &report.findings {
        if let Finding::Overlap { rules: pair, witness, .. }
        | Finding::Conflict { rules: pair, witness, .. } = finding
        {
            let pair = pair.map(|rule| rule - 1);
            let matching = at_witness(rules, witness, &Value::Null);
            assert!(pair.iter().all(|rule| matching.contains(rule)), "{finding}");
            found.insert(pair);
        }
    }
    found
}

/// What a kind of findings says of single rules.
fn rules_of(report: &Report, of: impl Fn(&Finding) -> Option<usize>) -> BTreeSet<usize> {
    report.findings.iter().filter_map(of).map(|rule| rule - 1).collect()
}

fn pairs(count: usize, is: impl Fn(usize, usize) -> bool) -> BTreeSet<[usize; 2]> {
    let all = (0..count).flat_map(|left| (left + 1..count).map(move |right| [left, right]));
    all.filter(|[left, right]| is(*left, *right)).collect()
}

fn check_unique(rules: &[Rule], passing: &[Vec<BTreeSet<usize>>], all: &[Vec<usize>]) {
    let report = report("UNIQUE", rules);
    assert!(report.is_complete);
    let mut has_gap = false;
    for finding in &report.findings {
        if let Finding::Gap { witness } = finding {
            assert!(at_witness(rules, witness, &Value::Null).is_empty(), "{finding}");
            assert!(witness.iter().all(|it| !it.1.is_null()), "{finding}");
            has_gap = true;
        }
    }
    let is_gap = |(at, found): (&[usize; 3], &Vec<usize>)| !is_null(*at) && found.is_empty();
    assert_eq!(has_gap, all_points().iter().zip(all).any(is_gap), "gaps");
    let meet = |left, right| all.iter().any(|it| it.contains(&left) && it.contains(&right));
    assert_eq!(clashes(&report, rules), pairs(rules.len(), meet), "overlaps");
    let impossible = rules_of(&report, |it| match it {
        Finding::Impossible { rule, .. } => Some(*rule),
        _ => None,
    });
    let never: BTreeSet<usize> =
        (0..rules.len()).filter(|rule| all.iter().all(|found| !found.contains(rule))).collect();
    assert_eq!(impossible, never, "impossible");
    for (column, name) in NAMES.iter().enumerate() {
        let null = values(column).len() - 1;
        let takes_null = (0..rules.len()).any(|rule| passing[column][rule].contains(&null));
        let is_noted = report.null_gaps.iter().any(|it| **it == **name);
        assert_eq!(is_noted, !takes_null, "null {name}");
        let unused = Finding::UnusedInput { column: (*name).into() };
        let is_unused = rules.iter().all(|rule| rule.0[column] == "-");
        assert_eq!(report.findings.contains(&unused), is_unused, "unused {name}");
    }
    check_mergeable(&report, rules, passing, &never);
}

fn check_mergeable(
    report: &Report,
    rules: &[Rule],
    passing: &[Vec<BTreeSet<usize>>],
    never: &BTreeSet<usize>,
) {
    for (column, own) in NAMES.iter().enumerate() {
        let groups: Vec<Vec<usize>> = report
            .findings
            .iter()
            .filter_map(|it| match it {
                Finding::Mergeable { rules, column: name } if **name == **own => {
                    Some(rules.iter().map(|rule| rule - 1).collect())
                }
                _ => None,
            })
            .collect();
        let can_be_one = |left: usize, right: usize| {
            rules[left].1 == rules[right].1
                && (0..3).all(|at| at == column || passing[at][left] == passing[at][right])
        };
        for group in &groups {
            assert!(group.iter().all(|rule| can_be_one(group[0], *rule)), "mergeable {group:?}");
        }
        let wanted = pairs(rules.len(), |left, right| {
            let is_possible = !never.contains(&left) && !never.contains(&right);
            is_possible
                && can_be_one(left, right)
                && rules[left].0[column] != rules[right].0[column]
        });
        for [left, right] in wanted {
            let together = |group: &Vec<usize>| group.contains(&left) && group.contains(&right);
            assert!(groups.iter().any(together), "{left} and {right} in {own}");
        }
    }
}

/// The rules that match somewhere and are nowhere the first of this order.
fn hidden(order: &[usize], all: &[Vec<usize>]) -> BTreeSet<usize> {
    let counts = |rule: &usize| {
        let is_first =
            |found: &Vec<usize>| order.iter().find(|it| found.contains(it)) == Some(rule);
        all.iter().any(is_first)
    };
    let matches = |rule: &usize| all.iter().any(|found| found.contains(rule));
    order.iter().copied().filter(|rule| matches(rule) && !counts(rule)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_findings_are_those_of_brute_force(rules in prop::collection::vec(rule(), 1..7)) {
        let passing = passing(&rules, &Value::Null);
        let all: Vec<Vec<usize>> =
            all_points().into_iter().map(|at| matching(&passing, at)).collect();
        check_unique(&rules, &passing, &all);

        let any = report("ANY", &rules);
        let differ = |left: usize, right: usize| {
            rules[left].1 != rules[right].1
                && all.iter().any(|it| it.contains(&left) && it.contains(&right))
        };
        prop_assert_eq!(clashes(&any, &rules), pairs(rules.len(), differ), "conflicts");

        let first = rules_of(&report("FIRST", &rules), |it| match it {
            Finding::Masked { rule } => Some(*rule),
            _ => None,
        });
        let order: Vec<usize> = (0..rules.len()).collect();
        prop_assert_eq!(first, hidden(&order, &all), "masked");

        let priority = report("PRIORITY", &rules);
        let outranked = rules_of(&priority, |it| match it {
            Finding::Outranked { rule } => Some(*rule),
            _ => None,
        });
        let mut order = order;
        let rank = |rule: &usize| PRIORITIES.iter().position(|it| *it == rules[*rule].1).unwrap_or(9);
        order.sort_by_key(rank);
        prop_assert_eq!(outranked, hidden(&order, &all), "outranked");

        let duplicates: BTreeSet<[usize; 2]> = priority
            .findings
            .iter()
            .filter_map(|it| match it {
                Finding::Duplicate { rules } => Some(rules.map(|rule| rule - 1)),
                _ => None,
            })
            .collect();
        prop_assert_eq!(duplicates, pairs(rules.len(), |left, right| rules[left] == rules[right]));
        let wrong = rules_of(&priority, |it| match it {
            Finding::OutputNotAllowed { rule, .. } => Some(*rule),
            _ => None,
        });
        let expected: BTreeSet<usize> =
            (0..rules.len()).filter(|rule| rules[*rule].1 == 3).collect();
        prop_assert_eq!(wrong, expected, "outputs");
    }

    /// The brute force asks FEEL; the table itself must agree with it.
    #[test]
    fn brute_force_is_what_the_table_does(rules in prop::collection::vec(rule(), 1..5)) {
        let numbered: Vec<Rule> =
            (0..).zip(&rules).map(|(at, rule)| (rule.0.clone(), at)).collect();
        let numbered = numbered.iter().filter(|rule| rule.1 < 3).cloned().collect::<Vec<_>>();
        let collecting = model("RULE ORDER", &numbered);
        let passing = passing(&numbered, &Value::Null);
        for (point, at) in points().zip(all_points()) {
            let inputs: Context = NAMES.into_iter().zip(point).collect();
            let found = collecting
                .evaluate("d", &inputs, &mut Run::new(Timestamp(0)), TraceMode::Off)
                .unwrap()
                .value;
            let number = |it: &Value| usize::try_from(it.as_number().unwrap().to_i64().unwrap()).unwrap();
            let found: Vec<usize> =
                found.as_list().map(|list| list.iter().map(number).collect()).unwrap_or_default();
            prop_assert_eq!(found, matching(&passing, at), "{:?}", inputs);
        }
    }

    #[test]
    fn what_is_claimed_of_cells_beyond_literals_is_true(
        mut rules in prop::collection::vec(rule(), 1..6),
        beyond in prop::collection::vec((0..6_usize, prop::sample::select(vec!["odd(?)", "? > 2", "> limit", "<= limit"])), 1..4),
    ) {
        for (at, cell) in beyond {
            let at = at % rules.len();
            rules[at].0[0] = cell.to_owned();
        }
        let limits = [Value::Null, Value::number(-3), Value::number(2), Value::number(9)];
        let all: Vec<Vec<Vec<usize>>> = limits
            .iter()
            .map(|limit| {
                let passing = passing(&rules, limit);
                all_points().into_iter().map(|at| matching(&passing, at)).collect()
            })
            .collect();
        let unique = report("UNIQUE", &rules);
        prop_assert!(!unique.is_complete && !unique.unverified.is_empty());
        for finding in &unique.findings {
            match finding {
                Finding::Gap { witness } => for limit in &limits {
                    prop_assert!(at_witness(&rules, witness, limit).is_empty(), "{}", finding);
                },
                Finding::Overlap { rules: pair, witness, where_true } if where_true.is_empty() => {
                    for limit in &limits {
                        let found = at_witness(&rules, witness, limit);
                        prop_assert!(pair.iter().all(|it| found.contains(&(it - 1))), "{}", finding);
                    }
                }
                Finding::Overlap { rules: pair, .. } => {
                    let [left, right] = pair.map(|rule| &rules[rule - 1].0[0]);
                    prop_assert_eq!(left, right);
                }
                Finding::Impossible { rule, .. } => {
                    let is_there = |found: &Vec<usize>| found.contains(&(rule - 1));
                    prop_assert!(!all.iter().flatten().any(is_there), "{}", finding);
                }
                _ => {}
            }
        }
        for finding in report("FIRST", &rules).findings {
            if let Finding::Masked { rule } = &finding {
                let counts = |found: &Vec<usize>| found.first() == Some(&(rule - 1));
                prop_assert!(!all.iter().flatten().any(counts), "{}", finding);
            }
        }
    }
}
