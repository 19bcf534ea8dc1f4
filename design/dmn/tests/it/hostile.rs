//! Broken and hostile files: a clear problem with its place, never a crash.

use dmn::TraceMode;
use feel::{Context, Run, Timestamp};

/// Compiles a file around these elements and looks for a part of the first problem.
fn check(body: &str, expect: &str) {
    let xml = format!(
        "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" id=\"m\" name=\"m\" namespace=\"m\">\n{body}</definitions>"
    );
    let problems = dmn::compile(&xml).expect_err(body);
    let shown = problems[0].to_string();
    assert!(shown.contains(expect), "{body}: {shown} lacks `{expect}`");
}

fn decision(id: &str, requires: &[&str], logic: &str) -> String {
    let requires: String = requires
        .iter()
        .map(|id| format!("<informationRequirement><requiredDecision href=\"#{id}\"/></informationRequirement>"))
        .collect();
    format!("<decision id=\"{id}\" name=\"{id}\">{requires}{logic}</decision>\n")
}

#[test]
fn problems_name_the_element_and_the_place() {
    check(
        "<decision id='d' name='d'>\n<literalExpression id='e'><text>1 +</text></literalExpression></decision>",
        "line 3, column 1: `e`: `1 +` is not FEEL",
    );
    check(&decision("d", &["x"], ""), "`d` requires `x`, which does not exist; there are `d`");
    check(
        "<decision id='d' name='d'><informationRequirement><requiredInput href='other#x'/></informationRequirement></decision>",
        "`other#x` refers to another model; add an `import` of it",
    );
    check(
        "<import namespace='other' name='o' importType='https://www.omg.org/spec/DMN/20230324/MODEL/'/>",
        "the imported model `other` is not at hand",
    );
    check("<decision id='d'/>", "`d`: this `decision` needs a `name`");
    check(&(decision("d", &[], "") + &decision("d", &[], "")), "the id `d` is used twice");
    check("<import namespace='x'/>", "imports of type `` are not supported; import DMN");
    check(
        "<inputData id='i' name='i'><variable name='i' typeRef='tFoo'/></inputData>",
        "the type `tFoo` is not known",
    );
    check(
        "<itemDefinition name='a'><typeRef>b</typeRef></itemDefinition><itemDefinition name='b'><typeRef>a</typeRef></itemDefinition>",
        "contains itself",
    );
}

#[test]
fn requirements_must_not_go_round_in_a_circle() {
    let circle =
        decision("a", &["b"], "") + &decision("b", &["c"], "") + &decision("c", &["b"], "");
    check(&circle, "requirements go round in a circle: `b` -> `c` -> `b`");
    check(&decision("a", &["a"], ""), "requirements go round in a circle: `a` -> `a`");
}

#[test]
fn tables_are_checked() {
    let table = |attributes: &str, body: &str| {
        decision("d", &[], &format!("<decisionTable id='t' {attributes}>{body}</decisionTable>"))
    };
    check(&table("", ""), "the decision table has no output column");
    check(&table("hitPolicy='BEST'", "<output/>"), "there is no hit policy `BEST`");
    check(&table("hitPolicy='COLLECT' aggregation='AVG'", "<output/>"), "with aggregation `AVG`");
    check(&table("hitPolicy='PRIORITY'", "<output/>"), "needs the order of the output values");
    check(&table("", "<output/><rule id='r'/>"), "`r`: the rule has 0 output cells for 1 columns");
    check(
        &table(
            "",
            "<input><inputExpression><text>x</text></inputExpression></input><output/><rule>\
             <inputEntry id='c'><text>&lt; </text></inputEntry><outputEntry><text>1</text></outputEntry></rule>",
        ),
        "`c`: `<` is not a FEEL unary test",
    );
}

#[test]
fn logic_that_cannot_run_is_refused() {
    check(
        &decision(
            "d",
            &[],
            "<literalExpression expressionLanguage='http://juel'><text>x</text></literalExpression>",
        ),
        "the expression language `http://juel` is not supported; write it in FEEL",
    );
    check(
        "<businessKnowledgeModel id='k' name='k'><encapsulatedLogic kind='Java'><context/></encapsulatedLogic></businessKnowledgeModel>",
        "functions of kind `Java` are not supported",
    );
    check(&decision("d", &[], "<conditional/>"), "`conditional` lacks `if`");
}

