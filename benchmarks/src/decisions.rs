//! Decisions and expressions, without a server: how long one evaluation takes, how long reading an expression, and how
//! long the verification of a large table. `benchmarks/peers` measures the same beside other engines.

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, ensure};
use dmn::{Arena, Model, TraceMode};
use feel::{Context, Dialect, Options, Run, Timestamp, Value};

use crate::Load;
use crate::report::{Line, Section};

const FILTERED: &str = "sum(items[qty > 5].price)";
const TYPICAL: &str =
    r#"if amount > 1000 and customer.tier = "gold" then amount * 0.9 else amount + 4.5"#;

pub(crate) fn measure(load: Load) -> Result<Section> {
    let mut lines = Vec::new();
    let metals = ["gold", "silver", "bronze"].map(str::to_owned);
    lines.extend(table(load, "table of 10 rules", &metals, 3)?);
    lines.extend(table(load, "table of 1,000 rules", &tiers(), 100)?);
    lines.extend([filter(load)?, reading(load)?, verification()?]);
    let how = "One thread, the best of five rounds by the clock; models are compiled before, decisions run in one \
               arena. What they allocate without a trace is counted by tests: nothing."
        .to_owned();
    Ok(Section { title: "Decisions", how, lines })
}

/// Nanoseconds for one call: the best of five rounds.
fn nanos(load: Load, mut call: impl FnMut(usize)) -> f64 {
    let calls = load.requests.max(1) * 50;
    let round = |call: &mut dyn FnMut(usize)| {
        let begun = Instant::now();
        for number in 0..calls {
            call(number);
        }
        begun.elapsed().as_secs_f64() * 1e9 / f64::from(u32::try_from(calls).unwrap_or(u32::MAX))
    };
    (0..5).map(|_| round(&mut call)).fold(f64::INFINITY, f64::min)
}

fn tiers() -> Vec<String> {
    (0..10).map(|tier| format!("tier {tier}")).collect()
}

/// A UNIQUE table of bands of amounts by tiers, without a trace and with one; the first rule is divided by years where there
/// are few.
fn table(load: Load, what: &str, tiers: &[String], bands: usize) -> Result<[Line; 2]> {
    let mut rules = Vec::new();
    for band in 0..bands {
        for tier in tiers {
            let is_divided = bands < 10 && rules.is_empty();
            for years in if is_divided { &["< 2", ">= 2"][..] } else { &["-"] } {
                let amount = format!("[{}..{})", band * 10, band * 10 + 10);
                rules.push([amount, format!("\"{tier}\""), (*years).to_owned()]);
            }
        }
    }
    let columns = [("amount", "-"), ("tier", "-"), ("years", "-")];
    let model = compile(&columns, &rules)?;
    let cases: Vec<Context> = (0..bands * tiers.len())
        .map(|number| number * 617 % (bands * tiers.len()))
        .map(|number| {
            let amount = i64::try_from(number / tiers.len()).unwrap_or(0) * 10 + 3;
            let tier = tiers.get(number % tiers.len()).map_or("", String::as_str);
            let entries = [
                ("amount", Value::number(amount)),
                ("tier", Value::string(tier)),
                ("years", Value::number(2)),
            ];
            entries.into_iter().collect()
        })
        .collect();
    let plain = decided(load, &model, &cases, TraceMode::Off)?;
    let traced = decided(load, &model, &cases, TraceMode::On)?;
    Ok([
        Line::fact(format!("{what}, without a trace"), format!("{plain:.0} ns")),
        Line::fact(
            format!("{what}, with a trace"),
            format!("{traced:.0} ns, {:.1} times as long", traced / plain),
        ),
    ])
}

/// Nanoseconds for a decision `d` on these inputs in turn.
fn decided(load: Load, model: &Model, cases: &[Context], trace: TraceMode) -> Result<f64> {
    let mut arena = Arena::default();
    let mut wrong = 0_usize;
    let nanos = nanos(load, |number| {
        let Some(inputs) = cases.get(number % cases.len()) else { return };
        let mut run = Run::new(Timestamp(0));
        let found = model.evaluate_in("d", inputs, &mut run, trace, &mut arena);
        let is_right = found.is_ok_and(|found| {
            !found.value.is_null() && found.trace.is_some() == (trace == TraceMode::On)
        });
        wrong += usize::from(!is_right);
    });
    ensure!(wrong == 0, "{wrong} decisions found no rule, or had a trace where none was asked for");
    Ok(nanos)
}

