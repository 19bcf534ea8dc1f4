//! One pass over a file: bytes in pieces, rows out. Between pieces other work gets its turn.

use std::io::{Read, Seek, SeekFrom};

use records::import::{Row, RowReader};
use sha2::{Digest, Sha256};

use crate::import::ImportError;

/// How much is read at once, in bytes.
const PIECE: usize = 64 * 1024;

/// A file that is read from its beginning.
pub(super) struct Pass<'a, S> {
    source: &'a mut S,
    reader: RowReader,
    piece: Vec<u8>,
    bytes: u64,
    has_ended: bool,
    digest: Sha256,
}

impl<'a, S: Read + Seek> Pass<'a, S> {
    pub(super) fn begin(source: &'a mut S) -> Result<Self, ImportError> {
        source.seek(SeekFrom::Start(0)).map_err(unreadable)?;
        let piece = vec![0; PIECE];
        let (reader, digest) = (RowReader::new(), Sha256::new());
        Ok(Self { source, reader, piece, bytes: 0, has_ended: false, digest })
    }

    /// The next row in which something stands; `None` at the end.
    pub(super) async fn next_row(&mut self) -> Result<Option<Row>, ImportError> {
        loop {
            while let Some(row) = self.reader.next_row() {
                if !row.is_blank() {
                    return Ok(Some(row));
                }
            }
            if self.has_ended {
                return Ok(None);
            }
            let read = self.source.read(&mut self.piece).map_err(unreadable)?;
            self.bytes += read as u64;
            let piece = self.piece.get(..read).unwrap_or_default();
            self.digest.update(piece);
            self.reader.push(piece);
            if read == 0 {
                self.has_ended = true;
                self.reader.end();
            }
            tokio::task::yield_now().await;
        }
    }

    /// What tells the file from any other, once all of it has been read.
    pub(super) fn digest(self) -> Sha256 {
        self.digest
    }

    /// Bytes that have been read.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }
}

/// The length of a file in bytes.
pub(super) fn length(source: &mut impl Seek) -> Result<u64, ImportError> {
    source.seek(SeekFrom::End(0)).map_err(unreadable)
}

fn unreadable(error: std::io::Error) -> ImportError {
    ImportError::File { what: "the file cannot be read", error }
}
