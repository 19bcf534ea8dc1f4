//! The handbook against the code: it names every built-in function, and its examples give what it says.

use feel::{Context, Dialect, Options, Run, Timestamp, builtins, cases, compile, json};

const CHAPTER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/handbook/feel.md");

fn chapter() -> String {
    let bytes = std::fs::read(CHAPTER).unwrap_or_else(|error| panic!("{CHAPTER}: {error}"));
    String::from_utf8(bytes).expect("the handbook is UTF-8")
}

#[test]
fn the_handbook_names_every_built_in_function() {
    let text = chapter();
    let is_missing = |name: &&str| !text.contains(&format!("`{name}("));
    let missing: Vec<&str> = builtins().map(|(name, _)| name).filter(is_missing).collect();
    assert_eq!(missing, Vec::<&str>::new());
}

/// The parameters, too, as one of the forms has them; those of relations are called `a` and `b` in all rows.
#[test]
fn the_handbook_names_the_parameters_of_every_built_in_function() {
    let text = chapter().replace('?', "");
    let is_written = |name: &str, form: &[&str]| {
        let parameters = form.join(", ").replace('?', "");
        text.contains(&format!("`{name}({parameters})`"))
    };
    let missing: Vec<&str> = builtins()
        .filter(|(name, forms)| {
            let is_relation = forms.first().is_some_and(|form| form == &["point1", "point2"]);
            let is_named = forms.iter().any(|form| is_written(name, form));
            !(is_named || (is_relation && is_written(name, &["a", "b"])))
        })
        .map(|(name, _)| name)
        .collect();
    assert_eq!(missing, Vec::<&str>::new());
}

#[test]
fn the_dialects_differ_as_the_handbook_says() {
    let text = chapter();
    let (_, rows) = text.split_once("| expression | standard | Camunda |\n").expect("the table");
    let (rows, _) = rows.split_once("\n\n").expect("the end of the table");
    let mut count = 0;
    for row in rows.lines().skip(1) {
        let cells: Vec<&str> = row.split(" | ").collect();
        let [source, standard, camunda] = cells.as_slice() else { panic!("{row}") };
        let bare = |cell: &str| cell.trim_matches(['|', ' ']).trim_matches('`').to_owned();
        let found = [Dialect::Standard, Dialect::Camunda].map(|dialect| {
            compile(&bare(source), &Options { dialect, names: &[] }).map_or_else(
                |_| "does not compile".to_owned(),
                |expression| expression.evaluate(&[], &mut Run::new(Timestamp(0))).to_string(),
            )
        });
        assert_eq!(found, [bare(standard), bare(camunda)], "{row}");
        assert_ne!(found[0], found[1], "{row}");
        count += 1;
    }
    assert!(count > 20, "only {count} differences were found");
}

#[test]
fn the_case_of_the_handbook_passes_and_a_wrong_one_fails() {
    let text = chapter();
    let lines: Vec<&str> = text.lines().filter(|line| line.starts_with("{\"id\":")).collect();
    assert_eq!(lines.len(), 1, "{lines:?}");
    for (expect, passes) in [("\"119\"", true), ("\"118\"", false)] {
        let line = lines[0].replace("\"119\"", expect);
        let case = cases::read(&line).expect("it is a case");
        let outcome = case.check(Dialect::Camunda, Timestamp(0));
        assert_eq!(outcome.is_ok(), passes, "{line}: {outcome:?}");
    }
}

/// The expressions of `rondo feel eval` as they stand in the page, with the context that it writes before.
#[test]
fn the_commands_of_the_handbook_evaluate_to_what_stands_behind_them() {
    let text = chapter();
    let context = text.lines().find_map(|line| line.strip_prefix("echo '")?.split('\'').next());
    let context = serde_json::from_str(context.expect("the context")).expect("it is JSON");
    let context = json::from_json(&context);
    let mut count = 0;
    for line in text.lines().filter(|line| line.starts_with("rondo feel eval ")) {
        let (command, expect) = line.split_once(" # ").expect("the result behind it");
        let source = command.split('\'').nth(1).expect("an expression in quotes");
        let is_standard = command.contains("--dialect standard");
        let dialect = if is_standard { Dialect::Standard } else { Dialect::Camunda };
        let expression = compile(source, &Options { dialect, names: &[] }).expect(source);
        let empty = Context::new();
        let scope = if command.contains("--context") { context.as_context() } else { None };
        let found = expression.evaluate_in(scope.unwrap_or(&empty), &mut Run::new(Timestamp(0)));
        assert_eq!(found.to_string(), expect.trim(), "{line}");
        count += 1;
    }
    assert_eq!(count, 3);
}

#[test]
fn the_examples_of_the_handbook_give_what_it_says() {
    let text = chapter();
    let (_, examples) = text.split_once("## The language by example").expect("the examples");
    let (examples, _) = examples.split_once("\n- ").expect("the end of the examples");
    let mut count = 0;
    for row in examples.lines().filter(|row| row.starts_with("| `")) {
        let cells: Vec<&str> = row.split('`').collect();
        let [_, source, _, expect, _] = cells.as_slice() else { panic!("{row}") };
        for dialect in [Dialect::Standard, Dialect::Camunda] {
            let expression = compile(source, &Options { dialect, names: &[] }).expect(source);
            let found = expression.evaluate(&[], &mut Run::new(Timestamp(0)));
            assert_eq!(found.to_string(), *expect, "{source}");
        }
        count += 1;
    }
    assert!(count > 15, "only {count} examples were found");
}