#[test]
fn deep_and_long_files_are_refused_without_a_crash() {
    let nested = "<list>".repeat(1000) + &"</list>".repeat(1000);
    check(&decision("d", &[], &nested), "nested more than 100 deep");
    let chain: String =
        (0..2000).map(|at| decision(&format!("d{}", at + 1), &[&format!("d{at}")], "")).collect();
    check(&(decision("d0", &[], "") + &chain), "require one another in a chain");
    let types: String = (0..20_000)
        .map(|at| {
            let next = at + 1;
            format!("<itemDefinition name=\"t{at}\"><typeRef>t{next}</typeRef></itemDefinition>")
        })
        .collect();
    let last = "<itemDefinition name=\"t20000\"><typeRef>number</typeRef></itemDefinition>";
    check(&(types + last), "more than 100 types stand inside each other");
    let many: String = (0..6000).map(|at| decision(&format!("d{at}"), &[], "")).collect();
    check(&many, "the model has 6000 elements");
    let entries: String = (0..3000)
        .map(|at| {
            let logic = "<literalExpression><text>1</text></literalExpression>";
            format!("<contextEntry><variable name=\"n {at}\"/>{logic}</contextEntry>")
        })
        .collect();
    check(&decision("d", &[], &format!("<context>{entries}</context>")), "more than 1000 names");
}

#[test]
fn endless_recursion_ends() {
    let literal =
        |text: &str| format!("<literalExpression><text>{text}</text></literalExpression>");
    let forms = [
        literal("g(g)"),
        format!("<list>{}</list>", literal("g(g)")),
        format!(
            "<invocation>{}<binding><parameter name=\"g\"/>{}</binding></invocation>",
            literal("g"),
            literal("g")
        ),
    ];
    for form in forms {
        let xml = format!(
            "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" id=\"m\" name=\"m\" namespace=\"m\">\
             <decision id=\"d\" name=\"d\"><context><contextEntry><variable name=\"f\"/><functionDefinition>\
             <formalParameter name=\"g\"/>{form}</functionDefinition></contextEntry><contextEntry>{}</contextEntry>\
             </context></decision></definitions>",
            literal("f(f)")
        );
        let model = dmn::compile(&xml).unwrap();
        let mut run = Run::new(Timestamp(0));
        let evaluation = model.evaluate("d", &Context::new(), &mut run, TraceMode::On).unwrap();
        assert_eq!(evaluation.trace.unwrap().decisions[0].output, evaluation.value);
    }
}

#[test]
fn a_doctype_or_an_entity_is_refused() {
    for head in [
        "<!DOCTYPE definitions>",
        "<!DOCTYPE d [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>",
        "<!DOCTYPE d SYSTEM \"file:///etc/passwd\">",
    ] {
        let text = format!("{head}<definitions id='m' name='m' namespace='m'/>");
        let found = dmn::compile(&text).unwrap_err();
        assert!(found[0].message.contains("DOCTYPE"), "{found:?}");
    }
    check(
        &decision("d", &[], "<literalExpression><text>&evil;</text></literalExpression>"),
        "evil",
    );
}

#[test]
fn huge_cells_are_refused_or_bounded() {
    let cell = |text: &str| {
        decision("d", &[], &format!("<literalExpression><text>{text}</text></literalExpression>"))
    };
    check(&cell(&"(".repeat(500_000)), "is not FEEL");
    check(&cell(&"- ".repeat(500_000)), "is not FEEL");
    check(&cell(&"not(".repeat(100_000)), "is not FEEL");
    check(&cell(&"if a then ".repeat(100_000)), "is not FEEL");
    let sum = format!(
        "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" id=\"m\" name=\"m\" namespace=\"m\">{}</definitions>",
        cell(&format!("1{}", " + 1".repeat(200_000)))
    );
    match dmn::compile(&sum) {
        Ok(model) => {
            let mut run = Run::new(Timestamp(0));
            model.evaluate("d", &Context::new(), &mut run, TraceMode::On).unwrap();
        }
        Err(problems) => assert!(problems[0].message.contains("is not FEEL")),
    }
}
#[test]
fn a_table_of_a_hundred_thousand_rules_is_compiled_and_evaluated() {
    let mut rules = String::new();
    for rule in 0..100_000 {
        let cells = format!(
            "<inputEntry><text>[{rule}..{}]</text></inputEntry><inputEntry><text>\"t{}\"</text></inputEntry>",
            rule + 1,
            rule % 7
        );
        let output = format!("<outputEntry><text>{rule}</text></outputEntry>");
        rules.extend(["<rule>", &cells, &output, "</rule>"]);
    }
    let xml = format!(
        r#"<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="m" name="m" namespace="m">
        <decision id="d" name="d"><decisionTable hitPolicy="FIRST"><input><inputExpression><text>n</text></inputExpression></input>
        <input><inputExpression><text>s</text></inputExpression></input><output/>{rules}</decisionTable></decision></definitions>"#
    );
    let model = dmn::compile(&xml).unwrap();
    let inputs: Context = [("n", feel::Value::number(99_999)), ("s", feel::Value::string("t4"))]
        .into_iter()
        .collect();
    let mut run = Run::new(Timestamp(0));
    let found = model.evaluate("d", &inputs, &mut run, TraceMode::On).unwrap().value;
    assert_eq!(found, feel::Value::number(99_999));
}
