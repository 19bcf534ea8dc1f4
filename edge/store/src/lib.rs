//! SQL behind the runtime's ports. What every database shares stands here (columns and tables of
//! records, conditions, cursors, title words, totals); what one database does stands in its own module.

pub mod archive;
pub mod check;
mod column;
mod cursor;
pub mod folder;
mod naming;
mod order;
mod passed;
pub mod postgres;
pub mod predicate;
mod record_table;
pub mod sql;
pub mod sqlite;
mod title;
mod totals;
mod work;

pub use folder::{Folder, FolderError};
pub use sqlite::{Database, Durability, Lane, OpenError, Reader};
