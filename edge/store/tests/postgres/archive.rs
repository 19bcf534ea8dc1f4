//! Archives take a workspace from one database to the other, and back.

use std::io::Read as _;
use std::path::Path;

use flate2::bufread::MultiGzDecoder;
use store::archive::{self, ArchiveError, EXCLUDED, Source, Target};
use store::{postgres, sqlite};

use crate::filler::{fill, origin};
use crate::place::Place;
use crate::sample::{deal, defined};
use runtime::port::Store as _;

fn backup(source: &mut dyn Source) -> Vec<u8> {
    let mut out = Vec::new();
    archive::backup(source, origin(), &mut out, &mut |_| {}).unwrap();
    out
}

fn restore(target: &mut dyn Target, bytes: &[u8]) -> Result<(), ArchiveError> {
    archive::restore(target, bytes, &mut |_| {}).map(drop)
}

/// The lines without the first and the last: rows and their sums.
fn rows(bytes: &[u8]) -> Vec<String> {
    let mut text = String::new();
    MultiGzDecoder::new(bytes).read_to_string(&mut text).unwrap();
    let mut lines: Vec<String> = text.lines().skip(1).map(str::to_owned).collect();
    lines.pop();
    lines
}

fn sqlite_archive(folder: &Path) -> Vec<u8> {
    backup(&mut sqlite::ArchiveSource::open(folder).unwrap())
}

fn postgres_archive(place: &Place) -> Vec<u8> {
    backup(&mut postgres::ArchiveSource::open(place.url()).unwrap())
}

fn filled_folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let database = sqlite::Database::open(folder.path()).unwrap();
    let mut lane = database.lane().unwrap();
    lane.begin().unwrap();
    lane.write(&defined(&deal())).unwrap();
    lane.commit().unwrap();
    fill(database.file());
    folder
}

#[test]
fn rows_are_equal_after_the_way_there_and_back() {
    let (from, place, back) = (filled_folder(), Place::empty(), tempfile::tempdir().unwrap());
    let first = sqlite_archive(from.path());
    restore(&mut postgres::ArchiveTarget::open(place.url()).unwrap(), &first).unwrap();
    let second = postgres_archive(&place);
    assert_eq!(rows(&second), rows(&first), "from a folder to PostgreSQL");
    restore(&mut sqlite::ArchiveTarget::open(back.path()).unwrap(), &second).unwrap();
    assert_eq!(rows(&sqlite_archive(back.path())), rows(&first), "and back");
    let third = Place::empty();
    restore(&mut postgres::ArchiveTarget::open(third.url()).unwrap(), &second).unwrap();
    assert_eq!(rows(&postgres_archive(&third)), rows(&first), "and from one to another");
    place.database();
}

#[test]
fn every_table_of_postgresql_is_carried_or_left_out_with_a_reason() {
    let place = Place::new();
    let bytes = postgres_archive(&place);
    let mut text = String::new();
    MultiGzDecoder::new(&bytes[..]).read_to_string(&mut text).unwrap();
    let header: serde_json::Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    let carried = header["tables"].as_array().unwrap();
    let sql = "select table_name::text from information_schema.tables
               where table_schema = current_schema()";
    for row in place.client().query(sql, &[]).unwrap() {
        let table: String = row.get(0);
        let is_excluded = EXCLUDED.iter().any(|(name, why)| *name == table && !why.is_empty());
        let is_carried = carried.iter().any(|heading| heading["name"] == *table);
        assert!(is_carried != is_excluded, "`{table}` is carried, or excluded with a reason");
    }
}

#[test]
fn what_lanes_count_apart_is_carried_as_its_sum() {
    let (place, folder) = (Place::new(), tempfile::tempdir().unwrap());
    let sql = "insert into flow_count values (1, 'a', 0, 5), (1, 'a', 7, -2), (1, 'b', 3, 1)";
    place.client().batch_execute(sql).unwrap();
    let bytes = postgres_archive(&place);
    restore(&mut sqlite::ArchiveTarget::open(folder.path()).unwrap(), &bytes).unwrap();
    let connection = rusqlite::Connection::open(folder.path().join("rondo.db")).unwrap();
    let sum: String = connection
        .query_row("select group_concat(flow_id || count) from flow_count", [], |row| row.get(0))
        .unwrap();
    assert_eq!(sum, "a3,b1");
}

#[test]
fn a_database_that_holds_anything_is_left_alone_and_a_broken_archive_leaves_nothing() {
    let (from, used, empty) = (filled_folder(), Place::new(), Place::empty());
    let bytes = sqlite_archive(from.path());
    let refused = restore(&mut postgres::ArchiveTarget::open(used.url()).unwrap(), &bytes);
    assert!(matches!(refused, Err(ArchiveError::NotEmpty)), "{refused:?}");
    let cut = &bytes[..bytes.len() - 100];
    let refused = restore(&mut postgres::ArchiveTarget::open(empty.url()).unwrap(), cut);
    assert!(matches!(refused, Err(ArchiveError::Truncated { .. })), "{refused:?}");
    let sql = "select count(*) from pg_class where relnamespace = current_schema()::regnamespace";
    let left: i64 = empty.client().query_one(sql, &[]).unwrap().get(0);
    assert_eq!(left, 0, "nothing is kept");
    restore(&mut postgres::ArchiveTarget::open(empty.url()).unwrap(), &bytes).unwrap();
}

#[test]
fn a_backup_of_postgresql_keeps_to_its_moment() {
    let place = Place::new();
    let before = rows(&postgres_archive(&place));
    let mut source = postgres::ArchiveSource::open(place.url()).unwrap();
    place.client().batch_execute("insert into counter values ('later', 1)").unwrap();
    // The moment is that of the first look, which is the opening.
    assert_eq!(rows(&backup(&mut source)), before);
    assert_ne!(rows(&postgres_archive(&place)), before);
}
