//! One connection: its settings, and the statements that are prepared once on it. It is used by one thread
//! at a time; the cells inside let a reader that is shared by reference run its queries.

use std::cell::{RefCell, RefMut};
use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::time::Duration;

use postgres::fallible_iterator::FallibleIterator as _;
use postgres::types::private::BytesMut;
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use postgres::{Client, Row, SimpleQueryMessage, SimpleQueryRow, Statement};

use super::address::Address;
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
    // INVARIANT: present until the drop.
    client: RefCell<Option<Client>>,
    statements: RefCell<BTreeMap<String, Statement>>,
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").finish_non_exhaustive()
    }
}

impl Connection {
    /// Connects, and makes the settings.
    pub(super) fn open(address: &Address, settings: &str) -> Result<Self, postgres::Error> {
        let mut client = address.connect()?;
        client.batch_execute(settings)?;
        Ok(Self { client: RefCell::new(Some(client)), statements: RefCell::default() })
    }

    /// The driver's own face, for what streams.
    pub(super) fn client(&self) -> RefMut<'_, Client> {
        RefMut::map(self.client.borrow_mut(), |client| {
            client.as_mut().expect("the client is there until the drop")
        })
    }

    /// Whether the server is gone.
    pub(super) fn is_closed(&self) -> bool {
        self.client().is_closed()
    }

    /// Runs statements that take no values, in one round trip.
    pub(super) fn batch(&self, sql: &str) -> Outcome<()> {
        Ok(self.client().batch_execute(sql)?)
    }

    /// Runs statements that take no values, in one round trip; answers their rows as text.
    pub(super) fn texts(&self, sql: &str) -> Outcome<Vec<SimpleQueryRow>> {
        let messages = self.client().simple_query(sql)?;
        let rows = messages.into_iter().filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some(row),
            _ => None,
        });
        Ok(rows.collect())
    }

    /// The rows of a statement that is prepared once.
    pub(super) fn query(&self, sql: &str, params: &[&(dyn ToSql + Sync)]) -> Outcome<Vec<Row>> {
        let statement = self.prepared(sql)?;
        Ok(self.client().query(&statement, params)?)
    }

    /// Runs a statement that is prepared once; answers how many rows it changed.
    pub(super) fn execute(&self, sql: &str, params: &[&(dyn ToSql + Sync)]) -> Outcome<u64> {
        let statement = self.prepared(sql)?;
        Ok(self.client().execute(&statement, params)?)
    }

    /// The rows of a statement that was put together for this one call.
    pub(super) fn query_once(&self, sql: &Sql) -> Outcome<Vec<Row>> {
        let params: Vec<(&(dyn ToSql + Sync), Type)> = sql
            .params
            .iter()
            .map(|param| {
                let of = match param {
                    Param::Integer(_) => Type::INT8,
                    Param::Text(_) => Type::TEXT,
                };
                (param as &(dyn ToSql + Sync), of)
            })
            .collect();
        Ok(self.client().query_typed(&sql.text, &params)?)
    }

    /// What is said next on a channel that the connection listens on, if anything is in this time.
    pub(super) fn notification(&self, channel: &str, wait: Duration) -> Outcome<Option<String>> {
        let mut client = self.client();
        let mut notifications = client.notifications();
        let next = notifications.timeout_iter(wait).next()?;
        Ok(next.filter(|it| it.channel() == channel).map(|it| it.payload().to_owned()))
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
        let statement = self.client().prepare(sql)?;
        if statements.len() >= STATEMENTS_MAX {
            statements.clear();
        }
        statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }
}

/// The driver says good-bye to the server, and may not do so on a thread that drives async tasks, where the
/// last handle to a lane or a reader may well be dropped.
impl Drop for Connection {
    fn drop(&mut self) {
        let Some(client) = self.client.get_mut().take() else { return };
        let parting = std::thread::Builder::new().name("database-close".to_owned());
        if let Ok(parting) = parting.spawn(move || drop(client)) {
            let _panicked = parting.join();
        }
    }
}

impl ToSql for Param {
    fn to_sql(
        &self,
        of: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Integer(number) => number.to_sql(of, out),
            Self::Text(text) => (&**text).to_sql(of, out),
        }
    }

    fn accepts(of: &Type) -> bool {
        *of == Type::INT8 || *of == Type::TEXT
    }

    to_sql_checked!();
}
