//! One process at a time, and no program older than its data.

use std::process::Command;

use base::Key;
use runtime::port::{Readers as _, RecordOperation};
use store::{Database, sqlite::OpenError};

use crate::sample::{Fixture, record};

/// Tells the child of [`a_second_process_is_refused_with_the_pid_of_the_first`] where to look.
const FOLDER: &str = "STORE_TEST_FOLDER";

/// Runs this test once more in a process of its own, where it finds the folder held.
#[test]
fn a_second_process_is_refused_with_the_pid_of_the_first() {
    if let Some(folder) = std::env::var_os(FOLDER) {
        let error = Database::open(folder.as_ref()).unwrap_err();
        println!("refused: {error}");
        return;
    }
    let fixture = Fixture::new();
    let name = "folder::a_second_process_is_refused_with_the_pid_of_the_first";
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env(FOLDER, fixture.place.folder())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    let expect = format!(
        "refused: the data folder `{}` is in use by process {}; stop that process or name another folder",
        fixture.place.folder().display(),
        std::process::id()
    );
    assert!(said.contains(&expect), "{said}");
}

#[test]
fn the_folder_is_free_again_when_the_last_user_of_it_is_gone() {
    let Fixture { lane, readers, place } = Fixture::new();
    let folder = place.closed();
    drop(lane);
    assert!(matches!(Database::open(folder.path()), Err(OpenError::Folder(_))));
    drop(readers);
    assert!(Database::open(folder.path()).is_ok());
}

#[test]
fn after_an_orderly_stop_the_whole_database_is_in_its_own_file() {
    let (mut fixture, deal) = Fixture::with_deal();
    let row = record(&deal, 5, Vec::new());
    fixture.commit_records(&deal, [RecordOperation::Insert(row.clone())]).unwrap();
    let Fixture { lane, readers, place } = fixture;
    drop(readers.open().unwrap());
    drop(lane);
    // The readers' connection is open still.
    let copy = tempfile::tempdir().unwrap();
    std::fs::copy(place.database().file(), copy.path().join("rondo.db")).unwrap();
    let copied = Database::open(copy.path()).unwrap().reader();
    assert_eq!(copied.open().unwrap().record(&deal, Key(5)).unwrap(), Some(row));
    drop(readers);
}

#[test]
fn a_database_of_a_newer_version_is_refused_and_left_alone() {
    let Fixture { lane, readers, place } = Fixture::new();
    let file = place.database().file().to_owned();
    drop((lane, readers));
    let folder = place.closed();
    rusqlite::Connection::open(&file).unwrap().pragma_update(None, "user_version", 999).unwrap();
    let before = std::fs::read(&file).unwrap();
    let error = Database::open(folder.path()).unwrap_err().to_string();
    for expect in
        ["has version 999, this program knows ", "; use a newer program, or restore a backup"]
    {
        assert!(error.contains(expect), "{error}");
    }
    assert_eq!(std::fs::read(&file).unwrap(), before);
}

#[test]
fn nothing_is_copied_where_nothing_is_migrated() {
    let mut place = Fixture::new().place;
    place.reopen();
    assert_eq!(place.database().copy_before_migration(), None);
}
