//! Lines and columns. Positions are asked for in the order of the file, so that finding them all
//! costs one pass even where the whole file is one line.

/// A place in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// From 1.
    pub line: u32,
    /// In characters, from 1.
    pub column: u32,
}

/// Walks through a text and knows the position of the byte it stands on.
#[derive(Debug)]
pub(crate) struct Cursor<'a> {
    text: &'a str,
    offset: usize,
    position: Position,
}

impl<'a> Cursor<'a> {
    /// Stands on the first character.
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, offset: 0, position: Position { line: 1, column: 1 } }
    }

    /// Moves to a byte offset and says where that is. It never moves back.
    pub(crate) fn advance(&mut self, offset: usize) -> Position {
        let passed = self.text.get(self.offset..offset).unwrap_or_default();
        for character in passed.chars() {
            if character == '\n' {
                self.position.line = self.position.line.saturating_add(1);
                self.position.column = 1;
            } else {
                self.position.column = self.position.column.saturating_add(1);
            }
        }
        self.offset = self.offset.saturating_add(passed.len());
        self.position
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_counts_lines_and_characters() {
        let mut cursor = Cursor::new("aé\n销b");
        let cases = [(0, 1, 1), (1, 1, 2), (3, 1, 3), (4, 2, 1), (7, 2, 2), (3, 2, 2), (99, 2, 2)];
        for (offset, line, column) in cases {
            assert_eq!(cursor.advance(offset), Position { line, column }, "offset {offset}");
        }
    }
}
