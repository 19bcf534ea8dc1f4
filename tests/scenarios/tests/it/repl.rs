//! `rondo feel repl` by a pipe: what each line is answered, and whether the command fails.

use std::io::Write as _;
use std::process::{Command, Stdio};

use served::binary;

/// What the lines are answered on standard output and standard error, and whether the command succeeds.
fn answers(arguments: &[&str], lines: &[&str]) -> (String, String, bool) {
    let mut process = Command::new(binary())
        .args(["feel", "repl"])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let mut input = process.stdin.take().expect("it reads");
    input.write_all(lines.join("\n").as_bytes()).expect("it reads to the end");
    drop(input);
    let output = process.wait_with_output().expect("it ends");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it speaks UTF-8");
    (text(output.stdout), text(output.stderr), output.status.success())
}

/// Every line is fine; standard output is that.
fn check(arguments: &[&str], lines: &[&str], expect: &[&str]) {
    let (out, err, succeeded) = answers(arguments, lines);
    assert_eq!((out.lines().collect::<Vec<_>>(), &*err, succeeded), (expect.to_vec(), "", true));
}

/// One line, which is refused; standard error begins with that.
fn refused(line: &str, expect: &str) {
    let (out, err, succeeded) = answers(&[], &[line]);
    assert!(!succeeded && out.is_empty() && err.starts_with(expect), "`{line}`: {out}{err}");
    assert!(err.ends_with("rondo: 1 of the lines had no answer\n"), "`{line}`: {err}");
}

#[test]
fn variables_are_kept_from_line_to_line() {
    let lines = [
        ":let price = 2.50",
        "price * 4",
        "",
        ":let double = function(x) x * 2",
        "double(price)",
        ":let order total = double(price) + 1",
        "`order total` > 5",
        ":dialect standard",
        "order total + 1",
        ":forget order total",
        ":vars",
        ":quit",
        "never(",
    ];
    let expect = ["10", "5", "true", "standard", "7", "price = 2.5", "double = function(x)"];
    check(&[], &lines, &expect);
    check(&["--dialect", "standard"], &[":dialect", ":dialect camunda"], &["standard", "camunda"]);
}

#[test]
fn a_context_comes_from_a_file_at_the_start_or_later() {
    let folder = std::env::temp_dir().join(format!("rondo-repl-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder can be made");
    let file = folder.join("order.json");
    std::fs::write(&file, r#"{"order": {"total": 120}}"#).expect("a file can be written");
    let path = file.to_str().expect("the path is text");
    check(&["--context", path], &["order.total"], &["120"]);
    check(&[], &[&format!(":context {path}"), "order.total + 1"], &["121"]);
    std::fs::remove_dir_all(&folder).expect("the folder is ours");
}

#[test]
fn a_remark_shows_the_part_it_is_about_and_a_line_that_is_refused_fails_the_command() {
    let (out, err, succeeded) = answers(&[], &["1 + missing"]);
    assert_eq!((&*out, succeeded), ("null\n", true));
    let expect = "rondo: NO_VARIABLE_FOUND: no variable `missing`\n  1 + missing\n      ^^^^^^^\n";
    assert!(err.starts_with(expect), "{err}");
    refused("1 + ", "rondo: ");
    refused("for a in 1..99999999 return a", "rondo: BUDGET_EXCEEDED: ");
    refused(":let 5", "rondo: say `:let NAME = EXPR`");
    refused(":context missing.json", "rondo: `missing.json` cannot be read");
    refused(":forget it", "rondo: no variable `it`");
    refused(":dialect french", "rondo: no dialect `french`; say `camunda` or `standard`");
    refused(":unknown", "rondo: no command `:unknown`; `:help` lists them");
}
