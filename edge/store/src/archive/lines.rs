//! The packing of an archive: lines, gathered to blocks, each a gzip member. Both ways keep one block and one
//! line in memory, whatever the size of the database. A block that packs too well is stored unpacked instead,
//! so that what grows beyond [`RATIO_MAX`] cannot be ours.

use std::io::{self, BufRead, BufReader, Read, Write};

use flate2::Compression;
use flate2::bufread::MultiGzDecoder;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};

use super::ArchiveError;

/// How many bytes of lines make a block, about.
const BLOCK: usize = 1 << 20;
/// The longest line.
pub(super) const LINE_MAX: usize = 256 << 20;
/// How much a block may grow when it is unpacked.
const BLOCK_RATIO_MAX: usize = 100;
/// How much an archive may grow, which leaves room for later packers.
pub(super) const RATIO_MAX: u64 = 200;
/// What is unpacked without a look at how much it grows.
const FREE: u64 = 16 << 20;

/// How every gzip file begins.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Two sums over lines: of the whole, and of the part that was begun last.
#[derive(Default)]
struct Sums {
    whole: Sha256,
    part: Sha256,
}

impl Sums {
    fn add(&mut self, bytes: &[u8]) {
        self.whole.update(bytes);
        self.part.update(bytes);
    }

    fn part(&mut self) -> String {
        hex(std::mem::take(&mut self.part))
    }

    fn whole(&self) -> String {
        hex(self.whole.clone())
    }
}

fn hex(sum: Sha256) -> String {
    let digit = |four: u8| char::from_digit(u32::from(four), 16).unwrap_or_default();
    sum.finalize().iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// Writes lines.
pub(super) struct LineWriter<W> {
    out: W,
    block: Vec<u8>,
    sums: Sums,
}

impl<W: Write> LineWriter<W> {
    pub(super) fn new(out: W) -> Self {
        Self { out, block: Vec::with_capacity(BLOCK * 2), sums: Sums::default() }
    }

    /// Adds a line, of which the end is not part.
    pub(super) fn push(&mut self, line: &[u8]) -> io::Result<()> {
        for bytes in [line, b"\n"] {
            self.sums.add(bytes);
            self.block.extend_from_slice(bytes);
        }
        if self.block.len() >= BLOCK { self.flush() } else { Ok(()) }
    }

    /// The sum of the lines since the last call.
    pub(super) fn part(&mut self) -> String {
        self.sums.part()
    }

    /// The sum of all lines.
    pub(super) fn whole(&self) -> String {
        self.sums.whole()
    }

    /// Writes what is gathered.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        if self.block.is_empty() {
            return Ok(());
        }
        let mut packed = pack(&self.block, Compression::default())?;
        if packed.len().saturating_mul(BLOCK_RATIO_MAX) < self.block.len() {
            packed = pack(&self.block, Compression::none())?;
        }
        self.out.write_all(&packed)?;
        self.block.clear();
        Ok(())
    }
}

fn pack(block: &[u8], level: Compression) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(block.len() / 4), level);
    encoder.write_all(block)?;
    encoder.finish()
}

/// Counts the bytes that are taken.
struct Counted<R> {
    inner: R,
    count: u64,
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.count += read as u64;
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.count += amount as u64;
        self.inner.consume(amount);
    }
}

/// Reads lines.
pub(super) struct LineReader<R> {
    input: BufReader<MultiGzDecoder<Counted<R>>>,
    sums: Sums,
    line: Vec<u8>,
    number: u64,
    unpacked: u64,
}

impl<R: BufRead> LineReader<R> {
    pub(super) fn new(mut input: R) -> Result<Self, ArchiveError> {
        if !input.fill_buf()?.starts_with(&GZIP) {
            return Err(ArchiveError::NotAnArchive);
        }
        let input = MultiGzDecoder::new(Counted { inner: input, count: 0 });
        Ok(Self {
            input: BufReader::with_capacity(1 << 16, input),
            sums: Sums::default(),
            line: Vec::new(),
            number: 0,
            unpacked: 0,
        })
    }

