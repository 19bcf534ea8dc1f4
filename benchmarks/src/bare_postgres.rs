//! What PostgreSQL alone would do: the rows that a round has written are put aside, the tables brought
//! back to what they held before, and the server writes the rows again, one statement per table and one
//! transaction per batch. No row travels: it is the least that these rows can cost.

use anyhow::{Context, Result};
use postgres::{Client, NoTls, Statement};

use crate::bare::{ADDED, TOTALS};

/// The name of the column that tells a batch, in tables of rows put aside.
const BATCH: &str = "batch_instant";

/// Rows put aside, and how each kind is written again.
pub(crate) struct PutAside {
    client: Client,
    statements: Vec<String>,
    batches: Vec<i64>,
    pub(crate) rows: i64,
}

/// The instant of the last change so far.
pub(crate) fn last_change(url: &str) -> Result<i64> {
    let mut client = Client::connect(url, NoTls)?;
    Ok(client.query_one("SELECT max(at) FROM history_record", &[])?.get(0))
}

/// The bytes of the database, its indices among them and the write-ahead log not. What is freed within stays.
pub(crate) fn size(url: &str) -> Result<i64> {
    let mut client = Client::connect(url, NoTls)?;
    Ok(client.query_one("SELECT pg_database_size(current_database())", &[])?.get(0))
}

/// Puts aside what was written since `last`. Nobody else may be at work.
pub(crate) fn put_aside(url: &str, last: i64) -> Result<PutAside> {
    let mut client = Client::connect(url, NoTls)?;
    client.batch_execute("CREATE SCHEMA aside")?;
    let mut aside = PutAside { client, statements: Vec::new(), batches: Vec::new(), rows: 0 };
    let objects = aside.texts("SELECT name FROM object ORDER BY name")?;
    let mut added: Vec<(String, String)> =
        ADDED.iter().map(|(table, instant)| ((*table).to_owned(), (*instant).to_owned())).collect();
    added.push(("idempotency".to_owned(), "at".to_owned()));
    for object in &objects {
        aside.changed(object, last)?;
        added.push((format!("record_{object}"), "created_at".to_owned()));
    }
    let of_record = objects.iter().map(|object| {
        format!(
            "WHEN '{object}' THEN (SELECT created_at FROM record_{object} WHERE key = it.record)"
        )
    });
    let of_record = of_record.collect::<Vec<_>>().join(" ");
    added.push(("title_word".to_owned(), format!("(CASE it.object {of_record} END)")));
    for (table, instant) in &added {
        aside.added(table, instant, last)?;
    }
    // Whose instant is another row's goes while that row is there.
    added.sort_by_key(|(_, instant)| !instant.starts_with('('));
    for (table, instant) in &added {
        let sql = format!("DELETE FROM {table} it WHERE {instant} > {last}");
        aside.client.batch_execute(&sql)?;
    }
    for (table, key) in TOTALS {
        aside.total(table, &format!("{key}, shard"))?;
    }
    aside.total("counter", "name")?;
    let batches = "SELECT DISTINCT batch_instant FROM aside.history_record ORDER BY 1";
    aside.batches = aside.client.query(batches, &[])?.iter().map(|row| row.get(0)).collect();
    aside.client.batch_execute("VACUUM FULL ANALYZE")?;
    Ok(aside)
}

impl PutAside {
    fn texts(&mut self, sql: &str) -> Result<Vec<String>> {
        Ok(self.client.query(sql, &[])?.iter().map(|row| row.get(0)).collect())
    }

    fn columns(&mut self, table: &str) -> Result<Vec<String>> {
        self.texts(&format!(
            "SELECT quote_ident(attname) FROM pg_attribute
             WHERE attrelid = '{table}'::regclass AND attnum > 0 AND NOT attisdropped
             ORDER BY attnum"
        ))
    }

    /// Makes the table of rows put aside.
    fn keep(&mut self, name: &str, select: &str) -> Result<()> {
        let made = self.client.execute(&format!("CREATE TABLE aside.{name} AS {select}"), &[])?;
        self.rows += i64::try_from(made).context("rows can be counted")?;
        Ok(self.client.batch_execute(&format!("CREATE INDEX ON aside.{name} ({BATCH})"))?)
    }

    /// Rows that were added to a table.
    fn added(&mut self, table: &str, instant: &str, last: i64) -> Result<()> {
        let select =
            format!("SELECT {instant} AS {BATCH}, it.* FROM {table} it WHERE {instant} > {last}");
        self.keep(table, &select)?;
        let columns = self.columns(table)?.join(", ");
        self.statements.push(format!(
            "INSERT INTO {table} ({columns}) SELECT {columns} FROM aside.{table} WHERE {BATCH} = $1"
        ));
        Ok(())
    }

    /// Rows of records that were there before and that a batch has changed, as they are at the end.
    fn changed(&mut self, object: &str, last: i64) -> Result<()> {
        let (table, name) = (format!("record_{object}"), format!("changed_{object}"));
        let select = format!(
            "SELECT DISTINCT changed.at AS {BATCH}, it.* FROM history_record changed
             JOIN {table} it ON it.key = changed.record AND changed.object = '{object}'
             WHERE changed.at > {last} AND it.created_at < changed.at"
        );
        self.keep(&name, &select)?;
        let columns = self.columns(&table)?;
        let sets: Vec<String> = columns.iter().map(|name| format!("{name} = new.{name}")).collect();
        self.statements.push(format!(
            "UPDATE {table} it SET {} FROM aside.{name} new WHERE it.key = new.key AND new.{BATCH} = $1",
            sets.join(", ")
        ));
        Ok(())
    }

    /// Rows that every batch writes again; of totals, those of one lane.
    fn total(&mut self, table: &str, key: &str) -> Result<()> {
        let one = if key.ends_with("shard") {
            format!("WHERE shard = (SELECT max(shard) FROM {table})")
        } else {
            String::new()
        };
        self.client
            .batch_execute(&format!("CREATE TABLE aside.{table} AS SELECT * FROM {table} {one}"))?;
        let columns = self.columns(table)?;
        let sets: Vec<String> =
            columns.iter().map(|name| format!("{name} = excluded.{name}")).collect();
        self.statements.push(format!(
            "INSERT INTO {table} SELECT * FROM aside.{table} WHERE $1::int8 IS NOT NULL
             ON CONFLICT ({key}) DO UPDATE SET {}",
            sets.join(", ")
        ));
        Ok(())
    }

    pub(crate) fn batches(&self) -> usize {
        self.batches.len()
    }

    /// Writes every batch in a transaction of its own.
    pub(crate) fn write_again(&mut self) -> Result<()> {
        let prepare = |sql: &String| self.client.prepare(sql);
        let statements: Vec<Statement> =
            self.statements.iter().map(prepare).collect::<Result<_, _>>()?;
        for batch in &self.batches {
            let mut transaction = self.client.transaction()?;
            for statement in &statements {
                transaction.execute(statement, &[batch])?;
            }
            transaction.commit()?;
        }
        Ok(())
    }
}
