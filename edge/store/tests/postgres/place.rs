//! Where a test has its database: a schema of its own in the cluster, which is cheaper than a database of
//! its own and looks the same from inside.

use std::sync::atomic::{AtomicU32, Ordering};

use postgres::types::ToSql;
use postgres::{Client, NoTls};
use runtime::port::{Readers, Store};
use store::postgres::Database;
use store::sql::{Dialect, Param, Sql};

use crate::cluster;
use crate::plan::Plan;

/// How statements are written here.
pub(crate) const DIALECT: Dialect = Dialect::Postgres;

/// A schema that goes with the value.
pub(crate) struct Place {
    schema: String,
    url: String,
}

impl Place {
    /// With the tables of this program.
    pub(crate) fn new() -> Self {
        let place = Self::empty();
        place.database();
        place
    }

    /// Without any table.
    pub(crate) fn empty() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let schema = format!("test_{}_{count}", std::process::id());
        let settings = format!("options=-csearch_path%3D{schema}&application_name={schema}");
        let url = format!("{}?{settings}", cluster::url());
        let place = Self { schema, url };
        let (mut client, schema) = (place.client(), &place.schema);
        let sql = format!("DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}");
        client.batch_execute(&sql).unwrap();
        place
    }

    /// A connection beside the store.
    pub(crate) fn client(&self) -> Client {
        Client::connect(&self.url, NoTls).unwrap()
    }

    /// Ends every connection to the schema from the server's side.
    pub(crate) fn cut_connections(&self) {
        let sql = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
                   WHERE application_name = $1 AND pid <> pg_backend_pid()";
        self.client().execute(sql, &[&self.schema]).unwrap();
    }

    /// Returns when so many connections to the schema wait for a lock.
    pub(crate) fn until_waiting(&self, expected: i64) {
        let mut client = self.client();
        let sql = "SELECT count(*) FROM pg_stat_activity
                   WHERE application_name = $1 AND wait_event_type = 'Lock'";
        for _ in 0..10_000 {
            if client.query_one(sql, &[&self.schema]).unwrap().get::<_, i64>(0) == expected {
                return;
            }
        }
        panic!("{expected} connections were expected to wait");
    }

    /// Has the database refuse every note of this name when it is written.
    pub(crate) fn refuse_note(&self, name: &str) {
        let refuse = format!(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                 RAISE EXCEPTION 'nobody may be called so' USING ERRCODE = '23514';
             END $$;
             CREATE TRIGGER refuse BEFORE INSERT ON record_note
             FOR EACH ROW WHEN (NEW.f_name = '{name}') EXECUTE FUNCTION refuse()"
        );
        self.client().batch_execute(&refuse).unwrap();
    }

    /// Has the database count what its tables hold.
    pub(crate) fn analyze(&self) {
        self.client().batch_execute("ANALYZE").unwrap();
    }

    pub(crate) fn plan(&self, sql: &Sql) -> Plan {
        let params: Vec<Box<dyn ToSql + Sync>> = sql
            .params
            .iter()
            .map(|param| match param {
                Param::Integer(number) => Box::new(*number) as Box<dyn ToSql + Sync>,
                Param::Text(text) => Box::new(text.to_string()),
            })
            .collect();
        let params: Vec<&(dyn ToSql + Sync)> = params.iter().map(|param| &**param).collect();
        let lines = self.client().query(&format!("EXPLAIN {}", sql.text), &params).unwrap();
        let lines: Vec<String> = lines.iter().map(|row| row.get(0)).collect();
        let index = |line: &String| {
            let rest = match line.split_once("Bitmap Index Scan on ") {
                Some((_, rest)) => rest,
                None => line.split_once(" using ")?.1,
            };
            let name = rest.split(" on ").next()?.split("  (").next()?.trim_matches('"');
            Some(if name.ends_with("_pkey") { "PRIMARY".to_owned() } else { name.to_owned() })
        };
        let whole = |line: &String| {
            Some(line.split_once("Seq Scan on ")?.1.split_once("  (")?.0.to_owned())
        };
        Plan {
            indices: lines.iter().filter_map(index).collect(),
            whole_tables: lines.iter().filter_map(whole).collect(),
            text: format!("{}\n{}", sql.text, lines.join("\n")),
        }
    }

    /// Keeps every lane from beginning a transaction until the answer is dropped.
    pub(crate) fn hold(&self) -> Client {
        let mut client = self.client();
        client.batch_execute("BEGIN; SELECT FROM platform FOR UPDATE").unwrap();
        client
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Opened as the start of a program does.
    pub(crate) fn database(&self) -> Database {
        Database::open(&self.url, |_| Ok(())).unwrap()
    }

    /// What the next start of the program does.
    pub(crate) fn reopen(&mut self) {
        self.database();
    }

    pub(crate) fn lane(&self) -> Box<dyn Store> {
        Box::new(self.database().lane().unwrap())
    }

    pub(crate) fn readers(&self) -> Box<dyn Readers> {
        Box::new(self.database().reader())
    }
}

/// On a thread of its own: an asynchronous test may end on one that must not wait.
impl Drop for Place {
    fn drop(&mut self) {
        let sql = format!("DROP SCHEMA {} CASCADE", self.schema);
        let url = self.url.clone();
        let remove = move || Client::connect(&url, NoTls).and_then(|mut c| c.batch_execute(&sql));
        // A lane that a failed test has left open holds its tables; the cluster goes with the run.
        let _removed = std::thread::spawn(remove).join();
    }
}
