//! PostgreSQL: one database, several lanes and several nodes beside each other. One file per noun holds that
//! noun's statements; a lane writes, a snapshot reads. The SQL keeps to what compatible servers know: no
//! advisory locks, no sequences, and what the server refuses for the sake of order is tried again.

mod address;
mod archive;
mod bulk;
mod catalogue;
mod cell;
mod connection;
mod counter;
mod decision;
mod element;
mod failure;
mod hint;
mod idempotency;
mod identity;
mod incident;
mod inspect;
mod instance;
mod job;
mod lane;
mod listen;
mod load;
pub(crate) mod migration;
mod notification;
mod outbox;
mod page;
mod reader;
mod record;
mod record_history;
mod record_list;
mod record_row;
mod timer;
mod title_search;
mod tls;
mod totals;
mod user_task;
mod variable;
mod work;

use runtime::Heard;
use runtime::port::StoreError;

use self::address::Address;

pub use self::address::AddressError;
pub use self::archive::{ArchiveSource, ArchiveTarget};
pub use self::lane::Lane;
pub use self::listen::Listening;
pub use self::reader::{Reader, Snapshot};

/// A database at the version of this program.
///
/// The driver blocks: none of this may be called on a thread that drives async tasks.
#[derive(Debug, Clone)]
pub struct Database {
    address: Address,
}

/// Why a database cannot be opened. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The address cannot be used.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// A newer program has written the database.
    #[error(
        "the database has version {found}, this program knows version {known}; use a newer program, or restore a backup"
    )]
    Newer {
        /// The version it has.
        found: i64,
        /// The highest version that this program knows.
        known: i64,
    },
    /// The schema holds another program's tables.
    #[error(
        "the database holds tables that are not Rondo's; name an empty database, or set a `search_path` of its own for Rondo's user"
    )]
    NotOurs,
    /// A database that does not store text as UTF-8 cannot hold every text.
    #[error(
        "the database stores text as {found}; create one with `createdb --encoding=UTF8 --template=template0`"
    )]
    Encoding {
        /// The encoding it has.
        found: String,
    },
    /// What an older database holds could not be kept, so it was not migrated.
    #[error(
        "the database is older than this program and was left as it is, for it could not be backed up first: {0}"
    )]
    NotKept(#[source] KeepError),
    /// The server or the way to it failed.
    #[error("the database cannot be opened: {}", source_text(.0))]
    Postgres(#[from] postgres::Error),
    /// What the server answered makes no sense.
    #[error(transparent)]
    Store(StoreError),
}

/// Why what a database holds could not be kept.
pub type KeepError = Box<dyn std::error::Error + Send + Sync>;

/// The versions between which a database is about to be migrated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outdated {
    /// The version it has.
    pub found: i64,
    /// The version it gets.
    pub known: i64,
}

impl OpenError {
    /// Whether the server is not there, or not ready yet: it may be in a moment.
    pub fn is_away(&self) -> bool {
        matches!(self, Self::Postgres(error) if failure::is_away(error))
    }
}

/// The driver's own words say only that something failed; why stands behind them.
fn source_text(error: &postgres::Error) -> String {
    let source = std::error::Error::source(error);
    source.map_or_else(|| error.to_string(), ToString::to_string)
}

impl Database {
    /// Connects to `postgres://user:password@host:5432/name`, creates or migrates the tables. Several
    /// hosts may be named; the one that takes writes is used. Before an older database that holds
    /// anything is migrated, `keep` is to back it up: nobody writes meanwhile, and reading by an
    /// [`ArchiveSource`] is possible.
    ///
    /// # Errors
    /// Where the server cannot be reached, where the database is not ours or newer, where `keep` fails.
    pub fn open(
        url: &str,
        mut keep: impl FnMut(Outdated) -> Result<(), KeepError>,
    ) -> Result<Self, OpenError> {
        let address = Address::read(url)?;
        check_server(&address)?;
        migration::migrate(&address, migration::MIGRATIONS, &mut keep)?;
        Ok(Self { address })
    }

    /// A writer on a connection of its own. There may be several.
    ///
    /// # Errors
    /// Where the server cannot be reached.
    pub fn lane(&self) -> Result<Lane, OpenError> {
        Ok(Lane::open(self.address.clone())?)
    }

    /// Has `tell` hear what is committed, by every node, until the answer is dropped. A lost connection is
    /// opened anew.
    ///
    /// # Errors
    /// Where the operating system gives no thread.
    pub fn listen(&self, tell: impl FnMut(Heard) + Send + 'static) -> std::io::Result<Listening> {
        listen::start(self.address.clone(), tell)
    }

    /// Opens snapshots for reading, on connections of their own.
    pub fn reader(&self) -> Reader {
        Reader::new(self.address.clone())
    }
}

/// Whether the server can be reached at this moment, and lets this user in.
///
/// # Errors
/// Where it cannot; [`OpenError::is_away`] tells whether it is worth asking again.
pub fn reach(url: &str) -> Result<(), OpenError> {
    Address::read(url)?.connect()?;
    Ok(())
}

/// Refuses what cannot work, warns of what keeps no promise.
fn check_server(address: &Address) -> Result<(), OpenError> {
    let connection = connection::Connection::open(address, "")?;
    let setting = |name: &str| -> Result<String, OpenError> {
        let rows = connection.texts(&format!("SHOW {name}")).map_err(|failure| match failure {
            failure::Failure::Postgres(error) => OpenError::Postgres(error),
            failure::Failure::Sorted(error) => OpenError::Store(error),
        })?;
        Ok(rows.first().and_then(|row| row.get(0)).unwrap_or_default().to_owned())
    };
    let encoding = setting("server_encoding")?;
    if encoding != "UTF8" {
        return Err(OpenError::Encoding { found: encoding });
    }
    for name in ["fsync", "full_page_writes"] {
        if setting(name)? == "off" {
            tracing::warn!(
                "the database server runs with {name}=off: after a crash of its machine, acknowledged changes are lost"
            );
        }
    }
    Ok(())
}
