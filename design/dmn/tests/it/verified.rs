//! Verification of tables: what is found, with which witness.

use dmn::Model;

fn table(policy: &str, rules: &[&str]) -> Model {
    let rules: String = rules
        .iter()
        .map(|rule| {
            let cells: Vec<&str> = rule.split('|').map(str::trim).collect();
            let (output, inputs) = cells.split_last().unwrap();
            let inputs: String = inputs
                .iter()
                .map(|cell| format!("<inputEntry><text><![CDATA[{cell}]]></text></inputEntry>"))
                .collect();
            format!("<rule>{inputs}<outputEntry><text>{output}</text></outputEntry></rule>")
        })
        .collect();
    let xml = format!(
        r#"<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="m" name="m" namespace="m">
        <decision id="d" name="d"><decisionTable hitPolicy="{policy}">
            <input><inputExpression typeRef="number"><text>n</text></inputExpression>
              <inputValues><text>[0..100]</text></inputValues></input>
            <input><inputExpression typeRef="string"><text>s</text></inputExpression>
              <inputValues><text>"a", "b"</text></inputValues></input>
            <output name="o"><outputValues><text>1, 2, 3</text></outputValues></output>{rules}
        </decisionTable></decision></definitions>"#
    );
    dmn::compile(&xml).unwrap_or_else(|problems| panic!("{problems:?}"))
}

fn check(policy: &str, rules: &[&str], expect: &[&str]) {
    let reports = table(policy, rules).verify();
    let shown: Vec<String> = reports[0].findings.iter().map(ToString::to_string).collect();
    assert_eq!(shown, expect, "{policy} {rules:?}");
    assert!(reports[0].is_complete);
}

#[test]
fn a_sound_table_gives_no_findings() {
    check("UNIQUE", &["<= 50 | \"a\" | 1", "<= 50 | \"b\" | 2", "> 50 | - | 3"], &[]);
    check("FIRST", &["< 50 | - | 1", "- | - | 2"], &["no rule says anything about `s`"]);
}

#[test]
fn gaps_come_with_a_witness() {
    check(
        "UNIQUE",
        &["< 50 | - | 1", "> 50 | \"a\" | 2"],
        &["no rule matches n = 50, s = \"a\"", "no rule matches n = 75, s = \"b\""],
    );
    check("COLLECT", &["< 50 | \"a\" | 1"], &[]);
}

#[test]
fn rules_that_meet_are_found_under_the_policies_that_forbid_it() {
    let rules = ["<= 50 | - | 1", ">= 50 | - | 2"];
    check(
        "UNIQUE",
        &rules,
        &["rules 1 and 2 both match n = 50, s = \"a\"", "no rule says anything about `s`"],
    );
    check(
        "ANY",
        &rules,
        &[
            "rules 1 and 2 say different things about n = 50, s = \"a\"",
            "no rule says anything about `s`",
        ],
    );
    check("FIRST", &rules, &["no rule says anything about `s`"]);
}

#[test]
fn rules_that_do_nothing_are_named() {
    check(
        "FIRST",
        &["< 50 | \"a\", \"b\" | 1", ">= 50 | - | 2", "[40..60] | \"a\" | 3", "> 200 | - | 1"],
        &[
            "rule 4 never matches: its cell of `n` is never true",
            "rule 3 is never reached: rules before it match whatever it matches",
        ],
    );
    check(
        "COLLECT",
        &["1 | \"a\" | 1", "1 | \"a\" | 1", "1 | \"b\" | 7"],
        &["rules 1 and 2 are the same", "the output `o` of rule 3 may not be 7"],
    );
    check(
        "UNIQUE",
        &["< 50 | \"a\" | 1", "< 50 | \"b\" | 1", ">= 50 | - | 2"],
        &["rules 1, 2 differ in `s` only and can be one"],
    );
}

#[test]
fn rules_that_higher_priorities_hide_are_named() {
    let rules = ["< 50 | - | 1", "< 20 | \"a\" | 2", "< 60 | - | 1", ">= 50 | - | 2"];
    let found: Vec<String> = reports(&table("PRIORITY", &rules))
        .into_iter()
        .filter(|it| it.contains("never counts"))
        .collect();
    // 1 goes before 2: rule 2 is hidden by rule 1, rule 3 is not, as it reaches further.
    assert_eq!(found, ["rule 2 never counts: rules of higher priority match whatever it matches"]);
}

