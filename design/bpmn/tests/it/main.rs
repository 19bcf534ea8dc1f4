//! The crate through its public face: which files are read, kept, refused, and with which words.

mod answers;
mod deployment;
mod fixtures;
mod forms;
mod hostile;
mod kept;
mod miwg;
mod mutation;

/// Wraps the content of `definitions`; it begins in line 2.
fn definitions(content: &str) -> String {
    format!(
        r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="t">
{content}
</definitions>"#
    )
}

/// Reads a file that the tests need. A missing one is a broken checkout, so it says which.
fn read(path: &std::path::Path) -> String {
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    String::from_utf8(bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The BPMN files of a folder under this crate, sorted by name.
fn bpmn_files(folder: &str) -> Vec<(String, String)> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries =
        std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<(String, String)> = entries
        .map(|entry| entry.expect("a folder can be read to its end").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "bpmn"))
        .map(|path| (name(&path), read(&path)))
        .collect();
    files.sort();
    files
}

fn name(path: &std::path::Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
