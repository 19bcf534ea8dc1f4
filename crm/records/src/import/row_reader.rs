//! Cuts the bytes of a CSV file into rows (RFC 4180; a byte order mark, LF, CR LF and CR are taken, and
//! other separators than the comma), in memory that the limits bound, whatever comes. Bytes are pushed
//! in, rows are pulled out. Blanks around a cell without quotes do not belong to it.
//!
//! It is stricter with quotes than readers made for data exchange, because a quote that is opened by
//! mistake swallows the rows behind it without a trace: such a row ends with its first line, with a
//! flaw, and the lines behind it are read as rows again.

use memchr::{memchr, memchr_iter, memchr3};

use super::{CELL_MAX, COLUMNS_MAX, Flaw, ROW_MAX, Row, Separator};

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// How much is kept of a cell that is too long, in bytes.
const SHOWN: usize = 100;

/// A reader of rows.
#[derive(Debug)]
pub struct RowReader {
    /// Bytes that were pushed in, from the beginning of the row that is being read.
    input: Vec<u8>,
    /// Where in `input` the row begins.
    start: usize,
    /// Where in `input` reading goes on.
    at: usize,
    /// The line in which the row begins.
    line: u64,
    scan: Scan,
    /// As the first line says.
    separator: Separator,
    is_first: bool,
    has_ended: bool,
}

/// What has been read of a row.
#[derive(Debug, Default)]
struct Scan {
    place: Place,
    text: Vec<u8>,
    ends: Vec<usize>,
    /// Where the cell begins, from the beginning of the row's bytes.
    cell_start: usize,
    /// Where the cell's text begins.
    cell_text: usize,
    line_break: Option<LineBreak>,
    flaw: Option<Flaw>,
    /// Lines that were dropped while skipping.
    dropped_lines: u64,
    /// A limit was passed: the rest of the row is read and dropped.
    is_skipping: bool,
}

/// Where in a row a reader is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Place {
    #[default]
    RowStart,
    CellStart,
    Bare,
    Quoted,
    /// Behind a quote that ends the cell, unless another follows.
    QuoteEnd,
}

/// The first line break inside a row: where to go on if the row turns out to be broken.
#[derive(Debug, Clone, Copy)]
struct LineBreak {
    at: usize,
    ends: usize,
    cell_start: usize,
    cell_text: usize,
}

impl Default for RowReader {
    fn default() -> Self {
        Self {
            input: Vec::new(),
            start: 0,
            at: 0,
            line: 1,
            scan: Scan::default(),
            separator: Separator::default(),
            is_first: true,
            has_ended: false,
        }
    }
}

impl RowReader {
    /// A reader at the beginning of a file.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bytes of the file.
    pub fn push(&mut self, bytes: &[u8]) {
        self.input.drain(..self.start);
        self.at -= self.start;
        self.start = 0;
        self.input.extend_from_slice(bytes);
    }

    /// The file has ended.
    pub fn end(&mut self) {
        self.has_ended = true;
    }

    /// The next row; `None` where more bytes are needed or nothing is left.
    pub fn next_row(&mut self) -> Option<Row> {
        if self.is_first && !self.begin_file() {
            return None;
        }
        loop {
            let Some(byte) = self.input.get(self.at).copied() else {
                return if self.has_ended { self.last_row() } else { self.wait() };
            };
            match self.scan.place {
                Place::RowStart => self.begin_row(byte),
                Place::CellStart => self.begin_cell(byte),
                Place::Bare => {
                    if let Some(row) = self.read_bare() {
                        return Some(row);
                    }
                }
                Place::Quoted => self.read_quoted(),
                Place::QuoteEnd => {
                    if let Some(row) = self.leave_quote(byte) {
                        return Some(row);
                    }
                }
            }
        }
    }

