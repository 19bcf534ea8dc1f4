//! The places between which a page of a search lies, as opaque Base64 text.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::problem::Problem;

/// A place in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cursor {
    /// The database's own cursor: it goes on from there without reading what lies before.
    Stored(String),
    /// The row with this key, in a list that was put in order here.
    Row(String),
    /// Behind the last row.
    End,
}

impl Cursor {
    pub(super) fn encode(&self) -> String {
        STANDARD.encode(match self {
            Self::Stored(text) => format!("s{text}"),
            Self::Row(key) => format!("r{key}"),
            Self::End => "e".to_owned(),
        })
    }

    pub(super) fn decode(text: &str) -> Result<Self, Problem> {
        let decoded = STANDARD.decode(text).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let mut chars = decoded.as_deref().unwrap_or_default().chars();
        let (kind, rest) = (chars.next(), chars.as_str());
        match (kind, rest) {
            (Some('s'), rest) => Ok(Self::Stored(rest.to_owned())),
            (Some('r'), rest) => Ok(Self::Row(rest.to_owned())),
            (Some('e'), "") => Ok(Self::End),
            _ => Err(not_a_cursor()),
        }
    }
}

pub(super) fn not_a_cursor() -> Problem {
    Problem::bad_request(
        "cursor",
        "this is not a cursor of this list; give the `startCursor` or `endCursor` of one of its pages, \
         with the same filter and sort",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_went() {
        for cursor in [Cursor::Stored("a-b_c".into()), Cursor::Row("17".into()), Cursor::End] {
            assert_eq!(Cursor::decode(&cursor.encode()).expect("a cursor"), cursor);
        }
        for text in ["", "=", "????", "eHg="] {
            assert!(Cursor::decode(text).is_err(), "{text}");
        }
    }
}
