//! One row of a CSV file: its cells in one text, the line where it begins, and what is wrong with its
//! form. A row with a flaw keeps the cells that could be read, so that it can be shown and grouped.

use std::fmt;

use super::{CELL_MAX, COLUMNS_MAX, ROW_MAX, Separator};

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The line of the file where it begins, from 1.
    pub line: u64,
    /// What is wrong with its form; its cells are then what could be read.
    pub flaw: Option<Flaw>,
    /// What separates the columns of its file.
    pub separator: Separator,
    text: String,
    // INVARIANT: ascending char boundaries of `text`, one for the end of each cell.
    ends: Vec<usize>,
}

/// What is wrong with the form of a row. Columns count from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// A cell is longer than [`CELL_MAX`].
    CellTooLong {
        /// Its column.
        column: usize,
    },
    /// The cells together are longer than [`ROW_MAX`].
    RowTooLong,
    /// There are more than [`COLUMNS_MAX`] cells.
    TooManyCells,
    /// A quote is opened and never closed.
    QuoteOpen {
        /// The column.
        column: usize,
    },
    /// Something stands between a closing quote and the next separator.
    TextAfterQuote {
        /// The column.
        column: usize,
    },
    /// Bytes that are not UTF-8.
    NotUtf8 {
        /// The column.
        column: usize,
    },
}

impl Flaw {
    /// A stable word that a page translates by.
    pub fn code(&self) -> &'static str {
        match self {
            Self::CellTooLong { .. } => "cell_too_long",
            Self::RowTooLong => "row_too_long",
            Self::TooManyCells => "too_many_cells",
            Self::QuoteOpen { .. } => "quote_open",
            Self::TextAfterQuote { .. } => "text_after_quote",
            Self::NotUtf8 { .. } => "not_utf8",
        }
    }

    /// The column, where it is about one.
    pub fn column(&self) -> Option<usize> {
        match self {
            Self::CellTooLong { column }
            | Self::QuoteOpen { column }
            | Self::TextAfterQuote { column }
            | Self::NotUtf8 { column } => Some(*column),
            Self::RowTooLong | Self::TooManyCells => None,
        }
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CellTooLong { .. } => {
                write!(f, "the cell is longer than {CELL_MAX} bytes; is a closing quote missing?")
            }
            Self::RowTooLong => write!(f, "the row is longer than {ROW_MAX} bytes; shorten it"),
            Self::TooManyCells => write!(f, "the row has more than {COLUMNS_MAX} cells"),
            Self::QuoteOpen { .. } => {
                f.write_str("a quote is opened and never closed; close it, or double it to mean itself")
            }
            Self::TextAfterQuote { .. } => f.write_str(
                "text follows a closing quote; double a quote inside a cell, and quote the whole cell",
            ),
            Self::NotUtf8 { .. } => f.write_str("the cell is not UTF-8; save the file as UTF-8"),
        }
    }
}

impl Row {
    /// A row of these cells: `text` cut at `ends`. What is not UTF-8 is replaced and is a flaw.
    pub(super) fn new(
        line: u64,
        separator: Separator,
        text: Vec<u8>,
        ends: Vec<usize>,
        flaw: Option<Flaw>,
    ) -> Self {
        let row = Self { line, flaw, separator, text: String::new(), ends: Vec::new() };
        match String::from_utf8(text) {
            Ok(text) if ends.iter().all(|end| text.is_char_boundary(*end)) => {
                Self { text, ends, ..row }
            }
            Ok(text) => row.repaired(text.as_bytes(), &ends),
            Err(error) => row.repaired(error.as_bytes(), &ends),
        }
    }

    fn repaired(mut self, bytes: &[u8], ends: &[usize]) -> Self {
        let mut start = 0;
        for (column, end) in ends.iter().enumerate() {
            let cell = bytes.get(start..*end).unwrap_or_default();
            if std::str::from_utf8(cell).is_err() {
                self.flaw = self.flaw.or(Some(Flaw::NotUtf8 { column }));
            }
            self.text.push_str(&String::from_utf8_lossy(cell));
            self.ends.push(self.text.len());
            start = *end;
        }
        self
    }

    /// A row without cells, for a file without rows.
    pub fn nothing() -> Self {
        Self {
            line: 1,
            flaw: None,
            separator: Separator::default(),
            text: String::new(),
            ends: Vec::new(),
        }
    }

    /// How many cells there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no cell at all.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The cell of a column, from 0.
    pub fn cell(&self, column: usize) -> Option<&str> {
        let end = *self.ends.get(column)?;
        let before = column.checked_sub(1);
        let start = before.and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.text.get(start..end)
    }

    /// The cells from left to right.
    pub fn cells(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).filter_map(|column| self.cell(column))
    }

    /// Whether nothing stands in any cell; spreadsheets leave such rows at the end.
    pub fn is_blank(&self) -> bool {
        self.flaw.is_none() && self.text.trim().is_empty()
    }

    /// About how many bytes of memory it takes.
    pub fn weight(&self) -> usize {
        size_of::<Self>() + self.text.capacity() + self.ends.capacity() * size_of::<usize>()
    }
}
