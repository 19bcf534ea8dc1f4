//! Where servers under test keep their data: a folder of their own, and in the tests that are to run on
//! PostgreSQL a schema of their own in the cluster that `RONDO_TEST_POSTGRES` names.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU32, Ordering};

use postgres::{Client, NoTls};

use crate::Folder;

static COUNT: AtomicU32 = AtomicU32::new(0);

/// Data that is gone when the test is. Several servers may work on it where it is in PostgreSQL.
#[derive(Debug)]
pub struct Place {
    folder: Folder,
    schema: Option<Schema>,
}

#[derive(Debug)]
struct Schema {
    cluster: String,
    name: String,
}

impl Place {
    /// In PostgreSQL where the environment names a cluster, in a folder otherwise.
    ///
    /// # Panics
    /// Where it cannot be made.
    pub fn new() -> Self {
        let cluster = std::env::var("RONDO_TEST_POSTGRES").ok();
        Self { folder: Folder::new(), schema: cluster.map(Schema::new) }
    }

    /// In a folder, wherever tests run.
    pub fn in_folder() -> Self {
        Self { folder: Folder::new(), schema: None }
    }

    /// The same rows at a place of its own, to be read and damaged. No server may work here meanwhile.
    ///
    /// # Panics
    /// Where it cannot be copied.
    #[must_use]
    pub fn copied(&self) -> Self {
        let copy = Folder::new();
        for name in ["rondo.db", "rondo.db-wal"] {
            let from = self.folder.path().join(name);
            if from.exists() {
                std::fs::copy(from, copy.path().join(name)).expect("a file can be copied");
            }
        }
        Self { folder: copy, schema: self.schema.as_ref().map(Schema::copied) }
    }

    /// Changes the data behind the product's back.
    ///
    /// # Panics
    /// Where the database refuses.
    pub fn damage(&self, sql: &str) {
        let done = match &self.schema {
            Some(schema) => schema.connect().batch_execute(sql).map_err(|error| error.to_string()),
            None => rusqlite::Connection::open(self.folder.path().join("rondo.db"))
                .and_then(|connection| connection.execute_batch(sql))
                .map_err(|error| error.to_string()),
        };
        assert_eq!(done, Ok(()), "{sql}");
    }

    /// Whether several servers may work on it.
    pub fn takes_several_servers(&self) -> bool {
        self.schema.is_some()
    }

    /// Runs statements in the database before a server does, or beside it.
    ///
    /// # Panics
    /// Where it is not in PostgreSQL, where the server refuses.
    pub fn execute(&self, sql: &str) {
        let Schema { cluster, name } = self.schema.as_ref().expect("a database in PostgreSQL");
        let mut client = Client::connect(cluster, NoTls).expect("the cluster answers");
        client.batch_execute(&format!("SET search_path = {name}; {sql}")).expect("sound SQL");
    }

    /// The address of its PostgreSQL database.
    ///
    /// # Panics
    /// Where it is in a folder.
    pub fn url(&self) -> String {
        self.schema.as_ref().expect("a database in PostgreSQL").url()
    }

    /// The options of `rondo` that name it.
    pub fn options(&self) -> Vec<String> {
        let folder = self.folder.path().to_string_lossy().into_owned();
        match &self.schema {
            Some(schema) => {
                // More than one lane, so that every story is told with lanes beside each other.
                vec!["--database".into(), schema.url(), "--lanes".into(), "2".into()]
            }
            None => vec!["--data".into(), folder],
        }
    }
}

impl Schema {
    fn new(cluster: String) -> Self {
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("served_{}_{count}", std::process::id());
        let schema = Self { cluster, name };
        let name = &schema.name;
        let made = format!("DROP SCHEMA IF EXISTS {name} CASCADE; CREATE SCHEMA {name}");
        schema.connect().batch_execute(&made).expect("a schema can be made");
        schema
    }

    fn url(&self) -> String {
        format!("{}?options=-csearch_path%3D{}", self.cluster, self.name)
    }

    fn connect(&self) -> Client {
        Client::connect(&self.url(), NoTls).expect("the cluster answers")
    }

    /// The tables with their rows in a schema of its own. Indices stay behind: whoever reads finds the same.
    fn copied(&self) -> Self {
        let copy = Self::new(self.cluster.clone());
        let mut client = copy.connect();
        let tables = "SELECT tablename::text FROM pg_tables WHERE schemaname = $1";
        let tables = client.query(tables, &[&self.name]).expect("the tables are listed");
        let mut copied = String::new();
        for table in tables {
            let (table, from): (String, &str) = (table.get(0), &self.name);
            let _infallible = writeln!(
                copied,
                "CREATE UNLOGGED TABLE \"{table}\" AS SELECT * FROM {from}.\"{table}\";"
            );
        }
        client.batch_execute(&copied).expect("the tables can be copied");
        copy
    }
}

impl Default for Place {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(Schema { cluster, name }) = &self.schema
            && let Ok(mut client) = Client::connect(cluster, NoTls)
        {
            let _ = client.batch_execute(&format!("DROP SCHEMA {name} CASCADE"));
        }
    }
}
