//! The program as a process on a folder of its own: what it says, and how it keeps a second one out.

use std::process::{Command, Stdio};

use scenarios::Sample;
use served::{Folder, Server, binary};

#[test]
fn the_version_names_the_commit() {
    let output = Command::new(binary()).arg("--version").output().expect("the program runs");
    let said = String::from_utf8(output.stdout).expect("it is text");
    let commit = said.trim().strip_prefix(concat!("rondo ", env!("CARGO_PKG_VERSION"), " ("));
    let commit = commit.and_then(|rest| rest.strip_suffix(')')).unwrap_or_default();
    let is_commit = commit.len() == 12 && commit.chars().all(|c| c.is_ascii_hexdigit());
    assert!(is_commit || commit == "unknown", "{said}");
}

#[test]
fn a_second_process_on_the_same_folder_is_told_who_holds_it() {
    let sample = Sample::start();
    let folder = Folder::new();
    let server = Server::start(folder.path(), &[]);
    let data = folder.path().display().to_string();
    for arguments in [
        vec!["serve", "--listen", "127.0.0.1:0", "--data", &data],
        vec!["deploy", "--data", &data, concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")],
    ] {
        let output = Command::new(binary()).args(&arguments).output().expect("the program runs");
        let said = String::from_utf8_lossy(&output.stderr);
        let holder = format!("is in use by process {}", server.id());
        assert!(!output.status.success() && said.contains(&holder), "{arguments:?}: {said}");
    }
    assert_eq!(sample.server().stranger().get("/health").status, 200, "others go on");
}

#[test]
fn a_long_import_shows_on_a_terminal_how_far_it_is() {
    let folder = Folder::new();
    drop(Server::start(folder.path(), &[]));
    let file = folder.path().join("tasks.csv");
    let rows = (0..20_000).map(|n| format!("Call {n}\n"));
    std::fs::write(&file, format!("subject\n{}", rows.collect::<String>())).expect("it is written");
    let command = format!(
        "{} import task {} --data {}",
        binary().display(),
        file.display(),
        folder.path().display()
    );
    // `script` gives it a terminal.
    let output = Command::new("script")
        .args(["--quiet", "--return", "--command", &command, "/dev/null"])
        .stdin(Stdio::null())
        .output()
        .expect("`script` is there");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("[#") && said.contains("% ") && said.contains(" created"), "{said}");
    let quiet = Command::new(binary())
        .args(["import", "task", "--data"])
        .arg(folder.path())
        .arg(file)
        .output()
        .expect("the program runs");
    assert!(!String::from_utf8_lossy(&quiet.stderr).contains('%'), "{quiet:?}");
}
