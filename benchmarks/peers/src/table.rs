//! The tables that all engines get: rules over an amount, a tier and years that exclude each other and leave no gap, and
//! cases with the answer that the rules were made to give.

use std::fmt::Write as _;

/// A rule: `low <= amount < high`, the tier, `from <= years < to`.
pub(crate) struct Rule {
    pub(crate) low: Option<i64>,
    pub(crate) high: Option<i64>,
    pub(crate) tier: String,
    pub(crate) from: Option<i64>,
    pub(crate) to: Option<i64>,
    pub(crate) answer: String,
}

pub(crate) struct Case {
    pub(crate) amount: i64,
    pub(crate) tier: String,
    pub(crate) years: i64,
    pub(crate) expected: String,
}

pub(crate) struct Table {
    pub(crate) rules: Vec<Rule>,
    pub(crate) cases: Vec<Case>,
}

impl Table {
    /// Ten rules: three tiers by three bands of amounts; one of these is divided by years.
    pub(crate) fn small() -> Self {
        let tiers = ["gold", "silver", "bronze"].map(str::to_owned);
        let bands = [(None, Some(100)), (Some(100), Some(1000)), (Some(1000), None)];
        Self::new(&tiers, &bands, |tier, band| tier == 0 && band == 0)
    }

    /// A thousand rules: ten tiers by a hundred bands of amounts.
    pub(crate) fn large() -> Self {
        let tiers: Vec<String> = (0..10).map(|tier| format!("tier {tier}")).collect();
        let bands: Vec<_> = (0..100).map(|band| (Some(band * 10), Some(band * 10 + 10))).collect();
        Self::new(&tiers, &bands, |_, _| false)
    }

    fn new(
        tiers: &[String],
        bands: &[(Option<i64>, Option<i64>)],
        is_divided: impl Fn(usize, usize) -> bool,
    ) -> Self {
        let (mut rules, mut cases) = (Vec::new(), Vec::new());
        for (at, (low, high)) in bands.iter().enumerate() {
            for (which, tier) in tiers.iter().enumerate() {
                let years: &[(Option<i64>, Option<i64>)] =
                    if is_divided(which, at) { &[(None, Some(2)), (Some(2), None)] } else { &[(None, None)] };
                for (from, to) in years {
                    let answer = format!("answer {}", rules.len());
                    let amount = low.unwrap_or_else(|| high.unwrap_or(0) - 1);
                    let years = from.unwrap_or_else(|| to.unwrap_or(4) - 1);
                    cases.push(Case { amount, tier: tier.clone(), years, expected: answer.clone() });
                    let tier = tier.clone();
                    rules.push(Rule { low: *low, high: *high, tier, from: *from, to: *to, answer });
                }
            }
        }
        // Neighbours must not help each other through the caches: the cases come in a scattered order.
        let count = cases.len();
        let mut scattered: Vec<(usize, Case)> =
            cases.into_iter().enumerate().map(|(at, case)| (at * 617 % count, case)).collect();
        scattered.sort_by_key(|(at, _)| *at);
        Self { rules, cases: scattered.into_iter().map(|(_, case)| case).collect() }
    }

    /// The table as DMN, its decision named `answer`.
    pub(crate) fn to_dmn(&self) -> String {
        let mut xml = String::from(
            r##"<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="m" name="m" namespace="https://peers">"##,
        );
        for (name, kind) in [("amount", "number"), ("tier", "string"), ("years", "number")] {
            let _ = write!(
                xml,
                r##"<inputData id="{name}" name="{name}"><variable name="{name}" typeRef="{kind}"/></inputData>"##
            );
        }
        xml += r##"<decision id="answer" name="answer"><variable name="answer" typeRef="string"/>"##;
        for (at, name) in ["amount", "tier", "years"].iter().enumerate() {
            let _ = write!(
                xml,
                r##"<informationRequirement id="r{at}"><requiredInput href="#{name}"/></informationRequirement>"##
            );
        }
        xml += r#"<decisionTable id="t" hitPolicy="UNIQUE">"#;
        for (name, kind) in [("amount", "number"), ("tier", "string"), ("years", "number")] {
            let _ = write!(
                xml,
                r#"<input id="c_{name}"><inputExpression typeRef="{kind}"><text>{name}</text></inputExpression></input>"#
            );
        }
        xml += r#"<output id="o" typeRef="string"/>"#;
        for (at, rule) in self.rules.iter().enumerate() {
            let _ = write!(
                xml,
                r#"<rule id="r_{at}"><inputEntry><text><![CDATA[{}]]></text></inputEntry>
                <inputEntry><text>"{}"</text></inputEntry>
                <inputEntry><text><![CDATA[{}]]></text></inputEntry>
                <outputEntry><text>"{}"</text></outputEntry></rule>"#,
                cell(rule.low, rule.high),
                rule.tier,
                cell(rule.from, rule.to),
                rule.answer
            );
        }
        xml + "</decisionTable></decision></definitions>"
    }

    /// The rules as lines that the Java program reads.
    pub(crate) fn to_rule_lines(&self) -> String {
        let number = |value: Option<i64>| value.map_or(String::new(), |value| value.to_string());
        let mut text = String::new();
        for Rule { low, high, tier, from, to, answer } in &self.rules {
            let [low, high, from, to] = [low, high, from, to].map(|it| number(*it));
            let _ = writeln!(text, "{low}\t{high}\t{tier}\t{from}\t{to}\t{answer}");
        }
        text
    }

    pub(crate) fn to_case_lines(&self) -> String {
        let mut text = String::new();
        for Case { amount, tier, years, expected } in &self.cases {
            let _ = writeln!(text, "{amount}\t{tier}\t{years}\t{expected}");
        }
        text
    }
}

fn cell(low: Option<i64>, high: Option<i64>) -> String {
    match (low, high) {
        (Some(low), Some(high)) => format!("[{low}..{high})"),
        (Some(low), None) => format!(">= {low}"),
        (None, Some(high)) => format!("< {high}"),
        (None, None) => "-".to_owned(),
    }
}
