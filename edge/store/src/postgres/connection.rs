//! One connection: its settings, and the statements that are prepared once on it. It is used by one thread
//! at a time; the cells inside let a reader that is shared by reference run its queries.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use postgres::config::TargetSessionAttrs;
use postgres::types::{ToSql, Type};
use postgres::{Client, Config, NoTls, Row, SimpleQueryMessage, SimpleQueryRow, Statement};

use super::failure::Outcome;
use crate::sql::{Param, Sql};

/// Statements kept per connection, several per object. Beyond, all are forgotten.
const STATEMENTS_MAX: usize = 1_000;

/// What a lane needs: a commit that is durable when it returns, a bounded wait for a row that another node
/// holds, and the end of a transaction whose node is frozen. It finds rows by key, so the planner, which
/// may have planned on a table that was empty then, is told to take the index.
pub(super) const LANE: &str = "
    SELECT set_config('synchronous_commit', 'on', false)
        WHERE current_setting('synchronous_commit') NOT IN ('on', 'remote_apply');
    SET lock_timeout = '10s';
    SET idle_in_transaction_session_timeout = '60s';
    SET jit = off;
    SET enable_seqscan = off;
    SET enable_hashjoin = off;
    SET enable_mergejoin = off;
";

/// What a reader needs: never to write, and an end to a query that nobody waits for any more.
pub(super) const READER: &str = "
    SET default_transaction_read_only = on;
    SET statement_timeout = '60s';
    SET idle_in_transaction_session_timeout = '120s';
    SET jit = off;
";

/// What bringing the database to this program's version needs: patience.
pub(super) const MIGRATION: &str = "
    SELECT set_config('synchronous_commit', 'on', false)
        WHERE current_setting('synchronous_commit') NOT IN ('on', 'remote_apply');
    SET lock_timeout = '60s';
";

/// An open connection.
pub(super) struct Connection {
    client: RefCell<Client>,
    statements: RefCell<BTreeMap<String, Statement>>,
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").finish_non_exhaustive()
    }
}

impl Connection {
    /// Connects to the server that takes writes, and makes the settings.
    pub(super) fn open(config: &Config, settings: &str) -> Result<Self, postgres::Error> {
        let mut client = config.connect(NoTls)?;
        client.batch_execute(settings)?;
        Ok(Self { client: RefCell::new(client), statements: RefCell::default() })
    }

    /// Whether the server is gone.
    pub(super) fn is_closed(&self) -> bool {
        self.client.borrow().is_closed()
    }

    /// Runs statements that take no values, in one round trip.
    pub(super) fn batch(&self, sql: &str) -> Outcome<()> {
        Ok(self.client.borrow_mut().batch_execute(sql)?)
    }

    /// Runs statements that take no values, in one round trip; answers their rows as text.
    pub(super) fn texts(&self, sql: &str) -> Outcome<Vec<SimpleQueryRow>> {
        let messages = self.client.borrow_mut().simple_query(sql)?;
        let rows = messages.into_iter().filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some(row),
            _ => None,
        });
        Ok(rows.collect())
    }

    /// The rows of a statement that is prepared once.
    pub(super) fn query(&self, sql: &str, params: &[&(dyn ToSql + Sync)]) -> Outcome<Vec<Row>> {
        let statement = self.prepared(sql)?;
        Ok(self.client.borrow_mut().query(&statement, params)?)
    }

    /// Runs a statement that is prepared once; answers how many rows it changed.
    pub(super) fn execute(&self, sql: &str, params: &[&(dyn ToSql + Sync)]) -> Outcome<u64> {
        let statement = self.prepared(sql)?;
        Ok(self.client.borrow_mut().execute(&statement, params)?)
    }

    /// The rows of a statement that was put together for this one call.
    pub(super) fn query_once(&self, sql: &Sql) -> Outcome<Vec<Row>> {
        let params: Vec<(&(dyn ToSql + Sync), Type)> = sql
            .params
            .iter()
            .map(|param| match param {
                Param::Integer(number) => (number as &(dyn ToSql + Sync), Type::INT8),
                Param::Text(text) => (text as &(dyn ToSql + Sync), Type::TEXT),
            })
            .collect();
        Ok(self.client.borrow_mut().query_typed(&sql.text, &params)?)
    }

    /// Forgets what is prepared: tables of records have changed.
    pub(super) fn forget_statements(&self) {
        self.statements.borrow_mut().clear();
    }

    fn prepared(&self, sql: &str) -> Outcome<Statement> {
        let mut statements = self.statements.borrow_mut();
        if let Some(statement) = statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.borrow_mut().prepare(sql)?;
        if statements.len() >= STATEMENTS_MAX {
            statements.clear();
        }
        statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }
}

/// The settings of a connection that do not travel as SQL.
pub(super) fn config(url: &str) -> Result<Config, postgres::Error> {
    let mut config: Config = url.parse()?;
    if config.get_application_name().is_none() {
        config.application_name("rondo");
    }
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(Duration::from_secs(10));
    }
    // A network that swallows packets must look like a lost connection, not like a slow answer.
    config.keepalives_idle(Duration::from_secs(15));
    config.keepalives_interval(Duration::from_secs(5));
    config.keepalives_retries(3);
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(Duration::from_secs(30));
    }
    // After a failover, the old primary may come back as a standby.
    config.target_session_attrs(TargetSessionAttrs::ReadWrite);
    Ok(config)
}