/// The findings about outputs in a table of one rule, whose decision has the type `type_ref`.
fn check_type(type_ref: &str, policy: &str, outputs: &[(&str, &str)], expect: &[&str]) {
    let columns: String = outputs
        .iter()
        .map(|(name, _)| format!("<output name=\"{name}\"/>").replace(" name=\"\"", ""))
        .collect();
    let cells: String = outputs
        .iter()
        .map(|(_, cell)| format!("<outputEntry><text>{cell}</text></outputEntry>"))
        .collect();
    let xml = format!(
        r#"<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="m" name="m" namespace="m">
        <itemDefinition name="tPrices" isCollection="true"><typeRef>number</typeRef></itemDefinition>
        <itemDefinition name="tLevel"><typeRef>string</typeRef>
            <allowedValues><text>"low", "high"</text></allowedValues></itemDefinition>
        <itemDefinition name="tOffer"><itemComponent name="price"><typeRef>number</typeRef></itemComponent>
            <itemComponent name="level"><typeRef>tLevel</typeRef></itemComponent></itemDefinition>
        <decision id="d" name="d"><variable name="d" typeRef="{type_ref}"/>
            <decisionTable hitPolicy="{policy}"><input><inputExpression typeRef="boolean"><text>b</text></inputExpression></input>
            {columns}<rule><inputEntry><text>-</text></inputEntry>{cells}</rule></decisionTable></decision></definitions>"#
    );
    let model = dmn::compile(&xml).unwrap_or_else(|problems| panic!("{problems:?}"));
    let mut found = reports(&model);
    found.retain(|finding| finding.contains("may not be"));
    assert_eq!(found, expect, "{type_ref} {policy} {outputs:?}");
}

#[test]
fn outputs_that_the_type_of_the_decision_refuses_are_named() {
    let cheap = r#"the output of rule 1 may not be "cheap""#;
    check_type("number", "UNIQUE", &[("", "\"cheap\"")], &[cheap]);
    check_type("number", "FIRST", &[("", "3")], &[]);
    check_type("number", "FIRST", &[("", "null")], &[]);
    // A list of one is its only entry.
    check_type("number", "FIRST", &[("", "[3]")], &[]);
    check_type("tLevel", "ANY", &[("", "\"high\"")], &[]);
    check_type("tLevel", "ANY", &[("", "\"cheap\"")], &[cheap]);
    check_type("tPrices", "COLLECT", &[("", "3")], &[]);
    check_type("tPrices", "RULE ORDER", &[("", "\"cheap\"")], &[cheap]);
    // What an aggregation takes is not what it gives.
    check_type("number", "COLLECT\" aggregation=\"COUNT", &[("", "\"cheap\"")], &[]);
    check_type("tOffer", "UNIQUE", &[("price", "3"), ("level", "\"low\"")], &[]);
    check_type(
        "tOffer",
        "UNIQUE",
        &[("price", "\"cheap\""), ("level", "3")],
        &[
            r#"the output `price` of rule 1 may not be "cheap""#,
            "the output `level` of rule 1 may not be 3",
        ],
    );
}

fn reports(model: &Model) -> Vec<String> {
    let reports = model.verify();
    reports.iter().flat_map(|it| &it.findings).map(ToString::to_string).collect()
}

#[test]
fn inputs_that_may_not_be_null_are_told() {
    for (rules, expected) in [
        (&["< 50 | \"a\" | 1"][..], &["n", "s"][..]),
        (&["< 50 | - | 1", ">= 50 | - | 2"], &["n"]),
        (&["null | - | 1", "not(null) | not(\"a\") | 2"], &[]),
    ] {
        let reports = table("UNIQUE", rules).verify();
        let found: Vec<&str> = reports[0].null_gaps.iter().map(|it| &**it).collect();
        assert_eq!(found, expected, "{rules:?}");
    }
    assert!(table("COLLECT", &["< 50 | \"a\" | 1"]).verify()[0].null_gaps.is_empty());
}

