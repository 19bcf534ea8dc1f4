//! The handbook is true: its files are written, its commands run as they stand there, and what they say is what stands
//! behind them.

use std::path::Path;
use std::process::{Command, Stdio};

use scenarios::Sample;
use served::{Folder, binary};

use crate::decision_commands::rondo;

const HANDBOOK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/handbook");

/// A fenced block with its language and the line before it.
struct Block {
    language: String,
    before: String,
    text: String,
}

fn blocks(page: &str) -> Vec<Block> {
    let page = std::fs::read_to_string(Path::new(HANDBOOK).join(page));
    let page = page.expect("the page can be read");
    let (mut blocks, mut before) = (Vec::new(), "");
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            let inside: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            let text = inside.join("\n") + "\n";
            blocks.push(Block { language: language.into(), before: before.into(), text });
        } else if !line.is_empty() {
            before = line;
        }
    }
    blocks
}

/// Writes the files of the page: a block behind a line that ends with the file's name in backticks and a colon.
pub(crate) fn write_files(page: &str, folder: &Path) -> usize {
    let mut count = 0;
    for block in blocks(page).iter().filter(|block| block.language != "console") {
        let named = block.before.strip_suffix("`:").and_then(|before| before.rsplit_once('`'));
        if let Some((_, name)) = named {
            std::fs::write(folder.join(name), &block.text).expect("the file can be written");
            count += 1;
        }
    }
    count
}

#[test]
fn the_examples_of_the_handbook_say_what_it_shows() {
    let folder = Folder::new();
    assert!(write_files("dmn.md", folder.path()) >= 5);
    let mut count = 0;
    for block in blocks("dmn.md").iter().filter(|block| block.language == "console") {
        for example in block.text.split("$ rondo ").filter(|example| !example.is_empty()) {
            let (command, expected) = example.split_once('\n').expect("a command is a line");
            let arguments: Vec<&str> = command.split(' ').collect();
            let (said, succeeds) = rondo(folder.path(), &arguments);
            assert_eq!(said, expected, "rondo {command}");
            assert_eq!(succeeds, !expected.contains("rondo: "), "rondo {command}");
            count += 1;
        }
    }
    assert!(count >= 8, "only {count} commands were found");
}

/// What a line of a shell says in that folder, where `rondo` is a command.
fn shell(folder: &Path, line: &str) -> String {
    let program = binary();
    let programs = program.parent().expect("the program is in a folder");
    let path = std::env::var("PATH").expect("there are other programs");
    let output = Command::new("sh")
        .args(["-c", line])
        .current_dir(folder)
        .env("PATH", format!("{}:{path}", programs.display()))
        .stdin(Stdio::null())
        .output()
        .expect("there is a shell");
    assert!(output.status.success(), "{line}: {output:?}");
    let said = [output.stdout, output.stderr].concat();
    String::from_utf8(said).expect("it says text")
}

#[test]
fn the_commands_of_the_page_about_feel_say_what_stands_behind_them() {
    let folder = Folder::new();
    let blocks = blocks("feel.md");
    let case = blocks.iter().find(|block| block.language == "json").expect("a case is shown");
    std::fs::write(folder.path().join("cases.jsonl"), &case.text).expect("it can be written");
    let shown = blocks.iter().filter(|block| block.language == "sh");
    let mut count = 0;
    for line in shown.flat_map(|block| block.text.lines()) {
        let (command, expected) = line.split_once(" # ").unwrap_or((line, ""));
        assert_eq!(shell(folder.path(), command).trim_end(), expected, "{command}");
        count += usize::from(!expected.is_empty());
    }
    assert!(count >= 5, "only {count} lines show what they say");
}

/// What stands between the outputs of two commands of one script.
const MARK: &str = "\u{1}";

#[test]
fn a_first_process_goes_as_its_chapter_says() {
    let sample = Sample::start();
    let folder = Folder::new();
    assert_eq!(write_files("first-process.md", folder.path()), 4);
    let (mut script, mut shown) = (String::new(), Vec::new());
    let blocks = blocks("first-process.md");
    for block in blocks.iter().filter(|block| block.language == "console") {
        for example in format!("\n{}", block.text).split("\n$ ").skip(1) {
            let (command, expected) = example.split_once('\n').unwrap_or((example, ""));
            script.extend([command, "\nprintf '", MARK, "'\n"]);
            shown.push((command.to_owned(), expected.trim_end().to_owned()));
        }
    }
    assert!(shown.len() >= 15, "only {} commands were found", shown.len());
    let script = script.replace("localhost:8080", sample.server().address());
    let said = shell(folder.path(), &script);
    let said: Vec<&str> = said.split(MARK).collect();
    assert_eq!(said.len(), shown.len() + 1, "{said:?}");
    for ((command, expected), said) in shown.iter().zip(said) {
        assert_eq!(said.trim_end(), expected, "{command}");
    }
}
