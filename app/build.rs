//! Tells cargo that the binary carries files from outside its folder, so that new ones are taken in too, and
//! the binary from which commit it is built.

use std::process::Command;

fn main() {
    for folder in ["../web/dist", "../crm/packs", "../crm/objects"] {
        println!("cargo:rerun-if-changed={folder}");
    }
    println!("cargo:rerun-if-env-changed=RONDO_COMMIT");
    // Where there is no repository, as in a source archive, the variable may say it.
    let given = std::env::var("RONDO_COMMIT").ok().filter(|commit| !commit.is_empty());
    let commit = given.or_else(|| git(&["rev-parse", "--short=12", "HEAD"]));
    println!("cargo:rustc-env=RONDO_COMMIT={}", commit.as_deref().unwrap_or("unknown"));
    if let Some(log) = git(&["rev-parse", "--path-format=absolute", "--git-path", "logs/HEAD"])
        && std::path::Path::new(&log).exists()
    {
        println!("cargo:rerun-if-changed={log}");
    }
}

fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    (output.status.success()).then(|| text.trim().to_owned()).filter(|text| !text.is_empty())
}