fn filter(load: Load) -> Result<Line> {
    let options = Options { dialect: Dialect::Standard, names: &["items"] };
    let expression = feel::compile(FILTERED, &options)?;
    let items = (0..100)
        .map(|at| Value::context([("qty", Value::number(at % 10)), ("price", Value::number(at))]));
    let slots = [Value::list(items.collect())];
    let expected = Value::number((0..100).filter(|at| at % 10 > 5).sum());
    let mut wrong = 0_usize;
    let nanos = nanos(load, |_| {
        let found = expression.evaluate(black_box(&slots), &mut Run::new(Timestamp(0)));
        wrong += usize::from(found != expected);
    });
    ensure!(wrong == 0, "`{FILTERED}` was wrong {wrong} times");
    Ok(Line::fact(format!("`{FILTERED}` over 100 contexts"), format!("{nanos:.0} ns")))
}

fn reading(load: Load) -> Result<Line> {
    let options = Options { dialect: Dialect::Standard, names: &["amount", "customer"] };
    feel::compile(TYPICAL, &options)?;
    let nanos = nanos(load, |_| {
        let _ = black_box(feel::compile(black_box(TYPICAL), &options));
    });
    let what = "read and compile a typical expression";
    Ok(Line::judged(what, format!("{:.1} us", nanos / 1e3), "below 5 us", nanos < 5e3))
}

/// A table of 1,000 rules by five columns with one gap.
fn verification() -> Result<Line> {
    let rules: Vec<[String; 5]> = (0..1000)
        .map(|rule| {
            let [band, a, b, c] = [rule / 125, rule / 25 % 5, rule / 5 % 5, rule % 5];
            [
                format!("[{}..{})", band * 100, band * 100 + 100),
                format!("[{a}..{})", a + 1),
                format!("\"t{b}\""),
                format!("\"u{c}\""),
                if rule == 500 { "> 7" } else { "-" }.to_owned(),
            ]
        })
        .collect();
    let columns = [
        ("x0", "[0..800)"),
        ("x1", "[0..5)"),
        ("x2", r#""t0","t1","t2","t3","t4""#),
        ("x3", r#""u0","u1","u2","u3","u4""#),
        ("x4", "[0..10]"),
    ];
    let model = compile(&columns, &rules)?;
    let begun = Instant::now();
    let reports = model.verify();
    let time = begun.elapsed();
    let found: usize = reports.iter().map(|report| report.findings.len()).sum();
    ensure!(found == 1, "the verification found {found} things instead of one gap");
    let what = "verify 1,000 rules by 5 columns";
    let is_reached = time < Duration::from_secs(2);
    Ok(Line::judged(what, format!("{:.0} ms", time.as_secs_f64() * 1e3), "below 2 s", is_reached))
}

/// A UNIQUE table named `d`: columns with what they allow, rules that give their number.
fn compile<const N: usize>(columns: &[(&str, &str)], rules: &[[String; N]]) -> Result<Model> {
    let mut xml = String::from(
        r#"<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="m" name="m" namespace="m">"#,
    );
    // Writing to a string does not fail.
    for (name, _) in columns {
        let _ = write!(xml, r#"<inputData id="{name}" name="{name}"/>"#);
    }
    xml += r#"<decision id="d" name="d">"#;
    for (name, _) in columns {
        let _ = write!(
            xml,
            r##"<informationRequirement><requiredInput href="#{name}"/></informationRequirement>"##
        );
    }
    xml += "<decisionTable>";
    for (name, allowed) in columns {
        let _ = write!(xml, "<input><inputExpression><text>{name}</text></inputExpression>");
        if *allowed != "-" {
            let _ = write!(xml, "<inputValues><text>{allowed}</text></inputValues>");
        }
        xml += "</input>";
    }
    xml += "<output/>";
    for (number, rule) in rules.iter().enumerate() {
        xml += "<rule>";
        for cell in rule {
            let _ = write!(xml, "<inputEntry><text><![CDATA[{cell}]]></text></inputEntry>");
        }
        let _ = write!(xml, r#"<outputEntry><text>"answer {number}"</text></outputEntry></rule>"#);
    }
    xml += "</decisionTable></decision></definitions>";
    dmn::compile(&xml).map_err(|problems| anyhow!("the table cannot be compiled: {problems:?}"))
}
