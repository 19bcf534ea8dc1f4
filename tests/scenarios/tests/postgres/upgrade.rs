//! A newer program on an older database in PostgreSQL.

use std::process::Command;

use served::{Folder, Place, Server};

/// A database as the first version of the program left it, with one thing in it.
fn of_version_1() -> Place {
    let place = Place::new();
    place.execute(include_str!("../../../../edge/store/migrations/postgres/0001_start.sql"));
    place.execute(
        "CREATE TABLE rondo_version (id BIGINT NOT NULL PRIMARY KEY, version BIGINT NOT NULL);
         INSERT INTO rondo_version VALUES (1, 1);
         INSERT INTO counter VALUES ('order.number', 7)",
    );
    place
}

#[test]
fn an_older_database_is_backed_up_before_it_is_migrated() {
    let place = of_version_1();
    let data = Folder::new();
    let folder = data.path().to_string_lossy().into_owned();
    let server = Server::start_at(&place, &["--data", &folder]);
    assert_eq!(server.stranger().get("/health").status, 200);
    let backups = std::fs::read_dir(data.path().join("backups")).unwrap();
    let names: Vec<_> = backups.map(|file| file.unwrap().path()).collect();
    let [archive] = names.as_slice() else { panic!("one file, not {names:?}") };
    let name = archive.file_stem().unwrap().to_string_lossy().into_owned();
    assert!(name.starts_with("version-1-before-"), "{name}");
    let restored = Folder::new();
    let mut command = Command::new(served::binary());
    let done = command.arg("restore").arg(archive).arg("--data").arg(restored.path().join("new"));
    let done = done.output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

#[test]
fn what_cannot_be_backed_up_is_not_migrated() {
    let place = of_version_1();
    let data = Folder::new();
    std::fs::write(data.path().join("backups"), "a file where the folder should be").unwrap();
    let mut command = Command::new(served::binary());
    command.arg("serve").args(place.options()).arg("--data").arg(data.path());
    let refused = command.args(["--listen", "127.0.0.1:0"]).output().unwrap();
    assert!(!refused.status.success());
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(said.contains("was left as it is, for it could not be backed up first"), "{said}");
    place.execute(
        "DO $$ BEGIN ASSERT (SELECT version FROM rondo_version) = 1, 'the version has changed'; END $$",
    );
}
