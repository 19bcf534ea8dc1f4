//! Both databases have the same tables, columns, keys and indices, made from zero by the migrations and from the
//! definition of an object; they differ only where this file says so.

use std::collections::BTreeMap;

use runtime::port::Store as _;

use crate::place::Place;
use crate::sample::{deal, defined};

/// A table: each column with its type and whether it may be null, every set of columns that is unique, and
/// every other index.
#[derive(Debug, Default, PartialEq, Eq)]
struct Table {
    columns: Vec<(String, String, bool)>,
    keys: Vec<String>,
    indices: Vec<String>,
}

/// An index over these columns. SQLite's end with the key by themselves, PostgreSQL's say so.
fn index(columns: &str, is_partial: bool) -> String {
    let columns = columns.strip_suffix(", key").unwrap_or(columns);
    format!("{columns}{}", if is_partial { ", partial" } else { "" })
}

type Shape = BTreeMap<String, Table>;

/// The word of SQLite for a type of PostgreSQL.
fn plain(name: &str) -> String {
    match name {
        "bigint" => "INTEGER".to_owned(),
        "text" => "TEXT".to_owned(),
        "bytea" => "BLOB".to_owned(),
        other => other.to_owned(),
    }
}

fn postgres() -> Shape {
    let place = Place::new();
    let mut lane = place.lane();
    lane.begin().unwrap();
    lane.write(&defined(&deal())).unwrap();
    lane.commit().unwrap();
    let mut client = place.client();
    let mut shape = Shape::new();
    let columns = "SELECT table_name::text, column_name::text, data_type::text, is_nullable = 'YES'
                   FROM information_schema.columns WHERE table_schema = current_schema()
                   ORDER BY table_name, ordinal_position";
    for row in client.query(columns, &[]).unwrap() {
        let table: &mut Table = shape.entry(row.get(0)).or_default();
        let of: String = row.get(2);
        table.columns.push((row.get(1), plain(&of), row.get(3)));
    }
    let keys = "SELECT t.relname::text, array_agg(a.attname::text ORDER BY k.position)
                FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
                CROSS JOIN unnest(i.indkey) WITH ORDINALITY AS k (number, position)
                JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number
                WHERE i.indisunique AND t.relnamespace = current_schema()::regnamespace
                GROUP BY i.indexrelid, t.relname";
    for row in client.query(keys, &[]).unwrap() {
        let (table, columns): (String, Vec<String>) = (row.get(0), row.get(1));
        shape.entry(table).or_default().keys.push(columns.join(", "));
    }
    let indices = "SELECT t.relname::text, i.indpred IS NOT NULL,
                          array_agg(coalesce(a.attname::text, 'expression') ORDER BY k.position)
                   FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
                   CROSS JOIN unnest(i.indkey) WITH ORDINALITY AS k (number, position)
                   LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number
                   WHERE NOT i.indisunique AND t.relnamespace = current_schema()::regnamespace
                   GROUP BY i.indexrelid, t.relname, i.indpred";
    for row in client.query(indices, &[]).unwrap() {
        let (table, columns): (String, Vec<String>) = (row.get(0), row.get(2));
        shape.entry(table).or_default().indices.push(index(&columns.join(", "), row.get(1)));
    }
    let texts = "SELECT count(*) FROM information_schema.columns
                 WHERE table_schema = current_schema() AND data_type = 'text'
                 AND collation_name IS DISTINCT FROM 'C'";
    let by_language: i64 = client.query_one(texts, &[]).unwrap().get(0);
    assert_eq!(by_language, 0, "every text is compared by code point");
    shape
}

fn sqlite() -> Shape {
    let folder = tempfile::tempdir().unwrap();
    let database = store::Database::open(folder.path()).unwrap();
    let mut lane = database.lane().unwrap();
    lane.begin().unwrap();
    lane.write(&defined(&deal())).unwrap();
    lane.commit().unwrap();
    let connection = rusqlite::Connection::open(database.file()).unwrap();
    let rows = |sql: &str| -> Vec<(String, String, String, i64, i64)> {
        let mut statement = connection.prepare(sql).unwrap();
        let cell = |row: &rusqlite::Row<'_>| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
        };
        statement.query_map([], cell).unwrap().collect::<Result<_, _>>().unwrap()
    };
    let mut shape = Shape::new();
    let mut primary: BTreeMap<String, BTreeMap<i64, String>> = BTreeMap::new();
    for (table, column, of, not_null, position) in rows(
        "SELECT t.name, c.name, c.type, c.\"notnull\", c.pk FROM sqlite_schema t, pragma_table_info(t.name) c
         WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' ORDER BY t.name, c.cid",
    ) {
        let may_be_null = not_null == 0 && position == 0;
        shape.entry(table.clone()).or_default().columns.push((column.clone(), of, may_be_null));
        if position > 0 {
            primary.entry(table).or_default().insert(position, column);
        }
    }
    for (table, columns) in primary {
        let columns: Vec<String> = columns.into_values().collect();
        shape.entry(table).or_default().keys.push(columns.join(", "));
    }
    for (table, columns, _, _, _) in rows(
        "SELECT t.name, group_concat(c.name, ', '), i.name, 0, 0 FROM sqlite_schema t,
         pragma_index_list(t.name) i, pragma_index_info(i.name) c
         WHERE t.type = 'table' AND i.\"unique\" = 1 AND i.origin <> 'pk' GROUP BY t.name, i.name",
    ) {
        shape.entry(table).or_default().keys.push(columns);
    }
    for (table, columns, _, is_partial, _) in rows(
        "SELECT t.name, group_concat(coalesce(c.name, 'expression'), ', '), i.name, i.partial, 0
         FROM sqlite_schema t, pragma_index_list(t.name) i, pragma_index_info(i.name) c
         WHERE t.type = 'table' AND i.\"unique\" = 0 GROUP BY t.name, i.name, i.partial",
    ) {
        shape.entry(table).or_default().indices.push(index(&columns, is_partial == 1));
    }
    shape
}

/// Takes out what only PostgreSQL has: the version of the tables, which SQLite keeps in the file's header,
/// and the shards of totals, which only several writers need.
fn without_what_differs(mut shape: Shape) -> Shape {
    assert!(shape.remove("rondo_version").is_some());
    for table in ["definition_count", "element_count", "flow_count"] {
        let table = shape.get_mut(table).unwrap();
        let before = table.columns.len();
        table.columns.retain(|(name, _, _)| name != "shard");
        assert_eq!(table.columns.len(), before - 1);
        for key in &mut table.keys {
            *key = key.strip_suffix(", shard").unwrap().to_owned();
        }
    }
    shape
}

#[test]
fn both_databases_have_the_same_tables_columns_keys_and_indices() {
    let (mut sqlite, mut postgres) = (sqlite(), without_what_differs(postgres()));
    for table in sqlite.values_mut().chain(postgres.values_mut()) {
        table.keys.sort();
        table.indices.sort();
    }
    assert!(sqlite.contains_key("record_deal") && sqlite.len() > 20, "{sqlite:?}");
    let names = |shape: &Shape| shape.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&sqlite), names(&postgres));
    for (name, table) in &sqlite {
        assert_eq!(postgres.get(name), Some(table), "{name}");
    }
}
