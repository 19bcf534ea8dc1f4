//! The place after which the next page begins: the sort values and the key of the last row, opaque to
//! the caller. A cursor carries the order it was made for, so that one from another list is refused
//! rather than answered with the wrong rows.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

/// The longest cursor that is read back.
const LENGTH_MAX: usize = 16_384;

/// A value of a sort column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Place {
    Integer(i64),
    Text(String),
    Null(()),
}

/// Where a page ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Cursor {
    /// The order it belongs to.
    #[serde(rename = "o")]
    pub(crate) order: String,
    /// The last row's values in the columns of the order, without the key.
    #[serde(rename = "p")]
    pub(crate) places: Vec<Place>,
    /// The last row's key.
    #[serde(rename = "k")]
    pub(crate) key: i64,
}

/// A text that is no cursor of the list it was given to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "`after` is not a cursor of this list; give the `next` of its previous page, with the same sort"
)]
pub(crate) struct NotACursor;

impl Cursor {
    /// The text that callers hand back.
    pub(crate) fn encode(&self) -> String {
        // Plain data with text keys always has a JSON form; an empty cursor is refused when it comes back.
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default())
    }

    /// Reads a cursor of the given order with that many values.
    pub(crate) fn decode(text: &str, order: &str, columns: usize) -> Result<Self, NotACursor> {
        if text.len() > LENGTH_MAX {
            return Err(NotACursor);
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).ok();
        let cursor = bytes.and_then(|bytes| serde_json::from_slice::<Self>(&bytes).ok());
        cursor
            .filter(|cursor| cursor.order == order && cursor.places.len() == columns)
            .ok_or(NotACursor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_serves_only_the_order_it_was_made_for() {
        let cursor = Cursor {
            order: "-total,name".into(),
            places: vec![Place::Integer(i64::MIN), Place::Text("ä\0".into()), Place::Null(())],
            key: 17,
        };
        let text = cursor.encode();
        assert_eq!(Cursor::decode(&text, "-total,name", 3), Ok(cursor));
        for (text, order, columns) in [
            (text.as_str(), "total,name", 3),
            (text.as_str(), "-total,name", 2),
            ("", "", 0),
            ("!", "", 0),
            ("bnVsbA", "", 0),
        ] {
            assert_eq!(Cursor::decode(text, order, columns), Err(NotACursor), "{text} {order}");
        }
    }
}