    /// False where too little of the first line has come to tell how the file is written.
    fn begin_file(&mut self) -> bool {
        if self.input.len() < BYTE_ORDER_MARK.len() && !self.has_ended {
            return false;
        }
        let has_mark = self.input.starts_with(BYTE_ORDER_MARK);
        let text = if has_mark { BYTE_ORDER_MARK.len() } else { 0 };
        let first_line = self.input.get(text..).unwrap_or_default();
        let Some(separator) = Separator::of_first_line(first_line, self.has_ended) else {
            return false;
        };
        (self.separator, self.is_first) = (separator, false);
        (self.start, self.at) = (text, text);
        true
    }

    fn begin_row(&mut self, byte: u8) {
        if matches!(byte, b'\r' | b'\n') {
            self.line += u64::from(byte == b'\n');
            self.at += 1;
        } else {
            self.scan.place = Place::CellStart;
        }
        // Of a blank line nothing is kept.
        self.start = self.at;
    }

    fn begin_cell(&mut self, byte: u8) {
        self.scan.cell_start = self.at - self.start;
        self.scan.cell_text = self.scan.text.len();
        // Behind a misplaced quote, quotes mean nothing any more.
        let is_quoted = byte == b'"' && !self.is_broken();
        self.scan.place = if is_quoted { Place::Quoted } else { Place::Bare };
        self.at += usize::from(is_quoted);
    }

    fn is_broken(&self) -> bool {
        matches!(self.scan.flaw, Some(Flaw::TextAfterQuote { .. }))
    }

    fn read_bare(&mut self) -> Option<Row> {
        let rest = self.input.get(self.at..).unwrap_or_default();
        let found = memchr3(self.separator.byte(), b'\n', b'\r', rest);
        let cell = rest.get(..found.unwrap_or(rest.len())).unwrap_or_default();
        self.scan.take(cell);
        self.at += cell.len();
        let end = self.input.get(self.at).copied()?;
        self.at += 1;
        self.scan.end_bare_cell();
        if end == self.separator.byte() {
            self.scan.place = Place::CellStart;
            return None;
        }
        Some(self.finish())
    }

    fn read_quoted(&mut self) {
        let rest = self.input.get(self.at..).unwrap_or_default();
        let found = memchr(b'"', rest);
        let cell = rest.get(..found.unwrap_or(rest.len())).unwrap_or_default();
        if self.scan.line_break.is_none()
            && let Some(newline) = memchr(b'\n', cell)
        {
            self.scan.line_break = Some(LineBreak {
                at: self.at - self.start + newline,
                ends: self.scan.ends.len(),
                cell_start: self.scan.cell_start,
                cell_text: self.scan.cell_text,
            });
        }
        self.scan.take(cell);
        self.at += cell.len();
        if found.is_some() {
            self.at += 1;
            self.scan.place = Place::QuoteEnd;
        }
    }

    fn leave_quote(&mut self, byte: u8) -> Option<Row> {
        match byte {
            b'"' => {
                self.at += 1;
                self.scan.take(b"\"");
                self.scan.place = Place::Quoted;
            }
            _ if byte == self.separator.byte() => {
                self.at += 1;
                self.scan.end_cell();
                self.scan.place = Place::CellStart;
            }
            b'\n' | b'\r' => {
                self.at += 1;
                self.scan.end_cell();
                return Some(self.finish());
            }
            _ => {
                let flaw = Flaw::TextAfterQuote { column: self.scan.ends.len() };
                if let Some(row) = self.go_back(flaw) {
                    return Some(row);
                }
                self.scan.flaw = self.scan.flaw.or(Some(flaw));
                self.scan.place = Place::Bare;
            }
        }
        None
    }

    /// Ends a broken row of several lines with its first line; what follows is read again.
    fn go_back(&mut self, flaw: Flaw) -> Option<Row> {
        let line_break = self.scan.line_break.filter(|_| !self.scan.is_skipping)?;
        let Scan { text, ends, .. } = &mut self.scan;
        text.truncate(line_break.cell_text);
        ends.truncate(line_break.ends);
        let raw = self.start + line_break.cell_start..self.start + line_break.at;
        let raw = self.input.get(raw).unwrap_or_default();
        text.extend_from_slice(raw.strip_suffix(b"\r").unwrap_or(raw));
        ends.push(text.len());
        self.scan.flaw = Some(match flaw {
            Flaw::TextAfterQuote { .. } | Flaw::QuoteOpen { .. } => {
                Flaw::QuoteOpen { column: line_break.ends }
            }
            other => other,
        });
        self.at = self.start + line_break.at + 1;
        Some(self.finish())
    }

