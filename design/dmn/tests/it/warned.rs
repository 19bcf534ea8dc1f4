//! Where a warning in a trace stands: the element and the text that its offsets count in.

use dmn::{TraceMode, TracedWarning};
use feel::{Context, Run, Timestamp};

/// The warnings about the decision `d` of a file around these elements, each as `element: text: part`.
fn check(body: &str, expect: &[&str]) {
    let xml = format!(
        r#"<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="m" name="m" namespace="m">{body}</definitions>"#
    );
    let model = dmn::compile(&xml).unwrap_or_else(|problems| panic!("{problems:?}\n{xml}"));
    let inputs: Context = [("n", feel::Value::number(7))].into_iter().collect();
    let mut run = Run::new(Timestamp(0));
    let trace = model.evaluate("d", &inputs, &mut run, TraceMode::On).unwrap().trace.unwrap();
    // As it is after it was kept in the history.
    let trace: dmn::Trace = serde_json::from_value(serde_json::to_value(trace).unwrap()).unwrap();
    let warnings = trace.decisions.iter().flat_map(|decision| &decision.warnings);
    let places: Vec<String> = warnings.map(place).collect();
    assert_eq!(places, expect, "{xml}");
    let face = trace.to_json()["decisions"][0]["warnings"][0]["source"].clone();
    let first = expect.first().and_then(|it| it.split_once(": "));
    assert_eq!(face["element"].as_str(), first.map(|(element, _)| element), "{face}");
}

fn place(warning: &TracedWarning) -> String {
    let Some(source) = &warning.source else { return format!("nowhere: {}", warning.message) };
    let (start, end) = (warning.start as usize, warning.end as usize);
    format!("{}: {}: {}", source.element, source.text, &source.text[start..end])
}

#[test]
fn a_warning_names_the_cell_or_expression_that_it_is_about() {
    let table = |column: &str, cells: [&str; 2], outputs: [&str; 2]| {
        let rule = |id: &str, cell: &str, output: &str| {
            format!(
                "<rule id='{id}'><inputEntry><text>{cell}</text></inputEntry><outputEntry><text>{output}</text></outputEntry></rule>"
            )
        };
        format!(
            "<decision id='d' name='d'><informationRequirement><requiredInput href='#n'/></informationRequirement>
            <decisionTable id='t' hitPolicy='FIRST'><input id='column'><inputExpression id='asked'><text>{column}</text></inputExpression></input><output name='o'/>{}{}
            </decisionTable></decision><inputData id='n' name='n'/>",
            rule("r1", cells[0], outputs[0]),
            rule("r2", cells[1], outputs[1])
        )
    };
    check(&table("n.size", ["-", "-"], ["1", "2"]), &["asked: n.size: n.size"]);
    // Equal texts are compiled once, and are told apart nevertheless.
    let cells = ["? = n.a", "? = n.a"];
    check(&table("n", cells, ["1", "2"]), &["r1: ? = n.a: n.a", "r2: ? = n.a: n.a"]);
    check(
        &table("n", ["1", "7"], ["n.a", "1 + n.a"]),
        &["r2: 1 + n.a: n.a", "r2: 1 + n.a: 1 + n.a"],
    );
    let entries = "<decision id='d' name='d'><context id='c'>
        <contextEntry id='e1'><variable name='a'/><literalExpression id='l1'><text>1</text></literalExpression></contextEntry>
        <contextEntry id='e2'><variable name='b'/><literalExpression><text>a.x</text></literalExpression></contextEntry>
        </context></decision>";
    check(entries, &["e2: a.x: a.x"]);
    // The innermost expression is the one that the offsets are in.
    let called = "<businessKnowledgeModel id='k' name='k'><encapsulatedLogic><formalParameter name='x'/>
        <literalExpression id='body'><text>1 + x.y</text></literalExpression></encapsulatedLogic></businessKnowledgeModel>
        <decision id='d' name='d'><knowledgeRequirement><requiredKnowledge href='#k'/></knowledgeRequirement>
        <literalExpression id='calls'><text>k(5)</text></literalExpression></decision>";
    check(called, &["body: 1 + x.y: x.y", "body: 1 + x.y: 1 + x.y"]);
}