#[test]
fn tables_inside_other_logic_and_nodes_of_trees_are_verified() {
    let table = "<decisionTable><input><inputExpression><text>n</text></inputExpression></input><output/>
        <rule><inputEntry><text>[0..5]</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>
        <rule><inputEntry><text>[5..9]</text></inputEntry><outputEntry><text>2</text></outputEntry></rule>
        </decisionTable>";
    let xml = format!(
        r##"<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="m" name="m" namespace="m">
        <inputData id="i" name="n"/>
        <businessKnowledgeModel id="b" name="b"><encapsulatedLogic><formalParameter name="n"/>{table}
        </encapsulatedLogic></businessKnowledgeModel>
        <decision id="d" name="d"><informationRequirement><requiredInput href="#i"/></informationRequirement>
        <context><contextEntry><variable name="a"/><list>{table}{table}</list></contextEntry>
        <contextEntry><conditional><if><literalExpression><text>true</text></literalExpression></if>
        <then>{table}</then><else><literalExpression><text>1</text></literalExpression></else></conditional>
        </contextEntry></context></decision></definitions>"##
    );
    let tree = dmn::Tree::read(
        "id: t\nnodes:\n- { node: 7, decide: n, branches: [{ when: '[0..5]', result: 1 }, { when: '[5..9]', result: 2 }] }",
    );
    let models = [dmn::compile(&xml).unwrap(), tree.unwrap().compile().unwrap()];
    let reports: Vec<_> = models.iter().flat_map(Model::verify).collect();
    let places: Vec<String> =
        reports.iter().map(|it| format!("{} {}", it.decision_id, it.within)).collect();
    assert_eq!(
        places,
        ["d entry a, item 1", "d entry a, item 2", "d result, then", "b ", "t node 7"]
    );
    for report in reports {
        let found: Vec<String> = report.findings.iter().map(ToString::to_string).collect();
        assert_eq!(
            found,
            ["no rule matches n = -1", "rules 1 and 2 both match n = 5"],
            "{}",
            report.within
        );
    }
}

#[test]
fn a_thousand_rules_by_five_columns_are_verified_completely() {
    let mut rules = String::new();
    for rule in 0..1000 {
        let [band, a, b, c] = [rule / 125, rule / 25 % 5, rule / 5 % 5, rule % 5];
        let cells = [
            format!("[{}..{})", band * 100, band * 100 + 100),
            format!("[{a}..{})", a + 1),
            format!("\"t{b}\""),
            format!("\"u{c}\""),
            if rule == 500 { "> 7".to_owned() } else { "-".to_owned() },
        ];
        let cells: String = cells
            .iter()
            .map(|cell| format!("<inputEntry><text><![CDATA[{cell}]]></text></inputEntry>"))
            .collect();
        let output = format!("<outputEntry><text>{rule}</text></outputEntry>");
        rules.extend(["<rule>", &cells, &output, "</rule>"]);
    }
    let domains = [
        "[0..800)",
        "[0..5)",
        "\"t0\",\"t1\",\"t2\",\"t3\",\"t4\"",
        "\"u0\",\"u1\",\"u2\",\"u3\",\"u4\"",
        "[0..10]",
    ];
    let inputs: String = domains
        .iter()
        .enumerate()
        .map(|(at, domain)| format!("<input><inputExpression><text>x{at}</text></inputExpression><inputValues><text>{domain}</text></inputValues></input>"))
        .collect();
    let xml = format!(
        r#"<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="m" name="m" namespace="m">
        <decision id="d" name="d"><decisionTable>{inputs}<output/>{rules}</decisionTable></decision></definitions>"#
    );
    let reports = dmn::compile(&xml).unwrap().verify();
    assert!(reports[0].is_complete);
    let shown: Vec<String> = reports[0].findings.iter().map(ToString::to_string).collect();
    assert_eq!(shown, ["no rule matches x0 = 400, x1 = 0, x2 = \"t0\", x3 = \"u0\", x4 = 0"]);
}
