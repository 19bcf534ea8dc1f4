//! Import of CSV: from bytes to rows, from a header to a plan, from rows to new records or to what is
//! wrong with them. Pure: whoever drives it reads the file, looks keys up and gives the commands.
//!
//! A [`RowReader`] cuts bytes into rows, a [`Plan`] says what each column means, a [`Grouper`] puts
//! rows with the same key together, [`Plan::build`] makes one record of them. Every limit is here.

mod build;
mod group;
mod mapping;
mod number;
mod plan;
mod reason;
mod refused;
mod row;
mod row_reader;
#[cfg(test)]
mod sample;
mod separator;
mod suggest;
mod target;

pub use build::{Keys, NewRecord, RowProblem, Wanted};
pub use group::{Census, CensusFull, Group, Grouper};
pub use mapping::{Mapping, MappingProblem};
pub use plan::{HeaderProblem, Plan};
pub use reason::Reason;
pub use refused::{refused_header, refused_problems, refused_rows, shared};
pub use row::{Flaw, Row};
pub use row_reader::RowReader;
pub use separator::Separator;
pub use suggest::{ColumnPath, column_paths, suggest};

/// The most columns of a row.
pub const COLUMNS_MAX: usize = 1_000;
/// The longest cell, in bytes.
pub const CELL_MAX: usize = 1_000_000;
/// The longest row, in bytes of its cells.
pub const ROW_MAX: usize = 4_000_000;
/// The most rows of one record.
pub const ROWS_PER_RECORD_MAX: usize = 1_000;
/// The most rows of one file.
pub const ROWS_MAX: u64 = 5_000_000;
/// The most bytes of rows that wait for the other rows of their record.
pub const WAITING_MAX: usize = 128 << 20;
