//! The data folder and the proof that this process alone works in it. The lock is the operating
//! system's, so it ends with the process however that ends; the pid in the file is only for the
//! message to whoever comes second.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

/// The file whose lock means "somebody works in this folder".
const LOCK_FILE: &str = "rondo.lock";

/// A data folder held by this process for as long as the value lives.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    // INVARIANT: holds the exclusive lock of `LOCK_FILE`; dropping the file releases it.
    _lock: File,
}

/// Why a data folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// Another process holds the folder.
    #[error(
        "the data folder `{path}` is in use by process {holder}; stop that process or name another folder"
    )]
    InUse {
        /// The folder.
        path: PathBuf,
        /// Process id of the holder, or `unknown` where the lock file cannot be read.
        holder: String,
    },
    /// The operating system refused.
    #[error("the data folder `{path}` cannot be used; check that it exists and is writable")]
    Io {
        /// The folder or the file in it.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
}

impl Folder {
    /// Creates the folder where it is missing and takes it for this process.
    ///
    /// # Errors
    /// [`FolderError::InUse`] with the holder's pid, or what the operating system said.
    pub fn take(path: &Path) -> Result<Self, FolderError> {
        let io = |source| FolderError::Io { path: path.to_owned(), source };
        fs::create_dir_all(path).map_err(io)?;
        let mut lock = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path.join(LOCK_FILE))
            .map_err(io)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(FolderError::InUse {
                    path: path.to_owned(),
                    holder: holder(&mut lock),
                });
            }
            Err(TryLockError::Error(source)) => return Err(io(source)),
        }
        write_pid(&mut lock).map_err(io)?;
        Ok(Self { path: path.to_owned(), _lock: lock })
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

fn write_pid(lock: &mut File) -> io::Result<()> {
    lock.set_len(0)?;
    lock.rewind()?;
    writeln!(lock, "{}", std::process::id())
}

/// The pid that the holder wrote. Only digits are believed: the file may hold anything.
fn holder(lock: &mut File) -> String {
    let mut text = String::new();
    let read = lock.take(32).read_to_string(&mut text);
    match (read, text.trim().parse::<u32>()) {
        (Ok(_), Ok(pid)) => pid.to_string(),
        _ => "unknown".to_owned(),
    }
}