    /// The next line without its end; none behind the last.
    pub(super) fn next(&mut self) -> Result<Option<&[u8]>, ArchiveError> {
        self.line.clear();
        loop {
            let read = match self.input.fill_buf() {
                Ok(read) => read,
                Err(error) => return Err(self.unreadable(error)),
            };
            if read.is_empty() {
                return if self.line.is_empty() { Ok(None) } else { Err(self.truncated()) };
            }
            let end = memchr(read);
            let taken = end.map_or(read.len(), |end| end + 1);
            self.line.extend(read.iter().take(taken));
            self.input.consume(taken);
            self.unpacked += taken as u64;
            self.check_growth()?;
            if end.is_some() {
                break;
            }
        }
        self.number += 1;
        Ok(Some(self.line.strip_suffix(b"\n").unwrap_or(&self.line)))
    }

    /// Adds the line that was read last to the sums: the line that closes a part is not of it.
    pub(super) fn count_in(&mut self) {
        self.sums.add(&self.line);
    }

    /// The sum of the lines that were counted in since the last call.
    pub(super) fn part(&mut self) -> String {
        self.sums.part()
    }

    /// The sum of all lines that were counted in.
    pub(super) fn whole(&self) -> String {
        self.sums.whole()
    }

    /// That the line that was read last is wrong.
    pub(super) fn damaged(&self, what: impl Into<String>) -> ArchiveError {
        ArchiveError::Damaged { line: self.number, what: what.into() }
    }

    /// That there should be another line.
    pub(super) fn truncated(&self) -> ArchiveError {
        ArchiveError::Truncated { line: self.number }
    }

    fn check_growth(&self) -> Result<(), ArchiveError> {
        let packed = self.input.get_ref().get_ref().count;
        if self.unpacked > FREE + packed.saturating_mul(RATIO_MAX) {
            return Err(ArchiveError::Bomb { times: RATIO_MAX });
        }
        if self.line.len() > LINE_MAX {
            return Err(self.damaged("the line is longer than any of ours"));
        }
        Ok(())
    }

    fn unreadable(&self, error: io::Error) -> ArchiveError {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => self.truncated(),
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => ArchiveError::Damaged {
                line: self.number + 1,
                what: format!("it cannot be unpacked ({error})"),
            },
            _ => ArchiveError::Io(error),
        }
    }
}

fn memchr(bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|byte| *byte == b'\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(lines: &[Vec<u8>]) -> Vec<u8> {
        let mut out = Vec::new();
        let mut writer = LineWriter::new(&mut out);
        for line in lines {
            writer.push(line).unwrap();
        }
        writer.flush().unwrap();
        out
    }

    fn unpack(bytes: &[u8]) -> Result<Vec<Vec<u8>>, ArchiveError> {
        let mut reader = LineReader::new(bytes)?;
        let mut lines = Vec::new();
        while let Some(line) = reader.next()? {
            lines.push(line.to_vec());
        }
        Ok(lines)
    }

    #[test]
    fn what_packs_too_well_is_stored_and_comes_back() {
        let lines = vec![vec![b'a'; 5 << 20], b"b".to_vec(), vec![b' '; 40 << 20]];
        let bytes = packed(&lines);
        assert!(bytes.len() > 45 << 20, "the blocks are stored");
        assert_eq!(unpack(&bytes).unwrap(), lines);
    }

    #[test]
    fn what_grows_more_than_any_of_ours_is_refused() {
        let mut bytes = Vec::new();
        for _ in 0..40 {
            bytes.extend(pack(&vec![b'a'; 1 << 20], Compression::best()).unwrap());
        }
        assert!(matches!(unpack(&bytes), Err(ArchiveError::Bomb { .. })));
    }

    #[test]
    fn a_file_that_ends_early_or_is_another_is_told_apart() {
        let bytes = packed(&[b"one".to_vec(), b"two".to_vec()]);
        let cut = &bytes[..bytes.len() - 4];
        assert!(matches!(unpack(cut), Err(ArchiveError::Truncated { .. })));
        assert!(matches!(unpack(b"SQLite format 3\0 and more"), Err(ArchiveError::NotAnArchive)));
        assert!(matches!(unpack(b""), Err(ArchiveError::NotAnArchive)));
        let more = [&bytes[..], b"something else"].concat();
        assert!(matches!(unpack(&more), Err(ArchiveError::Damaged { .. })));
    }
}
