//! Where servers under test keep their data: a folder of their own, and in the tests that are to run on
//! PostgreSQL a schema of their own in the cluster that `RONDO_TEST_POSTGRES` names.

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
        let schema = std::env::var("RONDO_TEST_POSTGRES").ok().map(|cluster| {
            let count = COUNT.fetch_add(1, Ordering::Relaxed);
            let name = format!("served_{}_{count}", std::process::id());
            let mut client = Client::connect(&cluster, NoTls).expect("the cluster answers");
            let made = format!("DROP SCHEMA IF EXISTS {name} CASCADE; CREATE SCHEMA {name}");
            client.batch_execute(&made).expect("a schema can be made");
            Schema { cluster, name }
        });
        Self { folder: Folder::new(), schema }
    }

    /// In a folder, wherever tests run.
    pub fn in_folder() -> Self {
        Self { folder: Folder::new(), schema: None }
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

    /// The options of `rondo` that name it.
    pub fn options(&self) -> Vec<String> {
        let folder = self.folder.path().to_string_lossy().into_owned();
        match &self.schema {
            Some(Schema { cluster, name }) => {
                let url = format!("{cluster}?options=-csearch_path%3D{name}");
                // More than one lane, so that every story is told with lanes beside each other.
                vec!["--database".into(), url, "--lanes".into(), "2".into()]
            }
            None => vec!["--data".into(), folder],
        }
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
