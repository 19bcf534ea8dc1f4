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
    let what = match &*warning.code {
        // Of those it is about all of the text.
        "DECISION_LOGIC" => &*warning.message,
        _ => &source.text[start..end],
    };
    assert!(source.text.get(start..end).is_some(), "{warning:?}");
    format!("{}: {}: {what}", source.element, source.text)
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

/// What the logic itself remarks, by the element and text that it is about.
#[test]
fn a_warning_of_the_logic_names_the_element_that_it_is_about() {
    let required = "<informationRequirement><requiredInput href='#n'/></informationRequirement>";
    let number = "<inputData id='n' name='n'><variable name='n' typeRef='number'/></inputData>";
    let table = |attributes: &str, input: &str, outputs: [&str; 2]| {
        format!(
            "<decision id='d' name='d'>{required}<decisionTable id='t' {attributes}>
            <input id='column'><inputExpression id='asked' typeRef='number'><text>n + 1</text></inputExpression>{input}</input>
            <output name='o' typeRef='number'/>
            <rule id='r1'><inputEntry><text>-</text></inputEntry><outputEntry><text>{}</text></outputEntry></rule>
            <rule id='r2'><inputEntry><text>&gt; 1</text></inputEntry><outputEntry><text>{}</text></outputEntry></rule>
            </decisionTable></decision>{number}",
            outputs[0], outputs[1]
        )
    };
    check(
        &table("hitPolicy='UNIQUE'", "", ["1", "2"]),
        &["t: : the hit policy is UNIQUE, but rules 1, 2 match; make them exclude each other"],
    );
    check(
        &table("hitPolicy='FIRST'", "<inputValues><text>1, 2</text></inputValues>", ["1", "2"]),
        &["asked: n + 1: the input `n + 1` is none of the allowed values"],
    );
    check(
        &table("hitPolicy='FIRST'", "", ["string(n)", "2"]),
        &["r1: string(n): o, a string, is not of the declared type"],
    );
    check(
        &table("hitPolicy='FIRST'", "", ["\"x\"", "2"]),
        &["r1: : o, a string, is not of the declared type"],
    );
    let literal = |logic: &str| {
        format!(
            "<decision id='d' name='d'><variable name='d' typeRef='string'/>{required}{logic}</decision>{number}"
        )
    };
    check(
        &literal("<literalExpression id='l'><text>n</text></literalExpression>"),
        &["d: : d, a number, is not of the declared type"],
    );
    check(
        &literal("<literalExpression id='l' typeRef='string'><text>n</text></literalExpression>"),
        &["l: n: the value, a number, is not of the declared type"],
    );
    check(
        &literal(
            "<conditional id='c'><if><literalExpression id='i'><text>n</text></literalExpression></if>
            <then><literalExpression><text>n</text></literalExpression></then>
            <else><literalExpression><text>n</text></literalExpression></else></conditional>",
        ),
        &["i: n: the condition is a number, not true or false"],
    );
    check(
        &literal("<literalExpression id='l'><text>string(n) + other</text></literalExpression>"),
        &[
            "d: : `other` is neither required by the decision nor given",
            "l: string(n) + other: string(n) + other",
        ],
    );
}

#[test]
fn a_warning_about_an_input_stands_at_the_decision_that_reads_it() {
    let decision = |id: &str, required: &str, text: &str| {
        format!(
            "<decision id='{id}' name='{id}'><informationRequirement>{required}</informationRequirement>
            <literalExpression><text>{text}</text></literalExpression></decision>"
        )
    };
    let body = format!(
        "{}{}<inputData id='in' name='n'><variable name='n' typeRef='string'/></inputData>",
        decision("d", "<requiredDecision href='#e'/>", "e"),
        decision("e", "<requiredInput href='#in'/>", "n")
    );
    check(&body, &["in: : n, a number, is not of the declared type"]);
}

#[test]
fn a_warning_of_a_function_names_what_stands_in_it() {
    let body = "<businessKnowledgeModel id='k' name='k'><encapsulatedLogic id='f'><formalParameter name='x' typeRef='number'/>
        <decisionTable id='t' hitPolicy='UNIQUE'><input><inputExpression><text>x</text></inputExpression></input><output/>
        <rule><inputEntry><text>-</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>
        <rule><inputEntry><text>-</text></inputEntry><outputEntry><text>2</text></outputEntry></rule>
        </decisionTable></encapsulatedLogic></businessKnowledgeModel>
        <decision id='d' name='d'><knowledgeRequirement><requiredKnowledge href='#k'/></knowledgeRequirement>
        <literalExpression id='calls'><text>[k(1), k(\"a\")]</text></literalExpression></decision>";
    check(
        body,
        &[
            "t: : the hit policy is UNIQUE, but rules 1, 2 match; make them exclude each other",
            "t: : the argument `x`, a string, is not of its type",
        ],
    );
}
