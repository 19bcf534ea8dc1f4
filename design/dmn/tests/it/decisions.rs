//! What decisions give, table by table: hit policies, requirements, boxed expressions, traces, paths.

use dmn::{DecisionKind, Evaluation, Model, Trace, TraceMode};
use feel::{Context, Run, Timestamp, Value, json};

/// A file around these elements.
fn model(body: &str) -> Model {
    let xml = format!(
        r#"<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="m" name="m" namespace="m">{body}</definitions>"#
    );
    dmn::compile(&xml).unwrap_or_else(|problems| panic!("{problems:?}\n{xml}"))
}

fn evaluate(model: &Model, decision: &str, inputs: &str, trace: TraceMode) -> Evaluation {
    let inputs = json::from_json(&serde_json::from_str(inputs).unwrap());
    let empty = Context::new();
    let inputs = inputs.as_context().unwrap_or(&empty);
    model.evaluate(decision, inputs, &mut Run::new(Timestamp(0)), trace).unwrap()
}

/// Evaluates the decision `d` and compares the value as JSON.
fn check(model: &Model, inputs: &str, expect: &str) {
    let expect: serde_json::Value = serde_json::from_str(expect).unwrap();
    let evaluation = evaluate(model, "d", inputs, TraceMode::Off);
    assert_eq!(json::to_json(&evaluation.value), expect, "{inputs}: {:?}", evaluation.warnings);
    let traced = evaluate(model, "d", inputs, TraceMode::On);
    assert_eq!(traced.value, evaluation.value, "the trace changes the value for {inputs}");
}

/// A table over `amount` and `tier`; each rule is `amount cell | tier cell | output cell`.
fn table(policy: &str, output: &str, rules: &[&str]) -> Model {
    let rules: String = rules
        .iter()
        .enumerate()
        .map(|(index, rule)| {
            let cells: Vec<&str> = rule.split('|').collect();
            let (output, inputs) = cells.split_last().unwrap();
            let inputs: String = inputs
                .iter()
                .map(|cell| format!("<inputEntry><text><![CDATA[{cell}]]></text></inputEntry>"))
                .collect();
            format!(
                "<rule id='r{index}'>{inputs}<outputEntry><text><![CDATA[{output}]]></text></outputEntry></rule>"
            )
        })
        .collect();
    model(&format!(
        r##"<inputData id="a" name="amount"/><inputData id="t" name="tier"/>
        <decision id="d" name="d">
          <informationRequirement><requiredInput href="#a"/></informationRequirement>
          <informationRequirement><requiredInput href="m#t"/></informationRequirement>
          <decisionTable {policy}>
            <input id="i1" label="Amount"><inputExpression><text>amount</text></inputExpression></input>
            <input id="i2"><inputExpression><text>tier</text></inputExpression></input>
            <output id="o1" name="price">{output}</output>
            {rules}
          </decisionTable>
        </decision>"##
    ))
}

const BANDS: [&str; 4] = [
    r#"< 10         | "gold"          | 1"#,
    r#"[10..100)    | "gold","silver" | 2"#,
    r#"[50..100]    | not("bronze")   | 3"#,
    ">= 1000      | -               | amount * 2",
];

