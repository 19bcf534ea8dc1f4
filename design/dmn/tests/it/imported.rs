//! What a file imports without a name: its elements and types are known by their plain names, and those of the file
//! itself come first (DMN 1.5, 6.3.3).

use dmn::{TraceMode, compile_with};
use feel::{Context, Run, Timestamp, Value, json};

const DMN: &str = "https://www.omg.org/spec/DMN/20230324/MODEL/";

const RATES: &str = r##"<itemDefinition name="tRate"><typeRef>number</typeRef><allowedValues><text>[0..1]</text></allowedValues></itemDefinition>
    <itemDefinition name="tOwn"><typeRef>string</typeRef></itemDefinition>
    <inputData id="zone" name="zone"><variable name="zone" typeRef="string"/></inputData>
    <businessKnowledgeModel id="twice" name="twice"><encapsulatedLogic><formalParameter name="x" typeRef="tRate"/>
      <literalExpression><text>x * 2</text></literalExpression></encapsulatedLogic></businessKnowledgeModel>
    <decision id="rate" name="rate"><variable name="rate" typeRef="tRate"/>
      <informationRequirement><requiredInput href="#zone"/></informationRequirement>
      <literalExpression><text>if zone = "EU" then 0.2 else 0</text></literalExpression></decision>"##;

fn file(namespace: &str, body: &str) -> String {
    format!(
        r#"<definitions xmlns="{DMN}" id="{namespace}" name="{namespace}" namespace="{namespace}">{body}</definitions>"#
    )
}

/// The element that says that this is required.
fn requirement(href: &str) -> String {
    let (of, kind) = match href.rsplit_once('#') {
        Some((_, "twice")) => ("knowledgeRequirement", "requiredKnowledge"),
        Some((_, "zone" | "amount")) => ("informationRequirement", "requiredInput"),
        _ => ("informationRequirement", "requiredDecision"),
    };
    format!("<{of}><{kind} href='{href}'/></{of}>")
}

/// The value of `d`, which requires `requires` and is `text`, in a file with these other elements that imports the rates.
fn check(elements: &str, requires: &[&str], text: &str, expect: &str) {
    let requires: String = requires.iter().map(|href| requirement(href)).collect();
    let body = format!(
        r#"<import name="" namespace="rates" importType="{DMN}"/>{elements}
        <decision id="d" name="d">{requires}<literalExpression><text>{text}</text></literalExpression></decision>"#
    );
    let model = compile_with(&file("prices", &body), &[&file("rates", RATES)]);
    let model = model.unwrap_or_else(|problems| panic!("{body}: {problems:?}"));
    let inputs: Context =
        [("zone", Value::string("EU")), ("amount", 10.into())].into_iter().collect();
    let mut run = Run::new(Timestamp(0));
    let found = model.evaluate("d", &inputs, &mut run, TraceMode::On).unwrap();
    let expect: serde_json::Value = serde_json::from_str(expect).unwrap();
    assert_eq!(json::to_json(&found.value), expect, "{body}: {:?}", found.warnings);
}

#[test]
fn what_is_imported_without_a_name_is_known_by_its_plain_name() {
    check("", &["rates#rate"], "rate * 10", "2");
    check("", &["rates#zone"], "zone", "\"EU\"");
    check("", &["rates#rate", "rates#twice"], "twice(rate)", "0.4");
    check("", &[], "[0.5 instance of tRate, \"a\" instance of tRate]", "[true, false]");
    // The type of an own input, with what it allows.
    let amount = r#"<inputData id="amount" name="amount"><variable name="amount" typeRef="tRate"/></inputData>"#;
    check(amount, &["#amount"], "amount", "null");
}

#[test]
fn an_element_of_the_file_hides_one_that_is_imported_without_a_name() {
    let rate = r#"<decision id="rate" name="rate"><literalExpression><text>7</text></literalExpression></decision>"#;
    check(rate, &["#rate"], "rate", "7");
    check(rate, &["rates#rate"], "rate", "0.2");
    check(rate, &["#rate", "rates#rate"], "rate", "7");
    check(rate, &["rates#rate", "#rate"], "rate", "7");
    let own = r#"<itemDefinition name="tOwn"><typeRef>number</typeRef></itemDefinition>
        <inputData id="amount" name="amount"><variable name="amount" typeRef="tOwn"/></inputData>"#;
    let tests = "[amount, amount instance of tOwn, \"a\" instance of tOwn]";
    check(own, &["#amount"], tests, "[10, true, false]");
}

#[test]
fn an_import_that_does_not_say_its_name_is_refused() {
    let body = format!(r#"<import namespace="rates" importType="{DMN}"/>"#);
    let problems = compile_with(&file("prices", &body), &[&file("rates", RATES)]).unwrap_err();
    assert!(problems[0].to_string().contains("the import needs a `name`"), "{problems:?}");
}

/// A file knows what it imports itself, whether by name or not, and nothing of what that imports (6.3.3 names no other way
/// to an element than an import of its namespace).
#[test]
fn what_an_imported_file_imports_is_known_there_only() {
    let import = |namespace: &str| {
        format!(r#"<import name="" namespace="{namespace}" importType="{DMN}"/>"#)
    };
    let price = format!(
        r#"{}<decision id="price" name="price">{}<literalExpression><text>rate * 100</text></literalExpression></decision>"#,
        import("rates"),
        requirement("rates#rate")
    );
    let files = [file("middle", &price), file("rates", RATES)];
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let own = |imports: &str, type_ref: &str, href: &str, text: &str| {
        let body = format!(
            r#"{imports}<decision id="d" name="d"><variable name="d" typeRef="{type_ref}"/>{}
            <literalExpression><text>{text}</text></literalExpression></decision>"#,
            requirement(href)
        );
        compile_with(&file("prices", &body), &files)
    };
    // What the file in the middle makes of it is there.
    let middle = import("middle");
    let inputs: Context = [("zone", Value::string("EU"))].into_iter().collect();
    let evaluated = |model: dmn::Model| {
        let mut run = Run::new(Timestamp(0));
        model.evaluate("d", &inputs, &mut run, TraceMode::Off).unwrap().value
    };
    let through = own(&middle, "number", "middle#price", "price").unwrap();
    assert_eq!(evaluated(through), Value::number(20));
    // It itself is not, by its place or by its type, until it is imported here as well.
    let refused = |type_ref: &str, href: &str| {
        own(&middle, type_ref, href, "1").unwrap_err().iter().map(ToString::to_string).collect()
    };
    let problems: Vec<String> = refused("number", "rates#rate");
    assert!(problems[0].contains("add an `import` of it"), "{problems:?}");
    let problems: Vec<String> = refused("tRate", "middle#price");
    assert!(problems[0].contains("tRate"), "{problems:?}");
    let both = own(&(middle.clone() + &import("rates")), "tRate", "rates#rate", "rate").unwrap();
    assert_eq!(json::to_json(&evaluated(both)), serde_json::json!(0.2));
}
