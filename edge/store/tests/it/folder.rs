//! One process at a time, and no program older than its data.

use std::process::Command;

use base::Key;
use store::{Database, sqlite::OpenError};

use crate::sample::{Fixture, deal, defined};

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
        .env(FOLDER, fixture.folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    let expect = format!(
        "refused: the data folder `{}` is in use by process {}; stop that process or name another folder",
        fixture.folder.path().display(),
        std::process::id()
    );
    assert!(said.contains(&expect), "{said}");
}

#[test]
fn the_folder_is_free_again_when_the_last_user_of_it_is_gone() {
    let Fixture { lane, reader, database, folder } = Fixture::new();
    drop(database);
    drop(lane);
    assert!(matches!(Database::open(folder.path()), Err(OpenError::Folder(_))));
    drop(reader);
    assert!(Database::open(folder.path()).is_ok());
}

#[test]
fn a_database_of_a_newer_version_is_refused_and_left_alone() {
    let Fixture { lane, reader, database, folder } = Fixture::new();
    let file = database.file().to_owned();
    drop((lane, reader, database));
    rusqlite::Connection::open(&file).unwrap().pragma_update(None, "user_version", 999).unwrap();
    let before = std::fs::read(&file).unwrap();
    let error = Database::open(folder.path()).unwrap_err().to_string();
    let expect =
        "has version 999, this program knows version 2; use a newer program, or restore a backup";
    assert!(error.ends_with(expect), "{error}");
    assert_eq!(std::fs::read(&file).unwrap(), before);
}

#[test]
fn what_was_committed_is_there_after_a_restart() {
    use runtime::port::{ReadRecords as _, RecordOperation, Store as _};

    let (mut fixture, deal) = Fixture::with_deal();
    let row = crate::sample::record(&deal, 5, crate::sample::value_of_every_kind());
    fixture.commit_records(&deal, [RecordOperation::Insert(row.clone())]).unwrap();
    // Begun and never committed: what a process that is killed leaves behind.
    fixture.lane.begin().unwrap();
    let lost = crate::sample::record(&deal, 6, Vec::new());
    fixture.lane.write(&crate::sample::changed(&deal, [RecordOperation::Insert(lost)])).unwrap();
    let Fixture { lane, reader, database, folder } = fixture;
    drop((lane, reader, database));

    let database = Database::open(folder.path()).unwrap();
    assert_eq!(database.copy_before_migration(), None);
    let reader = database.reader();
    let snapshot = reader.snapshot().unwrap();
    assert_eq!(snapshot.record(&deal, Key(5)).unwrap(), Some(row));
    assert_eq!(snapshot.record(&deal, Key(6)).unwrap(), None);
}

#[test]
fn the_lane_number_grows_with_every_start_and_the_catalogue_with_every_change() {
    use runtime::port::Store as _;

    let mut fixture = Fixture::new();
    assert_eq!([fixture.lane.next_lane(), fixture.lane.next_lane()], [Ok(1), Ok(2)]);
    let first = fixture.lane.begin().unwrap().catalogue_version;
    fixture.lane.rollback().unwrap();
    fixture.commit(&defined(&deal())).unwrap();
    assert_eq!(fixture.lane.begin().unwrap().catalogue_version, first + 1);
    fixture.lane.rollback().unwrap();
    fixture.lane.rollback().expect("a rollback without a transaction is no failure");
}
