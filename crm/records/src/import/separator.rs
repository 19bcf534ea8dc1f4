//! What separates the columns of a file: a comma, a semicolon (what spreadsheets write wherever numbers have
//! a comma), or a tab. The first line tells; what stands in quotes does not count.

/// How much of a first line is looked at, in bytes.
const SEEN_MAX: usize = 64 << 10;

/// What stands between two cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Separator {
    /// `,`
    #[default]
    Comma,
    /// `;`
    Semicolon,
    /// A tab.
    Tab,
}

impl Separator {
    /// All of them; where two stand in a line equally often, the first of them separates.
    const ALL: [Self; 3] = [Self::Comma, Self::Semicolon, Self::Tab];

    /// As it stands in the file.
    pub fn char(self) -> char {
        char::from(self.byte())
    }

    pub(super) fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
        }
    }

    fn of_byte(byte: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.byte() == byte)
    }

    /// What stands most often between the cells of the first line of `text`; `None` where more of it is
    /// needed, and may come.
    pub(super) fn of_first_line(text: &[u8], is_all: bool) -> Option<Self> {
        let seen = text.get(..SEEN_MAX).unwrap_or(text);
        let blanks = seen.iter().take_while(|byte| matches!(byte, b' ' | b'\r' | b'\n')).count();
        let (mut found, mut place) = (Vec::new(), Place::CellStart);
        for byte in seen.get(blanks..).unwrap_or_default().iter().copied() {
            place = match (place, byte) {
                (Place::Quoted, b'"') => Place::QuoteEnd,
                (Place::Quoted, _) => Place::Quoted,
                (Place::CellStart | Place::QuoteEnd, b'"') => Place::Quoted,
                (_, b'\r' | b'\n') => return Some(most_often(&found)),
                (_, byte) => match Self::of_byte(byte) {
                    Some(separator) => {
                        found.push(separator);
                        Place::CellStart
                    }
                    None => Place::Bare,
                },
            };
        }
        (is_all || text.len() >= SEEN_MAX).then(|| most_often(&found))
    }
}

/// Where in the line a look is.
#[derive(Clone, Copy)]
enum Place {
    CellStart,
    Bare,
    Quoted,
    /// Behind a quote that ends the cell, unless another follows.
    QuoteEnd,
}

fn most_often(found: &[Separator]) -> Separator {
    let count = |of: &Separator| found.iter().filter(|it| *it == of).count();
    Separator::ALL.into_iter().rev().max_by_key(count).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_most_often_in_the_first_line_separates() {
        for (text, expect) in [
            ("", Separator::Comma),
            ("name\nMiller; Hans", Separator::Comma),
            ("a,b\nc;d;e;f", Separator::Comma),
            ("a;b\nc,d,e,f", Separator::Semicolon),
            ("a\tb\n", Separator::Tab),
            ("a;b, in EUR;c\n", Separator::Semicolon),
            ("a;b,c", Separator::Comma),
            ("a\tb;c", Separator::Semicolon),
            ("\"a,b,c\";d\n", Separator::Semicolon),
            ("\"a\n,,,\";d\n", Separator::Semicolon),
            ("\"say \"\",,,\"\"\";d", Separator::Semicolon),
            ("27\" screen;b\n,,", Separator::Semicolon),
            ("\r\n\n  \na;b\n", Separator::Semicolon),
            (";;;\na;b\n", Separator::Semicolon),
        ] {
            assert_eq!(Separator::of_first_line(text.as_bytes(), true), Some(expect), "{text:?}");
        }
    }

    #[test]
    fn a_line_is_waited_for_and_not_for_ever() {
        assert_eq!(Separator::of_first_line(b"a;b", false), None);
        assert_eq!(Separator::of_first_line(b"\"a\n;b", false), None);
        assert_eq!(Separator::of_first_line(b"a;b\n", false), Some(Separator::Semicolon));
        let long = "a;".repeat(SEEN_MAX);
        assert_eq!(Separator::of_first_line(long.as_bytes(), false), Some(Separator::Semicolon));
    }
}