#[test]
fn a_unique_table_says_what_its_one_matching_rule_says() {
    let unique = table("hitPolicy='UNIQUE'", "", &BANDS);
    check(&unique, r#"{"amount": 9.99, "tier": "gold"}"#, "1");
    check(&unique, r#"{"amount": 10, "tier": "silver"}"#, "2");
    check(&unique, r#"{"amount": 100, "tier": "iron"}"#, "3");
    check(&unique, r#"{"amount": 1000}"#, "2000");
    check(&unique, r#"{"amount": 500, "tier": "gold"}"#, "null");
    check(&unique, "{}", "null");
    check(&unique, r#"{"amount": "9", "tier": "gold"}"#, "null");
    check(&unique, r#"{"amount": 60, "tier": "gold"}"#, "null");
}

#[test]
fn a_violated_hit_policy_is_null_and_says_why() {
    let unique = table("", "", &BANDS);
    let evaluation = evaluate(&unique, "d", r#"{"amount": 60, "tier": "gold"}"#, TraceMode::Off);
    assert_eq!(evaluation.value, Value::Null);
    assert_eq!(
        &*evaluation.warnings[0].message,
        "the hit policy is UNIQUE, but rules 2, 3 match; make them exclude each other"
    );
    let any = table("hitPolicy='ANY'", "", &["-|-|1", "> 5|-|1", "> 9|-|2"]);
    check(&any, r#"{"amount": 6}"#, "1");
    let evaluation = evaluate(&any, "d", r#"{"amount": 10}"#, TraceMode::Off);
    assert_eq!(
        &*evaluation.warnings[0].message,
        "the hit policy is ANY, but rules 1, 2, 3 say different things"
    );
}

#[test]
fn each_hit_policy_picks_its_rules() {
    let values = "<outputValues><text>\"high\", \"mid\", \"low\"</text></outputValues>";
    let rules = [r#"> 0|-|"low""#, r#"> 5|-|"high""#, r#"> 7|-|"mid""#, r#"> 8|-|"low""#];
    for (policy, six, nine) in [
        ("FIRST", r#""low""#, r#""low""#),
        ("PRIORITY", r#""high""#, r#""high""#),
        ("OUTPUT ORDER", r#"["high","low"]"#, r#"["high","mid","low","low"]"#),
        ("RULE ORDER", r#"["low","high"]"#, r#"["low","high","mid","low"]"#),
        ("COLLECT", r#"["low","high"]"#, r#"["low","high","mid","low"]"#),
    ] {
        let table = table(&format!("hitPolicy='{policy}'"), values, &rules);
        check(&table, r#"{"amount": 6}"#, six);
        check(&table, r#"{"amount": 9}"#, nine);
        check(&table, r#"{"amount": 0}"#, "null");
    }
}

#[test]
fn a_collecting_table_aggregates() {
    for (aggregation, expect) in [("SUM", "6.5"), ("MIN", "1"), ("MAX", "3.5"), ("COUNT", "3")] {
        let policy = format!("hitPolicy='COLLECT' aggregation='{aggregation}'");
        let table = table(&policy, "", &["-|-|2", "-|-|amount", "-|-|3.5", "> 1|-|100"]);
        check(&table, r#"{"amount": 1}"#, expect);
    }
    let table = table("hitPolicy='COLLECT' aggregation='SUM'", "", &["-|-|2", r#"-|-|"a""#]);
    check(&table, "{}", "null");
}

#[test]
fn a_default_output_stands_in_where_no_rule_matches() {
    let default = "<defaultOutputEntry><text>amount + 1</text></defaultOutputEntry>";
    let table = table("hitPolicy='FIRST'", default, &["> 5|-|0"]);
    check(&table, r#"{"amount": 6}"#, "0");
    check(&table, r#"{"amount": 5}"#, "6");
}

#[test]
fn cells_may_be_any_unary_test() {
    let rules = ["? > tier|-|1", "tier * 2|-|2", "null|-|3", "even(?)|-|4"];
    let table = table("hitPolicy='FIRST'", "", &rules);
    check(&table, r#"{"amount": 5, "tier": 4}"#, "1");
    check(&table, r#"{"amount": -6, "tier": -3}"#, "2");
    check(&table, r#"{"tier": 4}"#, "3");
    check(&table, r#"{"amount": 2, "tier": 4}"#, "4");
    check(&table, r#"{"amount": 3, "tier": 4}"#, "null");
}

#[test]
fn several_outputs_make_a_context() {
    let model = model(
        r#"<decision id="d" name="d"><decisionTable hitPolicy="RULE ORDER">
            <input><inputExpression><text>x</text></inputExpression></input>
            <output name="a"/><output name="the b"/>
            <rule><inputEntry><text>1</text></inputEntry><outputEntry><text>"one"</text></outputEntry>
              <outputEntry><text>10</text></outputEntry></rule>
            <rule><inputEntry><text>-</text></inputEntry><outputEntry><text>"any"</text></outputEntry>
              <outputEntry><text>x</text></outputEntry></rule>
        </decisionTable></decision>"#,
    );
    check(&model, r#"{"x": 1}"#, r#"[{"a":"one","the b":10},{"a":"any","the b":1}]"#);
    check(&model, r#"{"x": 2}"#, r#"[{"a":"any","the b":2}]"#);
}

#[test]
fn boxed_expressions_have_values() {
    let literal =
        |text: &str| format!("<literalExpression><text>{text}</text></literalExpression>");
    let entry = |name: &str, text: &str| {
        format!(r#"<contextEntry><variable name="{name}"/>{}</contextEntry>"#, literal(text))
    };
    let cases = [
        (
            format!("<context>{}{}</context>", entry("a", "1"), entry("b", "a + n")),
            r#"{"a":1,"b":4}"#,
        ),
        (
            format!(
                "<context>{}<contextEntry>{}</contextEntry></context>",
                entry("a b", "n"),
                literal("a b * 2")
            ),
            "6",
        ),
        (format!("<list>{}{}</list>", literal("n"), literal("n + 1")), "[3,4]"),
        (
            format!(
                r#"<relation><column name="x"/><column name="y"/><row>{}{}</row></relation>"#,
                literal("1"),
                literal("n")
            ),
            r#"[{"x":1,"y":3}]"#,
        ),
        (
            format!(
                "<conditional><if>{}</if><then>{}</then><else>{}</else></conditional>",
                literal("n = 3"),
                literal("1"),
                literal("2")
            ),
            "1",
        ),
        (
            format!(
                "<filter><in>{}</in><match>{}</match></filter>",
                literal("[1,2,3,4]"),
                literal("item > n")
            ),
            "[4]",
        ),
        (
            format!(
                r#"<for iteratorVariable="i"><in>{}</in><return>{}</return></for>"#,
                literal("[1,2]"),
                literal("i * n")
            ),
            "[3,6]",
        ),
        (
            format!(
                r#"<some iteratorVariable="i"><in>{}</in><satisfies>{}</satisfies></some>"#,
                literal("[1,2]"),
                literal("i = n")
            ),
            "false",
        ),
        (
            format!(
                r#"<context><contextEntry><variable name="f"/><functionDefinition><formalParameter name="x"/>{}</functionDefinition></contextEntry><contextEntry>{}</contextEntry></context>"#,
                literal("x + n"),
                literal("f(4) + f(x: 5)")
            ),
            "15",
        ),
        (
            format!(
                r#"<invocation>{}<binding><parameter name="x"/>{}</binding><binding><parameter name="y"/>{}</binding></invocation>"#,
                literal("minus"),
                literal("10"),
                literal("n")
            ),
            "7",
        ),
    ];
    for (logic, expect) in cases {
        let model = model(&format!(
            r##"<inputData id="n" name="n"/>
            <businessKnowledgeModel id="k" name="minus"><encapsulatedLogic><formalParameter name="x" typeRef="number"/>
              <formalParameter name="y"/>{}</encapsulatedLogic></businessKnowledgeModel>
            <decision id="d" name="d"><informationRequirement><requiredInput href="#n"/></informationRequirement>
              <knowledgeRequirement><requiredKnowledge href="#k"/></knowledgeRequirement>{logic}</decision>"##,
            literal("x - y")
        ));
        check(&model, r#"{"n": 3}"#, expect);
    }
}

/// `net` <- `total` <- `lines`; `total` calls the function `vat`; a service gives `total` for a `net`.
const CHAIN: &str = r##"
    <itemDefinition name="tLines" isCollection="true"><typeRef>number</typeRef></itemDefinition>
    <inputData id="lines" name="order lines"><variable name="order lines" typeRef="tLines"/></inputData>
    <decision id="net" name="net"><variable name="net" typeRef="number"/>
      <informationRequirement><requiredInput href="#lines"/></informationRequirement>
      <literalExpression><text>sum(order lines)</text></literalExpression></decision>
    <businessKnowledgeModel id="vat" name="vat"><encapsulatedLogic><formalParameter name="amount" typeRef="number"/>
      <literalExpression><text>amount * 0.2</text></literalExpression></encapsulatedLogic></businessKnowledgeModel>
    <decision id="d" name="total">
      <informationRequirement><requiredDecision href="#net"/></informationRequirement>
      <knowledgeRequirement><requiredKnowledge href="#vat"/></knowledgeRequirement>
      <literalExpression><text>net + vat(net)</text></literalExpression></decision>
    <decisionService id="s" name="s"><outputDecision href="#d"/><inputDecision href="#net"/></decisionService>"##;

#[test]
fn a_decision_takes_what_it_requires() {
    let model = model(CHAIN);
    check(&model, r#"{"order lines": [10, 20]}"#, "36");
    check(&model, r#"{"order lines": 10}"#, "12");
    check(&model, r#"{"order lines": ["a"]}"#, "null");
    let service = evaluate(&model, "s", r#"{"net": 5}"#, TraceMode::Off);
    assert_eq!(json::to_json(&service.value), serde_json::json!(6));
    let total = model.decision("d").unwrap();
    assert_eq!((&*total.requires[0], &*total.inputs[0]), ("net", "order lines"));
    assert_eq!(total.kind, DecisionKind::LiteralExpression);
}

#[test]
fn a_trace_tells_inputs_rules_and_outputs_and_survives_the_history() {
    let model = table("hitPolicy='COLLECT'", "", &BANDS);
    let evaluation = evaluate(&model, "d", r#"{"amount": 60, "tier": "gold"}"#, TraceMode::On);
    let trace = evaluation.trace.unwrap();
    let [decision] = &trace.decisions[..] else { panic!("{trace:?}") };
    let inputs: Vec<_> =
        decision.inputs.iter().map(|it| (&*it.id, &*it.name, &*it.expression)).collect();
    assert_eq!(inputs, [("i1", "Amount", "amount"), ("i2", "tier", "tier")]);
    assert_eq!(decision.inputs[0].value, Value::number(60));
    let matched: Vec<_> = decision
        .matched
        .iter()
        .map(|rule| (rule.index, &*rule.id, &*rule.outputs[0].name, rule.outputs[0].value.clone()))
        .collect();
    assert_eq!(
        matched,
        [(2, "r1", "price", Value::number(2)), (3, "r2", "price", Value::number(3))]
    );
    assert_eq!(decision.output, evaluation.value);

    let bytes = postcard::to_allocvec(&trace).unwrap();
    assert_eq!(postcard::from_bytes::<Trace>(&bytes).unwrap(), trace);
    let text = serde_json::to_string(&trace).unwrap();
    assert_eq!(serde_json::from_str::<Trace>(&text).unwrap(), trace);
}

#[test]
fn each_required_decision_is_traced_once_in_order() {
    let model = model(
        r##"<decision id="a" name="a"><literalExpression><text>x</text></literalExpression></decision>
        <decision id="b" name="b"><informationRequirement><requiredDecision href="#a"/></informationRequirement>
          <literalExpression><text>a + 1</text></literalExpression></decision>
        <decision id="d" name="d"><informationRequirement><requiredDecision href="#b"/></informationRequirement>
          <informationRequirement><requiredDecision href="#a"/></informationRequirement>
          <literalExpression><text>a + b</text></literalExpression></decision>"##,
    );
    let trace = evaluate(&model, "d", r#"{"x": 1}"#, TraceMode::On).trace.unwrap();
    let ids: Vec<&str> = trace.decisions.iter().map(|decision| &*decision.decision_id).collect();
    assert_eq!(ids, ["a", "b", "d"]);
    assert_eq!(trace.decisions[2].output, Value::number(3));
}

#[test]
fn the_paths_of_a_decision_reach_through_what_it_requires() {
    let model = model(
        r##"<inputData id="r" name="record"/>
        <decision id="account" name="account"><informationRequirement><requiredInput href="#r"/></informationRequirement>
          <literalExpression><text>record.account</text></literalExpression></decision>
        <decision id="d" name="d"><informationRequirement><requiredDecision href="#account"/></informationRequirement>
          <decisionTable><input><inputExpression><text>account.credit</text></inputExpression></input>
            <output name="o"/>
            <rule><inputEntry><text>&gt; limits.top</text></inputEntry><outputEntry><text>account.name</text></outputEntry></rule>
          </decisionTable></decision>"##,
    );
    let paths: Vec<String> = model.paths("d").unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(
        paths,
        ["limits.top", "record.account", "record.account.credit", "record.account.name"]
    );
    assert!(model.paths("x").is_err());
}

#[test]
fn an_unknown_decision_is_refused_with_those_there_are() {
    let error = model(CHAIN)
        .evaluate("x", &Context::new(), &mut Run::new(Timestamp(0)), TraceMode::Off)
        .unwrap_err();
    assert_eq!(error.to_string(), "the model `m` has no decision `x`; it has `d`, `net`, `s`");
}

#[test]
fn camunda_files_speak_their_own_dialect() {
    let xml = r##"<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="m" name="m" namespace="m"
        xmlns:modeler="http://camunda.org/schema/modeler/1.0" modeler:executionPlatform="Camunda Cloud">
        <decision id="d" name="d"><variable name="d" typeRef="integer"/>
          <informationRequirement><requiredDecision href="#first"/></informationRequirement>
          <literalExpression><text>get or else(missing, first)</text></literalExpression></decision>
        <decision id="first" name="The first"><decisionTable hitPolicy="FIRST">
          <input><inputExpression typeRef="long"><text>`order total`</text></inputExpression>
            <inputValues><text>1, 2</text></inputValues></input>
          <output name="o" typeRef="string"/>
          <rule><inputEntry><text></text></inputEntry><outputEntry><text>7</text></outputEntry></rule>
        </decisionTable></decision>
        </definitions>"##;
    let model = dmn::compile(xml).unwrap();
    check(&model, r#"{"order total": 100}"#, "7");
}

#[test]
fn an_input_outside_its_allowed_values_makes_a_table_null() {
    let model = model(
        r#"<decision id="d" name="d"><decisionTable><input><inputExpression><text>x</text></inputExpression>
            <inputValues><text>"a","b"</text></inputValues></input><output name="o"/>
            <rule><inputEntry><text>-</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>
        </decisionTable></decision>"#,
    );
    check(&model, r#"{"x": "a"}"#, "1");
    check(&model, r#"{"x": "c"}"#, "null");
    let trace = evaluate(&model, "d", r#"{"x": "c"}"#, TraceMode::On).trace.unwrap();
    assert_eq!(trace.decisions[0].inputs[0].value, Value::from("c"));
    let warning = &trace.decisions[0].warnings[0];
    assert_eq!(&*warning.message, "the input `x` is none of the allowed values");
}

#[test]
fn a_filter_knows_the_entries_of_its_items_by_names_with_blanks() {
    let model = model(
        r##"<itemDefinition name="tLine"><itemComponent name="unit price"><typeRef>number</typeRef></itemComponent>
            <itemComponent name="sku"><typeRef>string</typeRef></itemComponent></itemDefinition>
        <itemDefinition name="tLines" isCollection="true"><typeRef>tLine</typeRef></itemDefinition>
        <inputData id="l" name="order lines"><variable name="order lines" typeRef="tLines"/></inputData>
        <businessKnowledgeModel id="k" name="dear"><encapsulatedLogic><formalParameter name="lines" typeRef="tLines"/>
          <literalExpression><text>lines[unit price &gt; 5].sku</text></literalExpression></encapsulatedLogic></businessKnowledgeModel>
        <decision id="d" name="d"><informationRequirement><requiredInput href="#l"/></informationRequirement>
          <knowledgeRequirement><requiredKnowledge href="#k"/></knowledgeRequirement>
          <literalExpression><text>concatenate(dear(order lines), order lines[unit price = 5].sku)</text></literalExpression>
        </decision>"##,
    );
    let lines =
        r#"{"order lines": [{"sku": "a", "unit price": 5}, {"sku": "b", "unit price": 6}]}"#;
    check(&model, lines, r#"["b", "a"]"#);
    assert_eq!(evaluate(&model, "d", lines, TraceMode::Off).warnings, []);
    let paths: Vec<String> = model.paths("d").unwrap().iter().map(ToString::to_string).collect();
    assert!(paths.iter().all(|path| path.starts_with("order lines")), "{paths:?}");
}

/// The rules that did not match, each with the cell that said no, from the trace as it is stored and shown: JSON.
#[test]
fn what_did_not_match_is_explained_by_its_cell() {
    let rules = [
        ["\"gold\"", "< @\"2026-01-01\"", "-"],
        ["\"gold\"", "-", "> limit"],
        ["-", "> @\"2026-01-01\"", "> limit"],
        ["not(\"gold\")", "-", "-"],
    ];
    let rules: String = rules
        .iter()
        .map(|cells| {
            let cells = cells
                .map(|cell| format!("<inputEntry><text><![CDATA[{cell}]]></text></inputEntry>"));
            format!("<rule>{}<outputEntry><text>1</text></outputEntry></rule>", cells.concat())
        })
        .collect();
    let xml = format!(
        r#"<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="m" name="m" namespace="m">
        <decision id="d" name="d"><decisionTable hitPolicy="FIRST">
        <input id="i1"><inputExpression><text>tier</text></inputExpression></input>
        <input id="i2"><inputExpression typeRef="date"><text>day</text></inputExpression></input>
        <input id="i3"><inputExpression typeRef="number"><text>sum</text></inputExpression></input>
        <output/>{rules}</decisionTable></decision></definitions>"#
    );
    let model = dmn::compile(&xml).unwrap();
    let explained = |tier: &str, day: u8, sum: i64| {
        let day = feel::Date::new(2026, 1, day).unwrap();
        let inputs: Context = [
            ("tier", Value::from(tier)),
            ("day", Value::from(day)),
            ("sum", Value::number(sum)),
            ("limit", Value::number(10)),
        ]
        .into_iter()
        .collect();
        let found = model.evaluate("d", &inputs, &mut Run::new(Timestamp(0)), TraceMode::On);
        let mut json = found.unwrap().trace.unwrap().to_json();
        model.explain(&mut json);
        let all = json["decisions"][0]["unmatched"].as_array().unwrap().clone();
        let shown = all.iter().map(|it| {
            let by = &it["refused_by"];
            format!(
                "{} {} {}",
                it["index"],
                by["input_id"].as_str().unwrap_or("?"),
                by["cell"].as_str().unwrap_or("?")
            )
        });
        shown.collect::<Vec<_>>()
    };
    assert_eq!(
        explained("gold", 2, 5),
        ["1 i2 < @\"2026-01-01\"", "2 i3 > limit", "3 i3 > limit", "4 i1 not(\"gold\")"]
    );
    assert_eq!(
        explained("new", 1, 50),
        ["1 i1 \"gold\"", "2 i1 \"gold\"", "3 i2 > @\"2026-01-01\""]
    );
    // The third one is not asked any more, so that its cell may be true.
    assert_eq!(explained("gold", 2, 50)[1..], ["3 ? ?", "4 i1 not(\"gold\")"]);
}
