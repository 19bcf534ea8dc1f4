//! Keyset paging: a page is asked for by how many rows and after which one, never by an offset.

use base::{Key, Timestamp};

/// Which page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest {
    /// How many rows at most; the store caps it at [`PageRequest::MAX`].
    pub limit: u32,
    /// The `next` of the page before; `None` asks for the first.
    pub after: Option<String>,
}

impl PageRequest {
    /// The most rows that one page holds.
    pub const MAX: u32 = 500;

    /// The first page of `limit` rows.
    pub fn first(limit: u32) -> Self {
        Self { limit, after: None }
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// What to give as `after` for the next page; `None` where this one is the last. Opaque.
    pub next: Option<String>,
}

/// How many rows a list has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// Rows counted.
    pub value: u64,
    /// Whether counting stopped there although there are more.
    pub capped: bool,
}

/// A part of a timeline, newest first: the rows older than one place, at most so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Before {
    /// The instant and key that every row must be before, compared in this order; `None` begins at
    /// the newest.
    pub place: Option<(Timestamp, Key)>,
    /// How many rows at most.
    pub limit: u32,
}
