//! Models that want to run for ever or to fill the memory, in a few kilobytes of boxed logic. Each evaluation ends because of
//! the budget of its run, or is answered at once; what is counted is steps and bytes, not time.

#![expect(clippy::format_collect, reason = "a test's model need not be written fast")]

use dmn::TraceMode;
use feel::{Budget, Context, Run, Timestamp, WarningKind};

/// Bytes that an evaluation may hold at once, its trace as text included.
const MAX_BYTES: u64 = 256 << 20;

/// The default, with a tenth of the steps, so that the whole table takes seconds.
fn budget() -> Budget {
    Budget { steps: 100_000, ..Budget::default() }
}

fn literal(text: &str) -> String {
    format!("<literalExpression><text>{text}</text></literalExpression>")
}

fn entry(name: &str, logic: &str) -> String {
    format!("<contextEntry><variable name=\"{name}\"/>{logic}</contextEntry>")
}

/// A context with these entries and a result.
fn context(entries: &[(&str, String)], result: &str) -> String {
    let entries: String = entries.iter().map(|(name, logic)| entry(name, logic)).collect();
    format!("<context>{entries}<contextEntry>{result}</contextEntry></context>")
}

fn twice(name: &str) -> String {
    format!("<list>{}{}</list>", literal(name), literal(name))
}

fn each(variable: &str, over: &str, body: &str) -> String {
    let over = literal(over);
    format!("<for iteratorVariable=\"{variable}\"><in>{over}</in><return>{body}</return></for>")
}

/// A table that collects these outputs.
fn collect(attributes: &str, outputs: &[&str]) -> String {
    let rules: String = outputs
        .iter()
        .map(|output| format!("<rule><outputEntry><text>{output}</text></outputEntry></rule>"))
        .collect();
    format!("<decisionTable {attributes}><output name=\"o\"/>{rules}</decisionTable>")
}

fn decision(id: &str, requires: &str, logic: &str) -> String {
    let requires = match requires {
        "" => String::new(),
        id => format!(
            "<informationRequirement><requiredDecision href=\"#{id}\"/></informationRequirement>"
        ),
    };
    format!("<decision id=\"{id}\" name=\"{id}\">{requires}{logic}</decision>")
}

/// A chain of decisions `q1` .. that each make something of the one before, and `d` of the last.
fn chain(length: usize, make: impl Fn(&str) -> String, last: &str) -> String {
    let links: String = (1..length)
        .map(|at| {
            let before = format!("q{}", at - 1);
            decision(&format!("q{at}"), &before, &make(&before))
        })
        .collect();
    let name = format!("q{}", length - 1);
    decision("q0", "", &literal("1"))
        + &links
        + &decision("d", &name, &literal(&last.replace('q', &name)))
}

/// Entries `e1` .. that each make something of the one before.
fn entries(length: usize, make: impl Fn(&str) -> String, last: &str) -> String {
    let links: String =
        (1..length).map(|at| entry(&format!("e{at}"), &make(&format!("e{}", at - 1)))).collect();
    let name = format!("e{}", length - 1);
    let last = literal(&last.replace('e', &name));
    let first = entry("e0", &literal("1"));
    decision(
        "d",
        "",
        &format!("<context>{first}{links}<contextEntry>{last}</contextEntry></context>"),
    )
}

/// With a list of 90,000 numbers at hand.
fn with_big(logic: &str) -> String {
    let big = ("big", literal("for i in 1..90000 return i"));
    decision("d", "", &context(&[big], logic))
}

fn file(body: &str) -> String {
    format!(
        "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" id=\"m\" name=\"m\" namespace=\"m\">{body}</definitions>"
    )
}

/// Why the evaluation of `d` was stopped; `None` where it was answered.
fn stopped(name: &str, body: &str, mode: TraceMode) -> Option<String> {
    let model = dmn::compile(&file(body)).unwrap_or_else(|problems| panic!("{name}: {problems:?}"));
    let mut run = Run::new(Timestamp(0)).budget(budget());
    let mut text = String::new();
    let used = allocation_counter::measure(|| {
        let evaluation = model.evaluate("d", &Context::new(), &mut run, mode).expect("it is there");
        // What is answered can also be written.
        text = evaluation.value.to_string();
        let trace = evaluation.trace.map(|trace| trace.to_json_text());
        std::hint::black_box((trace, evaluation.warnings));
    });
    assert!(used.bytes_max < MAX_BYTES, "{name} holds {} bytes", used.bytes_max);
    let failure = run.failure()?;
    assert_eq!((failure.kind, &*text), (WarningKind::BudgetExceeded, "null"), "{name}");
    Some(failure.message.clone())
}

/// Each is stopped by the budget, traced or not.
fn check(cases: &[(&str, String)]) {
    for (name, body) in cases {
        for mode in [TraceMode::Off, TraceMode::On] {
            assert!(stopped(name, body, mode).is_some(), "{name} is not stopped");
        }
    }
}

