//! Rows for every table of a database file, whatever its columns: what the tables mean is nobody's business
//! here, that each of their values comes back is.

use std::path::Path;

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use store::archive::Origin;

/// Where the archives of tests come from.
pub(crate) fn origin() -> Origin {
    Origin { product: "test".into(), written_at: 1, date: "1970-01-01T00:00:00.001Z".into() }
}

/// Puts three rows into every table but that of objects, whose rows mean tables.
pub(crate) fn fill(file: &Path) {
    let connection = Connection::open(file).unwrap();
    let sql = "select t.name, c.name, c.type, c.\"notnull\" from sqlite_schema t, pragma_table_info(t.name) c
               where t.type = 'table' and t.name not like 'sqlite%' and t.name <> 'object'
               order by t.name, c.cid";
    let mut statement = connection.prepare(sql).unwrap();
    let read = |row: &rusqlite::Row<'_>| {
        Ok((row.get(0)?, (row.get(1)?, row.get(2)?, row.get::<_, i64>(3)? == 0)))
    };
    let columns: Vec<(String, (String, String, bool))> =
        statement.query_map([], read).unwrap().collect::<Result<_, _>>().unwrap();
    for table in columns.chunk_by(|one, other| one.0 == other.0) {
        let names: Vec<String> =
            table.iter().map(|(_, (name, _, _))| format!("\"{name}\"")).collect();
        let places: Vec<String> = (1..=table.len()).map(|number| format!("?{number}")).collect();
        let insert = format!(
            "insert into \"{}\" ({}) values ({})",
            table[0].0,
            names.join(", "),
            places.join(", ")
        );
        for row in 0..3_u8 {
            let values = table.iter().enumerate().map(|(place, (_, (_, of, nullable)))| {
                value(of, *nullable && row == 2, i64::from(row), place)
            });
            connection.execute(&insert, params_from_iter(values)).unwrap();
        }
    }
}

fn value(of: &str, is_null: bool, row: i64, place: usize) -> Value {
    match of {
        _ if is_null => Value::Null,
        "INTEGER" => Value::Integer([i64::MIN + 1, 0, i64::MAX][usize::try_from(row).unwrap()]),
        "TEXT" => Value::Text(format!("北京 \"{row}\"\n\\ {place}\u{1}")),
        _ => Value::Blob(vec![0, 255, u8::try_from(row).unwrap(), 10]),
    }
}
