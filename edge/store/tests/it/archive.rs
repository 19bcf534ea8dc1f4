//! Archives of a database file: everything is carried, and what is no whole archive of ours changes nothing.

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;
use flate2::write::GzEncoder;
use rusqlite::Connection;
use store::archive::{self, ArchiveError, Carried, EXCLUDED, Origin};
use store::sqlite::{ArchiveSource, ArchiveTarget, Database};

use crate::filler::{fill, origin};
use crate::sample::{Fixture, deal, defined};

fn backup(folder: &Path) -> Vec<u8> {
    let mut out = Vec::new();
    let mut source = ArchiveSource::open(folder).unwrap();
    archive::backup(&mut source, origin(), &mut out, &mut |_| {}).unwrap();
    out
}

fn restore(folder: &Path, bytes: &[u8]) -> Result<Carried, ArchiveError> {
    archive::restore(&mut ArchiveTarget::open(folder)?, bytes, &mut |_| {})
}

fn unpacked(bytes: &[u8]) -> String {
    let mut text = String::new();
    MultiGzDecoder::new(bytes).read_to_string(&mut text).unwrap();
    text
}

fn packed(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

/// A database with some rows in every table, and its archive.
fn filled() -> (Fixture, Vec<u8>) {
    let mut fixture = Fixture::new();
    fixture.commit(&defined(&deal())).unwrap();
    fill(fixture.place.database().file());
    let bytes = backup(fixture.place.folder());
    (fixture, bytes)
}

fn table_names(folder: &Path) -> BTreeSet<String> {
    let connection = Connection::open(folder.join("rondo.db")).unwrap();
    let sql = "select name from sqlite_schema where type = 'table' and name not like 'sqlite%'";
    let mut statement = connection.prepare(sql).unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
}

#[test]
fn every_table_is_carried_or_left_out_with_a_reason() {
    let (fixture, bytes) = filled();
    let target = tempfile::tempdir().unwrap();
    let header = restore(target.path(), &bytes).unwrap().header;
    let carried: BTreeSet<String> =
        header.tables.iter().map(|heading| heading.name.clone()).collect();
    for table in table_names(fixture.place.folder()) {
        let excluded = EXCLUDED.iter().find(|(name, _)| *name == table);
        let reason = excluded.map(|(_, reason)| *reason);
        assert!(
            carried.contains(&table) != reason.is_some_and(|reason| !reason.is_empty()),
            "`{table}` is carried, or excluded with a reason"
        );
    }
    for heading in &header.tables {
        let least = if heading.name == "object" { 1 } else { 3 };
        assert!(heading.rows >= least, "`{}` has rows that are carried", heading.name);
    }
}

#[test]
fn what_is_restored_is_what_was_backed_up() {
    let (fixture, bytes) = filled();
    let target = tempfile::tempdir().unwrap();
    restore(target.path(), &bytes).unwrap();
    assert_eq!(unpacked(&backup(target.path())), unpacked(&bytes));
    let sessions = |folder: &Path| -> i64 {
        let connection = Connection::open(folder.join("rondo.db")).unwrap();
        connection.query_row("select count(*) from session", [], |row| row.get(0)).unwrap()
    };
    assert!(sessions(fixture.place.folder()) > 0);
    assert_eq!(sessions(target.path()), 0, "nobody is signed in there");
    let schema = |folder: &Path| -> Vec<String> {
        let connection = Connection::open(folder.join("rondo.db")).unwrap();
        let sql = "select coalesce(sql, name) from sqlite_schema where name not like 'sqlite_stat%'
                   order by type, name";
        let mut statement = connection.prepare(sql).unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
    };
    assert_eq!(schema(target.path()), schema(fixture.place.folder()), "tables and indices too");
    Database::open(target.path()).unwrap();
}

#[test]
fn a_database_of_an_older_version_comes_back_as_one_of_this_version() {
    let (old, new) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let first = include_str!("../../migrations/sqlite/0001_start.sql");
    let connection = Connection::open(old.path().join("rondo.db")).unwrap();
    connection.execute_batch(first).unwrap();
    connection
        .execute_batch(
            "insert into outbox values (7, 'mail', null, null, null, null, 1, 'sent', 'm', '{}', 1, 1, null);
             pragma application_id = 0x526f6e64; pragma user_version = 1",
        )
        .unwrap();
    let bytes = backup(old.path());
    assert!(unpacked(&bytes).starts_with("{\"rondo_archive\":1,\"schema\":1,"));
    restore(new.path(), &bytes).unwrap();
    let database = Database::open(new.path()).unwrap();
    assert_eq!(database.copy_before_migration(), None, "it has this program's version already");
    let connection = Connection::open(database.file()).unwrap();
    let row: (i64, i64) = connection
        .query_row("select key, unsettled from outbox", [], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    assert_eq!(row, (7, 0));
}

#[test]
fn a_backup_keeps_to_its_moment_while_others_write() {
    let (mut fixture, before) = filled();
    let mut source = ArchiveSource::open(fixture.place.folder()).unwrap();
    let mut out = Vec::new();
    let mut written = false;
    archive::backup(&mut source, origin(), &mut out, &mut |_| {
        if !written {
            written = true;
            let other = crate::sample::object(
                "other",
                "name",
                &crate::sample::field("name", "\"type\": \"text\""),
            );
            fixture.commit(&defined(&other)).unwrap();
        }
    })
    .unwrap();
    assert!(written);
    assert_eq!(unpacked(&out), unpacked(&before));
    assert_ne!(unpacked(&backup(fixture.place.folder())), unpacked(&before));
}

/// Restores a changed archive; nothing may come of it, and a good one can be restored after it.
fn check_refused(name: &str, bytes: &[u8], expect: &str) {
    let target = tempfile::tempdir().unwrap();
    let error = restore(target.path(), bytes).unwrap_err().to_string();
    assert!(error.contains(expect), "{name}: {error}");
    assert_eq!(table_names(target.path()), BTreeSet::new(), "{name}: nothing is kept");
}

#[test]
fn what_is_no_whole_archive_of_ours_is_refused_and_nothing_kept() {
    let (_fixture, bytes) = filled();
    let text = unpacked(&bytes);
    let edit = |from: &str, to: &str| {
        assert!(text.contains(from), "`{from}` stands there");
        packed(&text.replacen(from, to, 1))
    };
    let line = |number: usize| text.lines().nth(number).unwrap();
    let end = text.lines().last().unwrap();
    for (name, bytes, expect) in [
        ("nothing", Vec::new(), "not an archive"),
        ("another file", b"SQLite format 3\0".to_vec(), "not an archive"),
        ("another packed file", packed("{\"a\": 1}\n"), "not an archive"),
        ("half of it", bytes[..bytes.len() / 2].to_vec(), "ends early"),
        ("all but the last byte", bytes[..bytes.len() - 1].to_vec(), "ends early"),
        ("more behind it", [&bytes[..], b"more behind it"].concat(), "damaged"),
        ("twice", [&bytes[..], &bytes[..]].concat(), "behind the end"),
        ("no end", packed(&text.replace(&format!("{end}\n"), "")), "ends early"),
        ("newer format", edit("\"rondo_archive\":1", "\"rondo_archive\":2"), "format 2"),
        ("newer schema", edit("\"schema\":", "\"schema\":9"), "use a newer program"),
        (
            "another version",
            edit("\"product\":\"test\"", "\"product\":\"tess\""),
            "not those that were written",
        ),
        (
            "unknown table",
            edit("\"name\":\"counter\"", "\"name\":\"sqlite_schema\""),
            "lacks the table `counter`",
        ),
        (
            "table twice",
            edit(
                "{\"name\":\"counter\"",
                "{\"name\":\"decision\",\"rows\":0,\"columns\":[]},{\"name\":\"counter\"",
            ),
            "stands there twice",
        ),
        ("no row", packed(&text.replacen(&format!("{}\n", line(1)), "", 1)), "rows of"),
        (
            "object without sense",
            edit("\\\"title\\\":\\\"name\\\"", "\\\"title\\\":\\\"none\\\""),
            "damaged at line",
        ),
    ] {
        check_refused(name, &bytes, expect);
    }
}

#[test]
fn a_database_that_holds_anything_is_left_alone() {
    let (fixture, bytes) = filled();
    let Fixture { lane, readers, place } = fixture;
    drop((lane, readers));
    let folder = place.closed();
    let error = restore(folder.path(), &bytes).unwrap_err();
    assert!(matches!(error, ArchiveError::NotEmpty), "{error}");
    assert_eq!(unpacked(&backup(folder.path())), unpacked(&bytes));
}

#[test]
fn a_folder_in_use_is_refused_with_the_pid_of_who_uses_it() {
    let (fixture, bytes) = filled();
    let error = restore(fixture.place.folder(), &bytes).unwrap_err().to_string();
    assert!(error.contains(&format!("in use by process {}", std::process::id())), "{error}");
}

#[test]
fn where_no_database_is_there_is_nothing_to_back_up() {
    let folder = tempfile::tempdir().unwrap();
    let error = ArchiveSource::open(folder.path()).unwrap_err();
    assert!(matches!(error, ArchiveError::NoDatabase { .. }), "{error}");
    Connection::open(folder.path().join("rondo.db"))
        .unwrap()
        .execute_batch("create table a (b)")
        .unwrap();
    let error = ArchiveSource::open(folder.path()).unwrap_err();
    assert!(matches!(error, ArchiveError::NoDatabase { .. }), "{error}");
    let error = restore(folder.path(), &filled().1).unwrap_err();
    assert!(matches!(error, ArchiveError::NotEmpty), "{error}");
    let newer = tempfile::tempdir().unwrap();
    drop(Database::open(newer.path()).unwrap());
    let connection = Connection::open(newer.path().join("rondo.db")).unwrap();
    connection.pragma_update(None, "user_version", 999).unwrap();
    let error = ArchiveSource::open(newer.path()).unwrap_err();
    assert!(matches!(error, ArchiveError::NewerDatabase { found: 999, .. }), "{error}");
}

/// `SplitMix64`, so that a failed round can be looked at again.
fn draw(state: &mut u64, bound: usize) -> usize {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    usize::try_from((mixed ^ (mixed >> 31)) % bound as u64).unwrap()
}

/// Damages bytes in one of several ways.
fn mutate(bytes: &[u8], seed: u64) -> Vec<u8> {
    let (mut state, mut bytes) = (seed, bytes.to_vec());
    for _ in 0..=draw(&mut state, 3) {
        let at = draw(&mut state, bytes.len());
        match draw(&mut state, 5) {
            0 => bytes[at] ^= 1 << draw(&mut state, 8),
            1 => bytes.truncate(at.max(1)),
            2 => bytes.insert(at, b'7'),
            3 => drop(bytes.remove(at)),
            _ => {
                let other = draw(&mut state, bytes.len());
                bytes.swap(at, other);
            }
        }
    }
    bytes
}

#[test]
fn a_damaged_archive_is_refused_or_means_the_same() {
    let (_fixture, bytes) = filled();
    let text = unpacked(&bytes);
    for seed in 0..200 {
        // What is damaged before it is packed reaches what stands behind gzip's own check.
        let damaged = if seed % 2 == 0 {
            mutate(&bytes, seed)
        } else {
            match String::from_utf8(mutate(text.as_bytes(), seed)) {
                Ok(text) => packed(&text),
                Err(_) => continue,
            }
        };
        let target = tempfile::tempdir().unwrap();
        match restore(target.path(), &damaged) {
            Ok(_) => assert_eq!(unpacked(&backup(target.path())), text, "seed {seed}"),
            Err(_) => assert_eq!(table_names(target.path()), BTreeSet::new(), "seed {seed}"),
        }
    }
}

#[test]
fn the_header_says_what_an_archive_holds() {
    let (_fixture, bytes) = filled();
    let text = unpacked(&bytes);
    let header: serde_json::Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    let Origin { product, written_at, date } = origin();
    assert_eq!(header["product"], product.as_str());
    assert_eq!(header["written_at"], written_at);
    assert_eq!(header["date"], date.as_str());
    assert_eq!(header["database"], "sqlite");
    assert_eq!(header["tables"][0]["name"], "object");
    assert_eq!(header["tables"][0]["rows"], 1);
}