    /// The row that the end of the file ends.
    fn last_row(&mut self) -> Option<Row> {
        match self.scan.place {
            Place::RowStart => return None,
            Place::Quoted => {
                let flaw = Flaw::QuoteOpen { column: self.scan.ends.len() };
                if let Some(row) = self.go_back(flaw) {
                    return Some(row);
                }
                self.scan.flaw = self.scan.flaw.or(Some(flaw));
            }
            Place::CellStart => self.scan.cell_text = self.scan.text.len(),
            Place::Bare => self.scan.trim_cell(),
            Place::QuoteEnd => {}
        }
        self.scan.end_cell();
        Some(self.finish())
    }

    /// More bytes are needed. What is skipped is not kept for them.
    fn wait(&mut self) -> Option<Row> {
        if self.scan.is_skipping {
            self.scan.dropped_lines += self.lines_read();
            self.input.clear();
            (self.start, self.at) = (0, 0);
        }
        None
    }

    fn lines_read(&self) -> u64 {
        let read = self.input.get(self.start..self.at).unwrap_or_default();
        memchr_iter(b'\n', read).fold(0, |lines, _| lines + 1)
    }

    fn finish(&mut self) -> Row {
        let lines = self.lines_read();
        let scan = std::mem::take(&mut self.scan);
        let row = Row::new(self.line, self.separator, scan.text, scan.ends, scan.flaw);
        self.line += lines + scan.dropped_lines;
        self.start = self.at;
        row
    }
}

impl Scan {
    /// Adds to the cell, up to the limits.
    fn take(&mut self, bytes: &[u8]) {
        if self.is_skipping {
            return;
        }
        let cell = self.text.len() - self.cell_text + bytes.len();
        if cell <= CELL_MAX && self.text.len() + bytes.len() <= ROW_MAX {
            self.text.extend_from_slice(bytes);
            return;
        }
        let room = SHOWN.saturating_sub(self.text.len() - self.cell_text);
        self.text.extend_from_slice(bytes.get(..room.min(bytes.len())).unwrap_or_default());
        self.text.truncate(self.cell_text + SHOWN);
        while self.text.len() > self.cell_text && std::str::from_utf8(self.cell()).is_err() {
            self.text.pop();
        }
        let column = self.ends.len();
        let is_cell = cell > CELL_MAX;
        self.flaw = Some(if is_cell { Flaw::CellTooLong { column } } else { Flaw::RowTooLong });
        self.end_cell();
        self.is_skipping = true;
    }

    fn cell(&self) -> &[u8] {
        self.text.get(self.cell_text..).unwrap_or_default()
    }

    fn end_bare_cell(&mut self) {
        self.trim_cell();
        self.end_cell();
    }

    /// Takes the blanks away that stand around what was written without quotes.
    fn trim_cell(&mut self) {
        let is_seen = |byte: Option<&u8>| byte.is_none_or(u8::is_ascii_graphic);
        let cell = self.cell();
        if self.is_skipping || (is_seen(cell.first()) && is_seen(cell.last())) {
            return;
        }
        // What is not UTF-8 is shown as it came.
        let Ok(text) = std::str::from_utf8(cell) else { return };
        let before = text.len() - text.trim_start().len();
        let behind = text.trim_start().len() - text.trim().len();
        self.text.truncate(self.text.len() - behind);
        self.text.drain(self.cell_text..self.cell_text + before);
    }

    fn end_cell(&mut self) {
        if self.is_skipping {
            return;
        }
        if self.ends.len() == COLUMNS_MAX {
            self.flaw = Some(Flaw::TooManyCells);
            self.text.truncate(self.cell_text);
            self.is_skipping = true;
            return;
        }
        self.ends.push(self.text.len());
    }
}

#[cfg(test)]
mod tests;