#[test]
fn values_that_double_are_stopped() {
    let pair = |name: &str| {
        format!("<context>{}{}</context>", entry("a", &literal(name)), entry("b", &literal(name)))
    };
    let row = |name: &str| {
        let cell = literal(name);
        format!(
            "<relation><column name=\"a\"/><column name=\"b\"/><row>{cell}{cell}</row></relation>"
        )
    };
    let outputs = |name: &str| {
        format!(
            "<decisionTable><output name=\"a\"/><output name=\"b\"/><rule>{0}{0}</rule></decisionTable>",
            format_args!("<outputEntry><text>{name}</text></outputEntry>")
        )
    };
    let rules = |name: &str| collect("hitPolicy=\"COLLECT\"", &[name, name]);
    check(&[
        ("lists in a context, counted", entries(40, twice, "count(e)")),
        ("lists in a context", entries(40, twice, "e")),
        ("contexts in a context", entries(40, pair, "e")),
        ("relations in a context", entries(40, row, "e")),
        ("tables in a context", entries(40, outputs, "e")),
        ("decisions with a list", chain(40, twice, "q")),
        ("decisions with a context", chain(40, pair, "q")),
        ("decisions with two outputs", chain(40, outputs, "q")),
        ("decisions that collect", chain(40, rules, "q")),
    ]);
}

#[test]
fn what_a_trace_keeps_is_bounded() {
    let long = decision("q0", "", &literal("for i in 1..50000 return i"));
    let same = chain(100, |name| literal(&format!("{name} ")), "count(q)");
    let same = same.replacen(&decision("q0", "", &literal("1")), &long, 1);
    let double = chain(21, twice, "count(q)");
    for (name, body) in [("a hundred long lists", &same), ("decisions that double", &double)] {
        for mode in [TraceMode::Off, TraceMode::On] {
            assert_eq!(stopped(name, body, mode), None, "{name}");
        }
    }
    let xml = file(&same);
    let model = dmn::compile(&xml).expect("it is sound");
    let mut run = Run::new(Timestamp(0));
    let found = model.evaluate("d", &Context::new(), &mut run, TraceMode::On).expect("it is there");
    let trace = found.trace.expect("it was asked for");
    let last = trace.decisions.last().expect("it is `d`");
    assert_eq!(
        (found.value.to_string(), last.output.to_string()),
        ("50000".into(), "50000".into())
    );
    let message = last.warnings.first().map(|warning| &*warning.message);
    assert_eq!(message, Some("1 value is too large for the trace, which has null instead"));
}

#[test]
fn loops_are_stopped() {
    let constant = "<conditional><if>C</if><then>C</then><else>C</else></conditional>"
        .replace('C', &literal("true"));
    let select = format!("<filter><in>{}</in><match>{constant}</match></filter>", literal("big"));
    let some = |kind: &str, answer: &str| {
        let (over, answer) = (literal("big"), literal(answer));
        format!(
            "<{kind} iteratorVariable=\"b\"><in>{over}</in><satisfies>{answer}</satisfies></{kind}>"
        )
    };
    let relation = format!("<relation><column name=\"a\"/><row>{}</row></relation>", literal("a"));
    let typed =
        literal("big").replacen("<literalExpression", "<literalExpression typeRef=\"tNumbers\"", 1);
    let types = "<itemDefinition name=\"tNumbers\" isCollection=\"true\"><typeRef>number</typeRef></itemDefinition>";
    let nested = |body: &str| with_big(&each("a", "big", body));
    check(&[
        ("for in for", nested(&each("b", "big", &literal("1")))),
        ("for in for, with a variable", nested(&each("b", "big", &literal("b")))),
        ("for in for, with empty lists", nested(&each("b", "big", "<list/>"))),
        ("some in for", nested(&some("some", "false"))),
        ("every in for", nested(&some("every", "true"))),
        ("every in for, with nulls", nested(&some("every", "null"))),
        ("a filter with a boxed condition", nested(&select)),
        ("a relation", nested(&each("b", "big", &relation))),
        ("a condition that is none", nested(&each("b", "big", &constant.replace("true", "1")))),
        ("outputs of a table", nested(&collect("hitPolicy=\"COLLECT\"", &["big"; 50]))),
        ("outputs compared", nested(&collect("hitPolicy=\"ANY\"", &["big"; 40]))),
        (
            "outputs that are no numbers",
            nested(&collect("hitPolicy=\"COLLECT\" aggregation=\"MAX\"", &["string(big)"; 9])),
        ),
        (
            "rules that do not match",
            nested(&collect("hitPolicy=\"COLLECT\" aggregation=\"COUNT\"", &["a"; 500])),
        ),
        ("a type checked item by item", types.to_owned() + &nested(&typed)),
        (
            "functions that take all along",
            nested("<functionDefinition><list/></functionDefinition>"),
        ),
    ]);
}

#[test]
fn functions_inside_each_other_are_stopped() {
    let function = |body: &str| {
        format!("<functionDefinition><formalParameter name=\"g\"/>{body}</functionDefinition>")
    };
    // A function that holds a function that holds a function ..: whoever frees the last frees all.
    let holds = function(&function(&literal("g")));
    let chained = context(&[("h", holds)], &literal("for i in 1..20000 return h(partial[-1])"));
    // Calls inside each other through ninety lists each.
    let deep = "<list>".repeat(80) + &literal("g(g)") + &"</list>".repeat(80);
    let deep = context(&[("f", function(&deep))], &literal("f(f)"));
    check(&[
        ("functions that hold functions", decision("d", "", &chained)),
        ("calls through nested lists", decision("d", "", &deep)),
    ]);
}
